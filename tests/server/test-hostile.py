# SPDX-License-Identifier: GPL-3.0-or-later
"""Every member of every mutation and call, each in turn replaced by what does not belong there: a named error or a verdict,
never a failure of the server, and what is rejected changes nothing."""

import copy
import json
import os
import random
import re

from harness import AT, Client, RULES, Server, error_of, event_args, new_id, run_tests

USERS = [['kim', '김철수', '재무국', 'staff', 'pw'], ['chair', '진행', '', 'staff', 'pw'], ['host', '주최', '', 'staff organiser', 'pw'],
         ['expert', '전문', '', 'staff', 'pw'], ['staff', '직원', '', 'staff', 'pw'], ['picker', '선택', '', 'staff', 'pw'],
         ['audit', '감사', '', 'auditor', 'pw'], ['boss', '관리', '', 'admin', 'pw'], ['out', '외부', '', '', 'pw']]
SEED = int(os.environ.get('JIP_SEED', '0')) or random.randrange(1, 10**9)
CASES = int(os.environ.get('JIP_CASES', '700'))
rng = random.Random(SEED)
server = Server(users=USERS).start()
database = server.database()
clients = {user[0]: Client(server, user[0]) for user in USERS}
KEPT = ('session', 'counter', 'audit', 'verdict', 'replica')
TABLES = [table for table in server.tables(database) if table not in KEPT]
CODES = {'bad-args', 'forbidden', 'not-found', 'wrong-state', 'id-taken', 'version-conflict', 'ballot-conflict', 'unknown-mutation'}
WRONG = [None, True, False, 0, -1, 1.5, 1e300, 2**53 - 1, '', ' ', 'x', '1e3', '99999999999', new_id(), [], [1], [[]], {}, {'x': 1}, 'x' * 30000]
# What no strict reader takes, as it stands in the text.
WRONG_TEXT = ['9007199254740993', '"\\u0000"', '"\\ud800"', '01', 'NaN', '"\x01"', '{"a":1,"a":1}']


def picking_rules():
    rules = copy.deepcopy(RULES)
    rules['panels'][0]['weight'], rules['panels'][1]['weight'] = 50, 30
    rules['panels'].append({'id': 'pick', 'name': '선택', 'weight': 20, 'mode': 'pick', 'picks': 2, 'normalise': 'top', 'quorum': 1})
    rules['precision'] = 2
    return rules


def paths_of(value, path=()):
    """The path of every member and element within."""
    for key, child in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield path + (key,)
        yield from paths_of(child, path + (key,))


def replaced(value, path, new):
    result = copy.deepcopy(value)
    inner = result
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return result


def without(value, path):
    result = copy.deepcopy(value)
    inner = result
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return result


class Stage:
    """An idea, a draft and an event in which each of the mutations below is possible."""

    def __init__(self):
        self.proposal, self.draft = new_id(), new_id()
        kim, host, chair = clients['kim'], clients['host'], clients['chair']
        kim.do('proposal.submit', {'id': self.proposal, 'kind': 'proposal', 'body': '글', 'anonymous': False})
        self.document = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '제목', 'sections': []}
        kim.do('draft.save', {'id': self.draft, 'base_version': 0, 'document': self.document})
        self.event = event_args(chair.user['id'], [(clients[login].user['id'], panel) for login, panel in
                                                   (('expert', 'expert'), ('staff', 'staff'), ('picker', 'pick'))], 4, picking_rules())
        host.do('event.create', self.event)
        self.entries = [entry['id'] for entry in self.event['entries']]
        chair.step(self.event['id'], 'open', entry=self.entries[0])
        chair.step(self.event['id'], 'open', entry=self.entries[1])
        chair.step(self.event['id'], 'close', entry=self.entries[1])
        chair.step(self.event['id'], 'open', category='inner')
        self.late = new_id()
        clients['staff'].do('ballot.submit', {'id': self.late, 'event': self.event['id'], 'entry': self.entries[1], 'version': 1,
                                              'score': 3}, 'ok', 'late')

    def mutations(self):
        event, entry = self.event['id'], self.entries[0]

        def step(name, **args):
            return 'chair', 'event.step', {'event': event, 'step': name, 'args': args}

        yield 'kim', 'proposal.submit', {'id': new_id(), 'kind': 'proposal', 'title': 't', 'body': 'b', 'category': 'c', 'anonymous': True}
        yield 'kim', 'proposal.edit', {'id': self.proposal, 'base_version': 1, 'fields': {'title': 't', 'body': 'b', 'category': 'c'}}
        yield 'kim', 'comment.add', {'id': new_id(), 'proposal': self.proposal, 'body': 'b'}
        yield 'kim', 'vote.set', {'proposal': self.proposal, 'on': True}
        yield 'kim', 'draft.save', {'id': self.draft, 'base_version': 1, 'document': dict(self.document, title='새 제목')}
        yield 'kim', 'draft.delete', {'id': self.draft}
        yield 'expert', 'ballot.submit', {'id': new_id(), 'event': event, 'entry': entry, 'version': 1,
                                          'scores': {'creativity': '38.5', 'feasibility': 20, 'effect': 20}}
        yield 'staff', 'ballot.submit', {'id': new_id(), 'event': event, 'entry': entry, 'version': 1, 'score': '9.25'}
        yield 'picker', 'ballot.submit', {'id': new_id(), 'event': event, 'category': 'inner', 'version': 1, 'picks': self.entries[:2]}
        yield step('open', entry=self.entries[2], seen='waiting')
        yield step('close', entry=entry, seen='open')
        yield step('present', entry=entry, seconds=300, seen='')
        yield step('withdraw', entry=entry, reason='r')
        yield step('adjust', entry=entry, adjust='-1.5', reason='r')
        yield step('recuse', judge=self.event['judges'][0]['id'], entry=entry, kind='excluded', reason='r')
        yield step('late', ballot=self.late, admit=True, reason='r')
        created = event_args(clients['chair'].user['id'], [(clients['expert'].user['id'], 'expert')], 2, picking_rules())
        yield 'host', 'event.create', created


def traces():
    """What a mutation leaves behind wherever it changes something."""
    counts = [f"SELECT '{table}' AS name, COUNT(*) AS n FROM {table}" for table in TABLES]
    return database.execute("SELECT name, value AS n FROM counter WHERE name = 'seq' UNION ALL " + ' UNION ALL '.join(counts)).fetchall()


def push_text(who, text):
    return who.call('POST', '/v1/push', f'{{"replica":"{who.replica}","schema":1,"mutations":[{text}]}}')


def accepts(who, name, args):
    """Whether it was accepted. What was not must have a name and have changed nothing."""
    before = traces()
    status, answer = push_text(who, json.dumps(who.mutation(name, args)))
    where = (name, json.dumps(args, ensure_ascii=False)[:300])
    assert status == 200, (where, status, answer)
    verdict = answer['verdicts'][0]
    if verdict['status'] != 'rejected':
        assert verdict['status'] == 'ok' or verdict['code'] == 'version-conflict', (where, verdict)
        return True
    assert verdict['code'] in CODES and verdict['message'], (where, verdict)
    assert traces() == before, (where, verdict, 'changed something')
    return False


def walk():
    """Every mutation with every member spoiled in every way; a random part of that unless all is asked for."""
    numbered = list(enumerate(Stage().mutations()))
    cases = [(number, path, value) for number, (_, _, args) in numbered for path in paths_of(args) for value in [*WRONG, KeyError]]
    return sorted(rng.sample(cases, min(CASES, len(cases))), key=lambda case: case[0])


def may_stand(was, value):
    """Whether a value is at least of the kind of the one it replaces; a decimal is a whole number or a text."""
    return value in (None, KeyError) or type(value) is type(was) or {type(value), type(was)} == {int, str}


def at_path(value, path):
    for key in path:
        value = value[key]
    return value


def test_every_member_of_every_mutation():
    print(f'# JIP_SEED={SEED}')
    accepted, cases = set(), walk()
    stage = Stage()
    whole = server.digest(KEPT)
    for number, path, value in cases:
        who, name, args = list(stage.mutations())[number]
        bad = without(args, path) if value is KeyError else replaced(args, path, value)
        if bad != args and accepts(clients[who], name, bad):
            assert may_stand(at_path(args, path), value), (name, path, value)
            accepted.add((name, path, repr(value)))
            stage = Stage()
            whole = None
    assert whole in (None, server.digest(KEPT))
    print(f'# {len(cases)} mutations, {len(accepted)} of them harmless and accepted')


def test_what_is_no_json_is_no_mutation():
    before = server.digest(KEPT)
    stage_args = {'id': new_id(), 'kind': 'proposal', 'body': 'BODY', 'anonymous': False}
    for text in WRONG_TEXT:
        kim = clients['kim']
        mutation = json.dumps({'n': kim.n + 1, 'name': 'proposal.submit', 'args': stage_args, 'at': AT}).replace('"BODY"', text)
        status, answer = push_text(kim, mutation)
        assert (status, answer['error']['code']) == (400, 'bad-json'), (text, status, answer)
    assert server.digest(KEPT) == before


def test_the_envelope():
    """n that repeat, are out of order, have gaps or other contents, and replicas of others."""
    kim = Client(server, 'kim')
    idea = {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False}
    one, two, three = (kim.mutation('proposal.submit', dict(idea, id=new_id())) for _ in range(3))

    def push(who, mutations, replica=None):
        return who.call('POST', '/v1/push', {'replica': replica or kim.replica, 'schema': 1, 'mutations': mutations})

    first = push(kim, [one, two])
    assert first[0] == 200
    before = server.digest(KEPT + ('account',))
    verdicts = first[1]['verdicts']
    for batch, code in (([two, one], 'gap'), ([one, one], 'gap'), ([three, two], 'gap'), ([one, three], 'gap'),
                        ([dict(three, n=4)], 'gap'), ([dict(three, n=2**53 - 1)], 'gap'), ([one, dict(two, at='2026-07-22T05:03:11.251Z')], 'replica-cloned'),
                        ([dict(one, name='vote.set')], 'replica-cloned'), ([one, dict(two, args=None), three], 'replica-cloned')):
        assert error_of(push(kim, batch)) == (409, code), (batch, code)
    assert error_of(push(clients['chair'], [one])) == (409, 'replica-taken')
    assert error_of(push(clients['boss'], [])) == (409, 'replica-taken')
    for n in (0, -1, 1.5, '1', True, None, 2**53):
        assert push(kim, [dict(three, n=n)])[0] in (400, 409), n
    assert server.digest(KEPT + ('account',)) == before
    assert push(kim, [one, two])[1]['verdicts'] == verdicts
    server.stop()
    server.start()
    kim.connection = None
    for client in clients.values():
        client.connection = None
    assert push(kim, [one, two, three])[1]['verdicts'][:2] == verdicts
    assert push(kim, [])[1]['last_n'] == 3


def test_cursors_are_their_owners():
    kim, boss = Client(server, 'kim'), Client(server, 'boss')
    kim.pull(limit=3)
    good = kim.cursor

    def pull(who, cursor, call='pull'):
        return error_of(who.call('GET', f'/v1/{call}?replica={who.replica}&schema=1&limit=5&cursor={cursor}'))

    assert pull(kim, good) == (200, None)
    for bad in [good[:-1], good[1:], good + 'A', good.swapcase(), good * 10, '|||||', good[: len(good) // 2]]:
        assert pull(kim, bad) == (400, 'bad-cursor'), bad
        assert pull(kim, bad, 'snapshot') == (400, 'bad-cursor'), bad
    for i in rng.sample(range(len(good)), 20):
        flipped = good[:i] + ('A' if good[i] != 'A' else 'B') + good[i + 1:]
        assert pull(kim, flipped) == (400, 'bad-cursor'), i
    assert pull(boss, good) == (400, 'bad-cursor')
    assert pull(kim, good, 'snapshot') == (400, 'bad-cursor')


HUSHED = ('ballot', 'late_ballot', 'submission', 'progress', 'event', 'entry', 'judge', 'recusal', 'result', 'reveal')


def play_with(scores):
    """The same steps with other scores; what everybody but the judge is told, as text with ids and times taken out."""
    event = event_args(clients['chair'].user['id'], [(clients[login].user['id'], panel) for login, panel in
                                                     (('expert', 'expert'), ('staff', 'staff'), ('picker', 'pick'))], 4, picking_rules())
    ids = {event['id']: 'EVENT', **{row['id']: f'{kind}{i}' for kind in ('entries', 'judges') for i, row in enumerate(event[kind])}}
    clients['host'].do('event.create', event)
    for entry in event['entries']:
        clients['chair'].step(event['id'], 'open', entry=entry['id'])
    clients['chair'].step(event['id'], 'open', category='inner')
    answers = []

    def vote(login, version, code=None, **what):
        ballot = new_id()
        ids[ballot] = f'ballot {login} {version}'
        clients[login].do('ballot.submit', {'id': ballot, 'event': event['id'], 'version': version, **what}, 'ok', code)
        return ballot

    points, score, pick = scores
    first = event['entries'][0]['id']
    cards = [vote('expert', 1, entry=first, scores={'creativity': points, 'feasibility': 1, 'effect': 1}),
             vote('staff', 1, entry=first, score=score),
             vote('picker', 1, category='inner', picks=[event['entries'][i]['id'] for i in pick])]
    clients['chair'].step(event['id'], 'close', entry=first)
    cards.append(vote('staff', 2, 'late', entry=first, score=score))
    for login in ('chair', 'host', 'audit', 'boss', 'kim', 'out'):
        who = Client(server, login)
        who.pull()
        answers.append([{**row, 'table': table} for (table, _), row in sorted(who.rows.items()) if table in HUSHED and (
            row.get('event', row['id']) == event['id'])])
        for card in cards:
            probe = who.push(('ballot.submit', {'id': card, 'event': event['id'], 'entry': first, 'version': 1, 'score': score}))[0]
            step = who.push(('event.step', {'event': event['id'], 'step': 'reveal', 'args': {}}))[0]
            answers.append([login, probe['status'], probe['code'], probe['message'], step['status'], step['code'], step['message']])
    for login in ('expert', 'picker'):  # another judge that takes the id, with the right and the wrong contents
        for guess in (score, 1):
            probe = clients[login].push(('ballot.submit', {'id': cards[1], 'event': event['id'], 'version': 9, 'entry': first, 'score': guess}))[0]
            answers.append([probe['status'], probe['code'], probe['message']])
    text = json.dumps(answers, sort_keys=True)
    for key, name in ids.items():
        text = text.replace(key, name)
    text = re.sub(r'\d{4}-\d\d-\d\dT[0-9:.]+Z', 'TIME', text)
    clients['chair'].step(event['id'], 'lock')
    return sorted(re.findall(r'\{[^{}]*\}|\[[^\[\]]*\]', text)), text


def test_scores_change_nothing_that_others_are_told():
    """Two events that differ in their scores alone look the same to everybody but the judges until the lock."""
    one, two = play_with((40, '9.25', [0])), play_with((3, 2, [0, 1]))
    assert one[0] == two[0], [pair for pair in zip(one[0], two[0]) if pair[0] != pair[1]][:3]


def test_spoiled_calls():
    """The members of the calls outside of a push, spoiled in the same ways."""
    kim, before = clients['kim'], server.digest(KEPT + ('upload',))
    bodies = {'/v1/session': {'login': 'kim', 'password': 'no', 'device': 'd'}, '/v1/session/code': {'code': 'AAAAAAAA', 'device': 'd'},
              '/v1/blobs': {'sha256': 'ab' * 32, 'size': 5},
              '/v1/generate': {'draft': new_id(), 'section': 'body', 'document_type': 'press-release', 'inputs': {'fields': {}}, 'max_tokens': 10}}
    seen = set()
    for path, body in bodies.items():
        cases = [(where, value) for where in paths_of(body) for value in WRONG]
        for where, value in rng.sample(cases, min(25, len(cases))):
            status, answer = kim.call('POST', path, replaced(body, where, value))
            if status >= 400:
                error = answer['error']
                assert status in (400, 401, 404, 413, 422, 429) and error['code'] and error['message'], (path, where, value, status, answer)
            seen.add((path, status))
    for header in ('x', '-1', '1.5', '99999999999999999999', '', '0x1'):
        status, data, _ = kim.raw('PATCH', '/v1/blobs/' + 'cd' * 32, b'x', {'Upload-Offset': header, 'Content-Type': 'application/octet-stream'})
        assert status in (400, 404) and json.loads(data)['error']['code'], (header, status, data)
    print('#', sorted(seen))
    assert server.digest(KEPT + ('upload',)) == before


run_tests(globals())
