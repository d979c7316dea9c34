# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC that several people use one after the other: what one could not send is told to the next in words, and goes out by
itself, or with a sign-in of whose it is."""

import os
import re
import shutil
import sqlite3
import unittest
from pathlib import Path

import jipui
import jipunit
from city import City, random_word
from jipui import tr

PICTURES = Path(os.environ['JIPUI_PICTURES']) if 'JIPUI_PICTURES' in os.environ else None
SEND = tr('%u change of %s is kept on this PC and goes to the server by itself as soon as it can be reached.',
          '%u changes of %s are kept on this PC and go to the server by themselves as soon as it can be reached.', 1)
SIGN_IN = tr('%u change of %s is kept on this PC and waits until they sign in here again.',
             '%u changes of %s are kept on this PC and wait until they sign in here again.', 1)

ELSEWHERE = tr('%u change of %s is kept on this PC for the server at %s and waits until they sign in to it here again.',
               '%u changes of %s are kept on this PC for the server at %s and wait until they sign in to it here again.', 1)


KEPT_THERE = tr('%u text of %s that was being written, or was refused, is kept on this PC for the server at %s and is shown after signing in '
                'there.', '%u texts of %s that were being written, or were refused, are kept on this PC for the server at %s and are shown after '
                'signing in there.', 1)


class HandoverTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff'), ('lee', '이바다', 'staff')])
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)
        self.body = random_word(self.city.rng, 8)

    def desktop(self, url=None):
        app = jipui.Program([jipui.BUILD / 'src/app/jiphyeon', '--server', url or self.city.url, '--data', self.city.root / 'pc'], timeout=30)
        app.start()
        self.addCleanup(app.stop)
        return app

    def picture(self, app, name):
        if PICTURES is not None:
            PICTURES.mkdir(parents=True, exist_ok=True)
            app.front()
            app.picture(PICTURES / f'handover-{name}.png')

    def sign_in(self, app, login):
        for name, text in ((tr('Login'), login), (tr('Password'), self.city.password)):
            app.find(None, name, where=lambda node: 'editable' in node.states).set_text(text)
        app.find('button', tr('Sign In')).wait_state('sensitive').click()
        app.find('tab', tr('Ideas')).click()

    def sign_out(self, app, name):
        app.find('button', name).click()
        app.find(None, tr('_Sign Out')).click()
        app.find('button', tr('Sign In'))

    def leave_something(self, app):
        """Kim writes without a line and leaves."""
        self.sign_in(app, 'kim')
        app.find('button', tr('Saved'))
        self.city.stop_server()
        app.find('button', tr('Offline · saved here'))
        app.find('button', tr('Write an Idea')).click()
        app.find('text', tr('Your idea')).set_text(self.body)
        app.find('button', tr('Send')).wait_state('sensitive').click()
        app.find_row(self.body)
        self.sign_out(app, '김하늘')

    def note(self, app, sentence):
        """The words of the sentence, with 1 and Kim in it."""
        who = '김하늘 (kim)'
        filled = re.sub(r'%3\$s', self.city.url, sentence)
        filled = re.sub(r'%(\d\$)?u', '1', re.sub(r'%(\d\$)?s', who, filled))
        return app.find_text(filled)

    def ideas(self):
        with sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True) as database:
            return database.execute('SELECT a.login, p.body FROM proposal p JOIN account a ON a.id = p.author').fetchall()

    def test_the_next_one_sends_it(self):
        app = self.desktop()
        self.leave_something(app)
        self.note(app, SEND)
        jipui.assert_korean(app, [self.city.url, '김하늘 (kim)', 'kim', 'http'])
        self.picture(app, 'sign-in')
        self.assertNotIn(self.body, app.dump(), 'what she wrote is not for others')
        self.city.restart_server()
        self.sign_in(app, 'lee')
        jipui.wait_until(lambda: self.ideas() == [('kim', self.body)], 'what Kim left is on the server, as hers')
        app.find_row(self.body)
        app.find('button', tr('Saved'))

    def test_a_session_that_ended_is_told(self):
        app = self.desktop()
        self.leave_something(app)
        with sqlite3.connect(self.city.data / 'jiphyeon.db') as database:
            database.execute('DELETE FROM session')
        database.close()
        self.city.restart_server()
        self.note(app, SIGN_IN)
        self.picture(app, 'ended')
        self.sign_in(app, 'lee')
        app.find('button', tr('Saved')).click()
        self.note(app, SIGN_IN)
        jipui.assert_korean(app, [self.city.url, '김하늘 (kim)', 'kim', 'http'])
        self.picture(app, 'popover')
        app.keys('Escape')
        self.assertEqual(self.ideas(), [])
        self.sign_out(app, '이바다')
        self.sign_in(app, 'kim')
        jipui.wait_until(lambda: self.ideas() == [('kim', self.body)], 'it goes out with her sign-in')

    def test_another_address_is_told(self):
        """The address was changed: what waits for the old one is told with it, and goes out once it is set back."""
        app = self.desktop()
        self.leave_something(app)
        app.stop()
        other = 'http://127.0.0.1:9'
        app = self.desktop(other)
        self.note(app, ELSEWHERE)
        jipui.assert_korean(app, [other, self.city.url, '김하늘 (kim)', 'kim', 'http'])
        self.picture(app, 'address')
        app.stop()
        self.city.restart_server()
        app = self.desktop()
        self.note(app, SIGN_IN)
        self.sign_in(app, 'kim')
        jipui.wait_until(lambda: self.ideas() == [('kim', self.body)], 'it goes out with her sign-in')

    def writer(self, app):
        app.find('button', tr('Write an Idea')).click()
        return app.find('text', tr('Your idea'))

    def test_a_server_that_was_restored_elsewhere(self):
        """Whoever signs in at its new address finds what they had, sent and unsent and half typed, and nothing is said of addresses."""
        half = random_word(self.city.rng, 8)
        self.city.jipctl('backup', self.city.root / 'backup', '--data', self.city.data)
        app = self.desktop()
        self.leave_something(app)
        self.city.restart_server()
        self.sign_in(app, 'kim')
        jipui.wait_until(lambda: self.ideas() == [('kim', self.body)], 'it is there')
        self.writer(app).set_text(half)
        app.find_text(tr('Saved on this PC'))
        self.sign_out(app, '김하늘')
        app.stop()
        self.city.stop_server()
        shutil.rmtree(self.city.data)
        self.city.jipctl('restore', self.city.root / 'backup', '--data', self.city.data)
        self.city.start_server()
        self.assertEqual(self.ideas(), [])
        app = self.desktop(self.city.url)
        self.sign_in(app, 'kim')
        jipui.wait_until(lambda: self.ideas() == [('kim', self.body)], 'it has come back')
        app.find_row(self.body)
        app.find('button', tr('Saved'))
        self.assertEqual(self.writer(app).text, half)
        jipui.assert_korean(app, [self.city.url, 'kim', 'http'])
        self.picture(app, 'restored')

    def test_another_server_is_told_of(self):
        """What is half typed for one server is not shown at another one; where it is, is said."""
        app = self.desktop()
        self.sign_in(app, 'kim')
        app.find('button', tr('Saved'))
        self.writer(app).set_text(random_word(self.city.rng, 8))
        app.find_text(tr('Saved on this PC'))
        self.sign_out(app, '김하늘')
        app.stop()
        with City(self.city.people) as other:
            mine, self.city.password = self.city.password, other.password
            app = self.desktop(other.url)
            self.sign_in(app, 'kim')
            self.city.password = mine
            app.find('button', tr('Saved')).click()
            self.note(app, KEPT_THERE)
            jipui.assert_korean(app, [self.city.url, '김하늘 (kim)', 'kim', 'http'])
            self.picture(app, 'elsewhere')
            app.stop()


if __name__ == '__main__':
    jipunit.main()
