# SPDX-License-Identifier: GPL-3.0-or-later
"""What may not be learnt through the wire: who wrote an anonymous proposal, and a result that is not revealed yet."""

import hashlib
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../server'))
from city import JUDGES, RULES, USERS, Player
from harness import AT, Server, run_tests
from replica import Blobs, WireError, canonical, new_id

server = Server(users=USERS).start()
people = {login: Player(server, login) for login, *_ in USERS}
kim, lee, host, chair = (people[login] for login in ('kim', 'lee', 'host', 'chair'))
FILE = b'%PDF-1.7 whoever has it'


def changes_of(person):
    """All that PERSON is told from now on, as sent."""
    page = person.wire.call('GET', '/v1/pull', query={'replica': new_id(), 'schema': 1, 'cursor': person.get('cursor'), 'limit': 1000})
    assert not page['more']
    return page['changes']


def plain(value, names):
    """VALUE as text without what differs between any two runs: ids, times and places in the feed."""
    text = canonical(value).decode()
    for row_id, name in names.items():
        text = text.replace(row_id, name)
    return re.sub(r'"[0-9]{4}-[0-9-]+T[0-9:.]+Z"', 'TIME', text)


def told_of_a_proposal(author, anonymous):
    """What everybody but its author is told of a proposal with an edit, an edit that lost, a comment and a vote."""
    proposal = new_id()
    for person in people.values():
        person.sync()
    author.expect('proposal.submit', {'id': proposal, 'kind': 'proposal', 'title': '제목', 'body': '본문', 'anonymous': anonymous})
    edit = {'id': proposal, 'base_version': 1, 'fields': {'title': '고친 제목'}}
    author.expect('proposal.edit', edit)
    author.expect('proposal.edit', dict(edit, fields={'title': '진 제목'}), 'conflict', 'version-conflict')
    author.expect('vote.set', {'proposal': proposal, 'on': True})
    file = {'id': new_id(), 'proposal': proposal, 'sha256': hashlib.sha256(FILE).hexdigest(), 'size': len(FILE), 'name': '자료.pdf',
            'media_type': 'application/pdf'}
    author.expect('attachment.add', file)
    Blobs(author.wire).upload(FILE)
    told = []
    for login in ('lee', 'audit', 'boss', 'guest'):
        person = people[login]
        for change in changes_of(person):
            lost = change['table'] == 'proposal_version' and change['row']['lost']
            told.append((login, plain(dict(change, seq=0), {change['id']: 'LOST'} if lost else {proposal: 'PROPOSAL'})))
        verdict = person.refused('attachment.add', dict(file, id=new_id()), 'forbidden')
        told.append((login, plain({name: verdict[name] for name in ('status', 'code', 'message')}, {})))
        verdict = person.refused('attachment.remove', {'id': file['id'], 'proposal': proposal}, 'forbidden')
        told.append((login, plain({name: verdict[name] for name in ('status', 'code', 'message')}, {})))
        for args in (edit, dict(edit, base_version=99), dict(edit, fields={'title': '고친 제목'})):
            verdict = person.refused('proposal.edit', args, 'forbidden')
            told.append((login, plain({name: verdict[name] for name in ('status', 'code', 'message')}, {})))
    return [(login, text.replace(proposal, 'PROPOSAL').replace(file['id'], 'FILE')) for login, text in told]


def test_an_anonymous_author_is_nowhere():
    """Two authors of different departments look the same, and no name is told; one who signs is named."""
    one, two = told_of_a_proposal(kim, True), told_of_a_proposal(people['s0'], True)
    assert one == two and len(one) > 20, [pair for pair in zip(one, two) if pair[0] != pair[1]][:2]
    for person in (kim, people['s0']):
        assert not [text for _, text in one + two if person.user['id'] in text or f'"{person.user["name"]}"' in text]
    named = told_of_a_proposal(kim, False)
    assert [text for _, text in named if kim.user['id'] in text]
    assert len(named) == len(one), 'not even the number of changes tells'


# With two seats for one award the number of reveal steps says which category the grand prize is taken from.
TWO_SEATS = dict(RULES, awards={'per_category': [{'id': 'best', 'name': '최우수', 'seats': 2}], 'grand': RULES['awards']['grand']})


def play(first, last, rules=RULES, categories=('inner', 'inner', 'citizen', 'citizen')):
    """An event whose first entry gets FIRST points and whose last one gets LAST, locked; its id, what to call its
    ids, and how far the feed went."""
    args = {'id': new_id(), 'title': '아이디어톤', 'rules': rules, 'chair': chair.user['id'],
            'entries': [{'id': new_id(), 'category': category, 'title': f'제안 {n}'} for n, category in
                        enumerate(categories)],
            'judges': [{'id': new_id(), 'user': people[login].user['id'], 'panel': panel} for login, panel in JUDGES]}
    event, entries = args['id'], [entry['id'] for entry in args['entries']]
    names = {event: 'EVENT', **{row['id']: f'{kind} {n}' for kind in ('entries', 'judges') for n, row in enumerate(args[kind])}}
    for person in people.values():
        person.sync()
    before = kim.pull()['seq']
    host.expect('event.create', args)
    for entry in entries:
        chair.step(event, 'open', entry=entry)
    points = dict(zip(entries, (first, 5, 4, last)))
    for login, panel in JUDGES:
        for entry, score in points.items():
            what = {'score': score} if panel == 'staff' else {'scores': {'new': score, 'useful': score}}
            people[login].expect('ballot.submit', {'id': new_id(), 'event': event, 'entry': entry, 'version': 1, **what})
    chair.step(event, 'lock')
    seq = kim.wire.call('GET', '/v1/pull', query={'replica': new_id(), 'schema': 1, 'cursor': kim.get('cursor')})['seq']
    return event, names, seq - before


def told_of_an_event(event, names, moved):
    told = [('everybody', moved)]
    for login in ('kim', 'host', 'boss', 'guest'):
        changes = changes_of(people[login])
        assert {change['table'] for change in changes}.isdisjoint({'ballot', 'result', 'late_ballot'}), login
        told += sorted((login, plain(dict(change, seq=0), names)) for change in changes)
        for step, args in (('reveal', {}), ('lots', {'lots': {event: 1}}), ('late', {'ballot': event, 'admit': True, 'reason': 'x'})):
            verdict = people[login].refused('event.step', {'event': event, 'step': step, 'args': args}, 'forbidden')
            told.append((login, verdict['message']))
    return told


def test_a_result_is_told_by_its_reveal_alone():
    """After the lock two events with opposite winners still look the same to all but chair and auditor, and each
    reveal tells its own award and no better one."""
    one, two = play(9, 1), play(1, 9)
    kim.sync()
    for event, *_ in (one, two):
        row = kim.row('event', event)
        assert (row['state'], row['revealed']) == ('locked', 0), row
    for rules, categories in ((RULES, ('inner', 'inner', 'citizen', 'citizen')),
                              (TWO_SEATS, ('inner', 'citizen', 'citizen', 'citizen'))):
        played = [told_of_an_event(*play(*points, rules, categories)) for points in ((9, 1), (1, 9))]
        assert played[0] == played[1], [pair for pair in zip(*played) if pair[0] != pair[1]][:2]
    event = one[0]
    best = []
    for n in range(1, 3):
        kim.sync()
        assert sorted(row['n'] for row in kim.rows('reveal').values() if row['event'] == event) == list(range(1, n))
        chair.step(event, 'reveal')
        kim.sync()
        best.append(kim.row('reveal', f'{event}:{n}')['award'])
    assert best == ['best', 'grand'], best


def draft(text, replica, n):
    body = ('{"replica":"%s","schema":1,"mutations":[{"n":%d,"name":"draft.save","at":"%s","args":{"id":"%s","base_version":0,"document":'
            '{"format":"jip-draft/1","type":"press-release","title":"x","sections":[],"more":%s}}}]}' % (replica, n, AT, new_id(), text))
    _, answer = kim.wire.once('POST', '/v1/push', body.encode(), {'Content-Type': 'application/json'})
    return json.loads(answer)['verdicts'][0]


def test_numbers_come_back_or_are_refused():
    """A number beyond a double would come back as null: it is refused. All others come back, and the digests agree."""
    replica = new_id()
    for n, text in enumerate(('1e400', '[{"a":-1e400}]', '1E+309'), 1):
        verdict = draft(text, replica, n)
        assert (verdict['status'], verdict['code']) == ('rejected', 'bad-args'), (text, verdict)
    for n, text in enumerate(('-0', '-0.0', '1e-400', '0.1', '1e21', '1e22', '1E2', '5e-324', '1.7976931348623157e308', '1e-6', '1e-7',
                              '9007199254740992', '{"\\ud83d\\ude00":1,"\\ufb33":2}', '"\\u007f\\u2028\\/"'), 4):
        assert draft(text, replica, n)['status'] == 'ok', text
        kim.sync()
        newest = max(kim.rows('draft').values(), key=lambda row: row['received_at'])
        assert canonical(newest['document']['more']) == canonical(json.loads(text)), (text, newest)
    kim.check()


def test_the_head_of_a_file_tells_its_whole_size():
    content = os.urandom(3000)
    sha256 = Blobs(kim.wire).upload(content)
    answer, _ = kim.wire.once('HEAD', '/v1/blobs/' + sha256, headers={'Range': 'bytes=0-9'})
    assert (answer.status, answer.getheader('Content-Length')) == (200, '3000')
    lee.wire.call('POST', '/v1/blobs', {'sha256': sha256, 'size': 3000})
    try:
        Blobs(lee.wire).patch(sha256, 0, bytes(3000))
        raise AssertionError('another file was taken for this one')
    except WireError as error:
        assert error.code == 'hash-mismatch'
    assert Blobs(kim.wire).download(sha256) == content


run_tests(globals())
