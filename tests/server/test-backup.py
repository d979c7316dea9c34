# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups when something is wrong: askers and servers that end, folders that do not fit, copies that are damaged, old or of
another server. What cannot be done is said in a line and leaves nothing; what can be done is done."""

import atexit
import contextlib
import fcntl
import glob
import hashlib
import http.client
import json
import os
import re
import shlex
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time

import postgresql
from harness import BUILD, JIPCTL, JIPHYEOND, Client, ON_POSTGRESQL, Server, error_of, jipctl, new_id, run_tests

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')
PEOPLE = [['kim', '김가온', '기획과', 'staff organiser', 'pw'], ['lee', '이나래', '', 'staff', 'pw']]
PAPER = b'%PDF-1.7\n' + bytes(range(256)) * 200
SHA256 = hashlib.sha256(PAPER).hexdigest()


def new_folder():
    folder = tempfile.mkdtemp(prefix='jip-backup-')
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


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


@contextlib.contextmanager
def running(*arguments):
    """jipctl in the background, which ends with the test."""
    with subprocess.Popen([JIPCTL, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


class Control(http.client.HTTPConnection):
    """The socket in the data folder, as jipctl uses it."""

    def __init__(self, server):
        super().__init__('localhost', timeout=60)
        self.path = server.data + '/control.sock'

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)

    def ask(self, command, **arguments):
        self.request('POST', '/control', json.dumps({'command': command, 'args': arguments}), {'Content-Type': 'application/json'})
        response = self.getresponse()
        return response.status, json.loads(response.read())


@contextlib.contextmanager
def lease(server):
    """What jipctl holds while it waits for a copy; given back without a word, as when it is killed."""
    name = new_id()
    os.makedirs(server.data + '/backups', exist_ok=True)
    with open(f'{server.data}/backups/{name}.lock', 'w') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield name


def grow(server):
    """So many rows that copying them takes a while. The server must not run."""
    rows = 300000 if ON_POSTGRESQL else 1500000
    connection = server.database('rw')
    if ON_POSTGRESQL:
        connection.execute(f"INSERT INTO placed (name, place) SELECT 'grown ' || n, n FROM generate_series (1, {rows}) AS n")
    else:
        connection.execute(f"WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) "
                           "INSERT INTO placed (name, place) SELECT 'grown ' || n, n FROM c")
    connection.close()


def test_an_asker_that_is_gone_leaves_nothing():
    server, kim = city()
    with lease(server) as held:
        status, answer = Control(server).ask('backup take', lease=held)
        assert status == 200 and 'path' not in answer['output'] and held + '.db' in left(server)
        with lease(server) as other:  # another one's backup leaves it alone
            assert Control(server).ask('backup take', lease=other)[0] == 200
            assert {held + '.db', other + '.db'} <= set(left(server))
        folder = backup(server)
        assert sorted(left(server)) == [held + '.db', held + '.lock']
    # the next backup finds nobody there any more
    shutil.rmtree(folder)
    jipctl('backup', folder, data=server.data)
    assert left(server) == []
    # so does the next start, also of what older versions left; what is not a copy is nobody's business
    with lease(server) as gone:
        assert Control(server).ask('backup take', lease=gone)[0] == 200
    older, mine = f'{server.data}/backups/{new_id()}.db', server.data + '/backups/mine'
    open(older, 'w').close()
    os.mkdir(mine)
    server.stop()
    assert len(left(server)) == 4
    server.start()
    assert left(server) == ['mine']
    # who never held a lease gets no copy
    listed = jipctl('backup', 'list', data=server.data)
    assert Control(server).ask('backup take', lease=new_id())[0] != 200
    assert Control(server).ask('backup take', lease='../x')[0] == 400
    assert left(server) == ['mine'] and jipctl('backup', 'list', data=server.data) == listed
    server.stop()


def test_a_jipctl_that_is_killed_leaves_nothing():
    """While it carries, the copy has no name; while the server makes it, the server notices."""
    server, kim = city()
    os.rename(path_of_file(server.data), path_of_file(server.data) + '.kept')
    os.mkfifo(path_of_file(server.data))  # this file takes as long as the test wants
    out = new_folder() + '/out'
    with running('backup', out, '--data', server.data) as process:
        wait_for(lambda: os.path.exists(f'{out}/blobs/{SHA256[:2]}'))
        assert left(server) == [], 'the copy is jipctl\'s alone'
        process.kill()
    assert left(server) == [] and not os.path.exists(out + '/backup.json')
    refused('restore', out, data=new_folder() + '/data', says='no whole backup')
    os.rename(path_of_file(server.data) + '.kept', path_of_file(server.data))
    server.stop()

    grow(server)
    server.start()
    listed = jipctl('backup', 'list', data=server.data)
    with running('backup', out + '2', '--data', server.data) as process:
        wait_for(lambda: any(name.endswith('.db') for name in left(server)))
        process.kill()
    wait_for(lambda: not any(name.endswith('.db') for name in left(server)), seconds=5)
    assert jipctl('backup', 'list', data=server.data) == listed
    kim.connection = None
    kim.pull()
    server.stop()


def test_sigterm_ends_a_backup_and_leaves_nothing():
    server, kim = city()
    server.stop()
    grow(server)
    server.start()
    out = new_folder() + '/out'
    with running('backup', out, '--kept', '--data', server.data) as process:
        wait_for(lambda: any(name.endswith('.db') for name in left(server)))
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5
        said, problem = process.communicate(timeout=30)
    assert process.returncode == 2 and said == '' and problem.count('\n') == 1 and 'is being stopped' in problem, problem
    assert left(server) == [] and not os.path.exists(out)
    server.start()
    assert jipctl('backup', 'list', data=server.data) == ''
    server.stop()


def test_a_server_that_is_killed_leaves_nothing():
    server, kim = city()
    server.stop()
    grow(server)
    server.start()
    out = new_folder() + '/out'
    with running('backup', out, '--data', server.data) as process:
        wait_for(lambda: any(name.endswith('.db') for name in left(server)))
        server.kill()
        said, problem = process.communicate(timeout=30)
    assert process.returncode == 2 and said == '' and problem.count('\n') == 1, problem
    assert not os.path.exists(out)
    server.start()
    assert left(server) == []
    jipctl('backup', out, data=server.data)
    server.stop()


def test_a_server_that_ends_while_a_backup_is_carried():
    """jipctl has the copy and reads the files itself; whether a server runs at the end makes no difference."""
    server, kim = city()
    kept = path_of_file(server.data) + '.kept'
    for again in (False, True):
        out = new_folder() + '/out'
        os.rename(path_of_file(server.data), kept)
        os.mkfifo(path_of_file(server.data))
        with running('backup', out, '--kept', '--data', server.data) as process:
            wait_for(lambda: os.path.exists(f'{out}/blobs/{SHA256[:2]}'))
            server.stop()
            if again:
                server.start()
            with open(path_of_file(server.data), 'wb') as pipe:
                os.replace(kept, path_of_file(server.data))
                pipe.write(PAPER)
            said, problem = process.communicate(timeout=30)
        assert process.returncode == 0, problem
        if not again:
            server.start()
        assert 'not kept' not in jipctl('backup', 'list', data=server.data) and left(server) == []
    server.stop()


def test_a_restore_that_is_killed_is_done_again():
    server, kim = city()
    folder, data, where = backup(server), new_folder() + '/data', place()
    server.stop()
    os.unlink(path_of_file(folder))
    os.mkfifo(path_of_file(folder))
    with running('restore', folder, '--data', data, *where) as process:
        wait_for(lambda: os.path.exists(f'{data}/blobs/{SHA256[:2]}'))
        process.kill()
    # no server takes the folder for a new one
    run = subprocess.run([JIPHYEOND, '--data', data, '--listen', '127.0.0.1:0', *where], capture_output=True, text=True, timeout=60)
    assert run.returncode != 0 and 'jipctl restore' in run.stderr and run.stdout == '', run
    refused('user', 'import', '-', *where, data=data, text='login,name,department,roles,password\n', says='jipctl restore')
    refused('backup', folder + '2', data=data, says='holds no server')
    os.unlink(path_of_file(folder))
    with open(path_of_file(folder), 'wb') as file:
        file.write(PAPER)
    jipctl('restore', folder, *where, data=data)
    assert not os.path.exists(data + '/restoring')
    os.mkdir(data + '/restoring')  # ended after its last step
    again = Server(data=data, uri=where[1] if where else None).start()
    assert Client(again, 'kim').raw('GET', '/v1/blobs/' + SHA256)[1] == PAPER
    again.stop()


def test_sigterm_ends_an_upload_which_then_goes_on():
    server, kim = city()
    data = os.urandom((4 << 20) * 2 + 1000)
    sha256 = hashlib.sha256(data).hexdigest()
    assert kim.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(data)})[1] == {'offset': 0, 'complete': False}
    assert kim.raw('PATCH', f'/v1/blobs/{sha256}', data[:4 << 20], {'Upload-Offset': '0'})[0] == 204
    jipctl('backup', new_folder() + '/meanwhile', data=server.data)
    with socket.create_connection(('127.0.0.1', server.port), timeout=30) as raw:
        raw.sendall(f'PATCH /v1/blobs/{sha256} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {kim.token}\r\nUpload-Offset: {4 << 20}\r\n'
                    f'Content-Length: {4 << 20}\r\n\r\n'.encode() + data[4 << 20:6 << 20])
        server.stop()
    server.start()
    kim.connection = None
    status, answer = kim.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(data)})
    assert (status, answer) == (200, {'offset': 4 << 20, 'complete': False})
    for at in range(4 << 20, len(data), 4 << 20):
        assert kim.raw('PATCH', f'/v1/blobs/{sha256}', data[at:at + (4 << 20)], {'Upload-Offset': str(at)})[0] == 204
    assert kim.raw('GET', f'/v1/blobs/{sha256}')[1] == data and os.listdir(server.data + '/uploads') == []
    server.stop()


def test_an_upload_of_before_a_restore_goes_on():
    server, kim = city()
    data = os.urandom((4 << 20) + 1000)
    sha256 = hashlib.sha256(data).hexdigest()
    kim.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(data)})
    assert kim.raw('PATCH', f'/v1/blobs/{sha256}', data[:4 << 20], {'Upload-Offset': '0'})[0] == 204
    folder = backup(server)
    server.stop()
    again, _ = restored(folder)
    kim = Client(again.start(), 'kim')
    assert kim.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(data)})[1] == {'offset': 0, 'complete': False}
    for at in (0, 4 << 20):
        assert kim.raw('PATCH', f'/v1/blobs/{sha256}', data[at:at + (4 << 20)], {'Upload-Offset': str(at)})[0] == 204
    assert kim.raw('GET', f'/v1/blobs/{sha256}')[1] == data
    again.stop()


def test_folders_that_lie_in_one_another():
    server, kim = city()
    data, whole, outside = server.data, backup(server), new_folder()
    os.symlink(data, outside + '/link')
    os.mkdir(data + '/blobs/below')
    before = sorted(os.listdir(data))
    relative = os.path.relpath(data + '/new')
    for target in ('/new', '/blobs/below/new', '/./new', '//new/', '/blobs/../new', '/backups/new', ''):
        for options in ([], ['--kept']):
            refused('backup', data + target, *options, data=data, says='data folder')
    for target in (outside + '/link/new', outside + '/link/blobs/../new', relative, f'{outside}/../{os.path.basename(data)}/new'):
        refused('backup', target, '--kept', data=data, says='data folder')
        refused('backup', target, data=outside + '/link', says='data folder')
    assert sorted(os.listdir(data)) == before and os.listdir(data + '/blobs/below') == []
    # behind the link `..` is another folder
    os.symlink(data + '/blobs/below', outside + '/deep')
    refused('backup', outside + '/deep/../new', data=data, says='data folder')
    jipctl('backup', f'{data}/../{os.path.basename(outside)}/good', data=data)
    shutil.move(outside + '/good', data + '/carried')
    refused('backup', 'keep', data + '/carried', data=data, says='data folder')
    refused('backup', 'keep', outside + '/link/carried', data=data, says='data folder')
    assert 'kept elsewhere' in jipctl('backup', 'list', data=data) and '\nkept' not in jipctl('backup', 'list', data=data)
    # a restore fills no backup, and takes none from the folder that it fills
    os.symlink(whole, outside + '/backup')
    for target in (whole, whole + '/new', whole + '/blobs', whole + '/new/../other/data', outside + '/backup/new'):
        refused('restore', whole, *place(), data=target, says='lies in the backup')
    fresh = new_folder()
    shutil.copytree(whole, fresh + '/copy')
    refused('restore', fresh + '/copy', *place(), data=fresh, says='lies in the data folder')
    assert sorted(os.listdir(whole)) == ['backup.json', 'blobs', 'jiphyeon.db'] and os.listdir(fresh) == ['copy']
    jipctl('backup', 'keep', whole, data=data)
    server.stop()


def test_files_that_are_damaged_or_missing():
    """Both ways say which, do the rest and exit with 1; the desktop that has it brings it again."""
    server, kim = city()
    good = backup(server)
    for harm in ('missing', 'damaged', 'folder'):
        folder = new_folder() + '/backup'
        shutil.copytree(good, folder)
        path = path_of_file(folder)
        if harm == 'damaged':
            with open(path, 'r+b') as file:
                file.write(b'X')
        else:
            os.unlink(path)
        if harm == 'folder':
            os.mkdir(path)
        refused('backup', 'keep', folder, data=server.data, says=path)
        again, said = restored(folder, status=1)
        assert said.splitlines()[0].endswith(f'{path}: is {"missing" if harm == "missing" else "damaged"}'), said
        assert len(said.splitlines()) == 2 and '1 files are missing or damaged in the backup' in said
        assert not os.path.exists(path_of_file(again.data))
        again.start()
        other, reader = Client(again, 'kim'), Client(again, 'lee')
        assert reader.raw('GET', '/v1/blobs/' + SHA256)[0] == 404
        assert upload(other) == {'offset': 0, 'complete': False}
        assert reader.raw('GET', '/v1/blobs/' + SHA256)[1] == PAPER
        assert upload(other)['complete']
        jipctl('backup', new_folder() + '/whole', '--kept', data=again.data)
        again.stop()
    # the server itself has lost it: the backup is the rest, and never one that desktops may rely on
    with open(path_of_file(server.data), 'r+b') as file:
        file.write(b'X')
    folder = new_folder() + '/lossy'
    status, _, said = jipctl('backup', folder, '--kept', data=server.data, ok=False)
    assert status == 1 and said.splitlines()[0].endswith(path_of_file(server.data) + ': is damaged'), said
    refused('backup', 'keep', folder, data=server.data, says='cannot be marked')
    assert sheet_of(folder)['missing'] == 1 and 'not kept elsewhere' in jipctl('backup', 'list', data=server.data)
    _, said = restored(folder, status=1)
    assert path_of_file(folder) in said
    server.stop()


def with_sql(*statements):
    def harm(folder):
        connection = sqlite3.connect(folder + '/jiphyeon.db')
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        write_sheet(folder, sha256=hash_of(folder + '/jiphyeon.db'))
    return harm


def with_sheet(text=None, **changes):
    def harm(folder):
        write_sheet(folder, **changes)
        with open(folder + '/backup.json', 'r+b') as file:
            whole = file.read()
            if text is not None:
                file.seek(0)
                file.write(text(whole))
                file.truncate()
    return harm


def with_database(data, known=True):
    def harm(folder):
        with open(folder + '/jiphyeon.db', 'r+b') as file:
            whole = file.read()
            file.seek(0)
            file.write(data(whole))
            file.truncate()
        if known:
            write_sheet(folder, sha256=hash_of(folder + '/jiphyeon.db'))
    return harm


def without(name):
    return lambda folder: os.unlink(f'{folder}/{name}')


def as_folder(name):
    def harm(folder):
        os.unlink(f'{folder}/{name}')
        os.mkdir(f'{folder}/{name}')
    return harm


def as_pipe(name):
    def harm(folder):
        os.unlink(f'{folder}/{name}')
        os.mkfifo(f'{folder}/{name}')
    return harm


# name: what is done to a good backup, and what the sentence names
BAD_BACKUPS = {
    'sheet-gone': (without('backup.json'), 'no whole backup'), 'sheet-folder': (as_folder('backup.json'), 'backup.json'),
    'sheet-pipe': (as_pipe('backup.json'), 'backup.json'), 'sheet-empty': (with_sheet(lambda whole: b''), 'backup.json'),
    'sheet-cut': (with_sheet(lambda whole: whole[:len(whole) // 2]), 'backup.json'), 'sheet-large': (with_sheet(lambda whole: b' ' * 70000 + whole), 'too large'),
    'sheet-deep': (with_sheet(lambda whole: b'[' * 60000), 'backup.json'), 'sheet-list': (with_sheet(lambda whole: b'[]'), 'backup.json'),
    'sheet-twice': (with_sheet(lambda whole: whole.replace(b'{', b'{"id": "x", ', 1)), 'backup.json'), 'sheet-nul': (with_sheet(lambda whole: whole + b'\0'), 'backup.json'),
    'sheet-format': (with_sheet(format='jip-backup/2'), 'format'), 'sheet-id': (with_sheet(id='../../x'), 'id'), 'sheet-seq': (with_sheet(seq=-1), 'seq'),
    'sheet-float': (with_sheet(seq=1.5), 'seq'), 'sheet-moment': (with_sheet(taken_at='\n\x1b[31mx'), 'taken_at'), 'sheet-count': (with_sheet(missing='1'), 'missing'),
    'sheet-hash': (with_sheet(sha256='ab' * 32), 'not what was copied'), 'sheet-of-another': (with_sheet(epoch='01890000-0000-7000-8000-000000000000'), 'does not belong'),
    'sheet-of-older': (with_sheet(seq=1), 'does not belong'),
    'database-gone': (without('jiphyeon.db'), 'jiphyeon.db'), 'database-folder': (as_folder('jiphyeon.db'), 'jiphyeon.db'),
    'database-cut': (with_database(lambda whole: whole[:len(whole) // 2], known=False), 'not what was copied'),
    'database-changed': (with_database(lambda whole: whole[:5000] + b'XX' + whole[5002:], known=False), 'not what was copied'),
    'database-cut-and-known': (with_database(lambda whole: whole[:len(whole) // 2]), 'is damaged'),
    'database-noise': (with_database(lambda whole: bytes(range(256)) * 40), 'is damaged'), 'database-empty': (with_database(lambda whole: b''), 'not the database of a backup'),
    'database-other': (with_sql('DROP TABLE meta'), 'not the database of a backup'),
    'schema-newer': (with_sql("UPDATE meta SET value = '99' WHERE key = 'schema'"), 'newer version of this program (schema 99'),
    'schema-none': (with_sql("UPDATE meta SET value = '-5' WHERE key = 'schema'"), 'not the database of a backup'),
    'file-outside': (with_sql("UPDATE blob SET sha256 = '../x'"), 'cannot be'), 'file-above': (with_sql("UPDATE blob SET sha256 = '../../../../../../etc/passwd'"), 'cannot be'),
    'file-long': (with_sql("UPDATE blob SET sha256 = sha256 || '/../x'"), 'cannot be'), 'file-nameless': (with_sql("UPDATE blob SET sha256 = ''"), 'cannot be'),
}


def test_backups_that_are_none():
    server, kim = city()
    good, outside = backup(server), new_folder()
    listed, digest = jipctl('backup', 'list', data=server.data), server.digest()
    where = place()
    for name, (harm, says) in BAD_BACKUPS.items():
        folder = f'{outside}/{name}'
        shutil.copytree(good, folder)
        harm(folder)
        fresh = f'{outside}/{name}-data'
        for error in (refused('backup', 'keep', folder, data=server.data), refused('restore', folder, *where, data=fresh)):
            assert says in error and folder in error, (name, error)
        assert not os.path.exists(fresh), name
        os.mkdir(fresh)
        refused('restore', folder, *where, data=fresh)
        assert set(os.listdir(fresh)) <= {'lock'}, (name, os.listdir(fresh))
        if name in ('database-cut', 'schema-newer', 'file-outside'):  # nothing of it is in the way
            jipctl('restore', good, *where, data=fresh)
            where = place()
        shutil.rmtree(fresh)
        shutil.rmtree(folder)
    assert jipctl('backup', 'list', data=server.data) == listed and server.digest() == digest
    server.stop()


def test_targets_that_cannot_be():
    server, kim = city()
    folder = new_folder()
    os.mkdir(folder + '/there')
    open(folder + '/file', 'w').close()
    for target, says in (('/there', 'is there already'), ('/file', 'is there already'), ('/file/below', 'Not a directory'), ('/none/below', 'No such file')):
        refused('backup', folder + target, data=server.data, says=says)
    refused('backup', '', data=server.data)
    refused('backup', folder + '/new', data=folder + '/there', says='holds no server')
    refused('backup', folder + '/new', data=folder + '/none', says='holds no server')
    refused('restore', folder + '/there', data=folder + '/new', says='no whole backup')
    refused('restore', folder + '/file', data=folder + '/new', says='backup.json')
    refused('restore', folder + '/none', data=folder + '/new', says='no whole backup')
    whole = backup(server)
    refused('restore', whole, *place(), data=folder + '/file', says=folder + '/file')
    refused('restore', whole, *place(), data=folder + '/file/below', says='Not a directory')
    assert sorted(os.listdir(folder)) == ['file', 'there'] and left(server) == []
    server.stop()


def test_rights_that_are_missing():
    if os.geteuid() != 0:
        return
    server, kim = city()
    folder, whole = new_folder(), backup(server)
    os.chmod(folder, 0o777)

    def as_nobody(*arguments, says):
        run = subprocess.run([JIPCTL, *arguments], user=65534, group=65534, extra_groups=[], capture_output=True, text=True, timeout=60)
        assert run.returncode == 2 and run.stdout == '' and run.stderr.count('\n') == 1 and says in run.stderr, run

    for running in (True, False):
        as_nobody('backup', folder + '/new', '--data', server.data, says=server.data + ': Permission denied')
        as_nobody('backup', 'list', '--data', server.data, says=server.data + ': Permission denied')
        if running:
            server.stop()
    as_nobody('restore', whole, '--data', folder + '/new', says='Permission denied')
    os.chmod(folder, 0o755)
    shutil.copytree(whole, folder + '/copy')
    subprocess.run(['chown', '-R', '65534:65534', folder + '/copy'], check=True)
    as_nobody('restore', folder + '/copy', '--data', folder + '/new', says=folder + '/new')
    os.chown(server.data, 65534, 65534)
    as_nobody('backup', folder + '/new', '--data', server.data, says=folder + '/new')
    os.chown(server.data, 0, 0)
    assert os.listdir(folder) == ['copy'] and left(server) == []


def on_small_disk(size, script, *arguments):
    """Runs a script with a file system of its own at $1; None where this user cannot make one."""
    if subprocess.run(['unshare', '-m', 'true'], capture_output=True).returncode != 0:
        return None
    return subprocess.run(['unshare', '-m', 'sh', '-c', f'mount -t tmpfs -o size={size} none "$1" || exit 77; {script}', 'sh', *arguments],
                          capture_output=True, text=True, timeout=120)


def test_disks_that_are_full():
    server, kim = city()
    upload(kim, os.urandom(3 << 20))
    whole, mount = backup(server), new_folder()
    size = os.path.getsize(whole + '/jiphyeon.db')
    for room in (size // 2, size + 65536):  # the database does not fit; the files do not
        run = on_small_disk(room, '"$2" backup "$1/new" --data "$3"; echo $? $(ls -A "$1")', mount, JIPCTL, server.data)
        if run is None or run.returncode == 77:
            break
        assert run.stdout == '2\n' and run.stderr.count('\n') == 1 and 'No space left' in run.stderr and mount in run.stderr, run
        assert left(server) == [] and jipctl('backup', 'list', data=server.data).count('\n') == 1, 'one that failed is none'
        run = on_small_disk(room, '"$2" restore "$3" --data "$1/new"; echo $? $(ls -A "$1")', mount, JIPCTL, whole)
        assert run.stdout == '2\n' and run.stderr.count('\n') == 1 and mount in run.stderr, run
    jipctl('backup', 'keep', whole, data=server.data)
    server.stop()


def test_several_at_once_while_people_work():
    server, kim = city()
    folders, problems, over = [new_folder() + '/backup' for _ in range(4)], [], threading.Event()

    def take(folder):
        status, _, err = jipctl('backup', folder, '--kept', data=server.data, ok=False)
        if status:
            problems.append(err)

    def work():
        lee = Client(server, 'lee')
        while not over.is_set():
            lee.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '그동안의 제안', 'anonymous': False})
            upload(lee, os.urandom(50000))

    worker = threading.Thread(target=work)
    takers = [threading.Thread(target=take, args=(folder,)) for folder in folders]
    for thread in (worker, *takers):
        thread.start()
    for thread in takers:
        thread.join()
    over.set()
    worker.join()
    assert not problems, problems
    assert left(server) == [] and jipctl('backup', 'list', data=server.data).count(' kept elsewhere') == 4
    server.stop()
    again, _ = restored(folders[-1])
    assert Client(again.start(), 'kim').raw('GET', '/v1/blobs/' + SHA256)[1] == PAPER
    assert 'unbroken' in jipctl('audit', 'verify', data=again.data)
    again.stop()


def test_a_folder_that_another_program_works_on():
    """As migrate-database does, or a second jipctl."""
    server, kim = city()
    server.stop()
    out = new_folder() + '/out'
    with open(server.data + '/lock', 'r+') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        refused('backup', out, data=server.data, says='in use')
    assert left(server) == [] and not os.path.exists(out)
    jipctl('backup', out, data=server.data)
    assert left(server) == []


def test_backups_of_older_versions():
    for dump in sorted(glob.glob(os.path.join(DATA, 'schema-*.sql'))):
        folder = new_folder()
        os.mkdir(folder + '/blobs')
        connection = sqlite3.connect(folder + '/jiphyeon.db')
        with open(dump, encoding='utf-8') as file:
            connection.executescript(file.read())
        epoch, = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
        seq, = connection.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()
        lost = connection.execute('SELECT COUNT(*) FROM blob').fetchone()[0]
        connection.close()
        with open(folder + '/backup.json', 'w', encoding='utf-8') as file:
            json.dump({'format': 'jip-backup/1', 'id': new_id(), 'epoch': epoch, 'seq': seq, 'taken_at': '2026-07-22T05:03:11.250Z',
                       'sha256': hash_of(folder + '/jiphyeon.db'), 'files': 0, 'missing': lost}, file)
        server, _ = restored(folder, status=1 if lost else 0)
        host = Client(server.start(), 'host')
        assert host.pull()['epoch'] != epoch
        with open(dump.removesuffix('.sql') + '.json', encoding='utf-8') as file:
            for table, key, before in json.load(file):
                now = host.rows[(table, key)]
                assert {name: now.get(name) for name in before} == before, (dump, table, key)
        host.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '되살린 뒤의 제안', 'anonymous': False})
        assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
        server.stop()


def test_the_backup_of_another_server():
    server, kim = city()
    kim.pull()
    foreign = Server(users=[['park', '박다온', '', 'staff', 'pw'], ['kim', '김라온', '', 'staff', 'pw']]).start()
    theirs = backup(foreign)
    refused('backup', 'keep', theirs, data=server.data, says='did not take')
    assert server.database().execute('SELECT MAX(safe_n) FROM replica').fetchone()[0] in (0, None)
    foreign.stop()
    server.stop()
    # put in this one's place, it knows none of its desktops: their sign-ins and cursors are worth nothing, and nothing of them is taken
    wrong, _ = restored(theirs)
    digest = wrong.digest()
    server_before, kim.server = kim.server, wrong.start()
    kim.connection = None
    cursor = f'/v1/pull?replica={kim.replica}&schema=1&cursor={kim.cursor}'
    assert error_of(kim.call('GET', cursor)) == (401, 'unauthorized')
    namesake = Client(wrong, 'kim')
    assert namesake.user['id'] != kim.user['id']
    assert error_of(namesake.call('GET', cursor)) == (400, 'bad-cursor')
    assert wrong.digest() == digest
    wrong.stop()
    # and back in its own place everything goes on
    kim.server, kim.connection = server_before.start(), None
    kim.pull()
    server.stop()


def unit():
    """The settings of the nightly service, each a list, as systemd reads them."""
    settings = {}
    with open(os.path.join(BUILD, 'data/jiphyeon-backup.service'), encoding='utf-8') as file:
        for line in file:
            name, sign, value = line.strip().partition('=')
            if sign and not name.startswith('#'):
                settings.setdefault(name, []).append(value)
    return settings


def exec_line(setting, server, backups):
    """One of its commands on the folders of a test, with what is built."""
    line = setting.replace('/var/backups/jiphyeon', backups).replace('/var/lib/jiphyeon', server.data)
    words = shlex.split(line.replace('$$', '$').replace('%%', '%'))
    return [re.sub(r'/\S+/jipctl', JIPCTL, word) for word in words]


def test_what_the_nightly_service_runs():
    server, kim = city()
    settings, backups = unit(), new_folder()
    writable = [path.replace('/var/backups/jiphyeon', backups).replace('/var/lib/jiphyeon', server.data)
                for path in settings['ReadWritePaths'][0].split()]
    start, = settings['ExecStart']
    after, = settings['ExecStartPost']
    # a backup that lacks files is no success, after which those that have them would be removed
    assert 'SuccessExitStatus' not in settings and settings['ProtectSystem'] == ['strict'] and settings['Type'] == ['oneshot']
    # everything but what the unit says may be read only
    script = 'mount --make-rprivate /; for path; do shift; [ "$path" = -- ] && break; mount --bind "$path" "$path" || exit 77; done; ' \
             'mount -o remount,bind,ro / && mount -o remount,bind,ro "$(stat -c %m /tmp)" 2>/dev/null; exec "$@"'

    def confined(command):
        run = subprocess.run(['unshare', '-m', 'sh', '-c', script, 'sh', *writable, '--', *command], capture_output=True, text=True, timeout=60)
        return run if run.returncode not in (77, 125, 126) else subprocess.run(command, capture_output=True, text=True, timeout=60)

    if subprocess.run(['unshare', '-m', 'true'], capture_output=True).returncode == 0:
        probe = confined(['touch', os.path.dirname(backups) + '/jip-backup-probe'])
        assert probe.returncode != 0 and 'Read-only' in probe.stderr, probe
    taken = set()
    for running in (True, False):  # with a server and without one
        run = confined(exec_line(start, server, backups))
        assert run.returncode == 0, run
        new, = set(os.listdir(backups)) - taken
        assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d{6}', new), new
        refused('backup', 'keep', f'{backups}/{new}', data=backups, says='data folder')
        jipctl('backup', 'keep', f'{backups}/{new}', data=server.data)
        assert left(server) == []
        taken.add(new)
        if running:
            server.stop()
        time.sleep(1.1)  # the next one has another name
    # those of its own that are older than 30 days go, also half a one; nothing else does
    old = time.time() - 32 * 86400
    for name in ('2026-01-01T033000', '2026-01-02T033000'):
        shutil.copytree(f'{backups}/{next(iter(taken))}', f'{backups}/{name}')
        os.utime(f'{backups}/{name}', (old, old))
    os.unlink(backups + '/2026-01-02T033000/backup.json')
    os.utime(backups + '/2026-01-02T033000', (old, old))
    for name in ('before-the-event', '2026-01-03'):
        os.mkdir(f'{backups}/{name}')
        os.utime(f'{backups}/{name}', (old, old))
    os.mkdir(backups + '/2026-01-04T033000')
    assert confined(exec_line(after, server, backups)).returncode == 0
    assert set(os.listdir(backups)) == taken | {'before-the-event', '2026-01-03', '2026-01-04T033000'}


run_tests(globals())
