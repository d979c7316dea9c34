# SPDX-License-Identifier: GPL-3.0-or-later
"""Several desktops over a real server, in the situations that nobody plans: what is written on one of them while another
one, the disk, the network or an administrator does something else."""

import contextlib
import hashlib
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))
from fake_server import Answer, Desk, Fake, page  # noqa: E402
from fault_proxy import FaultProxy  # noqa: E402
from harness import Client, RULES, Server, event_args, jipctl, new_id, run_tests  # noqa: E402

USERS = [['kim', '김하늘', '기획과', 'staff organiser', 'pw'], ['lee', '이바다', '도서관과', 'staff', 'pw'], ['boss', '박우주', '총무과', 'staff admin', 'pw']]


class Site:
    """A server, a way to it for each desktop that can be cut, and the desktops."""

    def __init__(self):
        self.server = Server(users=USERS).start()
        self.proxy = FaultProxy(0, 0.0)
        self.proxy.upstream = self.server.port
        self.desks = []
        self.sessions = {}

    def session(self, login):
        if login not in self.sessions:
            client = Client(self.server, login, device='desk')
            self.sessions[login] = client.token, client.user
        return self.sessions[login]

    def desk(self, login='kim', folder=None):
        token, user = self.session(login)
        port = self.proxy.add_lane()
        desk = Desk(f'http://127.0.0.1:{port}', folder, token, user)
        desk.lane = len(self.proxy.lanes) - 1
        self.desks.append(desk)
        if folder is None:
            desk.wait(lambda: desk.state[0] == 'synced', what='synced')
        return desk

    def cut(self, *desks):
        for desk in desks:
            self.proxy.cut(desk.lane, 'off', False)

    def heal(self, *desks):
        for desk in desks:
            self.proxy.heal(desk.lane)
            desk.sync()

    def restart(self):
        self.server.start()
        self.proxy.upstream = self.server.port

    def rows(self, login):
        client = Client(self.server)
        client.token = self.session(login)[0]
        client.pull()
        return client

    def close(self):
        for desk in self.desks:
            desk.stop()
            desk.remove()
        self.server.kill()
        self.proxy.stop()


def on_site(test):
    def run():
        site = Site()
        try:
            test(site)
        finally:
            for desk in site.desks:
                desk.kill()
            site.close()
    run.__name__ = test.__name__
    return run


def settle(*desks):
    for desk in desks:
        desk.wait(lambda desk=desk: desk.state[:2] == ('synced', 0), 40, 'synced')


def document(title):
    return {'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}


def shown_draft(desk, key):
    rows = desk.query(f"SELECT row FROM record WHERE tbl = 'draft' AND id = '{key}' AND shown = 1 AND row IS NOT NULL")
    return json.loads(rows[0][0])['title'] if rows else None


def has(desk, key, title):
    desk.wait(lambda: shown_draft(desk, key) == title, what=f'{title} at the desk')


def titles(site, key):
    """What the server has of a draft: the newest, and all its versions."""
    client = site.rows('kim')
    row = client.table('draft').get(key)
    return row and row['title'], sorted(version['document']['title'] for version in client.table('draft_version').values() if version['draft'] == key)


@on_site
def test_draft_edited_there_then_deleted_here(site):
    here, there = site.desk(), site.desk()
    key = here.do('draft', document=document('첫 글'))[1]
    has(there, key, '첫 글')
    site.cut(here)
    there.do('draft', id=key, document=document('집에서 고친 글'))
    settle(there)
    here.do('undraft', id=key)
    has(here, key, None)
    site.heal(here)
    settle(here)
    has(here, key, '집에서 고친 글')
    assert [(name, code) for name, _, code in here.refused()] == [('draft.delete', 'version-conflict')], here.refused()
    assert titles(site, key) == ('집에서 고친 글', ['집에서 고친 글', '첫 글'])
    # now it is seen
    here.do('undraft', id=key)
    settle(here)
    has(there, key, None)
    assert titles(site, key) == (None, [])


@on_site
def test_draft_deleted_here_then_edited_there(site):
    here, there = site.desk(), site.desk()
    key = here.do('draft', document=document('첫 글'))[1]
    has(there, key, '첫 글')
    site.cut(there)
    there.do('draft', id=key, document=document('끊긴 동안 고친 글'))
    here.do('undraft', id=key)
    settle(here)
    assert titles(site, key) == (None, [])
    site.heal(there)
    settle(there)
    has(there, key, '끊긴 동안 고친 글')
    has(here, key, '끊긴 동안 고친 글')
    assert titles(site, key) == ('끊긴 동안 고친 글', ['끊긴 동안 고친 글'])
    assert not here.refused() and not there.refused()


@on_site
def test_draft_saved_and_deleted_here_while_saved_there(site):
    """The unsent save here would have had the number of the one there."""
    here, there = site.desk(), site.desk()
    key = here.do('draft', document=document('첫 글'))[1]
    has(there, key, '첫 글')
    site.cut(here)
    here.do('draft', id=key, document=document('사무실에서 고친 글'))
    here.do('undraft', id=key)
    there.do('draft', id=key, document=document('집에서 고친 글'))
    settle(there)
    site.heal(here)
    settle(here)
    has(here, key, '집에서 고친 글')
    assert titles(site, key) == ('집에서 고친 글', ['사무실에서 고친 글', '집에서 고친 글', '첫 글'])
    # with nobody else in between it is deleted as it was saved
    other = here.do('draft', document=document('둘째 초안'))[1]
    settle(here)
    site.cut(here)
    here.do('draft', id=other, document=document('둘째 초안, 고침'))
    here.do('undraft', id=other)
    site.heal(here)
    settle(here)
    assert titles(site, other) == (None, [])


@on_site
def test_draft_deleted_after_a_restore(site):
    """Saved there and acknowledged, and lost by the server: the deletion here, which never saw it, takes nothing away."""
    here, there = site.desk(), site.desk()
    key = here.do('draft', document=document('첫 글'))[1]
    has(there, key, '첫 글')
    settle(here, there)
    backup = tempfile.mkdtemp() + '/backup'
    jipctl('backup', backup, data=site.server.data)
    site.cut(here)
    there.do('draft', id=key, document=document('집에서 고친 글'))
    settle(there)
    here.do('undraft', id=key)
    site.server.kill()
    shutil.rmtree(site.server.data)
    site.server.restore(backup)
    site.cut(there)
    site.restart()
    site.heal(here)
    settle(here)
    assert titles(site, key) == (None, [])
    site.heal(there)
    there.wait(lambda: titles(site, key)[0] == '집에서 고친 글', what='the draft of there')
    has(here, key, '집에서 고친 글')
    shutil.rmtree(os.path.dirname(backup))


def damage(desk, condition, how):
    """The disk turns bytes of what is queued."""
    desk.stop()
    for n, args in desk.query(f'SELECT n, args FROM outbox WHERE {condition}'):
        desk.harm('UPDATE outbox SET args = ? WHERE n = ?', how(args), n)
    desk.start()


DAMAGES = (
    lambda args: args[:-20],  # cut
    lambda args: args.replace('"kind"', '"ki\x00d'),
    lambda args: args.encode().replace('둘째'.encode(), '둘째'.encode() + b'\xff\xfe'),
    lambda args: args.replace(':', ';', 1),
    lambda args: '[]',
    lambda args: '',
)


@on_site
def test_damaged_entry(site):
    for number, how in enumerate(DAMAGES):
        desk = site.desk()
        first = desk.submit(f'{number} 먼저 보낸 글')
        settle(desk)
        site.cut(desk)
        for text in ('첫째 글', '둘째 글', '셋째 글'):
            desk.submit(f'{number} {text}')
        damage(desk, 'n = 3', how)
        desk.wait(lambda: desk.state[2] == 1, what='the damaged one aside')
        site.heal(desk)
        settle(desk)
        name, args, code = desk.refused()[0]
        assert (name, code, desk.state[2]) == ('proposal.submit', 'damaged', 1), desk.refused()
        if number in (0, 1, 2, 3):
            assert '둘째' in args['body'] and '글' in args['body'], args
        desk.submit(f'{number} 넷째 글')
        settle(desk)
        bodies = [row['body'] for row in site.rows('kim').table('proposal').values() if row['body'].startswith(f'{number} ')]
        assert sorted(bodies) == [f'{number} 넷째 글', f'{number} 먼저 보낸 글', f'{number} 셋째 글', f'{number} 첫째 글'], bodies
        assert desk.query(f"SELECT count(*) FROM record WHERE tbl = 'proposal' AND id = '{first}'") == [(1,)]
        desk.stop()


@on_site
def test_damaged_last_entry(site):
    desk = site.desk()
    desk.submit('먼저 보낸 글')
    settle(desk)
    site.cut(desk)
    desk.submit('망가진 글')
    damage(desk, 'n = 2', lambda args: args[:-5])
    site.heal(desk)
    desk.wait(lambda: desk.state == ('synced', 0, 1), what='synced')
    desk.submit('그다음 글')
    settle(desk)
    assert sorted(row['body'] for row in site.rows('kim').table('proposal').values()) == ['그다음 글', '먼저 보낸 글']


@on_site
def test_damaged_entry_that_had_arrived(site):
    """Its answer was lost: the server has it, so nothing is missing there."""
    desk = site.desk()
    desk.submit('먼저 보낸 글')
    settle(desk)
    site.proxy.cut(desk.lane, 'down', True)
    desk.submit('도착한 글')
    desk.wait(lambda: len(site.rows('kim').table('proposal')) == 2, what='the arrival')
    damage(desk, 'n = 2', lambda args: args[:-5])
    site.heal(desk)
    desk.wait(lambda: desk.state[2] == 1, what='the damaged one aside')
    desk.submit('그다음 글')
    settle(desk)
    assert len(site.rows('kim').table('proposal')) == 3
    database = site.server.database()
    assert list(database.execute('SELECT count(*) FROM hole')) == [(0,)]
    database.close()


@on_site
def test_damaged_entry_that_a_restore_needs(site):
    desk = site.desk()
    desk.submit('백업에 든 글')
    settle(desk)
    backup = tempfile.mkdtemp() + '/backup'
    jipctl('backup', backup, data=site.server.data)
    desk.submit('백업 뒤의 글')
    desk.submit('백업 뒤의 다음 글')
    settle(desk)
    desk.wait(lambda: desk.query("SELECT value FROM meta WHERE key = 'last_n'") == [('3',)], what='the pull')
    site.cut(desk)
    damage(desk, 'n = 2', lambda args: args[:-5])
    site.server.kill()
    shutil.rmtree(site.server.data)
    site.server.restore(backup)
    site.restart()
    site.heal(desk)
    desk.wait(lambda: desk.state == ('synced', 0, 1), 40, 'synced')
    assert [code for _, _, code in desk.refused()] == ['damaged']
    assert sorted(row['body'] for row in site.rows('kim').table('proposal').values()) == ['백업 뒤의 다음 글', '백업에 든 글']
    shutil.rmtree(os.path.dirname(backup))


@on_site
def test_copied_replica_across_a_restore(site):
    """The folder was copied to another PC; both write, the server loses some of it, both go on."""
    one = site.desk()
    one.submit('복사 전 글')
    settle(one)
    backup = tempfile.mkdtemp() + '/backup'
    jipctl('backup', backup, data=site.server.data)
    key = one.do('draft', document=document('백업 뒤 초안'))[1]
    settle(one)
    one.wait(lambda: one.query("SELECT value FROM meta WHERE key = 'last_n'") == [('2',)], what='the pull')
    one.stop()
    folder = tempfile.mkdtemp()
    shutil.copytree(one.folder, folder, dirs_exist_ok=True)
    one.start()
    two = site.desk(folder=folder)
    settle(one, two)
    one.submit('본래 PC의 글')
    settle(one)
    two.submit('복사된 PC의 글')
    settle(two)
    site.cut(one, two)
    one.submit('본래 PC의 끊긴 글')
    two.submit('복사된 PC의 끊긴 글')
    two.do('draft', id=key, document=document('복사된 PC에서 고친 초안'))
    site.server.kill()
    shutil.rmtree(site.server.data)
    site.server.restore(backup)
    site.restart()
    site.heal(one, two)
    settle(one, two)
    one.submit('본래 PC의 다음 글')
    two.submit('복사된 PC의 다음 글')
    settle(one, two)
    expected = sorted(['복사 전 글', '본래 PC의 글', '복사된 PC의 글', '본래 PC의 끊긴 글', '복사된 PC의 끊긴 글', '본래 PC의 다음 글', '복사된 PC의 다음 글'])
    for desk in (one, two):
        desk.wait(lambda: sorted(json.loads(row)['body'] for row, in desk.query("SELECT row FROM record WHERE tbl = 'proposal' AND shown = 1")) == expected, what='all texts')
        assert desk.state[2] == 0, desk.refused()
    assert titles(site, key)[0] == '복사된 PC에서 고친 초안'
    assert len(site.rows('kim').table('proposal')) == 7
    shutil.rmtree(os.path.dirname(backup))


@on_site
def test_chair_is_another_one(site):
    """Steps of the old chair that waited are refused with their names, and the queue goes on."""
    desk, lee = site.desk(), site.desk('lee')
    args = event_args(desk.user['id'], [(lee.user['id'], 'staff')])
    host = Client(site.server)
    host.token = site.session('kim')[0]
    host.do('event.create', args)
    event, entry = args['id'], args['entries'][0]['id']
    desk.wait(lambda: desk.query(f"SELECT count(*) FROM record WHERE id = '{event}'") == [(1,)], what='the event')
    site.proxy.cut(desk.lane, 'up', True)
    desk.send('step', {'event': event, 'step': 'open', 'args': {'entry': entry}})
    desk.wait(lambda: desk.state[1] == 1, what='the step in the queue')
    desk.submit('그래도 낸 글')
    site.server.stop()
    database = site.server.database('rw')
    database.execute(f"UPDATE event SET chair = '{lee.user['id']}' WHERE id = '{event}'")
    database.close()
    site.restart()
    site.heal(desk)
    settle(desk)
    assert [(name, code) for name, _, code in desk.refused()] == [('event.step', 'forbidden')], desk.refused()
    assert [row['body'] for row in site.rows('lee').table('proposal').values()] == ['그래도 낸 글']
    assert site.rows('lee').table('entry')[entry]['window'] == 'waiting'
    lee.send('step', {'event': event, 'step': 'open', 'args': {'entry': entry}})
    lee.wait(lambda: site.rows('lee').table('entry')[entry]['window'] == 'open', what='the window')


@on_site
def test_chair_goes_on_at_another_pc(site):
    """What was pressed a moment before the network went is refused where the other PC of the chair has gone on, and done where it has not."""
    away, here = site.desk(), site.desk()
    kim, lee = Client(site.server), Client(site.server)
    kim.token, lee.token = (site.session(login)[0] for login in ('kim', 'lee'))
    rules = dict(RULES, panels=[dict(RULES['panels'][1], weight=100)], ties=[], auto_recuse=[])
    args = event_args(away.user['id'], [(site.session('lee')[1]['id'], 'staff')], rules=rules)
    kim.do('event.create', args)
    event, (one, two, *scored) = args['id'], [entry['id'] for entry in args['entries']]
    for score, entry in enumerate(scored):
        kim.step(event, 'open', entry=entry)
        lee.do('ballot.submit', {'id': new_id(), 'event': event, 'entry': entry, 'version': 1, 'score': score})
    away.wait(lambda: away.query(f"SELECT count(*) FROM record WHERE id = '{event}'") == [(1,)], what='the event')

    def shown():
        kim.pull()
        return kim.table('event')[event]['presenting'], [kim.table('entry')[entry]['window'] for entry in (one, two)]

    def while_cut(waiting, *meanwhile):
        site.proxy.cut(away.lane, 'up', False)
        for step, more in waiting:
            away.send('step', {'event': event, 'step': step, 'args': more})
        away.wait(lambda: away.state[1] == len(waiting), what='the steps in the queue')
        for step, more in meanwhile:
            assert here.do('step', event=event, step=step, args=more)[0] == 'done', step
        site.heal(away)
        settle(away)

    while_cut([('present', {'entry': one, 'seen': ''}), ('open', {'entry': one, 'seen': 'waiting'}), ('close', {'entry': one, 'seen': 'open'})])
    assert shown() == (one, ['closed', 'waiting']) and away.refused() == []
    while_cut([('open', {'entry': two, 'seen': 'waiting'}), ('present', {'entry': two, 'seen': one})],
              ('open', {'entry': two, 'seen': 'waiting'}), ('close', {'entry': two, 'seen': 'open'}), ('present', {'seen': one}))
    assert shown() == (None, ['closed', 'closed'])
    assert here.do('step', event=event, step='lock', args={})[0] == 'done'
    while_cut([('reveal', {'seen': 0})], ('reveal', {'seen': 0}))
    kim.pull()
    assert kim.table('result')[event]['reveal_steps'] > 1 == len(kim.table('reveal'))
    assert [(step['step'], code) for _, step, code in away.refused()] == [(step, 'wrong-state') for step in ('open', 'present', 'reveal')]


def test_rights_that_go_and_come_back():
    """Unsent work on a row is put aside visibly while its place is gone, and back when it is there again."""
    key = new_id()
    row = {'id': key, 'kind': 'proposal', 'title': '글', 'body': '본문', 'category': None, 'department': None, 'anonymous': False, 'author': None,
           'author_name': None, 'author_department': None, 'state': 'received', 'version': 1, 'votes': 0, 'comments': 0,
           'received_at': '2026-07-22T05:03:11.250Z', 'updated_at': '2026-07-22T05:03:11.250Z'}
    put = {'seq': 1, 'table': 'proposal', 'op': 'put', 'id': key, 'row': row}
    drop = {'seq': 2, 'table': 'proposal', 'op': 'drop', 'id': key}
    for verdict in ('taken', 'refused'):
        fake = Fake()
        change = [put]
        fake.pull = lambda handler, query, body: page(change, cursor=new_id(), last_n=fake.last_n)
        fake.push = lambda handler, query, body: Answer(b'', 502)
        desk = Desk(f'http://127.0.0.1:{fake.port}')
        desk.wait(lambda: desk.query('SELECT count(*) FROM record') == [(1,)], what='the row')
        desk.do('comment', proposal=key, body='의견')
        comments = "SELECT count(*) FROM record WHERE tbl = 'comment' AND shown = 1"
        for _ in range(2):
            change[:] = [drop]
            desk.sync()
            desk.wait(lambda: desk.state[1:] == (1, 1), what='aside')
            change[:] = [put]
            desk.sync()
            desk.wait(lambda: desk.state[1:] == (1, 0), what='back')
            assert desk.query(comments) == [(1,)]
        change[:] = [drop]
        desk.sync()
        desk.wait(lambda: desk.state[1:] == (1, 1), what='aside')
        if verdict == 'taken':
            del fake.push
        else:
            fake.push = lambda handler, query, body: fake.take(body) and Answer({'verdicts': [
                {'n': 1, 'status': 'rejected', 'code': 'forbidden', 'message': 'x', 'receipt': 'r'}], 'last_n': 1, 'seq': 1, 'epoch': json.loads(page().body)['epoch']})
        desk.sync()
        desk.wait(lambda: desk.state[1:] == (0, 0 if verdict == 'taken' else 1), what=verdict)
        # what was refused stays with its writer, whatever comes back
        change[:] = [put]
        desk.sync()
        time.sleep(1)
        assert [code for _, _, code in desk.refused()] == ([] if verdict == 'taken' else ['forbidden'])
        desk.stop()
        desk.remove()
        fake.stop()


class Cutter(threading.Thread):
    """Cuts every second answer to a call in its middle, each time somewhere else."""

    def __init__(self, port, call):
        super().__init__(daemon=True)
        import socket
        self.port, self.call, self.socket = port, call, socket.create_server(('127.0.0.1', 0))
        self.cuts, self.whole, self.without_cursor = 0, 0, 0
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        import socket
        head = b''
        while b'\r\n\r\n' not in head:
            piece = client.recv(65536)
            if not piece:
                return
            head += piece
        name, _, rest = head.partition(b'\r\n\r\n')
        length = next((int(line.split(b':')[1]) for line in name.split(b'\r\n') if line.lower().startswith(b'content-length')), 0)
        while len(rest) < length:
            rest += client.recv(65536)
        path = name.split(b' ')[1].decode()
        name = b'\r\n'.join(line for line in name.split(b'\r\n') if not line.lower().startswith(b'connection:')) + b'\r\nConnection: close'
        server = socket.create_connection(('127.0.0.1', self.port))
        server.sendall(name + b'\r\n\r\n' + rest)
        if not path.startswith(self.call):
            while piece := server.recv(65536):
                try:
                    client.sendall(piece)
                except OSError:
                    break
            client.close()
            return
        self.without_cursor += 'cursor=' not in path
        answer = b''
        while piece := server.recv(65536):
            answer += piece
        if (self.cuts + self.whole) % 2:
            self.whole += 1
            client.sendall(answer)
        else:
            self.cuts += 1
            client.sendall(answer[:len(answer) * (self.cuts * 37 % 99) // 100])
        client.close()


@on_site
def test_snapshot_cut_in_every_chunk(site):
    """Each chunk breaks off once; the next try asks for this chunk again, not for the first one."""
    writer = Client(site.server, 'lee')
    first = new_id()
    writer.do('proposal.submit', {'id': first, 'kind': 'proposal', 'title': '글', 'body': '본문', 'anonymous': False})
    for _ in range(21):
        writer.push(*[('comment.add', {'id': new_id(), 'proposal': first, 'body': '의견'}) for _ in range(200)])
    desk = site.desk()
    desk.stop()
    desk.harm("UPDATE meta SET value = '1' WHERE key = 'in_snapshot'")
    desk.harm("INSERT INTO meta (key, value) SELECT 'in_snapshot', '1' WHERE NOT EXISTS (SELECT 1 FROM meta WHERE key = 'in_snapshot')")
    desk.harm("UPDATE meta SET value = '' WHERE key = 'cursor'")
    desk.harm("DELETE FROM record")
    cutter = Cutter(site.server.port, '/v1/snapshot')
    desk.url = f'http://127.0.0.1:{cutter.socket.getsockname()[1]}'
    desk.start()
    desk.wait(lambda: desk.state[0] == 'synced', 90, 'synced')
    fresh = site.rows('kim').rows
    rows = {(table, key): json.loads(row) for table, key, row in desk.query('SELECT tbl, id, row FROM record WHERE layer = 0')}
    assert rows == fresh, (len(rows), len(fresh))
    assert cutter.cuts >= 5 and cutter.whole >= 5, (cutter.cuts, cutter.whole)
    assert cutter.without_cursor <= 2, cutter.without_cursor
    cutter.socket.close()


@on_site
def test_feed_that_is_kept_back(site):
    """A proxy that collects the feed and never passes it on: the poll brings what is new all the same, and the feed is asked anew."""
    fake = Fake()
    asked = []
    writer = Client(site.server, 'lee')

    def relay(handler, query, body):
        status, data, response = reader.raw(handler.command, handler.path, body or None, {'Content-Type': 'application/json'} if body else None)
        return Answer(data, status, response.getheader('Content-Type'))

    def kept_back(handler, query, body):
        asked.append(time.monotonic())
        handler.send_response(200)
        handler.send_header('Content-Type', 'text/event-stream')
        handler.end_headers()
        handler.wfile.flush()
        fake.ending.wait()
    reader = Client(site.server)
    reader.token = site.session('kim')[0]
    fake.push = fake.pull = fake.snapshot = relay
    fake.live = kept_back
    desk = Desk(f'http://127.0.0.1:{fake.port}', None, *site.session('kim'))
    desk.wait(lambda: desk.state[0] == 'synced', what='synced')
    began = time.monotonic()
    writer.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'title': '글', 'body': '새 글', 'anonymous': False})
    desk.wait(lambda: desk.query("SELECT count(*) FROM record WHERE tbl = 'proposal'") == [(1,)], 45, 'the poll')
    assert time.monotonic() - began < 42
    desk.wait(lambda: len(asked) > 1, 70, 'a new feed')
    assert 44 <= asked[1] - asked[0] <= 60, asked
    desk.stop()
    desk.remove()
    fake.stop()


class Flipper:
    """A way to a server on which the last byte of one block of a part of a file is another one, once."""

    def __init__(self, port):
        self.upstream, self.flips = port, 1
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                try:
                    far = socket.create_connection(('127.0.0.1', self.upstream))
                except OSError:
                    near.close()
                    continue
                for one, other, harm in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self.pump, args=(one, other, harm), daemon=True).start()

    def pump(self, one, other, harm):
        is_part = False
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                is_part |= data.startswith(b'PATCH ')
                if harm and is_part and self.flips and len(data) > 5000:
                    self.flips -= 1
                    data = data[:-1] + bytes([data[-1] ^ 1])
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@on_site
def test_an_upload_that_is_damaged_and_cut(site):
    """A byte that flips on the way, a client and a server that are killed between parts: the file is whole in the end or not there,
    and nobody has to do anything."""
    lee = Client(site.server, 'lee')
    flipper = Flipper(site.server.port)
    token, user = site.session('kim')
    desk = Desk(f'http://127.0.0.1:{flipper.port}', None, token, user)
    site.desks.append(desk)
    content = os.urandom(13 * 1024 * 1024 + 5)
    sha256 = hashlib.sha256(content).hexdigest()
    place = f'{site.server.data}/blobs/{sha256[:2]}/{sha256}'
    with open(os.path.join(desk.folder, 'paper.pdf'), 'wb') as file:
        file.write(content)

    def begun():
        with contextlib.suppress(OSError):
            return any(os.path.getsize(f'{site.server.data}/uploads/{name}') > 0 for name in os.listdir(site.server.data + '/uploads'))
        return False
    idea = desk.submit('큰 파일이 있는 제안')
    desk.wait_sent()
    assert desk.do('attach', proposal=idea, name='paper.pdf')[0] == 'done'
    desk.wait(lambda: flipper.flips == 0, what='a damaged part')
    desk.wait(lambda: begun() or os.path.exists(place), 60, 'a part')
    desk.kill()
    desk.start()
    desk.wait(lambda: begun() or os.path.exists(place), 60, 'a part')
    site.server.kill()
    site.server.start()
    flipper.upstream = site.server.port
    deadline = time.monotonic() + 120
    while lee.raw('GET', '/v1/blobs/' + sha256)[0] != 200:
        assert time.monotonic() < deadline and desk.process.poll() is None, (desk.state, desk.said)
        time.sleep(0.2)
        lee.connection = None
    with open(place, 'rb') as file:
        assert file.read() == content
    flipper.listener.close()


@on_site
def test_a_file_that_the_server_has_lost(site):
    """An administrator says that it is gone for good; the author's desktop still has it and brings it, whoever else is told."""
    kim, lee = site.desk('kim'), site.desk('lee')
    with open(os.path.join(kim.folder, 'paper.pdf'), 'wb') as file:
        file.write(b'%PDF-1.7\n' + os.urandom(100000))
    idea = kim.submit('파일이 있는 제안')
    kim.wait_sent()
    assert kim.do('attach', proposal=idea, name='paper.pdf')[0] == 'done'

    def state(desk):
        return [(row['arrived'], row['gone']) for row, in desk.query("SELECT row FROM record WHERE tbl = 'attachment' AND shown = 1")
                for row in (json.loads(row),) if 'gone' in row]
    lee.wait(lambda: state(lee) == [(True, False)], what='the file')
    path, = [os.path.join(place, name) for place, _, names in os.walk(site.server.data + '/blobs') for name in names]
    sha256 = os.path.basename(path)
    kim.stop()
    os.unlink(path)
    jipctl('file', 'forget', sha256, data=site.server.data)
    lee.wait(lambda: state(lee) == [(False, True)], what='the word that it is gone')
    assert lee.do('fetch', sha256=sha256) == ('failed', 'not-found')
    kim.start()
    lee.wait(lambda: state(lee) == [(True, False)], 60, 'the file again')
    assert lee.do('fetch', sha256=sha256)[0] == 'done'
    # and one that is open hears of it, and sends it at once
    os.unlink(path)
    jipctl('file', 'forget', sha256, data=site.server.data)
    lee.wait(lambda: os.path.exists(path) and state(lee) == [(True, False)], 5, 'the file at once')


@on_site
def test_a_file_that_a_restore_did_not_bring(site):
    """The backup lacked it, and the next one is whole without it: the author's desktop, which hears of both at once, still brings it."""
    kim, lee = site.desk('kim'), site.desk('lee')
    idea = kim.submit('파일이 있는 제안')
    kim.wait_sent()
    sha256 = attached(kim, idea)
    lee.wait(lambda: gone(lee, sha256) == [False], what='the file')
    for _ in range(2):
        folder = tempfile.mkdtemp()
        jipctl('backup', folder + '/lossy', data=site.server.data)
        shutil.rmtree(folder + '/lossy/blobs')
        kim.stop()
        site.server.kill()
        shutil.rmtree(site.server.data)
        assert site.server.restore(folder + '/lossy', ok=False)[0] == 1, 'some files are missing'
        jipctl('backup', folder + '/next', '--kept', data=site.server.data)
        site.restart()
        lee.wait(lambda: gone(lee, sha256) == [True], what='the word that it is gone')
        kim.start()
        lee.wait(lambda: gone(lee, sha256) == [False], 60, 'the file again')
        assert os.path.exists(f'{site.server.data}/blobs/{sha256[:2]}/{sha256}')


def attached(desk, idea, **more):
    """Attaches a file of its own; returns its hash once the server has it and a backup, so that the desktop may let it go."""
    content = b'%PDF-1.7\n' + os.urandom(100000)
    with open(os.path.join(desk.folder, 'paper.pdf'), 'wb') as file:
        file.write(content)
    assert desk.do('attach', proposal=idea, name='paper.pdf', **more)[0] == 'done'
    sha256 = hashlib.sha256(content).hexdigest()
    desk.wait(lambda: desk.query(f"SELECT 1 FROM file WHERE sha256 = '{sha256}' AND sent = 1"), what='the file is sent')
    return sha256


def in_a_backup(site, desk):
    """All that this desktop has sent is kept elsewhere, and it knows."""
    desk.submit('백업 앞의 글')
    desk.wait_sent()
    jipctl('backup', tempfile.mkdtemp() + '/backup', '--kept', data=site.server.data)
    desk.submit('백업 뒤의 글')
    desk.wait_sent()
    desk.wait(lambda: not desk.query("SELECT 1 FROM file WHERE done_n > (SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'safe_n')"),
              what='the word of the backup')
    desk.stop()
    desk.start()
    desk.wait(lambda: not desk.query('SELECT 1 FROM file'), what='the file is let go')


def lose(site, sha256):
    """The server's disk loses a file, and an administrator says that it is gone for good."""
    path = f'{site.server.data}/blobs/{sha256[:2]}/{sha256}'
    os.unlink(path)
    jipctl('file', 'forget', sha256, data=site.server.data)
    return path


def gone(desk, sha256):
    rows = [json.loads(row) for row, in desk.query("SELECT row FROM record WHERE tbl = 'attachment' AND shown = 1")]
    return [row['gone'] for row in rows if row['sha256'] == sha256]


@on_site
def test_a_lost_file_that_was_let_go(site):
    """A backup had it, so the author's desktop asks for it no more; what copy it still has goes again as soon as it hears of the loss:
    the one that was sent, or one that was fetched, of an idea without a name and of a comment too. The copies of others stay where
    they are."""
    kim, second, lee = site.desk('kim'), site.desk('kim'), site.desk('lee')
    idea = kim.submit('파일이 있는 제안')
    hidden = kim.do('submit', kind='proposal', title='이름 없는 제안', body='글', category=None, anonymous=True)[1]
    others = lee.submit('다른 사람의 제안')
    lee.wait_sent()
    kim.wait_sent()
    kim.wait(lambda: kim.query(f"SELECT 1 FROM record WHERE tbl = 'proposal' AND id = '{others}'"), what='their idea')
    comment = kim.do('comment', proposal=others, body='자료를 붙입니다')[1]
    kim.wait_sent()
    files = [attached(kim, idea), attached(kim, hidden), attached(kim, others, comment=comment)]
    in_a_backup(site, kim)
    for desk in (second, lee):
        for sha256 in files:
            desk.wait(lambda: gone(desk, sha256) == [False], what='the file')
            assert desk.do('fetch', sha256=sha256)[0] == 'done'
    kept = os.path.join(kim.folder, 'kept', kim.user['id'])
    for sha256 in files:
        assert os.path.exists(f'{kept}/{sha256}')
        site.cut(second, lee)
        path = lose(site, sha256)
        kim.wait(lambda: os.path.exists(path) and gone(kim, sha256) == [False], 10, 'what was sent, again')
        site.heal(second, lee)
    in_a_backup(site, kim)
    for sha256 in files:
        os.unlink(f'{kept}/{sha256}')  # as a day later
        path = lose(site, sha256)
        kim.wait(lambda: os.path.exists(path) and gone(kim, sha256) == [False], 10, 'what was fetched, again')
        assert os.path.exists(os.path.join(second.folder, 'kept', kim.user['id'], sha256)), 'kept until a backup has it'
        with open(path, 'rb') as file:
            assert hashlib.sha256(file.read()).hexdigest() == sha256
    second.stop()
    path = lose(site, files[0])
    lee.wait(lambda: gone(lee, files[0]) == [True], what='the word that it is gone')
    lee.submit('그 뒤의 글')
    lee.wait_sent()
    settle(lee)
    assert not os.path.exists(path) and gone(lee, files[0]) == [True] and not lee.query('SELECT 1 FROM file')


@on_site
def test_a_file_of_an_idea_that_comes_back_last(site):
    """After a restore the file's row waits for the idea of their other PC, which is off, while a new backup is kept elsewhere: it has
    the row that waits, but not the file, which comes as soon as the idea does."""
    kim, other = site.desk('kim'), site.desk('kim')
    backup = tempfile.mkdtemp() + '/backup'
    jipctl('backup', backup, data=site.server.data)
    idea = other.submit('나중에 돌아오는 제안')
    other.wait_sent()
    kim.wait(lambda: kim.query(f"SELECT 1 FROM record WHERE tbl = 'proposal' AND id = '{idea}'"), what='the idea')
    with open(os.path.join(kim.folder, 'paper.pdf'), 'wb') as file:
        file.write(b'%PDF-1.7\n' + os.urandom(100000))
    assert kim.do('attach', proposal=idea, name='paper.pdf')[0] == 'done'
    settle(kim)
    stored = lambda: [name for _, _, names in os.walk(site.server.data + '/blobs') for name in names]
    kim.wait(stored, what='the file')
    sha256, = stored()
    other.stop()
    kim.stop()
    site.server.kill()
    shutil.rmtree(site.server.data)
    site.server.restore(backup)
    site.restart()
    site.proxy.lanes[kim.lane].fate = lambda kind: ('lost-request' if kind == 'other' else 'none', 0)  # no part of a file
    kim.start()
    parked = lambda: site.server.database().execute('SELECT COUNT(*) FROM parked').fetchone()[0]
    kim.wait(lambda: parked() == 1, what='the row that waits')
    settle(kim)
    jipctl('backup', backup + '-2', '--kept', data=site.server.data)
    kim.submit('백업 뒤의 글')
    settle(kim)
    del site.proxy.lanes[kim.lane].fate
    kim.stop()
    kim.start()
    kim.submit('다시 켠 뒤의 글')
    settle(kim)
    assert stored() == []
    other.start()
    kim.wait(lambda: stored() == [sha256], 60, 'the file again')
    other.wait(lambda: other.do('fetch', sha256=sha256)[0] == 'done', 60, what='the file there')
    shutil.rmtree(os.path.dirname(backup))


run_tests(globals())
