# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that keep what was acknowledged, servers that lose their disk, and an event that must come back whole."""

import atexit
import itertools
import os
import shutil
import tempfile
import time

from harness import BUILD, Client, Server, event_args, jipctl, new_id, preload

PEOPLE = [['host', '주관', '기획과', 'staff organiser', 'pw'], ['chair', '위원장', '', 'staff', 'pw'],
          ['audit', '감사', '', 'auditor', 'pw'], ['boss', '관리', '', 'staff admin', 'pw'],
          *[[f'e{i}', f'전문가{i}', '외부', 'staff', 'pw'] for i in range(3)],
          *[[f's{i}', f'직원{i}', f'{i}국', 'staff', 'pw'] for i in range(4)]]


class Keeper(Client):
    """A client that keeps its queue with the receipts, as docs/protocol.md asks."""

    def __init__(self, server, login):
        self.queue = {}
        self.newest = {}
        self.epoch = None
        self.login = login
        self.process = None
        super().__init__(server, login)

    def raw(self, method, path, body=None, headers=None, timeout=60):
        if self.process is not self.server.process:  # another one answers now
            self.process, self.connection = self.server.process, None
        return super().raw(method, path, body, headers, timeout)

    def call(self, method, path, body=None, headers=None):
        answer = super().call(method, path, body, headers)
        if answer[0] == 401 and self.token:  # the session was younger than the backup
            self.token = None
            self.sign_in(self.login)
            return super().call(method, path, body, headers)
        return answer

    def push_raw(self, mutations):
        verdicts = super().push_raw(mutations)
        for mutation, verdict in zip(mutations, verdicts):
            old = self.newest.get(mutation['n'])
            assert old is None or (old['status'], old.get('code')) == (verdict['status'], verdict.get('code')), (old, verdict)
            self.newest[mutation['n']] = verdict
            self.queue[mutation['n']] = {**mutation, 'receipt': verdict['receipt']}
        return verdicts

    def forget(self, safe_n):
        """What a backup contains that is kept elsewhere."""
        self.queue = {n: mutation for n, mutation in self.queue.items() if n > safe_n}

    def refill(self):
        """Shows the restored server everything that is kept; returns how many it had lost."""
        self.server_last_n()
        lost = [n for n in self.queue if n > self.last_n]
        kept = sorted(self.queue)
        for start in range(0, len(kept), 50):
            self.push_kept([self.queue[n] for n in kept[start:start + 50]], kept[0])
        return len(lost)

    def repeat(self, most, status='ok'):
        """The network brings again what was answered so before the loss, without the receipts, of which nobody knew then."""
        self.server_last_n()
        taken = itertools.takewhile(lambda n: self.newest[n]['status'] == status, sorted(n for n in self.queue if n > self.last_n))
        mutations = [{name: value for name, value in self.queue[n].items() if name != 'receipt'} for n in itertools.islice(taken, most)]
        self.call('POST', '/v1/push', {'replica': self.replica, 'schema': 1, 'mutations': mutations})

    def push_kept(self, mutations, oldest):
        status, answer = self.call('POST', '/v1/push', {'replica': self.replica, 'schema': 1, 'oldest': oldest, 'mutations': mutations})
        assert status == 200, (status, answer)
        for mutation, verdict in zip(mutations, answer['verdicts']):
            before = self.newest[mutation['n']]
            assert (verdict['status'], verdict.get('code')) == (before['status'], before.get('code')), (mutation, before, verdict)
            self.queue.setdefault(mutation['n'], dict(mutation))['receipt'] = verdict['receipt']
        return answer

    def server_last_n(self):
        """What an old cursor is answered, and then the snapshot."""
        if self.cursor:
            status, answer = self.call('GET', f'/v1/pull?replica={self.replica}&schema=1&cursor={self.cursor}')
            if self.epoch != self.call('GET', '/healthz')[1]['epoch']:
                assert status == 410 and answer['error']['code'] == 'epoch-changed', (status, str(answer)[:300])
        self.rows, self.cursor = {}, None
        while True:
            query = f'/v1/snapshot?replica={self.replica}&schema=1' + (f'&cursor={self.cursor}' if self.cursor else '')
            status, page = self.call('GET', query)
            assert status == 200, (status, page)
            self.rows.update({(change['table'], change['id']): change['row'] for change in page['changes']})
            self.cursor, self.last_n, self.safe_n, self.epoch = page['cursor'], page['last_n'], page['safe_n'], page['epoch']
            if not page['more']:
                return self.last_n

    def upload(self, data):
        import hashlib
        sha256 = hashlib.sha256(data).hexdigest()
        status, answer = self.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(data)})
        assert status == 200, answer
        if not answer['complete']:
            status, _, _ = self.raw('PATCH', f'/v1/blobs/{sha256}', data[answer['offset']:],
                                    {'Upload-Offset': str(answer['offset']), 'Content-Type': 'application/octet-stream'})
            assert status == 204, status
        return sha256


def backup(server, *options):
    parent = tempfile.mkdtemp(prefix='jip-backup-')
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    folder = os.path.join(parent, 'backup')
    jipctl('backup', folder, *options, data=server.data)
    return folder


def lose_disk(server, folder):
    """The server is gone with its disk; another one comes back from the backup, on the same clients."""
    server.kill()
    shutil.rmtree(server.data)
    server.restore(folder)
    server.start()


def set_clock(seconds):
    """How far the clocks of the servers, and of jipctl, that start from now on are off."""
    os.environ['JIP_CLOCK_STEP'] = str(seconds)
    os.environ['LD_PRELOAD'] = preload(*[os.path.join(BUILD, 'tests/server/clock-step.so')] if seconds else [])


class Show:
    """An event and a board, with what was acknowledged of it."""

    def __init__(self, options=()):
        self.server = Server(users=PEOPLE, options=options).start()
        self.clients = {login: Keeper(self.server, login) for login, *_ in PEOPLE}
        self.args = None
        self.proposals = []

    def __getattr__(self, name):
        try:
            return self.__dict__['clients'][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def judges(self):
        return [client for login, client in self.clients.items() if login[0] in 'es' and login[1:].isdigit()]

    def create(self, slides=None, chair=None, departments=()):
        judges = [(client.user['id'], 'expert' if login[0] == 'e' else 'staff') for login, client in self.clients.items()
                  if login[0] in 'es' and login[1:].isdigit()]
        self.args = event_args((chair or self.chair).user['id'], judges)
        for entry, department in zip(self.args['entries'], departments):
            entry['department'] = department
        if slides is not None:
            self.args['entries'][0]['slides'] = {'sha256': self.host.upload(slides), 'size': len(slides), 'name': '발표.pdf'}
        self.host.do('event.create', self.args)
        self.event, self.entries = self.args['id'], [entry['id'] for entry in self.args['entries']]

    def ballot_args(self, client, entry, version=1, value=0):
        """A judge's ballot; the scores follow from who, what and the value."""
        who = list(self.clients).index(client.user['login'])
        args = {'id': new_id(), 'event': self.event, 'entry': entry, 'version': version}
        seed = who * 7 + self.entries.index(entry) * 5 + version * 3 + value
        if client.user['login'][0] == 'e':
            args['scores'] = {'creativity': 20 + seed % 20, 'feasibility': f'{10 + seed % 19}.5', 'effect': 12 + seed % 17}
        else:
            args['score'] = 2 + seed % 8
        return args

    def ballot(self, client, entry, version=1, value=0, **expect):
        args = self.ballot_args(client, entry, version, value)
        client.do('ballot.submit', args, **expect)
        return args['id']

    def propose(self, client):
        proposal = new_id()
        client.do('proposal.submit', {'id': proposal, 'kind': 'proposal', 'title': '제안', 'body': '본문', 'anonymous': False})
        self.proposals.append(proposal)
        return proposal

    def facts(self):
        """Everything that must be the same again: the tables without the bookkeeping of sync."""
        database = self.server.database()
        queries = {
            'ballot': 'SELECT id, judge, subject, version, scores, score, picks, complete, state, reason, hash, receipt_code, received_at FROM ballot',
            'event': 'SELECT id, state, rules_hash, presenting, category_windows, revealed, reveal_steps, version FROM event',
            'entry': 'SELECT id, status, status_reason, adjust, adjust_reason, voting, lot, slides FROM entry',
            'judge': 'SELECT id, account, panel, label, department FROM judge',
            'recusal': 'SELECT id, kind, reason, received_at FROM recusal',
            'submission': 'SELECT id, ballot, complete FROM submission',
            'progress': 'SELECT id, counted, expected FROM progress',
            'result': 'SELECT event, result, sha256 FROM result',
            'reveal': 'SELECT id, award, entries FROM reveal',
            'proposal': 'SELECT id, title, body, category, department, author, version, votes, comments, received_at, updated_at FROM proposal',
            'proposal_version': 'SELECT id, version, title, body, category, department, author, lost, received_at FROM proposal_version',
            'comment': 'SELECT id, proposal, author, body, received_at FROM comment',
            'attachment': 'SELECT id, proposal, comment, author, sha256, size, name, arrived, removed, received_at FROM attachment',
            'vote': 'SELECT id FROM vote',
            'draft': 'SELECT id, author, document, version, deleted, received_at FROM draft',
            'draft_version': 'SELECT id, version, document, lost, received_at FROM draft_version WHERE version >= 0',
            'blob': 'SELECT sha256, size FROM blob',
        }
        facts = {name: sorted(database.execute(query).fetchall(), key=repr) for name, query in queries.items()}
        database.close()
        return facts

    def count(self, table):
        database = self.server.database()
        n = database.execute(f'SELECT COUNT(*) FROM {table}').fetchone()[0]
        database.close()
        return n


def keep(clients):
    return {client: ({n: dict(mutation) for n, mutation in client.queue.items()}, dict(client.newest)) for client in clients}


def put_back(kept):
    for client, (queue, newest) in kept.items():
        client.queue, client.newest = {n: dict(mutation) for n, mutation in queue.items()}, dict(newest)


def come_back(show, kept, folder, order, repeated=()):
    """The disk is lost, and the PCs come back one after the other, as they were then. @repeated: whose old requests come first, and how
    many of each"""
    put_back(kept)
    lose_disk(show.server, folder)
    show.host.refill()
    for pc, most in repeated:
        pc.repeat(most)
    for pc in order:
        pc.refill()


def some_of(rng, pcs):
    """Whose old requests the network brings again (Keeper.repeat)."""
    return [(pc, rng.randrange(1, 9)) for pc in rng.sample(pcs, rng.randrange(1, len(pcs) + 1))]


def three_losses(show, rng, pcs, folders, act, most, back, branches=True):
    """Work, with backups now and then, a loss after which less than @back PCs come back at once, three times; then all are back.
    With @branches also backups may be used that are of a server which was itself lost to an older backup."""
    for _ in range(3):
        for _ in range(rng.randrange(2, most)):
            act()
            if rng.random() < 0.2:
                folders.append(backup(show.server))
        used = rng.choice(folders)
        lose_disk(show.server, used)
        if not branches:
            del folders[folders.index(used) + 1:]
        show.host.refill()
        for pc in rng.sample(pcs, rng.randrange(back)):
            pc.refill()
    act()
    for pc in pcs:
        pc.refill()


def assert_same(before, after):
    for name in before:
        missing = [row for row in before[name] if row not in after[name]]
        more = [row for row in after[name] if row not in before[name]]
        assert not missing and not more, f'{name}: missing {missing[:3]}, more {more[:3]}'


def settle(show, seconds=20):
    """Waits until no result is due any more, and nothing that is parked could be done."""
    deadline = time.monotonic() + seconds
    while (show.count('refill_event WHERE due = 1') or show.count("parked WHERE waits_for = 'ready:'")) and time.monotonic() < deadline:
        time.sleep(0.02)


def one(show, query):
    database = show.server.database()
    row = database.execute(query).fetchone()
    database.close()
    return row


def result(show):
    return one(show, 'SELECT sha256 FROM result')[0]


def opened():
    """An event with open windows, and a backup of it."""
    show = Show()
    show.create()
    for entry in show.entries:
        show.chair.step(show.event, 'open', entry=entry)
    return show, backup(show.server)


def fill(show, n):
    """Judges by the thousand, with a ballot for each entry."""
    database = show.server.database('rw')
    for table, columns, values in (('account', 'id, login, name, roles, created_at', "'many' || i, 'many' || i, '직원', '[]', 0"),
                                   ('judge', 'id, event, number, account, panel, label, name', f"'many' || i, '{show.event}', 100 + i, 'many' || i, 'staff', 'x', '직원'")):
        database.execute(f'WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < {n}) INSERT INTO {table} ({columns}) SELECT {values} FROM s')
    database.execute("INSERT INTO ballot (id, event, judge, subject, entry, version, score, complete, state, hash, receipt_code, received_at)"
                     " SELECT j.id || e.id, e.event, j.id, e.id, e.id, 1, '7', 1, 'valid', 'x', 'x', 0 FROM judge j JOIN entry e ON e.event = j.event"
                     " WHERE j.id LIKE 'many%'")
    database.close()


def come_back_to_the_announced(n):
    """Of an event with @n judges more, 4 judges with 16 ballots, a PC with 14 steps and the PCs of 4 judges with the newer versions of 16
    ballots come back when all is announced. Returns the seconds of the tally, of the 16, of the 14 and of the newer 16."""
    seconds = []

    def timed(act):
        begun = time.monotonic()
        act()
        seconds.append(time.monotonic() - begun)

    show, _ = opened()
    fill(show, n)
    folder, away, steps = backup(show.server), show.judges[:4], Keeper(show.server, 'chair')
    newer = [Keeper(show.server, judge.login) for judge in show.judges[-4:]]
    for entry in show.entries * 3:
        steps.step(show.event, 'present', entry=entry)
    for step in ('close', 'open'):
        steps.step(show.event, step, entry=show.entries[0])
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    for judge in newer:
        for entry in show.entries:
            show.ballot(judge, entry, version=2)
    lose_disk(show.server, folder)
    for judge in show.judges[4:]:
        judge.refill()
    show.chair.server_last_n()
    timed(lambda: show.chair.step(show.event, 'lock'))
    show.chair.step(show.event, 'reveal')
    announced = result(show)
    timed(lambda: [judge.refill() for judge in away])
    timed(steps.refill)
    timed(lambda: [judge.refill() for judge in newer])
    assert 'came back after the announcement: 32' in jipctl('refill', 'list', data=show.server.data)
    assert jipctl('tally', '-', text=jipctl('event', 'export', show.event, data=show.server.data)) == one(show, 'SELECT result FROM result')[0]
    assert result(show) == announced
    return seconds
