# SPDX-License-Identifier: GPL-3.0-or-later
"""The process around the server: first start, one server a folder, files left and removed, signals, systemd."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import tempfile
import time

from harness import Client, JIPCTL, JIPHYEOND, ON_POSTGRESQL, Server, error_of, jipctl, run_tests


def refused(*arguments):
    run = subprocess.run([JIPHYEOND, *arguments], capture_output=True, text=True, timeout=60)
    assert run.returncode != 0 and len(run.stderr.strip().splitlines()) == 1, run
    return run.stderr


def log(server):
    with open(os.path.join(server.data, 'test.log')) as file:
        return file.read()


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_first_start_makes_an_admin_once():
    server = Server().start()
    password = re.search(r'password (\S+);', log(server)).group(1)
    admin = Client(server, 'admin', password)
    assert 'admin' in admin.roles
    server.stop()
    server.start()
    server.stop()
    assert log(server).count('password') == 1
    if not ON_POSTGRESQL:
        assert password.encode() not in open(os.path.join(server.data, 'jiphyeon.db'), 'rb').read()


def test_no_new_city_where_one_was():
    """A database that is gone, or empty after a bad copy, is not taken for a first start."""
    if ON_POSTGRESQL:
        return
    server = Server(users=[['kim', '김철수', '', 'staff', 'pw']]).start()
    server.stop()
    path = os.path.join(server.data, 'jiphyeon.db')
    os.rename(path, path + '.good')
    for empty in (False, True, False):
        if empty:
            open(path, 'w').close()
        for said in (refused('--data', server.data, '--listen', '127.0.0.1:0'), jipctl('audit', 'verify', data=server.data, ok=False)[2]):
            assert 'its database is gone or empty' in said and server.data in said, said
    os.rename(path + '.good', path)
    Client(server.start(), 'kim')
    server.stop()
    os.unlink(path)
    os.unlink(os.path.join(server.data, 'installation'))
    server.start().stop()
    assert log(server).count('First start') == 2, 'who removes the mark begins anew'


def test_the_folder_is_closed_to_others():
    server = Server(users=[['kim', '김철수', '', 'staff admin', 'pw']])
    os.chmod(server.data, 0o755)
    server.start()
    assert stat.S_IMODE(os.stat(server.data).st_mode) == 0o700
    for folder, names, files in os.walk(server.data):
        for name in files:
            mode = os.lstat(os.path.join(folder, name)).st_mode
            assert name == 'test.log' or not mode & 0o077, (name, oct(mode))
    server.stop()


def test_one_server_a_folder():
    server = Server(users=[['kim', '김철수', '', 'staff admin', 'pw']]).start()
    assert server.data in refused('--data', server.data, '--listen', '127.0.0.1:0')
    Client(server, 'kim')
    server.stop()


def as_user(data, uid):
    """Starts and ends the server of a folder as its owner."""
    return subprocess.Popen([JIPHYEOND, '--data', data, '--listen', '127.0.0.1:0'], user=uid, group=uid, extra_groups=[],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_what_root_makes_is_the_servers():
    if os.geteuid() != 0 or ON_POSTGRESQL:  # nobody is no user of the database
        return
    uid, parent = 65534, tempfile.mkdtemp(prefix='jip-root-')
    os.chmod(parent, 0o755)
    outside = os.path.join(parent, 'outside')
    open(outside, 'w').close()

    def owned(name):
        folder = os.path.join(parent, name)
        os.mkdir(folder, 0o700)
        os.chown(folder, uid, uid)
        return folder

    def serve(data, *then):
        server = as_user(data, uid)
        wait_for(lambda: os.path.exists(data + '/jiphyeond.url') or server.poll() is not None)
        try:
            assert server.poll() is None, server.communicate()[0]
            for arguments in then:
                jipctl(*arguments, data=data)
        finally:
            server.terminate()
            server.communicate(timeout=30)

    data = owned('data')
    jipctl('user', 'import', '-', data=data, text='login,name,department,roles,password\nkim,김철수,,staff,pw\n')
    os.symlink(outside, data + '/link')
    os.link(outside, data + '/name')
    jipctl('backup', parent + '/stopped', data=data)
    serve(data, ['backup', parent + '/running'])
    restored = owned('restored')
    jipctl('restore', parent + '/running', data=restored)
    serve(restored)
    assert os.stat(outside).st_uid == 0, 'a folder cannot have what it links to'
    shutil.rmtree(parent)


def test_what_is_wrong_is_said_in_a_line():
    folder = tempfile.mkdtemp()
    refused()
    refused('--data', folder, '--listen', 'nowhere')
    refused('--data', folder, '--listen', '127.0.0.1:99999')
    refused('--data', '/dev/null/x')
    refused('--data', folder, 'more')
    assert 'TLS' in refused('--data', folder, '--listen', '0.0.0.0:0')
    config = os.path.join(folder, 'config.json')
    open(config, 'w').write('{"llm": {"endpoints": 1}}')
    assert 'endpoints' in refused('--data', folder, '--listen', '127.0.0.1:0', '--config', config)
    open(os.path.join(folder, 'jiphyeon.db'), 'wb').write(b'SQLite format 3\0' + os.urandom(8000))
    refused('--data', folder, '--listen', '127.0.0.1:0')
    assert not os.path.exists(os.path.join(folder, 'jiphyeond.url'))


def test_a_program_without_its_data_says_where_it_looked():
    folder = tempfile.mkdtemp()
    for name in (JIPHYEOND, JIPCTL):
        shutil.copy(name, folder)
    environment = {**os.environ, 'JIP_DATA': folder + '/none'}
    for program, arguments, what in (('jiphyeond', ['--data', folder + '/data', '--listen', '127.0.0.1:0'], 'document-types'),
                                     ('jipctl', ['lint', '-'], 'lint'), ('jipctl', ['ground', '--source', '/dev/null', '/dev/null'], 'ground'),
                                     ('jipctl', ['similar', '--corpus', '-', '--query', 'x'], 'similar/synonyms')):
        run = subprocess.run([os.path.join(folder, program), *arguments], capture_output=True, text=True, timeout=60, env=environment, input='')
        said = run.stderr.strip()
        assert run.returncode != 0 and len(said.splitlines()) == 1, run
        assert f'{what} is missing' in said and f'{folder}/none, /' in said and 'JIP_DATA' in said, run
    shutil.rmtree(folder)


def test_reload_takes_a_good_configuration_and_keeps_it_over_a_bad_one():
    folder = tempfile.mkdtemp()
    config = os.path.join(folder, 'config.json')
    open(config, 'w').write('{}')
    server = Server(users=[['kim', '김철수', '', 'staff admin', 'pw']], options=['--config', config]).start()
    open(config, 'w').write(json.dumps({'llm': {'endpoints': [{'url': 'http://127.0.0.1:1/'}]}}))
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: 'again' in log(server))
    open(config, 'w').write('{')
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: 'keeps its configuration' in log(server))
    assert Client(server).call('GET', '/healthz')[0] == 200
    server.stop()


def test_tls_with_a_certificate_of_its_own():
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = os.path.join(folder, 'certificate.pem'), os.path.join(folder, 'key.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
                        '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
                       check=True, capture_output=True)
        options = ['--tls-certificate', certificate, '--tls-key', key]
        server = Server(users=[['kim', '김철수', '', 'staff admin', 'pw']], options=options).start()
        assert open(os.path.join(server.data, 'jiphyeond.url')).read().startswith('https://127.0.0.1:')
        context = ssl.create_default_context(cafile=certificate)
        connection = http.client.HTTPSConnection('127.0.0.1', server.port, timeout=20, context=context)
        connection.request('GET', '/healthz')
        assert connection.getresponse().status == 200
        connection.close()
        plain = http.client.HTTPConnection('127.0.0.1', server.port, timeout=20)
        try:
            plain.request('GET', '/healthz')
            answered = plain.getresponse().status
        except (OSError, http.client.HTTPException):
            answered = None
        assert answered is None, 'a request without TLS was answered'
        server.stop()

        data = os.path.join(folder, 'other')
        assert 'belong together' in refused('--data', data, '--tls-key', key)
        assert 'missing.pem' in refused('--data', data, '--tls-certificate', os.path.join(folder, 'missing.pem'), '--tls-key', key)
        refused('--data', data, '--listen', '127.0.0.1:0', '--tls-certificate', key, '--tls-key', key)


def test_systemd_is_told():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'notify')
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(path)
        listener.settimeout(20)
        os.environ['NOTIFY_SOCKET'] = path
        server = Server(users=[['kim', '김철수', '', 'staff admin', 'pw']]).start()
        del os.environ['NOTIFY_SOCKET']
        assert listener.recv(100) == b'READY=1'
        server.stop()
        assert listener.recv(100) == b'STOPPING=1'


def test_the_log_names_nobody():
    server = Server(users=[['hongkildong', '홍길동', '재무국', 'staff admin', 'pw']]).start()
    client = Client(server, 'hongkildong')
    error_of(client.call('POST', '/v1/session', {'login': 'hongkildong', 'password': 'no', 'device': 'd'}))
    server.stop()
    assert 'hongkildong' not in log(server) and '홍길동' not in log(server) and len(log(server).splitlines()) == 2


run_tests(globals())
