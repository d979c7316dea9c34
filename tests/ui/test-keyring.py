# SPDX-License-Identifier: GPL-3.0-or-later
"""The session lies in a real keyring (gnome-keyring) and in no file; without one the window says what that means."""

import os
import sqlite3
import subprocess
import unittest
from pathlib import Path

import gi
import jipui
import jipunit
from city import City
from jipui import tr

gi.require_version('Secret', '1')
from gi.repository import Gio, GLib, Secret  # noqa: E402

SERVICE = 'org.freedesktop.secrets'


class Keyring:
    """gnome-keyring on this test's session bus, with keyrings of its own."""

    def __init__(self, folder):
        self.environment = {**os.environ, 'XDG_DATA_HOME': str(folder)}
        self.process = None

    def start(self):
        self.process = subprocess.Popen(['gnome-keyring-daemon', '--foreground', '--unlock', '--components=secrets'],
                                        env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.process.stdin.write(b'the keyring of a test')
        self.process.stdin.close()
        jipui.wait_until(self.is_there, 'the keyring is on the bus')

    @staticmethod
    def is_there():
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        answer = bus.call_sync('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner',
                               GLib.Variant('(s)', [SERVICE]), None, Gio.DBusCallFlags.NONE, -1, None)
        return answer.unpack()[0]

    def lock(self):
        """As after a log-in: what lies in it is given out only once its user has typed a password."""
        service = Secret.Service.get_sync(Secret.ServiceFlags.OPEN_SESSION, None)
        login = Secret.Collection.for_alias_sync(service, Secret.COLLECTION_DEFAULT, Secret.CollectionFlags.NONE, None)
        service.lock_sync([login], None)

    def stop(self):
        Secret.Service.disconnect()  # the library keeps one that is gone
        if self.process is not None:
            self.process.terminate()
            self.process.wait(jipui.WAIT)

    @staticmethod
    def tokens(server):
        """What lies there for a server."""
        service = Secret.Service.get_sync(Secret.ServiceFlags.OPEN_SESSION, None)
        flags = Secret.SearchFlags.ALL | Secret.SearchFlags.LOAD_SECRETS | Secret.SearchFlags.UNLOCK
        while True:
            try:
                return [item.get_secret().get_text() for item in service.search_sync(None, {'server': server}, flags, None)]
            except GLib.Error as error:
                if 'No such secret item' not in error.message:  # one that went while it was looked at
                    raise


class KeyringTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff')])
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)
        self.pc = self.city.root / 'pc'

    def keyring(self):
        keyring = Keyring(self.city.root / 'keyrings')
        keyring.start()
        self.addCleanup(keyring.stop)
        return keyring

    def desktop(self):
        """Started as people do: nothing but the address is given."""
        app = jipui.Program([jipui.BUILD / 'src/app/jiphyeon', '--server', self.city.url, '--data', self.pc], timeout=30)
        app.start()
        self.addCleanup(app.stop)
        return app

    def sign_in(self, app):
        for name, text in ((tr('Login'), 'kim'), (tr('Password'), self.city.password)):
            app.find(None, name, where=lambda node: 'editable' in node.states).set_text(text)
        app.find('button', tr('Sign In')).wait_state('sensitive').click()
        app.find('button', tr('Saved'))

    def files_with(self, secret):
        return [str(path) for path in Path(self.city.root).rglob('*')
                if path.is_file() and 'server' not in path.parts and secret.encode() in path.read_bytes()]

    def test_the_next_start_is_signed_in(self):
        keyring = self.keyring()
        app = self.desktop()
        self.sign_in(app)
        tokens = jipui.wait_until(lambda: keyring.tokens(self.city.url), 'a token lies in the keyring')
        self.assertEqual(len(tokens), 1)
        self.assertEqual(self.files_with(tokens[0]), [], 'the token lies in a file')
        app.stop()

        app = self.desktop()
        app.find('button', tr('Saved'))
        self.assertEqual(app.find_all('button', tr('Sign In')), [])
        self.assertEqual(keyring.tokens(self.city.url), tokens)
        jipui.assert_korean(app)

        app.find('button', '김하늘').click()
        app.find(None, tr('_Sign Out')).click()
        app.find('button', tr('Sign In'))
        jipui.wait_until(lambda: not keyring.tokens(self.city.url), 'the token leaves the keyring')

    def test_what_was_left_goes_out_at_the_next_start(self):
        """Signed out without a line, and the program ended: the keyring has the session until nothing waits any more."""
        keyring = self.keyring()
        app = self.desktop()
        self.sign_in(app)
        jipui.wait_until(lambda: keyring.tokens(self.city.url), 'a token lies in the keyring')
        self.city.stop_server()
        app.find('tab', tr('Ideas')).click()
        app.find('button', tr('Offline · saved here'))
        app.find('button', tr('Write an Idea')).click()
        app.find('text', tr('Your idea')).set_text('남기고 간 글')
        app.find('button', tr('Send')).wait_state('sensitive').click()
        app.find_row('남기고 간 글')
        app.find('button', '김하늘').click()
        app.find(None, tr('_Sign Out')).click()
        app.find('button', tr('Sign In'))
        app.stop()
        self.assertTrue(keyring.tokens(self.city.url), 'the session is kept for what waits')
        self.city.restart_server()
        app = self.desktop()
        app.find('button', tr('Sign In'))
        with sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True) as database:
            jipui.wait_until(lambda: database.execute('SELECT body FROM proposal').fetchall() == [('남기고 간 글',)], 'it is on the server')
            jipui.wait_until(lambda: database.execute('SELECT COUNT(*) FROM session').fetchone() == (0,), 'the session ends')
        jipui.wait_until(lambda: not keyring.tokens(self.city.url), 'the token leaves the keyring')

    def test_the_session_of_another_address_ends(self):
        """The server has another address now: whoever signs in there has one session, and the keyring nothing of before."""
        keyring = self.keyring()
        app = self.desktop()
        self.sign_in(app)
        before = self.city.url
        jipui.wait_until(lambda: keyring.tokens(before), 'a token lies in the keyring')
        self.city.stop_server()
        app.find('tab', tr('Ideas')).click()
        app.find('button', tr('Offline · saved here'))
        app.find('button', tr('Write an Idea')).click()
        app.find('text', tr('Your idea')).set_text('옮겨 간 글')
        app.find('button', tr('Send')).wait_state('sensitive').click()
        app.find_row('옮겨 간 글')
        app.find('button', '김하늘').click()
        app.find(None, tr('_Sign Out')).click()
        app.find('button', tr('Sign In'))
        app.stop()
        self.city.start_server()
        self.assertNotEqual(self.city.url, before)
        app = self.desktop()
        self.sign_in(app)
        with sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True) as database:
            jipui.wait_until(lambda: database.execute('SELECT body FROM proposal').fetchall() == [('옮겨 간 글',)], 'it is on the server')
            jipui.wait_until(lambda: database.execute('SELECT COUNT(*) FROM session').fetchone() == (1,), 'the older session ends')
        jipui.wait_until(lambda: not keyring.tokens(before), 'the older token leaves the keyring')
        self.assertEqual(len(keyring.tokens(self.city.url)), 1)

    def test_a_session_that_could_not_end_ends_at_the_next_start(self):
        """Nothing waited, but the line was cut: the keyring remembers the session, as one that is over."""
        keyring = self.keyring()
        app = self.desktop()
        self.sign_in(app)
        jipui.wait_until(lambda: keyring.tokens(self.city.url), 'a token lies in the keyring')
        self.city.stop_server()
        app.find('button', '김하늘').click()
        app.find(None, tr('_Sign Out')).click()
        app.find('button', tr('Sign In'))
        app.stop()
        self.assertEqual(len(keyring.tokens(self.city.url)), 1, 'the session is kept, once')
        self.city.restart_server()
        app = self.desktop()
        app.find('button', tr('Sign In'))
        with sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True) as database:
            jipui.wait_until(lambda: database.execute('SELECT COUNT(*) FROM session').fetchone() == (0,), 'the session ends')
        jipui.wait_until(lambda: not keyring.tokens(self.city.url), 'the token leaves the keyring')

    def test_a_locked_keyring_does_not_hold_up_the_start(self):
        keyring = self.keyring()
        app = self.desktop()
        self.sign_in(app)
        jipui.wait_until(lambda: keyring.tokens(self.city.url), 'a token lies in the keyring')
        app.stop()
        keyring.lock()
        app = self.desktop()
        app.find('button', tr('Sign in again'))
        app.find('tab', tr('Ideas')).click()
        app.find('button', tr('Write an Idea'))  # it can be worked with

    def test_without_a_keyring_the_window_says_so(self):
        self.assertFalse(Keyring.is_there(), 'this test needs a session without a keyring')
        app = self.desktop()
        self.sign_in(app)
        app.find_text(tr('This PC keeps no passwords. You stay signed in until you quit; at the next start you sign in again. '
                         'Your work is kept.'))
        app.stop()
        app = self.desktop()
        app.find_text(tr('This PC keeps no passwords. Sign in again to send and receive; your work is kept.'))
        jipui.assert_korean(app, [self.city.url])


if __name__ == '__main__':
    jipunit.main()
