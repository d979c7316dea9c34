# SPDX-License-Identifier: GPL-3.0-or-later
"""An event from the first presentation to the last award: chair, expert and staff judge, each at a desktop of their own."""

import errno
import json
import os
import re
import sys
from fractions import Fraction

import jipui
import jipunit
from city import BUILD, random_word
from hall import HallTest, pattern
from jipui import tr, tr_in

os.environ.setdefault('JIP_BUILD_DIR', str(BUILD))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'faults'))
import faults  # noqa: E402

FAILED = tr('It was not handed in: the disk of this PC did not take it. Hand it in again.')
HAND_IN = re.compile(f"^({re.escape(tr('Hand In'))}|{re.escape(tr('Hand In Again'))})$")

def two_decimals(total):
    """As the result shows it: rounded half up, which binary fractions would miss at 51.785."""
    cents = int(total * 100 + Fraction(1, 2))
    return f'{cents // 100}.{cents % 100:02d}'


class IdeathonTest(HallTest):
    def setUp(self):
        super().setUp()
        self.make_event()

    def make_event(self):
        rng = self.city.rng
        self.criteria = [{'id': f'c{n}', 'name': random_word(rng), 'max': rng.choice([20, 30, 50])} for n in range(3)]
        weight = rng.randrange(10, 91)
        self.panels = [{'id': 'expert', 'name': random_word(rng, 3), 'weight': weight, 'mode': 'rubric',
                        'criteria': self.criteria},
                       {'id': 'staff', 'name': random_word(rng, 3), 'weight': 100 - weight, 'mode': 'score', 'max': 10}]
        self.titles = [f'{random_word(rng)} {random_word(rng, 3)}' for _ in range(2)]
        self.awards = [random_word(rng, 3), random_word(rng, 3)]
        event = {'organiser': 'org', 'chair': 'chair', 'title': random_word(rng, 6),
                 'rules': {'categories': [{'id': 'all', 'name': random_word(rng)}], 'panels': self.panels,
                           'awards': {'per_category': [{'id': 'first', 'name': self.awards[0], 'seats': 1},
                                                       {'id': 'second', 'name': self.awards[1], 'seats': 1}]}},
                 'entries': [{'category': 'all', 'title': title, 'team': random_word(rng)} for title in self.titles],
                 'judges': [{'user': 'expert', 'panel': 'expert'}, {'user': 'panel', 'panel': 'staff'}]}
        self.create_event(event)

    def scores(self):
        """Of one finalist: what the expert types and the button that the staff judge presses; never a tie at the top."""
        rng = self.city.rng
        return [f"{rng.randrange(0, one['max'] * 2) / 2:g}" for one in self.criteria], rng.randrange(0, 11)

    def total(self, scores, button):
        rubric = 100 * sum(Fraction(text) for text in scores) / sum(one['max'] for one in self.criteria)
        return (self.panels[0]['weight'] * rubric + self.panels[1]['weight'] * Fraction(100 * button, 10)) / 100

    def go_to(self, judge, number):
        """The first finalist is on the card already; to a later one the judge follows the chair."""
        if number > 0:
            judge.find('label', f'{number}. {self.titles[number - 1]}')
            judge.find('button', tr('Go There')).click()
        judge.find('label', f'{number + 1}. {self.titles[number]}')

    def give_scores(self, expert, number, scores):
        self.go_to(expert, number)
        for criterion, text in zip(self.criteria, scores):
            expert.find('text', criterion['name']).set_text(text)
        total = f'{sum(float(text) for text in scores):g}'
        expert.find('label', pattern('Total %s / %s', total, sum(one['max'] for one in self.criteria)))
        expert.find('button', tr('Hand In')).wait_state('sensitive').click()
        expert.find('label', tr('Handed in and saved on the server.'))

    def press_score(self, panel, number, score):
        self.go_to(panel, number)
        name = tr('%u point', '%u points', score).replace('%u', str(score))
        panel.find('toggle', name).wait_state('sensitive').click()
        panel.find('label', tr('Handed in and saved on the server.'))

    def counts(self, *numbers):
        return ', '.join(f"{panel['name']} {count}/1" for panel, count in zip(self.panels, numbers))

    def hold(self, chair, expert, panel, number, scores, button):
        """One finalist from the presentation to the close."""
        self.next_step(chair, pattern('Present no. %d: %s', number + 1, self.titles[number]))
        self.next_step(chair, pattern('Open Scoring of No. %d', number + 1))
        chair.find('label', pattern('%s: %u missing', self.panels[0]['name'], 1))
        chair.find('label', re.compile('전문한'))
        self.give_scores(expert, number, scores)
        chair.find('label', pattern('%s: all have handed in', self.panels[0]['name']))
        chair.find('button', pattern('Close Scoring of No. %d (%s)', number + 1, self.counts(1, 0)))
        self.press_score(panel, number, button)
        self.picture(panel, f'panel-{number}')
        self.picture(expert, f'expert-{number}')
        self.picture(chair, f'chair-{number}')
        self.next_step(chair, pattern('Close Scoring of No. %d (%s)', number + 1, self.counts(1, 1)))

    def reveal(self, chair, number):
        name = re.compile(re.escape(self.awards[1 - number]))
        chair.find('button', name, where=lambda node: 'sensitive' in node.states).click()
        if number == 0:
            chair.find(None, tr('Reveal the first award?'))
            self.answer(chair, name)

    def test_from_the_first_presentation_to_the_last_award(self):
        chair, expert, panel = self.desktop('chair'), self.desktop('expert'), self.desktop('panel')
        given = [self.scores(), self.scores()]
        while self.total(*given[0]) == self.total(*given[1]):
            given[1] = self.scores()
        for number, (scores, button) in enumerate(given):
            self.hold(chair, expert, panel, number, scores, button)
        totals = [self.total(*one) for one in given]
        shown = [two_decimals(total) for total in totals]
        self.assertFalse(chair.find_all('label', shown[0]), 'a score is on the console before the lock')
        self.lock(chair)
        for text in shown:
            chair.find('label', text)
        self.picture(chair, 'chair-result')
        result = self.export()
        self.assertEqual([Fraction(entry['total']) for entry in result['entries']], totals)

        chair.find('button', tr('Open the Stage')).click()
        stage = chair.window_named(tr('Stage'))
        ranking = sorted(range(2), key=lambda number: totals[number])
        for step, winner in enumerate(ranking):
            self.reveal(chair, step)
            stage.find('label', self.awards[1 - step])
            stage.find('label', self.titles[winner])
            stage.find('label', result['entries'][winner]['display'])
            self.picture(chair, f'stage-{step}', stage)
        self.next_step(chair, tr('Show All Winners on the Stage'))
        stage.find('label', tr('Winners'))
        self.picture(chair, 'stage-winners', stage)

    def button(self, panel, score):
        return panel.find('toggle', tr('%u point', '%u points', score).replace('%u', str(score)))

    def open_first(self, chair, *judges):
        self.next_step(chair, pattern('Present no. %d: %s', 1, self.titles[0]))
        self.next_step(chair, pattern('Open Scoring of No. %d', 1))
        for judge in judges:
            judge.find('label', tr('Scoring is open. You can change your scores until the chair closes it.'))

    def has_failed(self, judge, otherwise):
        """On a busy machine the disk may have been slow for too long, and what was handed in is to be handed in again."""
        card = judge.find(None, 'JipBallotCard')
        return card.find('label', re.compile(f'^({re.escape(otherwise)}|{re.escape(FAILED)})$')).name == FAILED

    def see_handed_in(self, judge):
        if self.has_failed(judge, tr('Handed in and saved on the server.')):
            judge.find('button', HAND_IN).click()
        judge.find('label', tr('Handed in and saved on the server.'))

    def assert_last(self, score, *scores):
        """Of the ballots that the server keeps of the two judges."""
        rows = self.city.kept('SELECT score, scores FROM ballot ORDER BY version')
        self.assertEqual([json.loads(row[0]) for row in rows if row[0]][-1:], [score] if score is not None else [])
        self.assertEqual([sorted(json.loads(row[1]).values()) for row in rows if row[1]][-1:], [list(scores)])

    def test_what_is_given_while_a_ballot_is_written(self):
        """The last press holds, and is handed in; what is typed stays, and is not called handed in."""
        chair, panel, expert = self.desktop('chair'), self.desktop('panel'), self.desktop('expert')
        self.open_first(chair, panel, expert)
        self.press_score(panel, 0, 2)
        two, nine = self.button(panel, 2), self.button(panel, 9)
        with self.city.slow_disk('panel'):
            nine.click()
            panel.wait_gone('label', tr('Handed in and saved on the server.'))
            two.click()
        self.see_handed_in(panel)
        two.wait_state('pressed')

        for criterion in self.criteria:
            field = expert.find('text', criterion['name']).set_text('7')
        expert.find('label', tr('Kept on this PC, not handed in yet.'))
        hand_in = expert.find('button', tr('Hand In')).wait_state('sensitive')
        with self.city.slow_disk('expert'):
            hand_in.click()
            expert.wait_gone('label', tr('Kept on this PC, not handed in yet.'))
            field.set_text('8')
            self.assertFalse(expert.find_all('label', tr('Kept on this PC, not handed in yet.')))
        if not self.has_failed(expert, tr('Changed, and not handed in yet.')):
            expert.find_row(re.compile(re.escape(self.titles[0]) + '.*' + re.escape(tr_in('ballot', 'Saved'))))
        field.wait_text('8')
        self.picture(expert, 'typed-while-written')
        with self.city.slow_disk('expert'):
            hand_in.click()
            expert.wait_gone('label', tr('Changed, and not handed in yet.'))
            field.set_text('9')
            hand_in.click()
        self.see_handed_in(expert)
        field.wait_text('9')
        self.assert_last('2', 7, 7, 9)

    def test_ballots_of_two_pcs(self):
        """Without a line both hand in about one finalist: the one that is not taken is told with what it said, and can be handed in."""
        chair, *both = self.desktop('chair'), self.desktop('expert'), self.desktop('expert', pc='home')
        self.open_first(chair, *both)
        self.city.stop_server()
        for given, judge in zip('78', both):
            judge.find('button', tr('Offline · saved here'))
            for criterion in self.criteria:
                judge.find('text', criterion['name']).set_text(given)
            judge.find('button', tr('Hand In')).wait_state('sensitive').click()
            judge.find('label', tr('Handed in on this PC. It is sent as soon as the server can be reached.'))
        self.city.restart_server()
        to_look_at = tr('%u to look at', '%u to look at', 1) % 1
        jipui.wait_until(lambda: any(judge.find_all('button', to_look_at) for judge in both), 'one of them is not taken', 60)
        given, judge = next((given, judge) for given, judge in zip('78', both) if judge.find_all('button', to_look_at))
        kept = '7' if given == '8' else '8'
        judge.find('text', self.criteria[0]['name']).wait_text(kept)
        judge.find('button', to_look_at).click()
        said = f'1. {self.titles[0]}\n' + ' · '.join(f"{one['name']} {given}" for one in self.criteria)
        judge.find('label', said)
        self.picture(judge, 'ballot-of-the-other-pc')
        jipui.assert_korean(judge, [*self.titles, *[one['name'] for one in self.criteria], self.city.url])
        judge.find('button', tr('Put away')).click()
        judge.find(None, tr('Put this text away?'))
        self.answer(judge, re.compile(re.escape(tr('Put Away'))))
        for criterion in self.criteria:
            judge.find('text', criterion['name']).set_text(given)
        judge.find('button', HAND_IN).wait_state('sensitive').click()
        self.see_handed_in(judge)
        jipui.wait_until(lambda: len(self.city.kept('SELECT id FROM ballot')) == 2, 'it is the second version')
        self.assert_last(None, *[int(given)] * 3)

    def test_what_is_given_while_the_disk_is_full(self):
        """It is not called kept or handed in, stays on the card, and is handed in again."""
        disks = {login: faults.Faults(self.city.root / f'pc-{login}') for login in ('panel', 'expert')}
        chair = self.desktop('chair')
        panel, expert = (self.desktop(login, env=disk.environment()) for login, disk in disks.items())
        self.open_first(chair, panel, expert)
        for disk in disks.values():
            disk.arm(faults.WRITE, 'jiphyeon.db', problem=errno.ENOSPC, count=-1)
        nine = self.button(panel, 9).click()
        panel.find('label', FAILED)
        panel.find('label', f'1. {self.titles[0]}: {FAILED}')
        self.picture(panel, 'full-disk-panel')
        for criterion in self.criteria:
            expert.find('text', criterion['name']).set_text('7')
        expert.find('label', tr('Not saved: the disk of this PC takes nothing'))
        expert.find('button', tr('Hand In')).wait_state('sensitive').click()
        expert.find('label', FAILED)
        self.picture(expert, 'full-disk-expert')
        for disk in disks.values():
            disk.clear()
        for judge in (panel, expert):
            judge.find('button', tr('Hand In')).wait_state('sensitive').click()
            judge.find('label', tr('Handed in and saved on the server.'))
        nine.wait_state('pressed')
        self.assertEqual(panel.find_all('button', HAND_IN), [])
        self.assert_last('9', 7, 7, 7)


if __name__ == '__main__':
    jipunit.main()
