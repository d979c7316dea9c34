# SPDX-License-Identifier: GPL-3.0-or-later
"""The server loses its disk in the middle of an event; a backup and the clients bring everything back, in its old place,
whatever order they come in (docs/protocol.md, After a restore)."""

import hashlib
import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
import unicodedata
import uuid

import postgresql
from backups import add_large, held
from harness import AT, JIPCTL, JIPHYEOND, Client, ON_POSTGRESQL, Server, check_feeds, error_of, event_args, jipctl, new_id, row_digest, run_tests
from refill import Keeper, Show, assert_same, backup, come_back, keep, lose_disk, one, put_back, set_clock, settle, some_of, three_losses

SLIDES = b'%PDF-1.7\n' + bytes(range(256)) * 200


def before_the_backup():
    show = Show()
    show.propose(show.s0)
    show.host.do('vote.set', {'proposal': show.proposals[0], 'on': True})
    return show, backup(show.server, '--kept')


def the_event(show):
    """What is lost: an event from its creation to the third award, and a board."""
    show.create(SLIDES)
    first, second, third, fourth = show.entries
    for entry in show.entries[:3]:
        show.chair.step(show.event, 'open', entry=entry)
    show.chair.step(show.event, 'present', entry=first, seconds=300)
    for judge in show.judges[:5]:
        for entry in show.entries[:3]:
            show.ballot(judge, entry)
    show.ballot(show.e0, first, version=2, value=4)
    show.chair.step(show.event, 'close', entry=second)
    late = show.ballot(show.s3, second, code='late')
    show.ballot(show.judges[5], second, code='late')
    show.chair.step(show.event, 'late', ballot=late, admit=True, reason='정전')
    show.chair.step(show.event, 'open', entry=fourth)
    show.chair.step(show.event, 'adjust', entry=first, adjust='-1.5', reason='시간 초과')
    show.chair.step(show.event, 'adjust', entry=first, adjust='-0.5', reason='고쳐 잼')
    show.chair.step(show.event, 'recuse', judge=show.args['judges'][0]['id'], entry=third, kind='excluded', reason='공동 저자')
    for judge in show.judges:
        show.ballot(judge, fourth)
    show.ballot(show.s2, first, status='rejected', code='bad-args', version=0)
    show.chair.step(show.event, 'lock')
    show.ballot(show.s3, fourth, version=9, code='late')
    show.chair.step(show.event, 'lots', lots={first: 1, second: 2, third: 3, fourth: 4})
    for _ in range(3):
        show.chair.step(show.event, 'reveal')


def the_board(show):
    mine = show.propose(show.s1)
    for voter in (show.s0, show.s2, show.e0, show.host):
        voter.do('vote.set', {'proposal': mine, 'on': True})
    show.s2.do('vote.set', {'proposal': mine, 'on': False})
    show.host.do('vote.set', {'proposal': show.proposals[0], 'on': False})
    for n, writer in enumerate((show.s3, show.e1, show.s0)):
        comment = new_id()
        writer.do('comment.add', {'id': comment, 'proposal': mine, 'body': f'의견 {n}'})
        writer.do('attachment.add', {'id': new_id(), 'proposal': mine, 'comment': comment, 'sha256': f'{n}' * 64, 'size': 10,
                                     'name': f'의견 {n}.txt', 'media_type': 'text/plain'})
    given = [{'id': new_id(), 'proposal': mine, 'sha256': 'ab' * 32, 'size': 10, 'name': f'{n}.pdf', 'media_type': 'application/pdf'}
             for n in range(2)]
    for args in given:
        show.s1.do('attachment.add', args)
    show.s1.do('attachment.remove', {'id': given[0]['id'], 'proposal': mine})
    edit = lambda base, status='ok', code=None, **fields: show.s1.do(
        'proposal.edit', {'id': mine, 'base_version': base, 'fields': fields}, status, code)
    edit(1, title='고친 제목')
    edit(1, body='고친 본문')
    edit(1, 'conflict', 'version-conflict', title='진 제목')
    edit(3, category='행정')
    document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '초안', 'fields': {}, 'sections': []}
    draft = new_id()
    for n in range(3):
        show.s2.do('draft.save', {'id': draft, 'base_version': n, 'document': {**document, 'title': f'초안 {n}'}})
    show.s2.do('draft.save', {'id': draft, 'base_version': 1, 'document': {**document, 'title': '다른 PC'}}, 'conflict', 'version-conflict')
    gone = new_id()
    show.s2.do('draft.save', {'id': gone, 'base_version': 0, 'document': document})
    show.s2.do('draft.delete', {'id': gone})


def refill_in(show, order):
    for client in order:
        client.refill()
    if show.host.newest:
        show.host.upload(SLIDES)
    settle(show)


def check_whole(show, before, exported):
    settle(show)
    assert_same(before, show.facts())
    assert show.count('parked') == 0
    assert jipctl('event', 'export', show.event, data=show.server.data) == exported
    tally = jipctl('tally', '-', text=exported)
    show.audit.server_last_n()
    assert show.audit.table('result')[show.event]['result'] == tally
    sha256 = hashlib.sha256(SLIDES).hexdigest()
    assert show.s0.raw('GET', f'/v1/blobs/{sha256}')[1] == SLIDES
    assert 'unbroken' in jipctl('audit', 'verify', data=show.server.data)


def test_everything_comes_back_in_any_order():
    show, folder = before_the_backup()
    the_event(show)
    the_board(show)
    before, exported = show.facts(), jipctl('event', 'export', show.event, data=show.server.data)
    clients = list(show.clients.values())
    orders = [clients, clients[::-1], [show.chair, *show.judges, show.host], [*show.judges, show.host, show.chair]]
    for seed in range(1):
        orders.append(random.Random(seed).sample(clients, len(clients)))
    for order in orders:
        kept = {client: {n: dict(mutation) for n, mutation in client.queue.items()} for client in clients}
        lose_disk(show.server, folder)
        refill_in(show, order + [client for client in clients if client not in order])
        check_whole(show, before, exported)
        for client in clients:
            client.queue = kept[client]
        show.server.stop()
        show.server.start()
        check_whole(show, before, exported)


def test_nothing_is_revealed_from_half_the_ballots():
    show, folder = before_the_backup()
    the_event(show)
    before, exported = show.facts(), jipctl('event', 'export', show.event, data=show.server.data)
    lose_disk(show.server, folder)
    late_comer = show.judges[1]
    show.host.refill()
    show.host.upload(SLIDES)
    show.chair.refill()
    for client in show.judges:
        if client is not late_comer:
            client.refill()
    settle(show)
    assert 'result incomplete: ' + show.event in jipctl('refill', 'list', data=show.server.data)
    assert show.count('parked') == 3
    show.s0.server_last_n()
    assert show.s0.table('reveal') == {} and show.s0.table('event')[show.event]['state'] == 'locked'
    show.chair.step(show.event, 'reveal', status='rejected', code='wrong-state')
    # hours later
    late_comer.refill()
    settle(show)
    show.chair.server_last_n()
    check_whole(show, before, exported)
    assert len(show.audit.table('reveal')) == 3
    show.chair.step(show.event, 'reveal')


def test_the_administrator_may_end_the_wait():
    show, folder = before_the_backup()
    the_event(show)
    lose_disk(show.server, folder)
    for client in (show.host, show.chair, *show.judges[1:]):
        client.refill()
    settle(show)
    assert jipctl('refill', 'close', new_id(), data=show.server.data, ok=False)[0] == 2
    show.chair.step(show.event, 'reveal', status='rejected', code='wrong-state')
    jipctl('refill', 'close', show.event, data=show.server.data)
    assert 'incomplete' not in jipctl('refill', 'list', data=show.server.data)
    show.chair.step(show.event, 'reveal')


def test_new_work_stands_behind_the_lock():
    """Ballots that were never acknowledged meet an open window; then the lock of before comes back."""
    show = Show()
    show.create()
    first, second = show.entries[:2]
    for entry in (first, second):
        show.chair.step(show.event, 'open', entry=entry)
    folder = backup(show.server)
    show.ballot(show.e0, first)
    show.ballot(show.s0, first)
    show.chair.step(show.event, 'close', entry=first)
    show.ballot(show.e1, second)
    show.chair.step(show.event, 'lock')
    before, exported = show.facts(), jipctl('event', 'export', show.event, data=show.server.data)
    lose_disk(show.server, folder)
    show.chair.server_last_n()
    new = Keeper(show.server, 'e2')
    ballots = [show.ballot(new, first), show.ballot(new, second)]
    states = lambda: {row[0]: row[1] for row in show.server.database().execute('SELECT id, state FROM ballot')}
    assert [states()[ballot] for ballot in ballots] == ['valid', 'valid']
    lock = max(show.chair.queue)
    held = show.chair.queue.pop(lock)
    show.chair.refill()  # the window of the first closes again, before the new ballot
    assert [states()[ballot] for ballot in ballots] == ['late', 'valid']
    show.chair.queue[lock] = held
    show.chair.push_kept([held], lock)
    assert [states()[ballot] for ballot in ballots] == ['late-refused', 'late-refused']
    for client in (show.s0, show.e1, show.e0):
        client.refill()
    settle(show)
    after = show.facts()
    assert [row for row in after['ballot'] if row[0] not in ballots] == before['ballot']
    assert after['result'] == before['result'] and after['submission'] == before['submission']
    assert after['progress'] == before['progress']
    assert show.ballot(new, first, version=2, code='late')


def test_a_window_that_was_opened_again_is_open():
    show = Show()
    show.create()
    entry = show.entries[0]
    show.chair.step(show.event, 'open', entry=entry)
    folder = backup(show.server)
    show.chair.step(show.event, 'close', entry=entry)
    show.ballot(show.s0, entry, code='late')
    show.chair.step(show.event, 'open', entry=entry)
    show.ballot(show.s1, entry)
    before = show.facts()
    lose_disk(show.server, folder)
    show.s1.refill()
    show.s0.refill()
    new = Keeper(show.server, 'e0')
    ballot = show.ballot(new, entry)
    show.chair.refill()
    after = show.facts()
    assert [row for row in after['ballot'] if row[0] != ballot] == before['ballot'] and after['entry'] == before['entry']
    assert [row[8] for row in after['ballot'] if row[0] == ballot] == ['valid']


def test_order_of_votes_and_edits_is_the_old_one():
    """Two desktops of one person come back the wrong way round, with new work between."""
    show, folder = before_the_backup()
    mine = show.propose(show.s1)
    other = Keeper(show.server, 's1')
    voter = Keeper(show.server, 's0')
    show.s0.do('vote.set', {'proposal': mine, 'on': True})
    voter.do('vote.set', {'proposal': mine, 'on': False})
    show.s0.do('vote.set', {'proposal': mine, 'on': True})
    show.s1.do('proposal.edit', {'id': mine, 'base_version': 1, 'fields': {'title': '첫째'}})
    other.do('proposal.edit', {'id': mine, 'base_version': 2, 'fields': {'title': '둘째'}})
    show.s1.do('proposal.edit', {'id': mine, 'base_version': 3, 'fields': {'body': '셋째'}})
    before = show.facts()
    lose_disk(show.server, folder)
    other.refill()
    show.s0.refill()
    voter.refill()
    assert show.count('parked') == 4 and show.count('vote') == 1
    show.s1.refill()
    assert_same(before, show.facts())
    # a new edit of the same field meets an older one that comes later: the older was first
    show.s1.do('proposal.edit', {'id': mine, 'base_version': 4, 'fields': {'title': '옛것'}})
    folder = backup(show.server)
    show.s1.do('proposal.edit', {'id': mine, 'base_version': 5, 'fields': {'title': '먼저'}})
    lose_disk(show.server, folder)
    other.server_last_n()
    other.do('proposal.edit', {'id': mine, 'base_version': 5, 'fields': {'title': '나중', 'category': '행정'}})
    show.s1.refill()
    rows = show.facts()
    assert [row[1] for row in rows['proposal'] if row[0] == mine] == ['먼저']
    assert {'먼저', '나중'} <= {row[2] for row in rows['proposal_version']}
    show.s0.do('vote.set', {'proposal': mine, 'on': False})
    voter.refill()
    assert [row for row in show.facts()['vote'] if row[0].startswith(mine)] == []


def refused(*args, data=None):
    status, out, err = jipctl(*args, data=data, ok=False)
    assert status == 2 and out == '' and err.count('\n') == 1, (status, out, err)
    return err


def test_backups():
    show, first = before_the_backup()
    show.create(SLIDES)
    data, rows = show.server.data, lambda: jipctl('backup', 'list', data=show.server.data).splitlines()
    online = backup(show.server)
    sheet = json.load(open(online + '/backup.json'))
    assert sheet['format'] == 'jip-backup/1' and sheet['files'] == 1 and sheet['missing'] == 0
    assert [row.split(' ', 2)[0] for row in rows()][0] == sheet['id']
    assert [row.split(' ', 2)[2] for row in rows()] == ['not kept elsewhere', 'kept elsewhere']
    assert os.listdir(data + '/backups') == []
    assert show.host.pull()['safe_n'] == 1 and show.chair.pull()['safe_n'] == 0
    assert 'is there already' in refused('backup', online, data=data)
    # a backup is looked at again when it is marked
    for name in ('jiphyeon.db', 'blobs/' + next(os.walk(online + '/blobs'))[1][0]):
        broken = online + '-broken'
        shutil.copytree(online, broken)
        path = os.path.join(broken, name)
        path = path if os.path.isfile(path) else os.path.join(path, os.listdir(path)[0])
        with open(path, 'r+b') as file:
            file.seek(os.path.getsize(path) // 2)
            byte = file.read(1)
            file.seek(-1, 1)
            file.write(bytes([byte[0] ^ 1]))
        refused('backup', 'keep', broken, data=data)
        shutil.rmtree(broken)
    jipctl('backup', 'keep', online, data=data)
    assert show.host.pull()['safe_n'] == 2
    # without a server, and with its lock
    show.server.stop()
    offline = backup(show.server, '--kept')
    other = Server(users=[['boss', '관리', '', 'staff admin', 'pw']])
    refused('backup', 'keep', offline, data=other.data)
    # what cannot be restored leaves nothing behind
    assert 'already' in refused('restore', offline, data=data)
    os.rename(data, data + '.broken')
    os.unlink(online + '/backup.json')
    assert 'no whole backup' in refused('restore', online, data=data)
    assert not os.path.exists(data)
    with open(first + '/jiphyeon.db', 'ab') as file:
        file.write(b'x')
    refused('restore', first, data=data)
    assert not os.path.exists(data + '/jiphyeon.db') and not os.path.exists(data + '/restoring')
    show.server.restore(offline)
    assert (os.stat(data + ('/database' if ON_POSTGRESQL else '/jiphyeon.db')).st_mode & 0o777) == 0o600
    show.server.start()
    refused('backup', 'keep', offline, data=data)
    assert show.host.raw('GET', f'/v1/blobs/{hashlib.sha256(SLIDES).hexdigest()}')[1] == SLIDES
    # a file that the server has lost is named, and the rest is kept
    shutil.rmtree(data + '/blobs')
    out = os.path.join(os.path.dirname(offline), 'lossy')
    status, text, err = jipctl('backup', out, '--kept', data=data, ok=False)
    assert status == 1 and '1 files are missing' in err, (status, text, err)
    assert rows()[0].endswith('not kept elsewhere')
    shutil.rmtree(data + '.broken')


def installation_of(server):
    client = Client(server, 'kim', 'pw')
    said = client.call('GET', '/healthz')[1]['installation']
    assert client.pull()['installation'] == said == str(uuid.UUID(said))
    return said


def as_of_before(backup):
    """A backup that was taken when no database had an installation yet."""
    connection = sqlite3.connect(backup + '/jiphyeon.db')
    assert connection.execute("DELETE FROM meta WHERE key = 'installation'").rowcount == 1
    connection.commit()
    connection.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    connection.close()
    with open(backup + '/jiphyeon.db', 'rb') as file:
        content = file.read()
    with open(backup + '/backup.json', encoding='utf-8') as file:
        sheet = json.load(file)
    sheet |= {'sha256': hashlib.sha256(content).hexdigest(), 'size': len(content)}
    with open(backup + '/backup.json', 'w', encoding='utf-8') as file:
        json.dump(sheet, file)


def test_the_installation_stays():
    people = [['kim', '김가온', '', 'staff', 'pw']]
    server = Server(users=people).start()
    installation = installation_of(server)
    other = Server(users=people).start()
    assert installation_of(other) != installation
    other.stop()
    backup = server.data + '-backup'
    jipctl('backup', backup, data=server.data)
    for prepare in (lambda: None, lambda: as_of_before(backup)):
        prepare()
        server.stop()
        shutil.rmtree(server.data)
        server.restore(backup)
        server.start()
        assert installation_of(server) == installation
    server.stop()
    connection = server.database('rw')
    connection.execute("DELETE FROM meta WHERE key = 'installation'")
    connection.close()
    server.start()
    assert installation_of(server) == installation
    server.stop()
    shutil.rmtree(backup)


def test_nobody_begins_in_a_folder_that_is_being_filled():
    show, folder = before_the_backup()
    show.create(SLIDES)
    show.server.stop()
    add_large(show.server)
    folder = backup(show.server)
    shutil.rmtree(show.server.data)
    place = ['--database', postgresql.new_database()] if ON_POSTGRESQL else []
    restore = subprocess.Popen([JIPCTL, 'restore', folder, '--data', show.server.data, *place], stdout=subprocess.DEVNULL)
    with held(restore, show.server.data):
        server = subprocess.run([JIPHYEOND, '--data', show.server.data, '--listen', '127.0.0.1:0', *place], capture_output=True,
                                text=True, timeout=60)
        assert server.returncode != 0 and 'in use' in server.stderr, server
        assert 'in use' in refused('restore', folder, *place, data=show.server.data)
    assert restore.wait(60) == 0
    show.server.uri = place[1] if place else None
    show.server.start()
    assert show.host.raw('GET', f'/v1/blobs/{hashlib.sha256(SLIDES).hexdigest()}')[1] == SLIDES


def test_a_second_restore():
    show, folder = before_the_backup()
    the_event(show)
    the_board(show)
    before, exported = show.facts(), jipctl('event', 'export', show.event, data=show.server.data)
    epochs = set()
    clients = list(show.clients.values())
    for lost in range(2):
        lose_disk(show.server, folder)
        epochs.add(show.chair.call('GET', '/healthz')[1]['epoch'])
        for client in clients[lost::2]:
            client.refill()
    for client in clients:
        client.refill()
    show.host.upload(SLIDES)
    check_whole(show, before, exported)
    seq = show.server.database().execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()[0]
    assert len(epochs) == 2 and seq < 2**53
    # a backup of now, in the middle of a refill, is as good
    half = backup(show.server, '--kept')
    new = show.propose(show.s3)
    lose_disk(show.server, half)
    show.e0.do('vote.set', {'proposal': show.proposals[0], 'on': True})
    show.s3.refill()
    assert any(row[0] == new for row in show.facts()['proposal'])


def test_clocks_that_leap():
    """Ten years on at the first restore, twenty back at the second: the order is the seqs', not the clock's."""
    years = 365 * 86400
    show, folder = before_the_backup()
    the_event(show)
    the_board(show)
    before, exported = show.facts(), jipctl('event', 'export', show.event, data=show.server.data)
    clients = list(show.clients.values())
    seqs = []
    try:
        for step, group in ((10 * years, clients[::2]), (-10 * years, clients[1::2]), (-20 * years, clients[::-1])):
            set_clock(step)
            lose_disk(show.server, folder)
            now = show.chair.raw('GET', '/healthz')[2].getheader('Date')
            assert str(time.gmtime(time.time() + step).tm_year) in now, now
            for client in group:
                client.refill()
            seqs.append(show.server.database().execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()[0])
        show.host.upload(SLIDES)
        check_whole(show, before, exported)
        assert all(2**40 < seq < 2**53 for seq in seqs)
    finally:
        set_clock(0)


def test_new_work_under_a_clock_that_was_set_back():
    """Twice from the same backup, the second time with a clock of ten years ago: what is written then still comes after what
    was written between."""
    show = Show()
    author, again = show.s0, Keeper(show.server, 's0')
    idea = show.propose(author)
    folder = backup(show.server)
    edit = lambda client, title: client.do('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': title}})
    try:
        lose_disk(show.server, folder)
        edit(author, '사이에 쓴 제목')
        set_clock(-10 * 365 * 86400)
        lose_disk(show.server, folder)
        edit(again, '나중에 쓴 제목')
        author.refill()
        again.pull()
        assert again.rows[('proposal', idea)]['title'] == '사이에 쓴 제목', again.rows[('proposal', idea)]
        versions = [(row['version'], row['title'], row['lost']) for (table, _), row in again.rows.items() if table == 'proposal_version' and row['proposal'] == idea]
        assert any(lost and title == '나중에 쓴 제목' for _, title, lost in versions), versions
    finally:
        set_clock(0)


def test_new_work_under_the_same_wrong_clock():
    """Twice from the same backup, both times with a clock of ten years ago: what is written then comes after what was written between."""
    show = Show()
    idea = show.propose(show.s0)
    folder = backup(show.server)
    try:
        set_clock(-10 * 365 * 86400)
        lose_disk(show.server, folder)
        for body in ('하나', '둘', '셋'):
            show.s1.do('comment.add', {'id': new_id(), 'proposal': idea, 'body': body})
        show.s1.do('vote.set', {'proposal': idea, 'on': True})
        time.sleep(0.2)  # where the numbers of a restored server begin is told apart by an eighth of a second of its clock
        lose_disk(show.server, folder)
        Keeper(show.server, 's1').do('vote.set', {'proposal': idea, 'on': False})
        show.s1.refill()
        assert (show.count('vote'), show.count('comment')) == (0, 3), 'the last word'
    finally:
        set_clock(0)


def test_a_server_notices_by_itself():
    """Somebody copied the old files back by hand: the first cursor or receipt from the future opens an epoch."""
    for by_receipt in (False, True):
        show = Show()
        mine = show.propose(show.s0)
        show.server.stop()
        copy = show.server.copy_aside()
        show.server.start()
        epoch = show.s0.call('GET', '/healthz')[1]['epoch']
        show.s1.do('comment.add', {'id': new_id(), 'proposal': mine, 'body': '사라질 뻔'})
        show.s1.do('vote.set', {'proposal': mine, 'on': True})
        show.s1.pull()
        before = show.facts()
        show.server.kill()
        show.server.put_back(copy)
        show.server.start()
        if not by_receipt:
            assert error_of(show.s1.call('GET', f'/v1/pull?replica={show.s1.replica}&schema=1&cursor={show.s1.cursor}')) == (410, 'epoch-changed')
            for path in ('pull', 'snapshot'):  # it has begun by then, so that nobody is told of a new one and finds the old one
                status, page = show.s1.call('GET', f'/v1/{path}?replica={show.s1.replica}&schema=1')
                assert status == 200 and page['epoch'] != epoch, (status, page)
        kept = sorted(show.s1.queue)
        answer = show.s1.push_kept([show.s1.queue[n] for n in kept], kept[0])
        assert answer['epoch'] != epoch and answer['seq'] > 2**40
        assert show.s1.call('GET', '/healthz')[1]['epoch'] == answer['epoch']
        assert_same(before, show.facts())
        assert show.count('epoch') == 1, 'one loss, one epoch'


def test_old_files_that_were_written_on():
    """Others have written before whoever knows more asks: no cursor tells it, only a last_n that has become less."""
    for first in (1, 2):  # all that is kept, or what is missing
        show = Show()
        mine = show.propose(show.s0)
        show.s1.do('comment.add', {'id': new_id(), 'proposal': mine, 'body': '남은 말'})
        show.server.stop()
        copy = show.server.copy_aside()
        show.server.start()
        show.s1.do('comment.add', {'id': new_id(), 'proposal': mine, 'body': '사라질 뻔한 말'})
        show.s1.do('vote.set', {'proposal': mine, 'on': True})
        show.s1.do('attachment.remove', {'id': new_id(), 'proposal': mine}, 'rejected', 'not-found')
        page = show.s1.pull()
        epoch, before = page['epoch'], show.facts()
        show.server.kill()
        show.server.put_back(copy)
        show.server.start()
        for i in range(20):
            show.s2.do('comment.add', {'id': new_id(), 'proposal': mine, 'body': f'그동안 {i}'})
        page = show.s1.pull()
        assert (page['last_n'], page['epoch'], page['more']) == (1, epoch, False), page
        for other in (show.s2, Keeper(show.server, 's1')):  # a receipt that is not for it proves nothing
            lie = other.mutation('comment.add', {'id': new_id(), 'proposal': mine, 'body': '새 말'})
            for origin in ({}, {'origin': {'replica': show.s1.replica, 'n': 2}}):
                status, answer = other.call('POST', '/v1/push', {'replica': other.replica, 'schema': 1, 'oldest': lie['n'], 'mutations': [
                    {**lie, 'receipt': show.s1.queue[2]['receipt'], **origin}]})
                assert (status, answer['epoch']) == (200, epoch), (status, answer)
                lie = other.mutation('comment.add', {'id': new_id(), 'proposal': mine, 'body': '새 말'})
        assert show.count('epoch') == 0 and show.count("audit WHERE kind = 'receipt'") == 4
        answer = show.s1.push_kept([show.s1.queue[n] for n in range(first, 5)], first)
        assert answer['epoch'] != epoch and answer['last_n'] == 4, answer
        after = show.facts()
        assert after['vote'] == before['vote'] and len(after['comment']) == 26
        assert not [row for row in before['comment'] if row not in after['comment']]
        for client in (show.s2, show.s1, show.s0):
            client.refill()
        assert show.count('epoch') == 1 and show.facts() == after, 'one loss, one epoch'


def test_what_is_new_stands_behind_all_that_was():
    """Restores, and old files put back by hand between them, under a clock that goes right."""
    show = Show()
    mine = show.propose(show.s0)
    folder = backup(show.server)
    lose_disk(show.server, folder)
    show.server.stop()
    copy = show.server.copy_aside()
    show.server.start()
    show.s1.do('comment.add', {'id': new_id(), 'proposal': mine, 'body': '의견'})
    show.server.kill()
    show.server.put_back(copy)
    show.server.start()
    show.s1.refill()
    assert show.count('epoch') == 2
    show.s1.do('vote.set', {'proposal': mine, 'on': True})
    lose_disk(show.server, folder)
    Keeper(show.server, 's1').do('vote.set', {'proposal': mine, 'on': False})
    show.s1.refill()
    assert show.count('vote') == 0, 'the last word'


def test_receipts_are_for_one_mutation_of_one_account():
    show, folder = before_the_backup()
    show.s1.do('comment.add', {'id': new_id(), 'proposal': show.proposals[0], 'body': '의견'})
    show.s1.do('vote.set', {'proposal': show.proposals[0], 'on': False})
    show.s1.do('vote.set', {'proposal': new_id(), 'on': True}, 'rejected', 'not-found')
    first, second, refused = (show.s1.queue[n] for n in sorted(show.s1.queue))
    lose_disk(show.server, folder)
    thief = Client(show.server, 's2')
    nobody = {'proposal': new_id(), 'on': True}
    forged = [first['receipt'][:-1] + ('A' if first['receipt'][-1] != 'A' else 'B'), first['receipt'], 'x', '2.a.b', '....',
              second['receipt'].replace('.ok.', '.ok.late'), first['receipt'].replace('2.', '1.', 1)]
    for n, receipt in enumerate(forged, 1):
        verdict = thief.push_raw([{'n': n, 'name': 'vote.set', 'args': nobody, 'at': AT, 'receipt': receipt}])[0]
        assert (verdict['status'], verdict['code']) == ('rejected', 'not-found')
    database = show.server.database()
    assert database.execute("SELECT COUNT(*) FROM audit WHERE kind = 'receipt'").fetchone()[0] == len(forged)
    # a refused one stays refused, although the proposal might exist by now
    show.s1.refill()
    assert [row[3] for row in show.facts()['comment']] == ['의견']
    assert database.execute("SELECT COUNT(*) FROM audit WHERE kind = 'receipt'").fetchone()[0] == len(forged)
    stored = database.execute('SELECT status, code FROM verdict WHERE replica = ? ORDER BY n', (show.s1.replica,)).fetchall()
    assert stored == [('ok', None), ('ok', None), ('rejected', 'not-found')]


def test_a_request_of_before_that_comes_late():
    """The network brings it twice, the second time to the restored server, before its idea is there: what was taken stays taken."""
    show, folder = before_the_backup()
    proposal = show.propose(show.s0)
    show.s1.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': '의견'})
    show.s1.do('vote.set', {'proposal': proposal, 'on': True})
    show.s1.do('vote.set', {'proposal': new_id(), 'on': True}, 'rejected', 'not-found')
    facts = show.facts()
    lose_disk(show.server, folder)
    show.s1.server_last_n()
    kept = [show.s1.queue[n] for n in sorted(show.s1.queue) if n > show.s1.last_n]
    late = Client(show.server, 's1')
    late.replica = show.s1.replica
    verdicts = late.push_raw([{name: value for name, value in mutation.items() if name != 'receipt'} for mutation in kept])
    assert [verdict['status'] for verdict in verdicts] == ['rejected'] * 3
    # without the receipt that stands, with it not; in either order with its idea
    assert [verdict['status'] for verdict in late.push_raw([{**kept[0], 'receipt': 'x'}])] == ['rejected']
    show.s1.push_kept(kept[:2], kept[0]['n'])
    show.s0.refill()
    show.s1.push_kept(kept, kept[0]['n'])
    assert show.count('parked') == 0
    assert show.facts()['comment'] == facts['comment'] and show.facts()['vote'] == facts['vote']
    assert [show.s1.newest[mutation['n']]['status'] for mutation in kept] == ['ok', 'ok', 'rejected']


def test_a_refusal_keeps_its_reason():
    """The network brings it again where something else is wrong with it: the receipt says why it was refused."""
    show, folder = before_the_backup()
    show.create()
    args = show.ballot_args(show.s0, show.entries[0])
    show.s0.do('ballot.submit', args, 'rejected', 'wrong-state')
    for _ in range(2):
        lose_disk(show.server, folder)
        show.s0.repeat(1, 'rejected')
        show.s0.server_last_n()
        show.s0.push_kept([show.s0.queue[show.s0.n]], show.s0.n)
        assert show.s0.newest[show.s0.n]['code'] == 'wrong-state'


def test_a_request_of_before_that_is_taken_again():
    """The same where all it is about is there: what it does as new work is put into its old place once the receipt is back, and what
    came between from another PC holds again."""
    show, folder = before_the_backup()
    home, office, draft, mine = show.s0, Keeper(show.server, 's0'), new_id(), show.proposals[0]
    home.do('vote.set', {'proposal': mine, 'on': True})
    home.do('comment.add', {'id': new_id(), 'proposal': mine, 'body': '의견'})
    home.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    home.do('proposal.edit', {'id': mine, 'base_version': 1, 'fields': {'title': '하나'}, 'base': {'title': '제안'}})
    home.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'title': '둘째', 'body': '본문', 'anonymous': False})
    office.pull()
    office.do('vote.set', {'proposal': mine, 'on': False})
    office.do('draft.save', {'id': draft, 'base_version': 1, 'document': paper('둘')})
    office.do('proposal.edit', {'id': mine, 'base_version': 2, 'fields': {'title': '둘'}, 'base': {'title': '하나'}})
    facts, kept = show.facts(), keep([home, office])
    for repeated in ([(home, 9)], [(home, 9), (office, 9)], [(office, 9), (home, 9)], [(home, 3)]):
        for order in ([home, office], [office, home]):
            come_back(show, kept, folder, order, repeated)
            assert_same(facts, show.facts())


def test_an_edit_that_changed_nothing():
    """Somebody had set the same title, and more, when it came without its receipt: that one's edit does not move along with it."""
    show, folder = before_the_backup()
    mine, office = show.proposals[0], Keeper(show.server, 's0')
    show.s0.do('proposal.edit', {'id': mine, 'base_version': 1, 'fields': {'title': '새 제목'}})
    lose_disk(show.server, folder)
    show.host.refill()
    office.server_last_n()
    office.do('proposal.edit', {'id': mine, 'base_version': 1, 'fields': {'title': '새 제목', 'body': '새 본문'}})
    show.s0.repeat(9)
    show.s0.refill()
    assert one(show, f"SELECT title, body, version FROM proposal WHERE id = '{mine}'") == ('새 제목', '새 본문', 3)


def test_a_save_that_changed_nothing():
    """Another PC had saved the same text when it came without its receipt, and that save had not been seen by who deleted the draft."""
    show, folder = before_the_backup()
    home, pc, office, draft = (*(Keeper(show.server, 's1') for _ in range(3)), new_id())
    home.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    pc.server_last_n()
    pc.do('draft.delete', {'id': draft, 'base_version': 1})
    lose_disk(show.server, folder)
    show.host.refill()
    office.server_last_n()
    office.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    home.repeat(9)
    pc.refill()
    home.refill()
    assert papers(show)[0] == [(draft, '하나')]


def test_a_vote_that_changed_nothing():
    """It has the place of the one behind it, which is the newest word, also where an older one gets its place back."""
    show, folder = before_the_backup()
    mine = show.proposals[0]
    show.s1.do('vote.set', {'proposal': mine, 'on': True})
    lose_disk(show.server, folder)
    show.host.refill()
    other = Keeper(show.server, 's1')
    other.server_last_n()
    for on in (False, True):
        other.do('vote.set', {'proposal': mine, 'on': on})
    voted = show.facts()['vote']
    show.s1.repeat(9)
    show.s1.refill()
    assert show.facts()['vote'] == voted and f'{mine}:{show.s1.user["id"]}' in [row[0] for row in voted]
    # from two PCs they may come in one millisecond, so no two are in one place
    places, distinct = one(show, "SELECT COUNT(*), COUNT(DISTINCT place) FROM claim WHERE name LIKE 'vote:%'")
    assert places == distinct, (places, distinct)


def test_what_is_put_back_is_in_no_backup():
    """A backup that is kept has it as new work: who has the receipt keeps it until another backup has it where it was."""
    show, folder = before_the_backup()
    comment = new_id()
    show.s1.do('comment.add', {'id': comment, 'proposal': show.proposals[0], 'body': '의견'})
    facts = show.facts()['comment']
    lose_disk(show.server, folder)
    show.host.refill()
    show.s1.repeat(9)
    kept = backup(show.server, '--kept')
    show.s1.refill()
    show.s1.server_last_n()
    assert show.s1.safe_n < show.s1.n
    show.s1.forget(show.s1.safe_n)
    lose_disk(show.server, kept)
    show.s1.refill()
    assert show.facts()['comment'] == facts
    backup(show.server, '--kept')
    show.s1.server_last_n()
    assert show.s1.safe_n == show.s1.n


def test_a_backup_of_before_the_move_that_is_kept_after_it():
    """The folder was carried away first: the receipt is kept until another backup has the comment where it was."""
    show, folder = before_the_backup()
    comment = new_id()
    show.s1.do('comment.add', {'id': comment, 'proposal': show.proposals[0], 'body': '의견'})
    facts = show.facts()['comment']
    lose_disk(show.server, folder)
    show.host.refill()
    show.s1.repeat(9)
    kept = backup(show.server)
    show.s1.refill()
    jipctl('backup', 'keep', kept, data=show.server.data)
    show.s1.server_last_n()
    assert show.s1.safe_n < show.s1.n
    show.s1.forget(show.s1.safe_n)
    lose_disk(show.server, kept)
    show.s1.refill()
    assert show.facts()['comment'] == facts
    backup(show.server, '--kept')
    show.s1.server_last_n()
    assert show.s1.safe_n == show.s1.n


def test_rights_and_deadlines_are_not_judged_again():
    show, folder = before_the_backup()
    proposal = show.proposals[0]
    show.s2.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': '권한이 있던 때'})
    lose_disk(show.server, folder)
    show.server.import_users([['s2', '직원2', '2국', 'auditor', 'pw']])
    show.s2.refill()
    assert len(show.facts()['comment']) == 1
    show.s2.n = max(show.s2.queue)
    show.s2.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': '이제는 없다'}, 'rejected', 'forbidden')


def test_an_id_that_somebody_else_has_taken():
    """After a restore, before its author is back: what was acknowledged about the lost row touches nobody else's. An idea and its files are
    there beside the other one, under another id; an event waits; a ballot counts, whoever is back first after the next restore."""
    show = Show()
    show.server.import_users([['rival', '경쟁', '', 'staff organiser', 'pw']])
    rival = show.clients['rival'] = Keeper(show.server, 'rival')
    show.create()
    open_event, first = show.event, show.entries[0]
    show.chair.step(open_event, 'open', entry=first)
    folder = backup(show.server)
    idea, other, file, lost_event, ballot = (new_id() for _ in range(5))
    attach = lambda proposal, id, name: {'id': id, 'proposal': proposal, 'sha256': 'ab' * 32, 'size': 10, 'name': name, 'media_type': 'a/b'}
    show.s0.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'body': '내 제안', 'anonymous': False})
    show.s0.do('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': '내 제목'}})
    show.s0.do('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': '진 제목'}}, 'conflict', 'version-conflict')
    show.s0.do('attachment.add', attach(idea, new_id(), '내.txt'))
    show.s0.do('attachment.add', attach(idea, file, '뺀.txt'))
    show.s0.do('attachment.remove', {'id': file, 'proposal': idea})
    show.host.do('event.create', {**event_args(show.chair.user['id'], []), 'id': lost_event})
    show.chair.step(lost_event, 'present', entry=None, seconds=60)
    show.s0.do('ballot.submit', {'id': ballot, 'event': open_event, 'entry': first, 'version': 1, 'score': 3})
    codes = lambda: {row[5]: row[11] for row in show.facts()['ballot']}
    mine = codes()['3']
    lose_disk(show.server, folder)
    rival.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'body': '남의 제안', 'anonymous': False})
    rival.do('attachment.add', attach(idea, file, '남의.txt'))
    rival.do('event.create', {**event_args(rival.user['id'], []), 'id': lost_event})
    show.s1.do('ballot.submit', {'id': ballot, 'event': open_event, 'entry': first, 'version': 1, 'score': 4})
    board = lambda: {name: rows for name, rows in show.facts().items() if name in ('proposal', 'proposal_version', 'attachment', 'event')}
    before = board()
    for client in show.clients.values():
        client.refill()
    after = board()
    assert not [row for name in before for row in before[name] if row not in after[name]]
    more = {name: [row for row in after[name] if row not in before[name]] for name in before}
    given = more['proposal'][0][0]
    assert [row[1:3] for row in more['proposal']] == [('내 제목', '내 제안')] and more['event'] == []
    assert sorted((row[7], str(row[2])) for row in more['proposal_version']) == [(0, 'None'), (0, '내 제목'), (1, '진 제목')], more
    assert sorted((row[1], row[6] == '내.txt', row[8]) for row in more['attachment']) == [(given, False, 1), (given, True, 0)], more
    assert show.count('parked') == 2 and 'waiting for what they are about: 2\n' in jipctl('refill', 'list', data=show.server.data)
    assert sorted(codes()) == ['3', '4'] and codes()['3'] == mine
    rival.do('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': '남의 제목'}})
    for order in ((show.s0, show.s1), (show.s1, show.s0)):
        lose_disk(show.server, folder)
        for client in order:
            client.refill()
        assert sorted(codes()) == ['3', '4'] and codes()['3'] == mine
        assert [row[1] for row in show.facts()['progress'] if row[0] == f'{first}:staff'] == [2]


def test_holes_are_recorded_and_the_queue_goes_on():
    show = Show()
    old = backup(show.server)
    proposal = show.propose(show.s0)
    for n in range(4):
        show.s1.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': f'의견 {n}'})
    newer = backup(show.server, '--kept')
    page = show.s1.pull()
    assert page['safe_n'] == 4
    twin = {n: dict(mutation) for n, mutation in show.s1.queue.items()}
    show.s1.forget(page['safe_n'])
    show.s1.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': '의견 4'})
    lose_disk(show.server, old)  # the newer backup is gone too
    show.s0.refill()
    replica = {'replica': show.s1.replica, 'schema': 1}
    assert error_of(show.s1.call('POST', '/v1/push', {**replica, 'mutations': list(show.s1.queue.values())})) == (409, 'gap')
    show.s1.refill()
    show.s1.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': '의견 5'})
    database = show.server.database()
    assert database.execute('SELECT first_n, last_n FROM hole').fetchall() == [(1, 4)]
    assert 'gone for good: 4' in jipctl('refill', 'list', data=show.server.data)
    assert database.execute("SELECT COUNT(*) FROM audit WHERE kind = 'hole'").fetchone()[0] == 1
    assert sorted(row[3] for row in show.facts()['comment']) == ['의견 4', '의견 5']
    # older copies of the PC turn up after all, one of them under a new name
    show.s1.push_kept([twin[1], twin[2]], 1)
    assert 'gone for good: 2' in jipctl('refill', 'list', data=show.server.data)
    named = [{**twin[n], 'n': n - 2, 'origin': {'replica': show.s1.replica, 'n': n}} for n in (3, 4)]
    Keeper(show.server, 's0').push_raw([{**mutation, 'args': {**mutation['args'], 'id': new_id()}} for mutation in named])
    assert 'gone for good: 2' in jipctl('refill', 'list', data=show.server.data), 'somebody else says so'
    Keeper(show.server, 's1').push_raw(named)
    assert 'gone for good: 0' in jipctl('refill', 'list', data=show.server.data)
    assert sorted(row[3] for row in show.facts()['comment'] if row[2] == show.s1.user['id']) == [f'의견 {n}' for n in range(6)]


def test_holes_beyond_counting():
    """Replicas say of themselves that they have lost all that can be numbered."""
    show = Show()
    for _ in range(1025):
        mutation = {'n': 2 ** 53 - 1, 'name': 'vote.set', 'args': {}, 'at': AT}
        status, answer = show.s0.call('POST', '/v1/push', {'replica': new_id(), 'schema': 1, 'oldest': mutation['n'], 'mutations': [mutation]})
        assert status == 200, answer
    assert f'gone for good: {2 ** 53 - 1}\n' in jipctl('refill', 'list', data=show.server.data)
    assert f'jiphyeon_lost_mutations {2 ** 53 - 1}\n' in show.s0.raw('GET', '/metrics')[1].decode()


def test_a_clone_beside_it():
    """The PC was copied; both sent under one name, and the server forgot which was first."""
    show, folder = before_the_backup()
    proposal = show.proposals[0]
    comment = lambda client, body: client.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': body})
    comment(show.s1, '함께')
    twin = Keeper(show.server, 's1')
    twin.replica, twin.n = show.s1.replica, show.s1.n
    twin.queue, twin.newest = {n: dict(m) for n, m in show.s1.queue.items()}, dict(show.s1.newest)
    for n in range(3):
        comment(show.s1, f'본래 {n}')
    lose_disk(show.server, folder)
    twin.refill()
    comment(twin, '복사본')
    kept = [show.s1.queue[n] for n in sorted(show.s1.queue)]
    status, answer = show.s1.call('POST', '/v1/push', {'replica': show.s1.replica, 'schema': 1, 'oldest': 1, 'mutations': kept})
    assert (status, answer['error']['code'], answer['error']['detail']) == (409, 'replica-cloned', {'n': 2, 'last_n': 2})
    moved = [{**mutation, 'n': n, 'origin': {'replica': show.s1.replica, 'n': mutation['n']}} for n, mutation in enumerate(kept, 1)]
    show.s1.replica = new_id()
    verdicts = show.s1.call('POST', '/v1/push', {'replica': show.s1.replica, 'schema': 1, 'mutations': moved})[1]['verdicts']
    assert [verdict['status'] for verdict in verdicts] == ['ok'] * 4
    assert sorted(row[3] for row in show.facts()['comment']) == ['복사본', '본래 0', '본래 1', '본래 2', '함께']
    other = Client(show.server, 's2')
    for mutation in moved:  # nobody else's
        verdict = other.push_raw([{**mutation, 'args': {**mutation['args'], 'id': new_id()}}])[0]
        assert verdict['status'] == 'ok'
    assert show.server.database().execute("SELECT COUNT(*) FROM audit WHERE kind = 'receipt'").fetchone()[0] == 4


def test_a_clone_brings_back_what_had_lost():
    """A copy under a new name brought the losing texts back first; the original shows them again, and its queue goes on."""
    show, folder = before_the_backup()
    proposal, draft = show.proposals[0], new_id()
    document = lambda title: {'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}
    show.s0.do('draft.save', {'id': draft, 'base_version': 0, 'document': document('하나')})
    show.s0.do('draft.save', {'id': draft, 'base_version': 0, 'document': document('진 글')}, 'conflict', 'version-conflict')
    show.s0.do('proposal.edit', {'id': proposal, 'base_version': 1, 'fields': {'title': '먼저'}})
    show.s0.do('proposal.edit', {'id': proposal, 'base_version': 1, 'fields': {'title': '진 제목'}}, 'conflict', 'version-conflict')
    before = show.facts()
    lose_disk(show.server, folder)
    twin = Keeper(show.server, 's0')
    moved = [{**show.s0.queue[n], 'n': place, 'origin': {'replica': show.s0.replica, 'n': n}} for place, n in enumerate(sorted(show.s0.queue), 1)]
    status, answer = twin.call('POST', '/v1/push', {'replica': twin.replica, 'schema': 1, 'mutations': moved})
    assert status == 200, answer
    show.s0.refill()
    show.host.refill()
    assert_same(before, show.facts())


def as_copy(client, twin, receipts=None):
    """What a copy of the client's replica sends under the new name of @twin; its receipts of before with their origin, or newer ones."""
    moved = []
    for place, n in enumerate(sorted(client.queue), 1):
        kept = client.queue[n]
        moved.append({**kept, 'n': place, 'receipt': receipts[place - 1]} if receipts
                     else {**kept, 'n': place, 'origin': {'replica': client.replica, 'n': n}})
    status, answer = twin.call('POST', '/v1/push', {'replica': twin.replica, 'schema': 1, 'oldest': 1, 'mutations': moved})
    assert status == 200, answer
    for mutation, verdict in zip(moved, answer['verdicts']):
        before = client.newest[sorted(client.queue)[mutation['n'] - 1]]
        assert (verdict['status'], verdict.get('code')) == (before['status'], before.get('code')), (mutation, verdict)
    return [verdict['receipt'] for verdict in answer['verdicts']]


def test_what_copies_bring_is_done_once():
    """Copies of the chair's replica and of a voter's, before and after the replica itself, with the receipts of before and the newest
    ones, after the loss and after a restore of what the first copy brought: no award is revealed that nobody revealed, no vote is back."""
    show, folder = before_the_backup()
    proposal, voter, elsewhere = show.proposals[0], show.s2, Keeper(show.server, 's2')
    voter.do('vote.set', {'proposal': proposal, 'on': True})
    elsewhere.do('vote.set', {'proposal': proposal, 'on': False})
    the_event(show)
    before, names = show.facts(), [Keeper(show.server, 'chair'), Keeper(show.server, 'chair'), Keeper(show.server, 's2')]
    lose_disk(show.server, folder)
    for client in show.clients.values():
        if client not in (show.chair, voter):
            client.refill()
    chair_receipts, vote_receipts = as_copy(show.chair, names[0]), as_copy(voter, names[2])
    elsewhere.refill()
    show.host.upload(SLIDES)
    as_copy(show.chair, names[1])
    show.chair.refill()
    voter.refill()
    settle(show)
    assert_same(before, show.facts())
    again = backup(show.server)
    lose_disk(show.server, again)
    third = Keeper(show.server, 'chair')
    for receipts in (None, chair_receipts):  # either may be shown
        as_copy(show.chair, names[0], receipts)
    as_copy(voter, names[2], vote_receipts)
    as_copy(show.chair, third)
    show.chair.refill()
    settle(show)
    assert_same(before, show.facts())
    assert show.count('parked') == 0


def test_a_copy_after_a_backup_of_what_it_was_copied_from():
    """Nothing was lost, the copy only took its name; then the server goes back to before that. The newest receipts say whose work it is."""
    show, _ = before_the_backup()
    proposal, voter, elsewhere = show.proposals[0], show.s2, Keeper(show.server, 's2')
    voter.do('vote.set', {'proposal': proposal, 'on': True})
    elsewhere.do('vote.set', {'proposal': proposal, 'on': False})
    the_event(show)
    before, folder = show.facts(), backup(show.server)
    for client in (show.chair, voter):
        twin = Keeper(show.server, client.login)
        receipts = as_copy(client, twin)
        assert_same(before, show.facts())
        lose_disk(show.server, folder)
        assert as_copy(client, twin, receipts) and as_copy(client, twin, receipts)
        settle(show)
        assert_same(before, show.facts())


def test_a_backup_is_no_place_for_what_is_missing():
    """Numbers in a hole are in no backup, and a copy that still has them is told to keep them; likewise what waits."""
    show, folder = before_the_backup()
    author, own = show.s1, show.propose(show.s2)
    for proposal in (show.proposals[0], own, show.proposals[0], show.proposals[0]):
        author.do('comment.add', {'id': new_id(), 'proposal': proposal, 'body': '의견'})
    kept = [author.queue[n] for n in sorted(author.queue)]
    lose_disk(show.server, folder)
    safe = lambda: author.call('GET', f'/v1/snapshot?replica={author.replica}&schema=1')[1]['safe_n']
    author.push_kept(kept[:2], 1)
    backup(show.server, '--kept')
    assert safe() == 1, 'the second one waits for its proposal'
    show.s2.refill()
    author.push_kept(kept[3:], 4)
    backup(show.server, '--kept')
    assert safe() == 2, 'the third one is missing'
    author.push_kept(kept[2:3], 1)
    backup(show.server, '--kept')
    assert safe() == 4


def test_ballots_of_one_version_after_two_restores():
    """Each restore let one in; both are kept, and the one that was judged later stays the newer one."""
    for order in (False, True):
        show = Show()
        show.create()
        show.chair.step(show.event, 'open', entry=show.entries[0])
        folder = backup(show.server)
        twin = Keeper(show.server, 's0')
        first = show.ballot(show.s0, show.entries[0], 1, 1)
        lose_disk(show.server, folder)
        second = new_id()
        twin.do('ballot.submit', {'id': second, 'event': show.event, 'entry': show.entries[0], 'version': 1, 'score': 9})
        lose_disk(show.server, folder)
        for client in [twin, show.s0] if order else [show.s0, twin]:
            client.refill()
        assert [(row[0], row[3]) for row in show.facts()['ballot']] == sorted([(first, 1), (second, 2)])
        assert show.count('parked') == 0


def test_the_last_word_of_two_devices_counts():
    """One gave a ballot that the restore lost, the other one gave it again and corrected it: that counts, whatever comes back when."""
    show = Show()
    show.create()
    entry = show.entries[0]
    show.chair.step(show.event, 'open', entry=entry)
    folder = backup(show.server)
    twin = Keeper(show.server, 's0')
    words = [show.ballot(show.s0, entry, 1, 1)]
    lose_disk(show.server, folder)
    words += [show.ballot(twin, entry, 1, 2), show.ballot(twin, entry, 2, 3)]
    kept = keep([show.chair, show.s0, twin])
    show.s0.refill()
    for order in ((), (show.s0, twin), (twin, show.s0)):
        if order:
            come_back(show, kept, folder, order)
        facts = show.facts()
        assert sorted((row[3], row[0]) for row in facts['ballot']) == list(zip((1, 2, 3), words)), (order, facts['ballot'], words)
        assert [row[1] for row in facts['submission']] == words[-1:]


def test_the_first_of_two_same_ballots_has_the_row():
    """Two devices of a judge hand in the same; the second's comes back first, and is a stand-in until the first's is there."""
    show = Show()
    show.create()
    entry = show.entries[0]
    show.chair.step(show.event, 'open', entry=entry)
    folder = backup(show.server)
    twin = Keeper(show.server, 's0')
    first, second = show.ballot(show.s0, entry), show.ballot(twin, entry)
    before, kept = show.facts(), keep([show.chair, show.s0, twin])
    assert [row[0] for row in before['ballot']] == [first]
    for order in ((show.s0, twin), (twin, show.s0)):
        come_back(show, kept, folder, order[:1])
        assert [row[0] for row in show.facts()['ballot']] == [first if order[0] is show.s0 else second]
        order[1].refill()
        assert_same(before, show.facts())
        show.s0.pull()
        assert {row['id'] for row in show.s0.table('ballot').values()} == {first}


class CodeKeeper(Keeper):
    """A judge's desktop that gets in by a code each time."""

    def sign_in(self, login, password='pw', device='test'):
        codes = jipctl('event', 'codes', login, data=self.server.data).splitlines()
        code = next(line.rsplit(',', 1)[1].strip('"') for line in codes if '"손님"' in line)
        status, answer = self.call('POST', '/v1/session/code', {'code': code, 'device': device})
        assert status == 200, answer
        self.token, self.user, self.roles = answer['token'], answer['user'], answer['roles']
        return self


def test_accounts_and_events_that_are_younger_than_the_backup():
    """Who and what was made after the backup is made again in the same way, and is the same: nobody's work waits for ever."""
    show, folder = before_the_backup()
    people = [['new', '새사람', '새 부서', 'staff', 'pw'], ['guest', '손님', '새 부서', 'staff', '']]
    show.server.import_users(people)
    new, twin = Keeper(show.server, 'new'), Keeper(show.server, 'new')
    mine, draft = new_id(), new_id()
    new.do('proposal.submit', {'id': mine, 'kind': 'proposal', 'body': '본문', 'department': new.user['department'], 'anonymous': False})
    twin.do('proposal.edit', {'id': mine, 'base_version': 1, 'fields': {'title': '제목'}})
    show.s0.do('vote.set', {'proposal': mine, 'on': True})
    new.do('vote.set', {'proposal': show.proposals[0], 'on': True})
    document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '초안', 'fields': {}, 'sections': []}
    new.do('draft.save', {'id': draft, 'base_version': 0, 'document': document})
    sheet = event_args('chair', [('guest', 'expert'), ('s0', 'staff')])
    for part in (sheet, *sheet['entries'], *sheet['judges']):
        del part['id']
    sheet['organiser'] = 'host'
    event = jipctl('event', 'create', '-', data=show.server.data, text=json.dumps(sheet)).strip()
    second = jipctl('event', 'create', '-', data=show.server.data, text=json.dumps(sheet)).strip()
    assert event != second, 'the same sheet twice is two events'
    guest = CodeKeeper(show.server, event)
    guest.pull()
    entry = next(id for id, row in guest.table('entry').items() if row['event'] == event)
    show.chair.step(event, 'open', entry=entry)
    ballot = {'event': event, 'entry': entry, 'scores': {'creativity': 20, 'feasibility': '10.5', 'effect': 12}}
    guest.do('ballot.submit', {**ballot, 'id': new_id(), 'version': 1})
    guest.do('ballot.submit', {**ballot, 'id': new_id(), 'version': 2})
    before = show.facts()
    lose_disk(show.server, folder)
    for client in show.clients.values():
        client.refill()
    assert show.count('parked') == 2, 'a vote and a step of what is not there'
    assert error_of(Client(show.server).call('POST', '/v1/session', {'login': 'new', 'password': 'pw', 'device': 'x'})) == (401, 'bad-credentials')
    show.server.import_users(people[::-1])
    assert jipctl('event', 'create', '-', data=show.server.data, text=json.dumps(sheet)).strip() == event
    assert jipctl('event', 'create', '-', data=show.server.data, text=json.dumps(sheet)).strip() == second
    new.call('GET', '/v1/session')  # signs in again
    for client in (guest, twin, new):
        user = dict(client.user)
        client.refill()
        assert client.user == user, 'the same one to the server'
    assert show.count('parked') == 0
    assert_same(before, show.facts())
    assert show.count("audit WHERE kind = 'receipt'") == 0
    new.do('comment.add', {'id': new_id(), 'proposal': mine, 'body': '보내지 못했던 말'})
    guest.do('ballot.submit', {**ballot, 'id': new_id(), 'version': 3})


def test_an_id_tells_nothing():
    """Two servers give one login two ids, and nobody's id travels with an anonymous idea."""
    show, other = Show(), Show()
    assert show.s0.user['id'] != other.s0.user['id'] and show.s0.user['department'] != other.s0.user['department']
    show.server.import_users([['S0', '대문자', '', 'staff', 'pw'], ['가', '조합', '', 'staff', 'pw'], [unicodedata.normalize('NFD', '가'), '분해', '', 'staff', 'pw']])
    ids = {Keeper(show.server, login).user['id'] for login in ('s0', 'S0', '가', unicodedata.normalize('NFD', '가'))}
    assert len(ids) == 4, 'logins are compared exactly'
    idea, comment = new_id(), new_id()
    show.s0.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'body': '이름 없이', 'anonymous': True})
    show.s0.do('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': '고침'}})
    show.s0.do('attachment.add', {'id': new_id(), 'proposal': idea, 'sha256': '1' * 64, 'size': 10, 'name': 'a.txt', 'media_type': 'text/plain'})
    for reader in (show.s1, show.boss, show.audit):
        reader.pull()
        rows = [row for (table, _), row in reader.rows.items() if idea in json.dumps(row)]
        assert len(rows) >= 4 and show.s0.user['id'] not in json.dumps(rows)


def history(show, proposal):
    """An idea and all that was ever written to it, as it stands on the server."""
    database = show.server.database()
    rows = database.execute('SELECT title, body, category, version, updated_at FROM proposal WHERE id = ?', (proposal,)).fetchall()
    rows += sorted(database.execute('SELECT id, version, title, body, category, author, lost, received_at FROM proposal_version'
                                    ' WHERE proposal = ?', (proposal,)).fetchall(), key=repr)
    database.close()
    return rows


def edit(client, proposal, base, status='ok', code=None, **fields):
    client.do('proposal.edit', {'id': proposal, 'base_version': base, 'fields': fields}, status, code)


def test_two_restores_in_a_row_leave_edits_where_they_were():
    """Two PCs of one person edit different fields and the same one; one comes back after the first loss and goes on writing, the
    other after the second loss, or before it: rows and history are the same in every order, and with old and new receipts."""
    show, folder = before_the_backup()
    mine = show.proposals[0]
    home, office = show.s0, Keeper(show.server, 's0')
    edit(home, mine, 1, title='집의 제목')
    edit(office, mine, 1, body='사무실의 본문')
    edit(home, mine, 2, category='교통')
    edit(office, mine, 1, 'conflict', 'version-conflict', title='진 제목', category='행정')
    first = keep([home, office])
    lose_disk(show.server, folder)
    show.host.refill()
    home.refill()
    half = backup(show.server)
    edit(home, mine, 3, body='복원 뒤의 본문')  # meets the one of the office, which is not back
    edit(home, mine, 4, title='복원 뒤의 제목')
    home.do('proposal.edit', {'id': mine, 'base_version': 3, 'fields': {'category': '복지'}, 'base': {'category': '교통'}})
    before_office, second = history(show, mine), keep([home, office])
    office.refill()
    before, third = history(show, mine), keep([home, office])
    assert before[0][:3] == ('복원 뒤의 제목', '사무실의 본문', '복지'), before
    assert len(before) == 1 + 7 + 2, 'seven versions, the one that lost, and the text that an older one came before'
    for word in ('사무실의 본문', '복원 뒤의 본문', '진 제목', '집의 제목'):
        assert any(word in row for row in before[1:]), word
    for kept in (second, third):
        for lost in (folder, half):
            for order in ((home, office), (office, home), (home, office, home), (office, home, office)):
                put_back(kept)
                lose_disk(show.server, lost)
                for client in order:
                    client.refill()
                assert history(show, mine) == before, (history(show, mine), before)
                assert show.count('parked') == 0
    # the PC of the office does not come back: nothing waits for it
    put_back(second)
    lose_disk(show.server, folder)
    home.refill()
    assert history(show, mine) == before_office and show.count('parked') == 0
    # what a fresh copy reads is what is there
    reader = Keeper(show.server, 's1')
    reader.pull()
    page = reader.pull()
    rows = {row['id']: row for row in reader.table('proposal_version').values() if row['proposal'] == mine}
    assert {(row['id'], row['version'], row['title'], row['body']) for row in rows.values()} == {
        (row[0], row[1], row[2], row[3]) for row in history(show, mine)[1:]}


def test_two_restores_in_a_row_leave_drafts_where_they_were():
    """A save of after the loss takes the number of one that is not back: the newest stays what the draft is, in every order."""
    show, folder = before_the_backup()
    home, office, draft = show.s0, Keeper(show.server, 's0'), new_id()
    document = lambda title: {'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}
    save = lambda pc, base, title, *expect: pc.do('draft.save', {'id': draft, 'base_version': base, 'document': document(title)}, *expect)

    def rows():
        facts = show.facts()
        return [row for row in facts['draft'] + facts['draft_version'] if draft in row[0] or row[0] in lost], show.count('parked')

    lost = set()
    save(home, 0, '처음')
    folder = backup(show.server)
    save(home, 1, '집에서')
    save(home, 2, '집에서 또')
    save(office, 1, '진 글', 'conflict', 'version-conflict')
    lose_disk(show.server, folder)
    office.refill()
    save(office, 1, '복원 뒤에')
    save(office, 2, '복원 뒤에 또')
    database = show.server.database()
    lost.update(row[0] for row in database.execute('SELECT id FROM draft_version WHERE lost = 1').fetchall())
    database.close()
    second = keep([home, office])
    home.refill()
    before, third = rows(), keep([home, office])
    titles = {json.loads(row[2])['title']: row[1] for row in before[0] if ':' in row[0]}
    assert titles == {'처음': 1, '집에서': 2, '집에서 또': 3, '복원 뒤에': 4, '복원 뒤에 또': 5}, titles
    assert '복원 뒤에 또' in [row[2] for row in before[0] if row[0] == draft][0] and len(lost) == 1
    for kept in (second, third):
        for order in ((home, office), (office, home), (office, home, office)):
            put_back(kept)
            lose_disk(show.server, folder)
            for client in order:
                client.refill()
            assert rows() == before, (rows(), before)


def paper(title):
    return {'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}


def papers(show):
    """What the drafts are, and all texts that are kept of them, with their numbers."""
    facts = show.facts()
    shown = sorted((row[0], json.loads(row[2])['title']) for row in facts['draft'] if not row[4])
    return shown, sorted((json.loads(row[2])['title'], row[3], row[1]) for row in facts['draft_version'])


def test_a_save_that_lost_waits_for_no_draft():
    """Its draft is made by a save whose answer never came, or was deleted from another PC."""
    show, folder = before_the_backup()
    home, office, third, draft = show.s0, Keeper(show.server, 's0'), Keeper(show.server, 's0'), new_id()
    home.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('처음')})
    office.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('진 글')}, 'conflict', 'version-conflict')
    lose_disk(show.server, folder)
    office.refill()
    assert show.count('parked') == 0 and papers(show) == ([(draft, '진 글')], [('진 글', 1, 0)])
    home.server_last_n()
    unanswered = [{name: value for name, value in home.queue[n].items() if name != 'receipt'} for n in sorted(home.queue) if n > home.last_n]
    home.push_raw(unanswered)
    assert {title for title, *_ in papers(show)[1]} == {'진 글', '처음'}
    third.do('draft.delete', {'id': draft})
    lose_disk(show.server, folder)
    office.refill()
    third.refill()
    home.refill()
    assert show.count('parked') == 0 and papers(show) == ([], [])


def in_each_order(show, pcs, folder):
    """All that can be after the loss of the disk and the return of all, however they come back."""
    kept, seen = keep(pcs), []
    for order in list(itertools.permutations(pcs))[::2 if ON_POSTGRESQL else 1]:
        come_back(show, kept, folder, order)
        assert show.count('parked') == 0
        if papers(show) not in seen:
            seen.append(papers(show))
    put_back(kept)
    return seen


def test_what_waits_for_accounts_is_tried_again():
    """Its turn came when the database refused all; that must not be its last before the next import."""
    show, folder = before_the_backup()
    newcomer = [['new', '새 직원', '새 국', 'staff', 'pw']]
    show.server.import_users(newcomer)
    show.s0.pull()
    department = next(id for (table, id), row in show.s0.rows.items() if table == 'department' and row['name'] == '새 국')
    show.s0.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '본문', 'department': department, 'anonymous': False})
    lose_disk(show.server, folder)
    show.s0.refill()
    assert show.count('parked') == 1
    database = show.server.database('rw')
    database.execute('ALTER TABLE parked RENAME TO hidden')
    show.server.import_users(newcomer)
    time.sleep(0.5)
    database.execute('ALTER TABLE hidden RENAME TO parked')
    database.close()
    show.propose(show.s1)
    deadline = time.monotonic() + 10
    while show.count('parked') > 0 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert show.count('parked') == 0


def test_a_deletion_takes_what_its_writer_had_seen():
    """After a restore a save of another PC was not back when the draft was deleted: it is back afterwards. What was there stays away."""
    show, _ = before_the_backup()
    home, office, third, draft = show.s0, Keeper(show.server, 's0'), Keeper(show.server, 's0'), new_id()
    home.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    folder = backup(show.server)
    office.do('draft.save', {'id': draft, 'base_version': 1, 'document': paper('둘')})
    lose_disk(show.server, folder)
    show.host.refill()
    home.refill()
    home.do('draft.delete', {'id': draft, 'base_version': 1})
    assert papers(show) == ([], [])
    office.refill()
    assert papers(show) == ([(draft, '둘')], [('둘', 0, 2)])
    assert in_each_order(show, [home, office, third], folder) == [([(draft, '둘')], [('둘', 0, 2)])]
    lose_disk(show.server, folder)
    for pc in (show.host, home, office):
        pc.refill()
    third.do('draft.delete', {'id': draft, 'base_version': 2})
    assert in_each_order(show, [home, office, third], folder) == [([], [])]
    third.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('지운 뒤')})
    assert in_each_order(show, [home, office, third], folder) == [([(draft, '지운 뒤')], [('지운 뒤', 0, 2)])]


def test_a_deletion_of_what_was_saved_after_the_restore():
    """Who deletes has seen what was saved since, and nothing of what is still away, though that is older."""
    show, _ = before_the_backup()
    home, office, draft = show.s0, Keeper(show.server, 's0'), new_id()
    home.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    folder = backup(show.server)
    office.do('draft.save', {'id': draft, 'base_version': 1, 'document': paper('둘')})
    lose_disk(show.server, folder)
    show.host.refill()
    home.refill()
    home.do('draft.save', {'id': draft, 'base_version': 1, 'document': paper('셋')})
    home.do('draft.delete', {'id': draft, 'base_version': 2})
    assert papers(show) == ([], [])
    office.refill()
    assert in_each_order(show, [home, office], folder) == [([(draft, '둘')], [('둘', 0, 2)])]
    assert papers(show) == ([(draft, '둘')], [('둘', 0, 2)])
    office.do('draft.delete', {'id': draft, 'base_version': 2})
    assert in_each_order(show, [home, office], folder) == [([], [])]


def test_a_deletion_of_what_is_put_back():
    """It is deleted also where it came without its receipt. One whose receipt comes after that is there again: nothing is lost, rather than
    too much."""
    show, folder = before_the_backup()
    draft = new_id()
    show.s1.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    for receipt_first in (True, False):
        lose_disk(show.server, folder)
        show.host.refill()
        show.s1.repeat(9)
        other = Keeper(show.server, 's1')
        other.server_last_n()
        if receipt_first:
            show.s1.refill()
        other.do('draft.delete', {'id': draft, 'base_version': 1})
        show.s1.refill()
        assert papers(show) == (([], []) if receipt_first else ([(draft, '하나')], [('하나', 0, 1)])), receipt_first


def test_a_draft_that_is_deleted_twice_and_saved_twice():
    """The second deletion finds nothing, the second save of one text changes nothing; both count where the first is lost for good."""
    show, folder = before_the_backup()
    home, office, third, draft = show.s0, Keeper(show.server, 's0'), Keeper(show.server, 's0'), new_id()
    home.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    office.do('draft.save', {'id': draft, 'base_version': 0, 'document': paper('하나')})
    assert in_each_order(show, [home, office, third], folder) == [([(draft, '하나')], [('하나', 0, 1)])]
    lose_disk(show.server, folder)
    office.refill()
    assert papers(show) == ([(draft, '하나')], [('하나', 0, 1)])
    home.refill()
    assert len(show.facts()['draft_version']) == 1
    home.do('draft.delete', {'id': draft, 'base_version': 2})
    office.do('draft.delete', {'id': draft, 'base_version': 2})
    assert in_each_order(show, [home, office, third], folder) == [([], [])]
    lose_disk(show.server, folder)
    office.refill()
    assert papers(show) == ([], [])


def test_a_text_that_comes_again_is_a_version_of_its_own():
    """A draft is typed back to what it was. Whoever comes back first, between the two there is room for what stood there; saves of
    one text with nothing between them are one version."""
    show, folder = before_the_backup()
    pcs, draft = [show.s0, *(Keeper(show.server, 's0') for _ in range(3))], new_id()
    for base, (pc, title) in enumerate(zip(pcs, ('하나', '둘', '셋', '하나'))):
        pc.do('draft.save', {'id': draft, 'base_version': base, 'document': paper(title)})
    pcs[1].do('draft.save', {'id': draft, 'base_version': 3, 'document': paper('하나')})
    kept = keep(pcs)
    for order in list(itertools.permutations(pcs))[::4]:
        come_back(show, kept, folder, order)
        versions = {row[1]: json.loads(row[2])['title'] for row in show.facts()['draft_version']}
        assert versions == {1: '하나', 2: '둘', 3: '셋', 4: '하나'}, (versions, [pcs.index(pc) for pc in order])


def test_many_that_come_back_in_one_push():
    """Before newer ones that are back already, each stands where it stood. What is behind them is told anew once, and not once for each; a
    new change in the same push finds all in their places."""
    show, folder = before_the_backup()
    home, office, draft, mine = show.s0, Keeper(show.server, 's0'), new_id(), show.proposals[0]
    home.push(*[pair for i in range(30) for pair in (
        ('draft.save', {'id': draft, 'base_version': (i + 1) // 2, 'document': paper(f'글 {i // 2}')}),
        ('proposal.edit', {'id': mine, 'base_version': 1 + i, 'fields': {'title': f'제목 {i}'}}),
        ('comment.add', {'id': new_id(), 'proposal': mine, 'body': f'의견 {i}'}))])
    office.push(('draft.save', {'id': draft, 'base_version': 1, 'document': paper('늦은 글')}),
                ('proposal.edit', {'id': mine, 'base_version': 2, 'fields': {'title': '늦은 제목'}}),
                *[pair for i in range(60) for pair in (
                    ('draft.save', {'id': draft, 'base_version': 15 + i, 'document': paper(f'새 글 {i}')}),
                    ('proposal.edit', {'id': mine, 'base_version': 31 + i, 'fields': {'body': f'새 본문 {i}'}}))])
    before, kinds = show.facts(), ('draft_version', 'proposal_version', 'comment')
    assert [len(before[kind]) for kind in kinds] == [75 + 1, 91 + 1, 30]
    lose_disk(show.server, folder)
    office.refill()
    home.server_last_n()
    seq, lost = home.pull()['seq'], [home.queue[n] for n in sorted(home.queue) if n > home.last_n]
    new = [home.mutation('draft.save', {'id': draft, 'base_version': 75, 'document': paper('끝')}),
           home.mutation('proposal.edit', {'id': mine, 'base_version': 91, 'fields': {'title': '끝'}})]
    status, answer = home.call('POST', '/v1/push', {'replica': home.replica, 'schema': 1, 'mutations': lost + new})
    assert status == 200 and [verdict['status'] for verdict in answer['verdicts']] == ['ok'] * 92, answer
    after = show.facts()
    for kind, more in zip(kinds, (1, 1, 0)):
        assert set(before[kind]) <= set(after[kind]) and len(after[kind]) == len(before[kind]) + more, kind
    assert [row[3] for row in after['draft']] == [76] and [row[6] for row in after['proposal']] == [92]
    assert answer['seq'] - seq < 500, answer['seq'] - seq


def test_drafts_of_many_pcs_in_any_order():
    """At random: saves, on old versions too, and deletions by number, by text and by neither, from three PCs of one person, with
    losses between. No text goes that nobody deleted after it was saved, and the order of the return decides nothing."""
    for seed in range(int(os.environ.get('JIP_DRAFT_RUNS', '1'))):
        rng = random.Random(seed)
        show, folder = before_the_backup()
        pcs, folders, drafts = [show.s0, Keeper(show.server, 's0'), Keeper(show.server, 's0')], [folder], [new_id(), new_id()]
        log = []

        def act():
            pc, draft = rng.choice(pcs), rng.choice(drafts)
            pc.server_last_n()
            if pc.last_n < pc.n:
                pc.refill()
            row = pc.table('draft').get(draft)
            version = row['version'] if row else 0
            if row and rng.random() < 0.25:
                text = json.dumps(row['document'], sort_keys=True, separators=(',', ':'), ensure_ascii=False)
                known = rng.choice([{'base_version': rng.randint(max(1, version - 1), version)}, {},
                                    {'base_version': 0, 'base_sha256': hashlib.sha256(text.encode()).hexdigest()}])
                log.append(('deleted', draft, pc.push(('draft.delete', {'id': draft, **known}))[0]['status']))
                return
            same = row and rng.random() < 0.15
            title = row['title'] if same else f'{rng.random():.5f}'
            args = {'id': draft, 'base_version': rng.choice([version, version, max(0, version - 1)]), 'document': paper(title)}
            log.append((title, draft, pc.push(('draft.save', args))[0]['status']))

        def check(*where):
            texts = {title for title, *_ in papers(show)[1]}
            for index, (title, draft, status) in enumerate(log):
                gone = any(later[:2] == ('deleted', draft) and later[2] == 'ok' for later in log[index + 1:])
                assert title == 'deleted' or status == 'rejected' or gone or title in texts, (seed, where, title, log)
            assert show.count('parked') == 0, (seed, where, log)

        three_losses(show, rng, pcs, folders, act, most=7, back=4)
        check('before')
        before, kept = papers(show), keep(pcs)
        for order, repeated in ((pcs, ()), (pcs[::-1], ()), (pcs, some_of(rng, pcs)), ([pcs[1], pcs[2], pcs[0]], some_of(rng, pcs))):
            come_back(show, kept, rng.choice(folders), order, repeated)
            check('then')
            assert papers(show) == before, (seed, before, papers(show), log)
            fresh = Keeper(show.server, 's0')
            for pc in [fresh, *pcs]:
                pc.server_last_n()
                pc.pull()
                assert row_digest(pc.rows) == row_digest(fresh.rows), seed


def test_edits_of_many_pcs_in_any_order():
    """The same at random: three PCs, losses with backups of any moment, new edits between them, everybody back at the end."""
    for seed in range(int(os.environ.get('JIP_EDIT_RUNS', '1'))):
        rng = random.Random(seed)
        show, folder = before_the_backup()
        mine = show.proposals[0]
        pcs = [show.s0, Keeper(show.server, 's0'), Keeper(show.server, 's0')]
        folders = [folder]

        def act():
            pc = rng.choice(pcs)
            pc.server_last_n()
            row = pc.table('proposal')[mine]
            fields = {name: f'{name} {rng.random()}' for name in rng.sample(['title', 'body', 'category'], rng.choice([1, 1, 2]))}
            args = {'id': mine, 'base_version': rng.randint(max(1, row['version'] - 2), row['version']), 'fields': fields}
            if rng.random() < 0.5:
                args = {**args, 'base_version': row['version'], 'base': {name: row[name] or '' for name in fields}}
            if pc.last_n < pc.n:
                pc.refill()
            pc.push(('proposal.edit', args))

        three_losses(show, rng, pcs, folders, act, most=8, back=3)
        before, kept = history(show, mine), keep(pcs)
        texts = {row[index] for row in before[1:] for index in (2, 3, 4)}
        for pc in pcs:
            for n, mutation in pc.queue.items():
                if mutation['name'] == 'proposal.edit' and pc.newest[n]['status'] in ('ok', 'conflict'):
                    assert set(mutation['args']['fields'].values()) <= texts, (seed, mutation)
        versions = sorted(row[1] for row in before[1:] if not row[6])
        assert versions == list(range(1, before[0][3] + 1)), (seed, versions)
        for order, repeated in ((pcs, ()), (pcs[::-1], ()), (pcs, some_of(rng, pcs)), ([pcs[1], pcs[2], pcs[0]], some_of(rng, pcs))):
            come_back(show, kept, rng.choice(folders), order, repeated)
            assert history(show, mine) == before, (seed, order, before, history(show, mine))
            assert show.count('parked') == 0


run_tests(globals(), check_feeds)
