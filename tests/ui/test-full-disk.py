# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC whose disk is full: what was typed stays where it is, a sentence says why, and everything goes on when there is room."""

import errno
import json
import os
import re
import sys
import unittest

import jipui
import jipunit
from city import BUILD, City, random_word
from jipui import tr

os.environ.setdefault('JIP_BUILD_DIR', str(BUILD))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'faults'))
import faults  # noqa: E402

LEAD = '누가, 언제, 어디서, 무엇을 하는지 알리는 첫 문단'
TOO_LARGE = tr('This draft is too large for the server. Shorten it, or divide it into two; until then it is on this PC only.')


class FullDiskTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff'), ('lee', '이바다', 'staff')])
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)
        self.preload = faults.Faults(self.city.root / 'pc-kim')
        self.app = self.city.desktop('kim')
        self.app.environment.update(self.preload.environment())
        self.app.start()
        self.addCleanup(self.app.stop)

    def test_an_idea(self):
        text = f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.'
        self.app.find('tab', '아이디어').click()
        self.app.find('button', '아이디어 쓰기').click()
        self.preload.arm(faults.WRITE, 'jiphyeon.db', problem=errno.ENOSPC, count=-1)
        self.app.find('text', '아이디어 내용').set_text(text)
        self.app.find_text('디스크가 가득 찼습니다. 아무것도 바뀌지 않았습니다. 공간을 마련한 뒤 다시 해 보십시오.')
        self.app.find('button', '보내기').wait_state('sensitive').click()
        self.app.find('text', '아이디어 내용').wait_text(text)
        jipui.assert_korean(self.app, [text, self.city.url])
        self.preload.clear()
        self.app.find('label', '이 PC에 저장됨')
        self.app.find('button', '보내기').wait_state('sensitive').click()
        self.app.find_row(text[:6])
        self.app.find_text('저장됨')
        jipui.wait_until(lambda: self.sent(text) == 1, 'the idea is on the server, once')

    def test_a_draft(self):
        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30).mouse_click()
        title = f'{random_word(self.city.rng)} 개관'
        self.preload.arm(faults.WRITE, 'jiphyeon.db', problem=errno.ENOSPC, count=-1)
        self.app.find('text', '제목').set_text(title)
        self.app.find('label', '저장되지 않음: 이 PC의 디스크에 쓸 수 없습니다')
        self.app.find('text', '제목').wait_text(title)
        self.preload.clear()
        self.app.find('label', '저장됨')
        jipui.wait_until(lambda: self.drafts(title) == 1, 'the draft is on the server')

    def test_a_draft_is_not_left(self):
        """Nobody leaves a draft that is nowhere; one that is on this PC alone is among the drafts, and saved when there is room."""
        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30).mouse_click()
        title = f'{random_word(self.city.rng)} 개관'
        self.preload.arm(faults.WRITE, 'jiphyeon.db', problem=errno.ENOSPC, count=-1)
        self.app.find('text', '제목').set_text(title)
        self.app.find('button', tr('Back to my drafts')).click()
        self.app.find_text(tr('This draft stays open: the disk of this PC takes nothing, and it is nowhere else yet. '
                              'Make room, or copy the text to another place.'))
        self.app.find('text', '제목').wait_text(title)
        self.picture('not-left')
        jipui.assert_korean(self.app, [title, self.city.url])
        self.preload.clear()
        self.app.find('label', '저장됨')
        self.app.find('button', tr('Back to my drafts')).click()
        self.app.find_row(title)
        jipui.wait_until(lambda: self.drafts(title) == 1, 'the draft is on the server')

    def test_a_draft_that_is_too_large(self):
        """It is on this PC alone, with words that say so, until it is shortened or deleted."""
        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30).mouse_click()
        title = f'{random_word(self.city.rng)} 개관'
        self.app.find('text', '제목').set_text(title)
        self.app.find('text', LEAD).insert_text('이 문장은 아주 길게 이어집니다. ' * 8500)
        self.app.find_text(TOO_LARGE, timeout=30)
        self.app.find('label', tr('Saved on this PC only'))
        self.picture('too-large')
        self.app.find('button', tr('Back to my drafts')).click()
        self.app.find_row(title).find('label', tr('Not saved yet'))
        self.picture('list')
        self.app.stop()
        self.app.start()
        row = self.app.find_row(title, timeout=30)
        row.find('label', re.compile(re.escape(tr('on this PC only'))))
        row.mouse_click()
        self.app.find('text', LEAD).wait_text(lambda text: text.startswith('이 문장은'), timeout=30)
        self.app.find_text(TOO_LARGE, timeout=30)
        self.app.find('text', LEAD).set_text('짧은 글')
        jipui.wait_until(lambda: self.versions('짧은 글') == 1, 'the draft is on the server as it is now', 30)
        self.app.find('label', tr('Saved'), timeout=30)
        self.assertEqual(self.drafts(title), 1)
        self.app.find('text', LEAD).insert_text('이 문장은 아주 길게 이어집니다. ' * 8500)
        self.app.find_text(TOO_LARGE, timeout=30)
        self.app.find('button', tr('Back to my drafts')).click()
        self.app.find_row(title).find('button', tr('Delete what was typed')).click()
        dialog = self.app.window_named(tr('Delete what was typed?'))
        self.picture('delete')
        dialog.find('button', re.compile(re.escape(tr('Delete')))).click()
        self.app.wait_gone('label', tr('Not saved yet'))
        jipui.wait_until(lambda: len(self.app.windows()) == 1, 'the question is gone')
        self.app.find_row(title).mouse_click()
        self.app.find('text', LEAD).wait_text('짧은 글', timeout=30)

    def test_a_draft_that_was_left(self):
        """What an earlier run could not save is saved by the next one."""
        title = f'{random_word(self.city.rng)} 개관'
        document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}
        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30)
        self.app.stop()
        replica, = (self.city.root / 'pc-kim').rglob('jiphyeon.db')
        database = faults.harness.sqlite3.connect(replica)
        with database:
            database.execute('INSERT INTO scratch (key, text) VALUES (?, ?)',
                             ('draft/018f0000-0000-7000-8000-0000000000d1', json.dumps(document, ensure_ascii=False)))
        database.close()
        self.app.start()
        self.app.find_row(title, timeout=30)
        jipui.wait_until(lambda: self.drafts(title) == 1, 'the draft is on the server')
        self.app.wait_gone('label', tr('Not saved yet'))

    def fill_disk(self):
        self.app.find('tab', '아이디어', timeout=30)
        self.preload.arm(faults.WRITE, 'jiphyeon.db', problem=errno.ENOSPC, count=-1)

    def write_idea(self, app, text):
        app.find('tab', '아이디어').click()
        app.find('button', '아이디어 쓰기').click()
        app.find('text', '아이디어 내용').set_text(text)

    def test_news(self):
        """What cannot be taken from the server is not said to be there; a comment and a like are not either."""
        lee = self.city.desktop('lee')
        lee.start()
        self.addCleanup(lee.stop)
        first, second = [f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.' for _ in range(2)]
        comment = f'{random_word(self.city.rng)} 좋은 생각입니다.'
        self.write_idea(lee, first)
        lee.find('button', '보내기').wait_state('sensitive').click()
        self.app.find('tab', '아이디어').click()
        self.app.find_row(first[:6]).mouse_click()
        box = self.app.find('text', tr('Your comment'))
        self.fill_disk()
        box.set_text(comment)
        self.app.find_text('디스크가 가득 찼습니다. 아무것도 바뀌지 않았습니다. 공간을 마련한 뒤 다시 해 보십시오.')
        like = self.app.find('button', re.compile('공감'))
        like.click()
        jipui.wait_until(lambda: not like.has('pressed') and not like.has('checked'), 'the like is taken back')
        self.write_idea(lee, second)
        lee.find('button', '보내기').wait_state('sensitive').click()
        self.app.find('button', tr('This PC’s disk takes nothing'))
        self.picture('news')
        jipui.assert_korean(self.app, [first, second, comment, self.city.url])
        self.preload.clear()
        self.app.find('button', tr('Saved'))
        self.app.find_row(second[:6])
        box.wait_text(comment)
        self.app.wait_gone('label', '디스크가 가득 찼습니다. 아무것도 바뀌지 않았습니다. 공간을 마련한 뒤 다시 해 보십시오.')

    def test_closing(self):
        """A window with something that is in memory alone closes once that is written, or when its writer says so."""
        text = f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.'
        self.fill_disk()
        self.write_idea(self.app, text)
        self.app.keys('ctrl+q')
        self.app.find_text(tr('What you typed last is not on this PC’s disk yet'))
        self.picture('closing')
        jipui.assert_korean(self.app, [text, self.city.url])
        self.app.find('button', tr('Go On Working')).click()
        self.app.find('tab', '아이디어').click()
        self.app.find('button', '아이디어 쓰기').click()
        self.app.find('text', '아이디어 내용').wait_text(text)
        self.app.keys('ctrl+q')
        self.app.find_text(tr('What you typed last is not on this PC’s disk yet'))
        self.preload.clear()
        self.app.process.wait(30)
        self.app.start()
        self.app.find('tab', '아이디어').click()
        self.app.find('button', '아이디어 쓰기').click()
        self.app.find('text', '아이디어 내용').wait_text(text)
        self.app.find('text', '아이디어 내용').set_text(text * 2)
        self.app.find('label', '이 PC에 저장됨')
        self.fill_disk()
        self.app.find('text', '아이디어 내용').set_text('버릴 내용')
        self.app.keys('ctrl+q')
        self.app.find('button', tr('Leave and Lose It')).click()
        self.app.process.wait(30)
        self.preload.clear()
        self.app.start()
        self.app.find('tab', '아이디어').click()
        self.app.find('button', '아이디어 쓰기').click()
        self.app.find('text', '아이디어 내용').wait_text(text * 2)

    def test_the_next_person(self):
        """What one person could not keep is written into nobody else's folder."""
        text = f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.'
        self.fill_disk()
        self.write_idea(self.app, text)
        self.app.find('button', '김하늘').click()
        self.app.find(None, tr('_Sign Out')).click()
        self.app.find('button', tr('Leave and Lose It')).click()
        self.app.find_text('다른 사람이 이 PC에 남긴 작업을 지금은 열 수 없습니다')
        self.app.find(None, tr('Login'), where=lambda node: 'editable' in node.states).set_text('lee')
        self.preload.clear()
        self.app.find(None, tr('Password'), where=lambda node: 'editable' in node.states).set_text(self.city.password)
        self.app.find('button', tr('Sign In')).wait_state('sensitive').click()
        self.app.find('button', '이바다', timeout=30)
        self.app.find('tab', '아이디어').click()
        self.app.find('button', '아이디어 쓰기').click()
        self.assertNotIn(text, self.app.find('text', '아이디어 내용').text)
        self.app.stop()
        kept = [faults.harness.sqlite3.connect(path).execute('SELECT COUNT(*) FROM scratch WHERE text = ?', (text,)).fetchone()
                for path in (self.city.root / 'pc-kim').rglob('jiphyeon.db')]
        self.assertEqual(kept, [(0,), (0,)])

    def test_start(self):
        """Work that is on this PC is not asked to sign in for; it opens once there is room."""
        self.app.find('tab', '초안', timeout=30).click()
        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30)
        self.app.stop()
        self.preload.arm(faults.WRITE, '', problem=errno.ENOSPC, count=-1)
        self.app.start()
        self.app.find_text(tr('Your work cannot be opened just now'))
        self.picture('start')
        jipui.assert_korean(self.app, [self.city.url])
        self.preload.clear()
        self.app.find('tab', '초안', timeout=30).click()
        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30)

    def test_the_end_of_the_session(self):
        """What was typed the moment before is written."""
        text = f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.'
        self.write_idea(self.app, text)
        self.assertEqual(self.app.stop(), 0)
        self.app.start()
        self.app.find('tab', '아이디어').click()
        self.app.find('button', '아이디어 쓰기').click()
        self.app.find('text', '아이디어 내용').wait_text(text)

    def picture(self, name):
        if 'JIPUI_PICTURES' in os.environ:
            self.app.picture(os.path.join(os.environ['JIPUI_PICTURES'], f'full-disk-{name}.png'))

    def count(self, sql, value):
        """Of the server's rows."""
        database = faults.harness.sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True)
        count, = database.execute(sql, (value,)).fetchone()
        database.close()
        return count

    def drafts(self, title):
        return self.count('SELECT COUNT(*) FROM draft WHERE title = ?', title)

    def versions(self, text):
        return self.count('SELECT COUNT(*) FROM draft_version WHERE instr(document, ?)', text)

    def sent(self, text):
        return self.count('SELECT COUNT(*) FROM proposal WHERE body = ?', text)


if __name__ == '__main__':
    jipunit.main()
