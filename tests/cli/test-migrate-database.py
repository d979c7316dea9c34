# SPDX-License-Identifier: GPL-3.0-or-later
"""jipctl migrate-database: a whole city goes to PostgreSQL and back, or nothing of it. Run by tests/with-postgresql."""

import atexit
import hashlib
import os
import shutil
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../server'))
import postgresql  # noqa: E402
from harness import Client, Server, jipctl, new_id, row_digest, run_tests  # noqa: E402


def new_folder():
    folder = tempfile.mkdtemp(prefix='jip-postgresql-')
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def on_sqlite():
    server = Server(data=new_folder())
    server.import_users([['kim', '김가온', '', 'staff', 'pw']])
    return server


def hash_of(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def refused(*arguments):
    status, out, err = jipctl(*arguments, ok=False)
    assert status == 2 and out == '' and err.count('\n') == 1, (status, out, err)
    return err


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
    writer = Client(server, login, 'demo-password')
    idea, file = new_id(), b'%PDF-1.7 moves along'
    sha256 = hashlib.sha256(file).hexdigest()
    writer.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'body': '파일이 있는 제안', 'anonymous': True})
    for name in ('자료.pdf', '사본.pdf'):
        writer.do('attachment.add', {'id': new_id(), 'proposal': idea, 'sha256': sha256, 'size': len(file), 'name': name,
                                     'media_type': 'application/pdf'})
    old, before = see_all(server, login, 'demo-password')
    installation = old.call('GET', '/healthz')[1]['installation']
    server.stop()
    file_before, uri = hash_of(city + '/jiphyeon.db'), postgresql.new_database()
    said = jipctl('migrate-database', '--to', uri, data=city)
    assert 'digest ' in said and hash_of(city + '/jiphyeon.db') == file_before
    assert oct(os.stat(city + '/database').st_mode)[-3:] == '600'

    server.start()
    moved, after = see_all(server, login, 'demo-password')
    assert after == before and moved.call('GET', '/healthz')[1]['installation'] == installation
    # the old device goes on with its session and its cursor, as if nothing had happened
    rows = dict(old.rows)
    old.connection = None
    old.pull()
    assert old.rows == rows
    # and a file that was still on its way arrives there
    old.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(file)})
    old.raw('PATCH', '/v1/blobs/' + sha256, file, {'Upload-Offset': '0', 'Content-Type': 'application/octet-stream'})
    old.pull()
    assert [row['arrived'] for row in old.table('attachment').values()] == [True, True]
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
    returned, then = see_all(back, login, 'demo-password')
    assert then == now and returned.call('GET', '/healthz')[1]['installation'] == installation
    assert Client(back, login, 'demo-password').raw('GET', '/v1/blobs/' + sha256)[1] == file
    assert 'unbroken' in jipctl('audit', 'verify', data=folder + '/back')
    back.stop()


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
    schema = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()[0]
    connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")
    connection.commit()
    assert 'schema 1' in refused('migrate-database', '--data', server.data, '--to', uri)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (schema,))
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


run_tests(globals())
