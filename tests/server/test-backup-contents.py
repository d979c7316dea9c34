# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a backup: damaged, cut, hostile, old, newer, or of another server. What cannot be put back is refused in a line and
leaves nothing; what can be is put back, and the rest named."""

import glob
import json
import os
import shutil
import sqlite3

from backups import PAPER, SHA256, backup, city, hash_of, new_folder, path_of_file, place, refused, restored, sheet_of, upload, write_sheet
from harness import Client, Server, error_of, jipctl, new_id, run_tests

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data')


def arrived(client):
    client.pull()
    return [row['arrived'] for row in client.table('attachment').values() if row['sha256'] == SHA256]


def test_files_that_are_damaged_or_missing():
    """Both ways say which, do the rest and exit with 1; the desktop that has it brings it again."""
    server, kim = city()
    good = backup(server)
    for harm in ('missing', 'damaged', 'folder'):
        folder = new_folder() + '/backup'
        shutil.copytree(good, folder)
        path = path_of_file(folder)
        if harm == 'damaged':
            with open(path, 'r+b') as file:
                file.write(b'X')
        else:
            os.unlink(path)
        if harm == 'folder':
            os.mkdir(path)
        refused('backup', 'keep', folder, data=server.data, says=path)
        again, said = restored(folder, status=1)
        assert said.splitlines()[0].endswith(f'{path}: is {"missing" if harm == "missing" else "damaged"}'), said
        assert len(said.splitlines()) == 2 and '1 files are missing or damaged in the backup' in said
        assert not os.path.exists(path_of_file(again.data))
        again.start()
        other, reader = Client(again, 'kim'), Client(again, 'lee')
        assert reader.raw('GET', '/v1/blobs/' + SHA256)[0] == 404
        assert arrived(reader) == [False], 'a row never says that a file is there which is not'
        assert upload(other) == {'offset': 0, 'complete': False}
        assert reader.raw('GET', '/v1/blobs/' + SHA256)[1] == PAPER and arrived(reader) == [True]
        assert upload(other)['complete']
        jipctl('backup', new_folder() + '/whole', '--kept', data=again.data)
        again.stop()
    # the server itself has lost it: the backup is the rest, and never one that desktops may rely on
    with open(path_of_file(server.data), 'r+b') as file:
        file.write(b'X')
    folder = new_folder() + '/lossy'
    status, _, said = jipctl('backup', folder, '--kept', data=server.data, ok=False)
    assert status == 1 and said.splitlines()[0].endswith(path_of_file(server.data) + ': is damaged'), said
    refused('backup', 'keep', folder, data=server.data, says='cannot be marked')
    assert sheet_of(folder)['missing'] == 1 and 'not kept elsewhere' in jipctl('backup', 'list', data=server.data)
    _, said = restored(folder, status=1)
    assert path_of_file(folder) in said
    server.stop()


def with_sql(*statements):
    def harm(folder):
        connection = sqlite3.connect(folder + '/jiphyeon.db')
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        write_sheet(folder, sha256=hash_of(folder + '/jiphyeon.db'))
    return harm


def with_sheet(text=None, **changes):
    def harm(folder):
        write_sheet(folder, **changes)
        with open(folder + '/backup.json', 'r+b') as file:
            whole = file.read()
            if text is not None:
                file.seek(0)
                file.write(text(whole))
                file.truncate()
    return harm


def with_database(data, known=True):
    def harm(folder):
        with open(folder + '/jiphyeon.db', 'r+b') as file:
            whole = file.read()
            file.seek(0)
            file.write(data(whole))
            file.truncate()
        if known:
            write_sheet(folder, sha256=hash_of(folder + '/jiphyeon.db'))
    return harm


def without(name):
    return lambda folder: os.unlink(f'{folder}/{name}')


def as_folder(name):
    def harm(folder):
        os.unlink(f'{folder}/{name}')
        os.mkdir(f'{folder}/{name}')
    return harm


def as_pipe(name):
    def harm(folder):
        os.unlink(f'{folder}/{name}')
        os.mkfifo(f'{folder}/{name}')
    return harm


def as_link(name, target=None):
    """To what it was itself, or to @target."""
    def harm(folder):
        away = f'{new_folder()}/away'
        shutil.move(f'{folder}/{name}', away)
        os.symlink(target or away, f'{folder}/{name}')
    return harm


def as_large(name):
    """A hole of a terabyte behind it, which takes minutes to read."""
    return lambda folder: os.truncate(f'{folder}/{name}', 1 << 40)


ENDLESS = 'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)'


# name: what is done to a good backup, and what the sentence names
BAD_BACKUPS = {
    'sheet-gone': (without('backup.json'), 'no whole backup'), 'sheet-folder': (as_folder('backup.json'), 'backup.json'),
    'sheet-pipe': (as_pipe('backup.json'), 'backup.json'), 'sheet-empty': (with_sheet(lambda whole: b''), 'backup.json'),
    'sheet-cut': (with_sheet(lambda whole: whole[:len(whole) // 2]), 'backup.json'), 'sheet-large': (with_sheet(lambda whole: b' ' * 70000 + whole), 'too large'),
    'sheet-deep': (with_sheet(lambda whole: b'[' * 60000), 'backup.json'), 'sheet-list': (with_sheet(lambda whole: b'[]'), 'backup.json'),
    'sheet-twice': (with_sheet(lambda whole: whole.replace(b'{', b'{"id": "x", ', 1)), 'backup.json'), 'sheet-nul': (with_sheet(lambda whole: whole + b'\0'), 'backup.json'),
    'sheet-format': (with_sheet(format='jip-backup/2'), 'format'), 'sheet-id': (with_sheet(id='../../x'), 'id'), 'sheet-seq': (with_sheet(seq=-1), 'seq'),
    'sheet-float': (with_sheet(seq=1.5), 'seq'), 'sheet-moment': (with_sheet(taken_at='\n\x1b[31mx'), 'taken_at'), 'sheet-count': (with_sheet(missing='1'), 'missing'),
    'sheet-hash': (with_sheet(sha256='ab' * 32), 'not what was copied'), 'sheet-of-another': (with_sheet(epoch='01890000-0000-7000-8000-000000000000'), 'does not belong'),
    'sheet-of-older': (with_sheet(seq=1), 'does not belong'),
    'database-gone': (without('jiphyeon.db'), 'jiphyeon.db'), 'database-folder': (as_folder('jiphyeon.db'), 'where a file is expected'),
    'sheet-link': (as_link('backup.json'), 'where a file is expected'), 'sheet-endless': (as_link('backup.json', '/dev/zero'), 'where a file is expected'),
    'database-pipe': (as_pipe('jiphyeon.db'), 'where a file is expected'), 'database-link': (as_link('jiphyeon.db'), 'where a file is expected'),
    'database-endless': (as_link('jiphyeon.db', '/dev/zero'), 'where a file is expected'), 'database-large': (as_large('jiphyeon.db'), 'larger than it can be'),
    'database-view': (with_sql('ALTER TABLE blob RENAME TO other', f"CREATE VIEW blob AS {ENDLESS} SELECT 'x' AS sha256 FROM n WHERE i < 0"), 'not the database of a backup'),
    'database-trigger': (with_sql(f'CREATE TRIGGER t AFTER INSERT ON audit BEGIN INSERT INTO meta SELECT i, i FROM ({ENDLESS} SELECT i FROM n); END'), 'not the database of a backup'),
    'database-cut': (with_database(lambda whole: whole[:len(whole) // 2], known=False), 'not what was copied'),
    'database-changed': (with_database(lambda whole: whole[:5000] + b'XX' + whole[5002:], known=False), 'not what was copied'),
    'database-cut-and-known': (with_database(lambda whole: whole[:len(whole) // 2]), 'is damaged'),
    'database-noise': (with_database(lambda whole: bytes(range(256)) * 40), 'is damaged'), 'database-empty': (with_database(lambda whole: b''), 'not the database of a backup'),
    'database-other': (with_sql('DROP TABLE meta'), 'not the database of a backup'),
    'schema-newer': (with_sql("UPDATE meta SET value = '99' WHERE key = 'schema'"), 'newer version of this program (schema 99'),
    'schema-none': (with_sql("UPDATE meta SET value = '-5' WHERE key = 'schema'"), 'not the database of a backup'),
    'file-outside': (with_sql("UPDATE blob SET sha256 = '../x'"), 'cannot be'), 'file-above': (with_sql("UPDATE blob SET sha256 = '../../../../../../etc/passwd'"), 'cannot be'),
    'file-long': (with_sql("UPDATE blob SET sha256 = sha256 || '/../x'"), 'cannot be'), 'file-nameless': (with_sql("UPDATE blob SET sha256 = ''"), 'cannot be'),
}


def test_backups_that_are_none():
    server, kim = city()
    good, outside = backup(server), new_folder()
    listed, digest = jipctl('backup', 'list', data=server.data), server.digest()
    where = place()
    for name, (harm, says) in BAD_BACKUPS.items():
        folder = f'{outside}/{name}'
        shutil.copytree(good, folder)
        harm(folder)
        fresh = f'{outside}/{name}-data'
        for error in (refused('backup', 'keep', folder, data=server.data), refused('restore', folder, *where, data=fresh)):
            assert says in error and folder in error, (name, error)
        assert not os.path.exists(fresh), name
        os.mkdir(fresh)
        refused('restore', folder, *where, data=fresh)
        assert set(os.listdir(fresh)) <= {'lock'}, (name, os.listdir(fresh))
        if name in ('database-cut', 'schema-newer', 'file-outside'):  # nothing of it is in the way
            jipctl('restore', good, *where, data=fresh)
            where = place()
        shutil.rmtree(fresh)
        shutil.rmtree(folder)
    assert jipctl('backup', 'list', data=server.data) == listed and server.digest() == digest
    server.stop()


def audited(server, kind):
    return [json.loads(row[0]) for row in server.database().execute(f"SELECT body FROM audit WHERE kind = '{kind}' ORDER BY n")]


def test_a_file_that_is_gone_for_good():
    """Missing or damaged: once somebody says so, backups are whole and the rows say it; its author brings it back."""
    server, kim = city()
    lee = Client(server, 'lee')

    def row():
        lee.pull()
        found, = [row for (table, key), row in lee.rows.items() if table == 'attachment']
        return found['arrived'], found['gone']

    assert 'it is whole' in refused('file', 'forget', SHA256, data=server.data)
    assert 'knows no such file' in refused('file', 'forget', 'ab' * 32, data=server.data)
    for harm in ('missing', 'damaged', 'cut'):
        assert row() == (True, False)
        path = path_of_file(server.data)
        if harm == 'missing':
            os.unlink(path)
        else:
            with open(path, 'r+b') as file:
                file.write(b'X' * 5)
                file.truncate(len(PAPER) - (harm == 'cut'))
        if harm == 'cut':
            server.stop()  # the command works on the folder too
        status, _, said = jipctl('backup', new_folder() + '/lossy', '--kept', data=server.data, ok=False)
        assert status == 1 and SHA256 in said
        said = jipctl('file', 'forget', SHA256, data=server.data)
        assert '1 rows' in said and not os.path.exists(path) and os.path.exists(path + '.damaged') == (harm != 'missing')
        assert 'knows no such file' in refused('file', 'forget', SHA256, data=server.data)
        jipctl('backup', new_folder() + '/whole', '--kept', data=server.data)
        if harm == 'cut':
            server.start()
            kim.connection = lee.connection = None
        assert row() == (False, True)
        for client in (kim, lee):
            assert client.raw('GET', '/v1/blobs/' + SHA256)[0] == 404
        # another one's upload gives nobody the file; the author's does
        upload(lee)
        assert row() == (False, True)
        assert upload(kim) == {'offset': 0, 'complete': False}
        assert row() == (True, False) and lee.raw('GET', '/v1/blobs/' + SHA256)[1] == PAPER
        jipctl('backup', new_folder() + '/again', '--kept', data=server.data)
    bodies = audited(server, 'file-gone')
    assert len(bodies) == 3 and all(body['sha256'] == SHA256 and body['rows'] == 1 and body['by'] for body in bodies), bodies
    assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
    server.stop()


def test_a_damaged_file_that_is_brought_again():
    """It does not stay in the way of a whole one, whether or not anybody noticed it."""
    server, kim = city()
    lee = Client(server, 'lee')
    with open(path_of_file(server.data), 'r+b') as file:
        file.write(b'X')
    assert upload(lee) == {'offset': 0, 'complete': False}  # an upload of lee's own
    assert lee.raw('GET', '/v1/blobs/' + SHA256)[1] == PAPER == kim.raw('GET', '/v1/blobs/' + SHA256)[1]
    with open(path_of_file(server.data), 'r+b') as file:
        file.truncate(1000)
    assert not upload(kim)['complete']
    assert hash_of(path_of_file(server.data)) == SHA256
    server.stop()


def test_files_that_are_something_else():
    """Pipes, devices, links and holes in place of a file, or beside the database: none is waited for, and none counts as the file."""
    server, kim = city()
    good = backup(server)
    name = os.path.relpath(path_of_file(good), good)
    for harm in (as_pipe(name), as_link(name), as_link(name, '/dev/zero'), as_large(name)):
        folder = new_folder() + '/backup'
        shutil.copytree(good, folder)
        harm(folder)
        refused('backup', 'keep', folder, data=server.data, says=path_of_file(folder))
        again, said = restored(folder, status=1)
        assert f'{path_of_file(folder)}: is damaged' in said and not os.path.lexists(path_of_file(again.data)), said
    # the files' folders: what is restored through a link is the files, what is kept is not
    for name in ('blobs', f'blobs/{SHA256[:2]}'):
        folder = new_folder() + '/backup'
        shutil.copytree(good, folder)
        as_link(name)(folder)
        refused('backup', 'keep', folder, data=server.data, says=f'{folder}/{name}: is no folder of the backup itself')
        again, _ = restored(folder)
        assert hash_of(path_of_file(again.data)) == SHA256
    # a journal and a log beside the database are not the copy's: the copy is what was hashed
    for beside in ('-journal', '-wal', '-shm'):
        folder = new_folder() + '/backup'
        shutil.copytree(good, folder)
        os.mkfifo(f'{folder}/jiphyeon.db{beside}')
        jipctl('backup', 'keep', folder, data=server.data)
        again, _ = restored(folder)
        assert hash_of(path_of_file(again.data)) == SHA256
    server.stop()


def test_a_log_beside_the_database_changes_nothing():
    server, kim = city()
    folder = backup(server)
    other = new_folder() + '/other.db'
    shutil.copy(folder + '/jiphyeon.db', other)
    connection = sqlite3.connect(other)
    connection.execute('PRAGMA journal_mode = WAL')
    connection.execute('PRAGMA wal_autocheckpoint = 0')
    shutil.copy(other, folder + '/jiphyeon.db')  # in that mode, as it was before
    write_sheet(folder, sha256=hash_of(folder + '/jiphyeon.db'), size=os.path.getsize(folder + '/jiphyeon.db'))
    connection.execute('DELETE FROM blob')
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    connection.commit()
    shutil.copy(other + '-wal', folder + '/jiphyeon.db-wal')
    connection.close()
    assert os.path.getsize(folder + '/jiphyeon.db-wal') > 0
    before = sorted(os.listdir(folder))
    jipctl('backup', 'keep', folder, data=server.data)
    again, _ = restored(folder)
    assert hash_of(path_of_file(again.data)) == SHA256 and sorted(os.listdir(folder)) == before
    server.stop()


def test_a_folder_with_much_else_in_it():
    server, kim = city()
    folder = backup(server)
    for below in ('', 'blobs/', f'blobs/{SHA256[:2]}/'):
        for i in range(100000 if below == '' else 1000):
            os.close(os.open(f'{folder}/{below}{i}.db', os.O_CREAT | os.O_WRONLY))
    jipctl('backup', 'keep', folder, data=server.data)
    again, _ = restored(folder)
    assert set(os.listdir(again.data + '/blobs')) == {SHA256[:2]} and not os.path.exists(again.data + '/1.db')
    server.stop()


def test_a_sheet_that_counts_wrong():
    server, kim = city()
    folder = backup(server)
    for change in ({'files': 5}, {'files': 0}, {'files': 2 ** 53 - 1, 'missing': 2 ** 53 - 1}):
        other = new_folder() + '/backup'
        shutil.copytree(folder, other)
        write_sheet(other, **change)
        refused('backup', 'keep', other, data=server.data, says='does not belong')
    os.unlink(path_of_file(folder))
    write_sheet(folder, files=0, missing=1)  # it is true, and then it is not kept
    refused('backup', 'keep', folder, data=server.data, says='cannot be marked')
    server.stop()


def test_backups_of_older_versions():
    for dump in sorted(glob.glob(os.path.join(DATA, 'schema-*.sql'))):
        folder = new_folder()
        os.mkdir(folder + '/blobs')
        connection = sqlite3.connect(folder + '/jiphyeon.db')
        with open(dump, encoding='utf-8') as file:
            connection.executescript(file.read())
        epoch, = connection.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
        seq, = connection.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()
        lost = connection.execute('SELECT COUNT(*) FROM blob').fetchone()[0]
        connection.close()
        with open(folder + '/backup.json', 'w', encoding='utf-8') as file:
            json.dump({'format': 'jip-backup/1', 'id': new_id(), 'epoch': epoch, 'seq': seq, 'taken_at': '2026-07-22T05:03:11.250Z',
                       'sha256': hash_of(folder + '/jiphyeon.db'), 'files': 0, 'missing': lost}, file)
        server, _ = restored(folder, status=1 if lost else 0)
        host = Client(server.start(), 'host')
        assert host.pull()['epoch'] != epoch
        with open(dump.removesuffix('.sql') + '.json', encoding='utf-8') as file:
            for table, key, before in json.load(file):
                now = host.rows[(table, key)]
                if table == 'attachment' and lost:
                    before['arrived'] = False
                assert {name: now.get(name) for name in before} == before, (dump, table, key)
        host.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '되살린 뒤의 제안', 'anonymous': False})
        assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
        server.stop()


def test_the_backup_of_another_server():
    server, kim = city()
    kim.pull()
    foreign = Server(users=[['park', '박다온', '', 'staff', 'pw'], ['kim', '김라온', '', 'staff', 'pw']]).start()
    theirs = backup(foreign)
    refused('backup', 'keep', theirs, data=server.data, says='did not take')
    assert server.database().execute('SELECT MAX(safe_n) FROM replica').fetchone()[0] in (0, None)
    foreign.stop()
    server.stop()
    # put in this one's place, it knows none of its desktops: their sign-ins and cursors are worth nothing, and nothing of them is taken
    wrong, _ = restored(theirs)
    digest = wrong.digest()
    server_before, kim.server = kim.server, wrong.start()
    kim.connection = None
    cursor = f'/v1/pull?replica={kim.replica}&schema=1&cursor={kim.cursor}'
    assert error_of(kim.call('GET', cursor)) == (401, 'unauthorized')
    namesake = Client(wrong, 'kim')
    assert namesake.user['id'] != kim.user['id']
    assert error_of(namesake.call('GET', cursor)) == (400, 'bad-cursor')
    assert wrong.digest() == digest
    wrong.stop()
    # and back in its own place everything goes on
    kim.server, kim.connection = server_before.start(), None
    kim.pull()
    server.stop()


run_tests(globals())
