# SPDX-License-Identifier: GPL-3.0-or-later
"""From a judge's tap to the durable acknowledgement: 13 experts and 100 staff judges of a demo city hand in over HTTP for
each of its entries, once all at the same moment and once within two seconds. The clients are threads of one Python program
on the same machine, and their time is in the figures.

usage: bench-event.py BUILD
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
os.environ['JIP_BUILD_DIR'] = sys.argv[1] if len(sys.argv) > 1 else str(TOP / '_build')
sys.path[:0] = [str(TOP / 'tests/server'), str(TOP / 'tools')]
import judges  # noqa: E402
import logins  # noqa: E402
from harness import Client, Server, jipctl  # noqa: E402

LIMIT_SECONDS = 120


def wait_for_all(chair, entries):
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        chair.pull()
        if all(row['counted'] == row['expected'] for row in chair.table('progress').values() if row['entry'] in entries):
            return
        assert time.monotonic() < deadline, 'the ballots do not come'
        time.sleep(0.1)


def measure(folder, pace, at_once):
    """Figures of one event; @at_once opens all windows together instead of one after the other."""
    jipctl('demo', str(folder), '--ideas', '50')
    people = logins.read(folder / 'logins.txt')
    server = Server(data=str(folder)).start()
    seats = [(p.login, p.password) for role in ('expert-judge', 'staff-judge') for p in people[role]]
    simulation = judges.Simulation(('127.0.0.1', server.port), seats, pace=pace)
    simulation.start()
    simulation.wait_until_seated()
    chair = Client(server, people['chair'][0].login, people['chair'][0].password)
    chair.pull()
    [event] = chair.table('event')
    entries = [row['id'] for row in sorted(chair.table('entry').values(), key=lambda row: row['number'])]
    started = time.perf_counter()
    for group in [entries] if at_once else [[entry] for entry in entries]:
        for entry in group:
            chair.step(event, 'open', entry=entry)
        wait_for_all(chair, group)
    seconds = time.perf_counter() - started
    chair.step(event, 'lock')
    simulation.join()
    server.stop()
    figures = simulation.summary()
    assert not figures.pop('problems') and not figures['rejected'], figures
    return {**figures, 'seconds': round(seconds, 2)}


def main():
    with tempfile.TemporaryDirectory(prefix='jip-bench-') as root:
        print(json.dumps({'entry_by_entry_same_moment': measure(Path(root) / 'a', (0, 0), False),
                          'entry_by_entry_within_2_s': measure(Path(root) / 'b', (0, 2), False),
                          'all_entries_flat_out': measure(Path(root) / 'c', (0, 0), True)}))


if __name__ == '__main__':
    main()
