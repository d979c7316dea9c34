# SPDX-License-Identifier: GPL-3.0-or-later
"""A press release from form and sources to the paper: with a model, without one, stopped, killed, exported."""

import http.server
import json
import os
import re
import sqlite3
import subprocess
import threading
import unittest
import zipfile

import jipui
import jipunit
from city import BUILD, City, random_word
from jipui import tr

LEAD = '누가, 언제, 어디서, 무엇을 하는지 알리는 첫 문단'
BODY = '배경, 내용, 규모와 절차를 숫자와 함께 설명하는 본문'
SECRET = '010-2345-6789'
MARKED = re.compile(r'문의는 (\[전화번호[0-9]+\]) 로 한다\.')


class Model(http.server.ThreadingHTTPServer):
    """An endpoint that says what the test wants, piece by piece, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), ModelHandler)
        self.pieces = ['글']
        self.endless = False
        self.asked = []
        self.gone = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'http://127.0.0.1:{self.server_address[1]}/v1'


class ModelHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_GET(self):
        body = json.dumps({'object': 'list', 'data': [{'id': 'test-model', 'object': 'model'}]}).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say(self, piece, finish=None):
        data = {'id': '1', 'object': 'chat.completion.chunk', 'model': 'test-model',
                'choices': [{'index': 0, 'delta': {'content': piece} if piece else {}, 'finish_reason': finish}]}
        self.wfile.write(f'data: {json.dumps(data, ensure_ascii=False)}\n\n'.encode())
        self.wfile.flush()

    def do_POST(self):
        self.server.asked.append(self.rfile.read(int(self.headers['Content-Length'])).decode())
        self.send_response(200)
        self.send_header('Content-Type', 'text/event-stream')
        self.send_header('Connection', 'close')
        self.end_headers()
        try:
            for piece in self.server.pieces:
                self.say(piece)
            while self.server.endless:
                self.say(' ')
                self.server.gone.wait(0.1)
            self.say('', 'stop')
            self.wfile.write(b'data: [DONE]\n\n')
        except (BrokenPipeError, ConnectionResetError):
            self.server.gone.set()
        self.close_connection = True


class Office(City):
    """A city with one person, whose server knows the model."""

    def __init__(self, model_url):
        super().__init__([('kim', '김하늘', 'staff')])
        self.model_url = model_url

    def start_server(self, port=0):
        url = self.data / 'jiphyeond.url'
        command = [BUILD / 'src/server/jiphyeond', '--data', self.data, '--listen', f'127.0.0.1:{port}']
        if self.model_url:
            command += ['--llm-url', self.model_url]
        self.server = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        jipui.wait_until(lambda: url.exists() and url.read_text().strip(), 'the server listens')
        self.url = url.read_text().strip()

    def desktop(self, login, pc=None):
        """With GTK's own file chooser, which can be driven."""
        program = super().desktop(login, pc)
        program.environment.update({'GTK_USE_PORTAL': '0', 'HOME': str(self.root)})
        return program


class DraftTest(unittest.TestCase):
    with_model = True

    def setUp(self):
        self.model = Model()
        self.addCleanup(self.model.server_close)
        self.addCleanup(self.model.shutdown)
        self.office = Office(self.model.url if self.with_model else None)
        self.office.__enter__()
        self.addCleanup(self.office.__exit__)
        self.rng = self.office.rng
        self.app = self.office.desktop('kim')
        self.app.start()
        self.addCleanup(self.app.stop)

    def word(self, length=4):
        return random_word(self.rng, length)

    def begin(self):
        """A new press release with its form filled in; returns its title."""
        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30).mouse_click()
        self.app.find('button', tr('Write the Draft'))
        title = f'{self.word()}시, {self.word(3)} 문 연다'
        self.fact = f'{self.word(5)} {self.rng.randrange(100, 999)}곳'
        self.app.find('text', '제목').set_text(title)
        self.app.find('text', '일자').set_text('2026-12-01')
        self.app.find('text', '알릴 사실').set_text(f'{self.fact}. 문의 {SECRET}')
        return title

    def write(self):
        self.app.find('button', tr('Write the Draft')).wait_state('sensitive').click()

    def section(self, name):
        return self.app.find('text', name)

    def export(self, item, window, path):
        self.app.find('button', tr('Export')).click()
        self.app.find(None, tr(item), where=lambda node: node.role in ('menu item', 'push button')).click()
        self.app.choose_file(window, '_Export', path)
        self.app.find_text(tr('Exported: %s') % path.name)
        self.assertTrue(path.exists())
        return path


    def preview(self):
        """The paper as it will be printed, from the menu and from the keyboard; Escape goes back."""
        self.app.find('button', tr('Export')).click()
        self.app.find(None, tr('Print…'), where=lambda node: node.role in ('menu item', 'push button')).click()
        window = self.app.window_named(tr('Print Preview'))
        self.app.find(None, tr('Page %u of %u').replace('%u', '%d') % (1, 1))
        self.app.find('button', tr('Smaller')).click()
        self.app.find('button', tr('Larger')).click()
        if 'JIP_PICTURES' in os.environ:
            self.app.picture(os.path.join(os.environ['JIP_PICTURES'], 'print-preview.png'))
        self.app.find('button', re.compile(re.escape(tr('_Print…')))).wait_state('sensitive')
        self.app.keys('Escape')
        jipui.wait_until(lambda: window not in self.app.windows(), 'the preview to close')
        self.section(LEAD).press('ctrl+p')
        self.app.window_named(tr('Print Preview'))
        self.app.keys('Escape')


    def look_into(self, name, words):
        """A source as it looks; what is searched for is lit."""
        self.app.find('button', tr('Look into %s') % name).click()
        window = self.app.window_named(name)
        self.app.find(None, tr('Page %u of %u').replace('%u', '%d') % (1, 1), timeout=30, where=lambda node: node.role == 'image')
        self.app.find('button', tr('Larger'), where=lambda node: node.on_screen()).click()
        entry = self.app.find(None, tr('Find in this document'), where=lambda node: node.role == 'entry')
        entry.set_text('어디에도없는말')
        self.app.find('button', tr('Next Page with It')).click()
        self.app.find_text(tr('Found nowhere'))
        entry.set_text(words)
        self.app.find('button', tr('Next Page with It')).click()
        self.app.find_text(tr('%u place on this page', '%u places on this page', 1).replace('%u', '1'))
        if 'JIP_PICTURES' in os.environ:
            self.app.picture(os.path.join(os.environ['JIP_PICTURES'], 'source-viewer.png'))
        self.app.keys('Escape')
        jipui.wait_until(lambda: window not in self.app.windows(), 'the viewer to close')


class ModelTest(DraftTest):
    def test_form_source_and_model(self):
        source_fact = f'{self.word(6)} {self.rng.randrange(1000, 9999)}명'
        self.make_pdf(self.office.root / '자료.pdf', source_fact)
        marked = f'{self.word(5)}시는 연다. 문의는 '
        self.model.pieces = [*marked, '[전화', '번호', '1]', '로 한다.']

        self.app.find(None, '보도자료', where=lambda node: node.role != 'label', timeout=30).mouse_click()
        self.write()
        self.app.find_text('제목, ')  # names what is missing
        jipui.wait_until(lambda: 'focused' in self.app.find('text', '제목').states, 'the cursor goes there')
        self.app.find('button', tr('Back to my drafts')).click()

        title = self.begin()
        self.app.find('button', tr('Add Files…')).click()
        self.app.choose_file('Choose Sources', '_Add', self.office.root / '자료.pdf')
        self.app.find_text(tr('%u page', '%u pages', 1).replace('%u', '1'), timeout=30)
        self.look_into('자료.pdf', source_fact)
        self.write()
        shown = f'{marked}{SECRET}로 한다.'
        self.section(LEAD).wait_text(shown, timeout=30)
        self.section(BODY).wait_text(shown, timeout=30)
        self.app.wait_gone('button', tr('Stop'), timeout=30)
        self.app.find_text('test-model')
        self.assertTrue(self.model.asked)
        for asked in self.model.asked:
            self.assertNotIn(SECRET, asked)
            self.assertNotIn(SECRET.replace('-', ''), asked)
        self.assertIn(self.fact, self.model.asked[0])
        self.assertIn(source_fact, self.model.asked[0])

        # another section stays as it is when one is written again, and undo gives back what was there
        self.model.pieces = ['아주 다른 ', '글이다.']
        body = self.section(BODY)
        self.app.find('button', re.compile(re.escape(BODY) + '$'), where=lambda node: 'sensitive' in node.states).click()
        self.app.find('button', tr('Write Again')).click()
        body.wait_text('아주 다른 글이다.', timeout=30)
        self.assertEqual(self.section(LEAD).text, shown)
        self.app.wait_gone('button', tr('Stop'))
        body.press('ctrl+z')
        body.wait_text(shown)

        for item, window, name in (('HWPX (Hangul)…', 'Export as HWPX', 'paper.hwpx'), ('PDF…', 'Export as PDF', 'paper.pdf'),
                                   ('ODT (OpenDocument)…', 'Export as ODT', 'paper.odt')):
            self.export(item, window, self.office.root / name)
        with zipfile.ZipFile(self.office.root / 'paper.hwpx') as paper:
            text = re.sub(r'<[^>]*>', '', paper.read('Contents/section0.xml').decode())
        self.assertIn(SECRET, text)
        self.assertIn(title, text)
        self.assertIn(marked.strip(), text)
        for name in ('paper.pdf', 'paper.odt'):
            self.assertIn(SECRET, self.office.jipctl('extract', self.office.root / name).stdout)

        self.app.find('button', tr('Back to my drafts')).click()
        self.app.find_row(title)

    def make_pdf(self, path, text):
        draft = {'format': 'jip-draft/1', 'type': 'notice', 'title': '자료', 'sections': [
            {'id': 'a', 'heading': '', 'blocks': [{'kind': 'paragraph', 'text': text}]}]}
        file = path.with_suffix('.json')
        file.write_text(json.dumps(draft, ensure_ascii=False))
        self.office.jipctl('export', file, '-o', path)

    def test_stop_keeps_what_came(self):
        self.begin()
        came = f'{self.word(6)} 여기까지'
        self.model.pieces, self.model.endless = [came], True
        self.write()
        lead = self.section(LEAD).wait_text(lambda text: text.startswith(came), timeout=30)
        self.app.find('button', tr('Stop')).click()
        self.app.wait_gone('button', tr('Stop'))
        self.assertTrue(self.model.gone.wait(5), 'the model was told to stop')
        lead.wait_text(lambda text: text.strip() == came)
        self.assertEqual(self.section(BODY).content, '')
        self.app.find('button', tr('Write the Draft')).wait_state('sensitive')


class SkeletonTest(DraftTest):
    with_model = False

    def test_without_a_model_and_after_a_crash(self):
        title = self.begin()
        self.write()
        self.section(BODY).wait_text(lambda text: self.fact in text, timeout=30)
        self.app.wait_gone('button', tr('Stop'))
        self.app.find('label', 'AI 미사용')
        typed = f'{self.word(7)} 손으로 쓴 글'
        self.section(LEAD).set_text(typed)
        self.app.find('label', tr('Saved on this PC'))
        self.assertEqual(self.app.kill(), -9)
        self.app.start()
        self.section(LEAD).wait_text(typed, timeout=30)
        self.app.find('text', '제목').wait_text(title)
        self.app.find('label', 'AI 미사용')
        self.app.find('text', '알릴 사실').wait_text(lambda text: SECRET in text)
        self.export('Text…', 'Export as Text', self.office.root / 'paper.txt')
        text = (self.office.root / 'paper.txt').read_text()
        self.assertIn(typed, text)
        self.assertIn(title, text)
        self.preview()
        self.app.find('button', tr('Back to my drafts')).click()
        self.app.find_row(title)

    def rows(self, query, path=None):
        database = sqlite3.connect(f'file:{path or self.office.data / "jiphyeon.db"}?mode=ro', uri=True)
        found = database.execute(query).fetchall()
        database.close()
        return found

    def leads(self, lost):
        """What the versions on the server say in the first paragraph."""
        found = self.rows(f'SELECT document FROM draft_version WHERE lost = {lost} ORDER BY version, received_at')
        return [''.join(block['text'] for section in json.loads(document)['sections'] if section['id'] == 'lead'
                        for block in section['blocks']) for document, in found]

    def test_another_pc_saves(self):
        """What another PC has saved is shown, and not undone by the next key; what comes second is kept."""
        title = self.begin()
        home, second, third, there, last = (f'{self.word(6)} {self.word(3)}' for _ in range(5))
        self.section(LEAD).set_text(home)
        jipui.wait_until(lambda: home in self.leads(0), 'the draft is on the server')
        other = self.office.desktop('kim', 'office')
        other.start()
        self.addCleanup(other.stop)
        other.find_row(title, timeout=30).mouse_click()
        other.find('text', LEAD).wait_text(home, timeout=30)
        other.find('text', LEAD).set_text(there)
        self.section(LEAD).wait_text(there, timeout=30)
        self.app.find_text(tr('This is the newest saved version now, such as from another PC. What stood here before is under Versions, '
                              'or among the changes that were not taken.'))
        if 'JIPUI_PICTURES' in os.environ:
            self.app.front()
            self.app.picture(os.path.join(os.environ['JIPUI_PICTURES'], 'draft-replaced.png'))
        self.section(LEAD).set_text(home)
        jipui.wait_until(lambda: self.leads(0)[-1] == home, 'it was made from what the other PC saved')
        self.assertEqual(self.leads(1), [])
        other.find('text', LEAD).wait_text(home, timeout=30)

        self.office.stop_server()
        replica, = (self.office.root / 'pc-kim').rglob('jiphyeon.db')
        for text in (second, third):
            self.section(LEAD).set_text(text)
            jipui.wait_until(lambda text=text: self.rows(f"SELECT 1 FROM outbox WHERE args LIKE '%{text}%'", replica), 'it is queued')
        self.app.stop()
        self.office.restart_server()
        other.find('text', LEAD).set_text(last)
        jipui.wait_until(lambda: self.leads(0)[-1] == last, 'the other PC came first')
        self.app.start()
        jipui.wait_until(lambda: self.leads(1), 'what came second is kept')
        self.section(LEAD).wait_text(last, timeout=30)
        self.assertEqual(self.leads(1)[-1], third)
        self.assertEqual(self.leads(0)[-1], last)
        self.section(LEAD).insert_text('.')
        jipui.wait_until(lambda: self.leads(0)[-1].strip('.') == last and '.' in self.leads(0)[-1], 'one more version of what it shows')

    def test_numbers_on_two_pcs(self):
        """Each PC puts back its own numbers alone, leaves the marks of the other, and never has a mark without its number."""
        number, there, last = (f'010-{self.rng.randrange(2000, 9999)}-{self.rng.randrange(1000, 9999)}' for _ in range(3))
        title = self.begin()
        self.section(LEAD).set_text(f'문의는 {number} 로 한다.')
        jipui.wait_until(lambda: MARKED.fullmatch((self.leads(0) or [''])[-1]), 'the draft is on the server')
        mark = MARKED.fullmatch((self.leads(0) or [''])[-1])[1].replace('[', '[\u2060')  # as it is shown where it is not known
        other = self.office.desktop('kim', 'office')
        other.start()
        self.addCleanup(other.stop)
        other.find_row(title, timeout=30).mouse_click()
        other.find('text', LEAD).wait_text(f'문의는 {mark} 로 한다.', timeout=30).insert_text(' 끝.')
        self.section(LEAD).wait_text(f'문의는 {number} 로 한다. 끝.', timeout=30)
        other.find('text', LEAD).set_text(f'문의는 {mark} 또는 {there} 로 한다.')
        shown = re.compile(f'문의는 {number} 또는 ' + r'\[\u2060전화번호[0-9]{4,5}\] 로 한다\.')
        self.section(LEAD).wait_text(lambda text: shown.fullmatch(text), timeout=30)
        self.app.find_text(tr('What it stands for is not known here: it was typed on another PC, or into another draft. Type it here, or finish the paper '
                              'there.'))
        if 'JIPUI_PICTURES' in os.environ:
            self.app.front()
            self.app.picture(os.path.join(os.environ['JIPUI_PICTURES'], 'draft-marks.png'))
        other.find('text', LEAD).wait_text(f'문의는 {mark} 또는 {there} 로 한다.')

        # a mark that was cut is put back after the draft was opened again; text that looks like one is none
        other.find('text', LEAD).set_text('문의는 나중에 적는다.')
        self.section(LEAD).wait_text('문의는 나중에 적는다.', timeout=30)
        other.find('button', tr('Back to my drafts')).click()
        other.find_row(title).mouse_click()
        other.find('text', LEAD).wait_text('문의는 나중에 적는다.', timeout=30)
        other.find('text', LEAD).set_text(f'문의는 {mark} 로, 양식은 [전화번호1] 로 한다.')
        self.section(LEAD).wait_text(f'문의는 {number} 로, 양식은 [전화번호1] 로 한다.', timeout=30)
        self.section(LEAD).insert_text(' 끝.')
        other.find('text', LEAD).wait_text(f'문의는 {mark} 로, 양식은 [전화번호1] 로 한다. 끝.', timeout=30)

        # the same number in another writing
        self.section(LEAD).set_text(f"문의는 {number.replace('-', '')} 로 한다.")
        other.find('text', LEAD).wait_text(lambda text: '끝.' not in text, timeout=30)
        self.app.find('button', tr('Back to my drafts')).click()
        self.app.find_row(title).mouse_click()
        self.section(LEAD).wait_text(f"문의는 {number.replace('-', '')} 로 한다.", timeout=30)

        before = len(self.leads(0))
        self.section(LEAD).set_text(f'문의는 {last} 로 한다.')
        self.app.find('button', tr('Back to my drafts')).click()
        jipui.wait_until(lambda: len(self.leads(0)) > before, 'it is on the server')
        self.app.kill()
        self.app.start()
        jipui.wait_until(lambda: self.app.find_all('text', LEAD) or self.rows_of(title), 'it is open, or in the list', 30)
        for row in self.rows_of(title):
            row.mouse_click()
        self.section(LEAD).wait_text(f'문의는 {last} 로 한다.', timeout=30)

    def rows_of(self, title):
        return [row for row, words in self.app.rows() if title in words]


del DraftTest

if __name__ == '__main__':
    jipunit.main()
