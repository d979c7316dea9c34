# SPDX-License-Identifier: GPL-3.0-or-later
"""One account has made very many rows: what that costs the work of everybody. Deletions of its drafts beside as many versions of
another one, and files that somebody else attaches beside as many that it has announced and not sent; each against the same on a
server without those rows. Last, one of its files comes, for which a twentieth of the rows wait. On SQLite, or under
tests/with-postgresql on PostgreSQL.

usage: bench-rows.py [ROWS]     (the build is JIP_BUILD_DIR's)
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
os.environ.setdefault('JIP_BUILD_DIR', str(TOP / '_build'))
sys.path[:0] = [str(TOP / 'tests/server')]
from harness import ON_POSTGRESQL, Client, Server, new_id  # noqa: E402
from refill import Keeper  # noqa: E402

AT_ONCE = 10000
DOCUMENT = {'format': 'jip-draft/1', 'type': 'press-release', 'title': '글', 'sections': []}


def insert(database, table, columns, rows):
    for start in range(0, len(rows), AT_ONCE):
        database.execute(f'INSERT INTO {table} ({columns}) VALUES ' + ','.join(rows[start:start + AT_ONCE]))
    if ON_POSTGRESQL:
        database.execute(f'ANALYZE {table}')  # as it does by itself, a minute later


def seconds_of(work):
    began = time.monotonic()
    work()
    return round(time.monotonic() - began, 3)


def deletions(rows):
    """Seconds of 200 deletions by an account with @rows versions of another draft."""
    server = Server(users=[['kim', '김', '', 'staff', 'pw']]).start()
    kim = Client(server, 'kim')
    large, drafts = new_id(), [new_id() for _ in range(200)]
    kim.do('draft.save', {'id': large, 'base_version': 0, 'document': DOCUMENT})
    kim.push(*[('draft.save', {'id': draft, 'base_version': 0, 'document': DOCUMENT}) for draft in drafts])
    database = server.database('rw')
    insert(database, 'draft_version', 'id, draft, version, document, lost, received_at',
           [f"('{large}:{n}', '{large}', {n}, '{{}}', 0, 0)" for n in range(2, rows)])
    insert(database, 'feed', 'seq, table_name, row_id, roles, reader_a, body, digest',
           [f"({-n}, 'draft_version', '{large}:{n}', 0, '{kim.user['id']}', '{{}}', '')" for n in range(2, rows)])
    database.close()
    seconds = seconds_of(lambda: kim.push(*[('draft.delete', {'id': draft, 'base_version': 1}) for draft in drafts]))
    server.stop()
    return seconds


def files(rows):
    """Seconds of 200 files that somebody attaches beside @rows that wait, and of the arrival of one for which a twentieth of them wait."""
    server = Server(users=[[login, login, '', 'staff', 'pw'] for login in ('kim', 'lee')]).start()
    kim, lee = Keeper(server, 'kim'), Keeper(server, 'lee')
    announced, ideas, same = new_id(), [new_id() for _ in range(10)], hashlib.sha256(b'same').hexdigest()
    kim.do('proposal.submit', {'id': announced, 'kind': 'proposal', 'body': '본문', 'anonymous': False})
    lee.push(*[('proposal.submit', {'id': idea, 'kind': 'proposal', 'body': '본문', 'anonymous': False}) for idea in ideas])
    database = server.database('rw')
    insert(database, 'attachment', 'id, proposal, author, sha256, size, name, media_type, arrived, received_at',
           [f"('{new_id()}', '{announced}', '{kim.user['id']}', '{same if n % 20 == 0 else f'{n:064x}'}', 4, 'x', 'a/b', 0, 0)"
            for n in range(rows)])
    sha256 = lee.upload(b'data')
    attached = seconds_of(lambda: lee.push(*[
        ('attachment.add', {'id': new_id(), 'proposal': idea, 'sha256': sha256, 'size': 4, 'name': f'{n}.txt', 'media_type': 'text/plain'})
        for idea in ideas for n in range(20)]))
    arrived = seconds_of(lambda: kim.upload(b'same'))
    assert database.execute('SELECT COUNT(*) FROM attachment WHERE arrived = 1').fetchone()[0] == 200 + (rows + 19) // 20
    database.close()
    server.stop()
    return attached, arrived


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200000
    deleted_alone, deleted = deletions(0), deletions(rows)
    (attached_alone, _), (attached, arrived) = files(0), files(rows)
    print(json.dumps({'bench': 'rows', 'rows': rows, 'deletions_s': deleted, 'deletions_alone_s': deleted_alone,
                      'deletions_ratio': round(deleted / deleted_alone, 2), 'attached_s': attached, 'attached_alone_s': attached_alone,
                      'attached_ratio': round(attached / attached_alone, 2), 'arrival_of_rows': (rows + 19) // 20, 'arrival_s': arrived}))


if __name__ == '__main__':
    main()
