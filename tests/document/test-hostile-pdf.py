# SPDX-License-Identifier: GPL-3.0-or-later
"""`jipctl extract` on every file of hostile_pdf.py: it is read, or refused with exit status 2 and one line that names the
reason; in time and within 600 MiB, all processes counted; and nothing is left running or lying about."""

import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import hostile_pdf  # noqa: E402
import jipunit  # noqa: E402

JIPCTL = os.path.join(os.environ['JIP_BUILD_DIR'], 'src/cli/jipctl')
SANITIZED = 'JIP_NO_MEMORY_LIMIT' in os.environ
# what the program allows itself is 14 s; a busy machine takes longer to start and to end it, and so does a sanitizer build
MOST_SECONDS = 30 if SANITIZED else 20
# Poppler works on these until the time is over, which is the same in any build of ours.
PLAIN_ONLY = {'flate-bomb.pdf', 'flate-bomb-twice.pdf', 'flate-bomb-thrice.pdf', 'contents-array.pdf', 'forms-doubled.pdf', 'pages-much-text.pdf',
              'pages-slow.pdf'}
MOST_KIB = 600 << 10


def tree(pid):
    """The process and all below it."""
    found = [pid]
    for at in found:
        try:
            found += [int(child) for task in Path(f'/proc/{at}/task').iterdir() for child in (task / 'children').read_text().split()]
        except OSError:
            pass
    return found


def is_helper(pid):
    try:
        return 'jip-pdf' in Path(f'/proc/{pid}/comm').read_text()
    except OSError:
        return False


def resident(pid):
    total = 0
    for at in tree(pid):
        try:
            status = Path(f'/proc/{at}/status').read_text()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith('VmRSS:'))
    return total


class Run:
    """One run of jipctl, its outcome and what it took."""

    def __init__(self, *args):
        started = time.monotonic()
        self.kib = 0
        with subprocess.Popen([JIPCTL, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as child:
            below = set()
            watcher = threading.Thread(target=self.watch, args=(child, below))
            watcher.start()
            out, err = child.communicate(timeout=60)
            self.seconds = time.monotonic() - started
            watcher.join()
        self.status, self.out, self.err = child.returncode, out.decode(), err.decode()
        until = time.monotonic() + 3  # the kernel ends the sandbox's processes a moment after the program
        while any(map(is_helper, below)) and time.monotonic() < until:
            time.sleep(0.01)
        self.left = [pid for pid in below if is_helper(pid)]

    def watch(self, child, below):
        while child.poll() is None:
            self.kib = max(self.kib, resident(child.pid))
            below.update(tree(child.pid)[1:])
            time.sleep(0.01)


class HostilePdf(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory(prefix='jip-hostile-')
        cls.folder = Path(cls.holder.name)

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    def check(self, name):
        make, outcomes = hostile_pdf.CASES[name]
        path = self.folder / name
        path.write_bytes(make())
        run = Run('extract', path)
        path.unlink()
        shown = f'{name}: status {run.status}, {run.seconds:.1f} s, {run.kib >> 10} MiB: {run.err!r}'
        if 'JIP_SHOW' in os.environ:
            print('#', shown[:260], flush=True)
        self.assertLess(run.seconds, MOST_SECONDS, shown)
        if not SANITIZED:
            self.assertLess(run.kib, MOST_KIB, shown)
        self.assertFalse(run.left, shown)
        self.assertFalse(list(self.folder.iterdir()), shown)
        if run.status == 0:
            self.assertIn(hostile_pdf.READ, outcomes, shown)
            self.assertTrue(run.out.strip(), shown)
            return run
        self.assertEqual(run.status, 2, shown)
        self.assertFalse(run.out, shown)
        self.assertRegex(run.err, r'\Ajipctl extract: [^\n]+\n\Z', shown)
        self.assertIn(str(path), run.err, shown)
        self.assertTrue(any(word in run.err for word in outcomes - {hostile_pdf.READ}), f'{shown}; expected {outcomes}')
        return run

    def test_pages_named(self):
        """A document of which some pages are pictures is read, and the pictures are named by number."""
        run = self.check('part-scan.pdf')
        self.assertIn('2-3', run.err)

    def test_all_pages(self):
        """What is said to be read is read in full: 5,000 pages are, or are refused."""
        run = self.check('pages-5000.pdf')
        if run.status == 0:
            self.assertEqual(run.out.count('\f'), 5000)
            self.assertIn('Page 5000, line 39', run.out)

    def test_special_files(self):
        """A pipe nobody writes to, a device, a folder, a file that is larger than any document."""
        pipe, sparse = self.folder / 'pipe.pdf', self.folder / 'sparse.pdf'
        os.mkfifo(pipe)
        with open(sparse, 'wb') as file:
            file.write(b'%PDF-1.7\n')
            file.truncate(2 << 30)
        for path in (pipe, sparse, Path('/dev/zero'), self.folder):
            run = Run('extract', path)
            self.assertEqual(run.status, 2, run.err)
            self.assertRegex(run.err, r'\Ajipctl extract: [^\n]+\n\Z')
            self.assertLess(run.seconds, 5)
        pipe.unlink()
        sparse.unlink()


def add_case(name):
    setattr(HostilePdf, 'test_' + name.removesuffix('.pdf').replace('-', '_'), lambda self: self.check(name))


for case in hostile_pdf.CASES:
    if case not in ('part-scan.pdf', 'pages-5000.pdf') and not (SANITIZED and case in PLAIN_ONLY):
        add_case(case)

if __name__ == '__main__':
    jipunit.main()
