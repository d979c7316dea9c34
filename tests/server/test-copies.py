# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC's folder was copied, and the server is restored: whatever the copies have in common is done once and keeps its verdict,
whoever comes back first, with a receipt or without (docs/protocol.md, After a restore)."""

import itertools
import json
import os
import random
import traceback

from copies import Desktop
from harness import check_feeds, new_id, run_tests
from refill import Show, assert_same, backup, lose_disk, settle

DOCUMENT = {'format': 'jip-draft/1', 'type': 'press-release', 'fields': {}, 'sections': []}


def turns(pcs):
    """Three orders of three, in which each is the first, the second and the last."""
    first, second, third = pcs
    return (first, second, third), (third, first, second), (second, third, first)


def votes(show):
    return sorted(row[0].split(':')[0] for row in show.facts()['vote'])


def bodies(show):
    return sorted(row[3] for row in show.facts()['comment'])


def saves(show):
    """Texts of drafts, those that are shown, and those that came second."""
    facts = show.facts()
    titles = lambda rows, column: sorted(json.loads(row[column])['title'] for row in rows)
    return (titles([row for row in facts['draft'] if not row[4]], 2), titles([row for row in facts['draft_version'] if not row[3]], 2),
            titles([row for row in facts['draft_version'] if row[3]], 2))


def comment(proposal, body):
    return 'comment.add', {'id': new_id(), 'proposal': proposal, 'body': body}


def pair(show, login, *mutations):
    """A PC whose push was taken and not answered, and its copy, both of which still have it to send; the first one is answered."""
    one = Desktop(show.server, login)
    one.look()
    moments = [one.write(*mutation) for mutation in mutations]
    one.send(lose_answer=True)
    two = one.copied()
    one.send()
    return one, two, moments


def part(one, two, proposal):
    """Both write the next number: the second of them goes on under a new name."""
    for pc in (one, two):
        pc.write(*comment(proposal, 'own'))
        pc.send()
    assert one.replica != two.replica


def statuses(pc, moments):
    return [next((entry['status'] for entry in pc.entries if entry['at'] == at), None) for at in moments]


def test_a_refusal_of_one_copy_takes_nothing_from_the_other():
    """Its idea was not back when the copy sent it: its receipt says refused, and that of the original that it was taken."""
    show = Show()
    shared = show.propose(show.host)
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', ('vote.set', {'proposal': idea, 'on': True}), comment(idea, 'said'))
    lose_disk(show.server, folder)
    two.refill()
    assert statuses(two, moments) == ['rejected'] * 2
    one.refill()
    assert statuses(one, moments) == ['ok'] * 2
    part(one, two, shared)
    kept = one.state(), two.state()
    for order in ((two, one, show.s0), (one, two, show.s0), (show.s0, two, one), (two, show.s0, one), (two, one, two, show.s0)):
        one.set_state(kept[0]), two.set_state(kept[1])
        lose_disk(show.server, folder)
        for pc in order:
            pc.refill()
        assert votes(show) == [idea] and bodies(show) == ['own', 'own', 'said'], (order.index(two), votes(show), bodies(show))
        assert statuses(one, moments) == ['ok'] * 2 and show.count('parked') == 0


def test_a_refused_copy_hears_that_it_was_taken():
    """It has no receipt but a refusal's: what another one has brought since holds for it as well when it asks anew."""
    show = Show()
    shared = show.propose(show.host)
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', comment(idea, 'said'))
    two_again = two.copied()
    lose_disk(show.server, folder)
    two.refill()
    part(two, one, shared)
    assert statuses(one, moments) == ['ok'] and statuses(two, moments) == ['rejected']
    two_again.refill()
    assert statuses(two_again, moments) == ['ok']
    show.s0.refill()
    assert bodies(show) == ['own', 'own', 'said'] and show.count('parked') == 0


def test_a_conflict_of_after_a_restore_gives_way():
    """Saves, deletions, edits and ballots that were taken; after the restore somebody else was first, until the receipts came."""
    def go(first, second, facts):
        for parted in (False, True):
            show = Show()
            idea, draft = show.propose(show.s0), new_id()
            show.create()
            show.chair.step(show.event, 'open', entry=show.entries[0])
            show.s0.do('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'start'}})
            folder = backup(show.server)
            one, two, moments = pair(show, 's0', first(show, idea, draft))
            assert statuses(one, moments) == ['ok']
            lose_disk(show.server, folder)
            third = Desktop(show.server, 's0')
            third.look()
            third.do(*second(show, idea, draft))
            two.refill()
            assert statuses(two, moments) == ['conflict'], two.entries
            one.refill()
            assert statuses(one, moments) == ['ok'], one.entries
            if parted:
                part(one, two, idea)
                kept = [pc.state() for pc in (one, two, third)]
                for order in turns((one, two, third))[::2]:
                    for pc, state in zip((one, two, third), kept):
                        pc.set_state(state)
                    lose_disk(show.server, folder)
                    for pc in order:
                        pc.refill()
                    assert facts(show, idea) == (True, []), (order.index(one), facts(show, idea))
                    assert statuses(one, moments) == ['ok']
            assert facts(show, idea) == (True, []), facts(show, idea)

    lost = lambda show, idea: [row[2] for row in show.facts()['proposal_version'] if row[7] and row[2] == 'first']
    edit = lambda title: lambda show, idea, draft: ('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': title}})
    go(edit('first'), edit('second'), lambda show, idea: ([row[1] for row in show.facts()['proposal'] if row[0] == idea] == ['first'], lost(show, idea)))
    save = lambda title: lambda show, idea, draft: ('draft.save', {'id': draft, 'base_version': 1, 'document': {**DOCUMENT, 'title': title}})
    go(save('first'), save('second'), lambda show, idea: (saves(show)[:2] == (['second'], ['first', 'second', 'start']), saves(show)[2]))
    go(lambda show, idea, draft: ('draft.delete', {'id': draft, 'base_version': 1}), save('second'), lambda show, idea: (saves(show)[:2] == (['second'], ['second']), saves(show)[2]))
    ballot = lambda value: lambda show, idea, draft: ('ballot.submit', {'id': new_id(), 'event': show.event, 'entry': show.entries[0], 'version': 1, 'score': value})
    go(ballot(3), ballot(4), lambda show, idea: ([(row[3], row[5]) for row in sorted(show.facts()['ballot'], key=lambda row: row[3])] == [(1, '3'), (2, '4')], []))


def test_what_had_lost_is_kept_once():
    """An edit and a save that came second, brought back by both copies, before and after what they are about."""
    show = Show()
    shared = show.propose(show.host)
    folder = backup(show.server)
    idea, draft = show.propose(show.s0), new_id()
    show.s0.do('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': 'won'}})
    show.s0.do('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'won'}})
    one, two, moments = pair(show, 's0', ('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': 'lost'}}),
                             ('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'lost'}}),
                             ('draft.delete', {'id': draft, 'base_version': 0}))
    part(one, two, shared)
    before = show.facts()
    assert statuses(one, moments) == statuses(two, moments) == ['conflict'] * 3
    kept = one.state(), two.state()
    for order in itertools.permutations((one, two, show.s0)):
        one.set_state(kept[0]), two.set_state(kept[1])
        lose_disk(show.server, folder)
        for pc in order:
            pc.refill()
        facts = show.facts()
        for name in ('proposal', 'proposal_version', 'draft', 'draft_version'):
            assert facts[name] == before[name], (name, facts[name], before[name])
        assert statuses(one, moments) == statuses(two, moments) == ['conflict'] * 3 and show.count('parked') == 0


def test_what_copies_still_have_to_send_is_done_once():
    """Nobody was answered. The original went on; what the copies have in common with it is not done a second time by them."""
    show = Show()
    idea, other, draft = show.propose(show.host), show.propose(show.host), new_id()
    own = show.propose(show.s0)
    common = [('vote.set', {'proposal': idea, 'on': True}), comment(idea, 'said'), ('proposal.edit', {'id': own, 'base_version': 1, 'fields': {'title': 'common'}}),
              ('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'common'}})]
    one, two, moments = pair(show, 's0', *common)
    three = two.copied()
    one.do('vote.set', {'proposal': idea, 'on': False})
    one.do('proposal.edit', {'id': own, 'base_version': 2, 'fields': {'title': 'later'}})
    one.do('draft.save', {'id': draft, 'base_version': 1, 'document': {**DOCUMENT, 'title': 'later'}})
    for pc in (two, three):
        pc.do(*comment(other, 'own'))
        assert statuses(pc, moments) == ['ok'] * 4
    facts = show.facts()
    assert votes(show) == [] and [row[1] for row in facts['proposal'] if row[0] == own] == ['later']
    assert len([row for row in facts['proposal_version'] if row[0].startswith(own)]) == 3
    assert saves(show) == (['later'], ['common', 'later'], [])


def test_copies_under_new_names_before_the_original():
    """Two copies took new names, and the original has not sent yet what all have: the first to come does it, without a receipt."""
    for order in turns(range(3))[::2]:
        show = Show()
        idea, folder = show.propose(show.host), backup(show.server)
        show.create()
        for entry in show.entries:
            show.chair.step(show.event, 'open', entry=entry)
            for judge in show.judges:
                show.ballot(judge, entry)
        original = Desktop(show.server, 'chair')
        original.look()
        moments = [original.write('event.step', {'event': show.event, 'step': 'lock', 'args': {}}),
                   *(original.write('event.step', {'event': show.event, 'step': 'reveal', 'args': {}}) for _ in range(2)),
                   original.write('vote.set', {'proposal': idea, 'on': True})]
        copies = original.copied(), original.copied()
        for pc in copies:
            pc.rename()
        pcs = [original, *copies]
        for index in order:
            pcs[index].send()
            assert statuses(pcs[index], moments[:1] + moments[3:]) == ['ok'] * 2, pcs[index].entries
            pcs[index].do('vote.set', {'proposal': idea, 'on': index == order[-1]})
        revealed = show.server.database().execute('SELECT revealed FROM event').fetchone()
        told = [statuses(pc, moments) for pc in pcs]
        assert told == [['ok'] * 4] * 3 and revealed == (2,), (told, revealed)
        assert votes(show) == [idea]
        kept = [pc.state() for pc in pcs]
        for again in (order, order[::-1]):
            for pc, state in zip(pcs, kept):
                pc.set_state(state)
            lose_disk(show.server, folder)
            for index in again:
                pcs[index].refill()
            for client in show.clients.values():
                client.refill()
            settle(show)
            assert [statuses(pc, moments) for pc in pcs] == told and votes(show) == [idea]
            assert show.server.database().execute('SELECT revealed FROM event').fetchone() == revealed
            assert show.count('parked') == 0


def test_a_name_of_before_is_ones_own():
    """Who claims that somebody else's work is a copy of their own gets no verdict of it, and keeps nothing from them."""
    show = Show()
    idea = show.propose(show.host)
    one = Desktop(show.server, 's1')
    one.look()
    at = one.write('vote.set', {'proposal': idea, 'on': True})
    thief = Desktop(show.server, 's2')
    thief.look()
    thief.entries, thief.n = one.copied().entries, one.n
    thief.replica = one.replica
    thief.rename()
    thief.send()
    assert len(votes(show)) == 1
    one.send()
    assert statuses(one, [at]) == statuses(thief, [at]) == ['ok'] and len(votes(show)) == 2


def safe_n(pc):
    return pc.call('GET', f'/v1/snapshot?replica={pc.replica}&schema=1')[1]['safe_n']


def test_a_refusal_of_after_a_restore_is_in_no_backup():
    """The receipt of before may still come; a refusal of before a restore, and what nobody is to do again, is safe."""
    show = Show()
    shared = show.propose(show.host)
    before = Desktop(show.server, 's2')
    before.look()
    before.do(*comment(new_id(), 'nowhere'), status='rejected')
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', comment(shared, 'first'), comment(idea, 'second'))
    lose_disk(show.server, folder)
    two.refill()
    assert statuses(two, moments) == ['ok', 'rejected']
    backup(show.server, '--kept')
    assert safe_n(one) == 1 and safe_n(before) == 1
    show.s0.refill()
    one.refill()
    assert statuses(one, moments) == ['ok', 'ok']
    backup(show.server, '--kept')
    assert safe_n(one) == 2 and bodies(show) == ['first', 'second']


def test_what_waits_under_a_copys_name_is_kept_by_all():
    show = Show()
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', comment(idea, 'said'))
    two.rename()
    two.send()
    third = two.copied()
    third.rename()
    lose_disk(show.server, folder)
    for pc in (two, one, third):
        pc.refill()
    assert show.count('parked') == 1
    backup(show.server, '--kept')
    assert [safe_n(pc) for pc in (one, two, third)] == [0, 0, 0]
    show.s0.refill()
    assert bodies(show) == ['said']
    backup(show.server, '--kept')
    assert [safe_n(pc) for pc in (one, two, third)] == [1, 1, 1]


def test_two_receipts_for_one_vote():
    """It was taken before the loss and, from a copy without a receipt, once more after it: the older receipt says where it stands,
    whoever is back first."""
    show = Show()
    idea, folder = show.propose(show.host), backup(show.server)
    one, two, moments = pair(show, 's0', ('vote.set', {'proposal': idea, 'on': True}))
    office = Desktop(show.server, 's0')
    office.look()
    office.do('vote.set', {'proposal': idea, 'on': False})
    two.rename()
    pcs, kept = (one, two, office), [pc.state() for pc in (one, two, office)]
    for first in turns(pcs):
        for pc, state in zip(pcs, kept):
            pc.set_state(state)
        lose_disk(show.server, folder)
        for pc in first:
            pc.refill()
        assert votes(show) == [], first.index(one)
        then = [pc.state() for pc in pcs]
        for order in turns(pcs):
            for pc, state in zip(pcs, then):
                pc.set_state(state)
            lose_disk(show.server, folder)
            for pc in order:
                pc.refill()
            assert votes(show) == [], (first.index(one), order.index(one))


def test_other_work_of_the_same_name_stays():
    """Both copies queued something under the same number. What one has done moves, and takes nothing from what the other waits to do."""
    show = Show()
    shared, folder = show.propose(show.host), backup(show.server)
    away = show.propose(show.s0)
    one = Desktop(show.server, 's1')
    one.look()
    two = one.copied()
    one.write('vote.set', {'proposal': shared, 'on': True})
    two.write(*comment(away, 'said'))
    twin = one.copied()
    for pc in (one, two):
        pc.send()
    assert one.replica != two.replica
    lose_disk(show.server, folder)
    for pc in (twin, two, one):
        pc.refill()
    assert show.count('parked') == 1
    show.s0.refill()
    assert bodies(show) == ['said'] and votes(show) == [shared]


WEIGHTS = ['rejected', 'conflict', 'ok']


class Chaos:
    """At random: an original, up to three copies of it, and somebody else; backups, losses, and returns of some."""

    def __init__(self, seed):
        self.seed, self.rng = seed, random.Random(seed)
        self.show = Show()
        self.show.propose(self.show.host)
        self.folders = [backup(self.show.server)]
        self.family, self.other = [Desktop(self.show.server, 's0')], Desktop(self.show.server, 's1')
        self.drafts = [new_id(), new_id()]
        self.written = {}  # by moment: name and arguments
        self.oldest = {}   # and where it stood first, as far as anybody has heard
        self.log = []
        for pc in self.pcs:
            pc.look()

    @property
    def pcs(self):
        return [*self.family, self.other]

    def name(self, pc):
        return 'other' if pc is self.other else self.family.index(pc)

    def mutation(self, pc):
        rng, text = self.rng, f'{self.rng.random():.9f}'
        ideas = sorted(key for table, key in pc.rows if table == 'proposal') + [entry['args']['id'] for entry in pc.entries if entry['name'] == 'proposal.submit']
        own = sorted(key for table, key in pc.rows if table == 'own_proposal')
        kind = rng.choice(['submit', 'edit', 'edit', 'edit', 'comment', 'vote', 'vote', 'save', 'save', 'save', 'delete'])
        if kind == 'edit' and own:
            row = pc.table('proposal')[rng.choice(own)]
            fields = {name: f'{name} {text}' for name in rng.sample(['title', 'body', 'category'], rng.choice([1, 1, 2]))}
            return 'proposal.edit', {'id': row['id'], 'base_version': rng.randint(max(1, row['version'] - 1), row['version']), 'fields': fields,
                                     'base': {name: row[name] or '' for name in fields}}
        if kind == 'comment' and ideas:
            return comment(rng.choice(ideas), text)
        if kind == 'vote' and ideas:
            return 'vote.set', {'proposal': rng.choice(ideas), 'on': rng.random() < 0.5}
        if kind in ('save', 'delete') and pc is not self.other:
            draft = rng.choice(self.drafts)
            row = pc.table('draft').get(draft)
            version = row['version'] if row else 0
            if kind == 'delete' and row:
                return 'draft.delete', {'id': draft, 'base_version': version}
            return 'draft.save', {'id': draft, 'base_version': rng.choice([version, version, max(0, version - 1)]), 'document': {**DOCUMENT, 'title': text}}
        return 'proposal.submit', {'id': new_id(), 'kind': 'proposal', 'title': text, 'body': text, 'anonymous': False}

    def act(self):
        rng = self.rng
        pc, kind = rng.choice(self.pcs), rng.random()
        if kind < 0.15 and len(self.family) < 4:
            pc = rng.choice(self.family)
            self.family.append(pc.copied())
            self.family[-1].look()
            self.log.append(('copy', self.name(pc)))
        elif kind < 0.2:
            kept = rng.random() < 0.3
            folder = backup(self.show.server, *(['--kept'] if kept else []))
            self.folders = [folder] if kept else [*self.folders, folder]
            self.log.append(('backup', kept))
        elif kind < 0.3:
            pc.refill()
            self.log.append(('refill', self.name(pc)))
        else:
            if rng.random() < 0.6:
                pc.look()
            name, args = self.mutation(pc)
            at = pc.write(name, args)
            self.written[at] = name, args
            sent = rng.random()
            if sent < 0.8:
                pc.send(lose_answer=sent < 0.3)
            self.log.append((name, self.name(pc), at, sent))

    def come_back(self, order):
        for pc in order:
            pc.refill()
            self.hear()
            if self.rng.random() < 0.5:
                pc.forget_safe()

    def state(self):
        """All but what is left of deleted drafts."""
        facts = self.show.facts()
        facts['draft'] = [row for row in facts['draft'] if not row[4]]
        return {name: facts[name] for name in ('proposal', 'proposal_version', 'comment', 'vote', 'draft', 'draft_version')}

    def best(self):
        """The heaviest that anybody was ever told of each; nobody may be told less than before."""
        best = {}
        for pc in self.pcs:
            for at, told in pc.told.items():
                weights = [WEIGHTS.index(status) for status in told]
                assert weights == sorted(weights), (self.name(pc), at, self.written[at], told)
                best[at] = max(best.get(at, 0), weights[-1])
        return {at: WEIGHTS[weight] for at, weight in best.items()}

    def hear(self):
        """What the receipts say."""
        for pc in self.pcs:
            for entry in pc.entries:
                if entry['status'] == 'ok':
                    place = int(entry['receipt'].split('.')[2])
                    self.oldest[entry['at']] = min(place, self.oldest.get(entry['at'], place))

    def places(self):
        """Where each thing that was taken stands: for all who brought it in the place where it stood first."""
        database, places = self.show.server.database(), {}
        verdicts = {(replica, n): seq for replica, n, seq in database.execute('SELECT replica, n, seq FROM verdict').fetchall()}
        database.close()
        for pc in self.pcs:
            for entry in pc.entries:
                if entry['status'] == 'ok':
                    places.setdefault(entry['at'], set()).add(verdicts[pc.replica, entry['n']])
        for at, found in places.items():
            assert found == {self.oldest[at]}, (at, self.written[at], found, self.oldest[at])
        return self.oldest

    def check_votes(self):
        newest = {}
        for at, place in sorted(self.places().items(), key=lambda pair: pair[1]):
            name, args = self.written[at]
            if name == 'vote.set':
                voter = self.other if any(entry['at'] == at for entry in self.other.entries) else self.family[0]
                newest[f'{args["proposal"]}:{voter.user["id"]}'] = args['on']
        assert sorted(vote for vote, on in newest.items() if on) == [row[0] for row in self.show.facts()['vote']], newest

    def check(self):
        best, facts = self.best(), self.state()
        self.hear()
        assert self.show.count('parked') == 0, self.show.server.database().execute('SELECT replica, n, name, waits_for FROM parked').fetchall()
        texts = {text for row in facts['proposal_version'] for text in row[2:5]}
        edits = {}
        titles = [(json.loads(row[2])['title']) for row in facts['draft_version']]
        gone = {self.written[at][1]['id'] for at, status in best.items() if self.written[at][0] == 'draft.delete' and status == 'ok'}
        for at, status in best.items():
            name, args = self.written[at]
            what = (at, name, args, status)
            if status == 'rejected':
                assert name != 'comment.add' or args['id'] not in [row[0] for row in facts['comment']], what
            elif name == 'comment.add':
                assert [row[3] for row in facts['comment'] if row[0] == args['id']] == [args['body']], what
            elif name == 'proposal.submit':
                assert args['id'] in [row[0] for row in facts['proposal']], what
            elif name == 'proposal.edit':
                assert set(args['fields'].values()) <= texts, what
                edits[args['id']] = edits.get(args['id'], 0) + (status == 'ok')
            elif name == 'draft.save':
                assert titles.count(args['document']['title']) == 1 or (args['id'] in gone and args['document']['title'] not in titles), what
        for row in facts['proposal']:
            assert row[6] == 1 + edits.get(row[0], 0), (row, edits.get(row[0]))
        if len(self.written) == len({entry['at'] for pc in self.pcs for entry in pc.entries}):  # nothing was forgotten by all
            self.check_votes()

    def go(self):
        rng, show = self.rng, self.show
        for _ in range(rng.randrange(2, 4)):
            for _ in range(rng.randrange(4, 14)):
                self.act()
                self.hear()
            folder = rng.choice(self.folders)
            lose_disk(show.server, folder)
            show.host.refill()
            back = rng.sample(self.pcs, rng.randrange(len(self.pcs) + 1))
            if rng.random() < 0.4:
                late = rng.choice(self.pcs)
                late.repeat()
                self.log.append(('late', self.name(late)))
            self.log.append(('lost', self.folders.index(folder), [self.name(pc) for pc in back]))
            self.come_back(back)
        for _ in range(rng.randrange(3)):
            self.act()
            self.hear()
        for _ in range(2):  # what one of them took a new name for, others may have to hear of
            self.come_back(self.pcs)
        self.check()
        kept, folder, before = [pc.state() for pc in self.pcs], rng.choice(self.folders), None
        for order in (self.pcs, self.pcs[::-1], *(rng.sample(self.pcs, len(self.pcs)) for _ in range(2))):
            for pc, state in zip(self.pcs, kept):
                pc.set_state(state)
            lose_disk(show.server, folder)
            show.host.refill()
            self.log.append(('lost', self.folders.index(folder), [self.name(pc) for pc in order]))
            for pc in order:
                pc.refill()
            self.check()
            before = before or self.state()
            assert_same(before, self.state())


def test_copies_in_any_order():
    first, runs = (int(text) for text in os.environ.get('JIP_COPY_RUNS', '0,1').split(','))
    failed = []
    for seed in range(first, first + runs):
        chaos = Chaos(seed)
        try:
            chaos.go()
        except Exception:
            failed.append(seed)
            for line in [*traceback.format_exc().splitlines(), *map(str, chaos.log if runs == 1 else [])]:
                print(f'# seed {seed}: {line[:600]}')
        chaos.show.server.stop()
    assert not failed, f'JIP_COPY_RUNS=SEED,1 with {failed}'


run_tests(globals(), check_feeds)
