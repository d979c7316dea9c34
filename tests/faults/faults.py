# SPDX-License-Identifier: GPL-3.0-or-later
"""The other side of faults.c: names the points at which a program under test ends or fails, and plays its record of the disk
again up to a power cut."""

import ctypes
import mmap
import os
import random
import struct
import sys
import tempfile

TOP = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(TOP), 'server'))

import harness  # noqa: E402

WRITE, SYNC, NAME, SEND, RECEIVE, READ, OPEN = 1, 2, 4, 8, 16, 32, 64
BEFORE, AFTER, HALF = 0, 1, 2
KILL = 0
SECTOR = 512
RECORD = struct.Struct('=c3xIQQQ')


class Page(ctypes.Structure):
    _fields_ = [('armed', ctypes.c_uint32), ('calls', ctypes.c_uint32), ('when', ctypes.c_uint32), ('problem', ctypes.c_int32),
                ('skip', ctypes.c_int64), ('count', ctypes.c_int64), ('seen', ctypes.c_int64), ('hits', ctypes.c_int64),
                ('open', ctypes.c_uint32), ('match', ctypes.c_char * 60), ('since', ctypes.c_char * 64)]


class Faults:
    """What is preloaded into one program: `environment()` for starting it, `arm()` and `clear()` while it runs."""

    def __init__(self, folder, record=False, place=None):
        self.folder = os.path.realpath(folder)
        self.place = place or tempfile.mkdtemp(prefix='jip-faults-')
        harness.atexit.register(harness.shutil.rmtree, self.place, ignore_errors=True)
        self.log = os.path.join(self.place, 'log') if record else None
        path = os.path.join(self.place, 'control')
        with open(path, 'wb') as file:
            file.truncate(mmap.PAGESIZE)
        self.file = open(path, 'r+b')
        self.map = mmap.mmap(self.file.fileno(), mmap.PAGESIZE)
        self.page = Page.from_buffer(self.map)

    def environment(self):
        values = {'LD_PRELOAD': harness.preload(os.path.join(harness.BUILD, 'tests/faults/faults.so')), 'JIP_FAULTS_FOLDER': self.folder,
                  'JIP_FAULTS_CONTROL': os.path.join(self.place, 'control'),
                  'ASAN_OPTIONS': 'verify_asan_link_order=0:detect_leaks=0'}
        return values | ({'JIP_FAULTS_LOG': self.log} if self.log else {})

    def arm(self, calls, match='', when=BEFORE, problem=KILL, skip=0, count=1, since=''):
        self.clear()
        page = self.page
        page.calls, page.when, page.problem, page.skip, page.count = calls, when, problem, skip, count
        page.seen = page.hits = page.open = 0
        page.match, page.since = match.encode(), since.encode()
        page.armed = 1

    def clear(self):
        self.page.armed = 0

    @property
    def hits(self):
        return self.page.hits


class Server(harness.Server):
    """A jiphyeond with faults preloaded."""

    def __init__(self, users=(), record=False, options=()):
        super().__init__(users=users, options=options)
        self.faults = Faults(self.data, record)

    def start(self):
        values = self.faults.environment()
        before = {key: os.environ.get(key) for key in values}
        os.environ.update(values)
        try:
            return super().start()
        finally:
            for key, value in before.items():
                os.environ.pop(key) if value is None else os.environ.update({key: value})


class File:
    """What a disk has of a file for certain, and what may still be lost."""

    def __init__(self):
        self.safe = bytearray()
        self.pending = []

    def sync(self):
        for step in self.pending:
            apply(self.safe, step, None)
        self.pending = []

    def after_cut(self, rng, fate):
        """Each write that was not synced is there, is not, or is there in part, sector by sector."""
        data = bytearray(self.safe)
        for step in self.pending:
            if fate == 'none' or (fate == 'some' and rng.random() < 0.4):
                continue
            apply(data, step, rng if fate == 'some' and rng.random() < 0.4 else None)
        return data


def apply(data, step, rng):
    """Writes a step; with @rng each of its sectors comes or does not."""
    offset, part = step
    if part is None:
        del data[offset:]
        data.extend(bytes(offset - len(data)))
        return
    pieces = [(offset, part)]
    if rng:
        edges = [offset] + list(range((offset // SECTOR + 1) * SECTOR, offset + len(part), SECTOR)) + [offset + len(part)]
        pieces = [(a, part[a - offset:b - offset]) for a, b in zip(edges, edges[1:]) if rng.random() < 0.5]
    for at, piece in pieces:
        if len(data) < at:
            data.extend(bytes(at - len(data)))
        data[at:at + len(piece)] = piece


class Disk:
    """A folder as a record of faults.c tells it: names are safe when their folder was synced, contents when they were."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        self.files = {}    # inode -> File
        self.names = {}    # path -> File, as the program sees them
        self.safe = {}     # path -> File, '' for a folder: what is certain
        self.pending = {}  # folder -> steps in order

    def load(self):
        """What is there before the program starts counts as safe."""
        for path, folders, names in os.walk(self.folder):
            for name in folders:
                self.safe[os.path.join(path, name)] = self.names[os.path.join(path, name)] = ''
            for name in names:
                whole = os.path.join(path, name)
                if not name.endswith('-shm') and os.path.isfile(whole):
                    file = self.files[os.stat(whole).st_ino] = self.names[whole] = self.safe[whole] = File()
                    with open(whole, 'rb') as source:
                        file.safe = bytearray(source.read())

    def rename_step(self, step):
        self.pending.setdefault(os.path.dirname(step[1]), []).append(step)

    def take(self, kind, path, inode, offset, data):
        if kind == 'C':
            self.files[inode] = self.names[path] = File()
            self.rename_step(('put', path, self.names[path]))
        elif kind == 'D':
            self.names[path] = ''
            self.rename_step(('put', path, ''))
        elif kind in 'RL':
            old = data.decode()
            file = self.names[old] if kind == 'L' else self.names.pop(old)
            self.names[path] = file
            self.rename_step(('move' if kind == 'R' else 'put', path, file, old))
        elif kind == 'U':
            self.names.pop(path, None)
            self.rename_step(('drop', path))
        elif kind == 'F':
            if self.names.get(path) == '' or path == self.folder:
                for step in self.pending.pop(path, []):
                    change(self.safe, step)
            elif inode in self.files:
                self.files[inode].sync()
        elif inode in self.files:
            self.files[inode].pending.append((offset, None if kind == 'T' else data))

    def cut(self, rng, target):
        """Lays what a power cut leaves into the folder @target."""
        fate = rng.choice(['none', 'some', 'some', 'some', 'all'])
        names = dict(self.safe)
        for steps in self.pending.values():
            for step in steps[:{'none': 0, 'all': len(steps)}.get(fate, rng.randint(0, len(steps)))]:
                change(names, step)
        os.makedirs(target, exist_ok=True)
        for path, file in sorted(names.items()):
            place = target + path[len(self.folder):]
            if file == '' and os.path.isdir(os.path.dirname(place)):
                os.makedirs(place, exist_ok=True)
            elif file != '' and not path.endswith('-shm') and os.path.isdir(os.path.dirname(place)):
                with open(place, 'wb') as out:
                    out.write(file.after_cut(rng, fate))


def change(names, step):
    if step[0] == 'drop':
        names.pop(step[1], None)
        return
    names[step[1]] = step[2]
    if step[0] == 'move':
        names.pop(step[3], None)


def records(path, begin=0):
    """Yields (kind, path, inode, offset, data) of a record; one that was cut by a kill ends it."""
    with open(path, 'rb') as file:
        file.seek(begin)
        data = file.read()
    at = 0
    while at + RECORD.size <= len(data):
        kind, path_length, inode, offset, length = RECORD.unpack_from(data, at)
        at += RECORD.size
        if at + path_length + length > len(data):
            return
        yield kind.decode(), data[at:at + path_length].decode(), inode, offset, data[at + path_length:at + path_length + length]
        at += path_length + length


def cut_points(rng, steps, count):
    """Moments of a record: half of them anywhere, half of them where something was just said."""
    said = [i for i, step in enumerate(steps) if step[0] == 'S' and i > 0] or [len(steps) - 1]
    return sorted(rng.choice(said) + 1 if rng.random() < 0.5 else rng.randint(1, len(steps)) for _ in range(count))
