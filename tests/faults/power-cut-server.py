# SPDX-License-Identifier: GPL-3.0-or-later
"""Power cuts under jiphyeond: what it does to the disk under load is recorded, and at random moments of the record the disk is
laid out as a power cut could leave it (writes that were not synced lost, kept or torn, names that were not synced lost). On
each such disk the database must be whole and everything acknowledged before that moment be there, once.

usage: power-cut-server.py [--cuts N] [--seed N] [--json]"""

import copy
import hashlib
import json
import os
import random
import shutil
import sqlite3
import tempfile
import threading
import time

import campaign
import faults
from faults import Disk, Server
from harness import Client, jipctl, new_id

WRITERS = 3
PARTS = 3
taken = set()  # the ends of parts: an answer that names one tells which part it is about
EVERY = 25  # so many disks get a server of their own


def upload(client, rng, log):
    """A file in parts; notes how far the server said that it has it."""
    data = rng.randbytes(rng.randint(4000, 40000))
    sha = hashlib.sha256(data).hexdigest()
    edges = sorted(rng.sample(range(1, len(data)), PARTS - 1)) + [len(data)]
    if taken & set(edges):
        return
    taken.update(edges)
    status, answer = client.call('POST', '/v1/blobs', {'sha256': sha, 'size': len(data)})
    assert status == 200, answer
    at = 0
    for end in edges:
        status, _, response = client.raw('PATCH', f'/v1/blobs/{sha}', data[at:end], {'Upload-Offset': str(at),
                                                                                     'Content-Type': 'application/octet-stream'})
        assert status == 204 and response.getheader('Upload-Offset') == str(end)
        at = end
        log.append((client, sha, data[:end], end == len(data)))


def work(client, rng, pushed, uploads, seconds):
    """Pushes and uploads for a while; keeps what was acknowledged outside."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        mutations = [client.mutation('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'anonymous': False,
                                                         'body': '글 ' * rng.randint(1, 2000)}) for _ in range(rng.randint(1, 4))]
        for mutation, verdict in zip(mutations, client.push_raw(mutations)):
            assert verdict['status'] == 'ok', verdict
            pushed[verdict['receipt']] = (client.replica, mutation, verdict)
        if rng.random() < 0.2:
            upload(client, rng, uploads)


def record(rng, seconds):
    """A run of a server under load. Returns it (stopped), the disk of before, and what was acknowledged."""
    server = Server(users=[[f'w{i}', f'직원 {i}', '', 'staff', 'pw'] for i in range(WRITERS)], record=True)
    disk = Disk(server.data)
    disk.load()
    server.start()
    pushed, uploads = {}, []
    clients = [Client(server, f'w{i}') for i in range(WRITERS)]
    server.tokens = {client.replica: client.token for client in clients}
    threads = [threading.Thread(target=work, args=(client, random.Random(rng.random()), pushed, uploads, seconds))
               for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.stop()
    return server, disk, pushed, uploads


def check_database(folder, due):
    """Whether the database is whole, and has each of what is due once."""
    database = sqlite3.connect(f'{folder}/jiphyeon.db')
    assert database.execute('PRAGMA integrity_check').fetchall() == [('ok',)], 'the database is damaged'
    verdicts = {(replica, n): status for replica, n, status in database.execute('SELECT replica, n, status FROM verdict')}
    ids = [row[0] for row in database.execute('SELECT id FROM proposal')]
    in_feed = dict(database.execute("SELECT row_id, COUNT(*) FROM feed WHERE table_name = 'proposal' GROUP BY 1"))
    database.close()
    have = set(ids)
    for replica, mutation, verdict in due:
        assert verdicts.get((replica, mutation['n'])) == 'ok', f'lost: {replica} {mutation["n"]}'
        assert mutation['args']['id'] in have, f'lost: {mutation["args"]["id"]}'
    assert len(have) == len(ids) and all(in_feed.get(key) == 1 for key in ids), 'doubled'


def check_files(folder, due):
    database = sqlite3.connect(f'{folder}/jiphyeon.db')
    uploads = {row[0]: row for row in database.execute('SELECT sha256, account, complete FROM upload')}
    database.close()
    for sha, (data, whole) in due.items():
        _, account, complete = uploads[sha]
        assert complete or not whole, 'a file that was whole is not'
        place = f'{folder}/blobs/{sha[:2]}/{sha}' if complete else f'{folder}/uploads/{account}-{sha}'
        with open(place, 'rb') as file:
            assert file.read(len(data)) == data, f'a part of {sha} is lost'


def check_server(folder, server, due):
    """A server starts on it, and says of what it acknowledged what it said before."""
    other = Server()
    shutil.rmtree(other.data)
    shutil.copytree(folder, other.data)
    other.start()
    for login in sorted({replica for replica, _, _ in due}):
        mine = [(mutation, verdict) for replica, mutation, verdict in due if replica == login][-100:]
        client = Client(other)
        client.token, client.replica = server.tokens[login], login
        assert client.push_raw([mutation for mutation, _ in mine]) == [verdict for _, verdict in mine], 'a verdict has changed'
    assert 'unbroken' in jipctl('audit', 'verify', data=other.data)
    other.stop()
    shutil.rmtree(other.data)


def play(rng, server, disk, pushed, uploads, cuts):
    """Cuts the power @cuts times in one record. Returns how many acknowledgements were checked."""
    steps = list(faults.records(server.faults.log))
    check_the_check(steps, copy.deepcopy(disk), pushed)
    points = faults.cut_points(rng, steps, cuts)
    said, parts, checked, done = [], uploads, 0, 0
    target = tempfile.mkdtemp(prefix='jip-cut-')
    heard_files = {}
    for index, (kind, path, inode, offset, data) in enumerate(steps, 1):
        if kind != 'S':
            disk.take(kind, path, inode, offset, data)
        elif b'"receipt":"' in data:
            said += [pushed[text] for text in receipts(data) if text in pushed]
        elif b'Upload-Offset: ' in data and data.startswith(b'HTTP/1.1 204'):
            note_part(data, parts, heard_files)
        while points and points[0] == index:
            points.pop(0)
            folder = os.path.join(target, str(done))
            disk.cut(rng, folder)
            try:
                check_database(folder, said)
                check_files(folder, heard_files)
                if done % EVERY == 0 and said:
                    check_server(folder, server, said)
            except Exception as problem:
                raise AssertionError(f'cut {done} after step {index} of {len(steps)}, kept in {folder}: {problem}') from problem
            shutil.rmtree(folder)
            checked, done = checked + len(said) + len(heard_files), done + 1
    shutil.rmtree(target)
    return checked


def check_the_check(steps, start, pushed):
    """A disk that never syncs must be found out, or the campaign proves nothing."""
    rng, target = random.Random(0), tempfile.mkdtemp(prefix='jip-cut-')
    for kind, path, inode, offset, data in steps:
        if kind not in 'SF':
            start.take(kind, path, inode, offset, data)
    start.cut(rng, target)
    try:
        check_database(target, list(pushed.values()))
    except (AssertionError, sqlite3.DatabaseError):
        return
    finally:
        shutil.rmtree(target)
    raise AssertionError('a disk without syncs passes')


def receipts(data):
    return [part.split(b'"', 1)[0].decode() for part in data.split(b'"receipt":"')[1:]]


def note_part(data, uploads, heard):
    """An answer does not name its file: the first part in the log with this end that was not heard yet is meant."""
    end = int(data.split(b'Upload-Offset: ', 1)[1].split(b'\r', 1)[0])
    for number, (_, sha, part, whole) in enumerate(uploads):
        if len(part) == end:
            heard[sha] = (part, whole)
            uploads.pop(number)
            return


def run(cuts, seed):
    rng = random.Random(seed)
    checked, left, acknowledged, records = 0, cuts, 0, 0
    while left > 0:
        taken.clear()
        server, disk, pushed, uploads = record(rng, 2)
        part = min(left, 125)
        acknowledged += len(pushed) + len(uploads)
        checked += play(rng, server, disk, pushed, uploads, part)
        left, records = left - part, records + 1
    return {'cuts': cuts, 'records': records, 'acknowledged': acknowledged, 'checked': checked, 'lost': 0, 'damaged': 0}


if __name__ == '__main__':
    campaign.main('power-cut-server', run, 'cuts', 20, __doc__)
