# SPDX-License-Identifier: GPL-3.0-or-later
"""A city with a file, its backups, and servers on them."""

import atexit
import contextlib
import functools
import hashlib
import json
import os
import shutil
import signal
import tempfile
import time

import postgresql
from harness import Client, ON_POSTGRESQL, Server, jipctl, new_id

PEOPLE = [['kim', '김가온', '기획과', 'staff organiser', 'pw'], ['lee', '이나래', '', 'staff', 'pw']]
PAPER = b'%PDF-1.7\n' + bytes(range(256)) * 200
SHA256 = hashlib.sha256(PAPER).hexdigest()


def new_folder():
    folder = tempfile.mkdtemp(prefix='jip-backup-')
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


LARGE = 150 << 20
LARGE_SHA256 = functools.reduce(lambda hashed, _: hashed.update(bytes(1 << 20)) or hashed, range(LARGE >> 20), hashlib.sha256()).hexdigest()


def path_of_large(folder):
    return f'{folder}/blobs/{LARGE_SHA256[:2]}/{LARGE_SHA256}'


def add_large(server):
    """A file that takes a while to be carried; nobody's. The server must not run."""
    os.makedirs(os.path.dirname(path_of_large(server.data)), exist_ok=True)
    with open(path_of_large(server.data), 'wb') as file:
        file.truncate(LARGE)
    connection = server.database('rw')
    connection.execute(f"INSERT INTO blob (sha256, size, created_at) VALUES ('{LARGE_SHA256}', {LARGE}, 1)")
    connection.close()


@contextlib.contextmanager
def held(process, folder):
    """Stops a jipctl in the middle of that file, for as long as the test wants; then it goes on."""
    wait_for(lambda: os.path.exists(path_of_large(folder)))
    process.send_signal(signal.SIGSTOP)
    assert process.poll() is None and os.path.getsize(path_of_large(folder)) < LARGE, 'it was not fast enough'
    yield
    process.send_signal(signal.SIGCONT)


def sheet_of(backup):
    with open(backup + '/backup.json', encoding='utf-8') as file:
        return json.load(file)


def write_sheet(backup, **changes):
    sheet = {**sheet_of(backup), **changes}
    with open(backup + '/backup.json', 'w', encoding='utf-8') as file:
        json.dump(sheet, file)


def hash_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def upload(client, data=PAPER):
    sha256 = hashlib.sha256(data).hexdigest()
    status, answer = client.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(data)})
    assert status == 200, answer
    if not answer['complete']:
        status = client.raw('PATCH', f'/v1/blobs/{sha256}', data[answer['offset']:], {'Upload-Offset': str(answer['offset'])})[0]
        assert status == 204, status
    return answer


def city():
    """A running server with an idea and a file."""
    server = Server(users=PEOPLE).start()
    kim = Client(server, 'kim')
    idea = new_id()
    upload(kim)
    kim.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'body': '파일이 있는 제안', 'anonymous': False})
    kim.do('attachment.add', {'id': new_id(), 'proposal': idea, 'sha256': SHA256, 'size': len(PAPER), 'name': '자료.pdf',
                              'media_type': 'application/pdf'})
    return server, kim


def backup(server, *options):
    folder = new_folder() + '/backup'
    jipctl('backup', folder, *options, data=server.data)
    return folder


def place():
    return ['--database', postgresql.new_database()] if ON_POSTGRESQL else []


def restored(folder, status=0):
    """A server on what a backup holds, which does not run yet; and what jipctl said on stderr."""
    data, where = new_folder() + '/data', place()
    got, _, err = jipctl('restore', folder, *where, data=data, ok=False)
    assert got == status, (got, err)
    return Server(data=data, uri=where[1] if where else None), err


def refused(*arguments, data=None, says='', text=None):
    status, out, err = jipctl(*arguments, data=data, text=text, ok=False)
    assert status == 2 and out == '' and err.count('\n') == 1 and says in err, (status, out, err)
    return err


def path_of_file(folder):
    return f'{folder}/blobs/{SHA256[:2]}/{SHA256}'


def left(server):
    with contextlib.suppress(FileNotFoundError):
        return os.listdir(server.data + '/backups')
    return []


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)
