# SPDX-License-Identifier: GPL-3.0-or-later
"""13 experts and 100 staff judges, each a real HTTP client, score 10 entries; the console's result must equal
`jipctl tally` of the exported event, byte for byte."""

import os
import random
import subprocess
import threading

from harness import Client, JIPCTL, Server, event_args, jipctl, new_id, run_tests

EXPERTS, STAFF, ENTRIES = 13, 100, 10
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


run_tests(globals())
