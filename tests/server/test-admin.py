# SPDX-License-Identifier: GPL-3.0-or-later
"""jipctl's administration, through a running server and on the folder alone: the same answers, and bad input changes nothing."""

import contextlib
import json
import os
import subprocess
import time

from harness import JIPCTL, Client, Server, error_of, event_args, jipctl, new_id, run_tests

USERS = [['host', '주최', '총무과', 'staff organiser admin', 'pw'], ['kim', '김철수', '재무국', 'staff', 'pw']]
HEADER = 'login,name,department,roles,password\n'
EVENT = {'title': 't', 'chair': 'kim', 'organiser': 'host', 'rules': event_args('x', [])['rules'], 'entries': [], 'judges': []}

# arguments, standard input, what the message names
BAD = [
    (['user', 'import', '-'], '', 'empty'),
    (['user', 'import', '-'], 'login,name\n', 'department'),
    (['user', 'import', '-'], HEADER + 'a,Kim,,chair,x\nb,,,staff,x\n', 'line 3'),
    (['user', 'import', '-'], HEADER + 'a,Kim,,staff,x\na,Lee,,staff,x\n', 'line 3'),
    (['user', 'import', '-'], HEADER + '"a,Kim,,staff,x\n', 'line 2'),
    (['user', 'import', '/nowhere.csv'], None, '/nowhere.csv'),
    (['user', 'import'], None, 'CSV'),
    (['user', 'disable', 'nobody'], None, 'nobody'),
    (['user', 'enable', 'nobody'], None, 'nobody'),
    (['event', 'export', 'x'], None, 'x'),
    (['event', 'export', new_id()], None, 'no event'),
    (['event', 'codes', new_id()], None, 'no event'),
    (['event', 'create', '-'], '{', 'line'),
    (['event', 'create', '-'], '[]', 'object'),
    (['event', 'create', '-'], json.dumps({**EVENT, 'organiser': 'nobody'}), 'nobody'),
    (['event', 'create', '-'], json.dumps({**EVENT, 'organiser': 'kim'}), 'event.create'),
    (['event', 'create', '-'], json.dumps({**EVENT, 'rules': {}}), 'tallied'),
    (['event', 'create', '-'], json.dumps({**EVENT, 'title': 1}), 'title'),
    (['event', 'list', 'more'], None, 'expected'),
    (['audit', 'verify', '--no-such'], None, 'no-such'),
]
server = Server(users=USERS)


@contextlib.contextmanager
def as_installed():
    """Programs that start here hash passwords at the cost that they have in use."""
    preloaded = os.environ.pop('LD_PRELOAD', None)
    try:
        yield
    finally:
        if preloaded is not None:
            os.environ['LD_PRELOAD'] = preloaded


def check_all():
    before = server.digest(())
    for arguments, text, named in BAD:
        status, out, err = jipctl(*arguments, data=server.data, text=text, ok=False)
        assert (status, out) == (2, '') and len(err.strip().splitlines()) == 1 and named in err, (arguments, status, out, err)
        assert err.startswith('jipctl ' + ' '.join(arguments[:2])), err
    assert server.digest(()) == before


def test_bad_input_without_a_server():
    check_all()


def test_bad_input_through_a_server():
    server.start()
    check_all()
    server.stop()


def test_an_import_updates_and_keeps_passwords():
    server.start()
    client = Client(server, 'kim')
    assert jipctl('user', 'import', '-', data=server.data, text='login,name,department,roles\nkim,"김, 철수",도시국,staff auditor\n'
                  ).startswith('0 accounts made, 1 updated')
    again = Client(server, 'kim')
    assert again.user['name'] == '김, 철수' and again.user['department_name'] == '도시국' and 'auditor' in again.roles
    assert client.call('GET', '/v1/session')[1]['user'] == again.user
    server.stop()


def test_what_a_password_costs():
    """Argon2id with 19 MiB and 2 passes, from a jipctl without what the tests preload; signing in takes it, and nothing else."""
    rows = HEADER + 'dear,비싼이,재무국,staff,열려라 참깨\n'
    with as_installed():
        jipctl('user', 'import', '-', *server.place(), data=server.data, text=rows)
    database = server.database()
    password = database.execute("SELECT password FROM account WHERE login = 'dear'").fetchone()[0]
    database.close()
    assert password.startswith('$argon2id$v=19$m=19456,t=2,p=1$'), password
    server.start()
    Client(server, 'dear', '열려라 참깨')
    assert error_of(Client(server).call('POST', '/v1/session', {'login': 'dear', 'password': '열려라 참기름', 'device': 'x'})) == (401, 'bad-credentials')
    server.stop()


def test_codes_work_once():
    server.start()
    text = json.dumps({**EVENT, 'judges': [{'user': 'kim', 'panel': 'staff'}]})
    event = jipctl('event', 'create', '-', data=server.data, text=text).strip()
    lines = jipctl('event', 'codes', event, data=server.data).splitlines()
    assert lines[0] == 'label,name,code' and len(lines) == 2
    code = lines[1].split('"')[-2]
    client = Client(server)
    body = {'code': code.lower().replace('-', ' '), 'device': 'venue'}
    status, answer = client.call('POST', '/v1/session/code', body)
    assert status == 200 and answer['user']['login'] == 'kim' and 'staff-judge' in answer['roles']
    assert error_of(client.call('POST', '/v1/session/code', body)) == (401, 'bad-credentials')
    server.stop()


def test_who_was_disabled_comes_back():
    server.start()
    kim = Client(server, 'kim')
    proposal = new_id()
    kim.do('proposal.submit', {'id': proposal, 'kind': 'proposal', 'body': '본문', 'anonymous': False})
    kim.pull()
    jipctl('user', 'disable', 'kim', data=server.data)
    server.import_users([USERS[1]])  # which is no way back by itself
    assert error_of(kim.call('GET', f'/v1/pull?replica={kim.replica}&schema=1'))[0] == 401
    assert error_of(Client(server).call('POST', '/v1/session', {'login': 'kim', 'password': 'pw', 'device': 'test'}))[0] == 401
    assert 'enabled' in jipctl('user', 'enable', 'kim', data=server.data)
    jipctl('user', 'enable', 'kim', data=server.data)
    kim.sign_in('kim')
    kim.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': '기다리던 의견'})
    assert kim.pull()['last_n'] == 2 and not kim.table('user')[kim.user['id']]['disabled']
    assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
    server.stop()


def test_a_folder_needs_a_name():
    status, out, err = jipctl('event', 'list', ok=False)
    assert (status, out) == (2, '') and '--data' in err
    status, out, err = jipctl('event', 'list', data='/dev/null/x', ok=False)
    assert (status, out) == (2, '') and '/dev/null/x' in err


def test_a_server_that_is_stopped_ends_an_import():
    """Hashing takes a while; what was begun is undone, and the server waits for no more than one."""
    server = Server(users=[['boss', '관리', '', 'staff admin', 'pw']])
    with as_installed():
        server.start()
    lines = ''.join(f'user{n},직원{n},총무과,staff,password{n}\n' for n in range(2000))
    with subprocess.Popen([JIPCTL, 'user', 'import', '-', '--data', server.data], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        process.stdin.write('login,name,department,roles,password\n' + lines)
        process.stdin.close()
        time.sleep(0.5)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 10
        assert process.wait(30) == 2
        problem = process.stderr.read()
        assert problem.count('\n') == 1 and 'Nothing was imported' in problem, problem
    server.start()
    database = server.database()
    assert database.execute("SELECT COUNT(*) FROM account WHERE login LIKE 'user%'").fetchone()[0] == 0
    database.close()
    server.stop()


run_tests(globals())
