# SPDX-License-Identifier: GPL-3.0-or-later
"""What does not go as planned: stepping aside, a withdrawal, points taken away, a late ballot, votes by category, lots, two PCs of
the chair, a slow line."""

import argparse
import csv
import os
import re
import signal
import sys
from fractions import Fraction
from pathlib import Path

import jipui
import jipunit
from city import random_word
from hall import HallTest, pattern
from jipui import tr

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'sync'))
import harness  # noqa: E402
from fault_proxy import FaultProxy  # noqa: E402

STAY, GONE, LATE, ASIDE = range(4)


class ChairTest(HallTest):
    def setUp(self):
        super().setUp()
        rng = self.city.rng
        # One half each: what the expert gives STAY more than LATE is twice what the chair takes away: they tie.
        self.criteria = [{'id': f'c{n}', 'name': random_word(rng), 'max': 50} for n in range(2)]
        self.titles = [f'{random_word(rng)} {random_word(rng, 3)}' for _ in range(4)]
        self.category, self.awards = random_word(rng), [random_word(rng, 3), random_word(rng, 3)]
        self.panels = [random_word(rng, 3), random_word(rng, 3)]
        self.create_event({
            'organiser': 'org', 'chair': 'chair', 'title': random_word(rng, 6),
            'rules': {'categories': [{'id': 'all', 'name': self.category}],
                      'panels': [{'id': 'expert', 'name': self.panels[0], 'weight': 50, 'mode': 'rubric',
                                  'criteria': self.criteria},
                                 {'id': 'staff', 'name': self.panels[1], 'weight': 50, 'mode': 'pick', 'picks': 1}],
                      'ties': ['lot'],
                      'awards': {'per_category': [{'id': 'first', 'name': self.awards[0], 'seats': 1},
                                                  {'id': 'second', 'name': self.awards[1], 'seats': 1}]}},
            'entries': [{'category': 'all', 'title': title, 'team': random_word(rng)} for title in self.titles],
            'judges': [{'user': 'expert', 'panel': 'expert'}, {'user': 'panel', 'panel': 'staff'}]})
        self.reasons = [random_word(rng, 8) for _ in range(4)]
        self.less = rng.randrange(1, 20)
        self.scores = [rng.randrange(20, 50), rng.randrange(0, 29)]

    def answer_with_reason(self, app, heading, act, reason, value=None):
        """Fills in a question in a dialog; without a reason it cannot be answered."""
        app.find(None, heading)
        dialog = next(window for window in app.windows() if window.role == 'dialog')
        button = dialog.find('button', re.compile(re.escape(act)))
        self.assertNotIn('sensitive', button.states, f'{act} without a reason')
        if value is not None:
            dialog.find('text', re.compile(tr('Points'))).set_text(value)
        dialog.find('text', re.compile(tr('Reason'))).set_text(reason)
        jipui.assert_korean(dialog)
        button.wait_state('sensitive')
        before = len(app.x_windows())
        button.click()
        jipui.wait_until(lambda: len(app.x_windows()) < before, 'the dialog closes', 15)

    def choose(self, app, number):
        """A finalist in the list of the chair or of a judge."""
        app.front()
        app.find('list', tr('Finalists')).find_row(self.titles[number]).mouse_click()

    def choose_card(self, judge, number):
        self.choose(judge, number)
        judge.find('label', f'{number + 1}. {self.titles[number]}')

    def open_scoring(self, number):
        self.next_step(self.chair, pattern('Present no. %d: %s', number + 1, self.titles[number]))
        self.next_step(self.chair, pattern('Open Scoring of No. %d', number + 1))

    def close_scoring(self, number):
        self.next_step(self.chair, pattern('Close Scoring of No. %d (%s)', number + 1, None))

    def give(self, number, scores, saved):
        self.choose_card(self.expert, number)
        for criterion, score in zip(self.criteria, scores):
            self.expert.find('text', criterion['name']).wait_state('sensitive').set_text(str(score))
        self.expert.find('button', re.compile(re.escape(tr('Hand In')))).wait_state('sensitive').click()
        self.expert.find('label', tr(saved))

    def step_aside(self):
        self.choose_card(self.expert, ASIDE)
        self.expert.find('button', re.compile(re.escape(tr('Do Not Judge This Finalist…')))).click()
        self.answer_with_reason(self.expert, tr('Not judge this finalist?'), tr('Step Aside'), self.reasons[0])
        self.expert.find('label', pattern('You do not judge this finalist: %s', self.reasons[0]))
        self.picture(self.expert, 'expert-stepped-aside')

    def withdraw(self):
        self.choose(self.chair, GONE)
        self.chair.find('button', re.compile(re.escape(tr('Withdraw…')))).wait_state('sensitive').click()
        self.answer_with_reason(self.chair, pattern('Withdraw no. %d?', GONE + 1), tr('Withdraw'), self.reasons[1])
        self.chair.find_row(self.titles[GONE])
        self.chair.find('label', self.context('finalist', 'Withdrawn'))

    @staticmethod
    def context(context, message):
        return re.compile(re.escape(jipui.tr_in(context, message)))

    def adjust(self):
        self.choose(self.chair, STAY)
        self.chair.find('button', re.compile(re.escape(tr('Adjust Points…')))).wait_state('sensitive').click()
        self.answer_with_reason(self.chair, pattern('Adjust the points of no. %d?', STAY + 1), tr('Adjust'), self.reasons[2],
                                f'-{self.less / 2:g}')
        self.chair.find('label', pattern('Adjusted by %s points', f'-{self.less / 2:g}'))

    def hand_in_too_late(self):
        """The expert hands in without a network, and it comes back when the chair has closed already."""
        self.open_scoring(LATE)
        self.choose_card(self.expert, LATE)
        self.expert.find('label', tr('Scoring is open. You can change your scores until the chair closes it.'))
        self.city.stop_server()
        self.give(LATE, self.scores, 'Handed in on this PC. It is sent as soon as the server can be reached.')
        self.chair.find('button', tr('Offline · saved here'), timeout=60)
        os.kill(self.expert.process.pid, signal.SIGSTOP)
        try:
            self.city.restart_server()
            self.chair.find('button', tr('Saved'), timeout=60)
            self.close_scoring(LATE)
            self.chair.find('button', pattern('Present no. %d: %s', ASIDE + 1, None))
        finally:
            os.kill(self.expert.process.pid, signal.SIGCONT)
        self.expert.find('label', tr('It came late. The chair decides whether it counts.'), timeout=60)
        admit = self.chair.find('button', pattern('Admit the late ballot: %s', None))
        self.picture(self.chair, 'chair-late-ballot')
        admit.click()
        self.answer_with_reason(self.chair, tr('Admit the late ballot?'), tr('Admit'), self.reasons[3])
        self.expert.find('label', tr('It came late and the chair admitted it.'))

    def vote(self):
        self.next_step(self.chair, pattern('Open Voting on “%s”', self.category))
        self.choose_card(self.panel, ASIDE)
        self.panel.find('check', re.compile(re.escape(self.titles[ASIDE]))).wait_state('sensitive').click()
        self.panel.find('label', pattern('%u of %u votes given', 1, 1))
        self.assertFalse(self.panel.find_all('check', re.compile(re.escape(self.titles[GONE]))), 'a withdrawn one can be voted for')
        self.panel.find('button', re.compile(re.escape(tr('Hand In')))).wait_state('sensitive').click()
        self.panel.find('label', tr('Handed in and saved on the server.'))
        self.picture(self.panel, 'panel-votes')
        self.next_step(self.chair, pattern('Close Voting on “%s” (%s)', self.category, f'{self.panels[1]} 1/1'))

    def draw_lots(self):
        """LATE wins the lot: it gets the smaller number."""
        self.next_step(self.chair, tr('Draw Lots for What Is Tied…'))
        self.chair.find(None, tr('Draw lots for what is tied'))
        dialog = next(window for window in self.chair.windows() if window.role == 'dialog')
        enter = dialog.find('button', re.compile(re.escape(tr('Enter Lots'))))
        rows = [dialog.find('text', re.compile(self.titles[number])) for number in (STAY, LATE)]
        rows[0].set_text('7')
        rows[1].set_text('7')
        jipui.wait_until(lambda: 'sensitive' not in enter.states, 'equal lots are not taken', 5)
        rows[1].set_text('3')
        self.picture(self.chair, 'chair-lots', dialog)
        enter.wait_state('sensitive').click()

    def test_what_does_not_go_as_planned(self):
        self.chair, self.expert, self.panel = self.desktop('chair'), self.desktop('expert'), self.desktop('panel')
        self.open_scoring(STAY)
        self.step_aside()
        self.give(STAY, [self.scores[0], self.scores[1] + self.less], 'Handed in and saved on the server.')
        self.close_scoring(STAY)
        self.withdraw()
        self.adjust()
        self.hand_in_too_late()
        self.vote_on_the_rest()
        self.vote()
        self.lock(self.chair)
        self.chair.find('label', tr('Held: too few ballots'))
        self.picture(self.chair, 'chair-tied')
        self.draw_lots()
        self.chair.find('button', pattern('Reveal %s (%d of %d)', self.awards[1], 1, 2))

        entries = self.export()['entries']
        self.assertEqual([entry['status'] for entry in entries], ['ranked', 'withdrawn', 'ranked', 'held'])
        self.assertEqual(Fraction(entries[STAY]['total']), Fraction(sum(self.scores), 2))
        self.assertEqual(entries[STAY]['total'], entries[LATE]['total'])
        self.assertEqual([entries[LATE]['rank'], entries[STAY]['rank']], [1, 2])
        self.assertEqual(entries[LATE]['awards'], ['first'])
        self.assertEqual(entries[STAY]['tie_broken_by'], 'lot')
        hashes = [node.name for node in self.chair.find_all('label', pattern('SHA-256 of the result: %s', None))]
        for app in (self.chair, self.expert, self.panel):
            jipui.assert_korean(app, hashes)

    def sit_down(self, app, code):
        """A judge at the shared PC, with nothing but a code."""
        app.find('text', re.compile(tr('Code for an event'))).set_text(code)
        app.find('button', tr('Join')).wait_state('sensitive').click()

    def stand_up(self, app, name):
        app.find('button', name).click()
        app.find(None, tr('_Sign Out')).click()
        app.find('button', tr('Join'))

    def test_judges_take_turns_at_a_shared_pc(self):
        rows = list(csv.reader(self.city.jipctl('event', 'codes', self.event, '--data', self.city.data).stdout.splitlines()))
        codes = {name: code for _, name, code in rows[1:]}
        app = jipui.Program([jipui.BUILD / 'src/app/jiphyeon', '--server', self.city.url, '--data', self.city.root / 'shared'],
                            timeout=30)
        app.start()
        self.addCleanup(app.stop)
        app.find('button', tr('Join with a Code')).click()
        self.sit_down(app, 'AAAA-BBBB')
        app.find('label', tr('This code is wrong, was used already or has expired. Ask the organiser for a new one.'))
        self.picture(app, 'join-with-a-wrong-code')
        jipui.assert_korean(app, [self.city.url, 'AAAA-BBBB'])
        self.sit_down(app, codes['전문한'].lower())
        app.find('button', '전문한')
        self.stand_up(app, '전문한')
        self.sit_down(app, codes['전문한'])  # works once
        app.find('label', tr('This code is wrong, was used already or has expired. Ask the organiser for a new one.'))
        self.sit_down(app, codes['평가한'])
        app.find('button', '평가한')
        app.find('tab', tr('Idea-thon')).click()
        app.find('label', f'1. {self.titles[0]}')

    def vote_on_the_rest(self):
        """The finalist whose expert stepped aside is presented and opened too; nobody scores it."""
        self.open_scoring(ASIDE)
        self.close_scoring(ASIDE)


class LineTest(HallTest):
    """The chair's line to the server is slow, or cut a moment after something was pressed."""

    def setUp(self):
        super().setUp()
        rng = self.city.rng
        self.titles, self.awards = [random_word(rng, 6) for _ in range(2)], [random_word(rng, 3), random_word(rng, 4)]
        self.create_event({
            'organiser': 'org', 'chair': 'chair', 'title': random_word(rng, 6),
            'rules': {'categories': [{'id': 'all', 'name': random_word(rng)}],
                      'panels': [{'id': 'staff', 'name': random_word(rng), 'weight': 100, 'mode': 'score', 'max': 10}],
                      'awards': {'per_category': [{'id': f'a{number}', 'name': name, 'seats': 1} for number, name in enumerate(self.awards)]}},
            'entries': [{'category': 'all', 'title': title, 'team': '팀'} for title in self.titles],
            'judges': [{'user': 'panel', 'panel': 'staff'}]})
        self.proxy = FaultProxy(0, 0.0)
        self.proxy.upstream = int(self.city.url.rsplit(':', 1)[1])
        self.addCleanup(self.proxy.stop)
        self.address = f'http://127.0.0.1:{self.proxy.add_lane()}'
        self.lane = self.proxy.lanes[0]
        self.chair = self.person('chair')

    def person(self, login):
        return harness.Client(argparse.Namespace(port=self.proxy.upstream), login, self.city.password)

    def entries(self):
        self.chair.pull()
        return sorted(self.chair.table('entry').values(), key=lambda entry: entry['number'])

    def judge(self):
        panel = self.person('panel')
        for score, entry in enumerate(self.entries()):
            self.chair.step(self.event, 'open', entry=entry['id'])
            panel.do('ballot.submit', {'id': harness.new_id(), 'event': self.event, 'entry': entry['id'], 'version': 1, 'score': score})
        self.chair.step(self.event, 'lock')

    def reveal_first(self, app):
        name = pattern('Reveal %s (%d of %d)', self.awards[1], 1, 2)
        self.next_step(app, name)
        app.find(None, tr('Reveal the first award?'))
        self.answer(app, name)

    def test_another_pc_goes_on(self):
        self.judge()
        away, here = self.desktop('chair', pc='away', url=self.address), self.desktop('chair', pc='here')
        here.find('button', tr('Open the Stage')).click()
        stage = here.window_named(tr('Stage'))
        away.find('button', tr('Saved'))
        sent = self.lane.counters['push']
        self.proxy.cut(0, 'up', False)
        self.reveal_first(away)
        jipui.wait_until(lambda: self.lane.counters['push'] > sent, 'the step on its way')
        here.front()
        self.reveal_first(here)
        stage.find('label', self.awards[1])
        second = pattern('Reveal %s (%d of %d)', self.awards[0], 2, 2)
        here.find('button', second)
        self.proxy.heal(0)
        why = tr('An award was revealed meanwhile, such as from another PC, so this press revealed none. Look at the stage, and press again if '
                 'it is still needed.')
        away.find('label', why)
        self.picture(away, 'chair-refused-for-another-pc')
        self.chair.pull()
        self.assertEqual(len(self.chair.table('reveal')), 1)
        stage.find('label', self.titles[0])
        self.assertFalse(stage.find_all('label', self.titles[1]))
        self.next_step(away, second)
        stage.find('label', self.titles[1])
        away.find('button', tr('%u to look at', '%u to look at', 1).replace('%u', '1')).click()
        away.find_row(tr('A step of the event was not taken')).find('label', why)
        self.picture(away, 'chair-refused-row')

    def turn(self, app, number, label):
        """A step out of turn, of a finalist that is chosen in the list."""
        app.find('list', tr('Finalists')).find_row(self.titles[number]).mouse_click()
        row = app.find('button', tr('Withdraw…')).parent
        app.find('button', tr(label), where=lambda node: node.parent == row).click()

    def wait_presenting(self, number):
        def look():
            self.chair.pull()
            return self.chair.table('event')[self.event]['presenting'] == self.entries()[number]['id']
        jipui.wait_until(look, f'no. {number + 1} presents')

    def wait_windows(self, *windows):
        jipui.wait_until(lambda: tuple(entry['window'] for entry in self.entries()) == windows, f'windows are {windows}')

    def test_a_quick_chair(self):
        """What is pressed before the last step is to be seen here is done, too."""
        app = self.desktop('chair', url=self.address)
        app.find('button', tr('Saved'))
        self.proxy.cut(0, 'down', False)
        self.turn(app, 0, 'Present')
        self.wait_presenting(0)
        app.find('label', tr('Nobody is presenting'))
        self.turn(app, 1, 'Present')
        self.proxy.heal(0)
        app.find('label', f'2. {self.titles[1]}')
        self.turn(app, 0, 'Present')
        app.find('label', f'1. {self.titles[0]}')
        self.proxy.cut(0, 'down', False)
        self.turn(app, 0, 'Open')
        self.wait_windows('open', 'waiting')
        self.turn(app, 1, 'Open')
        self.proxy.heal(0)
        for number in (1, 2):
            self.next_step(app, pattern('Close Scoring of No. %d (%s)', number, None))
        self.wait_windows('closed', 'closed')
        app.find('button', tr('Saved'))


if __name__ == '__main__':
    jipunit.main()
