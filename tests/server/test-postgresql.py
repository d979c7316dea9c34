# SPDX-License-Identifier: GPL-3.0-or-later
"""What concerns PostgreSQL alone: connections break, the database server crashes, and what is refused.
Run by tests/with-postgresql."""

import atexit
import os
import shutil
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
    folder = tempfile.mkdtemp(prefix='jip-postgresql-')
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def on_sqlite():
    server = Server(data=new_folder())
    server.import_users(USERS)
    return server


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
