# SPDX-License-Identifier: GPL-3.0-or-later
"""Events and ballots: states, lateness, what nobody may know before the lock, reveal, lots."""

import copy
import functools
import itertools
import json
import random

from harness import Client, RULES, Server, check_feeds, error_of, event_args, jipctl, new_id, run_tests

JUDGES = [f'e{i}' for i in range(3)] + [f's{i}' for i in range(3)]
USERS = [['chair', '진행', '', 'staff', 'pw'], ['host', '주최', '', 'staff organiser', 'pw'],
         ['audit', '감사', '', 'auditor', 'pw'], ['boss', '관리', '', 'staff admin', 'pw'], ['kim', '직원', '', 'staff', 'pw']]
USERS += [[login, f'위원 {login}', f'{i % 3}과', 'staff', 'pw'] for i, login in enumerate(JUDGES)]
server = Server(users=USERS).start()
clients = {user[0]: Client(server, user[0]) for user in USERS}
chair, host = clients['chair'], clients['host']
# Scores that no count, version or time can equal by accident.
SECRET = {'creativity': '37.1234', 'feasibility': '28.4321', 'effect': '17.9876'}
SECRET_SCORE = '7.6543'
PLAIN = {'creativity': 30, 'feasibility': '20.5', 'effect': 10}


def make(entries=4, rules=RULES, judges=None):
    judges = judges if judges is not None else [(clients[j].user['id'], 'expert' if j[0] == 'e' else 'staff') for j in JUDGES]
    event = event_args(chair.user['id'], judges, entries, rules)
    host.do('event.create', event)
    return event


def ballot(event, entry, version=1, **contents):
    return {'id': new_id(), 'event': event['id'], 'entry': event['entries'][entry]['id'], 'version': version, **contents}


def submit(login, event, entry, status='ok', code=None, version=1, **contents):
    args = ballot(event, entry, version, **contents)
    clients[login].do('ballot.submit', args, status, code)
    return args


def open_all(event):
    for entry in event['entries']:
        chair.step(event['id'], 'open', entry=entry['id'])


def score_everything(event, points):
    for i in range(len(event['entries'])):
        for login in JUDGES:
            if login[0] == 'e':
                submit(login, event, i, scores={'creativity': points[i], 'feasibility': 20, 'effect': 20})
            else:
                submit(login, event, i, score=5)


def test_a_rule_sheet_is_checked_when_it_is_made():
    def refused(change):
        event = event_args(chair.user['id'], [(clients['e0'].user['id'], 'expert')], 4, copy.deepcopy(RULES))
        change(event)
        return host.do('event.create', event, 'rejected', 'bad-args')['message']

    before = server.digest(('session', 'counter', 'audit', 'verdict', 'replica'))
    assert 'weight' in refused(lambda e: e['rules']['panels'][0].update(weight='x'))
    refused(lambda e: e['rules']['panels'][0].update(weight=60))
    refused(lambda e: e['rules'].update(ties=['panel:none']))
    refused(lambda e: e['rules']['categories'][0].pop('name'))
    refused(lambda e: e['rules']['categories'][0].update(name='\u3000 '))
    refused(lambda e: e['entries'][0].update(category='none'))
    refused(lambda e: e['judges'][0].update(panel='none'))
    refused(lambda e: e['judges'].append(dict(e['judges'][0], id=new_id())))
    refused(lambda e: e['entries'].append(e['entries'][0]))
    event = event_args(chair.user['id'], [])
    clients['kim'].do('event.create', event, 'rejected', 'forbidden')
    host.do('event.create', dict(event, chair=new_id()), 'rejected', 'not-found')
    slides = {'sha256': 'ab' * 32, 'size': 4, 'name': 'a.pdf'}
    event['entries'][0]['slides'] = slides
    host.do('event.create', event, 'rejected', 'not-found')
    assert server.digest(('session', 'counter', 'audit', 'verdict', 'replica')) == before


def test_windows_and_lateness():
    event = make()
    roles = {login: set(clients[login].call('GET', '/v1/session')[1]['roles']) for login in ('chair', 'e0', 's0', 'kim')}
    assert roles == {'chair': {'staff', 'chair'}, 'e0': {'staff', 'expert-judge'}, 's0': {'staff', 'staff-judge'}, 'kim': {'staff'}}
    entry = event['entries'][0]['id']
    submit('e0', event, 0, 'rejected', 'wrong-state', scores=PLAIN)
    chair.step(event['id'], 'close', 'rejected', 'wrong-state', entry=entry)
    chair.step(event['id'], 'open', entry=entry)
    chair.step(event['id'], 'open', 'rejected', 'wrong-state', entry=entry)
    sent = submit('e0', event, 0, scores=PLAIN)
    clients['e0'].do('ballot.submit', sent)
    clients['e0'].do('ballot.submit', dict(sent, scores=dict(PLAIN, effect=1)), 'conflict', 'ballot-conflict')
    clients['e0'].do('ballot.submit', dict(sent, entry=event['entries'][1]['id']), 'rejected', 'id-taken')
    submit('e0', event, 0, 'rejected', 'bad-args', version=2, score=5)
    submit('e0', event, 0, 'rejected', 'bad-args', version=2, scores=dict(PLAIN, creativity=41))
    submit('s0', event, 0, 'rejected', 'bad-args', score='10.1')
    submit('kim', event, 0, 'rejected', 'forbidden', scores=PLAIN)
    chair.step(event['id'], 'close', entry=entry)
    late = submit('e1', event, 0, 'ok', 'late', scores=PLAIN)
    refused = submit('e2', event, 0, 'ok', 'late', scores=PLAIN)
    chair.pull()
    progress = chair.table('progress')[f'{entry}:expert']
    assert (progress['counted'], progress['expected']) == (1, 3)
    assert chair.table('late_ballot')[late['id']]['state'] == 'late'
    chair.step(event['id'], 'late', ballot=late['id'], admit=True, reason='네트워크')
    chair.pull()
    assert chair.table('progress')[f'{entry}:expert']['counted'] == 2
    assert chair.table('late_ballot')[late['id']]['reason'] == '네트워크'
    chair.step(event['id'], 'lock')
    chair.pull()
    assert chair.table('late_ballot')[refused['id']]['state'] == 'late-refused'
    chair.step(event['id'], 'open', 'rejected', 'wrong-state', entry=entry)
    chair.step(event['id'], 'adjust', 'rejected', 'wrong-state', entry=entry, adjust='1', reason='x')
    chair.step(event['id'], 'late', 'rejected', 'wrong-state', ballot=refused['id'], admit=True, reason='x')


def test_steps_are_the_chairs():
    event = make()
    entry = event['entries'][0]['id']
    for login in ('host', 'audit', 'boss', 'kim', 'e0'):
        clients[login].step(event['id'], 'open', 'rejected', 'forbidden', entry=entry)
        clients[login].step(event['id'], 'lock', 'rejected', 'forbidden')
    own = event['judges'][0]
    clients['e0'].step(event['id'], 'recuse', judge=own['id'], entry=entry, kind='self', reason='회피')
    clients['e0'].step(event['id'], 'recuse', 'rejected', 'forbidden', judge=own['id'], entry=event['entries'][1]['id'],
                       kind='excluded', reason='x')
    clients['e0'].step(event['id'], 'recuse', 'rejected', 'forbidden', judge=event['judges'][1]['id'],
                       entry=event['entries'][1]['id'], kind='self', reason='x')
    chair.step(event['id'], 'recuse', 'rejected', 'wrong-state', judge=own['id'], entry=entry, kind='challenged', reason='x')
    chair.pull()
    assert chair.table('progress')[f'{entry}:expert']['expected'] == 2
    chair.step(event['id'], 'present', entry=entry, seconds=300)
    chair.pull()
    assert chair.table('event')[event['id']]['presenting'] == entry and chair.table('event')[event['id']]['timer_ends_at']
    chair.step(event['id'], 'present', entry=None)
    chair.step(event['id'], 'open', 'rejected', 'not-found', entry=new_id())
    chair.step(event['id'], 'open', 'rejected', 'bad-args')
    chair.step(event['id'], 'adjust', 'rejected', 'bad-args', entry=entry, adjust='1.23456', reason='x')
    chair.step(new_id(), 'lock', 'rejected', 'not-found')
    other = make()
    chair.step(event['id'], 'open', 'rejected', 'not-found', entry=other['entries'][0]['id'])


def test_nobody_learns_a_foreign_score_before_the_lock():
    event = make()
    open_all(event)
    logins = [user[0] for user in USERS]
    for i in range(4):
        submit('e0', event, i, scores=SECRET)
        submit('s0', event, i, score=SECRET_SCORE)
    chair.step(event['id'], 'close', entry=event['entries'][0]['id'])
    submit('e0', event, 0, 'ok', 'late', version=2, scores=SECRET)
    secrets = [*SECRET.values(), SECRET_SCORE]

    def seen_by(login):
        reader = Client(server, login)
        reader.pull()
        answers = [json.dumps(row) for row in reader.rows.values()]
        answers += [json.dumps(reader.call('GET', path)[1], default=str) for path in (
            f'/v1/snapshot?replica={reader.replica}&schema=1', '/v1/session', '/healthz', '/metrics')]
        text = '\n'.join(answers)
        return reader, {secret for secret in secrets if secret in text}

    for login in logins:
        reader, seen = seen_by(login)
        own = set(SECRET.values()) if login == 'e0' else {SECRET_SCORE} if login == 's0' else set()
        assert seen == own, (login, seen)
        for row in reader.table('ballot').values():
            assert row['judge'] in [j['id'] for j in event['judges'] if j['user'] == reader.user['id']] or row['event'] != event['id']
        assert event['id'] not in reader.table('result')
    assert jipctl('event', 'export', event['id'], data=server.data, ok=False)[0] == 2
    # What is the same before and after a score changes cannot tell it: only counts may differ between two events.
    chair.step(event['id'], 'lock')
    for login in logins:
        reader, seen = seen_by(login)
        may = login in ('chair', 'audit')
        assert (len(seen) == len(secrets)) == may, (login, seen)
        assert (event['id'] in reader.table('result')) == may, login
    assert not [row for row in chair.table('reveal').values() if row['event'] == event['id']]


def test_reveal_goes_up():
    event = make(10)
    open_all(event)
    score_everything(event, [40, 35, 30, 25, 20, 39, 34, 29, 24, 19])
    chair.step(event['id'], 'reveal', 'rejected', 'wrong-state')
    chair.step(event['id'], 'lock')
    watcher = clients['kim']
    seen = []
    watcher.pull()
    chair.pull()
    steps = chair.table('result')[event['id']]['reveal_steps']
    assert steps == 6 and 'reveal_steps' not in watcher.table('event')[event['id']]
    ranks = {e['id']: e['rank'] for e in json.loads(chair.table('result')[event['id']]['result'])['entries']}
    for n in range(1, steps + 1):
        chair.step(event['id'], 'reveal')
        watcher.pull()
        rows = [row for row in watcher.table('reveal').values() if row['event'] == event['id']]
        assert len(rows) == n
        seen.append(watcher.table('reveal')[f"{event['id']}:{n}"])
    assert [row['award'] for row in seen] == ['encouragement', 'encouragement', 'excellence', 'excellence', 'best', 'grand']
    assert [len(row['entries']) for row in seen] == [3, 3, 1, 1, 1, 1]
    for category in ('inner', 'citizen'):
        lines = [[ranks[e['id']] for e in row['entries']] for row in seen if row['category'] == category]
        assert all(min(lower) > max(higher) for lower, higher in itertools.pairwise(lines)), lines
    grand = seen[-1]['entries'][0]
    assert ranks[grand['id']] == 1 and grand['display'] == '71.00' and grand['panels'] == {'expert': '80.00', 'staff': '50.00'}
    assert watcher.table('event')[event['id']]['state'] == 'revealed'
    chair.step(event['id'], 'reveal', 'rejected', 'wrong-state')


def stale(event, step, now, **args):
    """A step in view of something that has changed since: nothing is done, and the verdict says what is now."""
    chair.pull()
    before = copy.deepcopy(chair.rows)
    verdict = chair.step(event['id'], step, 'rejected', 'wrong-state', **args)
    assert verdict['detail'] == {'step': step, 'now': now} and 'PC' in verdict['message'], verdict
    chair.pull()
    assert chair.rows == before, 'a refused step has changed something'


def test_a_window_is_moved_as_it_was_seen():
    rules = copy.deepcopy(RULES)
    rules['panels'][1] = {'id': 'staff', 'name': '직원', 'weight': 30, 'mode': 'pick', 'picks': 2}
    event = make(4, rules)
    step = functools.partial(chair.step, event['id'])
    for of in ({'entry': event['entries'][0]['id']}, {'category': 'inner'}):
        for seen in ('open', 'closed'):
            stale(event, 'open', 'waiting', seen=seen, **of)
        step('open', seen='waiting', **of)
        stale(event, 'open', 'open', seen='waiting', **of)
        step('open', 'rejected', 'wrong-state', seen='open', **of)
        stale(event, 'close', 'open', seen='waiting', **of)
        step('close', seen='open', **of)
        stale(event, 'close', 'closed', seen='open', **of)
        stale(event, 'open', 'closed', seen='waiting', **of)
        step('open', seen='closed', **of)
        step('close', **of)
        step('open', seen=None, **of)
        for wrong in ('', 'shut', 1, ['open']):
            step('close', 'rejected', 'bad-args', seen=wrong, **of)
    step('open', 'rejected', 'not-found', entry=new_id(), seen='waiting')
    step('open', 'rejected', 'not-found', category='none', seen='waiting')
    step('open', 'rejected', 'bad-args', seen='waiting')
    step('open', 'rejected', 'bad-args', seen='waiting', entry=event['entries'][1]['id'], category='citizen')
    step('lock')
    stale(event, 'close', 'closed', seen='open', entry=event['entries'][0]['id'])
    step('open', 'rejected', 'wrong-state', seen='closed', entry=event['entries'][0]['id'])


def test_who_presents_is_changed_as_it_was_seen():
    event = make(3)
    one, two, three = (entry['id'] for entry in event['entries'])
    step = functools.partial(chair.step, event['id'], 'present')
    stale(event, 'present', '', entry=one, seen=two)
    step(entry=one, seen='', seconds=60)
    stale(event, 'present', one, entry=two, seen='')
    stale(event, 'present', one, entry=None, seen=three)
    step(entry=one, seen=one)
    step(entry=two, seen=one)
    step(entry=three)
    step(entry=two, seen=None)
    step(entry=None, seen=two)
    stale(event, 'present', '', entry=None, seen=two)
    for wrong in ('x', 1, True):
        step('rejected', 'bad-args', entry=one, seen=wrong)
    chair.step(event['id'], 'withdraw', entry=one, reason='불참', seen='open')  # no step with such a member


def test_the_next_award_is_revealed_once():
    event = make(4)
    open_all(event)
    score_everything(event, [40, 35, 30, 25])
    step = functools.partial(chair.step, event['id'], 'reveal')
    stale(event, 'reveal', 0, seen=1)
    step('rejected', 'wrong-state', seen=0)
    chair.step(event['id'], 'lock')
    chair.pull()
    steps = chair.table('result')[event['id']]['reveal_steps']
    step(seen=0)
    stale(event, 'reveal', 1, seen=0)
    stale(event, 'reveal', 1, seen=2)
    step(seen=1)
    step()
    for wrong in (-1, 2**31, '3', 3.0, True):
        step('rejected', 'bad-args', seen=wrong)
    for seen in range(3, steps):
        step(seen=seen)
    stale(event, 'reveal', steps, seen=steps - 1)
    step('rejected', 'wrong-state', seen=steps)


def test_lots_decide_what_is_tied():
    event = make(4)
    open_all(event)
    score_everything(event, [40, 40, 20, 10])
    first, second = event['entries'][0]['id'], event['entries'][1]['id']
    chair.step(event['id'], 'lock')
    chair.step(event['id'], 'reveal', 'rejected', 'wrong-state')
    chair.pull()
    steps = chair.table('result')[event['id']]['reveal_steps']
    chair.step(event['id'], 'lots', 'rejected', 'bad-args', lots={first: 1, second: 1})
    chair.step(event['id'], 'lots', 'rejected', 'not-found', lots={new_id(): 1})
    chair.step(event['id'], 'lots', lots={first: 2, second: 1})
    chair.step(event['id'], 'lots', 'rejected', 'wrong-state', lots={first: 3})
    chair.pull()
    result = chair.table('result')[event['id']]['result']
    assert json.loads(result)['undecided'] == []
    assert chair.table('result')[event['id']]['reveal_steps'] > steps, 'what is decided now has a step'
    ranks = {entry['id']: entry['rank'] for entry in json.loads(result)['entries']}
    assert ranks[second] == 1 and ranks[first] == 2
    export = jipctl('event', 'export', event['id'], data=server.data)
    assert jipctl('tally', '-', text=export) == result
    chair.step(event['id'], 'reveal')
    chair.step(event['id'], 'lots', 'rejected', 'wrong-state', lots={event['entries'][2]['id']: 9})


def test_panels_that_pick():
    rules = copy.deepcopy(RULES)
    rules['panels'][1] = {'id': 'staff', 'name': '직원', 'weight': 30, 'mode': 'pick', 'picks': 2}
    event = make(4, rules)
    ids = [entry['id'] for entry in event['entries']]

    def pick(picks, category, status='ok', code=None, version=1):
        clients['s0'].do('ballot.submit', {'id': new_id(), 'event': event['id'], 'category': category, 'version': version,
                                           'picks': picks}, status, code)
    pick(ids[:1], 'inner', 'rejected', 'wrong-state')
    chair.step(event['id'], 'open', category='inner')
    chair.step(event['id'], 'open', 'rejected', 'not-found', category='none')
    pick(ids[2:3], 'inner', 'rejected', 'bad-args')
    pick(ids[:1] * 2, 'inner', 'rejected', 'bad-args')
    pick(ids[:2], 'inner')
    chair.pull()
    assert chair.table('event')[event['id']]['category_windows'] == {'inner': 'open', 'citizen': 'waiting'}
    # The judge is of the first entry's own department, and so recused for it.
    assert chair.table('progress')[f'{ids[0]}:staff']['counted'] == 0
    assert chair.table('progress')[f'{ids[1]}:staff']['counted'] == 1 and chair.table('progress')[f'{ids[2]}:staff']['counted'] == 0
    chair.step(event['id'], 'close', category='inner')
    pick(ids[:1], 'inner', 'ok', 'late', version=2)
    chair.step(event['id'], 'lock')
    chair.pull()
    export = jipctl('event', 'export', event['id'], data=server.data)
    assert jipctl('tally', '-', text=export) == chair.table('result')[event['id']]['result']


def test_who_is_missing_is_counted_as_ballots_change():
    seed = random.randrange(1 << 32)
    print(f'# seed {seed}', flush=True)
    rng = random.Random(seed)
    rules = copy.deepcopy(RULES)
    rules['panels'].append({'id': 'vote', 'name': '투표', 'weight': 20, 'mode': 'pick', 'picks': 1})
    rules['panels'][0]['weight'], rules['auto_recuse'] = 50, ['staff', 'vote']
    panels = {login: ('expert', 'staff', 'vote')[i % 3] for i, login in enumerate(JUDGES)}
    event = make(4, rules, [(clients[login].user['id'], panel) for login, panel in panels.items()])
    open_all(event)
    for category in rules['categories']:
        chair.step(event['id'], 'open', category=category['id'])
    ids, version = [entry['id'] for entry in event['entries']], itertools.count(1)
    handed_in, recused = {}, set()

    def act(login):
        entry, panel = rng.choice(event['entries']), panels[login]
        if panel == 'vote':
            mates = [one['id'] for one in event['entries'] if one['category'] == entry['category']]
            clients[login].do('ballot.submit', {'id': new_id(), 'event': event['id'], 'category': entry['category'],
                                                'version': next(version), 'picks': [rng.choice(mates)]})
            handed_in.update({(login, one): True for one in mates})
            return
        whole = panel == 'staff' or rng.random() < 0.6
        scores = {'score': rng.randrange(11)} if panel == 'staff' else {'scores': PLAIN if whole else {'effect': 3}}
        submit(login, event, ids.index(entry['id']), version=next(version), **scores)
        handed_in[login, entry['id']] = whole

    def counted(entry, panel):
        return sum(whole for (login, one), whole in handed_in.items()
                   if one == entry['id'] and panels[login] == panel and (login, one) not in recused
                   and (panel == 'expert' or f'{JUDGES.index(login) % 3}과' != entry['department']))

    for number in range(60):
        login = rng.choice(JUDGES)
        if number % 20 == 19:
            entry = rng.choice(ids)
            if (login, entry) not in recused:
                judge = event['judges'][JUDGES.index(login)]['id']
                clients[login].step(event['id'], 'recuse', judge=judge, entry=entry, kind='self', reason='회피')
                recused.add((login, entry))
        elif not any(name == login for name, _ in recused):
            act(login)
    chair.pull()
    for entry, panel in itertools.product(event['entries'], ('expert', 'staff', 'vote')):
        seen = chair.table('progress')[f"{entry['id']}:{panel}"]['counted']
        assert seen == counted(entry, panel), (seed, entry['title'], panel, seen, counted(entry, panel))


def test_slides_are_read_through_their_entry():
    import hashlib
    content = b'%PDF-1.7 slides'
    sha256 = hashlib.sha256(content).hexdigest()
    host.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})
    host.raw('PATCH', '/v1/blobs/' + sha256, content, {'Upload-Offset': '0', 'Content-Type': 'application/octet-stream'})
    assert error_of(clients['kim'].call('GET', '/v1/blobs/' + sha256)) == (404, 'not-found')
    event = event_args(chair.user['id'], [])
    event['entries'][0]['slides'] = {'sha256': sha256, 'size': len(content), 'name': '발표.pdf'}
    host.do('event.create', event)
    assert clients['kim'].raw('GET', '/v1/blobs/' + sha256)[1] == content


def test_event_file_and_list():
    event = event_args('chair', [('e0', 'expert'), ('s0', 'staff')])
    for thing in (event, *event['entries'], *event['judges']):
        del thing['id']
    event['organiser'] = 'host'
    made = jipctl('event', 'create', '-', data=server.data, text=json.dumps(event)).strip()
    assert made in jipctl('event', 'list', data=server.data)
    status, out, err = jipctl('event', 'create', '-', data=server.data, text=json.dumps(dict(event, chair='nobody')), ok=False)
    assert (status, out) == (2, '') and 'nobody' in err


def test_audit_chain_shows_every_change():
    assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
    server.stop()
    assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
    for change, problem in (("UPDATE audit SET body = '{}' WHERE n = 5", 'changed'), ('DELETE FROM audit WHERE n = 7', 'missing'),
                            ('DELETE FROM audit WHERE n = (SELECT MAX(n) FROM audit)', 'ends at')):
        connection = server.database('rw')
        kept = connection.execute('SELECT * FROM audit').fetchall()
        connection.execute(change)
        connection.close()
        status, out, err = jipctl('audit', 'verify', data=server.data, ok=False)
        assert status == 2 and problem in err, (change, err)
        connection = server.database('rw')
        connection.execute('BEGIN')
        connection.execute('DELETE FROM audit')
        for row in kept:
            connection.execute('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)', row)
        connection.execute('COMMIT')
        connection.close()


run_tests(globals(), check_feeds)
