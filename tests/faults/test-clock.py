# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that leap ten years, forth and back, under a server and under clients: no result changes, nobody is signed out by a
step, and what is written reaches the server."""

import http.client
import json
import mmap
import os
import random
import struct
import tempfile
import time

import faults
import desk
import harness
from harness import BUILD, Client, Server, event_args, jipctl, new_id, preload, run_tests

YEARS = 10 * 366 * 86400
DAY_MS = 86400 * 1000
SEED = int(os.environ.get('JIP_SEED', random.randrange(1, 10**9)))


class Clock:
    """A wall clock that a running program believes."""

    def __init__(self):
        self.path = os.path.join(tempfile.mkdtemp(prefix='jip-clock-'), 'off')
        harness.atexit.register(harness.shutil.rmtree, os.path.dirname(self.path), ignore_errors=True)
        with open(self.path, 'wb') as file:
            file.write(bytes(8))
        self.file = open(self.path, 'r+b')
        self.map = mmap.mmap(self.file.fileno(), 8)

    def set(self, seconds):
        self.map[:] = struct.pack('=q', seconds)

    def environment(self):
        return {'LD_PRELOAD': preload(os.path.join(BUILD, 'tests/server/clock-step.so')), 'JIP_CLOCK_FILE': self.path,
                'ASAN_OPTIONS': 'verify_asan_link_order=0:detect_leaks=0'}


class ClockedServer(Server):
    def __init__(self, users):
        super().__init__(users=users)
        self.clock = Clock()

    def start(self):
        before = dict(os.environ)
        os.environ.update(self.clock.environment())
        try:
            return super().start()
        finally:
            os.environ.clear()
            os.environ.update(before)


PEOPLE = [['chair', '위원장', '', 'staff organiser', 'pw']] + [[f'j{i}', f'위원 {i}', '', 'staff', 'pw'] for i in range(5)]


def play_event(server, clients, args, leap):
    """One event from one seed; @leap is called between any two steps. Returns the bytes of the result."""
    rng = random.Random(SEED)
    chair, judges = clients[0], clients[1:]
    users = iter(judge.user['id'] for judge in judges)
    args = dict(args, chair=chair.user['id'], judges=[dict(judge, user=next(users)) for judge in args['judges']])
    versions = {}

    def ballot(judge, entry, **verdict):
        versions[judge, entry] = versions.get((judge, entry), 0) + 1
        leap()
        return judges[judge].do('ballot.submit', {'id': new_id(), 'event': args['id'], 'entry': entry, 'version': versions[judge, entry],
                                                  'score': rng.randint(0, 10)}, **verdict)

    def step(name, **rest):
        leap()
        chair.step(args['id'], name, **rest)

    leap()
    chair.do('event.create', args)
    for entry in (entry['id'] for entry in args['entries']):
        step('open', entry=entry)
        for judge in range(len(judges)):
            for _ in range(rng.randint(1, 3)):
                ballot(judge, entry)
        step('close', entry=entry)
        late = ballot(rng.randrange(len(judges)), entry, code='late')
        chair.pull()
        row = [row for row in chair.table('late_ballot').values() if row['state'] == 'late'][-1]
        step('late', ballot=row['id'], admit=rng.random() < 0.5, reason='통신 장애')
        assert late['status'] == 'ok'
    step('lock')
    chair.pull()
    return chair.table('result')[args['id']]['result']


def test_no_result_changes():
    """The same event on a clock that stands right and on one that leaps before every step ends in the same bytes."""
    args = event_args('', [('', 'staff')] * 5, 4)
    args['rules'] = dict(args['rules'], panels=[dict(args['rules']['panels'][1], weight=100)], ties=['lot'])
    results = []
    for leaping in (False, True):
        server = ClockedServer(PEOPLE).start()
        rng = random.Random(SEED + 1)
        leaps = []

        def leap():
            if leaping:
                leaps.append(rng.choice([0, YEARS, -YEARS]))
                server.clock.set(leaps[-1])

        clients = [Client(server, row[0]) for row in PEOPLE]
        results.append(play_event(server, clients, args, leap))
        assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
        server.stop()
    assert results[0] == results[1], results
    print(f'# seed {SEED}: {len(leaps)} steps of the clock, the same {len(results[0])} bytes of result')


def test_a_step_signs_nobody_out():
    """Tokens, cursors, join codes and live feeds hold over steps of a running server's clock."""
    server = ClockedServer(PEOPLE).start()
    client, other = Client(server, 'j0'), Client(server, 'j1')
    client.pull()
    feed = http.client.HTTPConnection('127.0.0.1', server.port, timeout=20)
    feed.request('GET', '/v1/live', headers={'Authorization': 'Bearer ' + client.token})
    stream = feed.getresponse()
    for step in (YEARS, -YEARS, 0, -YEARS, YEARS, 0):
        server.clock.set(step)
        other.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False})
        seq = client.pull()['seq']
        assert client.call('GET', '/v1/session')[0] == 200
        while True:
            line = stream.readline()
            assert line and b'bye' not in line, 'the feed ended'
            if line.startswith(b'data:') and json.loads(line[5:])['seq'] >= seq:
                break
    assert len(client.table('proposal')) == 6
    feed.close()
    server.stop()


def expiry(server, client):
    database = server.database()
    rows = database.execute('SELECT created_at, used_at, expires_at FROM session').fetchall()
    database.close()
    return rows


def test_a_server_that_starts_on_a_wrong_clock():
    """Ten years early: nobody is signed out. Ten years late: tokens have expired, and signing in goes on where it was. What was
    begun on a wrong clock lives 90 days from the right one, no longer."""
    server = ClockedServer(PEOPLE).start()
    client = Client(server, 'j0')
    body = {'kind': 'proposal', 'body': '글', 'anonymous': False}
    client.do('proposal.submit', {'id': new_id(), **body})
    for step, holds in ((-YEARS, True), (0, True), (YEARS, False), (0, True)):
        server.stop()
        server.clock.set(step)
        server.start()
        client.connection = None
        status, answer = client.call('GET', '/v1/session')
        if status == 401 and step == 0:
            client.sign_in('j0')  # it was used ten years ago, as the clock of then has it
            status = 200
        assert (status == 200) == holds, (step, status, answer)
        if not holds:
            client.sign_in('j0')
        client.do('proposal.submit', {'id': new_id(), **body})
        client.pull()
    assert len(client.table('proposal')) == 5
    for _ in range(200):
        latest = max(row[2] for row in expiry(server, client))
        if latest <= time.time() * 1000 + 91 * DAY_MS:
            break
        time.sleep(0.02)
    assert latest <= time.time() * 1000 + 91 * DAY_MS, 'a token lives longer than 90 days'
    server.stop()


def test_a_client_whose_clock_leaps():
    """A client writes and sends while its clock leaps; all of it arrives once, and it keeps its receipts."""
    site, folder, clock = desk.Site(), tempfile.mkdtemp(prefix='jip-desk-'), Clock()
    preload = faults.Faults(folder)
    values = preload.environment()
    values['LD_PRELOAD'] += ':' + clock.environment()['LD_PRELOAD']
    preload.environment = lambda: values | {'JIP_CLOCK_FILE': clock.path}
    rng, counts = random.Random(SEED), []
    for _ in range(3):
        child = desk.start(site, folder, preload)
        for _ in range(5):
            clock.set(rng.choice([0, YEARS, -YEARS]))
            time.sleep(0.15)
        desk.end(child)
        counts.append(desk.announced(preload))
    ideas = set().union(*counts)
    assert all(counts), 'a clock stopped the client'
    desk.run_until(site, folder, lambda: ideas <= site.ideas(), 'the queue does not drain', preload)
    database = desk.open_replica(folder)
    queue = desk.queue(database)
    database.close()
    assert ideas <= set(queue), 'a receipt was thrown away'
    site.check_once()
    site.close()
    print(f'# seed {SEED}: {len(ideas)} ideas, each once')


run_tests(globals())
