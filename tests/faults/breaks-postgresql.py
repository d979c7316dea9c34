# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL breaks under a jiphyeond that clients push at without end: a session is ended in the middle of a transaction, all are,
the database server restarts, stops at once, or loses all its processes. Nothing acknowledged is lost, nothing is doubled, clients are
told 503 meanwhile, and jiphyeond goes on without being restarted.

usage: breaks-postgresql.py [--breaks N] [--seed N] [--json]"""

import collections
import os
import random
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from pgcluster import Cluster  # noqa: E402

os.environ['JIP_TEST_DATABASE'] = '%s'  # before the harness looks; the address comes with the cluster
import campaign  # noqa: E402
import faults  # noqa: E402, F401  (finds the harness)
import killing  # noqa: E402
import postgresql  # noqa: E402
from harness import Client, Server  # noqa: E402

PATIENCE = 30  # seconds for the server to go on
# The session whose transaction holds the lock of those that write (src/store/jip-database-postgresql.c).
THE_WRITER = "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 1246318656 AND objid = 1 AND granted)"


class Break:
    """One kind of harm after the other, to one cluster."""

    def __init__(self, cluster, server, rng):
        self.cluster, self.server, self.rng = cluster, server, rng
        self.connection = None

    def terminate(self, where):
        """Ends sessions; returns how many."""
        sql = (f"SELECT COUNT(*) FROM (SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE datname = '{postgresql.name_of(self.server.uri)}'"
               f" AND {where} OFFSET 0) ended")
        self.connection = self.connection or postgresql.Connection(postgresql.address('postgres'))
        return self.connection.execute(sql).fetchone()[0]

    def session(self):
        """The one that writes, somewhere in its transaction: what it has sent is lost, what it sends next meets nobody."""
        deadline = time.monotonic() + 5
        while self.terminate(THE_WRITER) == 0:
            assert time.monotonic() < deadline, 'no session writes'

    def sessions(self):
        assert self.terminate('pid <> pg_backend_pid ()') > 0

    def away(self, how):
        self.connection = None
        how()
        status, answer = Client(self.server).call('GET', '/healthz')
        assert status == 503, f'healthz says {status} while there is no database: {answer}'
        time.sleep(self.rng.uniform(0, 0.5))
        self.cluster.start()

    def restart(self):
        self.away(self.cluster.stop)

    def immediate(self):
        self.away(lambda: self.cluster.stop(signal.SIGQUIT))

    def crash(self):
        self.away(self.cluster.crash)


KINDS = ('session', 'sessions', 'restart', 'immediate', 'crash')


def wait_until_it_goes_on(workers):
    before = [len(worker.acknowledged) for worker in workers]
    deadline = time.monotonic() + PATIENCE
    while not all(len(worker.acknowledged) > count for worker, count in zip(workers, before)):
        failures = [worker.failure for worker in workers if worker.failure]
        assert not failures, failures
        assert time.monotonic() < deadline, f'it does not go on within {PATIENCE} s'
        time.sleep(0.01)


def under_load(cluster, breaks, seed):
    rng, counts = random.Random(seed), collections.Counter()
    server = Server(users=killing.USERS).start()
    workers = killing.make_workers(server, seed)
    process, harm = server.process.pid, Break(cluster, server, rng)
    order = []
    while len(order) < breaks:
        order += rng.sample(KINDS, len(KINDS))
    for worker in workers:
        worker.start()
    slowest = 0
    for kind in order[:breaks]:
        time.sleep(rng.uniform(0.05, 0.4))
        getattr(harm, kind)()
        started = time.monotonic()
        wait_until_it_goes_on(workers)
        slowest = max(slowest, time.monotonic() - started)
        counts[kind] += 1
    killing.end_workers(workers)
    assert server.process.pid == process and server.process.poll() is None
    refused = sum((worker.refused for worker in workers), collections.Counter())
    assert set(refused) == {503}, f'clients were told {dict(refused)}'
    acknowledged = killing.check(server, workers)
    killing.check_whole(server)
    server.stop()
    return {'breaks': breaks, 'kinds': dict(counts), 'acknowledged': acknowledged, 'told to come again': refused[503],
            'seconds until all go on': round(slowest, 1), 'lost': 0, 'doubled': 0}


def run(breaks, seed):
    with Cluster() as cluster:
        postgresql.ADDRESS = cluster.address
        return under_load(cluster, breaks, seed)


if __name__ == '__main__':
    campaign.main('breaks-postgresql', run, 'breaks', 10, __doc__)
