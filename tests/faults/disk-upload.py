# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk is full or fails at each call that an upload makes: at the first part, one in the middle, the last, where the file is put
into its place, where it lies there already, and where it is fetched. After each: the answer says what the protocol says, the server goes
on, nobody gets half a file, what the server says it has is durable, the upload goes on from there and ends with its hash, nothing is
left behind and no file stays open. Then the same with a kill -9 right after the failure.

A step is a request of an upload, a kind the sort of call and the failure; of each pair the first, second, third … call fails until one
request meets no failure. Under tests/with-postgresql what is in the database is PostgreSQL's business.

usage: disk-upload.py [--pairs N] [--seed N] [--json]    (N of all pairs of a step and a kind; 0: all)"""

import collections
import errno
import hashlib
import http.client
import itertools
import json
import os
import random
import time

import campaign
import faults
from faults import BEFORE, HALF, NAME, OPEN, READ, SYNC, WRITE, Server
from harness import Client, jipctl

PEOPLE = [[login, login, '', 'staff', 'pw'] for login in ('kim', 'lee')]
PART = 3000
BINARY = {'Content-Type': 'application/octet-stream'}
FULL, FAILS, BUSY = {(507, 'storage-full')}, {(503, 'unavailable')}, {(503, 'busy'), (503, 'unavailable')}
TOLD = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EIO: FAILS, errno.EMFILE: BUSY}
ALL = WRITE | SYNC | NAME
NAMES = {WRITE: 'write', SYNC: 'sync', NAME: 'name', OPEN: 'open', READ: 'read', ALL: 'write, sync and name'}
SORTS = [(calls, BEFORE, problem) for calls in (WRITE, SYNC, NAME) for problem in (errno.ENOSPC, errno.EDQUOT, errno.EIO)]
SORTS += [(WRITE, HALF, errno.ENOSPC), (OPEN, BEFORE, errno.EIO), (OPEN, BEFORE, errno.EMFILE), (READ, BEFORE, errno.EIO),
          (ALL, BEFORE, errno.ENOSPC), (ALL, BEFORE, errno.EIO)]
KINDS = {f'{NAMES[calls]}{" half" if when == HALF else ""} {errno.errorcode[problem]}{" for good" if count < 0 else ""}':
         (calls, when, problem, count) for calls, when, problem in SORTS for count in (1, -1)}
MOST_CALLS = 400


class Site:
    """One server whose disk is recorded, and two people."""

    def __init__(self, rng):
        self.rng = rng
        self.server = Server(users=PEOPLE, record=True)
        self.disk, self.read_to = faults.Disk(self.server.data), 0
        self.disk.load()
        self.server.start()
        self.faults = self.server.faults
        self.kim, self.lee = Client(self.server, 'kim'), Client(self.server, 'lee')

    def restart(self):
        self.server.kill()
        self.faults.clear()
        self.server.start()
        self.kim.connection = self.lee.connection = None

    def durable(self, path):
        """The bytes of a file that a power cut would leave for certain."""
        for kind, name, inode, offset, data in faults.records(self.faults.log, self.read_to):
            self.read_to += faults.RECORD.size + len(name.encode()) + len(data)
            self.disk.take(kind, name, inode, offset, data)
        file = self.disk.safe.get(os.path.realpath(path))
        return bytes(file.safe) if file else b''

    def open_files(self):
        """What the server has open of uploads and files; an answer may still be leaving."""
        folder = f'/proc/{self.server.process.pid}/fd'
        deadline = time.monotonic() + 5
        while True:
            found = []
            for name in os.listdir(folder):
                try:
                    target = os.readlink(f'{folder}/{name}')
                except OSError:
                    continue
                if '/uploads' in target or '/blobs' in target:
                    found.append(target)
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(0.01)


class Upload:
    """A file of kim's that is to go up in three parts, or a lie about one."""

    def __init__(self, site, lie=False):
        self.site = site
        self.content = site.rng.randbytes(2 * PART + site.rng.randint(1, PART))
        self.sha = hashlib.sha256(self.content + (b'x' if lie else b'')).hexdigest()
        self.lie = lie
        self.acknowledged = 0
        self.whole = self.shared = False
        self.part_path = f'{site.server.data}/uploads/{site.kim.user["id"]}-{self.sha}'
        self.path = f'{site.server.data}/blobs/{self.sha[:2]}/{self.sha}'
        self.after = lambda: None

    def begin(self):
        return 'POST', '/v1/blobs', {'sha256': self.sha, 'size': len(self.content)}

    def part(self, number):
        at = number * PART
        return 'PATCH', f'/v1/blobs/{self.sha}', self.content[at:at + PART], {'Upload-Offset': str(at), **BINARY}

    def send(self, *numbers, client=None):
        client = client or self.site.kim
        status, answer = client.call(*self.begin())
        assert status == 200, answer
        for number in numbers:
            status, answer = client.call(*self.part(number))
            assert status == 204, answer
        if client is self.site.kim:
            self.acknowledged = min(len(self.content), PART * len(numbers))
            self.whole = self.acknowledged == len(self.content)
        return self


def begin(site):
    up = Upload(site)
    return up, up.begin(), 200


def part(number):
    def prepare(site):
        up = Upload(site).send(*range(number))
        return up, up.part(number), 204
    return prepare


def lie(site):
    up = Upload(site, lie=True).send(0, 1)
    return up, up.part(2), 422


def there_already(site):
    up = Upload(site)
    up.send(0, 1, 2, client=site.lee)
    up.send(0, 1)
    up.shared = True  # lee has an upload of it
    return up, up.part(2), 204


def there_but_damaged(site):
    up, request, status = there_already(site)
    os.truncate(up.path, PART)
    return up, request, status


def begin_the_last_step(site):
    """All bytes are there and it was never finished: beginning again finishes it."""
    up = Upload(site).send(0, 1)
    site.faults.arm(WRITE | SYNC | NAME, '/blobs', BEFORE, errno.EIO, count=-1)
    assert site.kim.call(*up.part(2))[0] == 503
    site.faults.clear()
    up.acknowledged = len(up.content)
    return up, up.begin(), 200


def after_a_restart(site):
    """What another process had written is looked at first."""
    up = Upload(site).send(0)
    site.restart()
    return up, up.part(1), 204


def look_after_a_restart(site):
    up = Upload(site).send(0)
    site.restart()
    return up, ('HEAD', f'/v1/blobs/{up.sha}'), 200


def fetch(site):
    up = Upload(site).send(0, 1, 2)
    return up, ('GET', f'/v1/blobs/{up.sha}'), 200


def fetch_a_range(site):
    up = Upload(site).send(0, 1, 2)
    return up, ('GET', f'/v1/blobs/{up.sha}', None, {'Range': f'bytes={PART}-'}), 206


STEPS = {'begin': begin, 'first part': part(0), 'part in the middle': part(1), 'last part': part(2), 'wrong hash': lie,
         'there already': there_already, 'there, but damaged': there_but_damaged, 'finish': begin_the_last_step,
         'after a restart': after_a_restart, 'look after a restart': look_after_a_restart, 'fetch': fetch,
         'fetch a range': fetch_a_range}


def ask(client, method, path, body=None, headers=None):
    """(status, body, response), or (0, …) where the answer broke off."""
    if isinstance(body, dict):
        body, headers = json.dumps(body), {'Content-Type': 'application/json'}
    try:
        return client.raw(method, path, body, headers)
    except (OSError, http.client.HTTPException) as broken:
        client.connection = None
        return 0, repr(broken).encode(), None


def check_answer(up, request, answer, good, problem, hits):
    """Whether what was said is what happened."""
    status, data, response = answer
    if status == 0 or request[0] == 'GET' and status in (200, 206):
        assert request[0] == 'GET' and (status or hits), ('an answer broke off', data)
        if status:
            assert data == (up.content if status == 200 else up.content[PART:]), 'half a file was served as a whole one'
        return status
    if status >= 500:
        code = json.loads(data)['error']['code'] if data else None
        assert hits and ((status, code) in TOLD[problem] or request[0] == 'HEAD' and status in {pair[0] for pair in TOLD[problem]}), (status, data)
        return status
    assert status == good, (status, data)
    if request[0] == 'PATCH' and status == 204:
        up.acknowledged = int(response.getheader('Upload-Offset'))
        assert up.acknowledged == min(len(up.content), int(request[3]['Upload-Offset']) + PART)
    if status == 204 and up.acknowledged == len(up.content):
        up.whole = True
    if request[0] == 'POST' and json.loads(data)['complete']:
        up.whole = True
    if status == 422:
        up.acknowledged = 0
    return status


def check_offset(site, up, killed):
    """What the server says it has of a file that is not whole: all that was acknowledged, and nothing that a power cut would take."""
    status, data, response = site.kim.raw('HEAD', f'/v1/blobs/{up.sha}')
    last = up.acknowledged + PART >= len(up.content)
    if status == 404:
        assert up.acknowledged == 0 or (up.lie and last), 'what was acknowledged is not known'
        return
    assert status == 200, (status, data)
    offset = response.getheader('Upload-Offset')
    if offset is None:
        assert int(response.getheader('Content-Length')) == len(up.content) and last
        assert site.durable(up.path) == up.content, 'a file that is not durable is called whole'
        return
    offset = int(offset)
    assert not up.whole, 'what was whole is not'
    allowed = {up.acknowledged, len(up.content)} if last and not killed else range(up.acknowledged, up.acknowledged + PART + 1)
    if up.lie and last:
        allowed = {0, *allowed}
    elif not killed and not last:
        allowed = {up.acknowledged}
    assert offset in allowed, f'{up.acknowledged} bytes were acknowledged, {offset} are said to be there'
    assert site.durable(up.part_path)[:offset] == up.content[:offset], f'{offset} bytes are said to be there, and are not durable'


def check_place(site, up):
    """Whoever may not read it gets nothing, and what lies in its place is whole."""
    assert site.lee.raw('GET', f'/v1/blobs/{up.sha}')[0] == (200 if up.shared else 404)
    if os.path.exists(up.path):
        with open(up.path, 'rb') as file:
            assert file.read() == up.content, 'half a file is in its place'


def go_on(site, up):
    """With room it ends with its hash, from where it was."""
    for _ in range(10):
        status, state = site.kim.call(*up.begin())
        if status == 422 and up.lie:
            return
        assert status == 200, state
        if state['complete']:
            break
        at = state['offset']
        status, answer = site.kim.call('PATCH', f'/v1/blobs/{up.sha}', up.content[at:at + PART], {'Upload-Offset': str(at), **BINARY})
        if status == 422 and up.lie:
            assert site.kim.call(*up.begin())[1] == {'offset': 0, 'complete': False}
            return
        assert status == 204, (status, answer)
    assert not up.lie
    assert site.kim.raw('GET', f'/v1/blobs/{up.sha}')[1] == up.content
    assert site.durable(up.path) == up.content


def attempt(site, step, kind, number, kill):
    """Returns (whether a call failed, the status that was answered)."""
    calls, when, problem, count = KINDS[kind]
    up, request, good = STEPS[step](site)
    process = site.server.process.pid
    site.faults.arm(calls, '', when, problem, skip=number, count=count)
    answer = ask(site.kim, *request)
    site.faults.clear()
    hits = site.faults.hits
    status = check_answer(up, request, answer, good, problem, hits)
    if kill and hits:
        site.restart()
    assert kill or (site.server.process.poll() is None and site.server.process.pid == process), 'the server ended'
    check_offset(site, up, kill)
    if step != 'there, but damaged':
        check_place(site, up)
    go_on(site, up)
    left = site.open_files()
    assert not left, f'still open: {left}'
    return hits > 0, status


def run(pairs, seed):
    rng, statuses, failures, longest = random.Random(seed), collections.Counter(), 0, 0
    chosen = list(itertools.product(STEPS, KINDS, (False, True)))
    rng.shuffle(chosen)
    chosen = chosen[:pairs] if pairs else chosen
    site = Site(rng)
    for step, kind, kill in chosen:
        for number in range(MOST_CALLS):
            try:
                failed, status = attempt(site, step, kind, number, kill)
            except Exception as problem:
                raise AssertionError(f'{step}, {kind}, call {number}{", then killed" if kill else ""}: {problem}') from problem
            failures += failed
            statuses[status] += failed
            if not failed:
                break
        else:
            raise AssertionError(f'{step}, {kind}: no end of calls')
        longest = max(longest, number)
    site.restart()
    assert 'unbroken' in jipctl('audit', 'verify', data=site.server.data)
    site.server.stop()
    assert os.listdir(f'{site.server.data}/uploads') == [], 'something is left behind'
    return {'pairs': len(chosen), 'failures': failures, 'calls of a step at most': longest,
            'answers': {str(status or 'broken off'): n for status, n in sorted(statuses.items())}}


if __name__ == '__main__':
    campaign.main('disk-upload', run, 'pairs', 20, __doc__)
