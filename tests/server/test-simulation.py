# SPDX-License-Identifier: GPL-3.0-or-later
"""13 experts and 100 staff judges, each a real HTTP client, score 10 entries; the console's result must equal
`jipctl tally` of the exported event, byte for byte."""

import json
import os
import random
import subprocess
import threading

from harness import Client, JIPCTL, Server, check_feeds, event_args, jipctl, new_id, run_tests

EXPERTS, STAFF, ENTRIES, EVENTS = 13, 100, 10, 20
SEED = int(os.environ.get('JIP_SEED', '0')) or random.randrange(1, 10**9)


def random_ballot(rng, panel):
    if panel == 'staff':
        return {'score': rng.choice([rng.randint(0, 10), f'{rng.randint(0, 9)}.{rng.randint(0, 99):02d}'])}
    scores = {'creativity': rng.randint(0, 40), 'feasibility': f'{rng.randint(0, 29)}.5', 'effect': rng.randint(0, 30)}
    if rng.random() < 0.05:
        del scores[rng.choice(sorted(scores))]
    return {'scores': scores}


def score_all(client, event, judge, panel, seed, failures):
    rng = random.Random(seed)
    try:
        for entry in event['entries']:
            if rng.random() < 0.06:
                continue
            version = 0
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                version += rng.randint(1, 2)
                verdict = client.push(('ballot.submit', {'id': new_id(), 'event': event['id'], 'entry': entry['id'],
                                                         'version': version, **random_ballot(rng, panel)}))[0]
                assert verdict['status'] == 'ok' and 'code' not in verdict, verdict
    except Exception as error:
        failures.append(error)


def in_parallel(jobs):
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_simulation():
    print(f'# JIP_SEED={SEED}')
    rng = random.Random(SEED)
    logins = [f'j{i}' for i in range(EXPERTS + STAFF)]
    # A password costs tens of milliseconds by design, so the judges sign in with their codes, as at the venue.
    users = [['chair', '진행', '총무과', 'staff', 'pw'], ['host', '주최', '총무과', 'staff organiser', 'pw'],
             ['audit', '감사', '감사과', 'auditor', 'pw']]
    users += [[login, f'위원 {login}', f'{rng.randrange(5)}과', 'staff', ''] for login in logins]
    server = Server(users=users).start()
    chair, host, auditor = (Client(server, login) for login in ('chair', 'host', 'audit'))
    ids = dict(server.database().execute('SELECT login, id FROM account'))
    event = event_args(chair.user['id'], [(ids[login], 'expert' if i < EXPERTS else 'staff') for i, login in enumerate(logins)],
                       ENTRIES)
    host.do('event.create', event)
    judges = {judge['user']: judge for judge in event['judges']}
    lines = jipctl('event', 'codes', event['id'], data=server.data).splitlines()[1:]
    clients = []
    for line in lines:
        client = Client(server)
        status, answer = client.call('POST', '/v1/session/code', {'code': line.split('"')[5], 'device': 'venue'})
        assert status == 200, answer
        client.token, client.user = answer['token'], answer['user']
        clients.append(client)
    for entry in event['entries']:
        chair.step(event['id'], 'open', entry=entry['id'])
    for judge in rng.sample(event['judges'], 6):
        chair.step(event['id'], 'recuse', judge=judge['id'], entry=rng.choice(event['entries'])['id'], kind='challenged',
                   reason='기피')
    failures = []
    in_parallel([lambda c=client: score_all(c, event, judges[c.user['id']], judges[c.user['id']]['panel'],
                                            f"{SEED} {c.user['login']}", failures) for client in clients])
    assert not failures, failures[:3]

    late = rng.choice(event['entries'])['id']
    chair.step(event['id'], 'close', entry=late)
    for client in rng.sample(clients, 8):
        panel = judges[client.user['id']]['panel']
        client.do('ballot.submit', {'id': new_id(), 'event': event['id'], 'entry': late, 'version': 50,
                                    **random_ballot(rng, panel)}, code='late')
    chair.step(event['id'], 'adjust', entry=event['entries'][0]['id'], adjust='-1.5', reason='시간 초과')
    chair.step(event['id'], 'withdraw', entry=event['entries'][-1]['id'], reason='불참')
    chair.pull()
    assert len(chair.table('late_ballot')) == 8 and not chair.table('ballot') and not chair.table('result')
    for i, ballot in enumerate(chair.table('late_ballot')):
        if i < 6:
            chair.step(event['id'], 'late', ballot=ballot, admit=i % 2 == 0, reason='네트워크')
    status, out, err = jipctl('event', 'export', event['id'], data=server.data, ok=False)
    assert status == 2 and not out and 'after the lock' in err, (status, out, err)
    chair.step(event['id'], 'lock')
    clients[0].do('ballot.submit', {'id': new_id(), 'event': event['id'], 'entry': late, 'version': 99,
                                    **random_ballot(rng, judges[clients[0].user['id']]['panel'])}, code='late')
    chair.pull()
    auditor.pull()
    result = chair.table('result')[event['id']]['result']
    assert auditor.table('result') == chair.table('result') and len(auditor.table('ballot')) == len(chair.table('ballot'))
    export = jipctl('event', 'export', event['id'], data=server.data)
    assert '"late"' not in export and 'late-refused' in export
    recount = subprocess.run([JIPCTL, 'tally', '-'], input=export, capture_output=True, text=True, check=True).stdout
    assert recount == result, 'the recount differs'
    print(f"# {len(chair.table('ballot'))} ballots")
    assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
    server.stop()


def random_value(rng, top):
    return rng.choice([rng.randint(0, top), f'{rng.randint(0, top - 1)}.{rng.randint(0, 9999):04d}', str(top)])


def random_rules(rng):
    """A rule sheet with every mode and rule of scoring.md in it, now and then."""
    categories = [{'id': f'c{i}', 'name': f'부문 {i}'} for i in range(rng.randint(1, 3))]
    count, panels = rng.randint(1, 3), []
    weights = [rng.randint(0, 100 // count) for _ in range(count - 1)]
    for i, weight in enumerate(weights + [100 - sum(weights)]):
        panel = {'id': f'p{i}', 'name': f'심사단 {i}', 'weight': weight, 'mode': rng.choice(['rubric', 'score', 'pick']),
                 'quorum': rng.randint(1, 3), 'trim': rng.choice(['none', 'one-each']), 'trim_min': 3}
        panel |= {'rubric': {'criteria': [{'id': f'k{k}', 'name': f'기준 {k}', 'max': rng.choice([10, 40, '12.5'])} for k in range(rng.randint(1, 3))]},
                  'score': {'max': rng.choice([5, 10, 100])},
                  'pick': {'picks': rng.randint(1, 3), 'normalise': rng.choice(['share', 'top'])}}[panel['mode']]
        panels.append(panel)
    steps = [f"panel:{panel['id']}" for panel in panels] + ['lot']
    steps += [f"criterion:{panel['id']}/{k['id']}" for panel in panels for k in panel.get('criteria', [])]
    grand = {'grand': {'id': 'grand', 'name': '대상', 'mode': rng.choice(['promote', 'succeed', 'stack'])}} if rng.random() < 0.7 else {}
    return {'categories': categories, 'panels': panels, 'precision': rng.choice([None, 0, 1, 2, 6]),
            'ties': rng.sample(steps, rng.randint(0, len(steps))), 'auto_recuse': [p['id'] for p in panels if rng.random() < 0.4],
            'awards': {'per_category': [{'id': f'a{i}', 'name': f'상 {i}', 'seats': rng.randint(1, 2)} for i in range(rng.randint(0, 3))], **grand}}


def ballots_of(rng, event, panel):
    """What one judge hands in: rubric cards (some incomplete), scores or picks, in one or more versions."""
    if panel['mode'] == 'pick':
        subjects = [({'category': c['id']}, [e['id'] for e in event['entries'] if e['category'] == c['id']])
                    for c in event['rules']['categories']]
    else:
        subjects = [({'entry': entry['id']}, None) for entry in event['entries']]
    for subject, choices in subjects:
        version = 0
        for _ in range(rng.choice([0, 1, 1, 1, 1, 2])):
            version += rng.randint(1, 3)
            if panel['mode'] == 'pick':
                what = {'picks': rng.sample(choices, rng.randint(0, min(panel['picks'], len(choices))))}
            elif panel['mode'] == 'score':
                what = {'score': random_value(rng, panel['max'])}
            else:
                what = {'scores': {k['id']: random_value(rng, int(float(k['max']))) for k in panel['criteria'] if rng.random() < 0.95}}
            yield 'ballot.submit', {'id': new_id(), 'event': event['id'], 'version': version, **subject, **what}


def open_everything(rng, chair, event):
    """Opens each window; returns what may be closed later."""
    modes = {panel['mode'] for panel in event['rules']['panels']}
    subjects = [{'entry': entry['id']} for entry in event['entries']] if modes - {'pick'} else []
    subjects += [{'category': category['id']} for category in event['rules']['categories']] if 'pick' in modes else []
    for subject in subjects:
        chair.step(event['id'], 'open', **subject)
    return subjects


def spoil(rng, chair, event):
    """The chair's decisions before the lock: recusals, withdrawals, adjustments, late ballots."""
    pairs = [(judge['id'], entry['id']) for judge in event['judges'] for entry in event['entries']]
    for judge, entry in rng.sample(pairs, min(3, len(pairs))):
        chair.step(event['id'], 'recuse', judge=judge, entry=entry, kind='excluded', reason='제척')
    for entry in rng.sample(event['entries'], rng.randint(0, 1)):
        chair.step(event['id'], 'withdraw', entry=entry['id'], reason='불참')
    for entry in rng.sample(event['entries'], min(rng.randint(0, 2), len(event['entries']))):
        chair.step(event['id'], 'adjust', entry=entry['id'], adjust=rng.choice([-1, '0.25', '-1.5', '2.0001']), reason='조정')
    chair.pull()
    for late in [row for row in chair.table('late_ballot').values() if row['event'] == event['id']]:
        if rng.random() < 0.7:
            chair.step(event['id'], 'late', ballot=late['id'], admit=rng.random() < 0.6, reason='네트워크')


def check_progress(chair, event, result):
    """What was counted before the lock is what the tally counts."""
    rows = chair.table('progress')
    for entry in result['entries']:
        for panel, counts in entry['panels'].items():
            row = rows[f"{entry['id']}:{panel}"]
            assert (row['counted'], row['expected']) == (counts['counted'], counts['expected']), (row, counts)


def check_recount(server, chair, event):
    chair.pull()
    result = chair.table('result')[event['id']]['result']
    recount = jipctl('tally', '-', text=jipctl('event', 'export', event['id'], data=server.data))
    assert recount == result, (event['rules'], recount, result)
    return json.loads(result)


def play(rng, server, chair, host, clients):
    rules = random_rules(rng)
    judges = [(client.user['id'], rng.choice(rules['panels'])['id']) for client in rng.sample(clients, rng.randint(2, len(clients)))]
    event = event_args(chair.user['id'], judges, rng.randint(len(rules['categories']), 7), rules)
    host.do('event.create', event)
    subjects = open_everything(rng, chair, event)
    panels = {panel['id']: panel for panel in rules['panels']}
    by_user = {client.user['id']: client for client in clients}
    cards = [(by_user[judge['user']], pair) for judge in event['judges'] for pair in ballots_of(rng, event, panels[judge['panel']])]
    rng.shuffle(cards)
    early = len(cards) * 4 // 5
    for client, pair in cards[:early]:
        client.do(*pair)
    for subject in rng.sample(subjects, len(subjects) // 3):
        chair.step(event['id'], 'close', **subject)
    for client, pair in cards[early:]:
        assert client.push(pair)[0]['status'] == 'ok'
    spoil(rng, chair, event)
    chair.step(event['id'], 'lock')
    result = check_recount(server, chair, event)
    check_progress(chair, event, result)
    if 'lot' in rules['ties']:
        drawn = rng.sample(range(1, 99), len(event['entries']))
        chair.step(event['id'], 'lots', lots={entry['id']: lot for entry, lot in zip(event['entries'], drawn)})
        result = check_recount(server, chair, event)
    steps = chair.table('result')[event['id']]['reveal_steps']
    for _ in range(max(steps, 1)):
        chair.step(event['id'], 'reveal')
    chair.pull()
    assert chair.table('event')[event['id']]['state'] == 'revealed'
    shown = {(entry['id'], row['award']) for row in chair.table('reveal').values() if row['event'] == event['id'] for entry in row['entries']}
    assert shown == {(entry['id'], award) for entry in result['entries'] for award in entry['awards'] or []}


def test_random_events():
    """Random rule sheets in all modes through HTTP: each console's result is what `jipctl tally` makes of the export."""
    rng = random.Random(SEED)
    users = [['chair', '진행', '총무과', 'staff', 'pw'], ['host', '주최', '총무과', 'staff organiser', 'pw']]
    users += [[f'j{i}', f'위원 {i}', f'{i % 4}과' if i % 5 else '', 'staff', 'pw'] for i in range(9)]
    server = Server(users=users).start()
    chair, host, *clients = (Client(server, user[0]) for user in users)
    for number in range(EVENTS):
        try:
            play(rng, server, chair, host, clients)
        except AssertionError as failure:
            raise AssertionError(f'event {number} of JIP_SEED={SEED}') from failure
    assert 'unbroken' in jipctl('audit', 'verify', data=server.data)
    server.stop()


run_tests(globals(), check_feeds)
