# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC whose disk is full: what was typed stays where it is, a sentence says why, and everything goes on when there is room."""

import errno
import os
import sys
import unittest

import jipui
import jipunit
from city import BUILD, City, random_word

os.environ.setdefault('JIP_BUILD_DIR', str(BUILD))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'faults'))
import faults  # noqa: E402


class FullDiskTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff')])
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

    def drafts(self, title):
        database = faults.harness.sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True)
        count, = database.execute('SELECT COUNT(*) FROM draft WHERE title = ?', (title,)).fetchone()
        database.close()
        return count

    def sent(self, text):
        database = faults.harness.sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True)
        count, = database.execute('SELECT COUNT(*) FROM proposal WHERE body = ?', (text,)).fetchone()
        database.close()
        return count


if __name__ == '__main__':
    jipunit.main()
