# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between a desktop and its server is told in words: an older server, a page of the network, a proxy's page.
And what was refused of drafts can be read and becomes a draft again."""

import http.client
import json
import os
import re
import sqlite3
import sys
import threading
import unittest
from pathlib import Path

import jipui
import jipunit
from city import BUILD, City, random_word
from jipui import tr

os.environ.setdefault('JIP_BUILD_DIR', str(BUILD))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'sync'))
from fake_server import Answer, Fake, error  # noqa: E402

PICTURES = Path(os.environ['JIPUI_PICTURES']) if 'JIPUI_PICTURES' in os.environ else None
EXCHANGES = ('/v1/push', '/v1/pull', '/v1/snapshot', '/v1/live')
HTML = b'<!DOCTYPE html><html><body>Welcome. Sign in to the network.</body></html>'


class SyncStateTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff')])
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)
        self.place = self.city.url.split('//')[1]
        self.between = None  # what answers in the server's place
        self.open = threading.Event()  # what is new gets through
        self.open.set()
        self.revoked = None  # an idea that may not be seen any more
        self.fake = Fake()
        self.fake.all = self.answer
        self.addCleanup(self.fake.stop)
        self.city.url = f'http://127.0.0.1:{self.fake.port}'

    def answer(self, handler, query, body):
        path = handler.path.split('?')[0]
        if path == '/v1/live':  # there is none: the desktop polls
            return Answer(HTML, 502, 'text/html')
        if path in ('/v1/pull', '/v1/snapshot'):
            self.open.wait(jipui.WAIT)
        if self.between is not None and path in EXCHANGES:
            return self.between
        connection = http.client.HTTPConnection(self.place, timeout=30)
        headers = {name: value for name, value in handler.headers.items() if name in ('Authorization', 'Content-Type')}
        connection.request(handler.command, handler.path, body or None, headers)
        response = connection.getresponse()
        content = response.read()
        if path == '/v1/pull' and self.revoked and response.status == 200:
            page = json.loads(content)
            page.pop('digests', None)
            page['changes'].append({'seq': page['seq'], 'table': 'proposal', 'op': 'drop', 'id': self.revoked})
            content = json.dumps(page).encode()
        answer = Answer(content, response.status, response.getheader('Content-Type') or 'application/json')
        connection.close()
        return answer

    def desktop(self):
        app = self.city.desktop('kim')
        app.start()
        self.addCleanup(app.stop)
        app.find('tab', tr('Ideas')).click()
        app.find('button', tr('Write an Idea'))
        return app

    def picture(self, app, name):
        if PICTURES is not None:
            PICTURES.mkdir(parents=True, exist_ok=True)
            app.front()
            app.picture(PICTURES / f'sync-state-{name}.png')

    def write(self, app):
        text = f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.'
        app.find('button', tr('Write an Idea')).click()
        app.find('text', tr('Your idea')).set_text(text)
        app.find('button', tr('Send')).wait_state('sensitive').click()
        return text

    def open_state(self, app, label):
        app.find('button', label, timeout=60).click()

    def count(self, sql, *values):
        database = sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True)
        count, = database.execute(sql, values).fetchone()
        database.close()
        return count

    def heal(self, app, text):
        self.between = None
        jipui.wait_until(lambda: self.count('SELECT COUNT(*) FROM proposal WHERE body = ?', text) == 1, 'the idea is on the server, once', 90)
        app.find('button', tr('Saved'), timeout=60)

    def test_a_server_that_is_older(self):
        app = self.desktop()
        self.between = error(409, 'schema-unknown', {'server': 0})
        text = self.write(app)
        sentence = tr('This program is newer than the server. What you write is kept here and sent once the server has been updated.')
        app.find('label', sentence)
        self.open_state(app, tr('Waiting for the server’s update'))
        waiting = tr('%u change is waiting here.', '%u changes are waiting here.', 1) % 1
        app.find('label', f'{sentence}\n{waiting}')
        self.picture(app, 'older-server')
        jipui.assert_korean(app, [text, self.city.url])
        app.keys('Escape')
        self.heal(app, text)
        app.wait_gone('label', sentence)
        self.revoke(app, text)

    def revoke(self, app, text):
        """An idea that is looked at and may not be seen any more is taken away in words; what is typed on it stays."""
        app.find_row(self.write(app)[:6])
        app.find_row(text[:6]).mouse_click()
        app.find(None, text, lambda node: node.role == 'label')
        app.find('text', tr('Your comment')).set_text('쓰다 만 댓글')
        database = sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True)
        self.revoked, = database.execute('SELECT id FROM proposal WHERE body = ?', (text,)).fetchone()
        database.close()
        app.find('button', re.compile('♥')).click()
        app.find('label', tr('This idea is no longer there, or no longer visible to you. What you wrote on it and did not send is kept.'))
        self.assertFalse(app.find_all('label', text))
        self.assertNotIn('sensitive', app.find('button', tr('Add Comment')).states)
        app.find('text', tr('Your comment')).wait_text('쓰다 만 댓글')
        self.picture(app, 'revoked')

    def told(self, between, sentence, name):
        app = self.desktop()
        self.between = between
        text = self.write(app)
        self.open_state(app, tr('Offline · saved here'))
        told = tr('%s You can go on working: everything is kept on this PC.') % sentence
        waiting = tr('%u change is kept on this PC and goes to the server by itself as soon as it can be reached.',
                     '%u changes are kept on this PC and go to the server by themselves as soon as it can be reached.', 1) % 1
        app.find('label', f'{told}\n{waiting}')
        self.picture(app, name)
        jipui.assert_korean(app, [text, self.city.url])
        app.keys('Escape')
        self.heal(app, text)

    def test_a_page_of_the_network(self):
        self.told(Answer(HTML, 200, 'text/html'), tr('Something else than the server answers at its address, such as a sign-in page of the network. '
                                                     'Open a web page to see it, or ask who looks after the network.'), 'page-of-the-network')

    def test_a_page_of_a_proxy(self):
        self.told(Answer(HTML, 502, 'text/html'), tr('The server is not ready: what stands before it answers with status %u.') % 502, 'page-of-a-proxy')

    def first_start(self):
        """Nobody is told that there is nothing before all has come."""
        self.open.clear()
        app = self.desktop()
        app.find('label', tr('Fetching the ideas'))
        app.find('button', tr('Fetching what is new'))
        self.picture(app, 'fetching')
        self.open.set()
        app.find('button', tr('Saved'))
        return app

    def test_drafts_that_were_refused(self):
        app = self.first_start()
        app.stop()
        title = f'{random_word(self.city.rng)} 개관'
        document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}
        replica = next((self.city.root / 'pc-kim').rglob('jiphyeon.db'))
        database = sqlite3.connect(replica, isolation_level=None)
        key = '018f0000-0000-7000-8000-0000000000f0'
        for name, args, code in (('draft.save', {'id': key, 'base_version': 1, 'document': document}, 'version-conflict'),
                                 ('draft.delete', {'id': key, 'base_version': 1}, 'version-conflict'),
                                 ('proposal.submit', {'body': '하수도를 점검'}, 'damaged')):
            database.execute('INSERT INTO refused (name, args, at, code, message) VALUES (?, ?, ?, ?, ?)',
                             (name, json.dumps(args, ensure_ascii=False), 1784696591250, code, 'x'))
        database.close()
        app = self.desktop()
        self.open_state(app, tr('%u to look at', '%u to look at', 3) % 3)
        for sentence in ('It was saved on another PC first. This one is kept among its versions.',
                         'It was saved on another PC in the meantime, so it is still there.',
                         'It was damaged on this PC before it could be sent. This can still be read of it.'):
            app.find('label', tr(sentence))
        app.find_text('하수도를 점검')
        self.picture(app, 'refused-drafts')
        jipui.assert_korean(app, [title, self.city.url])
        app.find('button', tr('Save as a New Draft')).click()
        jipui.wait_until(lambda: self.count('SELECT COUNT(*) FROM draft WHERE title = ?', title) == 1, 'the draft is on the server', 60)
        jipui.wait_until(lambda: not app.find_all('button', tr('Save as a New Draft')), 'it is put away')


if __name__ == '__main__':
    jipunit.main()
