# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes data/schema-N.sql and data/schema-N.json for test-upgrade.py, N being the newest schema: the newest dump of before,
brought up to date, with one more event in it. To be run once, when N is about to be released:
JIP_BUILD_DIR=_build python3 tests/server/make-schema-dump.py"""

import json
import os
import sqlite3
import tempfile

from harness import Client, Server, event_args, new_id

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, 'data')
SCHEMA = len(os.listdir(os.path.join(HERE, '../../data/sql/server')))


def play(host, judge):
    """An event with a late ballot, a second version, and a lock."""
    event = event_args(host.user['id'], [(judge.user['id'], 'staff')], entries=2)
    first, second = (entry['id'] for entry in event['entries'])

    def submit(entry, version, score, code=None):
        judge.do('ballot.submit', {'id': new_id(), 'event': event['id'], 'entry': entry, 'version': version, 'score': score}, 'ok', code)

    host.do('event.create', event)
    for entry in (first, second):
        host.step(event['id'], 'open', entry=entry)
    submit(first, 1, 7)
    submit(first, 2, 8)
    host.step(event['id'], 'close', entry=first)
    submit(first, 3, 9, 'late')
    submit(second, 1, 5)
    host.step(event['id'], 'lock')
    submit(second, 2, 6, 'late')


def main():
    path = os.path.join(DATA, f'schema-{SCHEMA}')
    with tempfile.TemporaryDirectory(prefix='jip-dump-') as folder:
        connection = sqlite3.connect(os.path.join(folder, 'jiphyeon.db'))
        with open(os.path.join(DATA, f'schema-{SCHEMA - 1}.sql')) as file:
            connection.executescript(file.read())
        connection.close()
        server = Server(data=folder).start()
        host, judge = Client(server, 'host'), Client(server, 'kim')
        play(host, judge)
        host.pull()
        server.stop()
        connection = server.database()
        with open(path + '.sql', 'w') as file:
            file.write(''.join(line + '\n' for line in connection.iterdump()))
        connection.close()
    with open(path + '.json', 'w') as file:
        rows = [[table, key, row] for (table, key), row in sorted(host.rows.items()) if table != 'document_type']  # a program has its own
        json.dump(rows, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write('\n')
    print(path)


main()
