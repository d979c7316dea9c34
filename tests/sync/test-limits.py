# SPDX-License-Identifier: GPL-3.0-or-later
"""Each limit of docs/protocol.md from both sides: what is exactly as large is taken, one more is refused; and a client never
queues what could not be sent, nor sends more at once than a server takes."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))
from fake_server import Answer, Desk, Fake, error, new_id, page  # noqa: E402
from harness import AT, Client, Server, error_of, row_digest, run_tests  # noqa: E402

MUTATION, BODY, COUNT = 256 * 1024, 1024 * 1024, 200
server = Server(users=[['kim', '김하늘', '기획과', 'staff', 'pw'], ['lee', '이바다', '도서관과', 'staff', 'pw']]).start()


def document(**more):
    return {'format': 'jip-draft/1', 'type': 'press-release', 'title': '초안', 'fields': {}, 'sections': [], **more}


def written(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':')).encode()


def padded(mutation, size):
    """The mutation with a document that makes its JSON exactly so large."""
    mutation['args']['document']['note'] = ''
    mutation['args']['document']['note'] = 'x' * (size - len(written(mutation)))
    assert len(written(mutation)) == size
    return mutation


def draft(n=1, **more):
    return {'n': n, 'name': 'draft.save', 'args': {'id': new_id(), 'base_version': 0, 'document': document(**more)}, 'at': AT}


def push(client, mutations, size=None):
    """Sends a body of exactly so many bytes."""
    body = written({'replica': client.replica, 'schema': 1, 'mutations': mutations})
    if size:
        body += b' ' * (size - len(body))
        assert len(body) == size, len(body)
    return client.call('POST', '/v1/push', body, {'Content-Type': 'application/json'})


def statuses(answer):
    assert answer[0] == 200, answer
    return [verdict['status'] for verdict in answer[1]['verdicts']]


def test_mutation():
    client = Client(server, 'kim')
    assert error_of(push(client, [padded(draft(), MUTATION + 1)])) == (413, 'too-large')
    assert statuses(push(client, [padded(draft(), MUTATION)])) == ['ok']
    # what proves something is no part of what is measured: it comes later
    proven = dict(padded(draft(2), MUTATION), receipt='x' * 1000, origin={'replica': new_id(), 'n': 2**53 - 1})
    assert statuses(push(client, [proven])) == ['ok']


def test_body():
    client = Client(server, 'kim')
    four = [padded(draft(n), BODY // 4 - 100) for n in range(1, 5)]
    assert error_of(push(client, four, BODY + 1)) == (413, 'too-large')
    assert statuses(push(client, four, BODY)) == ['ok'] * 4


def test_count():
    client = Client(server, 'kim')
    many = [draft(n) for n in range(1, COUNT + 2)]
    assert error_of(push(client, many)) == (413, 'too-large')
    assert statuses(push(client, many[:COUNT])) == ['ok'] * COUNT


def nested(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    return value


def test_depth():
    """The envelope, the list, the mutation, its arguments and the document are five levels."""
    client = Client(server, 'kim')
    assert error_of(push(client, [draft(note=nested(60))])) == (400, 'bad-json')
    assert statuses(push(client, [draft(note=nested(59))])) == ['ok']


def test_page():
    client = Client(server, 'lee')
    pull = f'/v1/pull?replica={client.replica}&schema=1&limit='
    assert client.call('GET', pull + '1000')[0] == 200
    assert error_of(client.call('GET', pull + '1001')) == error_of(client.call('GET', pull + '0')) == (400, 'bad-args')


def test_text():
    """In characters, not bytes: the widest there are."""
    client = Client(server, 'kim')
    idea = new_id()
    client.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'title': '😀' * 200, 'body': '😀' * 20000, 'anonymous': False})
    client.do('comment.add', {'id': new_id(), 'proposal': idea, 'body': '😀' * 5000})
    client.do('comment.add', {'id': new_id(), 'proposal': idea, 'body': '😀' * 5001}, 'rejected', 'bad-args')
    desk = desk_of('kim')
    assert desk.do('comment', proposal=idea, body='😀' * 5001) == ('failed', 'bad-args')
    assert desk.do('comment', proposal=idea, body='\x01"\\' * 1666)[0] == 'done'
    assert desk.do('comment', proposal=idea, body='😀' * 5000)[0] == 'done'
    desk.wait_sent()
    assert desk.state[2] == 0
    desk.stop()
    desk.remove()


def desk_of(login):
    client = Client(server, login)
    desk = Desk(f'http://127.0.0.1:{server.port}', None, client.token, client.user)
    desk.wait(lambda: desk.state[0] == 'synced', what='synced')
    return desk


def test_largest_that_a_desk_queues():
    """To the byte: the largest that it queues can be sent, also with a receipt later; the next one is refused at once."""
    desk = desk_of('lee')
    taken, refused = MUTATION - 8192, MUTATION
    while refused - taken > 1:
        size = (taken + refused) // 2
        told = desk.do('draft', document=document(note='x' * size))
        if told[0] == 'done':
            taken = size
        else:
            assert told == ('failed', 'too-large'), told
            refused = size
    assert taken > MUTATION - 4096
    # what is escaped is measured as it is sent
    assert desk.do('draft', document=document(note='\x01' * (MUTATION // 6))) == ('failed', 'too-large')
    assert desk.do('draft', document=document(note='\x01' * (MUTATION // 7)))[0] == 'done'
    desk.wait_sent()
    assert desk.state[2] == 0, desk.refused()
    desk.wait(lambda: desk.state[0] == 'synced')
    client = Client(server, 'lee')
    assert client.pull()['digests'] == row_digest(client.rows)
    desk.wait(lambda: {(table, key): json.loads(row) for table, key, row in desk.query('SELECT tbl, id, row FROM record WHERE layer = 0')} == client.rows,
              what='the same rows')
    desk.stop()
    desk.remove()


def test_deepest_that_a_desk_queues():
    desk = desk_of('lee')
    assert desk.do('draft', document=document(note=nested(60))) == ('failed', 'bad-args')
    assert desk.do('draft', document=document(note=nested(59)))[0] == 'done'
    desk.wait_sent()
    assert desk.state[2] == 0
    desk.stop()
    desk.remove()


def test_verdict_with_a_long_message():
    """A message is for developers: its length stops no queue."""
    fake = Fake()
    fake.push = lambda handler, query, body: Answer({'verdicts': [{'n': 1, 'status': 'rejected', 'code': 'bad-args', 'message': '글' * 100000,
                                                                   'receipt': 'r'}], 'last_n': 1, 'seq': 1, 'epoch': json.loads(page().body)['epoch']})
    desk = Desk(f'http://127.0.0.1:{fake.port}')
    desk.submit('글')
    desk.wait(lambda: desk.state[1:] == (0, 1), what='the verdict')
    desk.stop()
    desk.remove()
    fake.stop()
    # and what the real server says of names that are as long as can be
    desk = desk_of('kim')
    idea = desk.submit('글')
    assert desk.do('edit', id=idea, fields={'가' * 20000: 'x'})[0] == 'done'
    desk.wait_sent()
    assert [code for _, _, code in desk.refused()] == ['bad-args']
    desk.stop()
    desk.remove()


def check_pushes(fake):
    sizes = [len(body) for kind, _, _, body in fake.requests if kind == 'push']
    for kind, _, _, body in fake.requests:
        if kind == 'push':
            assert len(body) <= BODY, len(body)
            mutations = json.loads(body)['mutations']
            assert len(mutations) <= COUNT and all(len(written(mutation)) <= MUTATION for mutation in mutations)
    return sizes


def test_batches():
    """Of every size, and again with receipts as long as they may be and the names of before."""
    fake, epoch = Fake(), None
    fake.push = lambda handler, query, body: error(503, 'busy')
    desk = Desk(f'http://127.0.0.1:{fake.port}')
    for _ in range(260):
        desk.do('draft', document=document(note='x' * 4600))
    for _ in range(6):
        desk.do('draft', document=document(note='"' * 120000))

    def with_receipts(handler, query, body):
        answer = json.loads(fake.take(body).body)
        for verdict in answer.get('verdicts', []):
            verdict['receipt'] = 'r' * 1000
        return Answer({**answer, 'epoch': epoch} if epoch else answer)
    fake.push = with_receipts
    desk.sync()
    desk.wait_sent()
    sizes = check_pushes(fake)
    assert max(sizes) > BODY - 300000, sizes
    # all that was acknowledged goes again: to a restored server, and under another name
    for how in ('restored', 'copied'):
        fake.requests.clear()
        fake.taken.clear()
        epoch = new_id()
        fake.pull = lambda handler, query, body: page(last_n=fake.last_n, epoch=epoch, cursor=epoch)
        if how == 'copied':
            fake.push = lambda handler, query, body: setattr(fake, 'push', with_receipts) or error(409, 'replica-cloned', {'n': 1, 'last_n': 1})
            desk.do('vote', proposal=new_id(), on=True)
        desk.sync()
        desk.wait(lambda: fake.last_n >= 266 and desk.state[:2] == ('synced', 0), 60, how)
        sizes = check_pushes(fake)
        assert max(sizes) > BODY - 300000, sizes
    desk.stop()
    desk.remove()
    fake.stop()


def test_large_rows():
    """Pages end before they are too large, and a desk takes them all."""
    client = Client(server, 'kim')
    for n in range(24):
        client.push(('draft.save', {'id': new_id(), 'base_version': 0, 'document': document(note='가' * 80000, title=f'{n}')}))
    reader = Client(server, 'kim')
    last = reader.pull()
    assert last['digests'] == row_digest(reader.rows)
    desk = desk_of('kim')
    desk.wait(lambda: {(table, key): json.loads(row) for table, key, row in desk.query('SELECT tbl, id, row FROM record WHERE layer = 0')} == reader.rows,
              60, 'the same rows')
    desk.stop()
    desk.remove()


run_tests(globals())
