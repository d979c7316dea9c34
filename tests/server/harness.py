# SPDX-License-Identifier: GPL-3.0-or-later
"""A real jiphyeond on a free port, HTTP clients for it, and TAP output."""

import atexit
import csv
import hashlib
import http.client
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid

import postgresql

BUILD = os.environ.get('JIP_BUILD_DIR', '_build')
JIPHYEOND = os.path.join(BUILD, 'src/server/jiphyeond')
FEED_CHECK = os.path.join(BUILD, 'tests/server/feed-check')
JIPCTL = os.path.join(BUILD, 'src/cli/jipctl')
AT = '2026-07-22T05:03:11.250Z'
ON_POSTGRESQL = postgresql.ADDRESS is not None
PRELOADED = os.environ.get('LD_PRELOAD', '')


def new_id():
    return str(uuid.uuid4())


def jipctl(*args, data=None, text=None, ok=True):
    """Runs jipctl; returns (status, stdout, stderr), or stdout alone when it must succeed."""
    command = [JIPCTL, *args] + (['--data', data] if data else [])
    run = subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)
    if not ok:
        return run.returncode, run.stdout, run.stderr
    assert run.returncode == 0, f'{command}: {run.returncode}: {run.stderr}'
    return run.stdout


def preload(*libraries):
    """The LD_PRELOAD for programs that need these besides what every program of the tests has."""
    return ':'.join([*libraries, *filter(None, [PRELOADED])])


class Server:
    """One jiphyeond with a data folder of its own, and under tests/with-postgresql a database of its own."""

    all = []
    program = JIPHYEOND

    def __init__(self, data=None, users=(), options=(), uri=None):
        self.options = list(options)
        self.data = data or tempfile.mkdtemp(prefix='jip-server-')
        self.uri = uri or (postgresql.new_database() if ON_POSTGRESQL and data is None else None)
        if data is None:
            atexit.register(shutil.rmtree, self.data, ignore_errors=True)
        atexit.register(self.kill)
        self.process = None
        Server.all.append(self)
        if users:
            self.import_users(users)

    def import_users(self, users):
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(['login', 'name', 'department', 'roles', 'password'])
        writer.writerows(users)
        return jipctl('user', 'import', '-', *self.place(), data=self.data, text=out.getvalue())

    def place(self):
        return ['--database', self.uri] if self.uri else []

    def restore(self, backup, ok=True):
        """Puts a backup into the empty data folder, and into a new database. Returns what jipctl() does."""
        self.uri = postgresql.new_database() if ON_POSTGRESQL else None
        return jipctl('restore', backup, *self.place(), data=self.data, ok=ok)

    def copy_aside(self):
        """A copy of all data of a server that does not run, to be put back in its place."""
        copy = self.data + '-copy'
        shutil.copytree(self.data, copy)
        return copy, postgresql.new_database(postgresql.name_of(self.uri)) if self.uri else None

    def put_back(self, copy):
        shutil.rmtree(self.data)
        os.rename(copy[0], self.data)
        if self.uri:
            postgresql.put_back(self.uri, copy[1])

    def start(self):
        self.log = open(os.path.join(self.data, 'test.log'), 'ab')
        path = os.path.join(self.data, 'jiphyeond.url')
        if os.path.exists(path):
            os.unlink(path)
        self.process = subprocess.Popen([self.program, '--data', self.data, '--listen', '127.0.0.1:0', *self.place(), *self.options],
                                        stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while not os.path.exists(path):
            assert self.process.poll() is None, 'jiphyeond ended: ' + open(self.log.name).read()
            assert time.monotonic() < deadline, 'jiphyeond does not get ready'
            time.sleep(0.01)
        with open(path) as f:
            self.port = int(f.read().strip().rsplit(':', 1)[1])
        return self

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            status = self.process.wait(60)
            self.process = None
            self.log.close()
            assert status == 0, f'jiphyeond ended with {status}: ' + open(self.log.name).read()

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.log.close()

    def check_feed(self):
        """What the feed holds is what the tables say."""
        self.kill()
        run = subprocess.run([FEED_CHECK, self.data, *([self.uri] if self.uri else [])], capture_output=True, text=True, timeout=300)
        assert run.returncode == 0, run.stderr
        return int(run.stdout)

    def database(self, mode='ro'):
        """A connection to look with, and with mode 'rw' to do harm with."""
        if self.uri:
            return postgresql.Connection(self.uri)
        connection = sqlite3.connect(f'file:{self.data}/jiphyeon.db?mode={mode}', uri=True)
        connection.isolation_level = None
        return connection

    def tables(self, connection):
        query = ("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1" if self.uri else
                 "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        return [row[0] for row in connection.execute(query)]

    def digest(self, leave_out=('session', 'counter', 'audit')):
        """A hash of every table, so that a test can say that nothing changed."""
        total = hashlib.sha256()
        connection = self.database()
        for table in self.tables(connection):
            if table not in leave_out:
                for row in sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"'))):
                    total.update(f'{table} {row}\n'.encode())
        connection.close()
        return total.hexdigest()


class Client:
    """One signed-in device with a replica, on one kept-alive connection."""

    schema = 1

    def __init__(self, server, login=None, password='pw', device='test'):
        self.server = server
        self.token = None
        self.replica = new_id()
        self.n = 0
        self.cursor = None
        self.rows = {}
        self.last_n = 0
        self.connection = None
        self.used = 0
        if login:
            self.sign_in(login, password, device)

    def raw(self, method, path, body=None, headers=None, timeout=60):
        headers = dict(headers or {})
        if self.token and 'Authorization' not in headers:
            headers['Authorization'] = 'Bearer ' + self.token
        if isinstance(body, str):
            body = body.encode()
        if time.monotonic() - self.used > 10:
            self.connection = None  # the server may have closed what was idle
        self.used = time.monotonic()
        for attempt in (0, 1):
            if self.connection is None:
                self.connection = http.client.HTTPConnection('127.0.0.1', self.server.port, timeout=timeout)
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                data = response.read()
                if response.getheader('Connection', '').lower() == 'close':
                    self.connection.close()
                    self.connection = None
                return response.status, data, response
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.connection.close()
                self.connection = None
                if attempt or method not in ('GET', 'HEAD'):
                    raise

    def call(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
        if isinstance(body, str):
            headers.setdefault('Content-Type', 'application/json')
        status, data, response = self.raw(method, path, body, headers)
        is_json = (response.getheader('Content-Type') or '').startswith('application/json')
        return status, json.loads(data) if is_json and method != 'HEAD' else data

    def sign_in(self, login, password='pw', device='test'):
        status, answer = self.call('POST', '/v1/session', {'login': login, 'password': password, 'device': device})
        assert status == 200, answer
        self.token, self.user, self.roles = answer['token'], answer['user'], answer['roles']
        return self

    def mutation(self, name, args):
        self.n += 1
        return {'n': self.n, 'name': name, 'args': args, 'at': AT}

    def push(self, *mutations):
        """Pushes (name, args) pairs; returns their verdicts."""
        return self.push_raw([self.mutation(*pair) for pair in mutations])

    def push_raw(self, mutations):
        status, answer = self.call('POST', '/v1/push', {'replica': self.replica, 'schema': self.schema, 'mutations': mutations})
        assert status == 200, (status, answer)
        return answer['verdicts']

    def do(self, name, args, status='ok', code=None):
        """Pushes one mutation and checks what is decided about it."""
        verdict = self.push((name, args))[0]
        assert (verdict['status'], verdict.get('code')) == (status, code), verdict
        return verdict

    def step(self, event, step, status='ok', code=None, **args):
        return self.do('event.step', {'event': event, 'step': step, 'args': args}, status, code)

    def pull(self, limit=1000):
        """Pulls until there is no more; keeps `rows` as a replica would. Returns the last page."""
        while True:
            query = f'/v1/pull?replica={self.replica}&schema={self.schema}&limit={limit}'
            status, page = self.call('GET', query + (f'&cursor={self.cursor}' if self.cursor else ''))
            assert status == 200, (status, page)
            for change in page['changes']:
                key = (change['table'], change['id'])
                if change['op'] == 'put':
                    self.rows[key] = change['row']
                else:
                    self.rows.pop(key, None)
            self.cursor, self.last_n = page['cursor'], page['last_n']
            if not page['more']:
                return page

    def table(self, name):
        return {key[1]: row for key, row in self.rows.items() if key[0] == name}


def error_of(answer):
    return answer[0], answer[1]['error']['code'] if isinstance(answer[1], dict) and 'error' in answer[1] else None


def row_digest(rows):
    """What a page's digests should say of these rows."""
    sums = {}
    for (table, key), row in rows.items():
        text = json.dumps([table, key, row], sort_keys=True, separators=(',', ':'), ensure_ascii=False)
        sums[table] = (sums.get(table, 0) + int(hashlib.sha256(text.encode()).hexdigest(), 16)) % 2**256
    return {table: f'{value:064x}' for table, value in sums.items()}


RULES = {
    'categories': [{'id': 'inner', 'name': '내부 프로세스'}, {'id': 'citizen', 'name': '대시민 서비스'}],
    'panels': [
        {'id': 'expert', 'name': '전문가', 'weight': 70, 'mode': 'rubric', 'quorum': 1, 'trim': 'one-each',
         'criteria': [{'id': 'creativity', 'name': '창의성', 'max': 40}, {'id': 'feasibility', 'name': '실현성', 'max': 30},
                      {'id': 'effect', 'name': '효과', 'max': 30}]},
        {'id': 'staff', 'name': '직원', 'weight': 30, 'mode': 'score', 'max': 10}],
    'ties': ['panel:expert', 'criterion:expert/creativity', 'panel:staff', 'lot'],
    'auto_recuse': ['staff'],
    'awards': {'per_category': [{'id': 'best', 'name': '최우수', 'seats': 1}, {'id': 'excellence', 'name': '우수', 'seats': 1},
                                {'id': 'encouragement', 'name': '장려', 'seats': 3}],
               'grand': {'id': 'grand', 'name': '대상', 'mode': 'promote'}}}


def event_args(chair, judges, entries=4, rules=RULES):
    """Arguments of event.create; judges are (user id, panel)."""
    categories = [category['id'] for category in rules['categories']]
    return {'id': new_id(), 'title': '아이디어톤', 'place': '대강당', 'rules': rules, 'chair': chair,
            'entries': [{'id': new_id(), 'category': categories[i * len(categories) // entries], 'title': f'제안 {i + 1}',
                         'summary': '요약', 'team': f'{i + 1}팀', 'department': f'{i % 3}과'} for i in range(entries)],
            'judges': [{'id': new_id(), 'user': user, 'panel': panel} for user, panel in judges]}


def check_feeds():
    """Of all servers, as the tests have left them."""
    newest = {server.data: server for server in Server.all if server.uri or os.path.exists(os.path.join(server.data, 'jiphyeon.db'))}
    rows = sum(server.check_feed() for server in newest.values())
    print(f'# {rows} rows of the feeds of {len(newest)} servers')
    assert rows > 0


def run_tests(namespace, *last):
    """Runs every test_… function of a module, then those in last, and prints TAP."""
    tests = [(name, value) for name, value in namespace.items() if name.startswith('test_') and callable(value)]
    wanted = sys.argv[1:]
    tests = [pair for pair in tests if not wanted or pair[0] in wanted] + [(test.__name__, test) for test in last]
    failed = 0
    print(f'1..{len(tests)}', flush=True)
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} {name}', flush=True)
        except Exception:
            failed += 1
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            print(f'not ok {number} {name}', flush=True)
    sys.exit(1 if failed else 0)
