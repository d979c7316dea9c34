# SPDX-License-Identifier: GPL-3.0-or-later
"""After a restore somebody else uses the ids of what was lost, which everybody had read: both are kept, each with what was said about it
(docs/protocol.md, After a restore)."""

import itertools
import os
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


class Town:
    """Six PCs of five people, who write, vote and use the ids of others' lost things at random, and what must be there of it in the end."""

    def __init__(self, seed):
        self.rng, self.show = random.Random(seed), Show()
        self.pcs = [Keeper(self.show.server, login) for login in ('s0', 's1', 's2', 's3', 'e0', 's0')]
        self.here, self.folders = list(self.pcs), [backup(self.show.server)]
        self.ideas, self.comments, self.votes, self.titles = {}, {}, {}, set()
        self.seen, self.used, self.n = {'proposal': [], 'comment': []}, set(), 0

    def ask(self, sql):
        database = self.show.server.database()
        rows = sorted(tuple(row) for row in database.execute(sql).fetchall())
        database.close()
        return rows

    def word(self):
        self.n += 1
        return f'글 {self.n}'

    def id_for(self, kind, login):
        """A new one, or one that somebody else has used; nobody uses one twice."""
        others = [id for id in self.seen[kind] if (id, login) not in self.used]
        id = self.rng.choice(others) if len(self.folders) > 1 and others and self.rng.random() < 0.6 else new_id()
        self.used.add((id, login))
        self.seen[kind].append(id)
        return id

    def act(self):
        pc, rng = self.rng.choice(self.here), self.rng
        there = self.ask('SELECT v.body, p.id, p.version, p.title FROM proposal p JOIN proposal_version v ON v.proposal = p.id AND v.version = 1 AND v.lost = 0')
        own = [row for row in there if self.ideas[row[0]] == pc.login]
        what = rng.choice(['idea', 'comment', 'comment', 'vote', 'vote', 'edit'])
        if what == 'idea' or not there:
            body = self.word()
            args = {'id': self.id_for('proposal', pc.login), 'kind': 'proposal', 'title': body, 'body': body, 'anonymous': False}
            if self.push(pc, 'proposal.submit', args):
                self.ideas[body] = pc.login
        elif what == 'comment':
            (idea, id, *_), body = rng.choice(there), self.word()
            if self.push(pc, 'comment.add', {'id': self.id_for('comment', pc.login), 'proposal': id, 'body': body}):
                self.comments[body] = (pc.login, idea)
        elif what == 'vote':
            (idea, id, *_), on = rng.choice(there), rng.random() < 0.7
            if self.push(pc, 'vote.set', {'proposal': id, 'on': on}):
                self.votes[pc.login, idea] = on
        elif own:
            (idea, id, version, old), title = rng.choice(own), self.word()
            if self.push(pc, 'proposal.edit', {'id': id, 'base_version': version, 'fields': {'title': title}, 'base': {'title': old}}):
                self.titles.add((idea, title))

    def push(self, pc, name, args):
        return pc.push((name, args))[0]['status'] == 'ok'

    def back(self, pc):
        if self.rng.random() < 0.5:
            pc.repeat(self.rng.randrange(1, 12))
        pc.refill()
        self.here.append(pc)

    def lose(self, most):
        """Then some of the PCs are back, at most so many."""
        at = self.rng.randrange(len(self.folders))
        lose_disk(self.show.server, self.folders[at])
        del self.folders[at + 1:]
        self.folders.append(backup(self.show.server))
        self.here = []
        for pc in self.rng.sample(self.pcs, self.rng.randrange(1, most + 1)):
            self.back(pc)

    def check(self, seed):
        settle(self.show)
        idea = '(SELECT x.body FROM proposal_version x WHERE x.proposal = {}.proposal AND x.version = 1 AND x.lost = 0)'
        assert self.ask('SELECT name, args, waits_for FROM parked') == [], seed
        for sql, wanted in (
                ('SELECT v.body, a.login FROM proposal p JOIN proposal_version v ON v.proposal = p.id AND v.version = 1 AND v.lost = 0'
                 ' JOIN account a ON a.id = p.author', sorted(self.ideas.items())),
                (f'SELECT c.body, a.login, {idea.format("c")} FROM comment c JOIN account a ON a.id = c.author',
                 sorted((body, *of) for body, of in self.comments.items())),
                (f'SELECT a.login, {idea.format("v")} FROM vote v JOIN account a ON a.id = v.account',
                 sorted(of for of, on in self.votes.items() if on))):
            assert self.ask(sql) == wanted, (seed, self.ask(sql), wanted)
        titles = self.ask(f'SELECT {idea.format("v")}, v.title FROM proposal_version v')
        assert self.titles <= set(titles), (seed, self.titles - set(titles))
        for _, *told in self.ask('SELECT id, votes, (SELECT COUNT(*) FROM vote v WHERE v.proposal = p.id), comments,'
                                 ' (SELECT COUNT(*) FROM comment c WHERE c.proposal = p.id) FROM proposal p'):
            assert told[0] == told[1] and told[2] == told[3], (seed, told)


def test_ids_that_others_use_at_random():
    """Over up to three losses, with old requests that the network repeats; JIP_ID_RUNS=FIRST,COUNT names the seeds."""
    first, runs = (int(text) for text in os.environ.get('JIP_ID_RUNS', '0,2').split(','))
    for seed in range(first, first + runs):
        print(f'# seed {seed}', flush=True)
        town = Town(seed)
        for _ in range(town.rng.randrange(3, 12)):
            town.act()
        for _ in range(town.rng.randrange(1, 4)):
            town.lose(len(town.pcs) - 1)
            for _ in range(town.rng.randrange(3, 14)):
                town.act()
        for pc in town.pcs:
            if pc not in town.here:
                town.back(pc)
        town.check(seed)
        town.lose(len(town.pcs))
        for pc in town.pcs:
            if pc not in town.here:
                town.back(pc)
        town.check(seed)


run_tests(globals(), check_feeds)
