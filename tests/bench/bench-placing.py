# SPDX-License-Identifier: GPL-3.0-or-later
"""After a restore one push brings old saves of a draft, or old edits of a proposal, that stand before newer ones which are back already: how
long the push takes, and how long the vote of somebody else waits beside it. The baseline is the push that brought the same when it was new.

usage: bench-placing.py [OLD [SAVES [EDITS]]]     (how many come, before how many newer ones; the build is JIP_BUILD_DIR's)
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
os.environ.setdefault('JIP_BUILD_DIR', str(TOP / '_build'))
sys.path[:0] = [str(TOP / 'tests/server')]
from harness import new_id  # noqa: E402
from refill import Keeper, Show, backup, lose_disk  # noqa: E402

TEXT = 15000


def push_all(client, name, changes, at_once):
    for start in range(0, len(changes), at_once):
        client.push(*((name, args) for args in changes[start:start + at_once]))


def timed_beside(act, vote):
    """The seconds of @act, and of @vote that begins in its middle."""
    seconds = {}

    def timed(name, work):
        begun = time.monotonic()
        work()
        seconds[name] = round(time.monotonic() - begun, 3)

    thread = threading.Thread(target=timed, args=('push_s', act))
    thread.start()
    time.sleep(0.02)
    timed('vote_s', vote)
    thread.join()
    return seconds


def measure(name, old, new):
    """@old: makes the changes that come back last, from the id of what they are about; @new: those behind them"""
    show = Show()
    about = show.propose(show.s0)
    home, office = show.s0, Keeper(show.server, 's0')
    if name == 'draft.save':
        about = new_id()
        home.do(name, {'id': about, 'base_version': 0, 'document': paper('처음')})
    folder = backup(show.server, '--kept')
    begun = time.monotonic()
    push_all(home, name, old(about), 200)
    baseline = time.monotonic() - begun
    push_all(office, name, new(about), 200 if name == 'draft.save' else 50)
    lose_disk(show.server, folder)
    office.refill()
    home.server_last_n()
    kept = [home.queue[n] for n in sorted(home.queue) if n > home.last_n]
    show.s1.server_last_n()
    seconds = timed_beside(lambda: home.push_kept(kept, kept[0]['n']),
                           lambda: show.s1.do('vote.set', {'proposal': show.proposals[0], 'on': True}))
    return {**seconds, 'baseline_s': round(baseline, 3), 'ratio': round(seconds['push_s'] / baseline, 2)}


def paper(title):
    return {'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}


def saves(first, count):
    return lambda draft: [{'id': draft, 'base_version': i, 'document': paper(f'글 {i}')} for i in range(first, first + count)]


def edits(first, count, field, text):
    return lambda proposal: [{'id': proposal, 'base_version': i, 'fields': {field: f'{i} {text}'}} for i in range(first, first + count)]


n_old, n_saves, n_edits = [int(text) for text in sys.argv[1:]] + [200, 2000, 500][len(sys.argv) - 1:]
for name, newer, old, new in (('draft.save', n_saves, saves(1, n_old), saves(1 + n_old, n_saves)),
                              ('proposal.edit', n_edits, edits(1, n_old, 'title', 'x'), edits(1 + n_old, n_edits, 'body', 'x' * TEXT))):
    print(json.dumps({'bench': 'placing', 'name': name, 'old': n_old, 'newer': newer, **measure(name, old, new)}), flush=True)
