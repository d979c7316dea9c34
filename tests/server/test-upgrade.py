# SPDX-License-Identifier: GPL-3.0-or-later
"""A database of every schema that was ever released opens, is brought up to date, and still says the same.
data/schema-N.sql is a dump of it, data/schema-N.json what the account `host` saw."""

import atexit
import glob
import json
import os
import shutil
import sqlite3
import tempfile

from harness import Client, Server, jipctl, run_tests

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')


def upgrade(dump):
    folder = tempfile.mkdtemp(prefix='jip-upgrade-')
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open(dump) as file:
        connection = sqlite3.connect(os.path.join(folder, 'jiphyeon.db'))
        connection.executescript(file.read())
        connection.close()
    server = Server(data=folder).start()
    host = Client(server, 'host')
    host.pull()
    with open(dump.removesuffix('.sql') + '.json') as file:
        for table, key, before in json.load(file):
            now = host.rows[(table, key)]
            assert {name: now.get(name) for name in before} == before, (table, key)
    kim = Client(server, 'kim')
    kim.pull()
    kim.do('comment.add', {'id': kim.replica, 'proposal': next(iter(kim.table('proposal'))), 'body': '이후'})
    assert 'unbroken' in jipctl('audit', 'verify', data=folder)
    server.stop()


def test_every_schema_upgrades():
    dumps = sorted(glob.glob(os.path.join(DATA, 'schema-*.sql')))
    assert dumps
    for dump in dumps:
        upgrade(dump)


run_tests(globals())
