# SPDX-License-Identifier: GPL-3.0-or-later
"""An idea goes from one person's window to another's, back as a comment, and survives cuts and crashes."""

import contextlib
import re
import sqlite3
import time
import unittest

import jipui
import jipunit
from city import City, random_word
from jipui import tr


class BoardTest(unittest.TestCase):
    def setUp(self):
        self.city = City([('kim', '김하늘', 'staff'), ('lee', '이바다', 'staff')])
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)

    def desktop(self, login):
        app = self.city.desktop(login)
        app.start()
        self.addCleanup(app.stop)
        self.open_board(app)
        return app

    def open_board(self, app):
        app.find('tab', '아이디어').click()
        app.find('button', '아이디어 쓰기')

    def write(self, app, text):
        app.find('button', '아이디어 쓰기').click()
        app.find('text', '아이디어 내용').set_text(text)
        send = app.find('button', '보내기').wait_state('sensitive')
        send.click()

    def idea(self):
        return f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.'

    def test_idea_comment_and_vote_between_two_desktops(self):
        kim, lee = self.desktop('kim'), self.desktop('lee')
        text, answer = self.idea(), random_word(self.city.rng, 6)
        self.write(kim, text)
        began = time.monotonic()
        row = lee.find_row(text[:6])
        print(f'# on the second desktop after {time.monotonic() - began:.2f} s', flush=True)
        row.mouse_click()
        box, send = lee.find('text', '댓글 쓰기'), lee.find('button', '댓글 달기')
        box.set_text('긴' * 5001)
        lee.find_text(tr('Too long: a comment takes up to 5,000 characters.'))
        assert not send.has('sensitive')
        box.set_text(answer)
        send.wait_state('sensitive')
        lee.wait_gone('label', tr('Too long: a comment takes up to 5,000 characters.'))
        send.click()
        lee.find('button', re.compile('공감 0')).click()
        kim.find_text(answer)
        kim.find('button', re.compile('공감 1'))
        jipui.assert_korean(kim, [text])
        jipui.assert_korean(lee, [text])

    def test_search_finds_two_syllables(self):
        kim = self.desktop('kim')
        one, two = f'{random_word(self.city.rng)} 출장비 정산', f'{random_word(self.city.rng)} 당직표 편성'
        self.write(kim, one)
        kim.find_row(one[:4])
        self.write(kim, two)
        kim.find_row(two[:4])
        kim.find(None, '아이디어 찾기', where=lambda node: node.role == 'entry').set_text('당직')
        kim.find_row(two[:4])
        jipui.wait_until(lambda: not [row for row, words in kim.rows() if one[:4] in words], 'the other idea goes away', on_failure=kim.dump)

    def test_what_is_typed_survives_a_crash(self):
        kim = self.desktop('kim')
        text = self.idea()
        kim.find('button', '아이디어 쓰기').click()
        kim.find('text', '아이디어 내용').set_text(text)
        kim.find('check box', tr('Hide my name')).click()
        kim.find('label', '이 PC에 저장됨')
        jipui.wait_until(lambda: self.wish('kim'), 'that the name is to be hidden is on the disk')
        kim.kill()
        kim.start()
        self.open_board(kim)
        kim.find('button', '아이디어 쓰기').click()
        kim.find('text', '아이디어 내용').wait_text(text)
        kim.find('check box', tr('Hide my name')).wait_state('checked').click()
        self.change(kim, text + ' 영수증을 사진으로 올립니다.' * 200)

    def wish(self, login):
        replica = next((self.city.root / f'pc-{login}' / 'replicas').glob('*/jiphyeon.db'))
        with contextlib.closing(sqlite3.connect(replica)) as connection:
            return connection.execute("SELECT 1 FROM scratch WHERE key = 'board/writer/wish' AND text ->> '$.anonymous'").fetchone()

    def change(self, kim, text):
        """What is typed into an idea that was handed in survives as well, also where another one is looked at meanwhile."""
        kim.find('text', '아이디어 내용').set_text(text)
        kim.find('button', '보내기').wait_state('sensitive').click()
        kim.find_row(text[:6]).mouse_click()
        kim.find('button', '고치기').wait_state('sensitive').click().wait_without('sensitive')
        kim.find('text', '아이디어 고치기').insert_text(' 덧붙임.')
        kim.find('label', '이 PC에 저장됨')
        self.assertLessEqual(kim.windows()[0].extents()[2], 1280, 'the window has room on the screen')
        other = self.idea()
        self.write(kim, other)
        kim.find('label', other)
        kim.find_row(text[:6]).mouse_click()
        kim.find('text', '아이디어 고치기').wait_text(text + ' 덧붙임.')
        kim.kill()
        kim.start()
        self.open_board(kim)
        kim.find_row(text[:6]).mouse_click()
        kim.find('text', '아이디어 고치기').wait_text(text + ' 덧붙임.')
        self.ask_to_drop(kim, 'Cancel')
        kim.find('text', '아이디어 고치기').wait_text(text + ' 덧붙임.')
        kim.find('button', '저장').wait_state('sensitive').click()
        kim.find('button', '고치기').wait_state('sensitive')
        kim.find('label', text + ' 덧붙임.')
        kim.find('button', '고치기').wait_state('sensitive').click().wait_without('sensitive')
        kim.find('text', '아이디어 고치기').insert_text(' 그만둠.')
        self.ask_to_drop(kim, 'Drop')
        kim.find('button', '고치기').wait_state('sensitive').click().wait_without('sensitive')
        kim.find('text', '아이디어 고치기').wait_text(text + ' 덧붙임.')
        kim.find('button', tr('Cancel')).click()  # nothing was changed, and nothing is asked
        kim.find('button', '고치기').wait_state('sensitive')

    def ask_to_drop(self, app, answer):
        app.find('button', tr('Cancel')).click()
        question = app.window_named(tr('Drop what you changed?'))
        question.find('button', re.compile(re.escape(tr(answer)))).click()
        jipui.wait_until(lambda: tr('Drop what you changed?') not in [window.name for window in app.windows()], 'it is answered')

    def look_at(self, app, text):
        app.find_row(text[:6]).mouse_click()
        return app.find('text', '댓글 쓰기')

    def test_another_idea_is_looked_at_while_the_disk_is_slow(self):
        """What is typed there stays, and what was typed here is found as it was typed last."""
        kim = self.desktop('kim')
        one, other = f'{random_word(self.city.rng, 6)} 하나', f'{random_word(self.city.rng, 6)} 둘'
        for text in (one, other):
            self.write(kim, text)
            kim.find_row(text[:6])
        kim.find_text('저장됨')
        self.look_at(kim, other).set_text('둘째 댓글')
        self.look_at(kim, one).wait_text(lambda text: '둘째' not in text)
        kim.find('text', '댓글 쓰기').set_text('첫째 댓글')
        time.sleep(1)
        with self.city.slow_disk('kim') as replica:
            count = lambda: replica.execute("SELECT COUNT(*) FROM outbox WHERE name = 'comment.add'").fetchone()[0]
            kim.find('button', '댓글 달기').wait_state('sensitive').click()
            self.look_at(kim, other).wait_text('둘째 댓글')
            self.assertEqual(count(), 0)
        time.sleep(1)
        kim.find('text', '댓글 쓰기').wait_text('둘째 댓글')
        with self.city.slow_disk('kim'):
            kim.find('text', '댓글 쓰기').insert_text(' 더')
            time.sleep(1)
            self.look_at(kim, one).wait_text(lambda text: '둘째' not in text)
            self.look_at(kim, other).wait_text('둘째 댓글 더')
        for text in (other, one):
            self.look_at(kim, text)
            kim.find('label', text)
            kim.find('button', '고치기').wait_state('sensitive').click().wait_without('sensitive')
            kim.find('text', '아이디어 고치기').wait_text(text).insert_text(' 고침.')
            kim.find('label', '이 PC에 저장됨')
        with self.city.slow_disk('kim'):
            kim.find('button', '저장').wait_state('sensitive').click()
            self.look_at(kim, other)
            kim.find('text', '아이디어 고치기').wait_text(other + ' 고침.')
        kim.find_row(one + ' 고침.')
        kim.find('button', '저장').wait_state('sensitive')

    def test_without_the_server(self):
        kim = self.desktop('kim')
        first, second = self.idea(), self.idea()
        self.write(kim, first)
        kim.find_row(first[:6])
        kim.find_text('저장됨')
        self.city.stop_server()
        kim.find_text('연결 끊김')
        self.write(kim, second)
        kim.find_row(second[:6])
        kim.kill()
        kim.start()  # an offline start, from the replica
        self.open_board(kim)
        kim.find_row(second[:6])
        kim.find_row(first[:6])
        self.city.restart_server()
        lee = self.desktop('lee')
        lee.find_row(second[:6], timeout=60)

    def test_wrong_password_says_so(self):
        (self.city.root / 'password').write_text('wrong')
        app = self.city.desktop('kim')
        app.start()
        self.addCleanup(app.stop)
        app.find('label', '아이디나 비밀번호가 맞지 않습니다.')
        jipui.assert_korean(app, [self.city.url])


if __name__ == '__main__':
    jipunit.main()
