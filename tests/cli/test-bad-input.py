# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of jipctl with bad input: exit status 2, nothing on stdout, one line on stderr that names what and where, and
nothing left behind or changed."""

import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'tests')]
import jipunit  # noqa: E402

JIPCTL = os.path.join(os.environ['JIP_BUILD_DIR'], 'src/cli/jipctl')
DRAFTS = TOP / 'tests/document/data'
EVENT = {'format': 'jip-tally/1', 'categories': [{'id': 'c'}], 'panels': [{'id': 'p', 'weight': 100, 'mode': 'score', 'max': 10}],
         'entries': [{'id': 'e', 'category': 'c'}], 'judges': [{'id': 'j', 'panel': 'p'}], 'ballots': []}
DRAFT = {'format': 'jip-draft/1', 'type': 'notice', 'title': '제목', 'sections': [{'id': 's', 'blocks': [{'kind': 'paragraph', 'text': '글'}]}]}
MAP = {'format': 'jip-redact-map/1', 'marks': {'[전화번호1]': ['010-1234-5678']}}
USERS = 'login,name,department,roles,password\nkim,김가온,재무국,staff,pw\n'

# What is not JSON, whatever it should hold.
NOT_JSON = {
    'empty': b'', 'blank': b' \n', 'cut': b'{"format": "jip-draft/1", ', 'twice': b'{"format": "a", "format": "b"}',
    'deep': b'[' * 100 + b']' * 100, 'nan': b'{"format": NaN}', 'nul': b'{"format": "a\0b"}', 'escaped-nul': b'{"format": "\\u0000"}',
    'bom': b'\xef\xbb\xbf{"format": "jip-draft/1"}', 'latin': b'{"format": "\xe9"}', 'binary': bytes(range(256)) * 40,
    'comment': b'{} // no', 'octal': b'{"a": 010}', 'huge': b'{"a": 1e999999}', 'surrogate': b'{"a": "\\ud800"}', 'utf16': '{}'.encode('utf-16'),
}
# What is JSON of another shape.
WRONG_JSON = {'null': 'null', 'number': '1', 'text': '"x"', 'list': '[]', 'object': '{}', 'format': '{"format": "none/1"}',
              'format-type': '{"format": 1}'}


def changed(base, path, value):
    """A copy of @base in which the member at @path is @value."""
    copy = json.loads(json.dumps(base))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return copy


WRONG_EVENTS = [(path, value) for path, values in {
    ('categories',): (1, {}, None), ('panels',): ([], [1]), ('panels', 0, 'weight'): (99, '100', 1.5, -1, 1e300, 2**60),
    ('panels', 0, 'mode'): ('none', 1), ('panels', 0, 'max'): (0, '1e3', True, '9' * 4000), ('entries', 0, 'category'): ('x', 1, '각'),
    ('entries', 0, 'id'): ('', ' ', 'x' * 65, '../e'), ('judges', 0, 'panel'): ('x', []), ('ballots',): ([{}], [[]], 'x'), ('ties',): (['x'], {}),
    ('lots',): ({'x': 1}, []), ('precision',): (7, '1'), ('awards',): ([], {'per_category': 1})}.items() for value in values]
WRONG_DRAFTS = [(path, value) for path, values in {
    ('type',): (1, None), ('title',): (1, []), ('fields',): ([], 1), ('sections',): (1, {}, [1]), ('sections', 0, 'blocks'): (1, {}, [1], [{}]),
    ('sections', 0, 'blocks', 0): (
        {'kind': 'none'}, {'kind': 1}, {'kind': 'paragraph'}, {'kind': 'paragraph', 'text': 1}, {'kind': 'paragraph', 'text': 'a', 'level': 0},
        {'kind': 'paragraph', 'text': 'a', 'level': 9}, {'kind': 'paragraph', 'text': 'a', 'level': 1.5}, {'kind': 'paragraph', 'text': 'a', 'bullet': 'x'},
        {'kind': 'paragraph', 'text': 'a', 'spans': [{'start': 0, 'length': 2**53 - 1}]}, {'kind': 'paragraph', 'text': 'a', 'spans': [{'start': -1, 'length': 1}]},
        {'kind': 'table'}, {'kind': 'table', 'rows': 1}, {'kind': 'table', 'rows': [[{'text': 'a', 'colspan': 0}]]},
        {'kind': 'table', 'rows': [[{'text': 'a', 'colspan': 10**9, 'rowspan': 10**9}]]}, {'kind': 'table', 'rows': [[{'text': 1}]]},
        {'kind': 'image', 'file': '../out.png'}, {'kind': 'image', 'file': '/etc/passwd'}, {'kind': 'image', 'file': 'none.png'},
        {'kind': 'image', 'file': 'latin'}, {'kind': 'image', 'file': '.'}, {'kind': 'attachment'}, {'kind': 'attachment', 'items': [1]})}.items() for value in values]
WRONG_EVENT_FILES = ['{}', '[]', '1', '{"title": 1}', '{"title": "x", "categories": 1}', '{"title": "x", "rules": {}, "entries": "x"}']
WRONG_MAPS = [('marks',), ('marks', '[전화번호1]')]
BAD_CSV = {'empty': '', 'header': 'a,b\n1,2\n', 'few': USERS + 'lee\n', 'quote': USERS + '"lee,x\n', 'role': USERS + 'lee,이,재무국,king,pw\n',
           'twice': USERS + 'kim,다른,재무국,staff,pw\n', 'login': USERS + ',이,재무국,staff,pw\n', 'long': USERS + 'x' * 5000 + ',이,재무국,staff,pw\n'}


class BadInput(unittest.TestCase):
    """One folder for all: each case is checked to leave it as it was."""

    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix='jip-bad-')
        cls.folder = Path(cls.holder.name)
        for name, data in NOT_JSON.items():
            (cls.folder / name).write_bytes(data)
        for name, text in WRONG_JSON.items():
            (cls.folder / f'wrong-{name}').write_text(text)
        for name, value in (('event', EVENT), ('draft', DRAFT), ('map', MAP)):
            (cls.folder / f'{name}.json').write_text(json.dumps(value))
        (cls.folder / 'users.csv').write_text(USERS)
        (cls.folder / 'ideas.jsonl').write_text('{"id": "a", "text": "글"}\n')
        (cls.folder / 'text.txt').write_text('[전화번호1]\n')
        (cls.folder / 'facts.txt').write_text('13명\n')
        (cls.folder / 'dir').mkdir()
        (cls.folder / 'dir' / 'kept').write_text('kept')
        (cls.folder / 'locked').write_text('x')
        (cls.folder / 'locked').chmod(0)
        os.mkfifo(cls.folder / 'pipe')
        cls.make_pdfs()
        cls.data = cls.folder / 'city'
        made = subprocess.run([JIPCTL, 'user', 'import', cls.folder / 'users.csv', '--data', cls.data], capture_output=True, check=False)
        assert made.returncode == 0, made.stderr

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @classmethod
    def make_pdfs(cls):
        subprocess.run([JIPCTL, 'export', DRAFTS / 'official-letter.json', '-o', cls.folder / 'good.pdf'], check=True)
        good = (cls.folder / 'good.pdf').read_bytes()
        encrypted = re.sub(rb'trailer\s*<<', b'trailer\n<< /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (' + b'o' * 32 + b') /U (' + b'u' * 32
                           + b') >> /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]', good)
        assert encrypted != good
        for name, data in {'cut': good[:len(good) // 3], 'head': b'%PDF-1.7\n', 'noise': b'%PDF-1.7\n' + bytes(range(256)) * 64, 'none': b'',
                           'text': '글'.encode(), 'zip': b'PK\3\4' + bytes(60), 'encrypted': encrypted}.items():
            (cls.folder / f'{name}.pdf').write_bytes(data)
        (cls.folder / 'bad.hwpx').write_bytes(b'PK\3\4' + bytes(60))
        cls.make_packages()

    @classmethod
    def make_packages(cls):
        for ending in ('hwpx', 'odt'):
            subprocess.run([JIPCTL, 'export', DRAFTS / 'official-letter.json', '-o', cls.folder / f'good.{ending}'], check=True)
            good = (cls.folder / f'good.{ending}').read_bytes()
            (cls.folder / f'cut.{ending}').write_bytes(good[:len(good) // 2])
            (cls.folder / f'flat.{ending}').write_text('글')
            text = 'Contents/section0.xml' if ending == 'hwpx' else 'content.xml'
            for name, (part, data) in {
                    'entity': (text, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'), 'bomb': (text, '<x>' + ' ' * (64 << 20) + '</x>'),
                    'slip': ('../../slip.xml', '<x/>'), 'broken': (text, '<x>'), 'lock': ('META-INF/manifest.xml', '<m><encryption-data/></m>')}.items():
                with zipfile.ZipFile(cls.folder / f'good.{ending}') as source, zipfile.ZipFile(cls.folder / f'{name}.{ending}', 'w', zipfile.ZIP_DEFLATED) as out:
                    for item in source.namelist():
                        if item != part:
                            out.writestr(item, source.read(item))
                    out.writestr(part, data)
        (cls.folder / 'old.hwp').write_bytes(bytes.fromhex('d0cf11e0a1b11ae1') + bytes(600))

    def state(self):
        """Everything in the folder and, of the city, what its tables hold."""
        found = {}
        for path in sorted(self.folder.rglob('*')):
            if path.name.startswith('jiphyeon.db'):
                continue
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and os.access(path, os.R_OK) else path.lstat().st_mode
        dump = subprocess.run([sys.executable, '-c', 'import sqlite3, sys; print(list(sqlite3.connect(sys.argv[1]).iterdump()))',
                               self.data / 'jiphyeon.db'], capture_output=True, check=True).stdout
        found['tables'] = hashlib.sha256(dump).hexdigest()
        return found

    def refused(self, *args, text=None, stdout=subprocess.PIPE, names='', most=None, lists=None):
        """Runs jipctl in the folder; @names must stand in the message. No file grows over @most bytes, as on a full disk."""
        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        run = subprocess.run([JIPCTL, *map(str, args)], input=text, stdin=None if text is not None else subprocess.DEVNULL, stdout=stdout,
                             stderr=subprocess.PIPE, cwd=self.folder, timeout=60, check=False,
                             env={**os.environ, 'JIP_DATA': str(lists)} if lists else None, preexec_fn=limit if most else None)
        error = run.stderr.decode()
        shown = f'{args}: {run.returncode}: {error!r}'
        self.assertEqual(run.returncode, 2, shown)
        self.assertFalse(run.stdout, shown)
        self.assertRegex(error, r'\Ajipctl( [a-z-]+){0,2}: [^\n]{8,6000}\n\Z', shown)
        self.assertNotIn('(null)', error, shown)
        self.assertNotIn('CRITICAL', error, shown)
        self.assertIn(names, error, shown)

    def walk(self, cases, **options):
        before = self.state()
        for case in cases:
            with self.subTest(case=[str(word)[:60] for word in case]):
                self.refused(*case, **options)
        self.assertEqual(self.state(), before)

    # How each command is called with FILE in the place of what it reads.
    READERS = {
        'tally': ('tally', 'FILE'), 'export': ('export', 'FILE', '-o', 'out.hwpx'), 'restore-map': ('restore', '--map', 'FILE', 'text.txt'),
        'event create': ('event', 'create', 'FILE', '--data', 'city')}
    FILES = {**READERS, 'lint': ('lint', 'FILE'), 'lint-fix': ('lint', '--fix', '--profile', '시행문', 'FILE'), 'redact': ('redact', 'FILE'), 'redact-map': ('redact', 'FILE', '--map', 'out.json'), 'redact-allow': ('redact', 'text.txt', '--allow', 'FILE'), 'restore': ('restore', '--map', 'map.json', 'FILE'),
             'extract': ('extract', 'FILE'), 'extract-json': ('extract', '--json', 'FILE'), 'convert': ('convert', 'FILE', 'out.json'), 'user import': ('user', 'import', 'FILE', '--data', 'city'),
             'demo': ('demo', 'new', '--password-file', 'FILE'), 'similar': ('similar', '--query', '글', '--corpus', 'FILE'),
             'ground': ('ground', '--source', 'text.txt', 'FILE'), 'ground-source': ('ground', '--source', 'text.txt', '--source', 'FILE', 'draft.json')}
    COMMANDS = ('audit verify', 'backup', 'backup keep', 'backup list', 'convert', 'demo', 'event codes', 'event create', 'event export', 'event list', 'export', 'extract', 'file forget', 'ground', 'lint', 'migrate-database', 'redact', 'refill close', 'refill list', 'restore', 'similar', 'tally',
                'user disable', 'user enable', 'user import')

    def with_file(self, command, path):
        return [path if word == 'FILE' else word for word in command]

    def test_commands_are_all_here(self):
        shown = subprocess.run([JIPCTL, '--help'], capture_output=True, text=True, check=True).stdout
        listed = {' '.join(re.match(r'((?:[a-z]+(?:-[a-z]+)* ?)+)', line).group(1).split()) for line in re.findall(r'^  jipctl (.*)$', shown, re.M)}
        self.assertEqual(listed, set(self.COMMANDS))

    def test_arguments(self):
        cases = [('none',), ('--none',), ('event',), ('event', 'none'), ('user', ''), ('',), ('각',), (b'\xff\xfe'.decode('utf-8', 'surrogateescape'),)]
        for command in self.COMMANDS:
            words = command.split()
            cases += [words, [*words, '--none'], [*words, '-x'], [*words, '--data'], [*words, 'a', 'b', 'c', 'd'], [*words, '--', '--none', 'b'], [*words, ''],
                      [*words, '--none\nsecond'], [*words, '--data', 'city', 'a', 'b']]
        self.walk(cases)

    def test_options(self):
        self.walk([('demo', 'new', option, value) for option, values in {
            '--seed': ('-1', 'x', '', '9' * 30), '--staff': ('0', '-1', 'x', '100001', '9' * 30), '--ideas': ('-1', 'x', '100001'),
            '--now': ('', 'x', '2026-13-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z', '2026-11-23')}.items() for value in values])
        self.walk([('export', 'draft.json', '-o', name) for name in ('', 'out', 'out.docx', 'hwpx', '.')])
        self.walk([('lint', '--profile', name, 'text.txt') for name in ('', 'none', '각', 'Notice', 'x' * 3000)])
        self.walk([('lint', '--rules', 'text.txt'), ('lint', '--rules', '--fix'), ('lint', '--fix'), ('lint', '--lists', 'none', 'text.txt'),
                   ('lint', '--lists', 'text.txt', 'text.txt'), ('lint', '--rules', '--lists', '.')])
        self.walk([('ground', '--source', 'text.txt', 'text.txt', '--date', date) for date in (
            '', 'x', '2026', '2026-13-01', '2026-02-30', '0000-01-01', '2026-7-22', '2026-07-22 ', '22. 7. 2026')])
        self.walk([('ground', 'text.txt'), ('ground', '--source', 'text.txt'), ('ground', '--source', '-', '-')])
        self.walk([('file', 'forget', name, '--data', 'city') for name in (
            '', 'x', 'ab' * 31, 'ab' * 33, 'AB' * 32, 'ab' * 32, 'ab' * 31 + '/x', '../' * 21 + 'x', '각' * 64, '0' * 63 + '\n')])
        self.walk([('convert', 'draft.json', name) for name in ('', 'out', 'out.docx', 'hwpx', '.')])
        self.walk([('tally', '--', '-x'), ('export', 'draft.json'), ('export', '-o', 'out.pdf')])

    def test_files(self):
        unreadable = [] if os.access(self.folder / 'locked', os.R_OK) else ['locked']
        for command in self.FILES.values():
            for path in ['missing', 'missing/below', 'dir', 'text.txt/below', 'a' * 5000, *unreadable]:
                with self.subTest(command=command, path=path[:20]):
                    self.walk([self.with_file(command, path)], names=path[:60])

    def test_not_json(self):
        for command in self.READERS.values():
            self.walk([self.with_file(command, name) for name in NOT_JSON])
            self.walk([self.with_file(command, f'wrong-{name}') for name in WRONG_JSON])

    def test_standard_input(self):
        for command in ('tally', 'export'):
            for data in NOT_JSON.values():
                self.walk([[command, '-'] + (['-o', 'out.pdf'] if command == 'export' else [])], text=data)

    def test_wrong_values(self):
        for command, base, wrong in ((('tally', '-'), EVENT, WRONG_EVENTS), (('export', '-', '-o', 'out.hwpx'), DRAFT, WRONG_DRAFTS),
                                     (('export', '-', '-o', 'out.txt'), DRAFT, WRONG_DRAFTS)):
            for path, value in wrong:
                if command[-1] == 'out.txt' and isinstance(value, dict) and value.get('kind') == 'image':
                    continue
                self.walk([command], text=json.dumps(changed(base, path, value)).encode())
        for text in WRONG_EVENT_FILES:
            self.walk([('event', 'create', '-', '--data', 'city')], text=text.encode())
        for path in WRONG_MAPS:
            for value in (1, None, 'x', [1]):
                self.walk([('restore', '--map', '-', 'text.txt')], text=json.dumps(changed(MAP, path, value)).encode())

    def test_ideas(self):
        # a board without ideas is none that is wrong
        bad = [*(text for name, text in NOT_JSON.items() if name not in ('empty', 'blank')), *(text.encode() for text in WRONG_JSON.values()),
               b'{"id": "a"}', b'{"id": "a", "text": 1}', b'{"id": "", "text": "x"}', b'{"id": 1, "text": "x"}', b'{"id": "a", "text": "x"}']
        good = b'{"id": "a", "text": "\xea\xb0\x80"}\n\r\n'
        for text in bad:
            self.walk([('similar', '--query', '글', '--corpus', '-')], text=good + text, names='line 3: ')
        self.walk([('similar', '--query', '글', '--corpus', 'empty', f'--top={top}') for top in ('0', '-1', '101', 'x', '9' * 30)])
        self.walk([('similar', '--query', '글'), ('similar', '--corpus', 'empty')])

    def test_accounts(self):
        for name, text in BAD_CSV.items():
            self.walk([('user', 'import', '-', '--data', data) for data in ('city', 'nowhere')], text=text.encode())
        self.walk([('user', 'import', 'latin', '--data', 'city'), ('user', 'import', 'binary', '--data', 'city'), ('user', 'import', 'nul', '--data', 'city')])

    def test_unknown_ids(self):
        ids = ('x', '', '각', '../city', 'x' * 3000, '01890000-0000-7000-8000-000000000000', "' OR 1=1 --", '-1')
        self.walk([(*command, '--data', 'city', '--', name) for command in (('event', 'codes'), ('event', 'export'), ('user', 'disable')) for name in ids])

    def test_data_folders(self):
        for data in ('text.txt', 'text.txt/below', '/proc/none', '/dev/null'):
            self.walk([(*command, '--data', data) for command in (
                ('audit', 'verify'), ('event', 'codes', 'x'), ('event', 'create', 'event.json'), ('event', 'export', 'x'), ('event', 'list'),
                ('user', 'disable', 'kim'), ('user', 'import', 'users.csv'))], names=data)
        # nothing but an import makes a city where there is none
        self.walk([(*command, '--data', 'nowhere') for command in (
            ('audit', 'verify'), ('event', 'codes', 'x'), ('event', 'create', 'event.json'), ('event', 'export', 'x'), ('event', 'list'), ('user', 'disable', 'kim'))],
            names='nowhere')

    def test_databases(self):
        # what is no address, and where nobody listens; a password in it is told to nobody
        addresses = ('', 'jiphyeon', 'host=localhost', 'mysql://h/db', 'postgresql://h/db?none=1', 'postgresql://user:secret@%2Fnone/db',
                     'postgresql://127.0.0.1:1/' + 'x' * 3000, 'postgresql://[', 'postgres://%zz/db', '각')
        self.walk([('migrate-database', '--data', 'city', '--to', address) for address in addresses])
        self.walk([('user', 'import', 'users.csv', '--data', 'nowhere', '--database', address) for address in addresses])
        self.walk([('user', 'import', 'users.csv', '--data', 'city', '--database', address) for address in addresses[1:]], names='migrate-database')
        run = subprocess.run([JIPCTL, 'migrate-database', '--data', 'city', '--to', addresses[5]], cwd=self.folder, capture_output=True, check=False)
        self.assertNotIn(b'secret', run.stderr)
        self.walk([('migrate-database', '--data', data, '--to', 'postgresql://127.0.0.1:1/x') for data in ('nowhere', 'dir', 'text.txt', '/dev/null')])
        self.walk([('migrate-database', '--to', 'postgresql://127.0.0.1:1/x'), ('migrate-database', '--data', 'city')])
        for text in ('', '\n', 'postgresql://a\npostgresql://b\n', 'x' * 5000, '/etc/passwd', 'postgresql://127.0.0.1:1/x\n'):
            folder = self.folder / 'elsewhere'
            folder.mkdir()
            try:
                (folder / 'database').write_text(text)
                (folder / 'lock').touch()
                self.walk([('audit', 'verify', '--data', 'elsewhere'), ('user', 'import', 'users.csv', '--data', 'elsewhere')])
            finally:
                shutil.rmtree(folder)

    def test_papers(self):
        for name, says in {'cut.pdf': '', 'head.pdf': 'damaged', 'noise.pdf': 'damaged', 'none.pdf': 'empty', 'text.pdf': 'not a PDF', 'zip.pdf': 'not a PDF',
                           'encrypted.pdf': 'password', 'bad.hwpx': '', 'empty': 'empty', 'binary': '', 'latin': '', 'nul': ''}.items():
            for options in ((), ('--json',)):
                self.walk([('extract', name, *options)], names=says)
                self.walk([('extract', name, *options)], names=name)
            self.walk([('convert', name, f'out.{ending}') for ending in ('json', 'hwpx')], names=name)
        # text with a few damaged bytes is still a source
        for name in ('cut.pdf', 'head.pdf', 'noise.pdf', 'none.pdf', 'text.pdf', 'zip.pdf', 'encrypted.pdf', 'bad.hwpx', 'empty', 'binary'):
            self.walk([('ground', '--source', 'text.txt', '--source', name, 'text.txt')], names=name)

    def test_drafts_to_ground(self):
        for path, value in WRONG_DRAFTS:
            if not (isinstance(value, dict) and value.get('kind') == 'image' and isinstance(value.get('file'), str)):
                self.walk([('ground', '--source', 'text.txt', '-')], text=json.dumps(changed(DRAFT, path, value)).encode())
        self.walk([('ground', '--source', 'text.txt', '-')], text=b'{"format": "jip-draft/1", ')
        self.walk([('ground', '--source', 'text.txt', '-')], text=b'{"format": "jip-draft/2", "sections": []}')

    def test_lists_of_ground(self):
        lists = self.folder / 'lists' / 'ground'
        shutil.copytree(TOP / 'data/ground', lists)
        try:
            for name, line in (('units.txt', 'none 명'), ('units.txt', 'count'), ('units.txt', 'count 1명'), ('units.txt', 'count 명'),
                               ('titles.txt', '아주아주긴직함하나'), ('surnames.txt', '김이박'), ('not-names.txt', 'x' * 13)):
                whole = (lists / name).read_text()
                (lists / name).write_text(f'{whole}{line}\n')
                self.refused('ground', '--source', 'text.txt', 'text.txt', names=f'{name}, line {whole.count(chr(10)) + 1}', lists=lists.parent)
                (lists / name).write_text(whole)
            (lists / 'units.txt').unlink()
            self.refused('ground', '--source', 'text.txt', 'text.txt', names='units.txt', lists=lists.parent)
        finally:
            shutil.rmtree(lists.parent)

    def test_packages(self):
        for name, says in {'entity': 'document type', 'bomb': 'more than', 'slip': 'leads out', 'broken': 'XML', 'lock': 'password', 'cut': 'damaged', 'flat': 'damaged'}.items():
            for ending in ('hwpx', 'odt'):
                before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
                self.walk([('extract', f'{name}.{ending}'), ('convert', f'{name}.{ending}', 'out.json'), ('convert', f'{name}.{ending}', 'out.odt')], names=says)
                self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, 30)
        self.walk([('extract', 'old.hwp'), ('convert', 'old.hwp', 'out.hwpx')], names='.hwpx')

    def test_outputs(self):
        for ending in ('hwpx', 'odt', 'pdf', 'txt', 'json'):
            (self.folder / f'folder.{ending}').mkdir()
            (self.folder / f'kept.{ending}').write_text('kept')
            try:
                for command in [('convert', 'draft.json')] + [('export', 'draft.json', '-o')] * (ending != 'json'):
                    self.walk([(*command, f'{name}.{ending}') for name in ('missing/out', 'folder', 'text.txt/out', '/proc/out')], names=ending)
                    self.walk([(*command, f'{name}.{ending}') for name in ('out', 'kept')], names=ending, most=2)
            finally:
                (self.folder / f'kept.{ending}').unlink()
                (self.folder / f'folder.{ending}').rmdir()
        self.walk([('redact', 'text.txt', '--map', path) for path in ('out', 'map.json')], most=2)
        self.walk([('redact', 'text.txt', '--map', path) for path in ('missing/out', 'dir', 'text.txt/out', '/proc/out', 'pipe')])
        self.walk([('demo', path) for path in ('text.txt', 'dir', 'text.txt/below', '/proc/none', 'pipe')])

    def test_closed_stdout(self):
        writers = (('tally', 'event.json'), ('lint', '--rules'), ('lint', '--fix', 'text.txt'), ('redact', 'text.txt'), ('restore', '--map', 'map.json', 'text.txt'), ('extract', 'text.txt'), ('similar', '--query', '글', '--corpus', 'ideas.jsonl'),
                   ('extract', '--json', 'good.pdf'), ('ground', '--source', 'text.txt', 'facts.txt'), ('redact', 'text.txt', '--map', 'out.json'), ('audit', 'verify', '--data', 'city'))
        with open('/dev/full', 'wb') as full:
            self.walk(writers, stdout=full)
        for command in writers:
            reader, writer = os.pipe()
            os.close(reader)
            try:
                self.walk([command], stdout=writer)
            finally:
                os.close(writer)

    def test_too_large(self):
        for name, size, command in (('big.json', (256 << 20) + 1, ('tally', 'FILE')), ('big.jsonl', (256 << 20) + 1, self.FILES['similar']), ('big.txt', (64 << 20) + 1, ('redact', 'FILE')), ('big.txt', (16 << 20) + 1, ('lint', 'FILE')), ('big.txt', (64 << 20) + 1, ('ground', '--source', 'text.txt', 'FILE')),
                                    ('big.json', (64 << 20) + 1, ('export', 'FILE', '-o', 'out.txt')), ('big.csv', (16 << 20) + 1, ('user', 'import', 'FILE', '--data', 'city'))):
            with open(self.folder / name, 'wb') as sparse:
                sparse.truncate(size)
            try:
                self.refused(*self.with_file(command, name), names='MiB')
            finally:
                (self.folder / name).unlink()


if __name__ == '__main__':
    jipunit.main()
