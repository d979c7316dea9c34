# SPDX-License-Identifier: GPL-3.0-or-later
"""Ballots and steps that a restore lost and that come back when the result is announced: each might change it, and none may cost what
the tally of all ballots costs, which is the baseline.

usage: bench-return.py [JUDGES]     (of each of whom there are ballots already; the build is JIP_BUILD_DIR's)
"""

import json
import os
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
os.environ.setdefault('JIP_BUILD_DIR', str(TOP / '_build'))
sys.path[:0] = [str(TOP / 'tests/server')]
from refill import come_back_to_the_announced  # noqa: E402

judges = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
tally, ballots, steps, newer = come_back_to_the_announced(judges)
print(json.dumps({'bench': 'return', 'judges': judges, 'tally_s': round(tally, 3),
                  'ballots': 16, 'ballots_s': round(ballots, 3), 'ballots_ratio': round(ballots / tally, 2),
                  'steps': 14, 'steps_s': round(steps, 3), 'steps_ratio': round(steps / tally, 2),
                  'versions': 16, 'versions_s': round(newer, 3), 'versions_ratio': round(newer / tally, 2)}))
