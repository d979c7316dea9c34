# SPDX-License-Identifier: GPL-3.0-or-later
"""What concerns PostgreSQL alone: a city moves there, connections break, the database server crashes, and what is refused.
Run by tests/with-postgresql."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import postgresql
from harness import Client, JIPHYEOND, Server, jipctl, new_id, row_digest, run_tests

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from pgcluster import Cluster  # noqa: E402

USERS = [[login, login, '', 'staff', 'pw'] for login in ('kim', 'lee', 'park', 'choi')]


def new_folder():
    return tempfile.mkdtemp(prefix='jip-postgresql-')


def on_sqlite(users=USERS):
    server = Server(data=new_folder())
    server.import_users(users)
    return server


def hash_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def refused(*arguments):
    status, out, err = jipctl(*arguments, ok=False)
    assert status == 2 and out == '' and err.count('\n') == 1, (status, out, err)
    return err


def start_fails(*arguments):
    run = subprocess.run([JIPHYEOND, '--listen', '127.0.0.1:0', *arguments], capture_output=True, text=True, timeout=60)
    assert run.returncode == 1 and run.stderr.count('\n') == 1, run
    return run.stderr


def tables_of(uri):
    connection = postgresql.Connection(uri)
    tables = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
    connection.close()
    return tables


def see_all(server, login, password):
    """What a new device of @login gets, checked against the server's own digests."""
    client = Client(server, login, password)
    page = client.pull()
    assert page['digests'] == row_digest(client.rows)
    return client, page['digests']


def test_a_city_moves_there_and_back():
    folder = new_folder()
    city, password = folder + '/city', folder + '/password'
    with open(password, 'w') as file:
        file.write('demo-password\n')
    jipctl('demo', city, '--staff', '40', '--ideas', '120', '--password-file', password)
    with open(city + '/logins.txt', encoding='utf-8') as file:
        login = file.read().splitlines()[-1].split('\t')[0]
    server = Server(data=city).start()
    old, before = see_all(server, login, 'demo-password')
    server.stop()
    file_before, uri = hash_of(city + '/jiphyeon.db'), postgresql.new_database()
    said = jipctl('migrate-database', '--to', uri, data=city)
    assert 'digest ' in said and hash_of(city + '/jiphyeon.db') == file_before
    assert oct(os.stat(city + '/database').st_mode)[-3:] == '600'

    server.start()
    _, after = see_all(server, login, 'demo-password')
    assert after == before
    # the old device goes on with its session and its cursor, as if nothing had happened
    rows = dict(old.rows)
    old.connection = None
    old.pull()
    assert old.rows == rows
    comment = {'id': new_id(), 'proposal': next(iter(old.table('proposal'))), 'body': '옮긴 뒤의 의견'}
    old.do('comment.add', comment)
    _, now = see_all(server, login, 'demo-password')
    assert now != before
    assert 'unbroken' in jipctl('audit', 'verify', data=city)
    assert hash_of(city + '/jiphyeon.db') == file_before

    # the backup of a running server is the one that SQLite's servers have, and goes either way
    jipctl('backup', folder + '/backup', data=city)
    server.stop()
    jipctl('restore', folder + '/backup', data=folder + '/back')
    assert not os.path.exists(folder + '/back/database')
    back = Server(data=folder + '/back').start()
    _, then = see_all(back, login, 'demo-password')
    assert then == now
    assert 'unbroken' in jipctl('audit', 'verify', data=folder + '/back')
    back.stop()
    shutil.rmtree(folder)


def test_a_move_is_whole_or_nothing():
    server = on_sqlite()
    uri = postgresql.new_database()
    server.start()
    assert 'in use' in refused('migrate-database', '--data', server.data, '--to', uri)
    server.stop()
    assert tables_of(uri) == []
    # something that PostgreSQL does not take, in one of the last rows
    connection = sqlite3.connect(server.data + '/jiphyeon.db')
    connection.execute("INSERT INTO placed (name, place) VALUES (CAST (X'ff' AS TEXT), 1)")
    connection.commit()
    connection.close()
    refused('migrate-database', '--data', server.data, '--to', uri)
    assert tables_of(uri) == [] and not os.path.exists(server.data + '/database')
    connection = sqlite3.connect(server.data + '/jiphyeon.db')
    connection.execute('DELETE FROM placed')
    connection.commit()
    # of another version
    connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
    connection.commit()
    assert 'schema 1' in refused('migrate-database', '--data', server.data, '--to', uri)
    connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    connection.commit()
    connection.close()
    assert tables_of(uri) == []
    # a database in which there is something
    other = postgresql.new_database()
    connection = postgresql.Connection(other)
    connection.execute('CREATE TABLE mine (n int)')
    connection.close()
    assert 'not empty' in refused('migrate-database', '--data', server.data, '--to', other)
    assert tables_of(other) == [('mine',)]
    server.start()
    Client(server, 'kim')
    server.stop()
    jipctl('migrate-database', '--to', uri, data=server.data)
    assert 'already' in refused('migrate-database', '--data', server.data, '--to', other)


def test_the_folder_says_where_the_data_is():
    uri, other = postgresql.new_database(), postgresql.new_database()
    server = on_sqlite()
    assert 'migrate-database' in start_fails('--data', server.data, '--database', uri)
    assert tables_of(uri) == []
    folder = new_folder()
    there = Server(data=folder)
    there.uri = uri
    there.import_users(USERS)
    assert not os.path.exists(folder + '/jiphyeon.db')
    assert 'another database' in start_fails('--data', folder, '--database', other)
    there.uri = None  # the folder knows
    there.start()
    Client(there, 'kim')
    # one server a database, also from another folder
    assert 'in use' in start_fails('--data', new_folder(), '--database', uri)
    assert 'in use' in refused('user', 'import', '/dev/null', '--data', new_folder(), '--database', uri)
    there.stop()
    missing = postgresql.address('jip_none')
    assert 'cannot be reached' in start_fails('--data', new_folder(), '--database', missing)
    with open(folder + '/database', 'w') as file:
        file.write(missing)
    assert 'cannot be reached' in start_fails('--data', folder)
    assert 'cannot be reached' in refused('event', 'list', '--data', folder)
    assert not os.path.exists(folder + '/jiphyeon.db')


class Writer(threading.Thread):
    """Pushes proposals one by one until told to end; sends the same one again until there is a verdict."""

    def __init__(self, server, login):
        super().__init__(daemon=True)
        self.client, self.ending, self.failure = Client(server, login), False, None
        self.acknowledged, self.sent, self.refusals = [], set(), 0

    def run(self):
        try:
            while not self.ending:
                args = {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False}
                self.sent.add(args['id'])
                body = {'replica': self.client.replica, 'schema': 1, 'mutations': [self.client.mutation('proposal.submit', args)]}
                while self.push(body) is False:
                    time.sleep(0.02)
                self.acknowledged.append(args['id'])
        except Exception as failure:
            self.failure = failure

    def push(self, body):
        status, answer = self.client.call('POST', '/v1/push', body)
        if status == 503:
            self.refusals += 1
            return False
        assert status == 200 and answer['verdicts'][0]['status'] == 'ok', (status, answer)
        return True


def under_load(server, harm):
    """Does harm to the database while four write; nothing that was acknowledged may be missing, nothing be there twice."""
    writers = [Writer(server, user[0]) for user in USERS]
    for writer in writers:
        writer.start()
    harm()
    time.sleep(0.5)
    counts = [len(writer.acknowledged) for writer in writers]
    time.sleep(0.5)
    assert all(len(writer.acknowledged) > count for writer, count in zip(writers, counts)), 'it does not go on'
    for writer in writers:
        writer.ending = True
    for writer in writers:
        writer.join(60)
        assert not writer.is_alive() and not writer.failure, writer.failure
    acknowledged = {proposal for writer in writers for proposal in writer.acknowledged}
    database = server.database()
    there = [row[0] for row in database.execute('SELECT id FROM proposal').fetchall()]
    database.close()
    assert acknowledged <= set(there) and len(there) == len(set(there)) and set(there) <= {one for writer in writers for one in writer.sent}
    reader = Client(server, 'kim')
    assert reader.pull()['digests'] == row_digest(reader.rows)
    assert set(reader.table('proposal')) == set(there)
    print(f'# {len(acknowledged)} acknowledged, {sum(writer.refusals for writer in writers)} told to come again')


def test_connections_that_break():
    server = Server(users=USERS).start()

    def harm():
        for _ in range(10):
            time.sleep(0.2)
            postgresql.administer(f"SELECT pg_terminate_backend (pid) FROM pg_stat_activity WHERE datname = '{postgresql.name_of(server.uri)}'")
    under_load(server, harm)
    server.stop()


def test_a_crash_of_the_database_server():
    with Cluster() as cluster:
        postgresql.ADDRESS, kept = cluster.address, postgresql.ADDRESS
        try:
            server = Server(users=USERS).start()

            def harm():
                for _ in range(3):
                    time.sleep(0.4)
                    cluster.crash()
                    time.sleep(0.3)
                    assert Client(server).call('GET', '/healthz')[0] == 503
                    cluster.start()
            under_load(server, harm)
            server.stop()
            # a server that may lose what it has confirmed is not used
            cluster.stop()
            cluster.start(fsync='off')
            assert 'fsync' in start_fails('--data', server.data)
            # nor one with another encoding
            postgresql.administer("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
            assert 'encoding' in start_fails('--data', new_folder(), '--database', cluster.address.replace('%s', 'latin'))
        finally:
            postgresql.ADDRESS = kept


run_tests(globals())
