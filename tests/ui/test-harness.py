# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness finds, presses, types and waits in a real window, and says so when it cannot."""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import jipui
import jipunit

WINDOW = ['/usr/bin/python3', str(Path(__file__).with_name('demo_window.py'))]


class HarnessTest(unittest.TestCase):
    def setUp(self):
        self.app = jipui.Program(WINDOW)
        self.app.start()
        self.addCleanup(self.app.stop)

    def test_text_and_button(self):
        self.app.find('entry', '제목').set_text('버려질 글').set_text('출장비 정산')
        self.app.find('text', '본문').set_text('영수증 사진만\n올리면').insert_text(' 끝')
        self.app.find('switch', '이름 숨기기').click()
        self.app.find('button', '보내기').click()
        self.app.find('label', '출장비 정산|영수증 사진만\n올리면 끝|숨김')

    def test_waits_for_a_state(self):
        self.assertEqual(self.app.find_all('label', '이제 왔다'), [])
        self.app.find('button', '잠시 뒤').click()
        self.app.find('label', re.compile('^이제'))

    def test_rows_by_mouse_and_keyboard(self):
        row = self.app.find_row('제안 3')
        row.mouse_click(times=2)
        self.app.find('label', '연 것: 3')
        self.app.find_row('제안 3').press('Down', 'Return')
        self.app.find('label', '연 것: 4')

    def test_shortcut_and_digits(self):
        self.app.find('entry', '제목').press('4', '2', 'ctrl+Return')
        self.app.find('label', '42||보임')

    def test_picture(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.app.picture(f'{folder}/window.png')
            size = subprocess.run(['identify', '-format', '%w %h %k', path], capture_output=True, text=True, check=True)
            width, height, colours = map(int, size.stdout.split())
        self.assertEqual((width, height), (1280, 800))
        self.assertGreater(colours, 16)

    def test_english_is_found(self):
        jipui.assert_korean(self.app.find('button', '보내기'))
        self.assertEqual(jipui.english_in(self.app, ['제목']), [])
        self.app.find('entry', '제목').set_text('Hello')
        self.app.find('button', '보내기').click()
        self.app.find('label', 'Hello||보임')
        self.assertEqual(len(jipui.english_in(self.app)), 1)
        self.assertEqual(jipui.english_in(self.app, ['Hello||보임']), [])

    def test_missing_widget_shows_the_tree(self):
        with self.assertRaises(jipui.Missing) as caught:
            self.app.find('button', '없는 단추', timeout=0.2)
        self.assertIn('보내기', str(caught.exception))

    def test_kill_and_start_again(self):
        self.assertEqual(self.app.kill(), -9)
        self.app.start()
        self.app.find('label', '아직 없음')


class EndedTest(unittest.TestCase):
    def test_a_program_that_ends_is_told(self):
        with self.assertRaisesRegex(jipui.Missing, r'ended with 3:\nwhy'):
            jipui.Program(['/bin/sh', '-c', 'echo why; exit 3']).start()

    def test_language(self):
        self.assertTrue(os.environ['LANG'].startswith('ko_KR'))


if __name__ == '__main__':
    jipunit.main()
