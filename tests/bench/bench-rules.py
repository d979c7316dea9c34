#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writing rules and the masking of personal data beside their public peer, kordoc, on the same files.

Prints JSON: how many of the planted lines each finds, how many marks each makes on papers that are right, and MiB/s over a paper
of 1 MiB, the start of the program taken off. kordoc is the one that tools/test fetches; without it only our figures are told.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('JIP_BUILD_DIR', TOP / '_build')).resolve()
JIPCTL = BUILD / 'src/cli/jipctl'
DATA = TOP / 'tests/core/data'
RUNS = 3


def kordoc():
    own = TOP / '_work/node_modules/.bin/kordoc'
    return str(own) if own.exists() else shutil.which('kordoc')


def run(*command):
    started = time.monotonic()
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, errors='replace', check=False)
    return result, time.monotonic() - started


def fastest(*command):
    return min(run(*command)[1] for _ in range(RUNS))


def planted_lines():
    """One text of all cases with something planted, and the numbers of the lines that hold it."""
    lines, wanted = [], set()
    for file in sorted((DATA / 'lint').glob('*.jsonl')):
        for row in map(json.loads, filter(str.strip, file.read_text(encoding='utf-8').splitlines())):
            if row.get('profile') or '⟦' not in row['text']:
                continue
            for line in row['text'].split('\n'):
                lines.append(re.sub('[⟦⟧]', '', line))
                if '⟦' in line:
                    wanted.add(len(lines))
            lines.append('')
    return '\n'.join(lines) + '\n', wanted


def right_papers():
    return sorted((DATA / 'lint/papers').glob('*.txt'))


def ours_lint(file):
    """With the profile of the paper's type, which begins its name."""
    types = [one.stem for one in (TOP / 'data/document-types').glob('*.json') if file.stem.startswith(one.stem)]
    profile = ['--profile', types[0]] if types else []
    return [json.loads(line)['line'] for line in run(JIPCTL, 'lint', *profile, file)[0].stdout.splitlines()]


def peer_lint(file):
    return [finding['line'] for finding in json.loads(run(kordoc(), 'lint', '--json', file)[0].stdout)['findings']]


def lint_figures(find, planted, wanted):
    return {'planted_lines_found': len(wanted & set(find(planted))),
            'marks_on_right_papers': sum(len(find(paper)) for paper in right_papers())}


def rate(large, empty, command):
    seconds = fastest(*command, large) - fastest(*command, empty)
    return round(large.stat().st_size / (1 << 20) / max(seconds, 0.001), 1)


def personal_data(folder):
    """Rows with something planted, a paragraph each, as a paper of the peer's own kind: it masks no plain text."""
    rows = [line.split('\t') for line in (DATA / 'privacy/cases.tsv').read_text(encoding='utf-8').splitlines()
            if line and not line.startswith('#')]
    rows = [(text, masked) for _, text, masked in rows if '\\' not in text and masked != '=']
    paper = folder / 'planted.txt'
    paper.write_text('\n'.join(text for text, _ in rows) + '\n', encoding='utf-8')
    return paper, rows


def changed(before, after):
    """How many rows no longer stand in the masked paper as they were."""
    lines = set(after.splitlines())
    return sum(text not in lines for text in before)


def peer_redact(folder, paper):
    hwpx, masked, text = folder / 'planted.hwpx', folder / 'masked.hwpx', folder / 'masked.txt'
    run(JIPCTL, 'convert', paper, hwpx)
    result, _ = run(kordoc(), 'redact', '--rules', 'rrn,phone,email,card,account,passport,driver', '-o', masked, hwpx)
    if not masked.exists():
        return None
    run(JIPCTL, 'convert', masked, text)
    return text.read_text(encoding='utf-8')


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        planted, large, empty = (folder / f'{one}.txt' for one in ('planted-lint', 'large', 'empty'))
        text, wanted = planted_lines()
        planted.write_text(text, encoding='utf-8')
        paper = '\n\n'.join(file.read_text(encoding='utf-8') for file in right_papers())
        large.write_text(paper * ((1 << 20) // len(paper.encode()) + 1), encoding='utf-8')
        empty.write_text('\n', encoding='utf-8')
        rows_file, rows = personal_data(folder)
        texts = [row[0] for row in rows]
        figures = {'bench': 'rules', 'planted_lines': len(wanted), 'characters_of_right_papers': len(paper),
                   'personal_rows': len(rows),
                   'lint': {**lint_figures(ours_lint, planted, wanted), 'mib_per_s': rate(large, empty, (JIPCTL, 'lint'))},
                   'redact': {'rows_masked': changed(texts, run(JIPCTL, 'redact', rows_file)[0].stdout),
                              'mib_per_s': rate(large, empty, (JIPCTL, 'redact'))}}
        if kordoc():
            peer = {'lint': {**lint_figures(peer_lint, planted, wanted),
                             'mib_per_s': rate(large, empty, (kordoc(), 'lint', '--json'))}}
            masked = peer_redact(folder, rows_file)
            if masked is not None:
                peer['redact'] = {'rows_masked': changed(texts, masked)}
            figures['kordoc'] = peer
            figures['ratio'] = round(figures['lint']['mib_per_s'] / peer['lint']['mib_per_s'], 2)
    print(json.dumps(figures))


if __name__ == '__main__':
    main()
