# SPDX-License-Identifier: GPL-3.0-or-later
"""Push, pull, snapshot, live feed and files against a real server, as docs/protocol.md says."""

import hashlib
import http.client
import os
import socket
import threading
import time

from harness import AT, Client, Server, check_feeds, error_of, jipctl, new_id, row_digest, run_tests

USERS = [['kim', '김철수', '재무국', 'staff', 'pw'], ['lee', '이영희', '총무과', 'staff', 'pw'],
         ['boss', '관리', '', 'staff admin', 'pw'], ['out', '외부', '', '', 'pw']]
server = Server(users=USERS).start()


def proposal(**more):
    return {'id': new_id(), 'kind': 'proposal', 'body': '야간 도서관', 'anonymous': False, **more}


def push_status(client, mutations, **more):
    return client.call('POST', '/v1/push', {'replica': client.replica, 'schema': 1, 'mutations': mutations, **more})


def test_session():
    client = Client(server, 'kim')
    assert client.user['department_name'] == '재무국' and client.roles == ['staff']
    status, answer = client.call('GET', '/v1/session')
    assert status == 200 and 'token' not in answer and answer['user'] == client.user
    assert client.raw('DELETE', '/v1/session')[0] == 204
    assert error_of(client.call('GET', '/v1/session')) == (401, 'unauthorized')
    wrong = Client(server)
    for body in ({'login': 'kim', 'password': 'no', 'device': 'd'}, {'login': 'nobody', 'password': 'pw', 'device': 'd'}):
        assert error_of(wrong.call('POST', '/v1/session', body)) == (401, 'bad-credentials')
    connection = server.database()
    stored = [row[0] for row in connection.execute('SELECT token_hash FROM session')]
    fresh = Client(server, 'kim')
    assert fresh.token not in stored and hashlib.sha256(fresh.token.encode()).hexdigest() in [
        row[0] for row in connection.execute('SELECT token_hash FROM session')]


def test_attempts_are_limited_by_account_and_address():
    client = Client(server)
    codes = set()
    for _ in range(40):
        status, data, response = client.raw('POST', '/v1/session', '{"login":"lee","password":"no","device":"d"}',
                                            {'Content-Type': 'application/json'})
        codes.add(status)
        if status == 429:
            assert int(response.getheader('Retry-After')) >= 1
    assert codes == {401, 429}
    Client(server, 'kim')


def test_an_address_may_try_3000_times():
    """As many people of one building sign in when the day begins."""
    connection = http.client.HTTPConnection('127.0.0.1', server.port, source_address=('127.0.0.9', 0))
    begun, tries, status = time.monotonic(), -1, 0
    while status != 429:
        tries += 1
        connection.request('POST', '/v1/session/code', f'{{"code":"ABCD{tries:04}","device":"d"}}', {'Content-Type': 'application/json'})
        response = connection.getresponse()
        status = response.status
        response.read()
    assert 3000 <= tries <= 3001 + 20 * (time.monotonic() - begun), tries


def test_push_is_judged_first():
    client = Client(server, 'kim')
    first, second = client.mutation('proposal.submit', proposal()), client.mutation('vote.set', {'proposal': new_id(), 'on': True})
    before = server.digest()
    status, answer = push_status(client, [second])
    assert (status, answer['error']['code'], answer['error']['detail']) == (409, 'gap', {'expected': 1})
    status, answer = push_status(client, [first, dict(second, n=3)])
    assert (status, answer['error']['code'], answer['error']['detail']) == (409, 'gap', {'expected': 2})
    assert server.digest() == before
    status, answer = push_status(client, [first, second])
    assert status == 200 and answer['last_n'] == 2
    assert [(v['status'], v.get('code')) for v in answer['verdicts']] == [('ok', None), ('rejected', 'not-found')]
    again = push_status(client, [first, second])[1]
    assert again['verdicts'] == answer['verdicts'], 'stored verdicts differ'
    before = server.digest()
    status, cloned = push_status(client, [first, dict(second, args={'proposal': new_id(), 'on': True})])
    assert (status, cloned['error']['code'], cloned['error']['detail']) == (409, 'replica-cloned', {'n': 2, 'last_n': 2})
    thief = Client(server, 'boss')
    thief.replica = client.replica
    assert error_of(push_status(thief, [first])) == (409, 'replica-taken')
    assert error_of(thief.call('GET', f'/v1/pull?replica={client.replica}&schema=1')) == (409, 'replica-taken')
    assert server.digest() == before


def test_schema():
    client = Client(server, 'kim')
    status, answer = push_status(client, [], schema=99)
    assert (status, answer['error']['code'], answer['error']['detail']) == (409, 'schema-unknown', {'server': 1})
    assert error_of(client.call('GET', f'/v1/pull?replica={client.replica}&schema=99')) == (409, 'schema-unknown')
    assert error_of(push_status(client, [], schema=0)) == (426, 'schema-too-old')
    assert error_of(push_status(client, [], schema='1')) == (400, 'bad-request')


def test_a_bad_mutation_moves_the_queue_on():
    client = Client(server, 'kim')
    mutations = [client.mutation('no.such', {}), client.mutation('vote.set', {'proposal': 'x', 'on': True}),
                 dict(client.mutation('vote.set', {'proposal': new_id(), 'on': True}), at='yesterday'),
                 dict(client.mutation('vote.set', {}), args=None), client.mutation('proposal.submit', proposal())]
    assert [v.get('code') for v in client.push_raw(mutations)] == ['unknown-mutation', 'bad-args', 'bad-args', 'bad-args', None]


def test_proposals():
    kim, lee = Client(server, 'kim'), Client(server, 'boss')
    idea = proposal(title='제목', category='문화')
    kim.do('proposal.submit', idea)
    kim.do('proposal.submit', idea)
    kim.do('proposal.submit', dict(idea, body='다른 글'), 'rejected', 'id-taken')
    lee.do('proposal.submit', idea, 'rejected', 'id-taken')
    lee.do('proposal.edit', {'id': idea['id'], 'base_version': 1, 'fields': {'body': 'x'}}, 'rejected', 'forbidden')
    lee.do('vote.set', {'proposal': idea['id'], 'on': True})
    lee.do('vote.set', {'proposal': idea['id'], 'on': True})
    note = {'id': new_id(), 'proposal': idea['id'], 'body': '좋습니다'}
    lee.do('comment.add', note)
    lee.do('comment.add', note)
    kim.do('comment.add', note, 'rejected', 'id-taken')
    # Different fields merge; the same field is a conflict, and both texts stay.
    kim.do('proposal.edit', {'id': idea['id'], 'base_version': 1, 'fields': {'title': '새 제목'}})
    kim.do('proposal.edit', {'id': idea['id'], 'base_version': 1, 'fields': {'category': '안전'}})
    verdict = kim.do('proposal.edit', {'id': idea['id'], 'base_version': 1, 'fields': {'title': '또 다른'}},
                     'conflict', 'version-conflict')
    assert verdict['detail'] == {'fields': {'title': {'base': '제목', 'server': '새 제목', 'yours': '또 다른'}}, 'version': 3}
    lee.pull()
    row = lee.table('proposal')[idea['id']]
    assert (row['title'], row['category'], row['version'], row['votes'], row['comments']) == ('새 제목', '안전', 3, 1, 1)
    versions = [v for v in lee.table('proposal_version').values() if v['proposal'] == idea['id']]
    assert sorted((v['version'], v['title'], v['lost']) for v in versions) == [
        (1, '제목', False), (2, '새 제목', False), (3, '또 다른', True), (3, '새 제목', False)]
    assert f"{idea['id']}:{lee.user['id']}" in lee.table('vote')
    # An edit over an unsent one names the texts it saw: a guessed number would be somebody else's version.
    seen = {'id': idea['id'], 'base_version': 3, 'fields': {'title': '셋째'}, 'base': {'title': '또 다른'}}
    verdict = kim.do('proposal.edit', seen, 'conflict', 'version-conflict')
    assert verdict['detail']['fields'] == {'title': {'base': '또 다른', 'server': '새 제목', 'yours': '셋째'}}
    kim.do('proposal.edit', {**seen, 'base_version': 99}, 'conflict', 'version-conflict')
    kim.do('proposal.edit', {**seen, 'base': {}, 'base_version': 99}, 'rejected', 'bad-args')
    kim.do('proposal.edit', {**seen, 'base': {'title': '새 제목'}, 'base_version': 99})
    lee.do('vote.set', {'proposal': idea['id'], 'on': False})
    lee.pull()
    assert f"{idea['id']}:{lee.user['id']}" not in lee.table('vote')
    Client(server, 'out').do('proposal.submit', proposal(), 'rejected', 'forbidden')


def test_anonymous_proposals_name_nobody():
    kim, lee = Client(server, 'kim'), Client(server, 'boss')
    idea = proposal(anonymous=True, body='익명 제안 본문')
    kim.do('proposal.submit', idea)
    kim.do('proposal.edit', {'id': idea['id'], 'base_version': 1, 'fields': {'body': '고친 본문'}})
    kim.pull()
    lee.pull()
    row = lee.table('proposal')[idea['id']]
    assert row['author'] is None and row['author_name'] is None and row['author_department'] is None
    for table in ('proposal_version', 'proposal_step'):
        rows = [r for r in lee.table(table).values() if r['proposal'] == idea['id']]
        assert rows and all(r['by_name'] is None for r in rows)
    assert idea['id'] in kim.table('own_proposal') and idea['id'] not in lee.table('own_proposal')


def test_drafts_are_private_and_keep_both():
    kim, lee = Client(server, 'kim'), Client(server, 'boss')
    document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '첫째', 'sections': []}
    draft = new_id()
    kim.do('draft.save', {'id': draft, 'base_version': 0, 'document': document})
    kim.do('draft.save', {'id': draft, 'base_version': 1, 'document': dict(document, title='둘째')})
    verdict = kim.do('draft.save', {'id': draft, 'base_version': 1, 'document': dict(document, title='셋째')},
                     'conflict', 'version-conflict')
    kim.pull()
    lee.pull()
    assert kim.table('draft')[draft]['title'] == '둘째' and kim.table('draft')[draft]['version'] == 2
    kept = kim.table('draft_version')[verdict['detail']['kept']]
    assert kept['lost'] and kept['document']['title'] == '셋째'
    assert not lee.table('draft') and not lee.table('draft_version')
    lee.do('draft.save', {'id': draft, 'base_version': 2, 'document': document}, 'rejected', 'id-taken')
    lee.do('draft.delete', {'id': draft}, 'rejected', 'not-found')
    kim.do('draft.save', {'id': new_id(), 'base_version': 0, 'document': {'format': 'x'}}, 'rejected', 'bad-args')
    kim.do('draft.delete', {'id': draft})
    kim.pull()
    assert draft not in kim.table('draft') and not [v for v in kim.table('draft_version').values() if v['draft'] == draft]
    kim.do('draft.save', {'id': draft, 'base_version': 2, 'document': document})
    kim.pull()
    assert kim.table('draft')[draft]['version'] == 3


def test_pages_snapshot_and_digests_agree():
    writer, reader = Client(server, 'kim'), Client(server, 'boss')
    writer.push(*[('proposal.submit', proposal(body=f'글 {i}')) for i in range(30)])
    assert reader.raw('HEAD', f'/v1/pull?replica={reader.replica}&schema=1')[0] == 200  # and takes no digests away
    page = reader.pull(limit=7)
    assert page['digests'] == row_digest(reader.rows)
    assert 'digests' not in reader.pull()
    writer.pull(limit=1)
    assert writer.last_n == 30
    other = Client(server, 'boss')
    cursor, rows, order = '', {}, []
    while True:
        status, chunk = other.call('GET', f'/v1/snapshot?replica={other.replica}&schema=1&limit=11&cursor={cursor}')
        assert status == 200
        for change in chunk['changes']:
            assert change['op'] == 'put'
            order.append((change['table'], change['id']))
            rows[order[-1]] = change['row']
        cursor = chunk['cursor']
        if not chunk['more']:
            break
        writer.do('proposal.submit', proposal(body='dazwischen'))
    assert order == sorted(order, key=lambda key: (key[0].encode(), key[1].encode()))
    other.rows, other.cursor = rows, cursor
    other.pull()
    reader.pull()
    assert other.rows == reader.rows
    foreign = Client(server, 'kim')
    assert error_of(foreign.call('GET', f'/v1/pull?replica={foreign.replica}&schema=1&cursor={other.cursor}')) == (400, 'bad-cursor')
    assert error_of(foreign.call('GET', f'/v1/pull?replica={foreign.replica}&schema=1&cursor=AAAA')) == (400, 'bad-cursor')


def test_a_new_name_goes_on_from_the_cursor_of_before():
    """A copied replica: what it has pushed under the new name is behind the end of the first page."""
    writer, boss = Client(server, 'kim'), Client(server, 'boss')
    writer.push(*[('proposal.submit', proposal()) for _ in range(3)])
    writer.pull()
    boss.push(*[('proposal.submit', proposal()) for _ in range(9)])
    writer.replica, writer.n = new_id(), 0
    writer.push(('proposal.submit', proposal()))
    page = lambda: writer.call('GET', f'/v1/pull?replica={writer.replica}&schema=1&limit=4&cursor={writer.cursor}')[1]
    told = page()
    assert (told['more'], told['last_n']) == (True, 0)
    while told['more']:
        writer.cursor = told['cursor']
        told = page()
        assert told['last_n'] == (0 if told['more'] else 1)


def test_rights_that_change_bring_and_drop_rows():
    boss, mover = Client(server, 'boss'), None
    server.import_users([['mover', '이동', '', 'staff', 'pw']])
    mover = Client(server, 'mover')
    mover.pull()
    assert set(mover.table('user')) == {mover.user['id']}
    server.import_users([['mover', '이동', '', 'staff admin', '']])
    mover.pull()
    assert len(mover.table('user')) >= 4
    server.import_users([['mover', '이동', '', 'staff', '']])
    mover.pull()
    assert set(mover.table('user')) == {mover.user['id']}


class Live:
    """Reads the live feed in a thread."""

    def __init__(self, client):
        self.events = []
        self.changed = threading.Condition()
        self.socket = socket.create_connection(('127.0.0.1', server.port), timeout=20)
        self.socket.sendall(f'GET /v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token}\r\n\r\n'.encode())
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        name, stream = None, self.socket.makefile('rb')
        for line in stream:
            line = line.decode().strip()
            if line.startswith('event:'):
                name = line[6:].strip()
            elif line.startswith('data:'):
                with self.changed:
                    self.events.append((time.monotonic(), name, line[5:].strip()))
                    self.changed.notify_all()

    def wait(self, count):
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.events) >= count, 10), self.events
            return self.events[count - 1]


def test_live_feed():
    kim, boss = Client(server, 'kim'), Client(server, 'boss')
    live = Live(boss)
    assert live.wait(1)[1] == 'poke'
    before = time.monotonic()
    kim.do('proposal.submit', proposal())
    at, name, data = live.wait(2)
    assert name == 'poke' and at - before < 1
    idea = next(iter(kim.pull() and kim.table('proposal')))
    began, pokes = time.monotonic(), len(live.events)
    while time.monotonic() < began + 1.5:
        kim.do('comment.add', {'id': new_id(), 'proposal': idea, 'body': 'x'})
    # at most one in 100 ms, however busy this test's own machine is; one may have been due, one may be late
    most = (time.monotonic() - began) / 0.1 + 2
    assert len(live.events) - pokes <= most, (most, live.events)
    time_before = len(live.events)
    document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '', 'sections': []}
    own = Live(kim)
    own.wait(1)
    kim.do('draft.save', {'id': new_id(), 'base_version': 0, 'document': document})
    assert own.wait(2)[1] == 'poke'
    boss.raw('DELETE', '/v1/session')
    with live.changed:
        assert live.changed.wait_for(lambda: live.events[-1][1] == 'bye', 10)
    assert 'signed-out' in live.events[-1][2]
    server.import_users([['gone', '퇴직', '', 'staff', 'pw']])
    gone = Client(server, 'gone')
    feed = Live(gone)
    feed.wait(1)
    jipctl('user', 'disable', 'gone', data=server.data)
    assert feed.wait(2)[1:] == ('bye', '{"reason": "disabled"}')
    assert error_of(gone.call('GET', '/v1/session')) == (401, 'unauthorized')


def test_a_feed_follows_the_roles_of_its_account():
    server.import_users([['climber', '오름', '', 'staff', 'pw'], ['other', '다른이', '', 'staff', 'pw']])
    feed = Live(Client(server, 'climber'))

    def pokes(work):
        before = len(feed.events)
        work()
        time.sleep(0.8)
        return len(feed.events) - before

    def other_is_changed():
        for change in ('disable', 'enable'):
            jipctl('user', change, 'other', data=server.data)

    feed.wait(1)
    assert pokes(other_is_changed) == 0
    assert pokes(lambda: server.import_users([['climber', '오름', '', 'staff admin', '']])) > 0
    assert pokes(other_is_changed) > 0
    assert pokes(lambda: server.import_users([['climber', '오름', '', 'staff', '']])) > 0
    assert pokes(other_is_changed) == 0


def upload(client, content, part=1000):
    sha256 = hashlib.sha256(content).hexdigest()
    status, state = client.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})
    assert status == 200
    for offset in range(state['offset'], len(content), part):
        status, data, response = client.raw('PATCH', '/v1/blobs/' + sha256, content[offset:offset + part],
                                            {'Upload-Offset': str(offset), 'Content-Type': 'application/octet-stream'})
        assert status == 204, data
    return sha256


def test_blobs():
    kim, lee = Client(server, 'kim'), Client(server, 'boss')
    content = os.urandom(3456)
    sha256 = hashlib.sha256(content).hexdigest()
    assert kim.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)}) == (200, {'offset': 0, 'complete': False})
    path, binary = '/v1/blobs/' + sha256, {'Content-Type': 'application/octet-stream'}
    assert kim.raw('PATCH', path, content[:1000], {'Upload-Offset': '0', **binary})[2].getheader('Upload-Offset') == '1000'
    status, answer = kim.call('PATCH', path, content[:1000], {'Upload-Offset': '0', **binary})
    assert (status, answer['error']['code'], answer['error']['detail']) == (409, 'offset-conflict', {'offset': 1000})
    assert kim.raw('HEAD', path)[2].getheader('Upload-Offset') == '1000'
    assert error_of(kim.call('GET', path)) == (404, 'not-found')
    upload(kim, content)
    assert kim.raw('GET', path)[1] == content
    status, part, response = kim.raw('GET', path, headers={'Range': 'bytes=10-19'})
    assert status == 206 and part == content[10:20]
    assert error_of(kim.call('GET', path, headers={'Range': 'bytes=9999-'})) == (416, 'bad-range')
    # Somebody else's file is not there, not even for who knows its hash, until it is uploaded again.
    assert error_of(lee.call('GET', path)) == (404, 'not-found') and lee.raw('HEAD', path)[0] == 404
    assert lee.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})[1] == {'offset': 0, 'complete': False}
    wrong = 'ab' * 32
    kim.call('POST', '/v1/blobs', {'sha256': wrong, 'size': 4})
    assert error_of(kim.call('PATCH', '/v1/blobs/' + wrong, b'data', {'Upload-Offset': '0', **binary})) == (422, 'hash-mismatch')
    assert kim.call('POST', '/v1/blobs', {'sha256': wrong, 'size': 4})[1]['offset'] == 0


def test_a_restart_keeps_everything():
    global server
    kim = Client(server, 'kim')
    idea = kim.mutation('proposal.submit', proposal())
    verdicts = kim.push_raw([idea])
    kim.pull()
    cursor, rows = kim.cursor, dict(kim.rows)
    server.stop()
    server.start()
    kim.connection = None
    assert kim.push_raw([idea]) == verdicts
    kim.pull()
    assert kim.rows == rows


def test_health_and_metrics():
    client = Client(server)
    status, answer = client.call('GET', '/healthz')
    assert status == 200 and set(answer) == {'status', 'version', 'schema', 'epoch', 'installation'}
    assert b'jiphyeon_commits_total' in client.raw('GET', '/metrics')[1]


def test_stop():
    server.stop()
    assert not os.path.exists(os.path.join(server.data, 'jiphyeond.url'))
    assert not os.path.exists(os.path.join(server.data, 'control.sock'))


run_tests(globals(), check_feeds)
