# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of a client at named points of its work, checked against what it had said is safe: each idea is queued once and
shown, the queue has no gap, and at the end the server has each once.

usage: kill-points-client.py [--kills N] [--seed N] [--json]"""

import collections
import random
import shutil
import tempfile
import time

import campaign
import desk
from faults import AFTER, BEFORE, HALF, RECEIVE, SEND, SYNC, WRITE, Faults

PATIENCE = 3
PER_REPLICA = 25
DATABASE, LOG = 'jiphyeon.db$', 'jiphyeon.db-wal'
VERDICTS, CHANGES = '"verdicts"', '"changes"'
POINTS = {
    'before a write': (WRITE, LOG, BEFORE, ''),
    'half a write': (WRITE, LOG, HALF, ''),
    'after a write': (WRITE, LOG, AFTER, ''),
    'before the commit is durable': (SYNC, LOG, BEFORE, ''),
    'after the commit is durable': (SYNC, LOG, AFTER, ''),
    'before the idea is announced': (SEND, 'idea ', BEFORE, ''),
    'before the push leaves': (SEND, '"mutations"', BEFORE, ''),
    'after the push left': (SEND, '"mutations"', AFTER, ''),
    'the verdict is read': (RECEIVE, VERDICTS, AFTER, ''),
    'before the verdict is written': (WRITE, LOG, BEFORE, VERDICTS),
    'before the verdict is durable': (SYNC, LOG, BEFORE, VERDICTS),
    'after the verdict is durable': (SYNC, LOG, AFTER, VERDICTS),
    'after the verdict, before the pull leaves': (SEND, 'GET /v1/pull', BEFORE, VERDICTS),
    'the changes are read': (RECEIVE, CHANGES, AFTER, VERDICTS),
    'before the overlay leaves': (SYNC, LOG, BEFORE, CHANGES),
    'after the overlay left': (SYNC, LOG, AFTER, CHANGES),
    'before a checkpoint writes': (WRITE, DATABASE, BEFORE, ''),
    'half a page of a checkpoint': (WRITE, DATABASE, HALF, ''),
    'before a checkpoint is durable': (SYNC, DATABASE, BEFORE, ''),
}


def check(folder, ideas):
    database = desk.open_replica(folder)
    if not desk.is_ready(database):
        database.close()
        assert not ideas, 'the replica is gone'
        return
    queue = desk.queue(database)
    shown = dict(database.execute("SELECT id, COUNT(*) FROM record WHERE tbl = 'proposal' AND shown = 1 GROUP BY 1"))
    database.close()
    assert sorted(queue.values()) == list(range(1, len(queue) + 1)), 'the queue has a gap or a double'
    assert ideas <= set(queue), f'lost: {sorted(ideas - set(queue))[:3]}'
    assert set(shown) == set(queue) and set(shown.values()) <= {1}, 'not shown, or twice'


def kill_at(site, folder, point, skip):
    """Returns the ideas that the client announced, and whether the point was reached."""
    preload = Faults(folder)
    calls, match, when, since = POINTS[point]
    preload.arm(calls, match, when, skip=skip, since=since)
    child = desk.start(site, folder, preload)
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    reached = child.poll() is not None
    desk.end(child)
    assert child.returncode == -9, f'the client ended with {child.returncode}'
    return desk.announced(preload), reached


def one_replica(rng, points, reached):
    site, folder, ideas = desk.Site(), tempfile.mkdtemp(prefix='jip-desk-'), set()
    for point in points:
        new, hit = kill_at(site, folder, point, rng.randint(0, 4))
        ideas |= new
        reached[point if hit else 'a moment'] += 1
        try:
            check(folder, ideas)
        except Exception as problem:
            raise AssertionError(f'after “{point}”, kept in {folder}: {problem}') from problem
    desk.run_until(site, folder, lambda: ideas <= site.ideas(), 'the queue does not drain')
    check(folder, ideas)
    site.check_once()
    site.close()
    shutil.rmtree(folder)
    return len(ideas)


def run(kills, seed):
    rng, reached, announced, order = random.Random(seed), collections.Counter(), 0, []
    while len(order) < kills:
        order += rng.sample(list(POINTS), len(POINTS))
    order = order[:kills]
    for at in range(0, kills, PER_REPLICA):
        announced += one_replica(rng, order[at:at + PER_REPLICA], reached)
    assert announced > 0
    return {'kills': kills, 'points': dict(reached), 'acknowledged': announced, 'lost': 0, 'doubled': 0}


if __name__ == '__main__':
    campaign.main('kill-points-client', run, 'kills', 19, __doc__)
