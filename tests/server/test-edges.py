# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/protocol.md says of the edges: the largest, the empty, the doubled, the one too many."""

import json

from harness import AT, Client, Server, error_of, new_id, run_tests

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
    assert push(kim, [dict(largest, receipt='x' * 1000)])[1]['verdicts'] == answer['verdicts']
    clone = Client(server, 'kim')
    moved = dict(proven, origin={'replica': kim.replica, 'n': 1})
    assert push(clone, [moved])[1]['verdicts'][0]['status'] == 'ok'
    assert error_of(push(kim, [of_size(kim, MUTATION + 1)])) == (413, 'too-large')
    assert error_of(push(kim, [dict(largest, receipt='x' * 1001)])) == (400, 'bad-request')


def test_so_many_mutations_and_no_more():
    kim = Client(server, 'kim')
    votes = [{'n': n, 'name': 'vote.set', 'args': {'proposal': new_id(), 'on': True}, 'at': AT} for n in range(1, 202)]
    assert error_of(push(kim, votes)) == (413, 'too-large')
    assert push(kim, votes[:200])[1]['last_n'] == 200


run_tests(globals())
