# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo city: the same seed is the same city, a real client gets all of it, and bad wishes change nothing. Under
tests/with-postgresql each city moves to PostgreSQL before it is looked at."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / 'tests/server'), str(TOP / 'tools')]
import judges  # noqa: E402
import logins  # noqa: E402
import postgresql  # noqa: E402
from harness import Client, JIPCTL, ON_POSTGRESQL, Server, jipctl, row_digest, run_tests  # noqa: E402

ROOT = tempfile.TemporaryDirectory(prefix='jip-demo-')
SMALL = ('--staff', '24', '--ideas', '40')


def city(name, *options):
    folder = Path(ROOT.name) / name
    jipctl('demo', str(folder), *options)
    if ON_POSTGRESQL:
        jipctl('migrate-database', '--to', postgresql.new_database(), data=str(folder))
    return folder


def rows(folder, sql):
    if ON_POSTGRESQL:
        connection = postgresql.Connection((folder / 'database').read_text().strip())
    else:
        connection = sqlite3.connect(f'file:{folder}/jiphyeon.db?mode=ro', uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def feed_digest(folder):
    """Everything that clients can see, and in which order it came."""
    text = repr(rows(folder, 'SELECT seq, table_name, row_id, roles, reader_a, body FROM feed ORDER BY seq'))
    return hashlib.sha256(text.encode()).hexdigest()


def lock_without_ballots(folder):
    """What `event export` writes after the chair opened and locked at once."""
    people = logins.read(folder / 'logins.txt')
    server = Server(data=str(folder)).start()
    chair = Client(server, people['chair'][0].login, people['chair'][0].password)
    chair.pull()
    [event] = chair.table('event')
    chair.step(event, 'open', entry=next(iter(chair.table('entry'))))
    chair.step(event, 'lock')
    export = jipctl('event', 'export', event, data=str(folder))
    server.stop()
    return export


def test_same_seed_same_city():
    when = ('--now', '2026-03-01T00:00:00.000Z')
    one, two, other = (city(name, '--seed', seed, *when, *SMALL) for name, seed in (('one', '7'), ('two', '7'), ('other', '8')))
    assert feed_digest(one) == feed_digest(two)
    assert feed_digest(one) != feed_digest(other)
    names = [[line.split('\t')[:3] for line in (folder / 'logins.txt').read_text().splitlines()] for folder in (one, two, other)]
    assert names[0] == names[1] != names[2]
    papers = [{path.name for path in (folder / 'papers').iterdir()} for folder in (one, other)]
    assert papers[0] == papers[1] and len(papers[0]) >= 3
    for name in papers[0]:
        paper = (one / 'papers' / name).read_bytes()
        assert paper == (two / 'papers' / name).read_bytes() and b'/CreationDate (20260301' in paper, name
    blobs = [sorted(str(path.relative_to(folder)) for path in (folder / 'blobs').rglob('*')) for folder in (one, two)]
    assert blobs[0] == blobs[1]  # named by what they hold
    exports = [lock_without_ballots(folder) for folder in (one, two, other)]
    assert exports[0] == exports[1] != exports[2]


def snapshot_rows(client):
    found, cursor, more = {}, '', True
    while more:
        status, page = client.call('GET', f'/v1/snapshot?replica={client.replica}&schema=1' + cursor)
        assert status == 200, page
        found |= {(change['table'], change['id']): change['row'] for change in page['changes']}
        cursor, more = '&cursor=' + page['cursor'], page['more']
    return found


def test_a_client_gets_all_of_it():
    folder = city('whole')
    people = logins.read(folder / 'logins.txt')
    assert [len(people[role]) for role in ('staff-judge', 'expert-judge', 'staff')] == [100, 13, 20]
    server = Server(data=str(folder)).start()
    admin = Client(server, 'admin', people['admin'][0].password)
    page = admin.pull()
    counts = {name: len(admin.table(name)) for name in ('user', 'department', 'proposal', 'event', 'entry', 'progress')}
    assert counts == {'user': 139, 'department': 12, 'proposal': 375, 'event': 1, 'entry': 10, 'progress': 20}, counts
    assert len(admin.table('document_type')) >= 1
    digests = row_digest(admin.rows)
    assert {table: digests.get(table, '0' * 64) for table in page['digests']} == page['digests']
    assert snapshot_rows(admin) == admin.rows
    for table in ('comment', 'proposal_version', 'proposal_step'):
        assert len(admin.table(table)) == rows(folder, f'SELECT COUNT(*) FROM {table}')[0][0], table
    proposals = admin.table('proposal').values()
    assert sum(row['votes'] for row in proposals) == rows(folder, 'SELECT COUNT(*) FROM vote')[0][0] > 0
    assert sum(row['comments'] for row in proposals) == len(admin.table('comment')) > 0
    assert {row['kind'] for row in proposals} == {'proposal', 'request'} and any(row['anonymous'] for row in proposals)

    entries = admin.table('entry').values()
    assert sorted(row['category'] for row in entries) == ['citizen'] * 5 + ['inner'] * 5
    judge = Client(server, people['expert-judge'][0].login, people['expert-judge'][0].password)
    for entry in entries:
        status, data = judge.call('GET', '/v1/blobs/' + entry['slides']['sha256'])
        assert status == 200 and data[:5] == b'%PDF-' and len(data) == entry['slides']['size']
        assert hashlib.sha256(data).hexdigest() == entry['slides']['sha256']
        slides = Path(ROOT.name) / 'slides.pdf'
        slides.write_bytes(data)
        pages = json.loads(jipctl('extract', '--json', str(slides)))['pages']
        assert 6 <= len(pages) <= 12 and entry['title'] in pages[0]['text'], pages[0]
    server.stop()


def test_texts_are_varied():
    folder = city('varied', '--ideas', '375', '--seed', str(int.from_bytes(os.urandom(4), 'big')))
    bodies = [body for body, in rows(folder, 'SELECT body FROM proposal')]
    assert len(set(bodies)) >= 0.97 * len(bodies), len(set(bodies))
    lengths = sorted(map(len, bodies))
    assert lengths[0] < 60 and lengths[-1] > 250
    assert len({body[:12] for body in bodies}) > 150
    assert not any('{' in body or '  ' in body for body in bodies)


def test_papers_can_be_read():
    folder = city('papers', *SMALL)
    texts = [jipctl('extract', str(path)) for path in sorted((folder / 'papers').iterdir())]
    assert len(set(texts)) == len(texts) >= 3
    for text in texts:
        assert any(c.isdigit() for c in text) and len(text) > 100, text


def test_smallest_and_many():
    folder = city('smallest', '--staff', '1', '--ideas', '0')
    assert rows(folder, 'SELECT COUNT(*) FROM account') == [(20,)] and rows(folder, 'SELECT COUNT(*) FROM entry') == [(10,)]
    started = time.monotonic()
    folder = city('many', '--staff', '2000', '--ideas', '600')
    assert rows(folder, 'SELECT COUNT(*) FROM proposal') == [(600,)]
    print(f'# 2000 staff and 600 ideas in {time.monotonic() - started:.1f} s')


def test_password_file():
    secret = Path(ROOT.name) / 'secret'
    secret.write_text('외우기 쉬운 말\n둘째 줄\n')
    folder = city('password', *SMALL, '--password-file', str(secret))
    server = Server(data=str(folder)).start()
    assert Client(server, 'staff001', '외우기 쉬운 말').roles
    server.stop()
    assert (folder / 'logins.txt').stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700


def snapshot(folder):
    return sorted((str(path), path.read_bytes() if path.is_file() else b'') for path in Path(folder).rglob('*'))


def test_bad_wishes_change_nothing():
    full = Path(ROOT.name) / 'full'
    full.mkdir()
    (full / 'mine').write_text('keep')
    empty = Path(ROOT.name) / 'empty-password'
    empty.write_text('\n')
    before = snapshot(full)
    new = str(Path(ROOT.name) / 'new')
    cases = [(['demo', str(full)], 'is not empty'), (['demo', str(full / 'mine')], 'not a folder'), (['demo'], 'one folder'),
             (['demo', new, new], 'one folder'), (['demo', new, '--staff', '0'], '--staff'), (['demo', new, '--ideas', '-1'], '--ideas'),
             (['demo', new, '--staff', 'many'], 'many'), (['demo', new, '--seed', '-4'], '--seed'),
             (['demo', new, '--now', 'yesterday'], '--now'), (['demo', new, '--password-file', str(empty)], 'password'),
             (['demo', new, '--password-file', new + '/none'], 'cannot be opened'), (['demo', new, '--colour'], 'colour')]
    for arguments, sentence in cases:
        status, out, err = jipctl(*arguments, ok=False)
        assert status == 2 and not out and err.startswith('jipctl demo: ') and err.count('\n') == 1, (arguments, status, out, err)
        assert sentence in err, (arguments, err)
    assert snapshot(full) == before and not Path(new).exists()
    assert not [path for path in Path(ROOT.name).iterdir() if path.name.startswith('new')]


def test_simulated_judges():
    folder = city('event', *SMALL)
    people = logins.read(folder / 'logins.txt')
    server = Server(data=str(folder)).start()
    chosen = [(p.login, p.password) for role in ('expert-judge', 'staff-judge') for p in people[role]]
    simulation = judges.Simulation(('127.0.0.1', server.port), chosen, seed=3, pace=(0, 0.05))
    simulation.start()
    simulation.wait_until_seated()
    chair = Client(server, people['chair'][0].login, people['chair'][0].password)
    chair.pull()
    [event] = chair.table('event')
    entries = sorted(chair.table('entry').values(), key=lambda row: row['number'])
    for entry in entries[:3]:
        chair.step(event, 'open', entry=entry['id'])
    deadline = time.monotonic() + 60
    while True:
        chair.pull()
        opened = [row for row in chair.table('progress').values() if row['entry'] in {entry['id'] for entry in entries[:3]}]
        if all(row['counted'] == row['expected'] for row in opened):
            break
        assert time.monotonic() < deadline, (opened, simulation.summary())
        time.sleep(0.05)
    chair.step(event, 'lock')
    simulation.join()
    summary = simulation.summary()
    assert not summary['problems'] and summary['ballots'] >= sum(row['expected'] for row in opened), summary
    chair.pull()
    export = jipctl('event', 'export', event, data=str(folder))
    recount = subprocess.run([JIPCTL, 'tally', '-'], input=export, capture_output=True, text=True, check=True).stdout
    assert recount == chair.table('result')[event]['result']
    assert sum(row['status'] == 'ranked' for row in json.loads(recount)['entries']) == 3
    server.stop()


def test_simulation_stays_on_this_machine():
    for wrong in ('http://192.0.2.1:80', 'https://127.0.0.1:443', '127.0.0.1', 'http://0.0.0.0:80', 'ftp://127.0.0.1:21'):
        run = subprocess.run([TOP / 'tools/simulate-judges', '--server', wrong, '--logins', os.devnull], capture_output=True,
                             text=True, check=False)
        assert run.returncode == 2 and run.stderr.startswith('simulate-judges: '), (wrong, run)
    assert judges.parse_server('http://localhost:8470')[1] == 8470


run_tests(globals())
