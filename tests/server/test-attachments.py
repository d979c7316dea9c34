# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on ideas and comments: who may add and read them, what a row says while its file is on its way, hostile names and
hashes, and what a backup brings back (docs/protocol.md, attachment)."""

import hashlib
import json
import os

from harness import Client, Server, check_feeds, error_of, event_args, jipctl, new_id, row_digest, run_tests
from refill import Keeper, Show, backup, lose_disk

USERS = [['kim', '김철수', '재무국', 'staff', 'pw'], ['lee', '이영희', '총무과', 'staff', 'pw'],
         ['park', '박하나', '총무과', 'staff', 'pw'], ['boss', '관리', '', 'admin', 'pw']]
server = Server(users=USERS).start()
BINARY = {'Content-Type': 'application/octet-stream'}


def sha256_of(content):
    return hashlib.sha256(content).hexdigest()


def upload(client, content, part=4 << 20):
    sha256 = sha256_of(content)
    status, state = client.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})
    assert status == 200, state
    for offset in range(state['offset'], len(content), part):
        status, data, _ = client.raw('PATCH', '/v1/blobs/' + sha256, content[offset:offset + part],
                                     {'Upload-Offset': str(offset), **BINARY})
        assert status == 204, data
    return sha256


def idea(client, anonymous=False):
    id = new_id()
    client.do('proposal.submit', {'id': id, 'kind': 'proposal', 'body': '야간 도서관', 'anonymous': anonymous})
    return id


def remark(client, proposal):
    id = new_id()
    client.do('comment.add', {'id': id, 'proposal': proposal, 'body': '자료를 붙입니다'})
    return id


def file(proposal, content, **more):
    return {'id': new_id(), 'proposal': proposal, 'sha256': sha256_of(content), 'size': len(content),
            'name': '계획서.pdf', 'media_type': 'application/pdf', **more}


def seen(client, id):
    client.pull()
    return client.table('attachment').get(id)


def test_the_row_comes_before_its_file():
    kim, lee = Client(server, 'kim'), Client(server, 'lee')
    content, proposal = os.urandom(9000), idea(kim)
    args = file(proposal, content)
    kim.do('attachment.add', args)
    row = seen(lee, args['id'])
    assert row['arrived'] is False and row['comment'] is None
    assert {key: row[key] for key in ('name', 'size', 'sha256', 'media_type', 'proposal')} == {
        key: args[key] for key in ('name', 'size', 'sha256', 'media_type', 'proposal')}
    path = '/v1/blobs/' + args['sha256']
    assert error_of(lee.call('GET', path)) == (404, 'not-found') and lee.raw('HEAD', path)[0] == 404
    upload(kim, content, part=4000)
    page = lee.pull()
    assert [change['id'] for change in page['changes']] == [args['id']]  # a seq of its own
    assert page['changes'][0]['row']['arrived'] is True
    assert lee.raw('GET', path)[1] == content
    # Before or after makes no difference, and neither does twice.
    again = file(proposal, content, name='같은 파일.pdf')
    for _ in range(2):
        kim.do('attachment.add', again)
    assert seen(lee, again['id'])['arrived'] is True
    kim.do('attachment.add', {**again, 'name': '다른 이름.pdf'}, 'rejected', 'id-taken')
    fresh = Client(server, 'lee')
    assert fresh.pull()['digests'] == row_digest(fresh.rows)


def test_a_hash_gives_nothing():
    """Two people, one file: it is stored once, and neither learns anything of the other."""
    kim, lee, park = (Client(server, login) for login in ('kim', 'lee', 'park'))
    content = os.urandom(5000)
    sha256 = upload(kim, content)  # attached to nothing: nobody else may read it
    mine = file(idea(lee), content)
    lee.do('attachment.add', mine)
    assert seen(park, mine['id'])['arrived'] is False
    for reader in (lee, park):
        assert error_of(reader.call('GET', '/v1/blobs/' + sha256)) == (404, 'not-found')
        assert reader.raw('HEAD', '/v1/blobs/' + sha256)[0] == 404
    # A made-up hash answers the same in every way.
    other = file(mine['proposal'], os.urandom(5000))
    lee.do('attachment.add', other)
    assert {**seen(park, other['id']), 'id': 0, 'sha256': 0, 'received_at': 0} == {
        **seen(park, mine['id']), 'id': 0, 'sha256': 0, 'received_at': 0}
    assert lee.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})[1] == {'offset': 0, 'complete': False}
    upload(lee, content)
    assert seen(park, mine['id'])['arrived'] is True and park.raw('GET', '/v1/blobs/' + sha256)[1] == content
    found = [name for _, _, names in os.walk(server.data + '/blobs') for name in names if name == sha256]
    assert found == [sha256]
    assert not [name for name in os.listdir(server.data + '/uploads') if sha256 in name]
    # Who may read a file may attach it without sending it again, and keeps it when the first one goes.
    passed_on = file(idea(park), content)
    park.do('attachment.add', passed_on)
    assert seen(kim, passed_on['id'])['arrived'] is True
    lee.do('attachment.remove', {'id': mine['id'], 'proposal': mine['proposal']})
    assert Client(server, 'boss').raw('GET', '/v1/blobs/' + sha256)[1] == content
    park.do('attachment.remove', {'id': passed_on['id'], 'proposal': passed_on['proposal']})
    assert error_of(Client(server, 'boss').call('GET', '/v1/blobs/' + sha256)) == (404, 'not-found')


def test_a_lie_about_the_size():
    kim, lee = Client(server, 'kim'), Client(server, 'lee')
    content, proposal = os.urandom(100), idea(kim)
    early = file(proposal, content, size=99)
    kim.do('attachment.add', early)
    upload(kim, content)
    assert seen(lee, early['id'])['arrived'] is False
    kim.do('attachment.add', file(proposal, content, size=101), 'rejected', 'bad-args')
    wrong = file(proposal, os.urandom(4), sha256='ab' * 32)
    kim.do('attachment.add', wrong)
    assert kim.call('POST', '/v1/blobs', {'sha256': 'ab' * 32, 'size': 4})[1] == {'offset': 0, 'complete': False}
    assert error_of(kim.call('PATCH', '/v1/blobs/' + 'ab' * 32, b'data', {'Upload-Offset': '0', **BINARY})) == (
        422, 'hash-mismatch')
    assert seen(lee, wrong['id'])['arrived'] is False
    assert error_of(lee.call('GET', '/v1/blobs/' + 'ab' * 32)) == (404, 'not-found')


def test_only_its_author():
    kim, lee, boss = (Client(server, login) for login in ('kim', 'lee', 'boss'))
    proposal, content = idea(kim), b'%PDF-1.7 x'
    comment = remark(lee, proposal)
    upload(lee, content)
    lee.do('attachment.add', file(proposal, content), 'rejected', 'forbidden')
    kim.do('attachment.add', file(proposal, content, comment=comment), 'rejected', 'forbidden')
    boss.do('attachment.add', file(proposal, content), 'rejected', 'forbidden')
    args = file(proposal, content, comment=comment)
    lee.do('attachment.add', args)
    assert seen(kim, args['id'])['comment'] == comment
    other = idea(kim)
    lee.do('attachment.add', file(other, content, comment=comment), 'rejected', 'not-found')
    kim.do('attachment.add', file(new_id(), content), 'rejected', 'not-found')
    kim.do('attachment.add', file(proposal, content, comment=new_id()), 'rejected', 'not-found')
    kim.do('attachment.remove', {'id': args['id'], 'proposal': proposal}, 'rejected', 'forbidden')
    lee.do('attachment.remove', {'id': args['id'], 'proposal': other}, 'rejected', 'not-found')
    lee.do('attachment.remove', {'id': new_id(), 'proposal': proposal}, 'rejected', 'not-found')
    for _ in range(2):
        lee.do('attachment.remove', {'id': args['id'], 'proposal': proposal})
    assert seen(kim, args['id']) is None
    lee.do('attachment.add', args)  # sent again by a copy: it stays away
    assert seen(kim, args['id']) is None
    fresh = Client(server, 'kim')
    assert fresh.pull()['digests'] == row_digest(fresh.rows)


def test_what_was_removed_is_known_again():
    kim = Client(server, 'kim')
    proposal = idea(kim)
    sent = file(proposal, b'removed', name='명단 2026.pdf')
    kim.do('attachment.add', sent)
    kim.do('attachment.remove', {'id': sent['id'], 'proposal': proposal})
    kim.do('attachment.remove', {'id': sent['id'], 'proposal': proposal})
    kim.do('attachment.add', sent)
    for change in ({'name': '다른 이름.pdf'}, {'media_type': 'text/plain'}, {'size': 9}, {'sha256': 'cd' * 32}):
        kim.do('attachment.add', {**sent, **change}, 'rejected', 'id-taken')
    kim.pull()
    assert sent['id'] not in kim.table('attachment')
    assert '명단' not in str(server.database().execute(f"SELECT * FROM attachment WHERE id = '{sent['id']}'").fetchall())
    # Of what a server of before removed no name is known.
    if not server.uri:
        server.database('rw').execute(f"UPDATE attachment SET name = '' WHERE id = '{sent['id']}'")
        kim.do('attachment.add', {**sent, 'name': '다른 이름.pdf'})


def test_a_hidden_name_stays_hidden():
    lee, park = Client(server, 'lee'), Client(server, 'park')
    content, proposal = os.urandom(300), idea(lee, anonymous=True)
    args = file(proposal, content)
    lee.do('attachment.add', args)
    upload(lee, content)
    row = seen(park, args['id'])
    text = json.dumps([row, park.rows[('proposal', proposal)], park.raw('HEAD', '/v1/blobs/' + args['sha256'])[2].getheaders()],
                      ensure_ascii=False)
    assert row['arrived'] is True
    for trace in (lee.user['id'], '이영희', '총무과', lee.replica):
        assert trace not in text, trace


def test_bad_arguments():
    kim = Client(server, 'kim')
    proposal = idea(kim)
    good = file(proposal, b'x')
    before = server.digest(leave_out=('session', 'counter', 'audit', 'verdict', 'replica'))
    for change in ({'name': name} for name in (
            '../../x', '/etc/passwd', 'a\\b', '.', '..', '.bashrc', '', ' ', 'a ', '\u202efdp.exe', '송장\u202efdp.exe', 'a\u2066b',
            'a\nb', 'a\u0085b', '\u200b', 'a\u2028b', '가' * 86, 'x' * 256, 7)):
        kim.do('attachment.add', {**good, 'id': new_id(), **change}, 'rejected', 'bad-args')
    for change in ({'size': 0}, {'size': -1}, {'size': (200 << 20) + 1}, {'size': '1'}, {'sha256': 'AB' * 32}, {'sha256': 'ab'},
                   {'sha256': '../' * 21 + 'x'}, {'media_type': 'pdf'}, {'media_type': 'text/html; x=y'}, {'media_type': 'A/B'},
                   {'media_type': ''}, {'comment': 'x'}, {'proposal': None}, {'id': 'x'}):
        kim.do('attachment.add', {**good, 'id': new_id(), **change}, 'rejected', 'bad-args')
    assert server.digest(leave_out=('session', 'counter', 'audit', 'verdict', 'replica')) == before
    kim.do('attachment.add', {**good, 'id': new_id(), 'size': 200 << 20, 'name': '가' * 85})
    assert error_of(kim.call('POST', '/v1/blobs', {'sha256': 'cd' * 32, 'size': (200 << 20) + 1})) == (400, 'bad-args')


def test_so_many_and_no_more():
    kim = Client(server, 'kim')
    proposal = idea(kim)
    comment = remark(kim, proposal)
    for where in ({}, {'comment': comment}):
        all = [file(proposal, b'x', **where) for _ in range(20)]
        assert {verdict['status'] for verdict in kim.push(*(('attachment.add', args) for args in all))} == {'ok'}
        kim.do('attachment.add', file(proposal, b'x', **where), 'rejected', 'limit')
        kim.do('attachment.remove', {'id': all[0]['id'], 'proposal': proposal})
        kim.do('attachment.add', file(proposal, b'x', **where))


def test_a_restore_brings_rows_and_files_back():
    """In either order of the two devices, with the file before or after the rows."""
    own = Server(users=USERS).start()
    kept = backup(own, '--kept')
    content, second = os.urandom(7000), os.urandom(60)
    sha256 = sha256_of(content)
    for rows_first in (True, False):
        for turned in (True, False):
            kim, lee = Keeper(own, 'kim'), Keeper(own, 'lee')
            proposal = idea(kim)
            comment = remark(lee, proposal)
            first, on_comment, gone = file(proposal, content), file(proposal, content, comment=comment), file(proposal, second)
            kim.do('attachment.add', first)
            lee.do('attachment.add', on_comment)
            kim.do('attachment.add', gone)
            upload(kim, content)
            upload(lee, content)
            kim.do('attachment.remove', {'id': gone['id'], 'proposal': proposal})
            lose_disk(own, kept)
            order = (lee, kim) if turned else (kim, lee)
            reader = Client(own, 'park')
            if not rows_first:
                upload(kim.sign_in('kim'), content)
            for client in order:
                client.refill()
            assert seen(reader, first['id'])['arrived'] is (not rows_first) and seen(reader, gone['id']) is None
            assert seen(reader, on_comment['id'])['comment'] == comment
            for client in order:
                upload(client, content)
            assert seen(reader, first['id'])['arrived'] and seen(reader, on_comment['id'])['arrived']
            assert reader.raw('GET', '/v1/blobs/' + sha256)[1] == content
            database = own.database()
            assert database.execute('SELECT COUNT(*) FROM parked').fetchone()[0] == 0
            database.close()
            fresh = Client(own, 'lee')
            assert fresh.pull()['digests'] == row_digest(fresh.rows)
            lose_disk(own, kept)
    own.stop()


def test_a_file_that_one_may_read_meanwhile():
    """Attached before it could be read: the row is whole as soon as somebody else's row shows the file, on a board or on a stage, and one
    that named another size is not. After a restore it does not matter who is back first."""
    own = Server(users=[*USERS, ['host', '주관', '', 'staff organiser', 'pw']]).start()
    kept = backup(own, '--kept')
    kim, lee, host = Keeper(own, 'kim'), Keeper(own, 'lee'), Keeper(own, 'host')
    content, slides = os.urandom(7000), os.urandom(600)
    rows = [file(idea(lee), content), file(idea(lee), slides), file(idea(lee), content, size=6999)]
    for args in rows:
        lee.do('attachment.add', args)
    arrived = lambda: [seen(Client(own, 'park'), args['id'])['arrived'] for args in rows]
    upload(kim, content)
    assert arrived() == [False, False, False], 'nobody else may read it'
    first = file(idea(kim), content)
    kim.do('attachment.add', first)
    assert arrived() == [True, False, False]
    upload(host, slides)
    event = event_args(host.user['id'], [])
    event['entries'][0]['slides'] = {'sha256': sha256_of(slides), 'size': len(slides), 'name': '발표.pdf'}
    host.do('event.create', event)
    assert arrived() == [True, True, False]
    reader = Client(own, 'park')
    assert reader.pull()['digests'] == row_digest(reader.rows)
    assert reader.raw('GET', '/v1/blobs/' + sha256_of(slides))[1] == slides
    send = {kim: content, host: slides}
    for order in ((lee, kim, host), (host, kim, lee)):
        lose_disk(own, kept)
        for client in order:
            client.refill()
            if client in send:
                upload(client, send[client])
        assert arrived() == [True, True, False]
    own.stop()


def test_a_removal_before_what_it_removes():
    """Another device of the same person took the file away, and comes back first."""
    own = Server(users=USERS).start()
    kept = backup(own, '--kept')
    pc, laptop, lee = Keeper(own, 'kim'), Keeper(own, 'kim'), Client(own, 'lee')
    proposal = idea(pc)
    args = file(proposal, b'x' * 50)
    pc.do('attachment.add', args)
    laptop.do('attachment.remove', {'id': args['id'], 'proposal': proposal})
    lose_disk(own, kept)
    laptop.refill()
    pc.refill()
    upload(pc, b'x' * 50)
    lee = Client(own, 'lee')
    assert seen(lee, args['id']) is None and proposal in lee.table('proposal')
    assert error_of(lee.call('GET', '/v1/blobs/' + args['sha256'])) == (404, 'not-found')
    own.stop()


def test_a_lie_about_the_size_comes_back():
    """It was taken before its file came; after a restore the file may be there first."""
    own = Server(users=USERS).start()
    kept = backup(own, '--kept')
    pc = Keeper(own, 'kim')
    proposal = idea(pc)
    early = file(proposal, b'x' * 50, size=49)
    pc.do('attachment.add', early)
    lose_disk(own, kept)
    pc.server_last_n()
    upload(pc, b'x' * 50)
    pc.refill()
    assert seen(Client(own, 'lee'), early['id'])['arrived'] is False
    assert 'waiting for what they are about: 0' in jipctl('refill', 'list', data=own.data)
    own.stop()


def test_slides_that_are_still_on_their_way_say_so():
    show = Show()
    kept = backup(show.server, '--kept')
    slides = b'%PDF-1.7\n' + os.urandom(3000)
    show.create(slides)
    before = show.s0.pull() and show.s0.rows[('entry', show.entries[0])]
    assert 'missing' not in before['slides']
    lose_disk(show.server, kept)
    show.host.refill()
    reader = Client(show.server, 's1')
    reader.pull()
    assert reader.rows[('entry', show.entries[0])]['slides'] == {**before['slides'], 'missing': True}
    path = '/v1/blobs/' + sha256_of(slides)
    assert error_of(reader.call('GET', path)) == (404, 'not-found')
    show.host.upload(slides)
    assert [change['id'] for change in reader.pull()['changes']] == [show.entries[0]]
    assert reader.rows[('entry', show.entries[0])] == before and reader.raw('GET', path)[1] == slides
    fresh = Client(show.server, 's2')
    assert fresh.pull()['digests'] == row_digest(fresh.rows)
    show.server.stop()


def test_a_backup_holds_the_files():
    own = Server(users=USERS).start()
    kim = Client(own, 'kim')
    content = os.urandom(5000)
    args = file(idea(kim), content)
    kim.do('attachment.add', args)
    upload(kim, content)
    waiting = file(args['proposal'], os.urandom(10))
    kim.do('attachment.add', waiting)
    folder = backup(own)
    assert sha256_of(content) in [name for _, _, names in os.walk(folder + '/blobs') for name in names]
    lose_disk(own, folder)
    lee = Client(own, 'lee')
    assert seen(lee, args['id'])['arrived'] and not seen(lee, waiting['id'])['arrived']
    assert lee.raw('GET', '/v1/blobs/' + args['sha256'])[1] == content
    assert 'unbroken' in jipctl('audit', 'verify', data=own.data)
    own.stop()


run_tests(globals(), check_feeds)
