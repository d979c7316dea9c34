# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/protocol.md lists: calls, tables with their fields, mutations, steps and error codes."""

import os
import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs/protocol.md')


class Page:
    def __init__(self, path=PATH):
        with open(path, encoding='utf-8') as f:
            self.text = f.read()
        self.codes = {name: int(row[0]) for name, row in self.table('code').items()}
        self.calls = [(row[0].strip('`'), row[1].strip('`')) for row in self.rows('method')]
        self.mutations = {name: self.codes_in(*row[-2:]) for name, row in self.table('name').items()}
        self.limits = {name: {arg: int(most.replace(',', '')) for arg, most in re.findall(r'`(\w+)`\?? \(([\d,]+)\)', row[0])}
                       for name, row in self.table('name').items()}
        self.steps = sorted(self.table('step'))
        self.tables, self.nullable = {}, {}
        self.read_tables()

    def rows(self, first):
        """The rows of the table whose first column is called FIRST, each as its cells."""
        lines = self.text.splitlines()
        starts = [n for n, line in enumerate(lines) if line.startswith(f'| {first} |')]
        assert len(starts) == 1, (first, starts)
        for line in lines[starts[0] + 2:]:
            if not line.startswith('|'):
                return
            yield [cell.strip() for cell in line.strip('|').split('|')]

    def table(self, first):
        return {row[0].strip('`'): row[1:] for row in self.rows(first)}

    def codes_in(self, who, cell):
        """The error codes named in a CELL, `bad-args`, and `forbidden` where not anybody may. `late` is a code of verdicts alone."""
        named = set(re.findall(r'`([a-z-]+)`', cell)) & (set(self.codes) | {'late'})
        return sorted(named | {'bad-args'} | (set() if who.startswith('anybody') else {'forbidden'}))

    def read_tables(self):
        """Table name to its fields: the names in backticks outside brackets, behind `Fields:`; and which may be null."""
        for name, body in re.findall(r'\n### `(\w+)`\n(.*?)(?=\n##)', self.text, re.S):
            fields = re.search(r'Fields: (.*?)(?:\n\n|\Z)', body + '\n\n', re.S).group(1)
            nullable = re.findall(r'`(\w+)`\s\((?:[^()]*\bnullable\b|[^()]*\bnull )', fields)
            while re.search(r'\([^()]*\)', fields):
                fields = re.sub(r'\([^()]*\)', '', fields)
            self.tables[name] = sorted(re.findall(r'`(\w+)`', fields.split('. ')[0]))
            self.nullable[name] = set(nullable)
