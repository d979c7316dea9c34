# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose disk is full or fails, at the first, second, third … call: nothing is acknowledged, the answer says why, reading
goes on, and everything is as before when the disk is, without a restart."""

import atexit
import errno
import hashlib
import os
import shutil
import subprocess
import time

import faults
from faults import AFTER, BEFORE, HALF, KILL, NAME, OPEN, READ, SYNC, WRITE, Server
from harness import JIPCTL, JIPHYEOND, Client, jipctl, new_id, run_tests

DATABASE = 'jiphyeon.db'
TOLD = {errno.ENOSPC: (507, 'storage-full'), errno.EDQUOT: (507, 'storage-full'), errno.EIO: (503, 'unavailable')}
CASES = [(WRITE, BEFORE, errno.ENOSPC), (WRITE, HALF, errno.ENOSPC), (WRITE, BEFORE, errno.EDQUOT), (WRITE, BEFORE, errno.EIO),
         (SYNC, BEFORE, errno.EIO), (SYNC, BEFORE, errno.ENOSPC)]
PEOPLE = [['kim', '김하늘', '재무과', 'staff', 'pw'], ['lee', '이바다', '총무과', 'staff', 'pw']]


def said(answer, problem):
    status, body = answer
    assert (status, body['error']['code']) == TOLD[problem], answer
    assert body['error']['message'].endswith('.'), body


def push(client, mutations):
    return client.call('POST', '/v1/push', {'replica': client.replica, 'schema': 1, 'mutations': mutations})


def proposal(client):
    return client.mutation('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '글 ' * 400, 'anonymous': False})


def test_every_call_of_a_push():
    """Each call that a push makes fails once, for good until the disk is mended; then the same push is taken."""
    server = Server(users=PEOPLE).start()
    client, reader = Client(server, 'kim'), Client(server, 'lee')
    refused = taken = 0
    for calls, when, problem in CASES:
        for number in range(100):
            server.faults.arm(calls, DATABASE, when, problem, skip=number, count=-1)
            mutations, before = [proposal(client)], server.digest()
            answer = push(client, mutations)
            hits = server.faults.hits
            if answer[0] != 200:
                said(answer, problem)
                assert hits > 0 and server.digest() == before, 'something was changed'
                reader.pull()
            server.faults.clear()
            refused += answer[0] != 200
            status, again = push(client, mutations)
            assert status == 200 and again['verdicts'][0]['status'] == 'ok', again
            assert answer[0] != 200 or answer[1]['verdicts'] == again['verdicts']
            taken += 1
            if hits == 0:
                break
        else:
            raise AssertionError('no end of calls')
        assert number > 0, 'the case was never met'
    reader = Client(server, 'lee')
    page = reader.pull()
    assert len(reader.table('proposal')) == taken and page['digests'] == faults.harness.row_digest(reader.rows)
    assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
    server.stop()
    print(f'# {refused} pushes were refused, {taken} taken, each once')


def test_whatever_else_writes():
    """Signing in, uploading, jipctl: each says why, and none leaves anything."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    data, copy = os.urandom(3000), server.data + '-copy'
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    sha = hashlib.sha256(data).hexdigest()
    begin = ('POST', '/v1/blobs', {'sha256': sha, 'size': len(data)})
    part = ('PATCH', f'/v1/blobs/{sha}', data, {'Upload-Offset': '0', 'Content-Type': 'application/octet-stream'})
    sign_in = ('POST', '/v1/session', {'login': 'lee', 'password': 'pw', 'device': 'test'})
    for problem in (errno.ENOSPC, errno.EIO):
        server.faults.arm(WRITE | NAME, '', BEFORE, problem, count=-1)
        said(client.call(*sign_in), problem)
        said(client.call(*begin), problem)
        for command in (['user', 'disable', 'lee'], ['backup', copy]):
            status, out, error = jipctl(*command, data=server.data, ok=False)
            assert status != 0 and len(error.strip().splitlines()) == 1, (command, status, out, error)
        assert os.listdir(server.data + '/backups') == [] and not os.path.exists(copy)
        assert client.call('GET', '/v1/session')[0] == 200
        server.faults.clear()
    assert client.call(*begin)[1] == {'offset': 0, 'complete': False}
    for calls, when, problem in [(NAME, BEFORE, errno.ENOSPC), (NAME, BEFORE, errno.EIO)] + CASES:
        server.faults.arm(calls, '/uploads', when, problem, count=-1)
        status, answer = client.call(*part)
        assert server.faults.hits and (status, answer['error']['code']) == TOLD[problem], (problem, status, answer)
        server.faults.clear()
        assert client.call(*begin)[1]['offset'] == 0, 'a part that was not acknowledged is there'
    assert client.call(*part)[0] == 204
    assert client.call(*begin)[1] == {'offset': len(data), 'complete': True}
    assert client.call('GET', f'/v1/blobs/{sha}')[1] == data
    Client(server, 'lee')
    jipctl('backup', copy, data=server.data)
    server.stop()


def test_reading_fails():
    """A disk that cannot be read is told as such, not as a damaged database, and not taken for one without rows."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    while os.path.getsize(f'{server.data}/{DATABASE}') < 2 << 20:
        assert push(client, [proposal(client) for _ in range(40)])[0] == 200
    whole = [change['seq'] for change in client.call('GET', f'/v1/pull?replica={client.replica}&schema=1&limit=50')[1]['changes']]
    server.stop()
    server.start()
    answers = []
    for number in range(40):
        server.faults.arm(READ, DATABASE, BEFORE, errno.EIO, skip=number)
        status, answer = client.call('GET', f'/v1/pull?replica={client.replica}&schema=1&limit=50')
        assert status != 200 or [change['seq'] for change in answer['changes']] == whole, 'a page without its rows'
        answers.append((status, answer))
        mutations = [proposal(client)]
        answers.append(push(client, mutations))
        server.faults.clear()
        assert push(client, mutations)[0] == 200
    failed = [answer for answer in answers if answer[0] != 200]
    assert failed, 'nothing was read'
    for answer in failed:
        said(answer, errno.EIO)
    reader = Client(server, 'lee')
    page = reader.pull()
    assert page['digests'] == faults.harness.row_digest(reader.rows)
    server.stop()
    print(f'# {len(failed)} of {len(answers)} calls met a read that failed')


def test_the_checkpoint_fails():
    """A log that cannot be copied into the database costs no acknowledgement, and is copied later."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    for calls, problem in ((WRITE, errno.ENOSPC), (WRITE, errno.EIO), (SYNC, errno.EIO)):
        server.faults.arm(calls, DATABASE + '$', BEFORE, problem, count=-1)
        while server.faults.hits == 0:
            status, answer = push(client, [proposal(client) for _ in range(20)])
            assert status == 200, answer
        server.faults.clear()
        assert push(client, [proposal(client)])[0] == 200
    server.kill()
    server.start()
    reader = Client(server, 'lee')
    reader.pull()
    assert len(reader.table('proposal')) == client.n
    server.stop()


def test_cut_off_before_a_file_is_whole():
    """The server ends between the last byte of a file and its place: beginning again finishes it."""
    for when in (BEFORE, AFTER):
        server = Server(users=PEOPLE).start()
        client = Client(server, 'kim')
        data = os.urandom(5000)
        sha = hashlib.sha256(data).hexdigest()
        begin = ('POST', '/v1/blobs', {'sha256': sha, 'size': len(data)})
        client.call(*begin)
        server.faults.arm(NAME, f'/blobs/{sha[:2]}/', when, KILL)
        try:
            client.raw('PATCH', f'/v1/blobs/{sha}', data, {'Upload-Offset': '0', 'Content-Type': 'application/octet-stream'})
            raise AssertionError('it was answered')
        except OSError:
            pass
        server.process.wait(20)
        server.faults.clear()
        server.kill()
        server.start()
        client.connection = None
        assert client.call(*begin)[1] == {'offset': len(data), 'complete': True}
        assert client.call('GET', f'/v1/blobs/{sha}')[1] == data
        assert os.listdir(os.path.join(server.data, 'uploads')) == []
        server.stop()


class File:
    """Three parts of a file, to be sent one by one."""

    PART = 3000

    def __init__(self, server, client):
        self.client, self.content = client, os.urandom(3 * self.PART)
        self.sha = hashlib.sha256(self.content).hexdigest()
        self.part_path = f'{server.data}/uploads/{client.user["id"]}-{self.sha}'
        self.path = f'{server.data}/blobs/{self.sha[:2]}/{self.sha}'

    def begin(self):
        status, answer = self.client.call('POST', '/v1/blobs', {'sha256': self.sha, 'size': len(self.content)})
        assert status == 200, (status, answer)
        return answer

    def ask(self, number):
        at = number * self.PART
        return self.client.call('PATCH', f'/v1/blobs/{self.sha}', self.content[at:at + self.PART],
                                {'Upload-Offset': str(at), 'Content-Type': 'application/octet-stream'})

    def send(self, *numbers):
        self.begin()
        for number in numbers:
            assert self.ask(number)[0] == 204
        return self

    def check(self):
        assert self.begin() == {'offset': len(self.content), 'complete': True}
        assert self.client.call('GET', f'/v1/blobs/{self.sha}')[1] == self.content


def test_a_part_that_cannot_even_be_taken_back():
    """Neither what had come before it is lost, nor does any of it count; a restart in between changes nothing."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    for calls, when, problem in CASES:
        for restart in (False, True):
            file = File(server, client).send(0)
            server.faults.arm(calls | WRITE, '/uploads/', when, problem, skip=0 if calls == WRITE else 1, count=-1)
            said(file.ask(1), problem)
            if not restart:
                assert file.begin()['offset'] == File.PART, 'what is not durable counts, or what is does not'
            server.faults.clear()
            if restart:
                server.kill()
                server.start()
                client.connection = None
            offset = file.begin()['offset']
            assert File.PART <= offset <= 2 * File.PART and (restart or offset == File.PART), offset
            with open(file.part_path, 'rb') as part:
                assert part.read()[:offset] == file.content[:offset]
            while not file.begin()['complete']:
                at = file.begin()['offset']
                assert client.call('PATCH', f'/v1/blobs/{file.sha}', file.content[at:at + File.PART],
                                   {'Upload-Offset': str(at), 'Content-Type': 'application/octet-stream'})[0] == 204
            file.check()
    server.stop()


def test_a_file_that_cannot_be_read_at_its_end():
    """A disk that cannot be read, and a server with too many files open, say nothing of what was sent: it stays, and is finished later."""
    server = Server(users=PEOPLE).start()
    client, reader = Client(server, 'kim'), Client(server, 'lee')
    for calls, problem, told in ((READ, errno.EIO, (503, 'unavailable')), (OPEN, errno.EIO, (503, 'unavailable')), (OPEN, errno.EMFILE, (503, 'busy'))):
        file = File(server, client).send(0, 1)
        server.faults.arm(calls, '/uploads/', BEFORE, problem, skip=1 if calls == OPEN else 0)
        status, answer = file.ask(2)
        assert server.faults.hits == 1 and (status, answer['error']['code']) == told, (status, answer)
        server.faults.clear()
        assert os.path.getsize(file.part_path) == len(file.content), 'it was thrown away'
        file.check()
        # what lies there already and cannot be read is not taken out of its place for that
        again = File(server, reader)
        again.content, again.sha = file.content, file.sha
        again.send(0, 1)
        server.faults.arm(calls, f'/blobs/{file.sha[:2]}', BEFORE, problem, count=-1)
        status, answer = again.ask(2)
        server.faults.clear()
        assert (status, answer['error']['code'] if status != 204 else '') in (told, (204, '')), (status, answer)
        file.check()
        again.check()
        file.check()
    server.stop()


def test_the_database_cannot_be_opened():
    """The first question to a server that has just started, while its disk fails."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    server.stop()
    server.start()
    client.connection = None
    server.faults.arm(OPEN, DATABASE + '$', BEFORE, errno.EIO, count=-1)
    status, answer = client.call('GET', '/v1/session')
    assert server.faults.hits and (status, answer['error']['code']) == (503, 'unavailable'), (status, answer)
    server.faults.clear()
    assert client.call('GET', '/v1/session')[0] == 200
    server.stop()


def test_nothing_is_left_behind():
    """A part whose file is in its place, one that was refused, and one that nobody has gone on with for 90 days."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    finished, refused, old, stuck, young = (File(server, client) for _ in range(5))
    finished.send(0, 1)
    server.faults.arm(NAME, '/uploads/', BEFORE, errno.EIO, count=-1)
    assert finished.ask(2)[0] == 204 and server.faults.hits == 1, 'a leftover is no failure'
    server.faults.clear()
    finished.check()
    refused.sha = 'ab' * 32
    refused.part_path = f'{server.data}/uploads/{client.user["id"]}-{refused.sha}'
    refused.send(0, 1)
    server.faults.arm(NAME, '/uploads/', BEFORE, errno.EIO, count=-1)
    assert refused.ask(2)[0] == 503
    server.faults.clear()
    assert client.call('POST', '/v1/blobs', {'sha256': refused.sha, 'size': 3 * File.PART})[0] == 422
    assert refused.begin() == {'offset': 0, 'complete': False}
    old.send(0)
    young.send(0)
    stuck.send(0, 1)
    server.faults.arm(WRITE, DATABASE, BEFORE, errno.ENOSPC, count=-1)
    assert stuck.ask(2)[0] == 507 and os.path.exists(stuck.path), 'it is in its place, and nobody knows'
    server.faults.clear()
    server.stop()
    with open(old.part_path + '.new', 'wb'), open(f'{server.data}/uploads/{client.user["id"]}-{"cd" * 32}', 'wb'):
        pass
    for file in (old, stuck):
        os.utime(file.part_path, (time.time() - 91 * 86400,) * 2)
    server.start()
    client.connection = None
    deadline = time.monotonic() + 20
    while os.listdir(server.data + '/uploads') != [os.path.basename(young.part_path)]:
        assert time.monotonic() < deadline, os.listdir(server.data + '/uploads')
        time.sleep(0.05)
    assert not os.path.exists(stuck.path)
    finished.check()
    assert young.begin()['offset'] == File.PART
    for file in (old, stuck):
        assert file.begin() == {'offset': 0, 'complete': False}
        file.send(0, 1, 2).check()
    server.stop()


def test_starting():
    """A server that cannot write does not start, and says why; with room it starts on the same folder."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    assert push(client, [proposal(client)])[0] == 200
    server.kill()
    for problem in (errno.ENOSPC, errno.EIO):
        server.faults.arm(WRITE | NAME, DATABASE, BEFORE, problem, count=-1)
        run = subprocess.run([JIPHYEOND, '--data', server.data, '--listen', '127.0.0.1:0'], capture_output=True, text=True,
                             env={**os.environ, **server.faults.environment()}, timeout=60)
        assert run.returncode == 1 and len(run.stderr.strip().splitlines()) == 1, (problem, run)
        server.faults.clear()
    server.start()
    client.connection = None
    client.pull()
    assert len(client.table('proposal')) == 1
    server.stop()


run_tests(globals())
