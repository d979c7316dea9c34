# SPDX-License-Identifier: GPL-3.0-or-later
"""What some tests need from outside: independent HWPX checkers and a language model. Fetched once, then kept."""

import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PYTHON_READERS = ('python-hwpx==6.9.0', 'hwp-hwpx-parser==1.0.0')
KORDOC = 'kordoc@4.14.1'
FETCH_SECONDS = 1200


class Services:
    """Starts what is asked for; ends it when left."""

    def __init__(self, top, say):
        self.top = top
        self.say = say
        self.model = None
        self.folder = tempfile.TemporaryDirectory()
        self.status = Path(self.folder.name) / 'model.json'
        self.log = Path(self.folder.name) / 'model.log'

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.model is not None:
            os.killpg(self.model.pid, signal.SIGTERM)
            try:
                self.model.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.model.pid, signal.SIGKILL)
                self.model.wait()
        self.folder.cleanup()
        return False

    def fetch_hwpx_validators(self, score):
        """Into _work/python and _work/node_modules, where tests/document/check-hwpx-external.sh looks."""
        work = self.top / '_work'
        work.mkdir(exist_ok=True)
        python = work / 'python'
        self._fetch(work / f'.have-{"-".join(PYTHON_READERS)}', 'readers of HWPX in Python', score,
                    ['/usr/bin/python3', '-m', 'venv', '--clear', str(python)],
                    [str(python / 'bin/python'), '-m', 'pip', 'install', '--quiet', '--no-input', *PYTHON_READERS])
        self._fetch(work / f'.have-{KORDOC}', 'kordoc', score,
                    ['npm', 'install', '--prefix', str(work), '--no-save', '--ignore-scripts', '--no-audit', '--no-fund',
                     '--loglevel=error', KORDOC])

    def _fetch(self, marker, what, score, *commands):
        if marker.exists():
            return
        self.say(f'== fetching {what}')
        for command in commands:
            result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                    text=True, errors='replace', timeout=FETCH_SECONDS, check=False)
            if result.returncode != 0:
                score.add_failure(f'fetching {what} (--no-validators leaves it out)', result.stdout[-3000:])
                return
        marker.touch()

    def start_model(self):
        """In the background: it is fetched and loaded while the build runs."""
        self.say('== starting the language model (fetched at the first time: 1.1 GB)')
        with open(self.log, 'wb') as log:
            self.model = subprocess.Popen(['/usr/bin/python3', str(self.top / 'tools/model-server'), '--status',
                                           str(self.status)], stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=subprocess.STDOUT, start_new_session=True)

    def model_environment(self, score):
        """Waits until the model answers; returns what tells the tests where it is."""
        if self.model is None:
            return {}
        end = time.monotonic() + FETCH_SECONDS
        while time.monotonic() < end and self.model.poll() is None:
            state = self._model_state()
            if state.get('state') == 'ready':
                return {'JIP_TEST_MODEL_URL': state['url']}
            if state.get('state') == 'failed':
                break
            time.sleep(0.2)
        score.add_failure('starting the language model (--no-model leaves it out)',
                          self.log.read_text(encoding='utf-8', errors='replace')[-3000:])
        return {}

    def _model_state(self):
        try:
            return json.loads(self.status.read_text(encoding='utf-8'))
        except (OSError, ValueError):
            return {}
