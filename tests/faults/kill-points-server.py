# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of jiphyeond at named points of its work, under clients that push and upload without end, checked against their log
of acknowledgements outside the server: nothing acknowledged is lost, nothing is doubled. Under tests/with-postgresql the points
are those of its talk with PostgreSQL.

usage: kill-points-server.py [--kills N] [--seed N] [--json]"""

import collections
import hashlib
import http.client
import random
import threading
import time

import campaign
from faults import AFTER, BEFORE, HALF, NAME, RECEIVE, SEND, SYNC, WRITE, Server
import killing
from harness import Client, ON_POSTGRESQL

PATIENCE = 4  # seconds for a point to be reached; then the kill comes at this moment
PER_SERVER = 100
DATABASE, LOG = 'jiphyeon.db$', 'jiphyeon.db-wal'
ON_SQLITE = {
    'before a write': (WRITE, LOG, BEFORE),
    'half a write': (WRITE, LOG, HALF),
    'after a write': (WRITE, LOG, AFTER),
    'before the commit is durable': (SYNC, LOG, BEFORE),
    'after the commit is durable': (SYNC, LOG, AFTER),
    'before a checkpoint writes': (WRITE, DATABASE, BEFORE),
    'half a page of a checkpoint': (WRITE, DATABASE, HALF),
    'before a checkpoint is durable': (SYNC, DATABASE, BEFORE),
    'after a checkpoint is durable': (SYNC, DATABASE, AFTER),
}
# What it says to PostgreSQL, and hears. The body of a row in the feed travels with what else was written, up to the next question.
IN_POSTGRESQL = {
    'before a transaction begins': (SEND, 'BEGIN', BEFORE),
    'after a transaction began': (RECEIVE, 'BEGIN', AFTER),
    'before writes leave': (SEND, '"author_department"', BEFORE),
    'after writes left': (SEND, '"author_department"', AFTER),
    'before a ballot leaves': (SEND, '"receipt_code"', BEFORE),
    'after a ballot left': (SEND, '"receipt_code"', AFTER),
    'before the commit leaves': (SEND, 'COMMIT', BEFORE),
    'after the commit left': (SEND, 'COMMIT', AFTER),
    'when the commit is known': (RECEIVE, 'COMMIT', AFTER),
}
POINTS = (IN_POSTGRESQL if ON_POSTGRESQL else ON_SQLITE) | {
    'request read': (RECEIVE, '"mutations"', AFTER),
    'before the answer leaves': (SEND, '"receipt"', BEFORE),
    'after the answer left': (SEND, '"receipt"', AFTER),
    'a part of a file is named': (NAME, '/uploads/', AFTER),
    'half a part of a file': (WRITE, '/uploads/', HALF),
    'before a part is durable': (SYNC, '/uploads/', BEFORE),
    'after a part is durable': (SYNC, '/uploads/', AFTER),
    'before a file is in place': (NAME, '/blobs/', BEFORE),
    'after a file is in place': (NAME, '/blobs/', AFTER),
    'before a part is answered': (SEND, 'Upload-Offset', BEFORE),
    'after a part was answered': (SEND, 'Upload-Offset', AFTER),
}


class Uploader(threading.Thread):
    """Uploads files in three parts; what was answered must be known for ever."""

    def __init__(self, server, client, seed):
        super().__init__(daemon=True)
        self.server, self.client, self.rng = server, client, random.Random(seed)
        self.files = {}
        self.answers = 0
        self.failure, self.ending = None, False

    def ask(self, *request):
        while True:
            try:
                status, body, response = self.client.raw(*request)
                if status < 500:
                    return status, body, response
            except (OSError, http.client.HTTPException):
                self.client.connection = None
            time.sleep(0.02)

    def upload(self, data):
        sha = hashlib.sha256(data).hexdigest()
        known = 0
        while True:
            status, answer, _ = self.ask('POST', '/v1/blobs', '{"sha256": "%s", "size": %d}' % (sha, len(data)),
                                         {'Content-Type': 'application/json'})
            assert status == 200, (status, answer)
            answer = killing.harness.json.loads(answer)
            assert answer['offset'] >= known, f'{sha}: {known} bytes were acknowledged, {answer["offset"]} are there'
            if answer['complete']:
                self.files[sha] = data
                return
            assert answer['offset'] < len(data), f'{sha}: all bytes are there, and it is never whole'
            end = min(len(data), answer['offset'] + len(data) // 3 + 1)
            status, _, _ = self.ask('PATCH', f'/v1/blobs/{sha}', data[answer['offset']:end],
                                    {'Upload-Offset': str(answer['offset']), 'Content-Type': 'application/octet-stream'})
            assert status in (204, 409), status
            if status == 204:
                known, self.answers = end, self.answers + 1

    def run(self):
        try:
            while not self.ending:
                self.upload(self.rng.randbytes(self.rng.randint(3000, 20000)))
        except Exception as failure:
            self.failure = failure

    def check(self):
        for sha, data in self.files.items():
            status, body, _ = self.client.raw('GET', f'/v1/blobs/{sha}')
            assert status == 200 and body == data, f'{sha} is lost'


def kill_at(server, point, skip):
    """Lets the server go on until the point is reached. Returns whether it was."""
    calls, match, when = POINTS[point]
    server.faults.arm(calls, match, when, skip=skip)
    deadline = time.monotonic() + PATIENCE
    while server.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    reached = server.process.poll() is not None
    server.faults.clear()
    server.kill()
    return reached


def one_server(rng, points, seed, reached):
    server = Server(users=killing.USERS).start()
    workers = killing.make_workers(server, seed) + [Uploader(server, Client(server, 'host'), f'{seed} up')]
    for worker in workers:
        worker.start()
    for point in points:
        reached[point if kill_at(server, point, rng.randint(0, 8)) else 'a moment'] += 1
        server.start()
        failures = [worker.failure for worker in workers if worker.failure]
        assert not failures, f'after “{point}”: {failures}'
    time.sleep(0.3)
    killing.end_workers(workers)
    acknowledged = killing.check(server, workers[:-1]) + workers[-1].answers
    workers[-1].check()
    killing.check_whole(server)
    server.stop()
    return acknowledged


def run(kills, seed):
    rng, reached, acknowledged = random.Random(seed), collections.Counter(), 0
    order = []
    while len(order) < kills:
        order += rng.sample(list(POINTS), len(POINTS))
    order = order[:kills]
    for at in range(0, kills, PER_SERVER):
        acknowledged += one_server(rng, order[at:at + PER_SERVER], f'{seed} {at}', reached)
    assert acknowledged > 0
    return {'kills': kills, 'points': dict(reached), 'acknowledged': acknowledged, 'lost': 0, 'doubled': 0}


if __name__ == '__main__':
    campaign.main('kill-points-server', run, 'kills', 20, __doc__)
