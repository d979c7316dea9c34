# SPDX-License-Identifier: GPL-3.0-or-later
"""Power cuts under the desktop's replica: a client writes ideas, sends them and pulls while what it does to the disk is
recorded; on each disk that a cut could leave the replica must be whole, be taken for whole by the program, hold every idea that
it announced, once, in a queue without gaps, and know every number that it ever sent. Some are started again and must bring all
of it to the server.

usage: power-cut-client.py [--cuts N] [--seed N] [--json]"""

import os
import random
import re
import shutil
import sqlite3
import tempfile
import time

import campaign
import desk
import faults
from faults import Disk, Faults

SECONDS = 2
PER_RECORD = 125
STARTED = 2  # so many disks of a record get a client again


def check(folder, ideas, newest_sent):
    database = sqlite3.connect(f'{folder}/jiphyeon.db')
    assert database.execute('PRAGMA integrity_check').fetchall() == [('ok',)], 'the replica is damaged'
    if not desk.is_ready(database):
        database.close()
        assert not ideas and not newest_sent, 'the replica is gone'
        return
    queue = desk.queue(database)
    shown = dict(database.execute("SELECT id, COUNT(*) FROM record WHERE tbl = 'proposal' AND shown = 1 GROUP BY 1"))
    newest = int(desk.meta(database, 'newest_n') or 0)
    database.close()
    assert sorted(queue.values()) == list(range(1, len(queue) + 1)), 'the queue has a gap or a double'
    assert newest == len(queue), f'newest_n is {newest}, the queue has {len(queue)}'
    assert newest >= newest_sent, f'n {newest_sent} was sent, {newest} is known'
    for idea in ideas:
        assert idea in queue, f'lost: {idea}'
    assert all(shown.get(idea) == 1 for idea in queue), 'not shown, or twice'


def start_again(site, folder, ideas):
    """A client on this disk brings everything to the server, and goes on."""
    before = site.ideas()
    desk.run_until(site, folder, lambda: ideas <= site.ideas() and site.ideas() - before, 'the queue does not drain')


def play(rng, site, log, disk, cuts):
    steps = list(faults.records(log))
    points = faults.cut_points(rng, steps, cuts)
    again = set(rng.sample(range(cuts), min(STARTED, cuts)))
    target = tempfile.mkdtemp(prefix='jip-cut-')
    ideas, newest_sent, checked, done = set(), 0, 0, 0
    for index, (kind, path, inode, offset, data) in enumerate(steps, 1):
        if kind != 'S':
            disk.take(kind, path, inode, offset, data)
        elif data.startswith(b'idea '):
            ideas.add(data[5:].decode().strip())
        elif b'"mutations"' in data:
            newest_sent = max([newest_sent] + [int(n) for n in re.findall(rb'"n":(\d+)', data)])
        while points and points[0] == index:
            points.pop(0)
            folder = os.path.join(target, str(done))
            disk.cut(rng, folder)
            desk.open_sound(folder)
            if os.path.exists(f'{folder}/jiphyeon.db') and os.path.getsize(f'{folder}/jiphyeon.db') or ideas:
                try:
                    check(folder, ideas, newest_sent)
                    if done in again or not ideas:
                        start_again(site, folder, set(ideas))
                except Exception as problem:
                    raise AssertionError(f'cut {done} after step {index} of {len(steps)}, kept in {folder}: {problem}') from problem
            shutil.rmtree(folder)
            checked, done = checked + len(ideas), done + 1
    shutil.rmtree(target)
    return checked, len(ideas)


def run(cuts, seed):
    rng, left = random.Random(seed), cuts
    checked = announced = records = 0
    while left > 0:
        site, part = desk.Site(), min(left, PER_RECORD)
        folder = tempfile.mkdtemp(prefix='jip-desk-')
        preload = Faults(folder, record=True)
        disk = Disk(folder)
        disk.load()
        child = desk.start(site, folder, preload)
        time.sleep(SECONDS)
        desk.end(child)
        numbers = play(rng, site, preload.log, disk, part)
        assert numbers[1] > 0, 'the client announced nothing'
        checked, announced, records, left = checked + numbers[0], announced + numbers[1], records + 1, left - part
        site.check_once(copied=True)  # the client lived on after each cut
        site.close()
        shutil.rmtree(folder)
    return {'cuts': cuts, 'records': records, 'acknowledged': announced, 'checked': checked, 'lost': 0, 'damaged': 0}


if __name__ == '__main__':
    campaign.main('power-cut-client', run, 'cuts', 20, __doc__)
