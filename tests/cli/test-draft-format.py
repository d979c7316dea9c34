# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/draft-format.schema.json and docs/draft-format.md say what the programs do: both accept and refuse the same drafts, each member is
described, and members that nobody knows come back."""

import copy
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'tests')]
import jipunit  # noqa: E402

JIPCTL = os.path.join(os.environ['JIP_BUILD_DIR'], 'src/cli/jipctl')
SCHEMA = json.loads((TOP / 'docs/draft-format.schema.json').read_text())
PAGE = (TOP / 'docs/draft-format.md').read_text()
SAMPLE = json.loads(re.search(r'```json\n(.*?)```', PAGE, re.S).group(1))
BLOCKS = ('sections', 0, 'blocks')
SPAN = (*BLOCKS, 0, 'spans', 0)
CELL = (*BLOCKS, 2, 'rows', 0, 0)

# What a member may not be; None takes it away.
WRONG = {
    ('format',): (None, 'jip-draft/2', 1), ('type',): (None, '', ' ', 1, 'x' * 101), ('title',): (1, 'x' * 1001), ('fields',): ([], 'x'),
    ('sections',): (None, {}, [1], [[]]), ('sections', 0, 'id'): (1, 'x' * 101), ('sections', 0, 'heading'): (1, 'x' * 1001), BLOCKS: (1, {}, [1], [{}]),
    (*BLOCKS, 0, 'kind'): (None, 'frame', 1), (*BLOCKS, 0, 'text'): (None, 1, 'a\nb', 'a\rb', 'x' * 100001), (*BLOCKS, 0, 'level'): (0, 9, 1.5, '1'),
    (*BLOCKS, 0, 'bullet'): ('□',), (*BLOCKS, 1, 'bullet'): ('▶', '', 1, '□□'), (*BLOCKS, 0, 'spans'): ({}, [1]), (*SPAN, 'start'): (None, -1, 0.5, '0'),
    (*SPAN, 'length'): (None, 0, -1), (*SPAN, 'bold'): (1, 'true'), (*SPAN, 'underline'): (0,), (*SPAN, 'origin'): ('else', 1, ''),
    (*BLOCKS, 2, 'rows'): (None, [], [[]], {}, [{}]), (*CELL, 'text'): (None, 1), (*CELL, 'header'): (1,), (*CELL, 'colspan'): (0, 65, '2'), (*CELL, 'rowspan'): (0, 1001),
    (*BLOCKS, 3, 'file'): (None, '', '/etc/passwd', '../a.png', 'a/../b.png', 'a//b.png', './a.png', 'a/.', 'C:a.png', 'a\\b.png', 1),
    (*BLOCKS, 3, 'width_mm'): (0, 401, 1.5), (*BLOCKS, 3, 'caption'): (1, 'x' * 1001), (*BLOCKS, 4, 'items'): (None, [], [''], [1], ['a\nb'], ['x' * 2001], 'x'),
}
# What only the programs refuse: the schema has no words for it.
WRONG_BEYOND = {(*SPAN, 'length'): (100,), (*CELL, 'rowspan'): (3,), (*CELL, 'colspan'): (64,), ('sections',): ([SAMPLE['sections'][0]] * 2,)}
RIGHT = {
    ('title',): (None, ''), ('fields',): (None, {}, {'a': [1, 'b']}, {'title': 5.5, 'subtitle': [[1, ['b']], True], 'date': True, 'facts': {'a': {}}}), ('generation',): (5, {}, []), ('sections',): ([], [{}]), ('sections', 0, 'id'): (None, ''), BLOCKS: (None, []),
    (*BLOCKS, 0, 'text'): ('x' * 100000, '가\tb', '야간'), (*BLOCKS, 0, 'spans'): (None, []), (*BLOCKS, 0, 'level'): (None, 8), (*CELL, 'text'): ('', 'a\nb'),
    (*BLOCKS, 3, 'file'): ('a/b.png', '.a.png', '..a.png', 'a...png'), (*BLOCKS, 3, 'caption'): (None, ''), (*BLOCKS, 4, 'items'): (['x' * 2000],),
}


def changed(path, value):
    draft = copy.deepcopy(SAMPLE)
    at = draft
    for key in path[:-1]:
        at = at[key]
    if value is None:
        at.pop(path[-1], None)
    else:
        at[path[-1]] = value
    return draft


class DraftFormat(unittest.TestCase):
    def setUp(self):
        self.holder = tempfile.TemporaryDirectory(prefix='jip-format-')
        self.addCleanup(self.holder.cleanup)
        self.folder = Path(self.holder.name)
        self.validator = jsonschema.Draft202012Validator(SCHEMA)

    def convert(self, draft):
        """The draft as jipctl gives it back, or None when it refuses it."""
        (self.folder / 'in.json').write_text(json.dumps(draft))
        run = subprocess.run([JIPCTL, 'convert', 'in.json', 'out.json'], cwd=self.folder, capture_output=True, text=True, check=False)
        self.assertIn(run.returncode, (0, 2), run.stderr)
        return json.loads((self.folder / 'out.json').read_text()) if run.returncode == 0 else None

    def test_same_verdict(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)
        for cases, by_schema, by_program in ((WRONG, False, False), (WRONG_BEYOND, True, False), (RIGHT, True, True)):
            for path, values in cases.items():
                for value in values:
                    draft = changed(path, value)
                    shown = f'{path}: {str(value)[:60]}'
                    self.assertEqual(self.validator.is_valid(draft), by_schema, 'schema: ' + shown)
                    self.assertEqual(self.convert(draft) is not None, by_program, 'jipctl: ' + shown)

    def test_samples(self):
        drafts = sorted((TOP / 'tests/document/data').glob('*.json'))
        self.assertGreaterEqual(len(drafts), 4)
        for draft in [SAMPLE, *(json.loads(path.read_text()) for path in drafts)]:
            self.validator.validate(draft)
            self.assertIsNotNone(self.convert(draft))

    def test_unknown_members_stay(self):
        draft = copy.deepcopy(SAMPLE)
        blocks = draft['sections'][0]['blocks']
        for number, at in enumerate((draft, draft['sections'][0], *blocks, blocks[0]['spans'][0], blocks[2]['rows'][0][0])):
            at[f'later-{number}'] = {'a': [1, None, True, '글', {'b': -5}]}
        draft['fields']['later'] = {'deep': [[]]}
        self.validator.validate(draft)
        again = self.convert(draft)
        again['sections'][0]['blocks'][2]['rows'][1][0].setdefault('rowspan', 1)
        self.assertEqual(again, draft)

    def test_each_member_is_described(self):
        members = set()

        def walk(node):
            if isinstance(node, dict):
                members.update(node.get('properties', {}))
                for value in node.values():
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)
        walk(SCHEMA)
        tables = {name for row in re.findall(r'^\| ((?:`\w+`(?:, )?)+) \|', PAGE, re.M) for name in re.findall(r'\w+', row)}
        self.assertEqual(members - {'kind'}, tables)


if __name__ == '__main__':
    jipunit.main()
