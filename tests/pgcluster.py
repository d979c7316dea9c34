# SPDX-License-Identifier: GPL-3.0-or-later
"""A PostgreSQL server that lives as long as a test, on a socket in a temporary folder only."""

import ctypes
import glob
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

USER = 'jip'
PR_SET_PDEATHSIG = 1
MEMORY, ROOM = '/dev/shm', 3 << 30
SETTINGS = {'listen_addresses': '', 'max_connections': '400', 'shared_buffers': '64MB', 'autovacuum': 'off', 'wal_level': 'minimal',
            'max_wal_senders': '0', 'checkpoint_timeout': '1h', 'max_wal_size': '4GB', 'logging_collector': 'off',
            'lc_messages': 'C', 'jit': 'off', 'timezone': 'UTC'}


def find_program(name):
    found = sorted(glob.glob(f'/usr/lib/postgresql/*/bin/{name}'), key=lambda path: int(path.split('/')[4]))
    path = found[-1] if found else shutil.which(name)
    if path is None:
        sys.exit(f'with-postgresql: {name} is not installed (Debian: postgresql-15)')
    return path


def place():
    """The folder to make the server in: TMPDIR where it is set, else memory where there is enough of it."""
    try:
        room = os.statvfs(MEMORY)
        if not os.environ.get('TMPDIR') and room.f_bavail * room.f_frsize >= ROOM:
            return MEMORY
    except OSError:
        pass
    return None


class Cluster:
    """`with Cluster() as cluster`: a running server; cluster.address has %s in the place of the database's name. PostgreSQL
    refuses to run as root: then it runs as the user postgres."""

    def __enter__(self):
        self.process = None
        self.environment = {}  # of its processes, from the next start on
        self.user = pwd.getpwnam('postgres') if os.geteuid() == 0 else None
        self.folder = tempfile.mkdtemp(prefix='jip-pg-', dir=place())  # a short path: it has to fit into a socket's address
        self.address = f'postgresql:///%s?host={self.folder}&user={USER}'
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _become(self):
        """In the child: the user, and an end when this program ends, however it does."""
        if self.user:
            os.setgroups([])
            os.setgid(self.user.pw_gid)
            os.setuid(self.user.pw_uid)
        os.setpgid(0, 0)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
        os.chdir('/')

    def _run(self, program, *arguments, **options):
        return subprocess.Popen([find_program(program), '-D', self.folder + '/data', *arguments], stdin=subprocess.DEVNULL, preexec_fn=self._become,
                                env={'PATH': os.environ.get('PATH', '/usr/bin:/bin'), 'LC_ALL': 'C.UTF-8', **self.environment}, **options)

    def _make(self):
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        made = self._run('initdb', '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync', stdout=subprocess.DEVNULL)
        if made.wait(120) != 0:
            sys.exit('with-postgresql: initdb fails')

    def start(self, **more):
        """Starts the server, with more settings than those of all tests."""
        options = [f'-c{name}={value}' for name, value in {**SETTINGS, **more}.items()]
        with open(self.folder + '/log', 'ab') as log:
            self.process = self._run('postgres', '-k', self.folder, *options, stdout=log, stderr=log)
        ready, deadline = [find_program('pg_isready'), '-q', '-h', self.folder, '-d', 'postgres', '-U', USER], time.monotonic() + 60
        while subprocess.run(ready, check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(self.folder + '/log', encoding='utf-8', errors='replace') as log:
                    sys.exit('with-postgresql: the server does not start:\n' + log.read()[-2000:])
            time.sleep(0.02)

    def crash(self):
        """Ends all its processes as a loss of power would: nothing is tidied up."""
        pid = self.process.pid
        with open(f'/proc/{pid}/task/{pid}/children', encoding='ascii') as children:
            workers = [int(child) for child in children.read().split()]
        for number in (pid, *workers):
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        while any(os.path.exists(f'/proc/{worker}') for worker in workers):
            time.sleep(0.01)

    def stop(self, how=signal.SIGINT):
        """As pg_ctl stop -m fast; with SIGQUIT as -m immediate, which leaves the rest to the recovery."""
        self.process.send_signal(how)
        self.process.wait(60)

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
