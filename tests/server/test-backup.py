# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups when something is wrong around them: askers and servers that end, folders, rights and disks that do not fit, several at
once, and the nightly service. What cannot be done is said in a line and leaves nothing."""

import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import threading
import time

from backups import PAPER, SHA256, add_large, backup, city, held, left, new_folder, path_of_file, place, refused, restored, upload, wait_for
from harness import BUILD, JIPCTL, JIPHYEOND, Client, ON_POSTGRESQL, Server, jipctl, new_id, run_tests


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
    server.stop()
    add_large(server)
    server.start()
    out = new_folder() + '/out'
    with running('backup', out, '--data', server.data) as process, held(process, out):
        assert left(server) == [], 'the copy is jipctl\'s alone'
        process.kill()
    assert left(server) == [] and not os.path.exists(out + '/backup.json')
    refused('restore', out, data=new_folder() + '/data', says='no whole backup')
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
    server.stop()
    add_large(server)
    server.start()
    for again in (False, True):
        out = new_folder() + '/out'
        with running('backup', out, '--kept', '--data', server.data) as process:
            with held(process, out):
                server.stop()
                if again:
                    server.start()
            said, problem = process.communicate(timeout=30)
        assert process.returncode == 0, problem
        if not again:
            server.start()
        assert 'not kept' not in jipctl('backup', 'list', data=server.data) and left(server) == []
    server.stop()


def test_a_restore_that_is_killed_is_done_again():
    server, kim = city()
    server.stop()
    add_large(server)
    folder, data, where = backup(server), new_folder() + '/data', place()
    with running('restore', folder, '--data', data, *where) as process, held(process, data):
        process.kill()
    # no server takes the folder for a new one
    run = subprocess.run([JIPHYEOND, '--data', data, '--listen', '127.0.0.1:0', *where], capture_output=True, text=True, timeout=60)
    assert run.returncode != 0 and 'jipctl restore' in run.stderr and run.stdout == '', run
    refused('user', 'import', '-', *where, data=data, text='login,name,department,roles,password\n', says='jipctl restore')
    refused('backup', folder + '2', data=data, says='holds no server')
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
