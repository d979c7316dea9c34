# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks in tools/ share: results as TAP, and the list of the project's files."""

import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent


class Tap:
    """Prints one TAP line per check and a plan at the end; `status` is the exit status."""

    def __init__(self):
        self.count = 0
        self.status = 0

    def check(self, name, problems):
        """One check: @problems is a list of lines, empty when it holds."""
        self.count += 1
        print(f'{"not " if problems else ""}ok {self.count} {name}')
        for problem in problems:
            for line in str(problem).splitlines():
                print(f'# {line}')
        if problems:
            self.status = 1

    def command(self, name, arguments, **options):
        """One check: a program that must end with status 0."""
        try:
            result = subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT, text=True, errors='replace', check=False,
                                    **{'cwd': TOP, **options})
        except FileNotFoundError:
            self.check(name, [f'{arguments[0]} is not installed'])
            return
        self.check(name, [] if result.returncode == 0 else result.stdout.splitlines()[-60:] or ['failed'])

    def end(self):
        print(f'1..{self.count}')
        return self.status


def files(*patterns, top=TOP):
    """The project's files (tracked, or new and not ignored) that match the git path patterns, as relative paths."""
    listed = subprocess.run(['git', '-C', str(top), 'ls-files', '-z', '--cached', '--others', '--exclude-standard',
                             '--', *patterns], capture_output=True, text=True, check=True)
    return sorted({name for name in listed.stdout.split('\0') if name and (top / name).is_file()})
