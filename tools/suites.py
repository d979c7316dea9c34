# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds, runs every suite and every check, counts each case, prints what failed. Called by tools/test."""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import services

TOP = Path(__file__).resolve().parent.parent
CHECKS = ['check-format', 'check-tree', 'check-translations', 'check-metadata']
# Suites that open windows: they are run once, on the plain build.
WINDOW_SUITES = ['ui']
# On PostgreSQL, what takes minutes: under the sanitizers it runs on SQLite, and shorter suites on PostgreSQL.
LONG_SUITES = ['long']
FUZZ_SECONDS = 10
# More than there are processors: tests also wait for windows, clocks and each other's programs.
PROCESSES = len(os.sched_getaffinity(0)) + 2
TAP_LINE = re.compile(r'^(not )?ok\b\s*\d*\s*-?\s*(.*?)\s*(?:#\s*(skip|todo)\b\s*(.*))?$', re.IGNORECASE)
TAP_PLAN = re.compile(r'^1\.\.(\d+)\s*(?:#\s*(skip)\b\s*(.*))?$', re.IGNORECASE)


class Score:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = []

    def add_pass(self):
        self.passed += 1

    def add_failure(self, name, output=''):
        self.failed.append((name, output))
        say(f'FAILED {name}')

    def add_skip(self, name, reason):
        self.skipped.append((name, reason))

    def take_tap(self, program, text, exit_status, errors=''):
        """Counts each case of one TAP program; a crash, a missing case or a bad exit is one more failure."""
        cases, plan, failures = 0, None, 0
        for line in text.splitlines():
            if match := TAP_PLAN.match(line):
                plan = int(match[1])
                if match[2]:
                    self.add_skip(program, match[3])
            elif match := TAP_LINE.match(line):
                cases += 1
                name = f'{program}: {match[2] or cases}'
                if match[3] and match[3].lower() == 'skip':
                    self.add_skip(name, match[4])
                elif match[1]:
                    failures += 1
                    self.add_failure(name, around(text, line) + errors)
                else:
                    self.add_pass()
            elif line.startswith('Bail out!'):
                failures += 1
                self.add_failure(f'{program}: {line}', text[-4000:] + errors)
        if failures:
            return
        if plan is None or cases != plan:
            self.add_failure(f'{program}: {cases} cases ran, {"no plan" if plan is None else f"{plan} were planned"}',
                             text[-4000:] + errors)
        elif exit_status != 0:
            self.add_failure(f'{program}: exit status {exit_status}', text[-4000:] + errors)


def say(text):
    print(text, flush=True)


def around(text, line):
    """A failed case of a TAP program with the diagnostics that stand directly before and after it."""
    lines = text.splitlines()
    start = end = lines.index(line)
    while start > 0 and lines[start - 1].startswith('#') and end - start < 15:
        start -= 1
    while end + 1 < len(lines) and lines[end + 1].startswith('#') and end - start < 60:
        end += 1
    return '\n'.join(lines[start:end + 1]) + '\n'


def run(command, **options):
    return subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors='replace', check=False, **options)


def build(folder, options, score):
    """Configures where needed and builds; a warning is an error. Returns whether there is something to run."""
    started = time.monotonic()
    command = ['meson', 'setup', folder, '-Dwerror=true', *options]
    if (TOP / folder / 'build.ninja').exists():
        command.append('--reconfigure')
    result = run(command)
    if result.returncode == 0:
        result = run(['ninja', '-C', folder])
    if result.returncode != 0:
        score.add_failure(f'{folder}: build', result.stdout[-6000:])
        return False
    score.add_pass()
    say(f'== {folder} built in {time.monotonic() - started:.0f} s')
    return True


def run_suites(folder, wanted, unwanted, environment, multiplier, score):
    started, passed, failed = time.monotonic(), score.passed, len(score.failed)
    log = TOP / folder / 'meson-logs' / 'testlog.json'
    log.unlink(missing_ok=True)
    command = ['meson', 'test', '-C', folder, '--no-rebuild', f'--timeout-multiplier={multiplier}', f'--num-processes={PROCESSES}']
    for suite in wanted:
        command += ['--suite', suite]
    for suite in unwanted:
        command += ['--no-suite', suite]
    result = run(command, env={**os.environ, **environment})
    if not log.exists():
        if 'No suitable tests defined' not in result.stdout and 'No tests defined' not in result.stdout:
            score.add_failure(f'{folder}: meson test', result.stdout[-4000:])
        return
    for row in map(json.loads, log.read_text(encoding='utf-8', errors='replace').splitlines()):
        take_row(folder, row, score)
    say(f'== {folder}: {score.passed - passed} passed, {len(score.failed) - failed} failed'
        f' in {time.monotonic() - started:.0f} s')


def take_row(folder, row, score):
    name = f'{folder} {row["name"]}'
    output, errors = row.get('stdout') or '', (row.get('stderr') or '')[-8000:]
    if re.search(r'^(TAP version|1\.\.\d+|(not )?ok\b)', output, re.MULTILINE):
        if row['result'] == 'TIMEOUT':
            score.add_failure(f'{name}: no end after {row["duration"]:.0f} s', output[-4000:] + errors)
        else:
            score.take_tap(name, output, row['returncode'], errors)
    elif row['result'] == 'OK':
        score.add_pass()
    elif row['result'] == 'SKIP':
        score.add_skip(name, output[-200:])
    else:
        score.add_failure(f'{name}: {row["result"]}', output[-4000:] + errors)


def run_fuzz(score, command=('tests/fuzz/run', '--seconds', str(FUZZ_SECONDS))):
    """Each target counts as one case: tests/fuzz/run prints a line of JSON for it."""
    started, passed = time.monotonic(), score.passed
    result = subprocess.run([f'{TOP}/{command[0]}', *command[1:]], cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            errors='replace', check=False)
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith('{')]
    for line in lines:
        if line['crashes']:
            score.add_failure(f'fuzz {line["fuzz"]}', json.dumps(line) + '\n' + result.stderr[-8000:])
        else:
            score.add_pass()
    if not lines or (result.returncode != 0 and not any(line['crashes'] for line in lines)):
        score.add_failure(f'fuzz: exit status {result.returncode}', result.stderr[-6000:])
    say(f'== fuzz: {score.passed - passed} of {len(lines)} passed in {time.monotonic() - started:.0f} s')


def run_checks(score):
    for check in CHECKS:
        say(f'== {check}')
        result = subprocess.run([f'{TOP}/tools/{check}'], cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, errors='replace', check=False)
        score.take_tap(check, result.stdout, result.returncode, result.stderr[-4000:])


def report(score, started):
    for name, reason in score.skipped:
        say(f'skipped {name}: {reason}')
    for name, output in score.failed:
        say(f'\n---- FAILED {name}')
        say(output.rstrip())
    if score.failed:
        say('\nFailed:')
        for name, _ in score.failed:
            say(f'  {name}')
    say(f'({len(score.skipped)} skipped, {(time.monotonic() - started) / 60:.1f} minutes)')
    say(f'{score.passed} passed, {len(score.failed)} failed')
    return 1 if score.failed or score.passed == 0 else 0


def parse_arguments():
    parser = argparse.ArgumentParser(prog='tools/test', description='Builds and runs every suite and every check.')
    parser.add_argument('--suite', action='append', default=[], metavar='NAME',
                        help='only this suite (core, store, …, ui), "fuzz" or "checks"; may be given several times')
    parser.add_argument('--quick', action='store_true', help='leave out the second run under ASan and UBSan, and the fuzz targets')
    parser.add_argument('--no-model', action='store_true', help='leave out the tests that need a real language model')
    parser.add_argument('--no-validators', action='store_true', help='do not fetch the external HWPX checkers')
    return parser.parse_args()


def main():
    options, score, started = parse_arguments(), Score(), time.monotonic()
    suites = [suite for suite in options.suite if suite not in ('checks', 'fuzz')]
    everything = not options.suite
    with services.Services(TOP, say) as helpers:
        if not options.no_model and everything:
            helpers.start_model()
        if not options.no_validators and (everything or 'document' in suites):
            helpers.fetch_hwpx_validators(score)
        if everything or suites:
            if build('_build', [], score):
                run_suites('_build', suites, [], helpers.model_environment(score), 1, score)
            if not options.quick and build('_build-asan', ['-Db_sanitize=address,undefined', '-Db_lundef=false'], score):
                run_suites('_build-asan', suites, WINDOW_SUITES + LONG_SUITES, {}, 4, score)
        if (everything and not options.quick) or 'fuzz' in options.suite:
            run_fuzz(score)
        if everything or 'checks' in options.suite:
            run_checks(score)
    return report(score, started)


if __name__ == '__main__':
    say(f'== tools/test {shlex.join(sys.argv[1:])}'.rstrip())
    sys.exit(main())
