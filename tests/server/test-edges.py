# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/protocol.md says of the edges: the largest, the empty, the doubled, the one too many."""

import base64
import hashlib
import hmac
import json
import re
import socket

from harness import AT, Client, Server, check_feeds, error_of, event_args, new_id, run_tests

USERS = [['kim', '김철수', '재무국', 'staff', 'pw'], ['lee', '이영희', '도서관과', 'staff', 'pw'], ['host', '주최', '', 'staff organiser', 'pw']]
server = Server(users=USERS).start()
MUTATION = 256 * 1024


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()


def push(client, mutations):
    return client.call('POST', '/v1/push', {'replica': client.replica, 'schema': 1, 'mutations': mutations})


def of_size(client, size):
    """A saved draft whose mutation has exactly so many bytes."""
    document = {'format': 'jip-draft/1', 'type': 'notice', 'title': '제목', 'sections': [], 'padding': ''}
    mutation = client.mutation('draft.save', {'id': new_id(), 'base_version': 0, 'document': document})
    document['padding'] = 'x' * (size - len(canonical(mutation)))
    assert len(canonical(mutation)) == size
    return mutation


def test_the_largest_mutation_is_taken_again_with_its_receipt():
    kim = Client(server, 'kim')
    largest = of_size(kim, MUTATION)
    status, answer = push(kim, [largest])
    assert status == 200 and answer['verdicts'][0]['status'] == 'ok', answer
    proven = dict(largest, receipt=answer['verdicts'][0]['receipt'])
    assert push(kim, [proven])[1]['verdicts'] == answer['verdicts']
    for length in (0, 1000, 1001, 300000):
        assert push(kim, [dict(largest, receipt='x' * length)])[1]['verdicts'] == answer['verdicts']
    stranger = Client(server, 'kim')
    fresh = dict(stranger.mutation('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False}), receipt='가' * 1001)
    assert push(stranger, [fresh])[1]['verdicts'][0]['status'] == 'ok', 'as if it had none'
    clone = Client(server, 'kim')
    moved = dict(proven, origin={'replica': kim.replica, 'n': 1})
    assert push(clone, [moved])[1]['verdicts'][0]['status'] == 'ok'
    assert error_of(push(kim, [of_size(kim, MUTATION + 1)])) == (413, 'too-large')
    assert error_of(push(kim, [dict(largest, receipt=1)])) == (400, 'bad-request')


def test_so_many_mutations_and_no_more():
    kim = Client(server, 'kim')
    votes = [{'n': n, 'name': 'vote.set', 'args': {'proposal': new_id(), 'on': True}, 'at': AT} for n in range(1, 202)]
    assert error_of(push(kim, votes)) == (413, 'too-large')
    assert push(kim, votes[:200])[1]['last_n'] == 200


def test_a_head_of_the_feed_opens_none():
    kim = Client(server, 'kim')
    status, body, response = kim.raw('HEAD', '/v1/live')
    assert (status, body, response.getheader('Content-Type')) == (200, b'', 'text/event-stream')
    assert response.getheader('Transfer-Encoding') is None and response.getheader('Connection') is None
    assert Client(server).call('HEAD', '/v1/live')[0] == 401
    with socket.create_connection(('127.0.0.1', server.port), timeout=15) as link:
        head = f'Host: x\r\nAuthorization: Bearer {kim.token}\r\n'
        link.sendall(f'HEAD /v1/live HTTP/1.1\r\n{head}\r\nGET /v1/session HTTP/1.1\r\n{head}Connection: close\r\n\r\n'.encode())
        answers = b''.join(iter(lambda: link.recv(65536), b''))
    first, rest = answers.split(b'\r\n\r\n', 1)
    assert first.startswith(b'HTTP/1.1 200') and rest.startswith(b'HTTP/1.1 200'), answers
    metrics = kim.call('GET', '/metrics')[1].decode()
    assert re.search(r'(?m)^jiphyeon_live_feeds 0$', metrics), metrics


def test_addresses():
    kim = Client(server, 'kim')
    origin = f'http://127.0.0.1:{server.port}'
    for target, status, code in ((origin + '/v1/session', 200, None), (origin.upper() + '/v1/session?x=1', 200, None),
                                 ('https://x/healthz', 200, None), (origin, 404, 'not-found'), (origin + '?x', 404, 'not-found'),
                                 ('http://', 400, 'bad-request'), ('http:///healthz', 400, 'bad-request'), ('ftp://x/healthz', 400, 'bad-request'),
                                 ('/v1/session?x=1', 200, None), ('/v1/session?x=1&x=1', 400, 'bad-request')):
        kim.connection = None
        answer = kim.call('GET', target)
        assert error_of(answer) == (status, code), (target, answer)
    for method, path, allowed in (('PUT', '/v1/blobs/' + 'a' * 64, 'GET HEAD PATCH'), ('PUT', '/v1/session', 'DELETE GET HEAD POST'),
                                  ('POST', '/v1/live', 'GET HEAD'), ('GET', '/v1/push', 'POST'), ('HEAD', '/v1/push', 'POST')):
        status, _, response = kim.raw(method, path)
        assert status == 405 and sorted(response.getheader('Allow').split(', ')) == allowed.split(), response.getheader('Allow')


def test_no_department_is_empty_text():
    kim = Client(server, 'kim')
    kim.pull()
    own, other = kim.user['department'], next(key for key in kim.table('department') if key != kim.user['department'])
    idea = {'id': new_id(), 'kind': 'proposal', 'title': '제목', 'body': '글', 'category': '문화', 'department': own, 'anonymous': False}

    def now():
        kim.pull()
        return kim.table('proposal')[idea['id']]

    kim.do('proposal.submit', idea)
    kim.do('proposal.edit', {'id': idea['id'], 'base_version': 1, 'fields': {'department': '', 'category': ''}})
    assert (now()['department'], now()['category'], now()['title']) == (None, None, '제목')
    edit = {'id': idea['id'], 'base_version': 99, 'fields': {'department': other}}
    kim.do('proposal.edit', {**edit, 'base': {'department': None}}, 'rejected', 'bad-args')
    verdict = kim.do('proposal.edit', {**edit, 'base': {'department': own}}, 'conflict', 'version-conflict')
    assert verdict['detail'] == {'fields': {'department': {'base': own, 'server': None, 'yours': other}}, 'version': 2}
    kim.pull()
    lost = [row for row in kim.table('proposal_version').values() if row['proposal'] == idea['id'] and row['lost']]
    assert [(row['version'], row['department']) for row in lost] == [(verdict['detail']['version'], other)]
    kim.do('proposal.edit', {**edit, 'base': {'department': ''}})
    assert now()['department'] == other
    kim.do('proposal.edit', {**edit, 'fields': {'department': '재무국'}, 'base': {'department': other}}, 'rejected', 'bad-args')
    kim.do('proposal.edit', {**edit, 'fields': {'department': new_id()}, 'base': {'department': other}}, 'rejected', 'not-found')
    bare = {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False}
    kim.do('proposal.submit', dict(bare, department='', title='', category=''))
    kim.do('proposal.submit', bare)
    kim.do('proposal.submit', dict(bare, id=new_id(), department='x'), 'rejected', 'bad-args')


def test_rules_of_an_event():
    kim, host = Client(server, 'kim'), Client(server, 'host')
    sheet = {'categories': [{'id': 'a', 'name': '가', 'within': 1}],
             'panels': [{'id': 'p', 'name': '판', 'weight': 100, 'mode': 'score', 'max': '38.50', 'within': [{'x': None}]}]}
    event = event_args(kim.user['id'], [], 2, dict(sheet, unknown={'x': 'y'}))
    host.do('event.create', event)
    kim.step(event['id'], 'open', entry=event['entries'][0]['id'])
    kim.pull()
    row = kim.table('event')[event['id']]
    assert row['rules'] == sheet, row
    assert row['rules_hash'] == hashlib.sha256(canonical(row['rules'])).hexdigest()
    for awards in ({}, {'per_category': []}, {'grand': None}, {'grand': {'id': 'g', 'name': '대상', 'mode': 'stack'}}):
        host.do('event.create', event_args(kim.user['id'], [], 2, dict(sheet, awards=awards)))
    # What the row keeps is measured, so that what is dropped may stand beside it.
    names = [{'id': f'c{i}', 'name': '가' * 100, 'x': ''} for i in range(300)]
    largest = dict(sheet, categories=names)
    names[0]['x'] = 'x' * (128 * 1024 - len(canonical(largest)))
    event = event_args(kim.user['id'], [], 2, dict(largest, unknown='x' * 50000))
    host.do('event.create', event)
    names[0]['x'] += 'x'
    host.do('event.create', event_args(kim.user['id'], [], 2, largest), 'rejected', 'bad-args')


def test_names_of_slides():
    host = Client(server, 'host')
    content = b'%PDF-1.7 slides'
    sha256 = hashlib.sha256(content).hexdigest()
    host.call('POST', '/v1/blobs', {'sha256': sha256, 'size': len(content)})
    assert host.raw('PATCH', '/v1/blobs/' + sha256, content, {'Upload-Offset': '0', 'Content-Type': 'application/octet-stream'})[0] == 204

    def create(name, *verdict):
        event = event_args(host.user['id'], [], 2)
        event['entries'][0]['slides'] = {'sha256': sha256, 'size': len(content), 'name': name}
        return host.do('event.create', event, *verdict)

    for name in ('발표.pdf', '가' * 85, 'a b.pdf'):
        create(name)
    for name in ('../x', 'a\\b', '.x', ' x', 'x ', 'a\u202eb', 'a\nb', '가' * 86):
        assert '.slides.name' in create(name, 'rejected', 'bad-args')['message']


def sealed(server, client, mutation, seq):
    """The receipt that a server with other rules gave for this mutation."""
    key = bytes.fromhex(server.database().execute("SELECT value FROM meta WHERE key = 'receipt_key'").fetchall()[0][0])
    epoch = client.call('GET', '/healthz')[1]['epoch']
    open_part = f'2.{epoch}.{seq}.1784696591250.ok..'
    about = f'{client.user["id"]}|{client.replica}|{mutation["n"]}|{hashlib.sha256(canonical(mutation)).hexdigest()}'
    mac = hmac.new(key, f'receipt|{open_part}|{about}'.encode(), 'sha256').digest()
    return f'{open_part}.{base64.urlsafe_b64encode(mac).decode().rstrip("=")}'


def test_names_of_slides_that_were_taken_before_come_back():
    own = Server(users=USERS).start()
    host = Client(own, 'host')
    event = event_args(host.user['id'], [], 2)
    event['entries'][0]['slides'] = {'sha256': 'ab' * 32, 'size': 9, 'name': '.발표/1.pdf'}
    created = host.mutation('event.create', event)
    status, answer = push(host, [dict(created, receipt=sealed(own, host, created, 10**6))])
    assert status == 200 and answer['verdicts'][0]['status'] == 'ok', answer
    host.pull()
    assert host.table('entry')[event['entries'][0]['id']]['slides'] == {'sha256': 'ab' * 32, 'size': 9, 'name': '.발표/1.pdf', 'missing': True}
    own.stop()


def test_what_a_draft_holds_beside_its_form_comes_back():
    kim = Client(server, 'kim')
    plain = {'format': 'jip-draft/1', 'type': 'press-release', 'sections': []}
    for more in ({'fields': {'title': 5.5, 'date': True, 'facts': {}, 'subtitle': [[['x']], 1], 'plan': 1e300}}, {'generation': 5}, {'generation': []}):
        id = new_id()
        kim.do('draft.save', {'id': id, 'base_version': 0, 'document': {**plain, **more}})
        kim.pull()
        assert kim.table('draft')[id]['document'] == {**plain, **more}
    for more in ({'fields': []}, {'fields': 'x'}, {'title': 5}):
        kim.do('draft.save', {'id': new_id(), 'base_version': 0, 'document': {**plain, **more}}, 'rejected', 'bad-args')


def test_versions_of_a_draft():
    kim = Client(server, 'kim')
    id = new_id()

    def save(base, title, *verdict):
        return kim.do('draft.save', {'id': id, 'base_version': base,
                                     'document': {'format': 'jip-draft/1', 'type': 'notice', 'title': title, 'sections': []}}, *verdict)

    save(6, '처음')
    kept = [save(base, f'나중 {base}', 'conflict', 'version-conflict')['detail'] for base in (0, 6, 8, 2**30)]
    save(7, '처음')
    save(7, '다음')
    kim.pull()
    assert [detail['version'] for detail in kept] == [7] * 4
    assert {kim.table('draft_version')[detail['kept']]['lost'] for detail in kept} == {True}
    assert (kim.table('draft')[id]['version'], kim.table('draft')[id]['title']) == (8, '다음')
    kim.do('draft.delete', {'id': id, 'base_version': 8})
    kim.do('draft.delete', {'id': id, 'base_version': 8})


def test_contents_are_compared_as_they_were_sent():
    kim = Client(server, 'kim')
    vote = {'n': 1, 'name': 'vote.set', 'args': {'proposal': new_id(), 'on': True, 'x': None}, 'at': AT}
    first = push(kim, [vote])
    assert first[0] == 200
    assert push(kim, [{**vote, 'unknown': 5, 'receipt': None, 'origin': None}])[1]['verdicts'] == first[1]['verdicts']
    for args in ({'proposal': vote['args']['proposal'], 'on': True}, {**vote['args'], 'y': 1}):
        assert error_of(push(kim, [{**vote, 'args': args}])) == (409, 'replica-cloned')

    def push_text(n, name, args):
        return kim.call('POST', '/v1/push', f'{{"replica":"{kim.replica}","schema":1,"mutations":[{{"n":{n},"name":"{name}","args":{args},"at":"{AT}"}}]}}')

    for n, name, code in ((2, 'vote.set', 'bad-args'), (3, 'vote.dance', 'unknown-mutation')):
        answer = push_text(n, name, f'{{"proposal":"{new_id()}","on":true,"x":[1e400]}}')
        assert answer[1]['verdicts'][0]['code'] == code
    assert error_of(push_text(3, 'vote.dance', '{"x":[null]}')) == (409, 'replica-cloned')
    one = push_text(4, 'vote.dance', '{"x":[1e400]}')
    assert push_text(4, 'vote.dance', '{"x":[null]}')[1]['verdicts'] == one[1]['verdicts']


def test_no_model_is_said_at_once():
    kim = Client(server, 'kim')
    fields = {'title': '제목', 'department': '재무국', 'date': '2026-07-22', 'facts': '사실'}
    status, text = kim.call('POST', '/v1/generate', {'draft': new_id(), 'section': 'lead', 'document_type': 'press-release', 'inputs': {'fields': fields}})
    events = [dict(line.split(': ', 1) for line in event.splitlines()) for event in text.decode().split('\n\n') if event]
    assert status == 200 and [(event['event'], json.loads(event['data'])['code']) for event in events] == [('error', 'model-unavailable')], text


run_tests(globals(), check_feeds)
