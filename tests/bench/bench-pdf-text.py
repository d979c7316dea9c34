# SPDX-License-Identifier: GPL-3.0-or-later
"""bench-pdf-text.py [ROUNDS]: the text of a PDF of about 200 pages, as a whole process of jipctl with its sandbox, and of pdftotext in the same
run, by turns. One line of JSON; medians in milliseconds; aim: at most 1.5 times pdftotext."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
JIPCTL = Path(os.environ.get('JIP_BUILD_DIR', TOP / '_build')) / 'src/cli/jipctl'
SECTIONS = 153
WORDS = '도서관 야간 운영 시민 설문 결과 예산 좌석 확대 계획을 검토하여 추진하고 2026년 1,204명 안전하게 이용할 수 있도록'.split()


def make_draft():
    rng = random.Random(7)

    def sentence(n):
        return ' '.join(rng.choice(WORDS) for _ in range(n))
    sections = [{'id': f's{number}', 'heading': sentence(3),
                 'blocks': [{'kind': 'paragraph', 'text': sentence(40), 'level': 1} for _ in range(8)]} for number in range(SECTIONS)]
    return {'format': 'jip-draft/1', 'type': 'work-report', 'title': '긴 보고', 'fields': {}, 'sections': sections}


def once(*command):
    start = time.perf_counter()
    subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1000


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory(prefix='jip-pdf-text-') as name:
        draft, paper = Path(name) / 'long.json', Path(name) / 'long.pdf'
        draft.write_text(json.dumps(make_draft(), ensure_ascii=False), encoding='utf-8')
        once(JIPCTL, 'export', draft, '-o', paper)
        pages = subprocess.run([JIPCTL, 'extract', paper], capture_output=True, text=True, check=True).stdout.count('\f')
        times = [(once(JIPCTL, 'extract', paper), once('pdftotext', paper, '/dev/null')) for _ in range(rounds)]
    ours, theirs = (statistics.median(column) for column in zip(*times))
    print(json.dumps({'bench': 'pdf-text', 'pages': pages, 'extract_ms': round(ours, 1), 'baseline_pdftotext_ms': round(theirs, 1),
                      'ratio': round(ours / theirs, 2)}))


if __name__ == '__main__':
    main()
