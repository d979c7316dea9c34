# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests of an idea-thon share: an event in a city of its own, desktops of its people, the chair's acts."""

import json
import os
import re
import unittest
from pathlib import Path

from city import City
from jipui import tr

PICTURES = os.environ.get('JIPUI_PICTURES')


def pattern(message, *values):
    """A translated sentence with its places filled, as a pattern; None leaves a place open."""
    parts = re.split(r'%[sdu]|%%', tr(message))
    text = re.escape(parts[0])
    for part, value in zip(parts[1:], values):
        text += ('.*' if value is None else re.escape(str(value))) + re.escape(part)
    return re.compile(text)


class HallTest(unittest.TestCase):
    """A test with a city and its people; each makes its own event (create_event)."""

    people = [('org', '조직한', 'organiser'), ('chair', '진행한', 'staff'), ('expert', '전문한', 'staff'),
              ('panel', '평가한', 'staff')]

    def setUp(self):
        self.city = City(self.people)
        self.city.__enter__()
        self.addCleanup(self.city.__exit__)

    def create_event(self, event):
        file = self.city.root / 'event.json'
        file.write_text(json.dumps(event))
        made = self.city.jipctl('event', 'create', file, '--data', self.city.data, check=False)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.event = made.stdout.strip()

    def desktop(self, login, **place):
        app = self.city.desktop(login, **place)
        app.start()
        self.addCleanup(app.stop)
        app.find('tab', tr('Idea-thon')).mouse_click()
        return app

    def picture(self, app, name, window=None):
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            app.focus_window(app.windows()[0] if window is None else window)
            app.picture(os.path.join(PICTURES, f'{name}.png'))

    def next_step(self, chair, name):
        chair.find('button', name).wait_state('sensitive').click()

    @staticmethod
    def answer(chair, name):
        chair.find('button', name, where=lambda node: node.window().role == 'dialog').click()

    def lock(self, chair):
        self.next_step(chair, tr('Lock and Count'))
        chair.find(None, tr('Lock the event and count?'))
        self.answer(chair, re.compile(re.escape(tr('Lock and Count'))))

    def export(self):
        file = self.city.root / 'export.json'
        file.write_text(self.city.jipctl('event', 'export', self.event, '--data', self.city.data).stdout)
        return json.loads(self.city.jipctl('tally', file).stdout)
