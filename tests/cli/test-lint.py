# SPDX-License-Identifier: GPL-3.0-or-later
"""jipctl lint as a program: its lines, exit statuses, options, and the text export of a draft."""

import json
import os
import subprocess
import sys
import unicodedata
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'tests')]
import jipunit  # noqa: E402

JIPCTL = os.path.join(os.environ['JIP_BUILD_DIR'], 'src/cli/jipctl')
DRAFTS = TOP / 'tests/document/data'
RULES = ['date-format', 'date-weekday', 'time-format', 'period', 'amount', 'numbering', 'indent', 'attachment', 'end-mark', 'colon', 'korean-first',
         'law-quote', 'plain-word', 'honorific', 'report-ending', 'ai-trace', 'foreign-script', 'press-head']


def lint(text, *options, path='-'):
    data = text.encode() if isinstance(text, str) else text
    return subprocess.run([JIPCTL, 'lint', *options, path], input=data, capture_output=True, timeout=60, check=False)


class Lint(unittest.TestCase):
    def found(self, text, *options, status=1):
        run = lint(text, *options)
        self.assertEqual((run.returncode, run.stderr), (status, b''))
        return [json.loads(line) for line in run.stdout.decode().splitlines()]

    def test_lines(self):
        run = lint('회의는 2026.1.6에 연다.\n')
        message = json.loads(run.stdout)['message']
        self.assertEqual(run.stdout.decode(), '{"rule":"date-format","line":1,"column":5,"length":8,"message":' + json.dumps(message, ensure_ascii=False)
                         + ',"fix":"2026. 1. 6."}\n')
        self.assertEqual(run.returncode, 1)
        self.assertTrue(message)

    def test_clean(self):
        self.assertEqual(self.found('회의는 2026. 1. 6.에 연다.\n', status=0), [])
        self.assertEqual(self.found('', status=0), [])
        self.assertEqual(self.found('', '--profile', '시행문', status=0), [])

    def test_null(self):
        self.assertIsNone(self.found("'26. 1. 6.에 연다.")[0]['fix'])
        self.assertIn('"fix":null}', lint("'26. 1. 6.에 연다.").stdout.decode())

    def test_order(self):
        lines = self.found('가. 2026.1.6 장소:시청\n붙임: 계획서 1부', '--profile', 'official-letter')
        keys = [(line['line'], line['column'], line['rule'].encode()) for line in lines]
        self.assertEqual(keys, sorted(keys))
        self.assertGreater(len(keys), 4)

    def test_whole_paper(self):
        line = [line for line in self.found('자료를 내 주시기 바랍니다.\n확인 바랍니다.\n\n \n', '--profile', 'official-letter') if line['rule'] == 'end-mark']
        self.assertEqual([(at['line'], at['column'], at['length'], at['fix']) for at in line], [(2, 1, 0, None)])

    def test_places_count_code_points(self):
        """A byte order mark, decomposed Hangul, a CR, a wide character and a byte that is no UTF-8 count as they stand."""
        for before, line, column in (('\ufeff', 1, 2), (unicodedata.normalize('NFD', '각'), 1, 4), ('가\r\n나', 2, 2), ('😀', 1, 2), ('\u200b', 1, 2)):
            at = self.found(before + ' 2026.1.6')[0]
            self.assertEqual((at['line'], at['column'], at['length']), (line, column + 1, 8), repr(before))
        at = self.found(b'\xff\xfe\0 2026.1.6\n')[0]
        self.assertEqual((at['line'], at['column']), (1, 5))
        decomposed = self.found(unicodedata.normalize('NFD', '2026년 1월 6일') + '  끝.', '--profile', '시행문')[0]
        self.assertEqual((decomposed['column'], decomposed['length'], decomposed['fix']), (1, 17, '2026. 1. 6.'))

    def test_fix(self):
        text = '회의는 2026.1.6 (화) ~ 1.9에 연다.\r\n\'26. 1. 6. 기준\0\r\n'
        run = lint(text, '--fix')
        self.assertEqual(run.stdout.decode(), '회의는 2026. 1. 6.(화)~1. 9.에 연다.\r\n\'26. 1. 6. 기준\0\r\n')
        self.assertEqual((run.returncode, run.stderr), (1, b''))
        run = lint('회의는 2026.1.6에 연다.', '--fix')
        self.assertEqual((run.returncode, run.stdout.decode()), (0, '회의는 2026. 1. 6.에 연다.'))
        self.assertEqual(lint('', '--fix').stdout, b'')

    def test_profiles(self):
        text = '회의는 2026년 1월 6일 15시에 연다.  끝.'
        self.assertEqual(self.found(text, status=0), [])
        for profile in ('official-letter', '시행문', unicodedata.normalize('NFD', '시행문')):
            self.assertEqual([line['rule'] for line in self.found(text, '--profile', profile)], ['date-format', 'time-format'])
        self.assertEqual(self.found('오후 3시에 만납니다.', '--profile', '인사말씀', status=0), [])
        self.assertEqual(lint(text, '--profile', '없는 종류').returncode, 2)

    def test_locale(self):
        run = subprocess.run([JIPCTL, 'lint', '--profile', '시행문', '-'], input='붙임: 계획서 1부.  끝.'.encode(), capture_output=True, check=False,
                             env={**os.environ, 'LC_ALL': 'C'})
        self.assertEqual((run.returncode, json.loads(run.stdout)['fix']), (1, '붙임  '))

    def test_draft(self):
        """Places count in the text export, which `jipctl export` would write."""
        draft = json.loads((DRAFTS / 'official-letter.json').read_text())
        self.assertEqual(lint(json.dumps(draft), '--profile', draft['type']).returncode, 0)
        draft['sections'][0]['blocks'][0]['text'] = '회의는 2026.1.6에 연다.'
        at = self.found(json.dumps(draft), '--profile', draft['type'])[0]
        fixed = lint(json.dumps(draft), '--fix').stdout.decode()
        line = fixed.splitlines()[at['line'] - 1]
        self.assertEqual(line[at['column'] - 1:at['column'] + 10], '2026. 1. 6.')
        self.assertFalse(fixed.startswith('{'))
        broken = lint('{"format": "jip-draft/1", "sections": 1}')
        self.assertEqual((broken.returncode, broken.stdout), (2, b''))

    def test_rules(self):
        run = subprocess.run([JIPCTL, 'lint', '--rules'], capture_output=True, check=True)
        rules = [json.loads(line) for line in run.stdout.decode().splitlines()]
        self.assertEqual([rule['id'] for rule in rules], RULES)
        for rule in rules:
            self.assertEqual(list(rule), ['id', 'profiles', 'wants', 'example', 'source'])
            self.assertTrue(all(rule.values()), rule)


if __name__ == '__main__':
    jipunit.main()
