# SPDX-License-Identifier: GPL-3.0-or-later
"""An event from the first presentation to the last award: chair, expert and staff judge, each at a desktop of their own."""

import re
from fractions import Fraction

import jipunit
from city import random_word
from hall import HallTest, pattern
from jipui import tr

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


if __name__ == '__main__':
    jipunit.main()
