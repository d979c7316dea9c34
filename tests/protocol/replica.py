# SPDX-License-Identifier: GPL-3.0-or-later
"""A second client of the wire protocol, written from docs/protocol.md alone.

Nothing but Python's standard library: what it needs to know about the server stands on that page. `Wire` makes calls,
`Replica` is a copy of what one account may see with the queue of what it did, `Blobs` moves files, `Feed` follows the
server-sent events.
"""

import hashlib
import http.client
import json
import random
import secrets
import socket
import sqlite3
import threading
import time
import urllib.parse

SCHEMA = 1
PUSH_COUNT = 200
PUSH_BYTES = 1024 * 1024
PART_BYTES = 4 * 1024 * 1024
KEEP_DAYS = 90
RECONNECT_SECONDS = 60
POLL_SECONDS = (20, 40)
MUTATION_BYTES = 256 * 1024

# --- what the page says about values ------------------------------------------------------------------------------


def canonical(value):
    """VALUE as the canonical JSON of RFC 8785, in UTF-8."""
    return _canonical(value).encode('utf-8')


def _canonical(value):
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return '[' + ','.join(_canonical(one) for one in value) + ']'
    names = sorted(value, key=lambda name: name.encode('utf-16-be'))
    return '{' + ','.join(_canonical(name) + ':' + _canonical(value[name]) for name in names) + '}'


def _number(value):
    """A number the way ECMAScript writes it: the shortest digits, an exponent only outside 1e-7..1e21."""
    if value == 0:
        return '0'
    sign = '-' if value < 0 else ''
    mantissa, _, exponent = repr(abs(value)).partition('e')
    whole, _, fraction = mantissa.partition('.')
    digits = (whole + fraction).lstrip('0')
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip('0')
    if 0 < point <= 21:
        text = digits.ljust(point, '0')
        text = text[:point] + ('.' + text[point:] if text[point:] else '')
    elif -6 < point <= 0:
        text = '0.' + '0' * -point + digits
    else:
        text = digits[0] + ('.' + digits[1:] if digits[1:] else '') + f'e{point - 1:+d}'
    return sign + text


def digest(table, rows):
    """The digest of ROWS, a dictionary from id to row, as 64 hexadecimal digits."""
    total = 0
    for row_id, row in rows.items():
        total += int.from_bytes(hashlib.sha256(canonical([table, row_id, row])).digest(), 'big')
    return f'{total % 2**256:064x}'


def new_id():
    """A UUID of version 7."""
    value = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(3 << 62) | (2 << 62)
    text = f'{value:032x}'
    return f'{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}'


def now():
    seconds = time.time()
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds)) + f'.{int(seconds * 1000) % 1000:03d}Z'


# --- calls --------------------------------------------------------------------------------------------------------


class WireError(Exception):
    """What the server answered in place of what was asked for. `offline` is the client's own word."""

    def __init__(self, status, code, message='', detail=None, retry_after=None):
        super().__init__(f'{status} {code}: {message}')
        self.status = status
        self.code = code
        self.detail = detail or {}
        self.retry_after = retry_after


class Wire:
    """Calls to one server with one token."""

    # Worth asking again in a moment; anything else is an answer.
    PASSING = ('busy', 'unavailable', 'rate-limited', 'timeout')

    def __init__(self, url, token=None, patience=3):
        self.url = urllib.parse.urlsplit(url)
        self.token = token
        self.patience = patience

    def connect(self, timeout=60):
        kind = http.client.HTTPSConnection if self.url.scheme == 'https' else http.client.HTTPConnection
        return kind(self.url.hostname, self.url.port, timeout=timeout)

    def begin(self, connection, method, path, body=None, headers=None):
        """Sends a request and returns the answer with its body unread."""
        fields = dict(headers or {})
        if self.token:
            fields['Authorization'] = 'Bearer ' + self.token
        connection.request(method, self.url.path.rstrip('/') + path, body, fields)
        return connection.getresponse()

    def once(self, method, path, body=None, headers=None):
        """One request: the answer's headers and the bytes of its body. Raises a WireError for an error."""
        connection = self.connect()
        try:
            answer = self.begin(connection, method, path, body, headers)
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise WireError(503, 'offline', str(error)) from error
        finally:
            connection.close()
        if answer.status >= 400:
            raise error_of(answer, content)
        return answer, content

    def call(self, method, path, content=None, query=None):
        """A call with JSON in and out; waits and asks again where the server asks for patience."""
        if query:
            path += '?' + urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})
        body = None if content is None else json.dumps(content, ensure_ascii=False).encode('utf-8')
        headers = {'Content-Type': 'application/json'} if body is not None else {}
        for attempt in range(self.patience + 1):
            try:
                _, answer = self.once(method, path, body, headers)
                return json.loads(answer) if answer else None
            except WireError as error:
                if error.code not in self.PASSING or attempt == self.patience:
                    raise
                time.sleep(error.retry_after or jitter(attempt))

    def sign_in(self, login, password, device):
        return self._signed_in('/v1/session', {'login': login, 'password': password, 'device': device})

    def join(self, code, device):
        return self._signed_in('/v1/session/code', {'code': code, 'device': device})

    def _signed_in(self, path, content):
        session = self.call('POST', path, content)
        self.token = session['token']
        return session

    def session(self):
        return self.call('GET', '/v1/session')

    def sign_out(self):
        self.call('DELETE', '/v1/session')
        self.token = None


def error_of(answer, content):
    """The WireError of an ANSWER above 399; a HEAD has no body that could tell the code."""
    after = answer.getheader('Retry-After')
    try:
        error = json.loads(content)['error']
        return WireError(answer.status, error['code'], error['message'], error.get('detail'), after and int(after))
    except (ValueError, KeyError):
        return WireError(answer.status, None, 'no error in the body', None, after and int(after))


def jitter(attempt):
    """Full jitter: anything up to a bound that doubles, so that a thousand clients do not come back at once."""
    return random.uniform(0, min(RECONNECT_SECONDS, 2**attempt))


# --- the copy -----------------------------------------------------------------------------------------------------


class Replica:
    """What one account may see, and the queue of what it did, in one SQLite file."""

    def __init__(self, wire, path=':memory:', schema=SCHEMA):
        self.wire = wire
        self.schema = schema
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.lock = threading.RLock()
        self.db.executescript("""
          CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value);
          CREATE TABLE IF NOT EXISTS row (tbl TEXT, id TEXT, row TEXT, PRIMARY KEY (tbl, id)) WITHOUT ROWID;
          CREATE TABLE IF NOT EXISTS staged (tbl TEXT, id TEXT, row TEXT, PRIMARY KEY (tbl, id)) WITHOUT ROWID;
          CREATE TABLE IF NOT EXISTS outbox (n INTEGER PRIMARY KEY, name TEXT, args TEXT, at TEXT, receipt TEXT,
                                             verdict TEXT, due INTEGER DEFAULT 1, origin TEXT, queued REAL);
          CREATE TABLE IF NOT EXISTS file (sha256 TEXT PRIMARY KEY, content BLOB);
        """)
        if self.get('replica') is None:
            self.set('replica', new_id())

    def get(self, name):
        found = self.db.execute('SELECT value FROM meta WHERE name = ?', (name,)).fetchone()
        return found and found[0]

    def set(self, name, value):
        self.db.execute('INSERT OR REPLACE INTO meta VALUES (?, ?)', (name, value))

    def rows(self, table):
        found = self.db.execute('SELECT id, row FROM row WHERE tbl = ?', (table,))
        return {row_id: json.loads(row) for row_id, row in found}

    def row(self, table, row_id):
        return self.rows(table).get(row_id)

    def tables(self):
        return [name for (name,) in self.db.execute('SELECT DISTINCT tbl FROM row ORDER BY tbl')]

    # The queue

    def queue(self, name, args, at=None):
        """Puts a mutation into the queue and returns its number."""
        with self.lock:
            n = (self.get('queued') or 0) + 1
            whole = {'n': n, 'name': name, 'args': args, 'at': at or now()}
            if len(canonical(whole)) > MUTATION_BYTES:
                raise WireError(413, 'too-large', 'this could never leave the queue')
            self.db.execute('INSERT INTO outbox (n, name, args, at, queued) VALUES (?, ?, ?, ?, ?)',
                            (n, name, json.dumps(args), at or now(), time.time()))
            self.set('queued', n)
            return n

    def do(self, name, args):
        """Queues a mutation, pushes, and returns its verdict."""
        n = self.queue(name, args)
        self.push()
        return self.verdict((self.get('queued') or 0) if self.get('renumbered') else n)

    def verdict(self, n):
        found = self.db.execute('SELECT verdict FROM outbox WHERE n = ?', (n,)).fetchone()
        return json.loads(found[0]) if found and found[0] else None

    def push(self):
        """Sends what is due, from the smallest number on. Nothing leaves the queue before its verdict is kept."""
        gaps = 0
        while True:
            batch = self._batch()
            if not batch:
                return
            first = batch[0]['n']
            oldest = self.db.execute('SELECT min(n) FROM outbox').fetchone()[0]
            try:
                answer = self.wire.call('POST', '/v1/push', {'replica': self.get('replica'), 'schema': self.schema,
                                                             'oldest': oldest, 'mutations': batch})
            except WireError as error:
                if error.code == 'gap' and gaps < 3:
                    gaps += 1
                    self._send_from(error.detail['expected'], first)
                elif error.code == 'replica-cloned':
                    self._take_new_name()
                else:
                    raise
                continue
            self._keep_verdicts(answer['verdicts'])
            if self.get('epoch') not in (None, answer['epoch']):
                self._owe_everything()
            self.set('epoch', answer['epoch'])

    def _batch(self):
        batch, size = [], 200
        found = self.db.execute("""SELECT n, name, args, at, receipt, origin FROM outbox
                                   WHERE due ORDER BY n LIMIT ?""", (PUSH_COUNT,))
        for n, name, args, at, receipt, origin in found:
            mutation = {'n': n, 'name': name, 'args': json.loads(args), 'at': at}
            if receipt:
                mutation['receipt'] = receipt
            if origin:
                mutation['origin'] = json.loads(origin)
            size += len(json.dumps(mutation, ensure_ascii=False).encode('utf-8')) + 2
            if batch and (size > PUSH_BYTES or n != batch[-1]['n'] + 1):
                break
            batch.append(mutation)
        return batch

    def _keep_verdicts(self, verdicts):
        with self.lock:
            for verdict in verdicts:
                self.db.execute('UPDATE outbox SET verdict = ?, receipt = ?, due = 0 WHERE n = ?',
                                (json.dumps(verdict), verdict['receipt'], verdict['n']))

    def _send_from(self, expected, first):
        """The server lost what it had acknowledged, or never saw it: what is kept goes again, from there on."""
        changed = self.db.execute('UPDATE outbox SET due = 1 WHERE n >= ? AND n < ?', (expected, first)).rowcount
        if not changed:
            raise WireError(409, 'gap', f'{expected} to {first - 1} are not kept here any more')

    def _take_new_name(self):
        """Another copy of this file works under the same name: this one goes on under a new one, from 1."""
        with self.lock:
            old = self.get('replica')
            kept = self.db.execute('SELECT * FROM outbox ORDER BY n').fetchall()
            self.db.execute('DELETE FROM outbox')
            for place, (n, name, args, at, receipt, verdict, _, origin, queued) in enumerate(kept, 1):
                if verdict and not origin:
                    origin = json.dumps({'replica': old, 'n': n})
                self.db.execute('INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)',
                                (place, name, args, at, receipt, verdict, origin, queued))
            self.set('replica', new_id())
            self.set('queued', len(kept))
            self.set('renumbered', 1)

    def _owe_everything(self):
        """After a restore whatever is kept is due again, with its receipts; and so are the kept files."""
        self.db.execute('UPDATE outbox SET due = 1')
        self.set('files_due', 1)

    def send_files(self):
        """Sends the kept files again once it is needed."""
        if self.get('files_due'):
            for (content,) in self.db.execute('SELECT content FROM file').fetchall():
                Blobs(self.wire).upload(content)
            self.set('files_due', 0)

    def keep_file(self, content):
        """Uploads a file that a mutation is going to refer to, keeps it, and returns its hash."""
        sha256 = Blobs(self.wire).upload(content)
        self.db.execute('INSERT OR REPLACE INTO file VALUES (?, ?)', (sha256, content))
        return sha256

    def _forget_safe(self, safe_n):
        """Drops from the queue what a backup holds, and the files that nothing refers to any more."""
        self.db.execute('DELETE FROM outbox WHERE NOT due AND (n <= ? OR (? = 0 AND queued < ?))',
                        (safe_n, safe_n, time.time() - KEEP_DAYS * 86400))
        self.db.execute('DELETE FROM file WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE instr(args, file.sha256) > 0)')

    # The copy

    def pull(self, limit=None):
        """Reads changes to the end; from a snapshot where the cursor is of no use any more. Returns the last page."""
        while True:
            try:
                page = self.wire.call('GET', '/v1/pull', query=self._query('cursor', limit))
            except WireError as error:
                if error.code == 'epoch-changed':
                    self._owe_everything()
                elif error.code != 'bad-cursor':
                    raise
                return self.snapshot()
            with self.lock:
                self.db.execute('BEGIN')
                for change in page['changes']:
                    self._apply('row', change)
                self.set('cursor', page['cursor'])
                self._note(page)
                self.db.execute('COMMIT')
            if not page['more']:
                break
        if page['last_n'] > (self.get('queued') or 0):
            self._take_new_name()
        return self._compare(page)

    def _compare(self, page):
        """Reads everything anew where the server's digests are others; twice in a row is an error to be told."""
        if 'digests' not in page:
            return page
        differing = self.differing(page['digests'])
        if not differing:
            self.set('differed', 0)
            return page
        if self.get('differed'):
            raise WireError(500, 'internal', 'still not what the server has: ' + ', '.join(differing))
        self.set('differed', 1)
        return self.snapshot()

    def snapshot(self, limit=None):
        """Reads the whole state beside the old one, which stays usable until the new one is complete; then pulls."""
        with self.lock:
            self.db.execute('DELETE FROM staged')
            self.set('chunk', None)
        while True:
            try:
                page = self.wire.call('GET', '/v1/snapshot', query=self._query('chunk', limit))
            except WireError as error:
                if self.get('chunk') is None or error.code not in ('epoch-changed', 'bad-cursor'):
                    raise
                return self.snapshot(limit)
            with self.lock:
                self.db.execute('BEGIN')
                for change in page['changes']:
                    self._apply('staged', change)
                self.set('chunk', page['cursor'])
                if not page['more']:
                    self.db.execute('DELETE FROM row')
                    self.db.execute('INSERT INTO row SELECT * FROM staged')
                    self.db.execute('DELETE FROM staged')
                    self.set('cursor', page['cursor'])
                self._note(page)
                self.db.execute('COMMIT')
            if not page['more']:
                return self.pull()

    def _query(self, cursor, limit):
        return {'replica': self.get('replica'), 'schema': self.schema, 'cursor': self.get(cursor), 'limit': limit}

    def _apply(self, where, change):
        key = (change['table'], change['id'])
        if change['op'] == 'put':
            self.db.execute(f'INSERT OR REPLACE INTO {where} VALUES (?, ?, ?)', key + (json.dumps(change['row']),))
        elif change['op'] in ('delete', 'drop'):
            self.db.execute(f'DELETE FROM {where} WHERE tbl = ? AND id = ?', key)
        else:
            raise ValueError(f"the page knows no op {change['op']}")

    def _note(self, page):
        self.set('epoch', page['epoch'])
        self.set('last_n', page['last_n'])
        self._forget_safe(page['safe_n'])

    def differing(self, digests):
        """The tables whose rows here are not those of the server. A table without rows has the digest 0."""
        names = set(digests) | set(self.tables())
        return sorted(name for name in names if digests.get(name, '0' * 64) != digest(name, self.rows(name)))

    def sync(self):
        """Push, pull, and what an epoch that changed between them asks for. Returns the last page of the pull."""
        self.push()
        page = self.pull()
        self.push()
        self.send_files()
        return page


# --- files --------------------------------------------------------------------------------------------------------


class Blobs:
    def __init__(self, wire, part=PART_BYTES):
        self.wire = wire
        self.part = part

    def upload(self, content, parts=None):
        """Uploads CONTENT from wherever the server has got to, at most PARTS parts of it; returns its hash."""
        sha256 = hashlib.sha256(content).hexdigest()
        state = self.wire.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})
        offset = len(content) if state['complete'] else state['offset']
        while offset < len(content) and parts != 0:
            try:
                offset = self.patch(sha256, offset, content[offset:offset + self.part])
            except WireError as error:
                if error.code != 'offset-conflict':
                    raise
                offset = error.detail['offset']
            parts = parts and parts - 1
        return sha256

    def patch(self, sha256, offset, part):
        headers = {'Content-Type': 'application/octet-stream', 'Upload-Offset': str(offset)}
        answer, _ = self.wire.once('PATCH', '/v1/blobs/' + sha256, part, headers)
        return int(answer.getheader('Upload-Offset'))

    def size(self, sha256):
        answer, _ = self.wire.once('HEAD', '/v1/blobs/' + sha256)
        return int(answer.getheader('Content-Length'))

    def download(self, sha256):
        """Reads a file in parts and compares its hash."""
        size, content = self.size(sha256), b''
        while len(content) < size:
            content += self.read(sha256, len(content), min(size, len(content) + self.part) - 1)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise WireError(422, 'hash-mismatch', 'what came is not the file that was asked for')
        return content

    def read(self, sha256, first, last):
        answer, content = self.wire.once('GET', '/v1/blobs/' + sha256, headers={'Range': f'bytes={first}-{last}'})
        return content if answer.status == 206 else content[first:last + 1]


# --- server-sent events -------------------------------------------------------------------------------------------


def events(answer):
    """The (event, data) pairs of an ANSWER, until the connection ends. Comments are passed over."""
    name, data = 'message', []
    for line in iter(answer.readline, b''):
        line = line.decode('utf-8').rstrip('\r\n')
        if not line:
            if data:
                yield name, json.loads('\n'.join(data))
            name, data = 'message', []
            continue
        field, _, value = line.partition(':')
        value = value[1:] if value.startswith(' ') else value
        if field == 'event':
            name = value
        elif field == 'data':
            data.append(value)


class Feed:
    """Follows the live feed of a replica: pulls at every poke, and polls while the feed cannot be had."""

    # No comment line for this long: the connection is dead, whatever TCP thinks.
    SILENCE = 45

    def __init__(self, replica, wait=time.sleep):
        self.replica = replica
        self.wait = wait
        self.pokes = 0
        self.bye = None
        self.ended = False
        self.connection = None

    def run(self):
        """Returns the reason of the server's good-bye when the session ended for good, None after stop()."""
        attempt = 0
        while not self.ended:
            try:
                for _ in self.listen():
                    attempt = 0
            except WireError as error:
                if error.code == 'unauthorized':
                    return 'signed-out'
            except (OSError, http.client.HTTPException, ValueError, AttributeError):
                pass
            if self.bye in ('signed-out', 'disabled', 'expired') or self.ended:
                return self.bye
            self.wait(min(jitter(attempt), random.uniform(*POLL_SECONDS)))
            attempt += 1
            self._pull()

    def listen(self):
        """One connection, until it ends; a round for each poke."""
        self.connection = self.replica.wire.connect(timeout=self.SILENCE)
        try:
            answer = self.replica.wire.begin(self.connection, 'GET', '/v1/live')
            if answer.status != 200:
                raise error_of(answer, answer.read())
            # stop() may have come while there was no socket yet that it could shut.
            if self.ended:
                return
            for name, data in events(answer):
                if name == 'bye':
                    self.bye = data['reason']
                    return
                if name == 'poke':
                    self.pokes += 1
                    self._pull()
                    yield data
        finally:
            self.connection.close()

    def _pull(self):
        try:
            self.replica.sync()
        except WireError as error:
            if error.code == 'unauthorized':
                raise

    def stop(self):
        self.ended = True
        connection = self.connection
        sock = connection and connection.sock
        if sock:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the server was the first to close it


def generate(wire, request):
    """The (event, data) pairs of a generation; one that breaks off without `end` or `error` ends with `offline`."""
    connection = wire.connect(timeout=300)
    try:
        body = json.dumps(request, ensure_ascii=False).encode('utf-8')
        answer = wire.begin(connection, 'POST', '/v1/generate', body, {'Content-Type': 'application/json'})
        if answer.status != 200:
            raise error_of(answer, answer.read())
        for name, data in events(answer):
            yield name, data
            if name in ('end', 'error'):
                return
        yield 'error', {'code': 'offline'}
    finally:
        connection.close()
