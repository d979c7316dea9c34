# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs unittest cases and prints TAP, so that meson counts each one: `jipunit.main()` in place of `unittest.main()`."""

import os
import sys
import traceback
import unittest


class TapResult(unittest.TestResult):
    def __init__(self, stream):
        super().__init__()
        self.stream = stream

    def _line(self, good, test, note='', details=''):
        name = test.id().removeprefix('__main__.')
        self.stream.write(f'{"ok" if good else "not ok"} {self.testsRun} {name}{note}\n')
        for line in details.splitlines():
            self.stream.write(f'# {line}\n')
        self.stream.flush()

    def addSuccess(self, test):
        self._line(True, test)

    def addSkip(self, test, reason):
        self._line(True, test, f' # SKIP {reason}')

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._line(False, test, details=''.join(traceback.format_exception(*err)))

    def addError(self, test, err):
        super().addError(test, err)
        self._line(False, test, details=''.join(traceback.format_exception(*err)))

    def addSubTest(self, test, subtest, err):
        # A case with subtests is one line: unittest reports its end to nobody when a subtest failed.
        if err is not None and not any(test is failed for failed, _ in self.failures):
            self.failures.append((test, ''))
            self._line(False, subtest, details=''.join(traceback.format_exception(*err)))
        elif err is not None:
            for line in [subtest.id(), *''.join(traceback.format_exception(*err)).splitlines()]:
                self.stream.write(f'# {line}\n')


def main(module='__main__'):
    # Only the results go to the real standard output: what a case prints would break the TAP.
    results = os.fdopen(os.dup(sys.stdout.fileno()), 'w', encoding='utf-8')
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules[module])
    if len(sys.argv) > 1:
        suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:], sys.modules[module])
    results.write(f'1..{suite.countTestCases()}\n')
    results.flush()
    outcome = TapResult(results)
    suite.run(outcome)
    results.flush()
    sys.exit(0 if outcome.wasSuccessful() else 1)
