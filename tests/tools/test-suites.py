# SPDX-License-Identifier: GPL-3.0-or-later
"""How tools/test counts, and what tools/install-packages says; each with stand-ins for what they call."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'tests'), str(TOP / 'tools')]
import jipunit  # noqa: E402
import suites  # noqa: E402


def count(text, status=0):
    score = suites.Score()
    with contextlib.redirect_stdout(io.StringIO()):
        score.take_tap('program', text, status, '')
    return score


class CountTest(unittest.TestCase):
    def assert_counts(self, score, passed, failed, skipped=0):
        self.assertEqual((score.passed, len(score.failed), len(score.skipped)), (passed, failed, skipped),
                         [name for name, _ in score.failed])

    def test_each_case_counts(self):
        self.assert_counts(count('1..3\nok 1 /a\n# note\nok 2 /b\nok 3 /c # SKIP no model\n'), 2, 0, 1)

    def test_failures_keep_their_diagnostics(self):
        score = count('1..2\nok 1 /a\n# ERROR:file.c:3\nnot ok 2 /b\n# more\n', 1)
        self.assert_counts(score, 1, 1)
        self.assertEqual(score.failed[0], ('program: /b', '# ERROR:file.c:3\nnot ok 2 /b\n# more\n'))

    def test_missing_case(self):
        self.assert_counts(count('1..3\nok 1 /a\nok 2 /b\n'), 2, 1)

    def test_no_plan(self):
        self.assert_counts(count('ok 1 /a\n'), 1, 1)

    def test_crash_after_the_last_case(self):
        self.assert_counts(count('1..1\nok 1 /a\n', -11), 1, 1)

    def test_bail_out(self):
        self.assert_counts(count('1..2\nok 1 /a\nBail out! assertion\n', -6), 1, 1)

    def test_whole_program_skipped(self):
        self.assert_counts(count('1..0 # SKIP no display\n'), 0, 0, 1)

    def count_fuzz(self, script):
        score = suites.Score()
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
            path = Path(folder) / 'run'
            path.write_text(f'#!/bin/sh\n{script}\n', encoding='utf-8')
            path.chmod(0o755)
            suites.run_fuzz(score, (os.path.relpath(path, suites.TOP),))
        return score

    def test_each_fuzz_target_counts(self):
        good, bad = '{"fuzz": "a", "crashes": 0}', '{"fuzz": "b", "crashes": 1}'
        self.assert_counts(self.count_fuzz(f"echo '{good}'; echo '{good}'"), 2, 0)
        self.assert_counts(self.count_fuzz(f"echo '{good}'; echo '{bad}'; exit 1"), 1, 1)
        self.assert_counts(self.count_fuzz(f"echo '{good}'; exit 3"), 1, 1)
        self.assert_counts(self.count_fuzz('exit 2'), 0, 1)
        self.assert_counts(self.count_fuzz('exit 0'), 0, 1)

    def test_last_line_and_status(self):
        for text, status, line in (('1..1\nok 1\n', 0, '1 passed, 0 failed'), ('1..1\nnot ok 1\n', 1, '0 passed, 1 failed'),
                                   ('1..0 # SKIP\n', 1, '0 passed, 0 failed')):
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                self.assertEqual(suites.report(count(text), 0), status)
            self.assertEqual(out.getvalue().splitlines()[-1], line)


class PackagesTest(unittest.TestCase):
    """With a dpkg-query that knows no package and an apt-get that writes down what it is asked."""

    def run_install(self, groups, stand_ins):
        with tempfile.TemporaryDirectory() as folder:
            for name, body in stand_ins.items():
                path = Path(folder) / name
                path.write_text(f'#!/bin/sh\n{body.replace("FOLDER", folder)}\n', encoding='utf-8')
                path.chmod(0o755)
            result = subprocess.run([str(TOP / 'tools/install-packages'), *groups], capture_output=True, text=True,
                                    stdin=subprocess.DEVNULL, check=False,
                                    env={**os.environ, 'PATH': f'{folder}:/usr/bin:/bin'})
            calls = Path(folder) / 'calls'
            return result, calls.read_text(encoding='utf-8') if calls.exists() else ''

    def test_nothing_missing_is_silent(self):
        result, calls = self.run_install(['build'], {'dpkg-query': 'echo -n installed', 'apt-get': 'echo "$@" >>FOLDER/calls'})
        self.assertEqual((result.returncode, result.stdout + result.stderr, calls), (0, '', ''))

    def test_root_updates_then_installs(self):
        result, calls = self.run_install(['build'], {'dpkg-query': 'exit 1', 'id': 'echo 0',
                                                     'apt-get': 'echo "$DEBIAN_FRONTEND $@" >>FOLDER/calls'})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('libgtk-4-dev: ', result.stdout)
        update, install = calls.splitlines()
        self.assertRegex(update, r'^noninteractive .* update$')
        self.assertRegex(install, r' install --no-install-recommends .*\blibgtk-4-dev\b')
        self.assertNotIn('shellcheck', install)

    def test_without_root_the_command_is_told(self):
        result, calls = self.run_install(['test'], {'dpkg-query': 'exit 1', 'id': 'echo 1000', 'sudo': 'exit 1',
                                                    'apt-get': 'echo "$@" >>FOLDER/calls'})
        self.assertEqual((result.returncode, calls), (1, ''))
        self.assertRegex(result.stderr, r'apt-get update && apt-get install --no-install-recommends .*shellcheck')

    def test_failure_shows_the_log(self):
        result, _calls = self.run_install(['build'], {'dpkg-query': 'exit 1', 'id': 'echo 0',
                                                      'apt-get': 'echo no such thing; exit 100'})
        self.assertEqual(result.returncode, 1)
        self.assertIn('no such thing', result.stderr)

    def test_every_package_has_a_reason(self):
        for line in (TOP / 'tools/packages').read_text(encoding='utf-8').splitlines():
            if line and not line.startswith('#'):
                self.assertRegex(line, r'^(build|run  |test ) \S+ {2,}\S.*$')


if __name__ == '__main__':
    jipunit.main()
