#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the click on a finalist to the first slide on screen, at a judge's desktop in a demo city: once fetched from the server, once from
the PC's own files. Prints JSON, medians in milliseconds; the baseline is pdftoppm drawing the same page at the same width, as a process.

Runs itself under tests/ui/run.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
UI = HERE.parent / 'ui'
BUILD = Path(os.environ.get('JIP_BUILD_DIR', TOP / '_build')).resolve()
WIDTH = 1600

if 'AT_SPI_BUS_ADDRESS' not in os.environ and os.environ.get('JIP_BENCH_INSIDE') != '1':
    os.environ['JIP_BENCH_INSIDE'] = '1'
    os.execv(UI / 'run', [str(UI / 'run'), '/usr/bin/python3', str(Path(__file__).resolve()), *sys.argv[1:]])

os.environ['JIP_BUILD_DIR'] = str(BUILD)
os.environ['MESON_BUILD_ROOT'] = str(BUILD)
sys.path[:0] = [str(UI), str(HERE.parent), str(HERE.parent / 'server'), str(TOP / 'tools')]
import jipui  # noqa: E402
import logins  # noqa: E402
from harness import Server, jipctl  # noqa: E402
from jipui import tr  # noqa: E402


def slide(number):
    return re.compile(re.escape(tr('Slide %u of %u').split('%u')[0]) + rf'{number}\D')


def first_slides(desk, rows):
    """Clicks each finalist; before it, the slide that is shown is turned, so that a first slide is a new one."""
    times = []
    picture = None
    for row in rows:
        if picture is not None:
            desk.find('button', tr('Next slide')).click()
            picture.wait_for_name(slide(2))
        place = centre(desk, row)
        began = time.perf_counter()
        subprocess.run(['xdotool', 'mousemove', *place, 'click', '1'], check=True)
        if picture is None:
            picture = Picture(desk.find('image', slide(1), timeout=60))
        picture.wait_for_name(slide(1))
        times.append((time.perf_counter() - began) * 1000)
    return times[1:]  # the first one also lays out the page


def centre(desk, row):
    window = row.window()
    desk.focus_window(window)
    left, top = desk.window_origin(window)
    x, y, width, height = row.extents()
    return str(left + x + width // 2), str(top + y + height // 2)


class Picture:
    """The widget that shows the slides; asked alone, since a look at the whole window takes longer than a slide."""

    def __init__(self, node):
        self.node = node

    def wait_for_name(self, pattern):
        end = time.monotonic() + 30
        while not (pattern.search(self.node.name) and self.node.on_screen()):
            if time.monotonic() > end:
                raise jipui.Missing(f'no {pattern.pattern}: {self.node.name}')
            time.sleep(0.005)


def draw_ms(paper):
    began = time.perf_counter()
    subprocess.run(['pdftoppm', '-r', '144', '-f', '1', '-l', '1', '-scale-to-x', str(WIDTH), '-scale-to-y', '-1', paper, '/dev/stdout'],
                   check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


def main():
    with tempfile.TemporaryDirectory(prefix='jip-slides-') as name:
        folder = Path(name)
        jipctl('demo', str(folder / 'city'), '--ideas', '20')
        expert = logins.read(folder / 'city/logins.txt')['expert-judge'][0]
        server = Server(data=str(folder / 'city')).start()
        (folder / 'password').write_text(expert.password)
        (folder / 'password').chmod(0o600)
        desk = jipui.Program([BUILD / 'src/app/jiphyeon', '--server', f'http://127.0.0.1:{server.port}', '--login', expert.login,
                              '--password-file', folder / 'password', '--data', folder / 'pc'], timeout=30)
        desk.start()
        desk.find('tab', tr('Idea-thon')).mouse_click()
        finalists = desk.find('list', tr('Finalists'))
        finalists.find('row')
        rows = finalists.find_all('row')
        fetched, kept = first_slides(desk, rows), first_slides(desk, rows)
        papers = sorted((folder / 'pc').rglob('files/*'), key=lambda path: path.stat().st_size)
        baseline = [draw_ms(paper) for paper in papers if paper.is_file() and not paper.name.endswith('.part')]
        desk.stop()
        server.stop()
    print(json.dumps({'bench': 'slides', 'finalists': len(rows), 'first_slide_fetched_ms': round(statistics.median(fetched)),
                      'first_slide_ms': round(statistics.median(kept)), 'first_slide_worst_ms': round(max(kept)),
                      'baseline_pdftoppm_ms': round(statistics.median(baseline)),
                      'ratio': round(statistics.median(kept) / statistics.median(baseline), 2)}))


if __name__ == '__main__':
    main()
