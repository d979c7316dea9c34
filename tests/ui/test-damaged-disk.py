# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC whose disk damaged the local data: the window opens, says so, and what was not sent goes out."""

import os
import sqlite3
import unittest
from pathlib import Path

import jipui
import jipunit
from city import City, random_word

PAGE = 4096
NOTICE = '이 PC에 저장된 자료가 손상되어 새로 만들었습니다'
PICTURES = Path(os.environ['JIPUI_PICTURES']) if 'JIPUI_PICTURES' in os.environ else None


def destroy(path, name):
    """Zeroes all pages of a table or index."""
    database = sqlite3.connect(path)
    pages = [number for number, in database.execute('SELECT pageno FROM dbstat WHERE name = ?', (name,))]
    database.close()
    assert pages
    with open(path, 'r+b') as file:
        for number in pages:
            file.seek((number - 1) * PAGE)
            file.write(bytes(PAGE))


class DamagedDiskTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff')])
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)
        self.sent, self.waiting, self.typed = [f'{random_word(self.city.rng)} 자동화를 제안합니다.' for _ in range(3)]

    def start(self):
        app = self.city.desktop('kim')
        app.start()
        self.addCleanup(app.stop)
        app.find('tab', '아이디어').click()
        return app

    def submit(self, app, text):
        app.find('button', '아이디어 쓰기').click()
        app.find('text', '아이디어 내용').set_text(text)
        app.find('button', '보내기').wait_state('sensitive').click()
        app.find_row(text[:4])

    def on_server(self, text):
        database = sqlite3.connect(f'file:{self.city.data}/jiphyeon.db?mode=ro', uri=True)
        count, = database.execute('SELECT COUNT(*) FROM proposal WHERE body = ?', (text,)).fetchone()
        database.close()
        return count

    def test_it_opens_and_sends(self):
        app = self.start()
        self.submit(app, self.sent)
        jipui.wait_until(lambda: self.on_server(self.sent) == 1, 'the first idea is on the server')
        self.city.stop_server()
        self.submit(app, self.waiting)
        app.find('button', '아이디어 쓰기').click()
        app.find('text', '아이디어 내용').set_text(self.typed)
        app.find('label', '이 PC에 저장됨')
        app.stop()
        file, = (self.city.root / 'pc-kim' / 'replicas').glob('*/jiphyeon.db')
        destroy(file, 'record')

        app = self.start()
        app.find_text(NOTICE)
        if PICTURES is not None:
            app.picture(PICTURES / 'damaged-disk.png')
        jipui.assert_korean(app, [self.sent, self.waiting, self.typed, self.city.url])
        app.find('button', '아이디어 쓰기').click()
        app.find('text', '아이디어 내용').wait_text(self.typed)
        app.find('button', '나중에').click()
        app.find_row(self.waiting[:4])
        self.city.restart_server()
        jipui.wait_until(lambda: self.on_server(self.waiting) == 1, 'what was not sent is on the server, once')
        app.find_row(self.sent[:4])


if __name__ == '__main__':
    jipunit.main()
