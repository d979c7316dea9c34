# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of jiphyeond at random moments under load, checked against an outside log of acknowledgements: nothing acknowledged
is lost, nothing is doubled. `kill-server.py --kills 50 --seed 7` runs by itself; the suite runs a short one."""

import argparse
import random
import sys
import time

import killing
from harness import Server


def campaign(kills, seed, quiet=False):
    rng = random.Random(seed)
    server = Server(users=killing.USERS).start()
    workers = killing.make_workers(server, seed)
    for worker in workers:
        worker.start()
    for number in range(kills):
        time.sleep(rng.uniform(0.05, 0.6))
        server.kill()
        server.start()
        failures = [worker.failure for worker in workers if worker.failure]
        assert not failures, failures
    time.sleep(0.3)
    killing.end_workers(workers)
    acknowledged = killing.check(server, workers)
    killing.check_whole(server)
    server.stop()
    print(f'# {kills} kills, {acknowledged} acknowledged, none lost, none doubled')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--kills', type=int, default=50)
    parser.add_argument('--seed', type=int, default=random.randrange(1, 10**9))
    arguments = parser.parse_args()
    print('1..1', flush=True)
    print(f'# seed {arguments.seed}', flush=True)
    try:
        campaign(arguments.kills, arguments.seed)
    except Exception as failure:
        import traceback
        print('\n'.join('# ' + line for line in traceback.format_exc().splitlines()))
        print('not ok 1 kill-server')
        sys.exit(1)
    print('ok 1 kill-server')


main()
