# SPDX-License-Identifier: GPL-3.0-or-later
"""PostgreSQL's disk is full or fails under a jiphyeond: nothing is acknowledged, the answer says why, reading goes on where the database
can, and everything is as before when the disk is, without a restart of jiphyeond. The calls of PostgreSQL's own processes are made
to fail (faults.c); the test has a cluster of its own."""

import errno
import hashlib
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from pgcluster import Cluster  # noqa: E402

os.environ['JIP_TEST_DATABASE'] = '%s'  # before the harness looks; the address comes with the cluster
import faults  # noqa: E402
from faults import BEFORE, SYNC, WRITE  # noqa: E402
import postgresql  # noqa: E402
from harness import BUILD, Client, Server, jipctl, new_id, row_digest, run_tests  # noqa: E402

PEOPLE = [['kim', '김하늘', '재무과', 'staff', 'pw'], ['lee', '이바다', '총무과', 'staff', 'pw']]
TABLES, LOG = 'base/', 'pg_wal/'
PATIENCE = 30
TOLD = {errno.ENOSPC: (507, 'storage-full'), errno.EDQUOT: (503, 'unavailable'), errno.EIO: (503, 'unavailable')}


class Site:
    """A jiphyeond on a PostgreSQL whose calls can be made to fail."""

    def __enter__(self):
        self.cluster = Cluster().__enter__()
        place = os.path.join(self.cluster.folder, 'faults')
        os.mkdir(place)
        shutil.copy(os.path.join(BUILD, 'tests/faults/faults.so'), place)
        self.faults = faults.Faults(self.cluster.folder, place=place)
        self.faults.folder = ''  # PostgreSQL names its files from its own folder
        for path in (place, os.path.join(place, 'control'), os.path.join(place, 'faults.so')):
            os.chmod(path, 0o777)
        self.cluster.stop()
        self.cluster.environment = self.faults.environment() | {'LD_PRELOAD': os.path.join(place, 'faults.so')}
        self.cluster.start()
        postgresql.ADDRESS = self.cluster.address
        self.server = Server(users=PEOPLE).start()
        self.process = self.server.process.pid
        self.client = Client(self.server, 'kim')
        return self

    def __exit__(self, *problem):
        self.faults.clear()
        if problem[0] is None:
            self.server.stop()
        self.cluster.__exit__(None, None, None)

    def push(self, mutations):
        return self.client.call('POST', '/v1/push', {'replica': self.client.replica, 'schema': 1, 'mutations': mutations})

    def check(self, acknowledged):
        assert self.server.process.pid == self.process and self.server.process.poll() is None
        reader = Client(self.server, 'lee')
        page = reader.pull()
        assert set(reader.table('proposal')) == acknowledged and page['digests'] == row_digest(reader.rows)
        assert 'unbroken' in jipctl('audit', 'verify', data=self.server.data)


def proposals(client, n):
    return [client.mutation('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '글 ' * 2000, 'anonymous': False}) for _ in range(n)]


def until_refused(site, acknowledged):
    """Pushes until one is not taken; returns that one and what was said about it."""
    for _ in range(200):
        mutations, before = proposals(site.client, 5), site.server.digest()
        status, answer = site.push(mutations)
        if status != 200:
            assert site.server.digest() == before, 'something was changed'
            return mutations, status, answer
        acknowledged.update(mutation['args']['id'] for mutation in mutations)
    raise AssertionError('every push was taken')


def test_tables_cannot_grow():
    """The disk has no room for another page of a table: 507, and whatever is there can be read. (A quota has no SQLSTATE: 503.)"""
    with Site() as site:
        acknowledged, refused, reader = set(), 0, Client(site.server, 'lee')
        for problem, told in TOLD.items():
            site.faults.arm(WRITE, TABLES, BEFORE, problem, count=-1)
            mutations, status, answer = until_refused(site, acknowledged)
            assert (status, answer['error']['code']) == told and answer['error']['message'].endswith('.'), (status, answer)
            assert site.faults.hits > 0
            for _ in range(3):
                assert site.push(mutations)[0] == told[0]
                refused += 1
            reader.pull()
            site.faults.clear()
            status, answer = site.push(mutations)
            assert status == 200 and [verdict['status'] for verdict in answer['verdicts']] == ['ok'] * len(mutations), answer
            acknowledged.update(mutation['args']['id'] for mutation in mutations)
        site.check(acknowledged)
        print(f'# {refused} pushes were refused again and again, {len(acknowledged)} ideas taken, each once')


def test_the_log_cannot_be_written():
    """PostgreSQL gives up and recovers, as often as it takes: 503 until the disk is mended, and no acknowledgement is lost."""
    with Site() as site:
        acknowledged, refused = set(), 0
        for calls, problem in ((WRITE, errno.ENOSPC), (WRITE, errno.EIO), (SYNC, errno.EIO), (SYNC, errno.ENOSPC)):
            mutations = proposals(site.client, 3)
            site.faults.arm(calls, LOG, BEFORE, problem, count=-1)
            status, answer = site.push(mutations)
            assert status in (503, 507), (status, answer)
            assert site.faults.hits > 0
            refused += 1
            site.faults.clear()
            deadline = time.monotonic() + PATIENCE
            while (status := site.push(mutations)[0]) != 200:
                assert status == 503, status
                refused += 1
                assert site.cluster.process.poll() is None or not site.cluster.start(), 'it cannot be started again'
                assert time.monotonic() < deadline, 'it does not come back'
                time.sleep(0.1)
            acknowledged.update(mutation['args']['id'] for mutation in mutations)
        site.check(acknowledged)
        print(f'# {refused} pushes were told to come again, {len(acknowledged)} ideas taken, each once')


def blob(content):
    return {'sha256': hashlib.sha256(content).hexdigest(), 'size': len(content)}


def part(site, content):
    return site.client.call('PATCH', f'/v1/blobs/{blob(content)["sha256"]}', content,
                            {'Upload-Offset': '0', 'Content-Type': 'application/octet-stream'})


def until_answered(site, ask):
    """Asks until PostgreSQL is back, being told to come again meanwhile; returns the answer."""
    deadline = time.monotonic() + PATIENCE
    while (answer := ask())[0] in (503, 507):
        assert site.cluster.process.poll() is None or not site.cluster.start(), 'it cannot be started again'
        assert time.monotonic() < deadline, 'it does not come back'
        time.sleep(0.1)
    return answer


def test_an_upload():
    """It is begun in a table that cannot grow, and begun and finished while the log cannot be written: what was sent stays."""
    with Site() as site:
        begin = lambda content: site.client.call('POST', '/v1/blobs', blob(content))
        site.faults.arm(WRITE, TABLES, BEFORE, errno.ENOSPC, count=-1)
        for number in range(2000):
            content = b'%d' % number
            status, answer = begin(content)
            if status != 200:
                break
        assert (status, answer['error']['code']) == (507, 'storage-full') and site.faults.hits > 0, (status, answer)
        site.faults.clear()
        assert begin(content) == (200, {'offset': 0, 'complete': False}) and part(site, content)[0] == 204
        refused = 0
        for calls, problem in ((WRITE, errno.ENOSPC), (WRITE, errno.EIO), (SYNC, errno.EIO)):
            content = os.urandom(5000)
            for ask, good in ((lambda: begin(content), (200, {'offset': 0, 'complete': False})), (lambda: part(site, content), None)):
                site.faults.arm(calls, LOG, BEFORE, problem, count=-1)
                status, answer = ask()
                assert status in (503, 507) and site.faults.hits > 0, (status, answer)
                refused += 1
                site.faults.clear()
                again = until_answered(site, lambda: begin(content))
                assert again == (good or (200, {'offset': len(content), 'complete': True})), again
            assert site.client.raw('GET', f'/v1/blobs/{blob(content)["sha256"]}')[1] == content
        assert os.listdir(site.server.data + '/uploads') == []
        site.check(set())
        print(f'# {refused} steps of uploads were told to come again, each went on from where it was')


run_tests(globals())
