# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that push without end at a server that is killed again and again, and the check that nothing acknowledged is lost or
doubled."""

import collections
import http.client
import random
import threading
import time

import harness
from harness import Client, event_args, new_id, row_digest

JUDGES = 8
WRITERS = 4


class Worker(threading.Thread):
    """Pushes without end, repeats what was not answered, and keeps what was acknowledged outside the server."""

    def __init__(self, server, client, make, seed):
        super().__init__(daemon=True)
        self.server, self.client, self.make = server, client, make
        self.rng = random.Random(seed)
        self.acknowledged = []  # (mutation, verdict)
        self.pending = None
        self.refused = collections.Counter()  # status of answers that were no verdict
        self.failure = None
        self.gate = threading.Event()
        self.gate.set()
        self.ending = False

    def run(self):
        try:
            while not self.ending:
                self.gate.wait()
                if self.pending is None:
                    self.pending = [self.client.mutation(*self.make(self.rng, self.client)) for _ in range(self.rng.randint(1, 5))]
                try:
                    status, answer = self.client.call('POST', '/v1/push', {'replica': self.client.replica, 'schema': 1,
                                                                          'mutations': self.pending})
                except (OSError, http.client.HTTPException):
                    self.client.connection = None
                    time.sleep(0.02)
                    continue
                if status >= 500:
                    self.refused[status] += 1
                    time.sleep(0.02)
                    continue
                assert status == 200, answer
                self.acknowledged += zip(self.pending, answer['verdicts'])
                self.pending = None
        except Exception as failure:
            self.failure = failure


def make_proposal(rng, client):
    return 'proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': f'글 {rng.random()}', 'anonymous': rng.random() < 0.3}


def make_ballot(event):
    def make(rng, client):
        client.version = getattr(client, 'version', 0) + 1
        return 'ballot.submit', {'id': new_id(), 'event': event['id'], 'entry': rng.choice(event['entries'])['id'],
                                 'version': client.version, 'score': rng.randint(0, 10)}
    return make


def check(server, workers):
    """Compares the log outside with what the server has."""
    database = server.database()
    ids = {table: [row[0] for row in database.execute(f'SELECT id FROM {table}')] for table in ('proposal', 'ballot')}
    feed = dict(database.execute("SELECT table_name, COUNT(*) FROM feed WHERE table_name IN ('proposal', 'ballot') GROUP BY 1"))
    database.close()
    acknowledged = 0
    for worker in workers:
        for mutation, verdict in worker.acknowledged:
            acknowledged += 1
            assert verdict['status'] == 'ok', verdict
            table = mutation['name'].split('.')[0]
            assert ids[table].count(mutation['args']['id']) == 1, f"lost: {mutation['name']} n {mutation['n']}"
        # What was asked again after a crash has the verdict of the first time.
        again = [pair for pair in worker.acknowledged[-150:]]
        if again:
            verdicts = worker.client.push_raw([mutation for mutation, verdict in again])
            assert verdicts == [verdict for mutation, verdict in again], 'a verdict has changed'
    known = {m['args']['id'] for w in workers for m, v in w.acknowledged} | {m['args']['id'] for w in workers for m in w.pending or []}
    for table, rows in ids.items():
        assert len(rows) == len(set(rows)) == feed.get(table, 0), f'{table}: {len(rows)} rows, {feed.get(table, 0)} in the feed'
        assert set(rows) <= known, f'{table}: a row that nobody sent'
    return acknowledged


USERS = [['host', '주최', '', 'staff organiser', 'pw']]
USERS += [[f'w{i}', f'직원 {i}', '', 'staff', 'pw'] for i in range(WRITERS)] + [[f'j{i}', f'위원 {i}', '', 'staff', 'pw'] for i in range(JUDGES)]


def make_workers(server, seed):
    """An event with all windows open, and workers that write ideas and ballots."""
    host = Client(server, 'host')
    writers, judges = [Client(server, f'w{i}') for i in range(WRITERS)], [Client(server, f'j{i}') for i in range(JUDGES)]
    event = event_args(host.user['id'], [(judge.user['id'], 'staff') for judge in judges], 6)
    event['rules'] = dict(event['rules'], panels=[dict(event['rules']['panels'][1], weight=100)], ties=['lot'])
    host.do('event.create', event)
    for entry in event['entries']:
        host.step(event['id'], 'open', entry=entry['id'])
    workers = [Worker(server, client, make_proposal, f'{seed} {i}') for i, client in enumerate(writers)]
    return workers + [Worker(server, client, make_ballot(event), f'{seed} j{i}') for i, client in enumerate(judges)]


def end_workers(workers):
    for worker in workers:
        worker.ending = True
    for worker in workers:
        worker.join(30)
        assert not worker.is_alive() and not worker.failure, worker.failure


def check_whole(server):
    """The digests are those of the rows, and the audit has no break."""
    reader = Client(server, 'host')
    page = reader.pull()
    assert page['digests'] == row_digest(reader.rows), 'the digests differ from the rows'
    assert 'unbroken' in harness.jipctl('audit', 'verify', data=server.data)
