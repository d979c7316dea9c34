# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/protocol.md is enough: a client that was written from it alone plays every call, table, mutation and error code
that it lists against a real server. What is listed and has no case here fails the last test."""

import hashlib
import json
import os
import shutil
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../server'))
from city import JUDGES, PASSWORD, PICKING, RULES, SEEN, USERS, Model, NotedWire, Player, error_of
from harness import AT, Server, jipctl, run_tests
from page import Page
from replica import Blobs, Feed, Replica, Wire, WireError, canonical, digest, events, generate, new_id, now

PAGE = Page()
# Codes that a program on the PC gives, never the server; and those that need a broken machine.
OF_THE_PC = {'not-a-pdf', 'damaged', 'encrypted', 'empty', 'no-text', 'unsupported', 'limit', 'no-sandbox', 'cancelled', 'offline'}
OF_A_BROKEN_SERVER = {'timeout', 'busy', 'database', 'storage-full', 'unavailable', 'internal', 'file'}
# A proposal has one state so far, which nothing came before.
OF_LATER_STATES = {('proposal_step', 'from'), ('proposal_step', 'reason')}
SLIDES = b'%PDF-1.7\n' + bytes(range(256)) * 40

model = Model()
server = Server(users=USERS, options=['--llm-url', model.url]).start()
people = {login: Player(server, login) for login, *_ in USERS}
kim, lee, host, chair, guest = (people[login] for login in ('kim', 'lee', 'host', 'chair', 'guest'))
made = {}  # what one test makes and later ones look at


def url():
    return f'http://127.0.0.1:{server.port}'


def sha256_of(value):
    return hashlib.sha256(canonical(value)).hexdigest()


def idea(**more):
    return {'id': new_id(), 'kind': 'proposal', 'title': '제목', 'body': '본문', 'anonymous': False, **more}


def raw(person, method, path, text, kind='application/json', **headers):
    return person.wire.once(method, path, text if isinstance(text, bytes) else text.encode(), {'Content-Type': kind, **headers})


def test_values():
    assert canonical({'b': [1, -0.0, 1e21, 1e-7, 0.1, 123456789012.5, 5e-324, 1e20], 'a': '\x07"\\\n\x7f한'}) == (
        '{"a":"\\u0007\\"\\\\\\n\x7f한","b":[1,0,1e+21,1e-7,0.1,123456789012.5,5e-324,100000000000000000000]}').encode()
    assert canonical({'\ufb33': 1, '\U0001f600': 2, '1': 3}) == '{"1":3,"\U0001f600":2,"\ufb33":1}'.encode()
    assert digest('vote', {}) == '0' * 64
    assert new_id()[14] == '7'


def test_sessions():
    wire = NotedWire(url(), patience=0)
    assert error_of(wire.sign_in, 'kim', 'no', 'PC') == (401, 'bad-credentials')
    assert error_of(wire.sign_in, 'kim', PASSWORD, '') == (400, 'bad-args')
    assert error_of(wire.session) == (401, 'unauthorized')
    session = wire.sign_in('kim', PASSWORD, 'PC')
    assert sorted(session) == ['expires', 'roles', 'token', 'user']
    assert sorted(session['user']) == ['department', 'department_name', 'id', 'login', 'name'] and session['roles'] == ['staff']
    assert wire.session() == {name: session[name] for name in ('user', 'roles', 'expires')}
    wire.sign_out()
    wire.token = session['token']
    assert error_of(wire.session) == (401, 'unauthorized')
    tried = 0
    while tried < 100:  # one more every two seconds
        try:
            wire.sign_in('nobody', 'no', 'PC')
        except WireError as error:
            tried += 1
            if error.code == 'rate-limited':
                assert tried > 30 and 1 <= error.detail['retry_after'] == error.retry_after <= 2
                return
            assert error.code == 'bad-credentials'
    raise AssertionError('a login may be tried without end')


def test_proposals():
    first = idea(category='교통', department=kim.user['department'])
    kim.expect('proposal.submit', first)
    kim.expect('proposal.submit', first)
    lee.refused('proposal.submit', first, 'id-taken')
    kim.refused('proposal.submit', idea(department=new_id()), 'not-found')
    kim.refused('proposal.submit', idea(kind='wish'), 'bad-args')
    kim.refused('proposal.submit', idea(body=''), 'bad-args')
    guest.refused('proposal.submit', idea(), 'forbidden')
    hidden = idea(anonymous=True, title=None)
    kim.expect('proposal.submit', hidden)
    comment = {'id': new_id(), 'proposal': first['id'], 'body': '좋습니다'}
    lee.expect('comment.add', comment)
    lee.expect('comment.add', comment)
    kim.refused('comment.add', comment, 'id-taken')
    lee.refused('comment.add', dict(comment, id=new_id(), proposal=new_id()), 'not-found')
    lee.refused('comment.add', dict(comment, id=new_id(), body='가' * 5001), 'bad-args')
    guest.refused('comment.add', dict(comment, id=new_id()), 'forbidden')
    people['e1'].expect('comment.add', dict(comment, id=new_id()))
    for on in (True, True, False, True):
        lee.expect('vote.set', {'proposal': first['id'], 'on': on})
    lee.refused('vote.set', {'proposal': new_id(), 'on': True}, 'not-found')
    lee.refused('vote.set', {'proposal': first['id'], 'on': 1}, 'bad-args')
    guest.refused('vote.set', {'proposal': first['id'], 'on': True}, 'forbidden')
    for one in (kim, lee):
        one.check()
    row = lee.row('proposal', first['id'])
    assert (row['votes'], row['comments'], row['author'], row['category']) == (1, 2, kim.user['id'], '교통')
    assert lee.row('vote', f"{first['id']}:{lee.user['id']}") and not kim.rows('vote')
    row = lee.row('proposal', hidden['id'])
    assert (row['author'], row['author_name'], row['author_department'], row['title']) == (None, None, None, None)
    assert set(kim.rows('own_proposal')) == {first['id'], hidden['id']} and not lee.rows('own_proposal')
    made.update(first=first['id'], hidden=hidden['id'])


def test_edits():
    edit = lambda version, **more: {'id': made['first'], 'base_version': version, **more}
    kim.expect('proposal.edit', edit(1, fields={'title': '새 제목'}))
    kim.expect('proposal.edit', edit(1, fields={'body': '새 본문'}))
    verdict = kim.expect('proposal.edit', edit(1, fields={'title': '다른 제목'}), 'conflict', 'version-conflict')
    assert verdict['detail'] == {'fields': {'title': {'base': '제목', 'server': '새 제목', 'yours': '다른 제목'}}, 'version': 3}
    kim.expect('proposal.edit', edit(99, fields={'category': ''}, base={'category': '교통'}))
    kim.refused('proposal.edit', edit(99, fields={'title': 'x'}), 'bad-args')
    kim.refused('proposal.edit', edit(1, fields={}), 'bad-args')
    kim.refused('proposal.edit', {'id': new_id(), 'base_version': 1, 'fields': {'title': 'x'}}, 'not-found')
    lee.refused('proposal.edit', edit(1, fields={'title': 'x'}), 'forbidden')
    kim.expect('proposal.edit', edit(1, fields={'title': '새 제목'}))
    kim.expect('proposal.edit', edit(4, fields={'body': '새 본문'}))
    lee.check()
    row = lee.row('proposal', made['first'])
    assert (row['title'], row['body'], row['category'], row['version']) == ('새 제목', '새 본문', None, 4), row
    versions = [one for one in lee.rows('proposal_version').values() if one['proposal'] == made['first']]
    assert sorted(one['lost'] for one in versions) == [False] * 4 + [True]
    assert [(one['title'], one['body'], one['category']) for one in versions if one['lost']] == [('다른 제목', '본문', '교통')]
    kim.expect('proposal.edit', edit(99, fields={'title': '진 제목'}, base={'title': '제목', 'category': '복지'}), 'conflict', 'version-conflict')
    kim.sync()
    lost = [one for one in kim.rows('proposal_version').values() if one['title'] == '진 제목']
    assert [(one['body'], one['category'], one['lost']) for one in lost] == [('새 본문', '복지', True)], lost


def test_blanks():
    for blank in (' ', '\t\n', '\xa0', '\u3000', '\v', '\x85', '\u2028'):
        kim.refused('proposal.submit', idea(body=blank), 'bad-args')
        one = idea(title=blank)
        kim.expect('proposal.submit', one)
        kim.sync()
        assert kim.row('proposal', one['id'])['title'] == blank


def test_files_of_ideas_and_comments():
    content = b'%PDF-1.7 ' + bytes(range(200))
    sha256 = hashlib.sha256(content).hexdigest()
    file = lambda **more: {'id': new_id(), 'proposal': made['first'], 'sha256': sha256, 'size': len(content), 'name': '자료.pdf',
                           'media_type': 'application/pdf', **more}
    first = file()
    kim.expect('attachment.add', first)
    kim.expect('attachment.add', first)
    lee.check()
    assert lee.row('attachment', first['id'])['arrived'] is False
    assert error_of(lee.wire.call, 'GET', '/v1/blobs/' + sha256) == (404, 'not-found')
    Blobs(kim.wire).upload(content)
    lee.check()
    row = lee.row('attachment', first['id'])
    assert row['arrived'] is True and row['comment'] is None and row['name'] == '자료.pdf', row
    assert Blobs(lee.wire).download(sha256) == content
    kim.refused('attachment.add', dict(first, name='다른.pdf'), 'id-taken')
    lee.refused('attachment.add', file(), 'forbidden')
    guest.refused('attachment.add', file(), 'forbidden')
    kim.refused('attachment.add', file(proposal=new_id()), 'not-found')
    kim.refused('attachment.add', file(comment=new_id()), 'not-found')
    kim.refused('attachment.add', file(size=1), 'bad-args')
    for name in ('../x', '.x', ' x', 'x ', 'a\\b', 'a\nb', '\u202ex', 'x' * 256, '가' * 86, ''):
        kim.refused('attachment.add', file(name=name), 'bad-args')
    for media_type in ('pdf', 'Text/plain', 'text/plain; x=y', 'a/' + 'b' * 99):
        kim.refused('attachment.add', file(media_type=media_type), 'bad-args')
    comment = {'id': new_id(), 'proposal': made['first'], 'body': '근거입니다'}
    lee.expect('comment.add', comment)
    kim.refused('attachment.add', file(comment=comment['id']), 'forbidden')
    lee.refused('attachment.add', file(comment=comment['id'], proposal=made['hidden']), 'not-found')
    for _ in range(20):
        lee.expect('attachment.add', file(comment=comment['id']))
    lee.refused('attachment.add', file(comment=comment['id']), 'limit')
    kim.check()
    assert len([row for row in kim.rows('attachment').values() if row['comment'] == comment['id'] and row['arrived']]) == 20
    gone = {'id': first['id'], 'proposal': made['first']}
    lee.refused('attachment.remove', gone, 'forbidden')
    kim.refused('attachment.remove', {'id': first['id'], 'proposal': 'x'}, 'bad-args')
    kim.refused('attachment.remove', dict(gone, id=new_id()), 'not-found')
    kim.refused('attachment.remove', dict(gone, proposal=made['hidden']), 'not-found')
    kim.expect('attachment.remove', gone)
    kim.expect('attachment.remove', gone)
    kim.expect('attachment.add', first)
    lee.check()
    assert not lee.row('attachment', first['id'])


def test_drafts():
    document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '초안', 'fields': {}, 'sections': []}
    draft = {'id': new_id(), 'base_version': 0, 'document': document}
    kim.expect('draft.save', draft)
    kim.expect('draft.save', dict(draft, base_version=1, document=dict(document, title='둘째')))
    verdict = kim.expect('draft.save', dict(draft, base_version=1, document=dict(document, title='셋째')), 'conflict', 'version-conflict')
    assert verdict['detail']['version'] == 2 and verdict['detail']['kept'], verdict
    lee.refused('draft.save', draft, 'id-taken')
    kim.refused('draft.save', dict(draft, id=new_id(), document={'format': 'x'}), 'bad-args')
    for name in document:
        less, new = {key: value for key, value in document.items() if key != name}, new_id()
        if name in ('format', 'type', 'sections'):
            kim.refused('draft.save', dict(draft, id=new, document=less), 'bad-args')
        else:
            kim.expect('draft.save', dict(draft, id=new, document=less))
    guest.expect('draft.save', dict(draft, id=new_id()))
    far = dict(draft, id=new_id(), base_version=2**30)
    for name, args in (('draft.save', far), ('draft.delete', {'id': draft['id'], 'base_version': 2**30})):
        for beyond in (2**30 + 1, 2**31 - 1, 2**31, 2**53 - 1):
            kim.refused(name, dict(args, base_version=beyond), 'bad-args')
    kim.expect('draft.save', far)
    for _ in range(2):
        kim.expect('draft.delete', {'id': far['id'], 'base_version': 2**30, 'base_sha256': sha256_of(document)})
        kim.expect('draft.save', far)
    kim.check()
    assert kim.row('draft', far['id'])['version'] == 2**30 + 3
    assert kim.row('draft', draft['id'])['version'] == 2
    lost = [row for row in kim.rows('draft_version').values() if row['lost']]
    assert [(row['id'], row['document']['title']) for row in lost] == [(verdict['detail']['kept'], '셋째')]
    gone = {'id': new_id(), 'base_version': 0, 'document': document}
    kim.expect('draft.save', gone)
    kim.check()
    kim.refused('draft.delete', {'id': 'x'}, 'bad-args')
    kim.refused('draft.delete', {'id': new_id()}, 'not-found')
    lee.refused('draft.delete', {'id': gone['id']}, 'not-found')
    kim.expect('draft.delete', {'id': gone['id']})
    kim.check()
    assert not kim.row('draft', gone['id']) and not kim.row('draft_version', gone['id'] + ':1')


def test_a_save_names_the_text_that_it_is_made_from():
    first, second, other, third = ({'format': 'jip-draft/1', 'type': 'press-release', 'title': title, 'fields': {}, 'sections': []}
                                   for title in ('초안', '고친 초안', '다른 PC의 초안', '이어 쓴 초안'))
    draft = {'id': new_id(), 'base_version': 0, 'document': first}
    kim.expect('draft.save', draft)
    kim.expect('draft.save', dict(draft, base_version=1, document=other))
    # made one behind the other before either was acknowledged: 2 is another PC's number
    for base, text, number in ((first, second, 1), (second, third, 2)):
        kim.expect('draft.save', dict(draft, base_version=number, base_sha256=sha256_of(base), document=text), 'conflict', 'version-conflict')
    kim.refused('draft.save', dict(draft, base_version=2, base_sha256='x', document=third), 'bad-args')
    kim.check()
    assert kim.row('draft', draft['id'])['document'] == other
    kim.expect('draft.save', dict(draft, base_version=1, base_sha256=sha256_of(other), document=third))
    kim.check()
    assert (kim.row('draft', draft['id'])['document'], kim.row('draft', draft['id'])['version']) == (third, 3)


def test_drafts_are_deleted_as_they_were_seen():
    document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '초안', 'fields': {}, 'sections': []}
    second = dict(document, title='다른 PC에서 고친 초안')
    draft = {'id': new_id(), 'base_version': 0, 'document': document}
    kim.expect('draft.save', draft)
    kim.expect('draft.save', dict(draft, base_version=1, document=second))
    for unseen in ({'base_version': 1}, {'base_version': 0}, {'base_version': 2, 'base_sha256': sha256_of(document)}):
        verdict = kim.expect('draft.delete', {'id': draft['id'], **unseen}, 'conflict', 'version-conflict')
        assert verdict['detail'] == {'version': 2}, verdict
    kim.refused('draft.delete', {'id': draft['id'], 'base_sha256': 'x'}, 'bad-args')
    kim.refused('draft.delete', {'id': draft['id'], 'base_version': -1}, 'bad-args')
    lee.refused('draft.delete', {'id': draft['id'], 'base_version': 2}, 'not-found')
    kim.check()
    assert kim.row('draft', draft['id'])['document'] == second
    # the writer of an unacknowledged save knows its text, not its number
    kim.expect('draft.delete', {'id': draft['id'], 'base_version': 1, 'base_sha256': sha256_of(second)})
    kim.check()
    assert not kim.row('draft', draft['id'])
    # an edit that was made elsewhere before the deletion was known there
    kim.expect('draft.save', dict(draft, base_version=1, document=dict(document, title='그 사이에 고친 초안')))
    kim.check()
    row = kim.row('draft', draft['id'])
    assert (row['title'], row['version']) == ('그 사이에 고친 초안', 3), row
    assert kim.row('draft_version', draft['id'] + ':3')['document'] == row['document']
    kim.expect('draft.delete', {'id': draft['id'], 'base_version': 7})
    kim.expect('draft.save', dict(draft, base_version=3))
    kim.check()
    assert kim.row('draft', draft['id'])['version'] == 8
    kim.expect('draft.delete', {'id': draft['id'], 'base_version': 8})


def create(rules, entries=4, **more):
    categories = [one['id'] for one in rules['categories']]
    return {'id': new_id(), 'title': '아이디어톤', 'rules': rules, 'chair': chair.user['id'],
            'entries': [{'id': new_id(), 'category': categories[n * len(categories) // entries], 'title': f'제안 {n + 1}'}
                        for n in range(entries)],
            'judges': [{'id': new_id(), 'user': people[login].user['id'], 'panel': panel} for login, panel in JUDGES], **more}


def test_texts_are_as_long_as_the_page_says():
    tried = 0
    for name, limits in PAGE.limits.items():
        for arg, most in limits.items():
            person, args = {'proposal.submit': lambda: (kim, idea()), 'event.create': lambda: (host, create(RULES)),
                            'comment.add': lambda: (kim, {'id': new_id(), 'proposal': made['first'], 'body': 'x'})}[name]()
            person.refused(name, dict(args, **{arg: '가' * (most + 1)}), 'bad-args')
            person.expect(name, dict(args, **{arg: '가' * most}))
            tried += 1
    assert tried == 6, PAGE.limits


def test_who_has_no_right_learns_no_state():
    args = create(RULES)
    host.expect('event.create', args)
    for step, more in (('open', {'entry': new_id()}), ('lots', {'lots': {new_id(): 1}}),
                       ('late', {'ballot': new_id(), 'admit': True, 'reason': 'x'})):
        kim.step(args['id'], step, 'forbidden', **more)
        kim.step(new_id(), step, 'not-found', **more)
    kim.step(args['id'], 'open', 'bad-args', entry='x')
    guest.refused('vote.set', {'proposal': new_id(), 'on': True}, 'forbidden')
    lee.refused('proposal.edit', {'id': made['first'], 'base_version': 1000, 'fields': {'title': 'x'}}, 'forbidden')


def ballot(event, entry, version=1, **contents):
    return {'id': new_id(), 'event': event, 'entry': entry, 'version': version, **contents}


def test_an_event_from_its_making_to_its_last_award():
    sha256 = host.keep_file(SLIDES)
    args = create(RULES, place='대강당')
    slides = {'sha256': sha256, 'size': len(SLIDES), 'name': '발표.pdf'}
    args['entries'][0].update(slides=slides, summary='요약', team='1팀', department='도로과')
    event, entries = args['id'], [one['id'] for one in args['entries']]
    judges = [one['id'] for one in args['judges']]
    e0, e1, s0, s1 = (people[login] for login, _ in JUDGES)
    assert error_of(Blobs(s0.wire).download, sha256)[0] == 404
    host.expect('event.create', args)
    host.expect('event.create', args)
    host.refused('event.create', dict(args, title='다른 제목'), 'id-taken')
    host.refused('event.create', dict(create(RULES), chair=new_id()), 'not-found')
    host.expect('event.create', dict(create(RULES), entries=[], judges=[]))
    for size in (len(SLIDES) - 1, len(SLIDES) + 1, 0):
        host.refused('event.create', dict(create(RULES), entries=[dict(args['entries'][0], id=new_id(), slides=dict(slides, size=size))]), 'bad-args')
    host.refused('event.create', create(dict(RULES, panels=RULES['panels'][:1])), 'bad-args')
    kim.refused('event.create', create(RULES), 'forbidden')
    assert Blobs(s0.wire, part=1000).download(sha256) == SLIDES
    s0.refused('ballot.submit', ballot(event, entries[0], score=5), 'wrong-state')
    kim.step(event, 'open', 'forbidden', entry=entries[0])
    chair.step(new_id(), 'open', 'not-found', entry=entries[0])
    chair.step(event, 'open', 'not-found', entry=new_id())
    chair.step(event, 'open', 'bad-args')
    chair.step(event, 'dance', 'bad-args')
    for wrong in ('', 'shut', 1):
        chair.step(event, 'open', 'bad-args', entry=entries[0], seen=wrong)
    chair.step(event, 'open', 'wrong-state', entry=entries[0], seen='closed')
    for step in ('close', 'reveal', 'lots'):
        chair.step(event, step, 'wrong-state', **{'close': {'entry': entries[0]}, 'lots': {'lots': {entries[0]: 1}}}.get(step, {}))
    for entry in entries[:3]:
        chair.step(event, 'open', entry=entry, seen='waiting')
    chair.step(event, 'open', 'wrong-state', entry=entries[0])
    chair.step(event, 'late', 'not-found', ballot=new_id(), admit=True, reason='없음')
    chair.step(event, 'present', 'wrong-state', entry=entries[0], seen=entries[1])
    chair.step(event, 'present', entry=entries[0], seconds=300, seen='')
    for given, kept in ((2, '2'), (-3, '-3'), ('1.50', '1.50'), ('-1.5', '-1.5')):
        chair.step(event, 'adjust', entry=entries[1], adjust=given, reason='시간 초과')
        kim.sync()
        assert kim.row('entry', entries[1])['adjust'] == kept
    for given in (1.5, '+1', '1.12345', 1000000, ''):
        chair.step(event, 'adjust', 'bad-args', entry=entries[1], adjust=given, reason='시간 초과')
    chair.step(event, 'withdraw', entry=entries[3], reason='불참')
    chair.step(event, 'withdraw', 'wrong-state', entry=entries[3], reason='불참')
    chair.step(event, 'recuse', judge=judges[0], entry=entries[1], kind='excluded', reason='공동 저자')
    s1.step(event, 'recuse', judge=judges[3], entry=entries[1], kind='self', reason='회피')
    s0.step(event, 'recuse', 'forbidden', judge=judges[3], entry=entries[2], kind='self', reason='회피')
    first = ballot(event, entries[0], score=8)
    s0.expect('ballot.submit', first)
    s0.expect('ballot.submit', first)
    s0.expect('ballot.submit', dict(first, score=7, id=new_id()), 'conflict', 'ballot-conflict')
    s1.refused('ballot.submit', dict(first), 'id-taken')
    s0.refused('ballot.submit', ballot(event, entries[0], 2, score=11), 'bad-args')
    s0.refused('ballot.submit', ballot(new_id(), entries[0], score=1), 'not-found')
    kim.refused('ballot.submit', ballot(event, entries[0], score=1), 'forbidden')
    s0.expect('ballot.submit', ballot(event, entries[0], 5, score='9.25'))
    for judge, new in ((e0, 50), (e1, '40.5')):
        for entry in entries[:3]:
            judge.expect('ballot.submit', ballot(event, entry, scores={'new': new, 'useful': 30}))
    s1.expect('ballot.submit', ballot(event, entries[0], score=6))
    s0.expect('ballot.submit', ballot(event, entries[1], score=6))
    chair.step(event, 'close', 'wrong-state', entry=entries[2], seen='waiting')
    chair.step(event, 'close', entry=entries[2], seen='open')
    late = ballot(event, entries[2], score=3)
    for admit, judge, args_ in ((True, s0, late), (False, s1, ballot(event, entries[2], score=10))):
        judge.expect('ballot.submit', args_, 'ok', 'late')
        chair.step(event, 'late', ballot=args_['id'], admit=admit, reason='정전')
    chair.check()
    assert not chair.rows('ballot') and not chair.rows('result') and len(chair.rows('late_ballot')) == 2
    assert {row['judge'] for row in chair.rows('submission').values()} == set(judges)
    chair.step(event, 'lock')
    chair.step(event, 'lock', 'wrong-state')
    s0.expect('ballot.submit', ballot(event, entries[1], 9, score=0), 'ok', 'late')
    for step, more in (('present', {'entry': None}), ('adjust', {'entry': entries[0], 'adjust': 1, 'reason': 'x'}),
                       ('late', {'ballot': late['id'], 'admit': False, 'reason': 'x'}),
                       ('recuse', {'judge': judges[2], 'entry': entries[0], 'kind': 'challenged', 'reason': 'x'})):
        chair.step(event, step, 'wrong-state', **more)
    chair.step(event, 'lots', lots={entry: n for n, entry in enumerate(entries, 1)})
    chair.sync()
    for seen in range(chair.row('result', event)['reveal_steps']):
        chair.step(event, 'reveal', seen=seen)
        chair.step(event, 'reveal', 'wrong-state', seen=seen)
    chair.step(event, 'reveal', 'wrong-state')
    for person in people.values():
        person.check()
    row = kim.row('event', event)
    assert row['state'] == 'revealed' and row['revealed'] == len(kim.rows('reveal')) == chair.row('result', event)['reveal_steps'], row
    result = people['audit'].row('result', event)
    assert hashlib.sha256(result['result'].encode()).hexdigest() == result['sha256']
    assert json.loads(result['result'])['format'] == 'jip-result/1'
    assert len(s0.rows('ballot')) == len([b for b in chair.rows('ballot').values() if b['judge'] == judges[2]])


def test_an_event_that_picks():
    args = create(PICKING, entries=3)
    event, entries = args['id'], [one['id'] for one in args['entries']]
    host.expect('event.create', args)
    chair.step(event, 'open', 'not-found', category='none')
    chair.step(event, 'open', category='all')
    for login, picks in (('s0', entries[:2]), ('s1', [])):
        people[login].expect('ballot.submit', {'id': new_id(), 'event': event, 'category': 'all', 'version': 1, 'picks': picks})
    people['s0'].refused('ballot.submit', {'id': new_id(), 'event': event, 'category': 'all', 'version': 2, 'picks': entries}, 'bad-args')
    chair.step(event, 'close', category='all')
    late = {'id': new_id(), 'event': event, 'category': 'all', 'version': 2, 'picks': entries[:1]}
    people['s1'].expect('ballot.submit', late, 'ok', 'late')
    chair.check()
    assert chair.row('event', event)['category_windows'] == {'all': 'closed'}
    made['codes'] = event


def test_a_code_joins_an_event():
    codes = [line.rsplit(',', 1)[-1].strip('"') for line in jipctl('event', 'codes', made['codes'], data=server.data).splitlines()[1:]]
    wire = NotedWire(url(), patience=0)
    session = wire.join(f' {codes[0].lower()} ', '심사석')
    assert session['user']['login'] in [login for login, _ in JUDGES], session
    assert set(session['roles']) & {'expert-judge', 'staff-judge'}, session
    assert error_of(wire.join, codes[0], '심사석') == (401, 'bad-credentials')


def test_rows_come_and_go_with_a_role():
    jipctl('user', 'import', '-', data=server.data, text='login,name,department,roles\nlee,이,도로과,staff auditor\n')
    lee.check()
    assert lee.rows('result') and lee.rows('ballot') and lee.rows('judge')
    jipctl('user', 'import', '-', data=server.data, text='login,name,department,roles\nlee,이,도로과,staff\n')
    lee.check()
    assert not lee.rows('result') and not lee.rows('ballot') and not lee.rows('judge')


def test_snapshot_and_pull_say_the_same():
    again = Player(server, 'kim')
    again.snapshot(limit=7)
    kim.check()
    again.check()
    small = Player(server, 'kim')
    small.pull(limit=3)
    for table in set(kim.tables()) | set(again.tables()) | set(small.tables()):
        assert kim.rows(table) == again.rows(table) == small.rows(table), table


def test_cursors():
    page = kim.wire.call('GET', '/v1/snapshot', query={'replica': new_id(), 'schema': 1, 'limit': 1})

    def ask(who, call, cursor, **more):
        return error_of(who.wire.call, 'GET', call, query={'replica': new_id(), 'schema': 1, 'cursor': cursor, **more})

    assert ask(kim, '/v1/pull', page['cursor']) == (400, 'bad-cursor')
    assert ask(kim, '/v1/snapshot', kim.get('cursor')) == (400, 'bad-cursor')
    cursor = kim.get('cursor')
    assert ask(lee, '/v1/pull', cursor) == (400, 'bad-cursor')
    for n in range(len(cursor)):
        assert ask(kim, '/v1/pull', cursor[:n] + ('A' if cursor[n] != 'A' else 'B') + cursor[n + 1:]) == (400, 'bad-cursor'), n
        assert n == 0 or ask(kim, '/v1/pull', cursor[:n]) == (400, 'bad-cursor'), n
    assert ask(kim, '/v1/pull', cursor, limit=1001) == (400, 'bad-args')
    kim.set('cursor', cursor[:-1])
    kim.check()


def test_the_envelope_of_a_push():
    one = Player(server, 'kim')

    def send(*mutations, who=one, **more):
        return who.wire.call('POST', '/v1/push', {'replica': one.get('replica'), 'schema': 1, 'mutations': list(mutations), **more})

    def vote(n, on=True, **more):
        return {'n': n, 'name': 'vote.set', 'args': {'proposal': made['first'], 'on': on}, 'at': AT, **more}

    def expected(*mutations):
        try:
            send(*mutations)
        except WireError as error:
            return error.code, error.detail

    assert expected(vote(2)) == expected(vote(2), vote(9)) == ('gap', {'expected': 1})
    assert expected(vote(1), vote(3)) == expected(vote(1), vote(1)) == ('gap', {'expected': 2})
    answer = send(vote(1), vote(2, name='vote.dance'), vote(3, at='noon'), vote(4, args=[]))
    assert [verdict.get('code') for verdict in answer['verdicts']] == [None, 'unknown-mutation', 'bad-args', 'bad-args']
    SEEN.codes.add(('unknown-mutation', 400))
    assert answer['last_n'] == 4 and sorted(answer) == ['epoch', 'last_n', 'seq', 'verdicts']
    assert send(vote(1))['verdicts'][0]['receipt'] == answer['verdicts'][0]['receipt']
    assert error_of(send, vote(1, on=False)) == (409, 'replica-cloned')
    assert error_of(send, vote(4), vote(6)) == (409, 'gap')
    assert error_of(send, vote(5), who=lee) == (409, 'replica-taken')
    assert error_of(send, vote(5), schema=0) == (426, 'schema-too-old')
    assert error_of(send, vote(5), schema=2) == (409, 'schema-unknown')
    assert error_of(send, *[vote(n) for n in range(5, 206)]) == (413, 'too-large')
    assert error_of(send, vote(5, args={'x': 'x' * 262144})) == (413, 'too-large')
    # of two mistakes the first is named: of the push itself, how many, of each in turn the form and the size, and the schema last
    assert error_of(send, *[vote(n) for n in range(5, 205)], {}, oldest='x') == (400, 'bad-request')
    assert error_of(send, *[vote(n) for n in range(5, 205)], {}) == (413, 'too-large')
    assert error_of(send, vote(5, args={'x': 'x' * 262144}), {}) == (413, 'too-large')
    assert error_of(send, {}, vote(5, args={'x': 'x' * 262144})) == (400, 'bad-request')
    assert error_of(send, vote(5), {}, schema=2) == (400, 'bad-request')
    assert error_of(send, vote(9), schema=2) == (409, 'schema-unknown')
    assert error_of(raw, one, 'POST', '/v1/push', '{"a":1,"a":2}') == (400, 'bad-json')
    assert error_of(raw, one, 'POST', '/v1/push', '{}', 'text/plain') == (415, 'bad-media-type')
    assert error_of(raw, one, 'PUT', '/v1/push', '{}') == (405, 'method-not-allowed')
    assert error_of(raw, one, 'GET', '/v1/none', '') == (404, 'not-found')
    assert error_of(raw, one, 'GET', '/v1/session', '', Padding='x' * 15500) == (431, 'headers-too-large')
    assert error_of(raw, one, 'GET', '/v1/session', '', Padding='x' * 50000)[0] == 431
    assert len(send(*[vote(n, on=bool(n % 2)) for n in range(5, 205)])['verdicts']) == 200


def test_a_copied_replica_takes_another_name():
    path = os.path.join(server.data, 'copied.db')
    first = Replica(people['s0'].wire, path)
    mine = [idea(title=f'제안 {n}') for n in range(4)]
    for args in mine[:2]:
        assert first.do('proposal.submit', args)['status'] == 'ok'
    shutil.copy(path, path + '-copy')
    copy = Replica(people['s0'].wire, path + '-copy')
    old = copy.get('replica')
    assert first.do('proposal.submit', mine[2])['status'] == 'ok'
    copy.queue('proposal.submit', mine[3])
    copy.push()
    assert copy.get('replica') != old and [copy.verdict(n)['status'] for n in (1, 2, 3)] == ['ok'] * 3
    copy.sync()
    assert all(copy.row('proposal', args['id'])['version'] == 1 for args in mine)
    assert copy.get('last_n') == 3


def test_files():
    content = os.urandom(100000)
    half, whole = Blobs(kim.wire, part=1000), Blobs(kim.wire)
    sha256 = half.upload(content, parts=30)
    answer, _ = kim.wire.once('HEAD', '/v1/blobs/' + sha256)
    assert answer.getheader('Upload-Offset') == '30000'
    assert error_of(whole.patch, sha256, 29999, content[29999:30001]) == (409, 'offset-conflict')
    assert error_of(whole.patch, sha256, 30000, content) == (413, 'too-large')
    assert error_of(whole.patch, sha256, 30000, b'') == (400, 'bad-request')
    assert error_of(whole.read, sha256, 0, 9) == (404, 'not-found')
    assert whole.upload(content) == sha256 and whole.upload(content) == sha256
    assert Blobs(kim.wire, part=4096).download(sha256) == content
    assert error_of(whole.read, sha256, 100000, 100001) == (416, 'bad-range')
    assert error_of(Blobs(lee.wire).read, sha256, 0, 9) == (404, 'not-found')
    assert error_of(whole.patch, sha256, 0, b'x') == (409, 'offset-conflict')
    wrong = hashlib.sha256(b'right').hexdigest()
    kim.wire.call('POST', '/v1/blobs', {'sha256': wrong, 'size': 5})
    assert error_of(whole.patch, wrong, 0, b'wrong') == (422, 'hash-mismatch')
    assert whole.upload(b'right') == wrong
    assert error_of(kim.wire.call, 'POST', '/v1/blobs', {'sha256': sha256, 'size': 1}) == (400, 'bad-args')


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, 'nothing came'
        time.sleep(0.01)


def followed(login):
    """A feed of LOGIN that runs beside the test, and its end."""
    feed = Feed(Player(server, login), wait=lambda seconds: time.sleep(min(seconds, 0.05)))
    reasons = []
    thread = threading.Thread(target=lambda: reasons.append(feed.run()), daemon=True)
    thread.start()
    wait_for(lambda: feed.pokes)
    SEEN.calls.add(('GET', '/v1/live'))

    def end():
        thread.join(30)
        assert not thread.is_alive()
        return reasons[0]
    return feed, end


def test_the_live_feed():
    feed, end = followed('lee')
    late = idea()
    kim.expect('proposal.submit', late)
    wait_for(lambda: feed.replica.row('proposal', late['id']))
    Wire(url(), feed.replica.wire.token).sign_out()
    assert end() == 'signed-out'
    feed, end = followed('guest')
    jipctl('user', 'disable', 'guest', data=server.data)
    assert end() == 'disabled'
    assert error_of(feed.replica.wire.session) == (401, 'unauthorized')


def test_the_feed_comes_back_after_a_restart():
    feed, end = followed('lee')
    port = server.port
    server.stop()
    wait_for(lambda: feed.bye == 'shutdown')
    server.start()
    for person in people.values():
        person.wire.url = Wire(url()).url
    feed.replica.wire.url = Wire(url()).url
    after = idea()
    kim.expect('proposal.submit', after)
    wait_for(lambda: feed.replica.row('proposal', after['id']))
    feed.stop()
    end()


def heard(person, **more):
    told = list(generate(person.wire, dict(request(), **more)))
    if told[-1][0] == 'error':
        SEEN.codes.add((told[-1][1]['code'], PAGE.codes[told[-1][1]['code']]))
    return told


def request():
    """The smallest request that the synced type asks for: each required field of its form is filled in."""
    body = kim.row('document_type', 'press-release')['body']
    samples = {'date': '2026-07-22', 'time': '14:00', 'amount': 350000, 'list': ['값'], 'file': ['자료.pdf']}
    fields = {one['id']: samples.get(one['kind'], '값') for one in body['fields'] if one['required']}
    section = next(one['id'] for one in body['sections'] if 'prompt' in one)
    return {'draft': new_id(), 'section': section, 'document_type': 'press-release', 'inputs': {'fields': fields}}


def test_generations():
    model.say('가람시는 ', '22일')
    told = heard(kim)
    names = [name for name, _ in told]
    assert names[0] == 'queued' and names[-1] == 'end' and set(names[1:-1]) == {'start', 'text'}, told
    assert ''.join(data['delta'] for name, data in told if name == 'text') == '가람시는 22일'
    assert told[-1][1]['reason'] == 'stop' and told[-1][1]['usage']['prompt_tokens'] == 7
    SEEN.calls.add(('POST', '/v1/generate'))
    unmasked = dict(request()['inputs'], instruction='010-1234-5678로 연락')
    for person, more, wanted in ((people['audit'], {}, (403, 'forbidden')),
                                 (kim, {'document_type': 'none'}, (404, 'not-found')),
                                 (kim, {'inputs': {'fields': {}}}, (400, 'bad-args')),
                                 (kim, {'inputs': unmasked}, (422, 'personal-data'))):
        assert error_of(heard, person, **more) == wanted
        SEEN.codes.add((wanted[1], wanted[0]))
    model.say()
    assert heard(kim)[-1][1]['code'] == 'model-failed'
    model.fail(400, {'code': 400, 'message': 'too long', 'type': 'exceed_context_size_error', 'n_prompt_tokens': 9001, 'n_ctx': 8192})
    assert heard(kim)[-1][1]['detail'] == {'prompt_tokens': 9001, 'context_tokens': 8192}
    model.server.shutdown()
    model.server.server_close()
    assert heard(kim)[-1][1]['code'] == 'model-unavailable'


def test_health():
    answer = Wire(url()).call('GET', '/healthz')
    assert sorted(answer) == ['epoch', 'installation', 'schema', 'status', 'version'] and answer['status'] == 'ok'
    _, text = kim.wire.once('GET', '/metrics')
    assert b'# TYPE' in text
    kim.wire.once('GET', '/healthz')
    assert error_of(kim.wire.call, 'POST', '/control', {}) == (404, 'not-found')


def test_everything_comes_back_after_a_restore():
    old = Server(users=USERS).start()
    writer, reader, maker = Player(old, 'kim'), Player(old, 'lee'), Player(old, 'host')
    kept = idea()
    writer.expect('proposal.submit', kept)
    writer.sync()
    backup = old.data + '-backup'
    jipctl('backup', backup, '--kept', data=old.data)
    writer.sync()
    assert writer.verdict(1) is None, 'what a kept backup holds may leave the queue'
    lost = [idea(title=f'잃은 제안 {n}') for n in range(3)]
    for args in lost:
        writer.expect('proposal.submit', args)
    reader.expect('vote.set', {'proposal': lost[0]['id'], 'on': True})
    sha256 = maker.keep_file(SLIDES)
    event = dict(create(RULES), chair=Player(old, 'chair').user['id'], judges=[])
    event['entries'][0]['slides'] = {'sha256': sha256, 'size': len(SLIDES), 'name': '발표.pdf'}
    maker.expect('event.create', event)
    players = (writer, reader, maker)
    for one in players:
        one.check()
    before = {table: reader.rows(table) for table in reader.tables()}
    epoch = reader.get('epoch')
    old.stop()
    again = Server(data=old.data + '-restored')
    again.restore(backup)
    again.start()
    for one in (reader, maker, writer):
        one.wire.url = Wire(f'http://127.0.0.1:{again.port}').url
        one.wire.sign_in(one.user['login'], PASSWORD, 'PC')
    assert error_of(reader.wire.call, 'GET', '/v1/pull', query=reader._query('cursor', None)) == (410, 'epoch-changed')
    for one in (reader, maker, writer, reader):
        one.sync()
    assert reader.get('epoch') != epoch
    wait_for(lambda: (reader.sync(), reader.row('proposal', lost[0]['id'])['votes'] == 1)[1])
    for one in players:
        one.check()
    assert Blobs(reader.wire).download(sha256) == SLIDES
    after = {table: reader.rows(table) for table in reader.tables()}
    assert set(after) == set(before)
    for table, rows in before.items():
        assert rows == after[table], (table, rows, after[table])
    again.stop()
    for folder in (backup, again.data):
        shutil.rmtree(folder)


def test_all_replicas_are_the_servers():
    for login, person in people.items():
        if login != 'guest':
            person.check()


def test_nothing_of_the_page_is_without_a_case():
    missing = []
    for name, codes in PAGE.mutations.items():
        seen = {code for mutation, _, code in SEEN.verdicts if mutation == name}
        missing += [f'{name}: {code}' for code in [None, *codes] if code not in seen]
        missing += [f'{name}: {code} is not on the page' for code in seen if code and code not in codes]
    for step in PAGE.steps:
        missing += [f'step {step}'] if (step, 'ok', None) not in SEEN.steps else []
    for table, fields in PAGE.tables.items():
        if SEEN.fields.get(table) != {tuple(fields)}:
            missing.append(f'table {table}: {fields} against {SEEN.fields.get(table)}')
        missing += [f'{table}.{field} was null' for field in SEEN.nulls.get(table, set()) - PAGE.nullable[table]]
        missing += [f'{table}.{field} was never null' for field in PAGE.nullable[table] - SEEN.nulls.get(table, set())]
        missing += [f'{table}.{field} was always null' for field in set(fields) - SEEN.filled.get(table, set())
                    if (table, field) not in OF_LATER_STATES]
    missing += [f'table {name} is not on the page' for name in set(SEEN.fields) - set(PAGE.tables)]
    missing += [f'{method} {path}' for method, path in PAGE.calls if (method, path) not in SEEN.calls and path != '/control']
    of_verdicts = {code for _, _, code in SEEN.verdicts}
    for code, status in PAGE.codes.items():
        if code in OF_THE_PC | OF_A_BROKEN_SERVER:
            continue
        if (code, status) not in SEEN.codes and code not in of_verdicts:
            missing.append(f'code {code} {status}')
    missing += [f'code {code} {status} is not on the page' for code, status in SEEN.codes if code and PAGE.codes.get(code) != status]
    assert not missing, '\n' + '\n'.join(sorted(missing))


run_tests(globals())
