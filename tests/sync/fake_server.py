# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client may meet at its server's address: a small server that answers as docs/protocol.md says, and whatever a test
puts in the place of one of its answers. And the real client library in a process of its own, as a test sees it."""

import collections
import http.server
import json
import os
import queue
import shutil
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
import uuid

BUILD = os.environ.get('JIP_BUILD_DIR', '_build')
DRIVER = os.path.join(BUILD, 'tests/sync/sync-driver')
USER = {'id': '018f0000-0000-7000-8000-000000000001', 'login': 'kim', 'name': '김하늘', 'department': None, 'department_name': None}
EPOCH = '018f0000-0000-7000-8000-0000000000aa'
TIME = '2026-07-22T05:03:11.250Z'


class Answer:
    """One HTTP answer; a body that is no bytes is JSON."""

    def __init__(self, body, status=200, kind='application/json', **headers):
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.status, self.kind, self.headers = status, kind, {name.replace('_', '-'): value for name, value in headers.items()}


def error(status, code, detail=None, **headers):
    inner = {'code': code, 'message': 'for developers'}
    return Answer({'error': inner if detail is None else {**inner, 'detail': detail}}, status, **headers)


def page(changes=(), cursor='c', last_n=0, more=False, seq=1, epoch=EPOCH):
    return Answer({'changes': list(changes), 'cursor': cursor, 'last_n': last_n, 'safe_n': 0, 'seq': seq, 'epoch': epoch, 'more': more,
                   'server_time': TIME})


def verdicts(list_of_n, last_n, **more):
    return Answer({'verdicts': [{'n': n, 'status': 'ok', 'receipt': f'receipt-{n}', **more} for n in list_of_n], 'last_n': last_n,
                   'seq': 1, 'epoch': EPOCH})


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *args):
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            pass

    def do(self):
        fake = self.server.fake
        length = int(self.headers.get('Content-Length', 0))
        if length > fake.most:
            self.reset()
            return
        body = self.rfile.read(length)
        path, _, query = self.path.partition('?')
        kind = path.rsplit('/', 1)[-1] if path.startswith('/v1/') else 'other'
        with fake.lock:
            fake.counts[kind] += 1
            fake.requests.append((kind, query, dict(self.headers), body))
        answer = getattr(fake, 'all', None) or getattr(fake, kind, fake.other)
        result = answer(self, query, body)
        if isinstance(result, Answer):
            self.reply(result)
        else:
            self.close_connection = True

    def reset(self):
        """As some proxies do where they should answer 413: in the middle of the body, and not gently."""
        with self.server.fake.lock:
            self.server.fake.counts['reset'] += 1
        self.rfile.read(min(self.server.fake.most, 1000))
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.close_connection = True

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = do

    def reply(self, answer):
        self.send_response(answer.status)
        self.send_header('Content-Type', answer.kind)
        self.send_header('Content-Length', str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)


class Listener(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Fake:
    """A well-behaved server in memory; a test replaces `push`, `pull`, `snapshot` or `live`, or `all` of them."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.requests = []
        self.most = 1 << 30  # bytes of a body; on more the connection is reset
        self.taken = {}  # n -> (name, args)
        self.ending = threading.Event()
        self.listener = Listener(('127.0.0.1', 0), Handler)
        self.listener.fake = self
        self.port = self.listener.server_port
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def stop(self):
        self.ending.set()
        self.listener.shutdown()
        self.listener.server_close()

    @property
    def last_n(self):
        return max(self.taken, default=0)

    def take(self, body):
        """Takes all mutations of a push; the answer of a server that is well."""
        push = json.loads(body)
        list_of_n = [mutation['n'] for mutation in push['mutations']]
        if list_of_n and list_of_n[0] > self.last_n + 1 and push.get('oldest') != list_of_n[0]:
            return error(409, 'gap', {'expected': self.last_n + 1})
        for mutation in push['mutations']:
            self.taken[mutation['n']] = mutation['name'], mutation['args']
        return verdicts(list_of_n, self.last_n)

    def push(self, handler, query, body):
        return self.take(body)

    def pull(self, handler, query, body):
        return page(last_n=self.last_n)

    def snapshot(self, handler, query, body):
        return page(last_n=self.last_n)

    def live(self, handler, query, body):
        handler.send_response(200)
        handler.send_header('Content-Type', 'text/event-stream')
        handler.end_headers()
        self.poke(handler)
        while not self.ending.wait(5):
            handler.wfile.write(b': still here\n\n')
            handler.wfile.flush()

    def poke(self, handler, seq=1):
        handler.wfile.write(b'event: poke\ndata: {"epoch": "%s", "seq": %d}\n\n' % (EPOCH.encode(), seq))
        handler.wfile.flush()

    def other(self, handler, query, body):
        return error(404, 'not-found')


class Desk:
    """The client library in a process, as tests/sync/sync-driver.c has it."""

    program = DRIVER

    def __init__(self, url, folder=None, token='token', user=None):
        self.url, self.token, self.user = url, token, user or USER
        self.folder = folder or tempfile.mkdtemp(prefix='jip-desk-')
        self.asked = 0
        self.process = None
        self.start()
        self.wait(lambda: self.state[0], what='a first word')

    def start(self):
        self.state, self.said = ('', -1, -1), ''
        self.answers = queue.Queue()
        self.process = subprocess.Popen([self.program, self.folder, self.url, self.token, json.dumps(self.user)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, args=(self.process, self.answers), daemon=True).start()

    def read(self, process, answers):
        for line in process.stdout:
            words = line.split()
            if words[0] == 'state':
                self.state = words[1], int(words[2]), int(words[3])
            elif words[0] == 'said':
                self.said = line[5:].strip()
            else:
                answers.put(words)
        answers.put(None)

    def send(self, command, args):
        self.asked += 1
        self.process.stdin.write(f'{self.asked}\t{command}\t{json.dumps(args)}\n')
        self.process.stdin.flush()

    def do(self, command, **args):
        """Writes something; returns (done or failed, the id or the code)."""
        self.send(command, args)
        words = self.answers.get(timeout=30)
        assert words and int(words[1]) == self.asked, words
        return words[0], words[2]

    def submit(self, body, **more):
        told, key = self.do('submit', kind='proposal', title='제목', body=body, category=None, anonymous=False, **more)
        assert told == 'done', key
        return key

    def sync(self):
        self.send('sync', {})

    def query(self, sql):
        database = sqlite3.connect(f'file:{self.folder}/jiphyeon.db?mode=ro', uri=True, isolation_level=None)
        rows = database.execute(sql).fetchall()
        database.close()
        return rows

    def harm(self, sql, *values):
        """Changes the replica while no client runs over it."""
        assert self.process is None
        database = sqlite3.connect(f'file:{self.folder}/jiphyeon.db?mode=rw', uri=True, isolation_level=None)
        database.execute(sql, values)
        database.close()

    def refused(self):
        return [(name, json.loads(args), code) for name, args, code in self.query('SELECT name, args, code FROM refused ORDER BY key')]

    def wait(self, condition, seconds=30, what=''):
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, f'the client ended with {self.process.returncode}'
            assert time.monotonic() < deadline, f'{what or "it"} did not come about: {self.state} {self.said!r}'
            time.sleep(0.02)

    def wait_sent(self, seconds=40):
        self.wait(lambda: self.state[1] == 0, seconds, 'an empty queue')

    def stop(self):
        if self.process:
            self.process.stdin.close()
            status = self.process.wait(30)
            self.process = None
            assert status == 0, f'the client ended with {status}'

    def kill(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def new_id():
    return str(uuid.uuid4())
