# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 of the desktop at random moments while ideas come in from elsewhere and its user writes, sends and supports.

An outside log keeps what the window said is safe (a row in the list, a pressed 공감, text typed more than a second ago). After
each kill the desktop starts again from its disk and must show all of it; at the end the server must hold it once.
`tests/ui/run /usr/bin/python3 tests/ui/kill-desktop.py --kills 50 --seed 7` runs by itself; the suite runs a short one.
"""

import argparse
import os
import random
import re
import sys
import threading
import time
import traceback
from pathlib import Path

import jipui
from city import City, random_word

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'server'))
import harness  # noqa: E402
from jipui import tr  # noqa: E402

SAFE_AFTER = 1.0  # seconds after which typed text must not be lost
DRAIN = 60


class Load(threading.Thread):
    """Somebody else's ideas and comments, a few a second: the list moves, and the newest stay in sight."""

    def __init__(self, port, password, seed):
        super().__init__(daemon=True)
        self.client = harness.Client(argparse.Namespace(port=port), 'lee', password)
        self.rng = random.Random(seed)
        self.sent = []
        self.ending = threading.Event()
        self.failure = None

    def run(self):
        try:
            while not self.ending.wait(self.rng.uniform(0.1, 0.7)):
                one = harness.new_id()
                text = f'{random_word(self.rng, 8)} 다른 사람의 제안'
                self.client.push(('proposal.submit', {'id': one, 'kind': 'proposal', 'body': text, 'anonymous': False}),
                                 ('comment.add', {'id': harness.new_id(), 'proposal': one, 'body': random_word(self.rng)}))
                self.sent.append(text)
        except Exception:
            self.failure = traceback.format_exc()


class Killer(threading.Thread):
    """Ends the program at a random moment, whatever it does then."""

    def __init__(self, app, seconds):
        super().__init__(daemon=True)
        self.app, self.seconds = app, seconds
        self.at = None

    def run(self):
        time.sleep(self.seconds)
        self.at = time.monotonic()
        self.app.process.kill()


class Writer:
    """The person at the desktop, and the log of what the window said."""

    def __init__(self, app, rng):
        self.app, self.rng = app, rng
        self.shown = []    # texts of ideas that stood in the list
        self.pending = None  # sent, not yet seen in the list: may be there or still in the box
        self.maybe = []    # sent and killed within a second of typing: may be anywhere or nowhere, never twice
        self.typed = []    # (time, text) of the box, oldest first
        self.supported = 0

    def open(self):
        self.app.find('tab', tr('Ideas')).click()
        self.app.find('button', tr('Write an Idea')).click()
        return self.app.find('text', tr('Your idea'))

    def see(self, text):
        """The row of an idea, which newer ones may have pushed out of sight."""
        self.app.find(None, tr('Find ideas'), where=lambda node: node.role == 'entry').set_text(text[:9])
        return self.app.find_row(text[:9])

    def write_one(self):
        text = f'{random_word(self.rng, 9)} 자동화를 제안합니다.'
        box = self.open()
        for end in (len(text) // 2, len(text)):
            box.set_text(text[:end])
            self.typed.append((time.monotonic(), text[:end]))
            if self.rng.random() < 0.4:
                self.app.find('label', tr('Saved on this PC'))
        if self.rng.random() < 0.3:
            return  # left unsent: it must wait in the box
        self.pending = text
        self.app.find('button', tr('Send')).wait_state('sensitive').click()
        row = self.see(text)
        self.shown.append(text)
        self.pending, self.typed = None, []
        if self.rng.random() < 0.5:
            row.click()
            self.app.find('button', re.compile(tr('♥ Support %d').replace('%d', '0'))).click()
            self.app.find('button', re.compile(tr('♥ Support %d').replace('%d', '1')))
            self.supported += 1

    def go_on(self, killer):
        """Until the program is gone; anything that fails before that is a failure."""
        try:
            while True:
                self.write_one()
        except jipui.Missing:
            if self.app.process.poll() is None and killer.at is None:
                raise
            killer.join()

    def check(self, killed_at):
        """What the window shows after the new start."""
        content = self.open().content
        safe = [text for when, text in self.typed if killed_at - when > SAFE_AFTER]
        allowed = safe[-1:] + [text for when, text in self.typed if killed_at - when <= SAFE_AFTER]
        if not safe or self.pending is not None:
            allowed.append('')
        if content not in allowed:
            raise AssertionError(f'the box holds {content!r}, one of {allowed!r} was typed (sent: {self.pending!r})')
        if self.pending is not None and content == '':
            if self.pending in safe:  # it left the box: then it is an idea
                self.see(self.pending)
                self.shown.append(self.pending)
            else:
                self.maybe.append(self.pending)
        self.pending, self.typed = None, []
        if content:
            self.typed.append((0.0, content))
        for text in self.shown[-3:]:
            self.see(text)


def compare_with_server(city, writer, load):
    """Everything the window had shown is on the server, once, with its support."""
    reader = harness.Client(argparse.Namespace(port=int(city.url.rsplit(':', 1)[1])), 'lee', city.password)

    def drained():
        reader.pull()
        bodies = [row['body'] for row in reader.table('proposal').values()]
        votes = sum(row['votes'] for row in reader.table('proposal').values())
        return (bodies, votes) if set(writer.shown) <= set(bodies) and votes >= writer.supported else None
    bodies, votes = jipui.wait_until(drained, 'everything that was shown is on the server', DRAIN)
    doubled = sorted({text for text in bodies if bodies.count(text) > 1})
    lost = [text for text in writer.shown + load.sent if text not in bodies]
    strange = [text for text in bodies if text not in writer.shown + writer.maybe + load.sent]
    if doubled or lost or strange:
        raise AssertionError(f'doubled {doubled}, lost {lost}, not announced {strange}')
    return votes


def campaign(kills, seed):
    rng = random.Random(seed)
    with City([('kim', '김하늘', 'staff'), ('lee', '이바다', 'staff')], seed) as city:
        load = Load(int(city.url.rsplit(':', 1)[1]), city.password, seed)
        load.start()
        app = city.desktop('kim')
        writer = Writer(app, rng)
        try:
            app.start()
            for _ in range(kills):
                killer = Killer(app, rng.uniform(0.2, 8.0))
                killer.start()
                writer.go_on(killer)
                app.process.wait()
                app.start()
                writer.check(killer.at)
                if load.failure:
                    raise AssertionError(load.failure)
            load.ending.set()
            load.join()
            votes = compare_with_server(city, writer, load)
        finally:
            app.stop()
        print(f'# {kills} kills, {len(writer.shown)} ideas and {writer.supported} supports announced ({votes} on the server), '
              f'{len(load.sent)} ideas of another person meanwhile: none lost or doubled', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('--kills', type=int, default=4)
    parser.add_argument('--seed', type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    os.environ.setdefault('GTK_A11Y', 'atspi')
    print(f'1..1\n# seed {options.seed}', flush=True)
    try:
        campaign(options.kills, options.seed)
    except Exception:
        for line in traceback.format_exc().splitlines():
            print('# ' + line)
        print('not ok 1 kill-desktop')
        return 1
    print('ok 1 kill-desktop')
    return 0


if __name__ == '__main__':
    sys.exit(main())
