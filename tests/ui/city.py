# SPDX-License-Identifier: GPL-3.0-or-later
"""A small city for a UI test: a real server with random people, and desktops of theirs.

    with City(people=[('kim', '김하늘', 'staff')]) as city:
        with city.desktop('kim') as app:
            …
"""

import contextlib
import csv
import os
import random
import secrets
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import jipui

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'server'))
import postgresql  # noqa: E402

BUILD = jipui.BUILD
DEPARTMENTS = ['도서관과', '재무과', '교통정책과', '하수관리과', '복지정책과', '디지털정책과']
SYLLABLES = '가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호'


def random_word(rng, length=4):
    """A made-up Korean word: what a test writes must not be known to the program."""
    return ''.join(rng.choice(SYLLABLES) for _ in range(length))


class City:
    def __init__(self, people, seed=None):
        self.seed = seed if seed is not None else random.SystemRandom().randrange(1 << 32)
        self.rng = random.Random(self.seed)
        self.people = people
        self.folder = tempfile.TemporaryDirectory(prefix='jip-city-')
        self.root = Path(self.folder.name)
        self.data = self.root / 'server'
        # under tests/with-postgresql the city's database is there; the server's folder remembers it
        self.place = ['--database', postgresql.new_database()] if postgresql.ADDRESS else []
        self.password = secrets.token_urlsafe(9)
        self.server = None
        self.url = None

    def __enter__(self):
        print(f'# seed {self.seed}', flush=True)
        (self.root / 'password').write_text(self.password)
        os.chmod(self.root / 'password', 0o600)
        self.import_people()
        self.start_server()
        return self

    def __exit__(self, *_):
        self.stop_server()
        self.folder.cleanup()
        return False

    def jipctl(self, *words, check=True):
        return subprocess.run([str(BUILD / 'src/cli/jipctl'), *map(str, words)], capture_output=True, text=True, check=check)

    def import_people(self):
        file = self.root / 'people.csv'
        with open(file, 'w', newline='', encoding='utf-8') as out:
            writer = csv.writer(out)
            writer.writerow(['login', 'name', 'department', 'roles', 'password'])
            for number, (login, name, roles) in enumerate(self.people):
                writer.writerow([login, name, DEPARTMENTS[number % len(DEPARTMENTS)], roles, self.password])
        result = self.jipctl('user', 'import', file, '--data', self.data, *self.place, check=False)
        if result.returncode != 0:
            raise AssertionError(result.stderr)

    def start_server(self, port=0):
        url = self.data / 'jiphyeond.url'
        self.server = subprocess.Popen([str(BUILD / 'src/server/jiphyeond'), '--data', str(self.data), '--listen',
                                        f'127.0.0.1:{port}'], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        jipui.wait_until(lambda: url.exists() or self.server.poll() is not None, 'the server listens')
        if self.server.poll() is not None:
            raise AssertionError(f'the server ended with {self.server.returncode}')
        self.url = url.read_text().strip()

    def stop_server(self, number=signal.SIGTERM):
        if self.server is None:
            return
        self.server.send_signal(number)
        self.server.wait(jipui.WAIT)
        (self.data / 'jiphyeond.url').unlink(missing_ok=True)
        self.server = None

    def restart_server(self):
        """On the port it had, as desktops that are running expect."""
        self.start_server(int(self.url.rsplit(':', 1)[1]))

    def kept(self, sql):
        """Rows of the server's database, whichever that is."""
        database = postgresql.Connection(self.place[1]) if self.place else sqlite3.connect(f'file:{self.data}/jiphyeon.db?mode=ro', uri=True)
        with contextlib.closing(database):
            return database.execute(sql).fetchall()

    @contextlib.contextmanager
    def slow_disk(self, login):
        """Nothing is written into the replica of a PC meanwhile."""
        replica = next((self.root / f'pc-{login}' / 'replicas').glob('*/jiphyeon.db'))
        with contextlib.closing(sqlite3.connect(replica, isolation_level=None)) as connection:
            connection.execute('BEGIN IMMEDIATE')
            yield connection
            connection.execute('ROLLBACK')

    def desktop(self, login, pc=None, env=None, url=None):
        """A desktop of this person on a PC of their own, or on the one named; the same PC at each call. @url: another way to the server"""
        return jipui.Program([BUILD / 'src/app/jiphyeon', '--server', url or self.url, '--login', login, '--password-file',
                              self.root / 'password', '--data', self.root / f'pc-{pc or login}'], env=env, timeout=30)
