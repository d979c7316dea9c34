# SPDX-License-Identifier: GPL-3.0-or-later
"""Files on an idea: chosen, kept over a crash, sent, looked into, saved, stopped and gone on with, and still on their way."""

import contextlib
import hashlib
import http.client
import json
import os
import re
import socket
import sqlite3
import threading
import time
import unittest
import uuid
from pathlib import Path

import jipui
import jipunit
from city import City, random_word
from jipui import tr

PICTURES = os.environ.get('JIPUI_PICTURES')
LARGE = 6 << 20


def made_pdf(padding=0):
    """One page, and as many bytes as wanted in a stream that nobody draws."""
    noise = os.urandom(padding)
    objects = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
               b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R >>',
               b'<< /Length 44 >>\nstream\n0.2 0.4 0.8 rg 40 40 220 120 re f 0 g 0 0 m\n\nendstream',
               b'<< /Length %d >>\nstream\n' % len(noise) + noise + b'\nendstream']
    out, places = bytearray(b'%PDF-1.7\n'), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b'%d 0 obj\n' % number + body + b'\nendobj\n'
    start = len(out)
    out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objects) + 1)
    out += b''.join(b'%010d 00000 n \n' % place for place in places)
    return bytes(out + b'trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (len(objects) + 1, start))


class SlowLine:
    """A line to the server that lets so many bytes a second through to the desktop, once a file comes."""

    def __init__(self, port, rate):
        self.port, self.rate, self.file_bytes = port, rate, 0
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.url = f'http://127.0.0.1:{self.listener.getsockname()[1]}'
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.pair, args=(client,), daemon=True).start()

    def pair(self, client):
        server = socket.create_connection(('127.0.0.1', self.port))
        state = {'file': False}
        threading.Thread(target=self.back, args=(server, client, state), daemon=True).start()
        self.pump(client, server, lambda data: state.update(file=data.startswith(b'GET /v1/blobs/')) if b'HTTP/1.1' in data else None)

    def back(self, server, client, state):
        def slow(data):
            if state['file']:
                self.file_bytes += len(data)
                time.sleep(len(data) / self.rate)
        self.pump(server, client, slow)

    @staticmethod
    def pump(source, target, look):
        try:
            while data := source.recv(65536):
                look(data)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


class Writer:
    """Somebody whose program speaks the protocol, so that a test can hold a file back."""

    def __init__(self, city, login):
        self.port = int(city.url.rsplit(':', 1)[1])
        self.token, self.replica, self.n = None, str(uuid.uuid4()), 0
        session = self.ask('POST', '/v1/session', {'login': login, 'password': city.password, 'device': '시험'})
        self.token, self.user = session['token'], session['user']['id']

    def ask(self, method, path, body, headers=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {'Content-Type': 'application/json', **(headers or {})}
        if self.token:
            headers['Authorization'] = 'Bearer ' + self.token
        connection.request(method, path, data, headers)
        answer = connection.getresponse().read()
        connection.close()
        return json.loads(answer) if answer else {}

    def do(self, name, args):
        self.n += 1
        mutation = {'n': self.n, 'name': name, 'args': args, 'at': '2026-07-22T05:03:11.250Z'}
        answer = self.ask('POST', '/v1/push', {'replica': self.replica, 'schema': 1, 'mutations': [mutation]})
        assert answer['verdicts'][0]['status'] == 'ok', answer

    def idea(self, text, *files):
        idea = str(uuid.uuid4())
        self.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'body': text, 'anonymous': False})
        for name, content in files:
            self.do('attachment.add', {'id': str(uuid.uuid4()), 'proposal': idea, 'sha256': hashlib.sha256(content).hexdigest(),
                                       'size': len(content), 'name': name, 'media_type': 'application/pdf'})

    def upload(self, content):
        sha256 = hashlib.sha256(content).hexdigest()
        self.ask('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})
        for offset in range(0, len(content), 4 << 20):
            self.ask('PATCH', '/v1/blobs/' + sha256, content[offset:offset + (4 << 20)],
                     {'Upload-Offset': str(offset), 'Content-Type': 'application/octet-stream'})


class FileTest(unittest.TestCase):
    """A city, and what is done with files in its windows."""

    people = [('kim', '김하늘', 'staff'), ('lee', '이바다', 'staff')]

    def setUp(self):
        self.city = City(self.people)
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)

    def desktop(self, login, url=None):
        app = self.city.desktop(login)
        app.environment.update({'GTK_USE_PORTAL': '0', 'HOME': str(self.city.root)})
        if url:
            app.command[app.command.index('--server') + 1] = url
        app.start()
        self.addCleanup(app.stop)
        self.open_board(app)
        return app

    @staticmethod
    def open_board(app):
        app.find('tab', '아이디어').click()
        app.find('button', '아이디어 쓰기')

    def picture(self, app, name):
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            app.picture(os.path.join(PICTURES, f'{name}.png'))

    def kept_list(self, login):
        """What the replica of a PC keeps beside a text that is being written."""
        replica = next((self.city.root / f'pc-{login}' / 'replicas').glob('*/jiphyeon.db'))
        with contextlib.closing(sqlite3.connect(f'file:{replica}?mode=ro', uri=True)) as connection:
            return ''.join(row[0] for row in connection.execute("SELECT text FROM scratch WHERE key LIKE '%/files'"))

    def words(self):
        return f'{random_word(self.city.rng)} {random_word(self.city.rng, 3)} 자동화를 제안합니다.'

    def attach(self, app, path, button='Attach Files'):
        app.find('button', re.compile('^' + re.escape(tr(button)))).click()
        app.choose_file('Attach Files', '_Attach', path)

    def save_to(self, app, path):
        app.find('button', tr('Save…')).click()
        app.choose_file('Save the File', '_Save', path)


class AttachmentTest(FileTest):
    def large_file(self, name):
        """Of more than may be attached, and next to no room on the disk."""
        path = self.city.root / name
        with open(path, 'wb') as file:
            file.truncate((200 << 20) + 1)
        return path

    def test_from_one_desktop_to_another(self):
        kim = self.desktop('kim')
        text, content = self.words(), made_pdf()
        plan, table = self.city.root / '추진 계획서.pdf', self.city.root / '소요 예산표.csv'
        plan.write_bytes(content)
        table.write_text('항목,금액\n', encoding='utf-8')
        kim.find('button', '아이디어 쓰기').click()
        kim.find('text', '아이디어 내용').set_text(text)
        self.attach(kim, plan)
        kim.find_text('추진 계획서.pdf')
        self.attach(kim, table)
        kim.find_text('소요 예산표.csv')
        kim.find('check box', tr('Hide my name')).click()
        kim.find_text(tr('Your name is hidden, but not one that stands inside a file, such as its author.'))
        kim.find('label', '이 PC에 저장됨')
        self.attach(kim, self.large_file('결산 & <예산>.mp4'))
        kim.find('label', tr('“%s” is too large: a file may have up to 200 MiB.') % '결산 & <예산>.mp4')
        self.picture(kim, 'attach-writer')
        jipui.assert_korean(kim, [text, '추진 계획서.pdf', '소요 예산표.csv', 'csv', 'pdf', 'mp', 'kB'])
        plan.write_bytes(b'changed since')  # what was chosen is what is sent
        jipui.wait_until(lambda: '소요 예산표.csv' in self.kept_list('kim'), 'the list is on the disk, as the text is')
        kim.kill()
        kim.start()
        self.open_board(kim)
        kim.find('button', '아이디어 쓰기').click()
        kim.find_text('추진 계획서.pdf')
        kim.find('button', f"{tr('Remove the file')}: 소요 예산표.csv").click()
        kim.wait_gone('label', '소요 예산표.csv')
        kim.find('button', '보내기').wait_state('sensitive').click()
        kim.find_row(text[:6])

        lee = self.desktop('lee')
        lee.find_row(text[:6]).mouse_click()
        lee.find_text('추진 계획서.pdf')
        lee.find('button', tr('View')).wait_state('sensitive')
        self.picture(lee, 'attach-detail')
        jipui.assert_korean(lee, [text, '추진 계획서.pdf', 'pdf', 'kB'])
        self.save_to(lee, self.city.root / '받은 것.pdf')
        lee.find_text(tr('Saved: %s') % '추진 계획서.pdf')
        self.assertEqual((self.city.root / '받은 것.pdf').read_bytes(), content)
        self.assertEqual((self.city.root / '받은 것.pdf').stat().st_mode & 0o111, 0)
        lee.find('button', tr('View')).click()
        lee.window_named('추진 계획서.pdf')
        lee.find(None, re.compile(r'쪽.*1|1.*쪽'), timeout=30, where=lambda node: node.role == 'image')
        self.picture(lee, 'attach-view')

    def remove(self, app):
        app.find('button', tr('Remove the file')).click()
        app.window_named(tr('Remove this file?')).find('button', re.compile(re.escape(tr('Remove')))).click()

    def test_a_comment_with_a_file(self):
        kim, lee = self.desktop('kim'), self.desktop('lee')
        text, answer = self.words(), random_word(self.city.rng, 6)
        photo = self.city.root / '현장 사진.png'
        photo.write_bytes(b'\x89PNG\r\n\x1a\n' + os.urandom(3000))
        kim.find('button', '아이디어 쓰기').click()
        kim.find('text', '아이디어 내용').set_text(text)
        kim.find('button', '보내기').wait_state('sensitive').click()
        lee.find_row(text[:6]).mouse_click()
        lee.find('text', '댓글 쓰기').set_text(answer)
        self.attach(lee, photo, 'Attach files to the comment')
        lee.find_text('현장 사진.png')
        lee.find('button', '댓글 달기').wait_state('sensitive').click()
        kim.find_text(answer)
        kim.find_text('현장 사진.png')
        kim.find('button', tr('Save…'), timeout=30)
        self.picture(kim, 'attach-comment')
        jipui.assert_korean(kim, [text, '현장 사진.png', 'png', 'kB'])
        self.assertFalse(kim.find(None, '현장 사진.png').window().find_all('button', tr('Remove the file')))
        self.remove(lee)
        kim.wait_gone('label', '현장 사진.png')
        self.assertFalse(lee.find_all('button', tr('Attach files to the idea')), 'it is not lee who wrote it')
        plan = self.city.root / '나중에 낸 계획서.pdf'
        plan.write_bytes(made_pdf())
        self.attach(kim, plan, 'Attach files to the idea')
        lee.find_text('나중에 낸 계획서.pdf')
        lee.find('button', tr('View')).wait_state('sensitive')
        self.picture(kim, 'attach-later')
        kim.find('button', tr('Remove the file')).click()
        question = kim.window_named(tr('Remove this file?'))
        self.picture(kim, 'attach-remove')
        question.find('button', re.compile(re.escape(tr('Cancel')))).click()
        kim.wait_gone('label', tr('Remove this file?'))
        kim.find_text('나중에 낸 계획서.pdf')
        self.remove(kim)
        lee.wait_gone('label', '나중에 낸 계획서.pdf')

    def test_still_on_its_way(self):
        """Readers are told; the writer's own row too, without a server; both turn into the file by themselves."""
        park = Writer(self.city, 'lee')
        text, content = self.words(), made_pdf(1000)
        park.idea(text, ('도면.pdf', content))
        kim = self.desktop('kim')
        kim.find_row(text[:6]).mouse_click()
        kim.find_text(tr('Its author is still uploading it'))
        self.assertFalse(kim.find_all('button', tr('View')))
        self.picture(kim, 'attach-on-its-way')
        jipui.assert_korean(kim, [text, '도면.pdf', 'pdf', 'kB'])
        elsewhere = self.desktop('lee')  # of the writer, who attached it on another one
        elsewhere.find_row(text[:6]).mouse_click()
        elsewhere.find_text(tr('The PC on which you attached it has not uploaded it yet'))
        self.picture(elsewhere, 'attach-on-another-pc')
        elsewhere.stop()
        park.upload(content)
        kim.find('button', tr('View'))
        jipui.wait_until(lambda: tr('Its author is still uploading it') not in kim.dump(), 'nothing is said any more')

        own, mine = self.words(), self.city.root / '내 자료.pdf'
        mine.write_bytes(made_pdf(2000))
        self.city.stop_server()
        kim.find_text('연결 끊김')
        kim.find('button', '아이디어 쓰기').click()
        kim.find('text', '아이디어 내용').set_text(own)
        self.attach(kim, mine)
        kim.find_text('내 자료.pdf')
        kim.find('button', '보내기').wait_state('sensitive').click()
        kim.find_row(own[:6])
        kim.find_text(tr('Waiting to be uploaded'))
        kim.find('button', tr('Offline · saved here')).click()
        kim.find_text(tr('%u file is not on the server yet. It is uploaded while this program runs.',
                         '%u files are not on the server yet. They are uploaded while this program runs.', 1) % 1)
        self.picture(kim, 'attach-offline')
        kim.keys('Escape')
        kim.find('button', tr('View')).click()  # one's own is here
        kim.window_named('내 자료.pdf')
        kim.find(None, re.compile(r'쪽.*1|1.*쪽'), timeout=30, where=lambda node: node.role == 'image')
        kim.keys('Escape')
        self.city.restart_server()
        lee = self.desktop('lee')
        lee.find_row(own[:6], timeout=60).mouse_click()
        lee.find('button', tr('View'), timeout=60)

    def test_lost_by_the_server(self):
        """Its author, on a PC without a copy, and readers are told, each what to do; so is whoever had stopped saving it."""
        writer = Writer(self.city, 'kim')
        text, name = self.words(), '2026년 하반기 야간 도서관 운영 시간 연장에 따른 인력 배치와 소요 예산 검토 보고서(최종본).pdf'
        content = made_pdf(LARGE)
        writer.idea(text, (name, content), ('도면.pdf', made_pdf(1000)))
        writer.upload(content)
        line = SlowLine(writer.port, 40_000)  # it is not through before it is stopped
        self.addCleanup(line.close)
        kim, lee = self.desktop('kim'), self.desktop('lee', line.url)
        for app in (kim, lee):
            app.find_row(text[:6]).mouse_click()
            app.find_text(name)
            app.find('button', tr('View')).wait_state('sensitive')
        kim.find_text(tr('The PC on which you attached it has not uploaded it yet'))
        self.save_to(lee, self.city.root / '받는 중.pdf')
        lee.find('label', re.compile(re.escape(tr('Fetching: %s of %s').split('%s')[0]) + '[1-9]'), timeout=30)
        self.picture(lee, 'row-fetching')
        jipui.assert_korean(lee, [text, name, 'pdf', 'kB', 'MB'])
        lee.find('button', tr('Stop'), where=lambda node: node.on_screen()).click()
        lee.find_text(tr('Stopped; saving goes on from there'))
        line.rate = 50_000_000
        self.picture(lee, 'row-stopped')
        sha256 = hashlib.sha256(content).hexdigest()
        (Path(self.city.data) / 'blobs' / sha256[:2] / sha256).unlink()
        self.city.jipctl('file', 'forget', sha256, '--data', self.city.data)
        lee.find_text(tr('The server has lost this file. Ask its author to attach it again.'))
        kim.find_text(tr('The server has lost this file. If you still have it, attach it again.'))
        for app, whose in ((kim, 'mine'), (lee, 'theirs')):
            self.assertFalse(app.find_all('button', tr('View')) + app.find_all('button', tr('Save…')))
            app.focus_window(app.windows()[0])
            self.picture(app, f'row-lost-{whose}')
            jipui.assert_korean(app, [text, name, '도면.pdf', 'pdf', 'kB', 'MB'])
        again = self.city.root / name
        again.write_bytes(content)
        self.attach(kim, again, 'Attach files to the idea')
        lee.find('button', tr('View'), timeout=30)
        for app in (kim, lee):
            jipui.wait_until(lambda app=app: '없어졌습니다' not in app.dump(), 'nothing is said any more')
        kim.find('button', tr('View'), timeout=30)
        self.picture(kim, 'row-back')
        for app in (kim, lee):
            names = [node for node in app.find_all('label', name) if node.on_screen()]
            self.assertEqual(len(names), 1, 'it came back, and no second one beside it')

    def test_stopped_and_gone_on_with(self):
        park = Writer(self.city, 'lee')
        text, content = self.words(), made_pdf(LARGE)
        park.idea(text, ('큰 도면.pdf', content))
        park.upload(content)
        line = SlowLine(park.port, 100_000)
        self.addCleanup(line.close)
        kim = self.desktop('kim', line.url)
        kim.find_row(text[:6]).mouse_click()
        kim.find('button', tr('View')).click()
        kim.window_named('큰 도면.pdf')
        fetching = re.compile(re.escape(tr('Fetching: %s of %s').split('%s')[0]) + '[1-9]')
        kim.find('label', fetching, timeout=30)
        self.picture(kim, 'fetch-progress')
        kim.find('button', tr('Stop'), where=lambda node: node.on_screen()).click()
        kim.find_text(tr('What has arrived is kept; it goes on from there.'))
        self.picture(kim, 'fetch-stopped')
        jipui.assert_korean(kim, [text, '큰 도면.pdf', 'pdf', 'kB'])
        part = next((self.city.root / 'pc-kim' / 'files').glob('*.part'))
        had = part.stat().st_size
        self.assertGreater(had, 0)
        line.rate = 50_000_000
        kim.find('button', tr('Go On')).click()
        kim.find(None, re.compile(r'쪽.*1|1.*쪽'), timeout=60, where=lambda node: node.role == 'image')
        print(f'# stopped at {had} bytes; {line.file_bytes} of {len(content)} went over the line', flush=True)
        self.assertLess(line.file_bytes, len(content) + (1 << 20))

        # what was fetched is in the settings, and goes when it is told to
        kim.keys('Escape')
        jipui.wait_until(lambda: len(kim.windows()) == 1, 'the viewer to close')
        kim.keys('ctrl+comma')
        window = kim.window_named(tr('Preferences'))
        empty = kim.find('button', tr('Empty')).wait_state('sensitive')
        self.picture(kim, 'preferences')
        jipui.assert_korean(window, ['kB'])
        empty.click()
        jipui.wait_until(lambda: not list((self.city.root / 'pc-kim' / 'files').iterdir()), 'the files are gone')
        jipui.wait_until(lambda: 'sensitive' not in empty.states, 'nothing is left to empty')


class SlidesTest(FileTest):
    """The slides of a finalist, at a judge's desktop."""

    people = [('org', '조직한', 'organiser'), ('lee', '이바다', 'staff'), ('kim', '김하늘', 'staff')]

    def test_slides_stopped_and_gone_on_with(self):
        org, content = Writer(self.city, 'org'), made_pdf(LARGE)
        people = {login: Writer(self.city, login).user for login in ('kim', 'lee')}
        org.upload(content)
        panels = [{'id': 'staff', 'name': '직원', 'weight': 100, 'mode': 'score', 'max': 10}]
        org.do('event.create', {
            'id': str(uuid.uuid4()), 'title': random_word(self.city.rng, 6), 'chair': people['lee'],
            'rules': {'categories': [{'id': 'all', 'name': '전체'}], 'panels': panels,
                      'awards': {'per_category': [{'id': 'first', 'name': '최우수', 'seats': 1}]}},
            'entries': [{'id': str(uuid.uuid4()), 'category': 'all', 'title': random_word(self.city.rng), 'slides': {
                'sha256': hashlib.sha256(content).hexdigest(), 'size': len(content), 'name': '발표.pdf'}}],
            'judges': [{'id': str(uuid.uuid4()), 'user': people['kim'], 'panel': 'staff'}]})
        line = SlowLine(org.port, 100_000)
        self.addCleanup(line.close)
        kim = self.desktop('kim', line.url)
        kim.find('tab', tr('Idea-thon')).mouse_click()
        fetching = re.compile(re.escape(tr('Fetching: %s of %s').split('%s')[0]) + '[1-9]')
        kim.find('label', fetching, timeout=30)
        self.picture(kim, 'slides-progress')
        kim.find('button', tr('Stop'), where=lambda node: node.on_screen()).click()
        kim.find_text(tr('What has arrived is kept; it goes on from there.'))
        self.picture(kim, 'slides-stopped')
        had = next((self.city.root / 'pc-kim' / 'files').glob('*.part')).stat().st_size
        line.rate = 50_000_000
        kim.find('button', tr('Go On')).click()
        kim.find(None, tr('Slide %u of %u').replace('%u', '1'), timeout=60, where=lambda node: node.role == 'image')
        print(f'# stopped at {had} bytes; {line.file_bytes} of {len(content)} went over the line', flush=True)
        self.assertGreater(had, 0)
        self.assertLess(line.file_bytes, len(content) + (1 << 20))


if __name__ == '__main__':
    jipunit.main()
