# SPDX-License-Identifier: GPL-3.0-or-later
"""Random restores: people write while backups are taken, the disk is lost at a random moment, also in the middle of a refill,
and the clients come back in random order with the clock anywhere. Whatever was acknowledged must be there as before.
`restore-campaign.py --runs 100 --seed 7` runs by itself; the suite runs a short one. A failing run prints its seed."""

import os
import random
import sys
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'faults'))
import campaign  # noqa: E402
from harness import jipctl, new_id
from refill import Keeper, Show, assert_same, backup, lose_disk, set_clock, settle

YEAR = 365 * 86400


class Run:
    def __init__(self, seed):
        self.seed, self.rng = seed, random.Random(seed)
        self.show = Show()
        self.host_twin = Keeper(self.show.server, 's0')
        self.clients = [*self.show.clients.values(), self.host_twin]
        self.versions, self.windows, self.drafts = {}, {}, {}
        self.state = 'none'
        self.acknowledged = 0
        self.went_on = False

    def act(self):
        """One random thing that somebody does, valid as the event stands."""
        rng, show = self.rng, self.show
        choices = ['propose', 'vote', 'comment', 'edit', 'draft']
        if self.state == 'none':
            choices += ['create']
        if self.state == 'live':
            choices += ['window'] * 2 + ['ballot'] * 12 + ['adjust', 'recuse', 'present']
        if self.state == 'locked':
            choices += ['lots', 'reveal']
        self.acknowledged += 1
        getattr(self, rng.choice(choices))()

    def propose(self):
        self.show.propose(self.rng.choice(self.show.judges))

    def some_proposal(self):
        if not self.show.proposals:
            self.propose()
        return self.rng.choice(self.show.proposals)

    def vote(self):
        voter = self.rng.choice([self.show.s0, self.host_twin, self.show.s1, self.show.e0])
        voter.do('vote.set', {'proposal': self.some_proposal(), 'on': self.rng.random() < 0.6})

    def comment(self):
        self.rng.choice(self.clients[4:]).do('comment.add', {'id': new_id(), 'proposal': self.some_proposal(), 'body': f'의견 {self.rng.random()}'})

    def edit(self):
        proposal = self.some_proposal()
        author = next((c for c in self.show.judges if any(m['args'].get('id') == proposal and m['name'] == 'proposal.submit'
                                                         for m in c.queue.values())), None)
        if author is None:
            return
        writer = self.host_twin if author is self.show.s0 and self.rng.random() < 0.5 else author
        field = self.rng.choice(['title', 'body', 'category'])
        verdict = writer.push(('proposal.edit', {'id': proposal, 'base_version': 1, 'fields': {field: f'고침 {self.rng.random()}'}}))[0]
        assert verdict['status'] in ('ok', 'conflict'), verdict

    def draft(self):
        writer = self.rng.choice([self.show.s0, self.host_twin])
        draft = self.rng.choice([*self.drafts, new_id()][:3])
        document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': f'초안 {self.rng.random()}', 'fields': {}, 'sections': []}
        verdict = writer.push(('draft.save', {'id': draft, 'base_version': self.drafts.get(draft, 0), 'document': document}))[0]
        if verdict['status'] == 'ok':
            self.drafts[draft] = self.drafts.get(draft, 0) + 1

    def create(self):
        self.show.create()
        self.state = 'live'
        self.windows = {entry: 'waiting' for entry in self.show.entries}

    def window(self):
        entry = self.rng.choice(self.show.entries)
        step = 'close' if self.windows[entry] == 'open' else 'open'
        self.show.chair.step(self.show.event, step, entry=entry)
        self.windows[entry] = {'open': 'open', 'close': 'closed'}[step]

    def ballot(self):
        judge, entry = self.rng.choice(self.show.judges), self.rng.choice(self.show.entries)
        if self.windows[entry] == 'waiting':
            return
        key = judge, entry
        self.versions[key] = self.versions.get(key, 0) + 1
        late = self.windows[entry] != 'open'
        ballot = self.show.ballot(judge, entry, self.versions[key], self.rng.randrange(20), **({'code': 'late'} if late else {}))
        if late and self.state == 'live' and self.rng.random() < 0.5:
            self.show.chair.step(self.show.event, 'late', ballot=ballot, admit=self.rng.random() < 0.7, reason='까닭')

    def adjust(self):
        self.show.chair.step(self.show.event, 'adjust', entry=self.rng.choice(self.show.entries),
                             adjust=f'-{self.rng.randrange(1, 4)}.5', reason='까닭') if 'open' in self.windows.values() else None

    def recuse(self):
        verdict = self.show.chair.push(('event.step', {'event': self.show.event, 'step': 'recuse', 'args': {
            'judge': self.rng.choice(self.show.args['judges'])['id'], 'entry': self.rng.choice(self.show.entries), 'kind': 'excluded', 'reason': '까닭'}}))[0]
        assert verdict['status'] == 'ok' or verdict['code'] == 'wrong-state', verdict

    def present(self):
        self.show.chair.step(self.show.event, 'present', entry=self.rng.choice(self.show.entries))

    def lock(self):
        if self.state == 'live' and 'open' in self.windows.values():
            self.show.chair.step(self.show.event, 'lock')
            self.state = 'locked'
            self.windows = {entry: 'closed' for entry in self.windows}

    def lots(self):
        self.show.chair.push(('event.step', {'event': self.show.event, 'step': 'lots',
                                             'args': {'lots': {entry: n for n, entry in enumerate(self.show.entries, 1)}}}))

    def reveal(self):
        self.show.chair.push(('event.step', {'event': self.show.event, 'step': 'reveal', 'args': {}}))

    def go_on(self, back):
        """What those who are back write before the others are, as far as what it is about is there."""
        rng, show = self.rng, self.show
        database = show.server.database()
        there = dict(database.execute('SELECT id, author FROM proposal').fetchall())
        database.close()
        for _ in range(rng.randrange(8)):
            client = rng.choice(back)
            own = [proposal for proposal, author in there.items() if author == client.user['id']]
            kind = rng.choice(['vote', 'comment', 'edit', 'edit', 'draft'])
            if kind == 'draft':
                draft = rng.choice([*self.drafts, new_id()])
                if client.user['login'] != 's0':
                    continue
                document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': f'뒤 {rng.random()}', 'fields': {}, 'sections': []}
                mutation = 'draft.save', {'id': draft, 'base_version': rng.randrange(4), 'document': document}
            elif kind == 'edit' and own:
                fields = {name: f'뒤 {rng.random()}' for name in rng.sample(['title', 'body', 'category'], 2)}
                mutation = 'proposal.edit', {'id': rng.choice(own), 'base_version': 1, 'fields': fields, 'base': dict.fromkeys(fields, '제안')}
            elif kind == 'edit' or not there:
                continue
            elif kind == 'vote':
                mutation = 'vote.set', {'proposal': rng.choice(sorted(there)), 'on': rng.random() < 0.5}
            else:
                mutation = 'comment.add', {'id': new_id(), 'proposal': rng.choice(sorted(there)), 'body': f'뒤 {rng.random()}'}
            status = client.push(mutation)[0]['status']
            assert status != 'rejected' or client.user['login'] in ('audit', 'boss'), (mutation, status)
            self.acknowledged += 1
            self.went_on = True

    def go(self):
        rng, show = self.rng, self.show
        for _ in range(rng.randrange(0, 30)):
            self.act()
        folders = [backup(show.server)]
        for _ in range(rng.randrange(20, 80)):
            self.act()
            if rng.random() < 0.02:
                folders.append(backup(show.server))
        self.lock()
        for _ in range(rng.randrange(0, 12)):
            self.act()
        before = show.facts()
        for _ in range(rng.randrange(0, 3)):  # lost again while it is being filled
            set_clock(rng.choice([0, 0, 10 * YEAR, -10 * YEAR]))
            lose_disk(show.server, rng.choice(folders))
            back = rng.sample(self.clients, rng.randrange(len(self.clients)))
            for client in back:
                client.refill()
            if back and rng.random() < 0.7:
                self.go_on(back)
            if rng.random() < 0.3:
                folders.append(backup(show.server))
        for again in range(2 if self.went_on else 1):
            set_clock(rng.choice([0, 10 * YEAR, -10 * YEAR]))
            lose_disk(show.server, rng.choice(folders))
            for client in rng.sample(self.clients, len(self.clients)):
                client.refill()
            settle(show)
            assert show.count('parked') == 0, show.server.database().execute('SELECT name, waits_for FROM parked').fetchall()
            if self.went_on and not again:
                before = show.facts()  # with what was written between the losses
        assert_same(before, show.facts())
        assert 'unbroken' in jipctl('audit', 'verify', data=show.server.data)


def run(runs, seed):
    acknowledged, failed = 0, []
    for one in range(seed, seed + runs):
        attempt = None
        try:
            attempt = Run(one)
            attempt.go()
            acknowledged += attempt.acknowledged
        except Exception:
            failed.append(one)
            for line in [f'failed: --runs 1 --seed {one}', *traceback.format_exc().splitlines()]:
                print('# ' + line[:1000], file=sys.stderr, flush=True)
        finally:
            set_clock(0)
            if attempt:
                attempt.show.server.kill()
    assert not failed, f'{len(failed)} of {runs} runs lost or changed something: seeds {failed}'
    return {'runs': runs, 'acknowledged': acknowledged}


if __name__ == '__main__':
    campaign.main('restore', run, 'runs', 20, __doc__)
