# SPDX-License-Identifier: GPL-3.0-or-later
"""A real client as a child process (tests/client/kill-client.c), which writes ideas, sends them to a real server, and says on
its output what it was told is safe."""

import os
import sqlite3
import subprocess
import tempfile
import time

import faults  # finds harness
import harness
from harness import Client, Server

CHILD = os.path.join(harness.BUILD, 'tests/client/kill-client')
PATIENCE = 30


class Site:
    """A server with one account that is signed in."""

    def __init__(self):
        self.server = Server(users=[['kim', '김하늘', '재무과', 'staff', 'pw']]).start()
        self.client = Client(self.server, 'kim')

    def ideas(self):
        database = self.server.database()
        found = {row[0] for row in database.execute('SELECT id FROM proposal')}
        database.close()
        return found

    def check_once(self, copied=False):
        """Nothing came twice: each text is unique. A replica that was @copied may have shown its verdicts again."""
        database = self.server.database()
        rows, texts = database.execute('SELECT COUNT(*), COUNT(DISTINCT body) FROM proposal').fetchone()
        verdicts, = database.execute('SELECT COUNT(*) FROM verdict').fetchone()
        database.close()
        assert rows == texts and (copied or rows == verdicts), f'doubled: {rows} ideas, {texts} texts, {verdicts} verdicts'
        return rows

    def close(self):
        self.server.stop()


def start(site, folder, preload=None):
    environment = {**os.environ, 'DBUS_SESSION_BUS_ADDRESS': 'disabled:', 'G_DEBUG': 'fatal-criticals'}
    with open(os.path.join(preload.place if preload else folder, 'said'), 'wb') as out:
        return subprocess.Popen([CHILD, '--child', folder, f'http://127.0.0.1:{site.server.port}', site.client.token,
                                 site.client.user['id']], stdout=out, stdin=subprocess.DEVNULL,
                                env=environment | (preload.environment() if preload else {}))


def open_sound(folder):
    """Opens the replica as the program does, which must not take it for damaged."""
    result = subprocess.run([CHILD, '--open', folder], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, errors='replace', check=False)
    assert result.returncode == 0, f'taken for damaged: {result.stdout}'


def end(child):
    child.kill()
    child.wait()


def run_until(site, folder, condition, complaint, preload=None):
    child = start(site, folder, preload)
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert child.poll() is None, f'the client ended with {child.returncode}'
        assert time.monotonic() < deadline, complaint
        time.sleep(0.05)
    end(child)


def announced(preload):
    """The ideas that a child told are safe; the last line may be cut."""
    with open(os.path.join(preload.place, 'said'), encoding='utf-8') as file:
        return {line[5:] for line in file.read().split('\n')[:-1] if line.startswith('idea ')}


def open_replica(folder):
    return sqlite3.connect(f'{folder}/jiphyeon.db')


def is_ready(database):
    """Whether the replica was made: a cut may come before it."""
    return database.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'outbox'").fetchone()[0] > 0


def queue(database):
    """The queued ideas: id -> n; complains of an idea that is there twice."""
    rows = database.execute("SELECT json_extract(args, '$.id'), n FROM outbox").fetchall()
    assert len(dict(rows)) == len(rows), 'an idea is queued twice'
    return dict(rows)


def meta(database, key):
    row = database.execute('SELECT value FROM meta WHERE key = ?', (key,)).fetchone()
    return row[0] if row else None
