# SPDX-License-Identifier: GPL-3.0-or-later
"""After a restore somebody else uses the ids of what was lost, which everybody had read: both are kept, each with what was said about it
(docs/protocol.md, After a restore)."""

import itertools
import random

from harness import check_feeds, new_id, run_tests
from refill import Keeper, Show, backup, keep, lose_disk, put_back, settle

DOCUMENT = b'%PDF-1.7\n' + bytes(range(256)) * 3


class Board:
    """An idea of s0 with comments, votes and files, all of which a restore lost, and the same ids in the hands of s3."""

    def __init__(self):
        self.show = show = Show()
        self.folder = backup(show.server)
        self.author, self.other_pc, self.voter, self.writer = show.s0, Keeper(show.server, 's0'), show.s1, show.s2
        self.idea, self.comment, self.file, self.comment_file = (new_id() for _ in range(4))
        self.author.do('proposal.submit', self.proposal('안내문을 쉬운 말로'))
        self.other_pc.do('proposal.edit', {'id': self.idea, 'base_version': 1, 'fields': {'title': '고친 제목'}})
        for pc in (self.voter, self.writer):
            pc.do('vote.set', {'proposal': self.idea, 'on': True})
        self.writer.do('comment.add', {'id': self.comment, 'proposal': self.idea, 'body': '좋은 제안입니다'})
        sha256 = self.author.upload(DOCUMENT)
        named = {'proposal': self.idea, 'sha256': sha256, 'size': len(DOCUMENT), 'name': '안내문.pdf', 'media_type': 'application/pdf'}
        self.author.do('attachment.add', {**named, 'id': self.file})
        self.writer.upload(DOCUMENT)
        self.writer.do('attachment.add', {**named, 'id': self.comment_file, 'comment': self.comment})
        self.pcs = [self.author, self.other_pc, self.voter, self.writer]
        self.kept = keep(self.pcs)

    def proposal(self, body):
        return {'id': self.idea, 'kind': 'proposal', 'title': '제목', 'body': body, 'anonymous': False}

    def lose(self, order):
        """And the other one is first, but for those of @order that stand before None."""
        put_back(self.kept)
        lose_disk(self.show.server, self.folder)
        for pc in order:
            pc.refill() if pc is not None else self.steal()
        self.upload()

    def upload(self):
        for pc in (self.author, self.writer):
            pc.upload(DOCUMENT)

    def steal(self):
        self.thief, self.crowd = Keeper(self.show.server, 's3'), Keeper(self.show.server, 'e0')
        self.thief.do('proposal.submit', self.proposal('가로챈 글'))
        self.thief.do('proposal.edit', {'id': self.idea, 'base_version': 1, 'fields': {'body': '가로챈 글을 고침'}})
        self.thief.do('comment.add', {'id': self.comment, 'proposal': self.idea, 'body': '가로챈 의견'})
        self.crowd.do('vote.set', {'proposal': self.idea, 'on': True})
        self.crowd.do('comment.add', {'id': new_id(), 'proposal': self.idea, 'body': '두 번째 글에 대한 의견'})

    def facts(self):
        """By what people read, since ids follow from who was first: each idea with its votes, comments and files."""
        settle(self.show)
        database = self.show.server.database()
        ask = lambda sql, *args: sorted(tuple(row) for row in database.execute(sql, args).fetchall())
        found = {}
        for id, title, body, version, votes, comments in ask('SELECT id, title, body, version, votes, comments FROM proposal'):
            found[body] = {
                'title': title, 'counts': (version, votes, comments),
                'votes': ask('SELECT a.login FROM vote v JOIN account a ON a.id = v.account WHERE v.proposal = ?', id),
                'texts': ask('SELECT version, title, body, lost FROM proposal_version WHERE proposal = ?', id),
                'comments': ask('SELECT a.login, c.body, COUNT(f.id) FROM comment c JOIN account a ON a.id = c.author LEFT JOIN attachment f'
                                ' ON f.comment = c.id AND f.proposal = c.proposal WHERE c.proposal = ? GROUP BY a.login, c.body', id),
                'files': ask('SELECT name, arrived FROM attachment WHERE proposal = ? AND comment IS NULL', id)}
        assert database.execute('SELECT COUNT(*) FROM parked').fetchone()[0] == 0, database.execute('SELECT name, args, waits_for FROM parked').fetchall()
        database.close()
        return found

    def check(self):
        found = self.facts()
        assert set(found) == {'안내문을 쉬운 말로', '가로챈 글을 고침'}, found
        mine, other = found['안내문을 쉬운 말로'], found['가로챈 글을 고침']
        assert mine == {'title': '고친 제목', 'counts': (2, 2, 1), 'votes': [('s1',), ('s2',)],
                        'texts': [(1, '제목', '안내문을 쉬운 말로', 0), (2, '고친 제목', '안내문을 쉬운 말로', 0)],
                        'comments': [('s2', '좋은 제안입니다', 1)], 'files': [('안내문.pdf', 1)]}, mine
        assert other == {'title': '제목', 'counts': (2, 1, 2), 'votes': [('e0',)],
                         'texts': [(1, '제목', '가로챈 글', 0), (2, '제목', '가로챈 글을 고침', 0)],
                         'comments': [('e0', '두 번째 글에 대한 의견', 0), ('s3', '가로챈 의견', 0)], 'files': []}, other
        for pc in (self.author, self.thief):
            pc.server_last_n()
            own = {row['body'] for row in pc.table('proposal').values() if row['id'] in pc.table('own_proposal')}
            assert own == {'안내문을 쉬운 말로' if pc is self.author else '가로챈 글을 고침'}, own


def test_an_idea_whose_id_was_taken_comes_back_with_what_was_said():
    """Whoever comes back first: votes, comments, edits from another PC and files before the author, or behind."""
    board = Board()
    for order in itertools.permutations(board.pcs):
        board.lose([None, *order])
        board.check()


def test_ids_stay_as_they_were_given():
    """Over another restore, whoever is back first then, with what was said meanwhile."""
    board, rng = Board(), random.Random(7)
    board.lose([None, *board.pcs])
    board.author.server_last_n()
    given, = (id for id, row in board.author.table('proposal').items() if row['body'] == '안내문을 쉬운 말로')
    assert given != board.idea
    board.writer.do('comment.add', {'id': new_id(), 'proposal': given, 'body': '다시 보니 더 좋습니다'})
    board.author.do('proposal.edit', {'id': given, 'base_version': 2, 'fields': {'category': '행정'}})
    board.voter.do('vote.set', {'proposal': given, 'on': False})
    board.crowd.do('vote.set', {'proposal': board.idea, 'on': False})
    board.author.do('attachment.remove', {'id': board.file, 'proposal': given})
    before, ids, pcs = board.facts(), sorted(board.author.table('proposal')), [*board.pcs, board.thief, board.crowd]
    board.kept = keep(pcs)
    for _ in range(12):
        order = rng.sample(pcs, len(pcs))
        board.lose(order)
        assert board.facts() == before, (order, board.facts(), before)
        board.author.server_last_n()
        assert sorted(board.author.table('proposal')) == ids


def test_what_comes_twice_is_there_once():
    """After one more restore the network brings the old requests of the author and the writer without receipts, and they have their own ids for
    a while; or a copy of their PCs is first, which has been away since before the ids were given."""
    board = Board()
    board.lose([None, *board.pcs])
    board.author.server_last_n()
    given, = (id for id, row in board.author.table('proposal').items() if row['body'] == '안내문을 쉬운 말로')
    board.voter.do('vote.set', {'proposal': given, 'on': False})
    board.voter.do('comment.add', {'id': new_id(), 'proposal': given, 'body': '뒤의 의견'})
    board.author.do('proposal.edit', {'id': given, 'base_version': 2, 'fields': {'category': '행정'}})
    board.author.do('attachment.remove', {'id': board.file, 'proposal': given})
    before, pcs, old = board.facts(), [*board.pcs, board.thief, board.crowd], board.kept
    board.kept = keep(pcs)
    for first in ((board.author, board.writer), (board.author, board.writer, board.voter, board.thief), (board.thief, board.voter)):
        for repeated in (True, False):
            put_back(board.kept)
            lose_disk(board.show.server, board.folder)
            for pc in first:
                if repeated:
                    pc.repeat(9)
                elif pc in old:
                    pc.server_last_n()
                    mutations = list(old[pc][0].values())
                    assert pc.call('POST', '/v1/push', {'replica': pc.replica, 'schema': 1, 'oldest': 1, 'mutations': mutations})[0] == 200
            for pc in pcs[::-1]:
                pc.refill()
            board.upload()
            assert board.facts() == before, (first, repeated, board.facts(), before)


def test_what_is_said_before_the_other_one_is_back():
    """The author is back first after another restore, and has the id again: what is said then is about this idea, now and ever after."""
    board = Board()
    put_back(board.kept)
    lose_disk(board.show.server, board.folder)
    board.steal()
    lose_disk(board.show.server, board.folder)
    for pc in board.pcs:
        pc.refill()
    board.crowd.server_last_n()
    late = Keeper(board.show.server, 'e1')
    late.do('vote.set', {'proposal': board.idea, 'on': True})
    late.do('comment.add', {'id': new_id(), 'proposal': board.idea, 'body': '다시 나온 글에 대한 의견'})
    pcs = [*board.pcs, board.thief, board.crowd, late]
    for order in (pcs, pcs[::-1], pcs[4:] + pcs[:4]):
        for pc in order:
            pc.refill()
        found = board.facts()
        mine, other = found['안내문을 쉬운 말로'], found['가로챈 글을 고침']
        assert mine['votes'] == [('e1',), ('s1',), ('s2',)] and other['votes'] == [('e0',)], found
        assert [row[0] for row in mine['comments']] == ['e1', 's2'] and [row[0] for row in other['comments']] == ['e0', 's3'], found
        board.kept = keep(pcs)
        lose_disk(board.show.server, board.folder)


def test_three_that_used_one_id():
    """Each over the loss of the one before, whoever is back first."""
    show = Show()
    folder, idea, authors = backup(show.server), new_id(), [show.s0, show.s1, show.s2]
    for pc in authors:
        lose_disk(show.server, folder)
        pc.do('proposal.submit', {'id': idea, 'kind': 'proposal', 'title': '', 'body': pc.login, 'anonymous': False})
        show.s3.refill() if pc is not show.s0 else None
        show.s3.do('vote.set', {'proposal': idea, 'on': pc is not show.s1})
        pc.do('comment.add', {'id': new_id(), 'proposal': idea, 'body': pc.login})
    pcs = [*authors, show.s3]
    kept = keep(pcs)
    for order in itertools.permutations(pcs):
        put_back(kept)
        lose_disk(show.server, folder)
        for pc in order:
            pc.refill()
        settle(show)
        database = show.server.database()
        found = sorted(tuple(row) for row in database.execute('SELECT p.body, p.votes, c.body FROM proposal p JOIN comment c ON c.proposal = p.id').fetchall())
        database.close()
        assert found == [('s0', 1, 's0'), ('s1', 0, 's1'), ('s2', 1, 's2')] and show.count('parked') == 0, (order, found)


def test_nobody_may_use_a_given_id():
    """Who has read it cannot take it over the next restore."""
    board = Board()
    board.lose([None, *board.pcs])
    board.author.server_last_n()
    given, = (id for id, row in board.author.table('proposal').items() if row['body'] == '안내문을 쉬운 말로')
    comment, = (id for id, row in board.author.table('comment').items() if row['body'] == '좋은 제안입니다')
    before, pcs = board.facts(), [*board.pcs, board.thief, board.crowd]
    board.kept = keep(pcs)
    put_back(board.kept)
    lose_disk(board.show.server, board.folder)
    board.thief.refill()
    board.thief.do('proposal.submit', {**board.proposal('또 가로챈 글'), 'id': given}, 'rejected', 'id-taken')
    board.thief.do('comment.add', {'id': comment, 'proposal': board.idea, 'body': '또 가로챈 의견'}, 'rejected', 'id-taken')
    for pc in pcs:
        pc.refill()
    board.upload()
    assert board.facts() == before


run_tests(globals(), check_feeds)
