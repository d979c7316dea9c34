# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job from beginning to end, done in real windows through their widgets as people would. Called by tools/run.

Leaves pictures, and the papers that were made, in --out. Run it under tests/ui/run.
"""

import argparse
import contextlib
import itertools
import os
import re
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / 'tests/ui'))
import jipui  # noqa: E402
import judges  # noqa: E402
import logins  # noqa: E402
from jipui import tr  # noqa: E402

LONG = 60


class Tour:
    def __init__(self, options, folder):
        self.options = options
        self.folder = Path(folder)
        self.people = logins.read(options.demo / 'server/logins.txt')
        self.desktops = {}
        self.pictures = 0

    def desktop(self, who):
        """The desktop of one person, signed in and with the first data there."""
        if who.login not in self.desktops:
            secret = self.folder / f'{who.login}.password'
            secret.touch(mode=0o600)
            secret.write_text(who.password, encoding='utf-8')
            program = jipui.Program([TOP / '_build/src/app/jiphyeon', '--server', self.options.server, '--login', who.login,
                                     '--password-file', secret, '--data', self.folder / who.login],
                                    log=self.folder / f'{who.login}.log')
            program.start()
            self.desktops[who.login] = program
            program.find(None, tr('Saved'), timeout=LONG)
        return self.desktops[who.login].front()

    def close(self, who):
        self.desktops.pop(who.login).stop()

    def close_all(self):
        for program in self.desktops.values():
            program.stop()

    def picture(self, program, name):
        program.front()
        self.pictures += 1
        path = self.options.out / f'{self.pictures:02}-{name}.png'
        program.picture_of_window(path)
        print(f'  {path.name}', flush=True)

    def stage_picture(self, program, stage, name):
        """The window of the hall, as large as the screen."""
        program.focus_window(stage)
        self.pictures += 1
        path = self.options.out / f'{self.pictures:02}-{name}.png'
        program.picture(path)
        print(f'  {path.name}', flush=True)

    def area(self, program, title):
        """Opens an area by its button in the header bar."""
        program.find(None, re.compile('^' + re.escape(tr(title))),
                     where=lambda node: node.role in ('page tab', 'toggle button', 'radio button')).click()


def write_idea(tour):
    writer, reader = tour.people['staff'][:2]
    one = tour.desktop(writer)
    tour.area(one, 'Ideas')
    one.find('list', tr('Ideas'))
    tour.picture(one, 'ideas')
    two = tour.desktop(reader)
    tour.area(two, 'Ideas')

    text = ('회의록을 받아 적느라 회의에 끼지 못합니다. 녹음한 것을 글로 옮겨 주고, 정한 일과 맡은 사람을 표로 뽑아 주면 좋겠습니다.\n'
            f'({time.strftime("%H:%M:%S")}에 쓴 제안)')
    one.front()
    one.find('button', tr('Write an Idea')).click()
    one.find('text', tr('Your idea')).set_text(text)
    one.find('label', tr('Saved on this PC'))
    tour.picture(one, 'idea-being-written')
    one.find('button', tr('Send')).click()
    sent = time.monotonic()
    two.find_row(text.splitlines()[0][:20])
    print(f'  another desktop showed the idea after {time.monotonic() - sent:.2f} s', flush=True)

    two.front()
    two.find_row(text.splitlines()[0][:20]).click()
    two.find(None, re.compile(re.escape(tr('♥ Support %d').split('%d')[0])), where=lambda node: 'button' in node.role).click()
    two.find('text', tr('Your comment')).set_text('저도 필요합니다. 감사 자료로도 쓸 수 있겠네요.')
    two.find('button', tr('Add Comment')).click()
    two.find_text('감사 자료로도 쓸 수 있겠네요')
    tour.picture(two, 'idea-supported')


def fill(program, label, text):
    """A field of a form by its label."""
    program.find(None, label, where=lambda node: 'editable' in node.states).set_text(text)


def choose_file(program, title, path):
    """Types a path into GTK's file dialog, as Ctrl+L allows, and takes it."""
    dialog = program.window_named(tr(title))
    program.focus_window(dialog)
    program.keys('ctrl+l')
    entry = dialog.find(None, None, where=lambda node: 'editable' in node.states and 'focused' in node.states)
    entry.set_text(str(path))
    program.keys('Return')
    jipui.wait_until(lambda: tr(title) not in [window.name for window in program.windows()], 'the file dialog closes', LONG,
                     program.dump)


def write_draft(tour):
    writer = tour.people['staff'][0]
    program = tour.desktop(writer)
    tour.area(program, 'Drafts')
    program.find('label', '보도자료')
    tour.picture(program, 'papers')
    program.find('label', '보도자료').mouse_click()
    fill(program, '제목', '한빛시, 시민과 함께하는 인공지능 체험 마당 연다')
    fill(program, '담당 부서', '데이터정보화담당관')
    fill(program, '일자', '2026-12-07')
    fill(program, '장소', '물빛문화회관 1층')
    fill(program, '알릴 사실', '시민과 함께하는 인공지능 체험 마당을 12월 7일 오후 2시부터 5시까지 연다.\n시민 117명이 참여한다.')

    source = tour.folder / 'source.pdf'
    source.write_bytes((tour.options.demo / 'server/papers/보도-참고자료.pdf').read_bytes())
    program.find('button', tr('Add Files…')).click()
    choose_file(program, 'Choose Sources', source)
    program.find_text('source.pdf')
    tour.picture(program, 'form-with-a-source')

    write = program.find('button', tr('Write the Draft')).wait_state('sensitive')
    write.click()
    if not tour.options.no_model:
        program.find('button', tr('Stop'))
        program.find('label', re.compile(r'· [1-9]\d+자'), timeout=3 * LONG)  # the first words have come
        tour.picture(program, 'draft-streaming')
        program.wait_gone('button', tr('Stop'), timeout=10 * LONG)
    program.find_text('117', timeout=LONG)
    tour.picture(program, 'draft')

    for item, title, ending in (('HWPX (Hangul)…', 'Export as HWPX', 'hwpx'), ('PDF…', 'Export as PDF', 'pdf')):
        program.find('button', tr('Export')).click()
        program.find(None, tr(item)).click()
        path = tour.options.out / f'press-release.{ending}'
        choose_file(program, title, path.resolve())
        jipui.wait_until(path.exists, f'{path} is written', LONG, program.dump)
        print(f'  {path.name}', flush=True)


def sentence(message, *values):
    """A translated sentence with its places filled (by a pattern too), as a pattern; None leaves a place open."""
    first, *parts = re.split(r'%[sdu]', tr(message))
    text = '^' + re.escape(first)
    for part, value in zip(parts, values):
        text += '.*' if value is None else value.pattern if isinstance(value, re.Pattern) else re.escape(str(value))
        text += re.escape(part)
    return re.compile(text)


def ending(text):
    """A name that ends so: GTK puts a button's mnemonic before its label."""
    return re.compile(re.escape(text) + '$')


def next_step(program, name):
    program.front()
    program.find('button', name, timeout=LONG).wait_state('sensitive').click()


def judge_event(tour):
    chair = tour.desktop(tour.people['chair'][0])
    tour.area(chair, 'Idea-thon')
    expert = tour.desktop(tour.people['expert-judge'][0])
    tour.area(expert, 'Idea-thon')
    staff = tour.desktop(tour.people['staff-judge'][0])
    tour.area(staff, 'Idea-thon')

    next_step(chair, sentence('Present no. %d: %s', 1, None))
    next_step(chair, sentence('Open Scoring of No. %d', 1))
    tour.picture(chair, 'chair-waits-for-ballots')

    expert.front()
    expert.find('list', tr('Finalists')).find('row').mouse_click()
    for criterion, score in (('창의성', '35'), ('실현가능성', '27'), ('효과', '24.5')):
        fill(expert, criterion, score)
    expert.find('button', ending(tr('Hand In'))).wait_state('sensitive').click()
    expert.find('label', tr('Handed in and saved on the server.'))
    tour.picture(expert, 'expert-with-the-slides')

    staff.front()
    staff.find('list', tr('Finalists')).find('row').mouse_click()
    staff.find('button', ending(tr('%u point', '%u points', 9).replace('%u', '9'))).wait_state('sensitive').click()
    staff.find('label', tr('Handed in and saved on the server.'))
    tour.picture(staff, 'staff-judge')

    tour.picture(chair, 'chair-sees-who-is-missing')
    finalists = len(chair.find('list', tr('Finalists')).find_all('row'))
    with other_judges(tour):
        next_step(chair, sentence('Close Scoring of No. %d (%s)', 1, None))
        for number in range(2, finalists + 1):
            next_step(chair, sentence('Present no. %d: %s', number, None))
            next_step(chair, sentence('Open Scoring of No. %d', number))
            # the expert at the desktop scored the first one only
            next_step(chair, sentence('Close Scoring of No. %d (%s)', number, re.compile(r'\D* (1[23])/13.*')))
    tour.picture(chair, 'chair-before-the-lock')
    reveal(tour, chair)


@contextlib.contextmanager
def other_judges(tour):
    """All judges but the two at the desktops, as HTTP clients that follow the chair."""
    seated = {tour.people[role][0].login for role in ('expert-judge', 'staff-judge')}
    people = [(who.login, who.password) for role in ('expert-judge', 'staff-judge') for who in tour.people[role]
              if who.login not in seated]
    simulation = judges.Simulation(judges.parse_server(tour.options.server), people, pace=(0.1, 0.8))
    simulation.start()
    try:
        simulation.wait_until_seated()
        yield
    finally:
        simulation.end()
    summary = simulation.summary()
    print(f"  {summary['ballots']} ballots of {summary['judges']} other judges, acknowledged after {summary['p50_ms']:.0f} ms "
          f"(p99 {summary['p99_ms']:.0f} ms)", flush=True)
    if summary['problems']:
        raise AssertionError(summary['problems'])


def answer(program, name):
    """The button of a question."""
    program.find('button', name, where=lambda node: node.window().role == 'dialog').click()


def reveal(tour, chair):
    """Lock, lots where something is tied, the stage from the lowest award to the winners."""
    next_step(chair, tr('Lock and Count'))
    answer(chair, ending(tr('Lock and Count')))
    chair.find('button', re.compile('|'.join(map(re.escape, (tr('Draw Lots for What Is Tied…'),
                                                             tr('Reveal %s (%d of %d)').split('%s')[0])))), timeout=LONG)
    tour.picture(chair, 'chair-result')
    if chair.find_all('button', tr('Draw Lots for What Is Tied…')):
        next_step(chair, tr('Draw Lots for What Is Tied…'))
        answer(chair, ending(tr('Enter Lots')))
    chair.find('button', tr('Open the Stage')).click()
    stage = chair.window_named(tr('Stage'))
    chair.focus_window(stage)
    chair.keys('F11')
    for step in itertools.count(1):
        button = chair.find('button', re.compile('|'.join(one.pattern for one in (
            sentence('Reveal %s (%d of %d)', None, step, None), re.compile(re.escape(tr('Show All Winners on the Stage')))))),
            timeout=LONG).wait_state('sensitive')
        if button.name == tr('Show All Winners on the Stage'):
            break
        award = re.match(sentence('Reveal %s (%d of %d)', None, None, None).pattern.replace('.*', '(.*)', 1), button.name)[1]
        button.click()
        if step == 1:
            answer(chair, sentence('Reveal %s (%d of %d)', None, 1, None))
        for part in award.split(' · '):  # of which category, where there are several
            stage.find('label', part, timeout=LONG)
    tour.stage_picture(chair, stage, 'stage-the-last-award')
    button.click()
    stage.find('label', tr('Winners'))
    tour.stage_picture(chair, stage, 'stage-winners')


CHAPTERS = [('A press release, from a form and a source paper', write_draft),
            ('An idea, from one desktop to another', write_idea),
            ('An idea-thon: chair, expert and staff judge', judge_event)]


def parse_arguments():
    parser = argparse.ArgumentParser(description='Walks the demo city.')
    parser.add_argument('--server', required=True, metavar='URL')
    parser.add_argument('--demo', required=True, type=Path, metavar='FOLDER')
    parser.add_argument('--out', required=True, type=Path, metavar='FOLDER')
    parser.add_argument('--no-model', action='store_true')
    return parser.parse_args()


def main():
    options = parse_arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault('GTK_A11Y', 'atspi')
    with tempfile.TemporaryDirectory() as folder:
        tour = Tour(options, folder)
        try:
            for title, chapter in CHAPTERS:
                print(title, flush=True)
                chapter(tour)
        except Exception:
            for program in tour.desktops.values():
                print(f'-- {program.command}\n{program.dump()}\n{program.printed()[-2000:]}', file=sys.stderr)
            raise
        finally:
            tour.close_all()
    return 0


if __name__ == '__main__':
    sys.exit(main())
