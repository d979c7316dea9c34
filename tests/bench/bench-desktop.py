#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The desktop as a person meets it: cold start over a replica of 10,000 ideas, an idea's way to a second desktop, memory.

Prints JSON. Runs itself under tests/ui/run. The baseline of a start is an empty GTK 4 window, started in the same run.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
UI = HERE.parent / 'ui'
BUILD = Path(os.environ.get('JIP_BUILD_DIR', HERE.parent.parent / '_build')).resolve()
IDEAS = int(os.environ.get('JIP_BENCH_IDEAS', '10000'))
STARTS = 5

if 'AT_SPI_BUS_ADDRESS' not in os.environ and os.environ.get('JIP_BENCH_INSIDE') != '1':
    os.environ['JIP_BENCH_INSIDE'] = '1'
    os.execv(UI / 'run', [str(UI / 'run'), '/usr/bin/python3', str(Path(__file__).resolve()), *sys.argv[1:]])

os.environ['G_TEST_BUILDDIR'] = str(BUILD / 'tests')
sys.path[:0] = [str(UI), str(HERE.parent)]
import jipui  # noqa: E402
from city import City  # noqa: E402

EMPTY_WINDOW = """
import gi
gi.require_version('Adw', '1')
from gi.repository import Adw, Gtk
app = Adw.Application()
app.connect('activate', lambda a: Adw.ApplicationWindow(application=a, title='empty', content=Gtk.Button(label='ready')).present())
app.run()
"""


def peak_mib(pid):
    for line in Path(f'/proc/{pid}/status').read_text().splitlines():
        if line.startswith('VmHWM:'):
            return round(int(line.split()[1]) / 1024, 1)
    return None


def start_ms(program, ready):
    began = time.monotonic()
    program.start()
    ready(program)
    return (time.monotonic() - began) * 1000


def fill(city):
    """Ideas by pushes of 200, as a client sends them."""
    import http.client
    import uuid
    host, port = city.url.removeprefix('http://').split(':')
    connection = http.client.HTTPConnection(host, int(port), timeout=60)

    def call(path, body, token=None):
        headers = {'Content-Type': 'application/json', **({'Authorization': f'Bearer {token}'} if token else {})}
        connection.request('POST', path, json.dumps(body), headers)
        answer = connection.getresponse()
        return json.loads(answer.read())

    token = call('/v1/session', {'login': 'lee', 'password': city.password, 'device': 'bench'})['token']
    replica, words = str(uuid.uuid4()), ['출장비', '당직표', '민원', '하수도', '도서관', '회의록', '예산', '통계', '안내문', '번역']
    for first in range(1, IDEAS + 1, 200):
        mutations = []
        for n in range(first, min(first + 200, IDEAS + 1)):
            body = f'{city.rng.choice(words)} {city.rng.choice(words)} 업무를 돕는 도구 {n}. ' + '자료를 모아 정리합니다. ' * city.rng.randrange(1, 12)
            mutations.append({'n': n, 'name': 'proposal.submit', 'at': '2026-07-22T05:03:11.250Z',
                              'args': {'id': str(uuid.UUID(int=city.rng.getrandbits(128))), 'kind': 'proposal', 'body': body,
                                       'anonymous': False}})
        verdicts = call('/v1/push', {'replica': replica, 'schema': 1, 'mutations': mutations}, token)['verdicts']
        assert all(verdict['status'] == 'ok' for verdict in verdicts)


def main():
    figures = {}
    with tempfile.TemporaryDirectory() as folder, City([('kim', '김하늘', 'staff'), ('lee', '이바다', 'staff')], seed=1) as city:
        empty = Path(folder) / 'empty.py'
        empty.write_text(EMPTY_WINDOW)
        baseline = []
        for _ in range(STARTS):
            window = jipui.Program(['/usr/bin/python3', empty])
            baseline.append(start_ms(window, lambda program: program.find('button', 'ready')))
            window.stop()

        fill(city)
        kim = city.desktop('kim')
        began = time.monotonic()
        kim.start()
        kim.find('tab', jipui.tr('Ideas')).click()
        kim.find_text(f'{IDEAS}건', timeout=300)
        figures['first_sync_s'] = round(time.monotonic() - began, 2)
        kim.stop()
        starts = []
        for _ in range(STARTS):
            starts.append(start_ms(kim, lambda program: program.find('list item')))
            peak = peak_mib(kim.process.pid)
            kim.stop()
        figures.update(ideas=IDEAS, cold_start_ms=round(statistics.median(starts)), cold_start_worst_ms=round(max(starts)),
                       empty_window_ms=round(statistics.median(baseline)),
                       ratio=round(statistics.median(starts) / statistics.median(baseline), 2), peak_memory_mib=peak,
                       server_peak_memory_mib=peak_mib(city.server.pid))
    print(json.dumps({'bench': 'desktop', **figures}))


if __name__ == '__main__':
    try:
        main()
    except subprocess.CalledProcessError as problem:
        sys.exit(problem.stderr or str(problem))
