# SPDX-License-Identifier: GPL-3.0-or-later
"""Every route with malformed JSON, wrong types, oversized bodies, unknown ids and missing rights: a named error, a fitting
status, and nothing changed."""

import gzip
import hashlib
import json
import socket

from harness import AT, Client, Server, event_args, new_id, run_tests

USERS = [['kim', '직원', '', 'staff', 'pw'], ['host', '주최', '', 'staff organiser', 'pw'], ['out', '외부', '', '', 'pw']]
server = Server(users=USERS).start()
kim, out = Client(server, 'kim'), Client(server, 'out')
ID, SHA = new_id(), 'ab' * 32
JSON = {'Content-Type': 'application/json'}
PULL = f'/v1/pull?replica={kim.replica}&schema=1'
BIG = '{"a": "' + 'x' * (1 << 20) + '"}'
SMALL = ('/v1/session', '/v1/session/code', '/v1/blobs')  # which take 16 KiB
DEEP = '[' * 70 + ']' * 70

# method, path, body, headers, status, code
TABLE = []
for method, path in (('POST', '/v1/session'), ('POST', '/v1/session/code'), ('POST', '/v1/push'), ('POST', '/v1/blobs'),
                     ('POST', '/v1/generate')):
    for text in ('', '{', '{"a":1,"a":2}', '{"a":010}', "{'a':1}", '{"a":"\\u0000"}', DEEP, '{"a":1} x', b'\xff\xfe'):
        TABLE.append((method, path, text, JSON, 400, 'bad-json'))
    TABLE.append((method, path, '{}', {'Content-Type': 'text/plain'}, 415, 'bad-media-type'))
    TABLE.append((method, path, BIG, JSON, 413, 'too-large'))
    for size, status, code in ((16 << 10, 400, 'bad-args'), ((16 << 10) + 1, 413, 'too-large')):
        if path in SMALL:
            TABLE.append((method, path, json.dumps({'x': ''}).replace('""', f'"{"x" * (size - 9)}"'), JSON, status, code))
    for text in ('[]', '1', 'null', '"x"'):
        TABLE.append((method, path, text, JSON, 400, 'bad-request' if path == '/v1/push' else 'bad-args'))
TABLE += [
    ('POST', '/v1/session', {'login': 1, 'password': 'x', 'device': 'd'}, JSON, 400, 'bad-args'),
    ('POST', '/v1/session', {'login': 'kim', 'password': 'pw'}, JSON, 400, 'bad-args'),
    ('POST', '/v1/session', {'login': 'kim', 'password': 'x' * 1001, 'device': 'd'}, JSON, 400, 'bad-args'),
    ('POST', '/v1/session', {'login': 'kim', 'password': 'no', 'device': 'd'}, JSON, 401, 'bad-credentials'),
    ('POST', '/v1/session/code', {'code': 'AAAA-AAAA', 'device': 'd'}, JSON, 401, 'bad-credentials'),
    ('POST', '/v1/push', {'replica': 'x', 'schema': 1, 'mutations': []}, JSON, 400, 'bad-request'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': '1', 'mutations': []}, JSON, 400, 'bad-request'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 2, 'mutations': []}, JSON, 409, 'schema-unknown'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 0, 'mutations': []}, JSON, 426, 'schema-too-old'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': {}}, JSON, 400, 'bad-request'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': [1]}, JSON, 400, 'bad-request'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': [{'n': 0, 'name': 'x'}]}, JSON, 400, 'bad-request'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': [{'n': 1}]}, JSON, 400, 'bad-request'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': [{'n': 1, 'name': 1}]}, JSON, 400, 'bad-request'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': [{'n': 2, 'name': 'x', 'args': {}, 'at': AT}]}, JSON, 409, 'gap'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': [{'n': i + 1, 'name': 'x'} for i in range(201)]}, JSON, 413, 'too-large'),
    ('POST', '/v1/push', {'replica': kim.replica, 'schema': 1, 'mutations': [{'n': 1, 'name': 'x', 'args': {'a': 'x' * 270000}}]}, JSON, 413, 'too-large'),
    ('GET', '/v1/pull', None, {}, 400, 'bad-args'),
    ('GET', '/v1/pull?replica=x&schema=1', None, {}, 400, 'bad-args'),
    ('GET', f'/v1/pull?replica={ID}', None, {}, 400, 'bad-args'),
    ('GET', f'/v1/pull?replica={ID}&schema=x', None, {}, 400, 'bad-args'),
    ('GET', f'/v1/pull?replica={ID}&schema=2', None, {}, 409, 'schema-unknown'),
    ('GET', PULL + '&limit=0', None, {}, 400, 'bad-args'),
    ('GET', PULL + '&limit=1001', None, {}, 400, 'bad-args'),
    ('GET', PULL + '&cursor=x', None, {}, 400, 'bad-cursor'),
    ('GET', PULL + '&cursor=' + 'A' * 2000, None, {}, 400, 'bad-cursor'),
    ('GET', f'/v1/snapshot?replica={ID}&schema=1&cursor=x', None, {}, 400, 'bad-cursor'),
    ('GET', '/v1/snapshot', None, {}, 400, 'bad-args'),
    ('POST', '/v1/blobs', {'sha256': 'x', 'size': 1}, JSON, 400, 'bad-args'),
    ('POST', '/v1/blobs', {'sha256': SHA, 'size': 0}, JSON, 400, 'bad-args'),
    ('POST', '/v1/blobs', {'sha256': SHA, 'size': (200 << 20) + 1}, JSON, 400, 'bad-args'),
    ('POST', '/v1/blobs', {'sha256': SHA, 'size': 1.5}, JSON, 400, 'bad-args'),
    ('PATCH', '/v1/blobs/' + SHA, b'x', {'Upload-Offset': '0'}, 404, 'not-found'),
    ('PATCH', '/v1/blobs/' + SHA, b'x', {}, 400, 'bad-request'),
    *[('PATCH', '/v1/blobs/' + SHA, b'x', {'Upload-Offset': offset}, 400, 'bad-request') for offset in ('-1', '-0', '+0', '0x0', '1e0', '99999999999999999999')],
    ('PATCH', '/v1/blobs/x', b'x', {'Upload-Offset': '0'}, 404, 'not-found'),
    ('PATCH', '/v1/blobs/' + SHA, b'x' * ((4 << 20) + 1), {'Upload-Offset': '0'}, 413, 'too-large'),
    ('GET', '/v1/blobs/' + SHA, None, {}, 404, 'not-found'),
    ('GET', '/v1/blobs/..%2F..%2Fjiphyeon.db', None, {}, 404, 'not-found'),
    ('HEAD', '/v1/blobs/' + SHA, None, {}, 404, None),
    ('POST', '/v1/generate', {'draft': 1}, JSON, 400, 'bad-args'),
    ('GET', '/v1/none', None, {}, 404, 'not-found'),
    ('PUT', '/v1/session', '{}', JSON, 405, 'method-not-allowed'),
    ('POST', '/healthz', '{}', JSON, 405, 'method-not-allowed'),
    ('POST', '/control', {'command': 'user import', 'args': {'csv': 'x'}}, JSON, 404, 'not-found'),
]

# Every route that needs a session, without one.
CLOSED = [('GET', '/v1/session'), ('DELETE', '/v1/session'), ('POST', '/v1/push'), ('GET', PULL), ('GET', '/v1/live'),
          ('GET', f'/v1/snapshot?replica={ID}&schema=1'), ('POST', '/v1/blobs'), ('HEAD', '/v1/blobs/' + SHA),
          ('PATCH', '/v1/blobs/' + SHA), ('GET', '/v1/blobs/' + SHA), ('POST', '/v1/generate')]

PROPOSAL = {'id': new_id(), 'kind': 'proposal', 'body': 'x', 'anonymous': False}
EVENT = event_args(kim.user['id'], [])
# name, args, who, code: each with an argument of the wrong kind, an unknown id, or without the right.
MUTATIONS = [
    ('proposal.submit', dict(PROPOSAL, kind='x'), kim, 'bad-args'), ('proposal.submit', dict(PROPOSAL, body=''), kim, 'bad-args'),
    ('proposal.submit', dict(PROPOSAL, body='x' * 20001), kim, 'bad-args'), ('proposal.submit', dict(PROPOSAL, id='X'), kim, 'bad-args'),
    ('proposal.submit', dict(PROPOSAL, anonymous=1), kim, 'bad-args'), ('proposal.submit', dict(PROPOSAL, title='x' * 201), kim, 'bad-args'),
    ('proposal.submit', dict(PROPOSAL, department=ID), kim, 'not-found'), ('proposal.submit', PROPOSAL, out, 'forbidden'),
    ('proposal.submit', [], kim, 'bad-args'),
    ('proposal.edit', {'id': ID, 'base_version': 1, 'fields': {'title': 'x'}}, kim, 'not-found'),
    ('proposal.edit', {'id': ID, 'base_version': 0, 'fields': {'title': 'x'}}, kim, 'bad-args'),
    ('proposal.edit', {'id': ID, 'base_version': 1, 'fields': {}}, kim, 'bad-args'),
    ('proposal.edit', {'id': ID, 'base_version': 1, 'fields': {'body': '  '}}, kim, 'bad-args'),
    ('comment.add', {'id': ID, 'proposal': ID, 'body': 'x'}, kim, 'not-found'), ('comment.add', {'id': ID, 'proposal': ID, 'body': ' '}, kim, 'bad-args'),
    ('comment.add', {'id': ID, 'proposal': ID, 'body': 'x'}, out, 'forbidden'),
    ('vote.set', {'proposal': ID, 'on': True}, kim, 'not-found'), ('vote.set', {'proposal': ID, 'on': 'yes'}, kim, 'bad-args'),
    ('vote.set', {'proposal': ID, 'on': True}, out, 'forbidden'),
    ('event.create', EVENT, kim, 'forbidden'), ('event.create', dict(EVENT, entries={}), kim, 'bad-args'),
    ('event.step', {'event': ID, 'step': 'lock', 'args': {}}, kim, 'not-found'), ('event.step', {'event': ID, 'step': 'x', 'args': {}}, kim, 'bad-args'),
    ('event.step', {'event': ID, 'step': 'adjust', 'args': {'entry': ID, 'adjust': 1.5, 'reason': 'x'}}, kim, 'bad-args'),
    ('event.step', {'event': ID, 'step': 'late', 'args': {'ballot': ID, 'admit': 1, 'reason': 'x'}}, kim, 'bad-args'),
    ('ballot.submit', {'id': ID, 'event': ID, 'version': 1, 'entry': ID, 'score': 1}, kim, 'not-found'),
    ('ballot.submit', {'id': ID, 'event': ID, 'version': 0, 'entry': ID, 'score': 1}, kim, 'bad-args'),
    ('ballot.submit', {'id': ID, 'event': ID, 'version': 1, 'entry': ID, 'score': 1.5}, kim, 'bad-args'),
    ('draft.save', {'id': ID, 'base_version': 0, 'document': []}, kim, 'bad-args'),
    ('draft.save', {'id': ID, 'base_version': 0, 'document': {'format': 'jip-draft/2'}}, kim, 'bad-args'),
    ('draft.save', {'id': ID, 'base_version': -1, 'document': {}}, kim, 'bad-args'), ('draft.delete', {'id': ID}, kim, 'not-found'),
    ('no.such', {}, kim, 'unknown-mutation'),
]


def text_of(body):
    return json.dumps(body) if isinstance(body, dict) else body


def check(client, method, path, body, headers, status, code):
    answer = client.raw(method, path, text_of(body), headers)
    where = f'{method} {path[:80]} {str(body)[:60]}'
    assert answer[0] == status, (where, answer[0], answer[1][:300])
    if code is not None:
        error = json.loads(answer[1])['error']
        assert error['code'] == code and error['message'], (where, error)


def test_every_route_names_what_is_wrong():
    before = server.digest()
    for row in TABLE:
        check(Client(server) if row[1].startswith('/v1/session') else kim, *row)
    assert server.digest() == before


def test_every_route_asks_who_is_there():
    before = server.digest()
    stranger = Client(server)
    for method, path in CLOSED:
        body, headers = (('{}', JSON) if method == 'POST' else (b'x', {'Upload-Offset': '0'}) if method == 'PATCH' else (None, {}))
        for token in (None, 'x', 'A' * 43):
            stranger.token = token
            check(stranger, method, path, body, headers, 401, None if method == 'HEAD' else 'unauthorized')
    check(out, 'POST', '/v1/generate', {'draft': ID}, JSON, 403, 'forbidden')
    assert server.digest() == before


def test_names_of_mutations():
    """Whatever stands there is no reason to keep back what comes after it, and nothing of it is kept."""
    who = Client(server, 'kim')
    names = ['', ' ', 'x' * 100, 'x' * 101, '가' * 80000, 'proposal.submit ', '\u202e"\\']
    damaged = who.mutation('z' * 200000, {})
    verdicts = who.push_raw([dict(damaged, receipt='x')]) + who.push(*[(name, {}) for name in names], ('proposal.submit', dict(PROPOSAL, id=new_id())))
    assert [(v['status'], v.get('code')) for v in verdicts] == [('rejected', 'unknown-mutation')] * 8 + [('ok', None)], verdicts
    assert all(len(verdict['message']) < 200 for verdict in verdicts[:-1]), verdicts
    assert who.push_raw([dict(damaged, receipt='x')])[0] == verdicts[0]
    database = server.database()
    for table in server.tables(database):
        for row in database.execute(f'SELECT * FROM "{table}"').fetchall():
            assert 'z' * 101 not in str(row) and '가' * 101 not in str(row) and 'x' * 101 not in str(row), (table, str(row)[:300])
    database.close()


def test_what_is_judged_first():
    """Address, method, type, length, who asks, what is asked: of two mistakes the first one is named."""
    stranger, text = Client(server), {'Content-Type': 'text/plain'}
    for method, path, body, headers, status, code in (
            ('PUT', '/v1/none', BIG, text, 404, 'not-found'), ('PUT', '/v1/push', BIG, text, 405, 'method-not-allowed'),
            ('POST', '/v1/push', BIG, text, 415, 'bad-media-type'), ('POST', '/v1/push', '{', text, 415, 'bad-media-type'),
            ('POST', '/v1/push', BIG, JSON, 413, 'too-large'), ('POST', '/v1/push', '{', JSON, 401, 'unauthorized')):
        check(stranger, method, path, body, headers, status, code)


def test_of_a_mutation_too():
    """The form of the arguments, then the right, then all else."""
    idea = new_id()
    kim.do('proposal.submit', dict(PROPOSAL, id=idea))
    host = Client(server, 'host')
    edit = lambda **fields: {'id': idea, 'base_version': 9, 'fields': fields}
    for who, args, code in ((host, edit(body='\v'), 'bad-args'), (host, edit(department=ID), 'forbidden'), (kim, edit(department=ID), 'not-found'),
                            (kim, edit(title='x'), 'bad-args')):
        who.do('proposal.edit', args, 'rejected', code)


def test_headers_that_count_for_nothing():
    good, other = ('Authorization', 'Bearer ' + kim.token), ('Authorization', 'Bearer x')
    content = new_id().encode()
    sha256 = hashlib.sha256(content).hexdigest()
    body = json.dumps({'sha256': sha256, 'size': len(content)}).encode()
    for kind in ('application/json; charset=euc-kr', 'Application/JSON;x', 'application/json ;a=b'):
        check(kim, 'POST', '/v1/blobs', body, {'Content-Type': kind, 'Accept-Encoding': 'gzip', 'Content-Encoding': 'identity'}, 200, None)
    check(kim, 'POST', '/v1/blobs', gzip.compress(body), {**JSON, 'Content-Encoding': 'gzip'}, 400, 'bad-json')
    check(kim, 'PATCH', '/v1/blobs/' + sha256, content, {'Upload-Offset': '0', 'Content-Type': 'text/plain'}, 204, None)
    check(kim, 'GET', '/v1/blobs/' + sha256, None, {'If-None-Match': f'"{sha256}"', 'If-Match': '"x"'}, 200, None)
    for headers, status in (([good, other], 200), ([other, good], 401)):
        with socket.create_connection(('127.0.0.1', server.port), timeout=10) as raw:
            raw.sendall('GET /v1/session HTTP/1.1\r\nHost: x\r\n'.encode() + ''.join(f'{a}: {b}\r\n' for a, b in headers).encode() + b'\r\n')
            assert raw.recv(65536).startswith(f'HTTP/1.1 {status}'.encode()), headers


def test_mutations_are_rejected_and_change_nothing():
    before = server.digest(('session', 'counter', 'audit', 'verdict', 'replica'))
    for name, args, who, code in MUTATIONS:
        who.do(name, args, 'rejected', code)
    assert server.digest(('session', 'counter', 'audit', 'verdict', 'replica')) == before


def test_smuggling_is_refused():
    for head in ('Content-Length: 5\r\nTransfer-Encoding: chunked', 'Transfer-Encoding: chunked\r\nContent-Length: 5'):
        with socket.create_connection(('127.0.0.1', server.port), timeout=10) as raw:
            raw.sendall(f'POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{head}\r\n\r\n0\r\n\r\n'.encode())
            answer = b''
            while chunk := raw.recv(65536):
                answer += chunk
            assert answer.startswith(b'HTTP/1.1 400'), answer[:100]


run_tests(globals())
