# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases on the server that tests/with-postgresql started, seen through psql by what looks like Python's sqlite3."""

import atexit
import json
import os
import subprocess
import uuid

ADDRESS = os.environ.get('JIP_TEST_DATABASE')  # with %s for the name; None: the tests run on SQLite


def address(name):
    return ADDRESS.replace('%s', name)


def name_of(uri):
    return uri.split('///')[1].split('?')[0]


def administer(*statements):
    commands = [word for statement in statements for word in ('-c', statement)]
    subprocess.run(['psql', '-qX', '-v', 'ON_ERROR_STOP=1', *commands, address('postgres')], check=True, stdout=subprocess.DEVNULL)


def new_database(template='template0'):
    """The address of a new database, which goes with the server."""
    name = 'jip_' + uuid.uuid4().hex
    administer(f'CREATE DATABASE {name} TEMPLATE {template}')
    return address(name)


def put_back(uri, copy):
    """The database at @uri is gone, the one at @copy takes its place."""
    administer(f'DROP DATABASE {name_of(uri)} WITH (FORCE)', f'ALTER DATABASE {name_of(copy)} RENAME TO {name_of(uri)}')


def literal(value):
    if value is None:
        return 'NULL'
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


class Rows(list):
    description = ()  # what each row has, where there is one: (name,)

    def fetchall(self):
        return list(self)

    def fetchone(self):
        return self[0] if self else None


class Connection:
    END = '--end of rows--'

    def __init__(self, uri):
        self.process = subprocess.Popen(['psql', '-qAtX', '-v', 'ON_ERROR_STOP=1', uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, encoding='utf-8')
        atexit.register(self.close)

    def execute(self, sql, values=()):
        parts = sql.split('?')
        assert len(parts) == len(values) + 1, sql
        sql = parts[0] + ''.join(literal(value) + part for value, part in zip(values, parts[1:]))
        if sql.startswith('SELECT'):
            sql = f'SELECT to_json(x) FROM ({sql}) x'
        self.process.stdin.write(f'{sql};\n\\echo {self.END}\n')
        self.process.stdin.flush()
        rows = Rows()
        while (line := self.process.stdout.readline().rstrip('\n')) != self.END:
            if not line:
                raise RuntimeError(f'{sql}: {self.process.stderr.read()}')
            pairs = json.loads(line, object_pairs_hook=list)
            rows.append(tuple(value for _, value in pairs))
            rows.description = rows.description or [(name,) for name, _ in pairs]
        return rows

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process.stderr.close()
