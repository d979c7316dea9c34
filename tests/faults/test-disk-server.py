# SPDX-License-Identifier: GPL-3.0-or-later
"""A server whose disk is full or fails, at the first, second, third … call: nothing is acknowledged, the answer says why, reading
goes on, and everything is as before when the disk is, without a restart."""

import atexit
import errno
import hashlib
import os
import shutil
import subprocess

import faults
from faults import AFTER, BEFORE, HALF, KILL, NAME, READ, SYNC, WRITE, Server
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
