# SPDX-License-Identifier: GPL-3.0-or-later
"""A server speaks its own wire schema and the one before. Programs of different schemas meet, real ones on both sides: who is
one behind is served in full, anybody else is told so and keeps what is written until one of the two has been updated."""

import collections
import contextlib
import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))
from fake_server import DRIVER, Desk  # noqa: E402
from fault_proxy import FaultProxy  # noqa: E402
from harness import AT, BUILD, Client, JIPHYEOND, Server, check_feeds, new_id, row_digest, run_tests  # noqa: E402

# As src/sync/jip-sync.h and meson.build have them.
NOW, NEXT, LATER = 1, 2, 3
SERVERS = {NOW: JIPHYEOND, **{schema: os.path.join(BUILD, f'tests/sync/jiphyeond-schema-{schema}') for schema in (NEXT, LATER)}}
DRIVERS = {NOW: DRIVER, NEXT: os.path.join(BUILD, f'tests/sync/sync-driver-schema-{NEXT}')}
SAID = {'update-needed': 'too old', 'server-behind': 'newer'}
USERS = [['kim', '김하늘', '기획과', 'staff', 'pw'], ['lee', '이바다', '도서관과', 'staff', 'pw']]
DOCUMENT = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '초안', 'fields': {}, 'sections': []}


class City:
    """Data with a server over it that may be replaced, and desktops that do not notice but by what it says."""

    def __init__(self):
        self.schema = NOW
        self.server = Server(users=USERS).start()
        self.proxy = FaultProxy(0, 0.0)
        self.proxy.upstream = self.server.port
        self.people = {login: Client(self.server, login) for login, *_ in USERS}
        self.desks = []

    def replace_server(self, schema):
        """Another one goes on with the same data, and loses nothing of it."""
        self.server.stop()
        before = self.server.digest()
        self.schema, self.server.program = schema, SERVERS[schema]
        self.server.start()
        assert self.people['kim'].call('GET', '/healthz')[1]['schema'] == schema
        assert self.server.digest() == before  # before the desktops are let in
        self.proxy.upstream = self.server.port

    def desk(self, login='kim'):
        person = self.people[login]
        desk = Desk(f'http://127.0.0.1:{self.proxy.add_lane()}', None, person.token, person.user)
        self.desks.append(desk)
        return desk

    def rows(self, login):
        """What the server shows now to somebody who reads it from the start."""
        reader = Client(self.server)
        reader.token, reader.schema = self.people[login].token, self.schema
        assert reader.pull()['digests'] == row_digest(reader.rows)
        return reader.rows

    def feeds(self):
        text = self.people['kim'].call('GET', '/metrics')[1].decode()
        return int(text.split('\njiphyeon_live_feeds ')[1].split()[0])

    def texts(self):
        """How often each text is there."""
        rows = self.rows('kim')
        return collections.Counter(row['body'] for (table, _), row in rows.items() if table in ('proposal', 'comment'))


@contextlib.contextmanager
def city():
    city = City()
    try:
        yield city
        for desk in city.desks:
            desk.stop()
    finally:
        for desk in city.desks:
            desk.remove()
        city.server.kill()
        city.proxy.stop()


def settle(city, *desks):
    """Everything is sent by itself, nothing was refused, and the desktops hold what the server does."""
    for desk in desks:
        desk.wait(lambda desk=desk: desk.state == ('synced', 0, 0), 75, 'synced')
        wanted = city.rows(desk.user['login'])
        desk.wait(lambda desk=desk, wanted=wanted: held(desk) == wanted, 75, 'the same rows')


def held(desk):
    return {(table, key): json.loads(row) for table, key, row in desk.query('SELECT tbl, id, row FROM record WHERE layer = 0')}


def refused_with(desk, state, pending):
    desk.wait(lambda: desk.state == (state, pending, 0) and SAID[state] in desk.said, what=f'{state} with {pending}')


def attach(desk, idea):
    """Returns the hash of a file that the desktop is to send with the idea."""
    content = b'%PDF-1.7\n' + os.urandom(100000)
    with open(os.path.join(desk.folder, 'paper.pdf'), 'wb') as file:
        file.write(content)
    assert desk.do('attach', proposal=idea, name='paper.pdf')[0] == 'done'
    return hashlib.sha256(content).hexdigest()


def fetch(desk, sha256):
    desk.wait(lambda: desk.do('fetch', sha256=sha256)[0] == 'done', what='the file')
    return desk.do('fetch', sha256=sha256)[1]


def read_anew(desk):
    """The next thing that this desktop asks for is a snapshot."""
    desk.stop()
    desk.harm("INSERT OR REPLACE INTO meta (key, value) VALUES ('in_snapshot', '1'), ('cursor', '')")
    desk.harm('DELETE FROM record WHERE layer = 0')
    desk.start()


def test_which_are_spoken():
    """Each call that names a schema, on each server: its own and the one before are taken, what is newer or older is not."""
    with city() as here:
        kim = here.people['kim']

        def push(schema):
            save = {'n': kim.n + 1, 'name': 'draft.save', 'args': {'id': new_id(), 'base_version': 0, 'document': DOCUMENT}, 'at': AT}
            answer = kim.call('POST', '/v1/push', {'replica': kim.replica, 'schema': schema, 'mutations': [save]})
            if answer[0] == 200:
                kim.n += 1
                assert answer[1]['verdicts'][0]['status'] == 'ok', answer
            return answer

        def read(call):
            return lambda schema: kim.call('GET', f'/v1/{call}?replica={kim.replica}&schema={schema}')

        for server in SERVERS:
            if server != NOW:
                here.replace_server(server)
            for schema in range(LATER + 2):
                wanted = (426, 'schema-too-old') if schema < max(NOW, server - 1) else (409, 'schema-unknown') if schema > server else None
                before = wanted and here.server.digest()
                for call in (push, read('pull'), read('snapshot')):
                    status, answer = call(schema)
                    if wanted:
                        assert (status, answer['error']['code']) == wanted and answer['error']['detail'] == {'server': server}, (server, schema, answer)
                    else:
                        assert status == 200, (server, schema, answer)
                assert not wanted or here.server.digest() == before


def test_one_behind_is_served_in_full():
    with city() as here:
        kim = here.desk('kim')
        idea = kim.submit('앞선 글')
        settle(here, kim)
        here.replace_server(NEXT)
        lee = here.desk('lee')
        settle(here, kim, lee)
        kim.wait(lambda: here.feeds() == 2, 75, 'a feed for each')
        for writer, reader in ((kim, lee), (lee, kim)) * 3:
            text = f'의견 {new_id()}'
            assert writer.do('comment', proposal=idea, body=text)[0] == 'done'
            reader.wait(lambda: any(row.get('body') == text for row in held(reader).values()), 15, 'what the other one wrote')
        assert here.feeds() == 2
        assert lee.do('vote', proposal=idea, on=True)[0] == lee.do('draft', document=DOCUMENT)[0] == 'done'
        assert kim.do('edit', id=idea, fields={'body': '고친 글'})[0] == 'done'
        sha256 = attach(kim, idea)
        with open(fetch(lee, sha256), 'rb') as file:
            assert hashlib.sha256(file.read()).hexdigest() == sha256
        settle(here, kim, lee)
        # a verdict that is none of `ok` arrives as well
        assert kim.do('comment', proposal=new_id(), body='없는 글에')[0] == 'done'
        kim.wait(lambda: kim.state[1:] == (0, 1), what='the verdict')
        assert [code for _, _, code in kim.refused()] == ['not-found']
        read_anew(lee)
        settle(here, lee)
        assert lee.query("SELECT value FROM meta WHERE key = 'in_snapshot'") != [('1',)]


def test_two_behind_keeps_the_queue():
    with city() as here:
        kim, lee = here.desk('kim'), here.desk('lee')
        idea = kim.submit('앞선 글')
        settle(here, kim, lee)
        here.replace_server(LATER)
        before = here.server.digest()
        kim.submit('옛 프로그램의 글')
        assert kim.do('comment', proposal=idea, body='옛 프로그램의 의견')[0] == 'done'
        assert kim.do('vote', proposal=idea, on=True)[0] == 'done'
        refused_with(kim, 'update-needed', 3)
        refused_with(lee, 'update-needed', 0)  # who has written nothing learns it by reading
        here.people['lee'] = Client(here.server, 'lee')  # signing in names no schema
        new = here.desk('lee')
        refused_with(new, 'update-needed', 0)
        new.submit('처음부터 옛 프로그램의 글')
        refused_with(new, 'update-needed', 1)
        read_anew(lee)
        refused_with(lee, 'update-needed', 0)
        assert not held(lee)
        # it is there after whatever end of the program
        for end in (kim.kill, kim.stop):
            end()
            kim.start()
            refused_with(kim, 'update-needed', kim.query("SELECT COUNT(*) FROM outbox WHERE status = 'waiting'")[0][0])
            kim.submit(f'{end.__name__} 뒤의 글')
            kim.sync()
        refused_with(kim, 'update-needed', 5)
        assert here.server.digest() == before
        sha256 = attach(kim, idea)  # neither does the file, so it goes
        kim.wait(lambda: kim.query(f"SELECT sent FROM file WHERE sha256 = '{sha256}'") == [(1,)], what='the file is sent')
        refused_with(kim, 'update-needed', 6)
        here.replace_server(NEXT)
        settle(here, kim, lee, new)
        fetch(lee, sha256)
        wanted = ['앞선 글', '옛 프로그램의 글', '옛 프로그램의 의견', '처음부터 옛 프로그램의 글', 'kill 뒤의 글', 'stop 뒤의 글']
        assert here.texts() == dict.fromkeys(wanted, 1), here.texts()
        assert here.rows('kim')['proposal', idea]['votes'] == 1


def test_the_program_is_updated():
    """Over the replica of before, with what was queued there."""
    with city() as here:
        kim = here.desk('kim')
        settle(here, kim)
        here.replace_server(LATER)
        kim.submit('옛 프로그램의 글')
        refused_with(kim, 'update-needed', 1)
        kim.stop()
        kim.program = DRIVERS[NEXT]
        kim.start()
        settle(here, kim)
        assert here.texts() == {'옛 프로그램의 글': 1}


def test_the_program_is_updated_first():
    with city() as here:
        kim = here.desk('kim')
        settle(here, kim)
        kim.stop()
        kim.program = DRIVERS[NEXT]
        kim.start()
        kim.submit('새 프로그램의 글')
        refused_with(kim, 'server-behind', 1)
        here.replace_server(NEXT)
        settle(here, kim)
        assert here.texts() == {'새 프로그램의 글': 1}


run_tests(globals(), check_feeds)
