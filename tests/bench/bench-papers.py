# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-papers.py [ROUNDS]: a report of 30 pages as HWPX, ODT and PDF, and read back, each as a whole process of jipctl. The start of a
process that does nothing is the floor; other writers and readers, where they are installed, are the baseline. One line of JSON, in
milliseconds, medians."""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
JIPCTL = Path(os.environ.get('JIP_BUILD_DIR', TOP / '_build')) / 'src/cli/jipctl'
WORK = TOP / '_work'
PAGES = 30
WORDS = ('도서관 야간 운영 시민 설문 결과 예산 좌석 확대 계획을 검토하여 추진하고 2026년 1,204명 안전하게 이용할 수 있도록').split()
READ_HWPX = 'import sys; from hwpx.document import HwpxDocument; print(HwpxDocument.open(sys.argv[1]).export_text())'


def make_draft():
    rng = random.Random(7)

    def sentence(n):
        return ' '.join(rng.choice(WORDS) for _ in range(n))
    sections = []
    for page in range(PAGES):
        blocks = [{'kind': 'paragraph', 'text': sentence(18 + i), **({'bullet': '□ㅇ'[i % 3]} if i % 3 < 2 else {'level': 1 + i % 2})} for i in range(7)]
        if page % 3 == 0:
            blocks.append({'kind': 'table', 'rows': [[{'text': sentence(2), 'header': row == 0} for _ in range(4)] for row in range(5)]})
        sections.append({'id': f'page-{page}', 'heading': sentence(3), 'blocks': blocks})
    return {'format': 'jip-draft/1', 'type': 'work-report', 'title': '야간 도서관 운영 보고', 'fields': {}, 'sections': sections}


def measure(rounds, *command, cwd):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        subprocess.run([str(word) for word in command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       check=True)
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 1)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    figures = {'bench': 'papers', 'pages': PAGES}
    with tempfile.TemporaryDirectory(prefix='jip-papers-') as name:
        folder = Path(name)
        (folder / 'report.json').write_text(json.dumps(make_draft(), ensure_ascii=False), encoding='utf-8')
        figures['start_ms'] = measure(rounds, JIPCTL, '--version', cwd=folder)
        for ending in ('hwpx', 'odt', 'pdf', 'txt'):
            figures[f'export_{ending}_ms'] = measure(rounds, JIPCTL, 'export', 'report.json', '-o', f'report.{ending}', cwd=folder)
        for ending in ('hwpx', 'odt'):
            figures[f'extract_{ending}_ms'] = measure(rounds, JIPCTL, 'extract', f'report.{ending}', cwd=folder)
            figures[f'convert_{ending}_json_ms'] = measure(rounds, JIPCTL, 'convert', f'report.{ending}', 'back.json', cwd=folder)
        few = max(1, rounds // 3)
        kordoc = WORK / 'node_modules/.bin/kordoc'
        if kordoc.exists():
            figures['baseline_kordoc_read_hwpx_ms'] = measure(few, kordoc, 'report.hwpx', '--silent', cwd=folder)
            (folder / 'report.md').write_text((folder / 'report.txt').read_text(encoding='utf-8'), encoding='utf-8')
            figures['baseline_kordoc_write_hwpx_ms'] = measure(few, kordoc, 'generate', 'report.md', '-o', 'other.hwpx', cwd=folder)
        python = WORK / 'python/bin/python'
        if python.exists():
            figures['baseline_python_hwpx_read_ms'] = measure(few, python, '-W', 'ignore', '-c', READ_HWPX, 'report.hwpx', cwd=folder)
        if shutil.which('soffice'):
            figures['baseline_libreoffice_read_odt_ms'] = measure(few, 'env', f'HOME={folder}', 'soffice', '--headless', '--convert-to', 'txt:Text', '--outdir',
                                                                 'office', 'report.odt', cwd=folder)
    print(json.dumps(figures))


if __name__ == '__main__':
    main()
