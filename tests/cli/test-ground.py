# SPDX-License-Identifier: GPL-3.0-or-later
"""jipctl ground: exact lines, places in texts, in pages of a PDF and in the form of a draft, statuses, standard input."""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'tests')]
import jipunit  # noqa: E402

JIPCTL = os.path.join(os.environ['JIP_BUILD_DIR'], 'src/cli/jipctl')


class Ground(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory(prefix='jip-ground-')
        self.folder = Path(self.holder.name)
        self.addCleanup(self.holder.cleanup)

    def write(self, name, data):
        (self.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
        return name

    def run_ground(self, *args, text=None):
        run = subprocess.run([JIPCTL, 'ground', *args], input=text, capture_output=True, cwd=self.folder, check=False)
        self.assertIn(run.returncode, (0, 1), run.stderr.decode())
        self.assertFalse(run.stderr)
        return run.returncode, run.stdout.decode()

    def facts(self, *args, text=None):
        status, out = self.run_ground(*args, text=text)
        found = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(status, 0 if all(fact['supported'] for fact in found) else 1)
        return found

    def test_exact_lines(self):
        self.write('a.txt', '개요\r\n총 세 곳에서 연다.\r\n')
        self.write('draft.txt', '3곳에서\n13명이 “연다”\n')
        status, out = self.run_ground('--source', 'a.txt', 'draft.txt')
        self.assertEqual(status, 1)
        self.assertEqual(out, '''\
{"kind":"number","text":"3곳","line":1,"column":1,"supported":true,"source":{"file":"a.txt","page":null,"line":2,"column":3,"text":"세 곳"}}
{"kind":"number","text":"13명","line":2,"column":1,"supported":false,"source":null}
{"kind":"quotation","text":"연다","line":2,"column":7,"supported":true,"source":{"file":"a.txt","page":null,"line":2,"column":9,"text":"연다"}}
''')

    def test_statuses(self):
        self.write('a.txt', '3곳')
        self.assertEqual(self.run_ground('--source', 'a.txt', '-', text='세 곳'.encode())[0], 0)
        self.assertEqual(self.run_ground('--source', 'a.txt', '-', text='네 곳'.encode())[0], 1)
        self.assertEqual(self.run_ground('--source', 'a.txt', '-', text=b'')[0], 0)
        self.assertEqual(self.run_ground('--source', '-', 'a.txt', text='세 곳'.encode())[0], 0)

    def test_several_sources(self):
        self.write('a.txt', '3곳')
        self.write('b.txt', '3곳 13명')
        three, people = self.facts('--source', 'a.txt', '--source', './b.txt', '-', text='3곳 13명'.encode())
        self.assertEqual((three['source']['file'], people['source']['file']), ('a.txt', './b.txt'))

    def test_date_gives_the_year(self):
        self.write('a.txt', '행사는 2025. 7. 22. 연다.')
        draft = '7월 22일'.encode()
        self.assertTrue(self.facts('--source', 'a.txt', '-', text=draft)[0]['supported'])
        self.assertTrue(self.facts('--source', 'a.txt', '--date', '2025-01-02', '-', text=draft)[0]['supported'])
        self.assertFalse(self.facts('--source', 'a.txt', '--date', '2026-07-22', '-', text=draft)[0]['supported'])

    def test_pages_of_a_pdf(self):
        paragraphs = [{'kind': 'paragraph', 'text': f'{100 + i}번째 줄에는 내용이 없다.'} for i in range(120)]
        paragraphs[2]['text'] = '참가자는 모두 2,345명이다.'
        paragraphs[110]['text'] = '예산은 3억 5천만원이며 행사는 2026. 7. 22.(수) 오후 2시에 연다.'
        self.write('paper.json', json.dumps({'format': 'jip-draft/1', 'type': 'notice', 'title': '계획', 'sections': [{'id': 's', 'blocks': paragraphs}]}))
        subprocess.run([JIPCTL, 'export', 'paper.json', '-o', 'paper.pdf'], cwd=self.folder, check=True)
        found = self.facts('--source', 'paper.pdf', '-', text='2345명, 350,000,000원, 7월 22일 14:00, 2,346명'.encode())
        self.assertEqual([fact['supported'] for fact in found], [True, True, True, True, False])
        pages = [fact['source']['page'] for fact in found[:4]]
        self.assertEqual(pages[0], 1)
        self.assertGreater(pages[1], 1)
        self.assertEqual(pages[1:], [pages[1]] * 3)
        extracted = json.loads(subprocess.run([JIPCTL, 'extract', '--json', 'paper.pdf'], cwd=self.folder, capture_output=True, check=True).stdout)
        for fact in found[:4]:
            source = fact['source']
            line = extracted['pages'][source['page'] - 1]['text'].split('\n')[source['line'] - 1]
            self.assertEqual(line[source['column'] - 1:][:len(source['text'])], source['text'])

    def test_form_supports(self):
        draft = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '도서관과, 야간 개방',
                 'fields': {'department': '도서관과', 'quote_person': '가람시장 오한결', 'facts': '좌석 "120"석\n13명', 'budget': 5000000, 'n': {'deep': ['A\u00e9\U0001F600 250면']}},
                 'sections': [{'id': 'lead', 'blocks': [{'kind': 'paragraph', 'text': '도서관과는 120석을 13명에게, 250면을 연다고 오한결 가람시장은 밝혔다. 14명, 5백만 원'}]}]}
        for indent, ascii_only in ((None, False), (1, True)):
            text = json.dumps(draft, ensure_ascii=ascii_only, indent=indent)
            self.write('draft.json', text)
            self.write('a.txt', '없다')
            found = self.facts('--source', 'a.txt', 'draft.json')
            self.assertEqual([(fact['kind'], fact['text'], fact['supported']) for fact in found], [
                ('name', '도서관과', True), ('name', '도서관과', True), ('number', '120석', False), ('number', '13명', True), ('number', '250면', True),
                ('name', '오한결', True), ('number', '14명', False), ('amount', '5백만 원', True)])
            self.assertEqual((found[1]['line'], found[1]['column']), (3, 1))
            lines = text.split('\n')
            for fact in found:
                if fact['supported']:
                    source = fact['source']
                    self.assertEqual((source['file'], source['page']), ('draft.json', None))
                    rest = lines[source['line'] - 1][source['column'] - 1:]
                    begins = json.dumps(source['text'], ensure_ascii=ascii_only)[1:-1]
                    self.assertTrue(rest.startswith(begins), (rest[:40], begins))

    def test_bytes(self):
        self.write('mark.txt', b'\xef\xbb\xbf' + '13명'.encode())
        self.write('nul.txt', '총\0 13명이 참여하여 즐거운 시간을 보냈다.'.encode())
        self.write('damaged.txt', b'\xff' + '총 13명이 참여하여 즐거운 시간을 보냈다.'.encode() + b'\xea\xb0')
        self.write('cp949.txt', '총 13명'.encode('cp949'))
        for name, column in (('mark.txt', 2), ('nul.txt', 4), ('damaged.txt', 4), ('cp949.txt', 3)):
            fact, = self.facts('--source', name, '-', text='13명'.encode())
            self.assertTrue(fact['supported'], name)
            self.assertEqual(fact['source']['column'], column, name)
        status, out = self.run_ground('--source', 'mark.txt', '-', text=b'\xef\xbb\xbf\xff 1\xe2\x80\x8b4' + '명\0\r\n'.encode())
        self.assertEqual(status, 1)
        self.assertEqual((json.loads(out)['column'], json.loads(out)['text']), (4, '1\u200b4명'))


if __name__ == '__main__':
    jipunit.main()
