# SPDX-License-Identifier: GPL-3.0-or-later
"""One person changes one idea on two PCs: the conflict is settled in the dialog, and both texts stay in the history."""

import json
import os
import re
import sqlite3
import subprocess
import unittest
from pathlib import Path

import jipui
import jipunit
from city import City, random_word
from jipui import tr

PICTURES = Path(os.environ['JIPUI_PICTURES']) if 'JIPUI_PICTURES' in os.environ else None
MERGED = re.compile(re.escape(tr('Bring both together and edit')))
THEIRS = re.compile(re.escape(tr('Keep what is on the server')))
MINE = re.compile(re.escape(tr('Put mine there')))


def to_look_at(count):
    """What the sync button says of so many refused changes."""
    return tr('%u to look at', '%u to look at', count).replace('%u', str(count))


class SettleTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff'), ('lee', '이바다', 'staff')])
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)
        word = random_word(self.city.rng)
        self.name = word
        self.first = f'{word} 영수증을 창구에 낸다. 담당자가 손으로 정산한다.'
        self.office_text = f'{word} 영수증을 사진으로 올린다. 담당자가 손으로 정산한다.'
        self.home_text = f'{word} 영수증을 창구에 낸다. 하루 안에 자동으로 정산한다.'
        self.merged = f'{word} 영수증을 사진으로 올린다. 하루 안에 자동으로 정산한다.'

    def desktop(self, login, pc, **env):
        app = self.city.desktop(login, pc, env)
        app.start()
        self.addCleanup(app.stop)
        app.find('tab', tr('Ideas')).click()
        app.find('button', tr('Write an Idea'))
        return app

    def picture(self, app, name):
        if PICTURES is not None:
            PICTURES.mkdir(parents=True, exist_ok=True)
            app.front()
            app.picture(PICTURES / f'settle-{name}.png')

    def open_idea(self, app):
        app.find_row(self.name).mouse_click()
        app.find('button', tr('History'))

    def write(self, app, text):
        app.find('button', tr('Write an Idea')).click()
        app.find('text', tr('Your idea')).set_text(text)
        app.find('button', tr('Send')).wait_state('sensitive').click()

    def begin_edit(self, app, text):
        # the editor of the time before is there, too, behind what is shown
        app.find('button', tr('Edit')).wait_state('sensitive').click().wait_without('sensitive')
        app.find('text', tr('The text of your idea')).set_text(text)

    def save_edit(self, app):
        app.find('button', tr('Save')).click()

    def conflict(self, env=None):
        """Both desktops with the idea open; what home wrote was refused."""
        office, home = self.desktop('kim', 'office'), self.desktop('kim', 'home', **(env or {}))
        self.write(office, self.first)
        office.find_text(tr('Saved'))
        self.open_idea(office)
        self.open_idea(home)
        self.begin_edit(home, self.home_text)
        self.begin_edit(office, self.office_text)
        self.save_edit(office)
        home.find_row('사진으로')
        self.save_edit(home)
        home.find('button', tr('Settle…'))
        home.find_text(self.office_text)
        return office, home

    def wait_closed(self, app):
        """Asks X and not AT-SPI: what closes is left alone."""
        jipui.wait_until(lambda: len(app.x_windows()) == 1, 'the dialog goes away',
                         on_failure=lambda: f'{app.process.poll()}: {app.printed()[-2000:]}')

    def open_popover(self, app, wanted, state):
        """Until it shows @wanted: one that is opened while the window changes may close again at once."""
        def look():
            app.find('button', state).click()
            try:
                return app.find('label', tr(wanted), timeout=2)
            except jipui.Missing:
                return None
        jipui.wait_until(look, f'the popover shows {wanted!r}', 30, app.dump)

    def test_merged_on_both_and_both_in_the_history(self):
        office, home = self.conflict()
        self.picture(home, 'banner')
        self.open_popover(home, 'Your change to an idea was not taken', to_look_at(1))
        home.find('label', tr('Yours: %s') % self.home_text)
        self.picture(home, 'popover')
        home.find_row(tr('Your change to an idea was not taken')).find('button', tr('Settle…')).click()
        home.find('radio', MERGED)
        settle = home.find('button', tr('Settle It So'))
        self.assertNotIn('sensitive', settle.states)
        home.find('label', tr('%s: choose which text stays.') % tr('Body'))
        # the words that differ are named for those who do not see them lit
        self.assertTrue(home.find_all(None, self.office_text, lambda node: '사진으로' in node.description))
        self.assertTrue(home.find_all(None, self.home_text, lambda node: '자동으로' in node.description))
        self.picture(home, 'dialog')
        home.find('radio', MERGED).click()
        text = home.find('text', tr('%s: both together') % tr('Body')).wait_text(self.merged)
        jipui.assert_korean(home, [self.first])
        self.picture(home, 'merged')
        # half-way: what is written stays when the dialog is closed, and over a crash
        text.insert_text(' 끝.')
        home.find('button', tr('Later')).click()
        self.wait_closed(home)
        jipui.wait_until(lambda: (self.merged + ' 끝.').encode() in self.kept(), 'it is on disk')
        home.kill()
        home.start()
        home.find('tab', tr('Ideas')).click()
        self.open_idea(home)
        home.find('button', tr('Settle…')).click()
        home.find('text', tr('%s: both together') % tr('Body')).wait_text(self.merged + ' 끝.')
        settle = home.find('button', tr('Settle It So')).wait_state('sensitive')
        settle.click()
        self.wait_closed(home)
        home.find_text(self.merged + ' 끝.')
        office.find_text(self.merged + ' 끝.')
        home.wait_gone('button', tr('Settle…'))
        for app in (office, home):
            self.check_history(app)
        self.picture(home, 'history')

    def kept(self):
        """What the desktop at home has on disk of the dialog."""
        return b''.join(path.read_bytes() for path in (self.city.root / 'pc-home').rglob('*.db*'))

    def check_history(self, app):
        app.find('button', tr('History')).click()
        lost = app.find_row(tr('Not taken over · came after version %d') % 2)
        app.find_row(re.compile(re.escape(tr('%s · as it stands') % (tr('Version %d') % 3))))
        app.find_row(tr('as first handed in'))
        lost.mouse_click()
        app.find(None, None, lambda node: '하루 안에 자동으로' in node.name and '창구에 낸다.' in node.name)
        jipui.assert_korean(app, [self.first])
        app.find('button', tr('Back to the Idea'))

    def test_theirs_stay(self):
        office, home = self.conflict()
        home.find('button', tr('Settle…')).click()
        home.find('radio', THEIRS).click()
        home.find('button', tr('Settle It So')).wait_state('sensitive').click()
        self.wait_closed(home)
        home.wait_gone('button', tr('Settle…'))
        home.find_text(self.office_text)
        home.find('button', tr('History')).click()
        home.find_row(tr('Not taken over · came after version %d') % 2)
        office.find_text(self.office_text)

    def test_changed_again_meanwhile(self):
        office, home = self.conflict()
        home.find('button', tr('Settle…')).click()
        home.find('radio', MINE).click()
        third = f'{self.name} 셋째 글입니다.'
        office.front()
        self.begin_edit(office, third)
        self.save_edit(office)
        home.find_row('셋째')
        home.find('button', tr('Settle It So')).wait_state('sensitive').click()
        self.wait_closed(home)
        home.find('button', tr('Settle…')).click()
        home.find(None, third, lambda node: node.role == 'label')
        home.find('radio', MINE).click()
        home.find('button', tr('Settle It So')).wait_state('sensitive').click()
        self.wait_closed(home)
        office.find_text(self.home_text)
        home.wait_gone('button', tr('Settle…'))

    def test_as_a_new_idea(self):
        office, home = self.conflict()
        home.find('button', tr('Settle…')).click()
        home.find('button', tr('Save as a New Idea')).click()
        self.wait_closed(home)
        box = home.find('text', tr('Your idea')).wait_text(self.home_text)
        home.find('label', tr('Saved on this PC'))
        box.insert_text(' 새 글.')
        home.find('button', tr('Send')).wait_state('sensitive').click()
        office.find_row('하루 안에')
        self.open_popover(home, 'Everything is on the server.', tr('Saved'))
        self.assertFalse(home.find_all('label', tr('Your change to an idea was not taken')))

    def in_replica(self, sql, *values):
        """Changes what the desktop at home has on disk while it does not run, as if the server had told it so."""
        database, = (self.city.root / 'pc-home').rglob('jiphyeon.db')
        connection = sqlite3.connect(database)
        with connection:
            connection.execute(sql, values)
        connection.close()

    def start_again(self, app):
        app.start()
        app.find('tab', tr('Ideas')).click()
        app.find('button', tr('Write an Idea'))

    def settle_from_popover(self, app):
        self.open_popover(app, 'Your change to an idea was not taken', tr('Sign in again'))
        app.find_row(tr('Your change to an idea was not taken')).find('button', tr('Settle…')).click()

    def test_withdrawn_or_gone_meanwhile(self):
        _, home = self.conflict()
        self.city.stop_server()
        home.kill()
        self.in_replica("UPDATE record SET state = 'withdrawn', row = json_set (row, '$.state', 'withdrawn') WHERE tbl = 'proposal'")
        self.start_again(home)
        self.settle_from_popover(home)
        home.find(None, re.compile(tr('Withdrawn')), lambda node: '새 아이디어로' in node.name)
        home.find(None, self.home_text, lambda node: node.role == 'label')
        self.assertFalse(home.find_all('button', tr('Settle It So')))
        jipui.assert_korean(home, [self.first])
        self.picture(home, 'withdrawn')
        home.find('button', tr('Later')).click()
        self.wait_closed(home)
        home.kill()
        self.in_replica("DELETE FROM record WHERE tbl IN ('proposal', 'proposal_version')")
        self.start_again(home)
        self.settle_from_popover(home)
        home.find_text('이 아이디어가 없어졌거나')
        home.find('button', tr('Save as a New Idea')).click()
        self.wait_closed(home)
        home.find('text', tr('Your idea')).wait_text(self.home_text)

    def refuse(self, name, args, code='forbidden'):
        self.in_replica('INSERT INTO refused (name, args, at, code) VALUES (?, ?, 1780000000000, ?)', name,
                        json.dumps({'id': '01900000-0000-7000-8000-000000000001', **args}), code)

    def test_refused_texts_are_taken_up_again(self):
        home = self.desktop('kim', 'home')
        self.write(home, self.first)
        home.find_row(self.name)
        home.find_text(tr('Saved'))
        home.kill()
        database, = (self.city.root / 'pc-home').rglob('jiphyeon.db')
        proposal, = sqlite3.connect(database).execute("SELECT id FROM record WHERE tbl = 'proposal'").fetchone()
        answer, idea = random_word(self.city.rng, 6), f'{random_word(self.city.rng, 6)}을 바랍니다.'
        unwanted = f'{random_word(self.city.rng, 6)} 아주 긴 글입니다. ' * 30 + '끝.'
        self.refuse('comment.add', {'proposal': proposal, 'body': answer}, 'a-rule-of-next-year')
        self.refuse('proposal.submit', {'kind': 'request', 'body': idea, 'anonymous': False})
        self.refuse('proposal.submit', {'kind': 'request', 'body': unwanted, 'anonymous': False})
        self.start_again(home)
        self.open_popover(home, 'Your comment was not taken', to_look_at(3))
        home.find_text('이 버전의 프로그램은 서버가 받아들이지 않은 까닭을 알지 못합니다.')
        self.picture(home, 'refused')
        self.read_and_put_away(home, unwanted)
        self.open_popover(home, 'Your comment was not taken', to_look_at(2))
        home.find_row(tr('Your comment was not taken')).find('button', tr('Put into the Comment Box')).click()
        home.find('text', tr('Your comment')).wait_text(answer)
        home.find('button', tr('Add Comment')).wait_state('sensitive').click()
        home.find('label', answer)
        box = home.find('text', tr('Your comment'))
        jipui.wait_until(lambda: box.content == '', 'the box is empty again')
        self.open_popover(home, 'Your idea was not taken', to_look_at(1))
        home.find_row(tr('Your idea was not taken')).find('button', tr('Save as a New Idea')).click()
        home.find('text', tr('Your idea')).wait_text(idea)
        home.find('button', tr('Send')).wait_state('sensitive').click()
        home.find_row(idea[:6])
        self.open_popover(home, 'Everything is on the server.', tr('Saved'))
        for refused in ('Your comment was not taken', 'Your idea was not taken'):
            self.assertFalse(home.find_all('label', tr(refused)))

    def give_roles(self, roles):
        self.city.people = [('kim', '김하늘', roles), *self.city.people[1:]]
        self.city.import_people()

    def test_files_that_were_refused(self):
        """The only copies are here: one is saved elsewhere, and both go with the new idea."""
        home = self.desktop('kim', 'home', GTK_USE_PORTAL='0', HOME=str(self.city.root))
        files = {name: os.urandom(3000) for name in ('유일한 추진 계획서.bin', '2026년 하반기 야간 도서관 운영에 드는 인력과 예산(최종).bin')}
        self.city.stop_server()
        home.find('button', tr('Offline · saved here'), timeout=60)
        home.find('button', tr('Write an Idea')).click()
        home.find('text', tr('Your idea')).set_text(self.first)
        for name, content in files.items():
            original = self.city.root / name
            original.write_bytes(content)
            home.find('button', re.compile(re.escape(tr('Attach Files')))).click()
            home.choose_file('Attach Files', '_Attach', original)
            home.find_text(name)
            original.unlink()
        home.find('button', tr('Send')).wait_state('sensitive').click()
        home.find_row(self.name)
        home.kill()
        self.give_roles('auditor')
        self.city.restart_server()
        self.start_again(home)
        self.open_popover(home, 'Your file was not taken', to_look_at(3))
        for name, content in files.items():
            home.find_row(name)
        self.picture(home, 'refused-files')
        jipui.assert_korean(home, [self.first, 'bin'])
        saved = self.city.root / '되찾은 것.bin'
        self.save_refused(home, name, saved)
        self.assertEqual(saved.read_bytes(), content)
        self.give_roles('staff')
        self.open_popover(home, 'Your idea was not taken', to_look_at(3))
        home.find_row(tr('Your idea was not taken')).find('button', tr('Save as a New Idea')).click()
        home.find('text', tr('Your idea')).wait_text(self.first)
        for name in files:
            home.find('button', f"{tr('Remove the file')}: {name}")
        self.picture(home, 'taken-over-files')
        home.find('button', tr('Send')).wait_state('sensitive').click()
        home.find_row(self.name)
        self.open_popover(home, 'Everything is on the server.', tr('Saved'))
        self.assertFalse(home.find_all('label', tr('Your file was not taken')))
        home.keys('Escape')
        jipui.wait_until(lambda: len(home.find_all('button', tr('Save…'))) == 2, 'both are there', on_failure=home.dump)

    def save_refused(self, app, name, path):
        row = app.find_row(name)
        self.assertFalse(row.find_all('button', tr('Copy the text')), 'the name of a file is nothing to copy')
        row.find('button', tr('Put away')).click()
        app.find(None, tr('Put this file away?'))
        dialog = next(window for window in app.windows() if window.role == 'dialog')
        jipui.assert_korean(dialog)
        self.picture(app, 'put-file-away')
        dialog.find('button', re.compile(re.escape(tr('Cancel')))).click()
        self.wait_closed(app)
        self.open_popover(app, 'Your file was not taken', to_look_at(3))
        app.find_row(name).find('button', tr('Save…')).click()
        app.choose_file('Save the File', '_Save', path)
        app.find_text(tr('Saved: %s') % name)

    def read_and_put_away(self, app, text):
        """All of it can be read, and it goes only when that was meant."""
        row = app.find_row(text[:30])
        self.assertFalse(app.find_all('label', text))
        row.find('button', tr('Show All')).click()
        app.find('label', text)
        row.find('button', tr('Copy the text'))
        for answer in ('Cancel', 'Put Away'):
            row.find('button', tr('Put away')).click()
            app.find(None, tr('Put this text away?'))
            dialog = next(window for window in app.windows() if window.role == 'dialog')
            jipui.assert_korean(dialog)
            self.picture(app, 'put-away')
            button, before = dialog.find('button', re.compile(re.escape(tr(answer)))), len(app.x_windows())
            button.click()
            jipui.wait_until(lambda: len(app.x_windows()) < before, 'the question goes away')
            if answer == 'Cancel':
                self.open_popover(app, 'Your comment was not taken', to_look_at(3))
                row = app.find_row(text[:30])

    def test_dark_and_narrow(self):
        _, home = self.conflict({'ADW_DEBUG_COLOR_SCHEME': 'prefer-dark'})
        home.find('button', tr('Settle…')).click()
        home.find('radio', MERGED).click()
        home.find('text', tr('%s: both together') % tr('Body')).wait_text(self.merged)
        self.picture(home, 'dark')
        dialog = home.window_named(tr('Settle Two Changes'))
        self.assertFalse(self.stacked(dialog))
        self.resize(home, dialog, 420, 640)
        jipui.wait_until(lambda: self.stacked(dialog), 'one text stands below the other', on_failure=home.dump)
        self.picture(home, 'dark-narrow')
        home.find('button', tr('Later')).click()
        self.wait_closed(home)
        home.find('button', tr('History')).click()
        home.find_row(tr('Not taken over · came after version %d') % 2).mouse_click()
        self.picture(home, 'dark-history')
        self.resize(home, home.windows()[0], 720, 720)
        self.picture(home, 'dark-history-narrow')

    def stacked(self, dialog):
        one, other = (dialog.find_all(None, text, lambda node: node.role == 'label')[-1].extents() for text in
                      (self.office_text, self.home_text))
        return other[1] > one[1] + one[3] and abs(other[0] - one[0]) < 3

    @staticmethod
    def resize(app, window, width, height):
        app.focus_window(window)
        active = subprocess.run(['xdotool', 'getactivewindow'], capture_output=True, text=True, check=True).stdout.strip()
        subprocess.run(['xdotool', 'windowsize', active, str(width), str(height)], check=True)
        jipui.wait_until(lambda: window.extents()[2] <= width, f'the window is {width} wide', on_failure=lambda: str(window.extents()))


if __name__ == '__main__':
    jipunit.main()
