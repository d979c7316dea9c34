# SPDX-License-Identifier: GPL-3.0-or-later
"""One command line for all campaigns: a count, a seed, and TAP or one line of JSON."""

import argparse
import json
import random
import sys
import time
import traceback


def main(name, run, unit, default, usage):
    """Runs @run(count, seed), which returns figures or raises."""
    parser = argparse.ArgumentParser(description=usage.split('\n\n')[0])
    parser.add_argument(f'--{unit}', type=int, default=default, dest='count', metavar='N', help=f'how many ({default})')
    parser.add_argument('--seed', type=int, default=random.randrange(1, 10**9), metavar='N')
    parser.add_argument('--json', action='store_true', help='print one line of JSON instead of TAP')
    options = parser.parse_args()
    if not options.json:
        print(f'1..1\n# seed {options.seed}', flush=True)
    started = time.monotonic()
    figures = {'campaign': name, 'seed': options.seed}
    try:
        figures |= run(options.count, options.seed)
        problem = None
    except Exception as failure:
        problem = traceback.format_exc()
        figures['problem'] = str(failure)[:500]
    figures['seconds'] = round(time.monotonic() - started, 1)
    print(('' if options.json else '# ') + json.dumps(figures, ensure_ascii=False), flush=True)
    if problem:
        print('\n'.join('# ' + line for line in problem.splitlines()), file=sys.stderr if options.json else sys.stdout)
    if not options.json:
        print(f'{"not " if problem else ""}ok 1 {name}')
    sys.exit(1 if problem else 0)
