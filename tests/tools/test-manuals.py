# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages name every command and option that the programs have, and none that they have not."""

import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests'))
import jipunit  # noqa: E402

BUILD = Path(os.environ['G_TEST_BUILDDIR']).parent
# GOption's and GTK's own, which each program has.
COMMON = {'help', 'help-all', 'help-gapplication', 'help-gtk', 'gapplication-service', 'display', 'version'}


def manual(name):
    return (TOP / 'data/man' / name).read_text(encoding='utf-8')


def documented_options(text):
    return set(re.findall(r'Fl -([a-z][a-z-]+)', text))


def help_of(program, *arguments):
    result = subprocess.run([str(BUILD / program), *arguments], capture_output=True, text=True, check=False,
                            env={**os.environ, 'LANGUAGE': 'C', 'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'})
    return result.stdout


def options_of(text):
    return set(re.findall(r'(?<![\w-])--([a-z][a-z-]+)', text))


class ManualTest(unittest.TestCase):
    def compare(self, page, shown):
        documented = documented_options(manual(page))
        self.assertEqual(documented - COMMON - options_of(shown), set(), f'{page} names options that are not there')
        self.assertEqual(options_of(shown) - COMMON - documented, set(), f'{page} leaves out options')

    def test_jiphyeond(self):
        shown = help_of('src/server/jiphyeond', '--help')
        self.assertIn('--data', shown)
        self.compare('jiphyeond.8', shown)

    @unittest.skipUnless((BUILD / 'src/app/jiphyeon').exists(), 'the desktop is not built')
    def test_jiphyeon(self):
        shown = help_of('src/app/jiphyeon', '--help')
        self.assertIn('--server', shown)
        self.compare('jiphyeon.1', shown)

    def test_jipctl(self):
        shown = help_of('src/cli/jipctl', '--help')
        commands = {}
        for synopsis in re.findall(r'^  jipctl (.+)$', shown, re.MULTILINE):
            name = re.match(r'[a-z]+(?:-[a-z]+)*(?: [a-z]+)?(?![^ ])', synopsis)[0]
            commands[name] = options_of(synopsis)
        self.assertIn('tally', commands)
        documented = {}
        for line in re.findall(r'^\.It Nm (.+)$', manual('jipctl.1'), re.MULTILINE):
            name = re.match(r'[a-z]+(?:-[a-z]+)*(?: [a-z]+)?(?![^ ])', line)[0]
            documented[name] = documented_options(line)
        self.assertEqual(documented, commands)


if __name__ == '__main__':
    jipunit.main()
