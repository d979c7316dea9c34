# SPDX-License-Identifier: GPL-3.0-or-later
"""A PC's folder was copied, and the server is restored: whatever the copies have in common is done once and keeps its verdict,
whoever comes back first, with a receipt or without (docs/protocol.md, After a restore)."""

import itertools
import json
import os
import random

from copies import Desktop
from harness import check_feeds, new_id, run_tests
from refill import Show, backup, lose_disk, settle

DOCUMENT = {'format': 'jip-draft/1', 'type': 'press-release', 'fields': {}, 'sections': []}


def votes(show):
    return sorted(row[0].split(':')[0] for row in show.facts()['vote'])


def bodies(show):
    return sorted(row[3] for row in show.facts()['comment'])


def saves(show):
    """Texts of drafts, those that are shown, and those that came second."""
    facts = show.facts()
    titles = lambda rows, column: sorted(json.loads(row[column])['title'] for row in rows)
    return (titles([row for row in facts['draft'] if not row[4]], 2), titles([row for row in facts['draft_version'] if not row[3]], 2),
            titles([row for row in facts['draft_version'] if row[3]], 2))


def comment(proposal, body):
    return 'comment.add', {'id': new_id(), 'proposal': proposal, 'body': body}


def pair(show, login, *mutations):
    """A PC whose push was taken and not answered, and its copy, both of which still have it to send; the first one is answered."""
    one = Desktop(show.server, login)
    one.look()
    moments = [one.write(*mutation) for mutation in mutations]
    one.send(lose_answer=True)
    two = one.copied()
    one.send()
    return one, two, moments


def part(one, two, proposal):
    """Both write the next number: the second of them goes on under a new name."""
    for pc in (one, two):
        pc.write(*comment(proposal, 'own'))
        pc.send()
    assert one.replica != two.replica


def statuses(pc, moments):
    return [next((entry['status'] for entry in pc.entries if entry['at'] == at), None) for at in moments]


def test_a_refusal_of_one_copy_takes_nothing_from_the_other():
    """Its idea was not back when the copy sent it: its receipt says refused, and that of the original that it was taken."""
    show = Show()
    shared = show.propose(show.host)
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', ('vote.set', {'proposal': idea, 'on': True}), comment(idea, 'said'))
    lose_disk(show.server, folder)
    two.refill()
    assert statuses(two, moments) == ['rejected'] * 2
    one.refill()
    assert statuses(one, moments) == ['ok'] * 2
    part(one, two, shared)
    kept = one.state(), two.state()
    for order in ((two, one, show.s0), (one, two, show.s0), (show.s0, two, one), (two, show.s0, one), (two, one, two, show.s0)):
        one.set_state(kept[0]), two.set_state(kept[1])
        lose_disk(show.server, folder)
        for pc in order:
            pc.refill()
        assert votes(show) == [idea] and bodies(show) == ['own', 'own', 'said'], (order.index(two), votes(show), bodies(show))
        assert statuses(one, moments) == ['ok'] * 2 and show.count('parked') == 0


def test_a_refused_copy_hears_that_it_was_taken():
    """It has no receipt but a refusal's: what another one has brought since holds for it as well when it asks anew."""
    show = Show()
    shared = show.propose(show.host)
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', comment(idea, 'said'))
    two_again = two.copied()
    lose_disk(show.server, folder)
    two.refill()
    part(two, one, shared)
    assert statuses(one, moments) == ['ok'] and statuses(two, moments) == ['rejected']
    two_again.refill()
    assert statuses(two_again, moments) == ['ok']
    show.s0.refill()
    assert bodies(show) == ['own', 'own', 'said'] and show.count('parked') == 0


def test_a_conflict_of_after_a_restore_gives_way():
    """Saves, deletions, edits and ballots that were taken; after the restore somebody else was first, until the receipts came."""
    def go(first, second, facts):
        for which in range(3):
            show = Show()
            idea, draft = show.propose(show.s0), new_id()
            show.create()
            show.chair.step(show.event, 'open', entry=show.entries[0])
            show.s0.do('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'start'}})
            folder = backup(show.server)
            one, two, moments = pair(show, 's0', first(show, idea, draft))
            assert statuses(one, moments) == ['ok']
            lose_disk(show.server, folder)
            third = Desktop(show.server, 's0')
            third.look()
            third.do(*second(show, idea, draft))
            two.refill()
            assert statuses(two, moments) == ['conflict'], two.entries
            one.refill()
            assert statuses(one, moments) == ['ok'], one.entries
            if which:
                part(one, two, idea)
                kept = [pc.state() for pc in (one, two, third)]
                for order in itertools.permutations((one, two, third)):
                    for pc, state in zip((one, two, third), kept):
                        pc.set_state(state)
                    lose_disk(show.server, folder)
                    for pc in order:
                        pc.refill()
                    assert facts(show, idea) == (True, []), (which, facts(show, idea))
                    assert statuses(one, moments) == ['ok']
            assert facts(show, idea) == (True, []), facts(show, idea)

    lost = lambda show, idea: [row[2] for row in show.facts()['proposal_version'] if row[7] and row[2] == 'first']
    edit = lambda title: lambda show, idea, draft: ('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': title}})
    go(edit('first'), edit('second'), lambda show, idea: ([row[1] for row in show.facts()['proposal'] if row[0] == idea] == ['first'], lost(show, idea)))
    save = lambda title: lambda show, idea, draft: ('draft.save', {'id': draft, 'base_version': 1, 'document': {**DOCUMENT, 'title': title}})
    go(save('first'), save('second'), lambda show, idea: (saves(show)[:2] == (['second'], ['first', 'second', 'start']), saves(show)[2]))
    go(lambda show, idea, draft: ('draft.delete', {'id': draft, 'base_version': 1}), save('second'), lambda show, idea: (saves(show)[:2] == (['second'], ['second']), saves(show)[2]))
    ballot = lambda value: lambda show, idea, draft: ('ballot.submit', {'id': new_id(), 'event': show.event, 'entry': show.entries[0], 'version': 1, 'score': value})
    go(ballot(3), ballot(4), lambda show, idea: ([(row[3], row[5]) for row in sorted(show.facts()['ballot'], key=lambda row: row[3])] == [(1, '3'), (2, '4')], []))


def test_what_had_lost_is_kept_once():
    """An edit and a save that came second, brought back by both copies, before and after what they are about."""
    show = Show()
    shared = show.propose(show.host)
    folder = backup(show.server)
    idea, draft = show.propose(show.s0), new_id()
    show.s0.do('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': 'won'}})
    show.s0.do('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'won'}})
    one, two, moments = pair(show, 's0', ('proposal.edit', {'id': idea, 'base_version': 1, 'fields': {'title': 'lost'}}),
                             ('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'lost'}}),
                             ('draft.delete', {'id': draft, 'base_version': 0}))
    part(one, two, shared)
    before = show.facts()
    assert statuses(one, moments) == statuses(two, moments) == ['conflict'] * 3
    kept = one.state(), two.state()
    for order in itertools.permutations((one, two, show.s0)):
        one.set_state(kept[0]), two.set_state(kept[1])
        lose_disk(show.server, folder)
        for pc in order:
            pc.refill()
        facts = show.facts()
        for name in ('proposal', 'proposal_version', 'draft', 'draft_version'):
            assert facts[name] == before[name], (name, facts[name], before[name])
        assert statuses(one, moments) == statuses(two, moments) == ['conflict'] * 3 and show.count('parked') == 0


def test_what_copies_still_have_to_send_is_done_once():
    """Nobody was answered. The original went on; what the copies have in common with it is not done a second time by them."""
    show = Show()
    idea, other, draft = show.propose(show.host), show.propose(show.host), new_id()
    own = show.propose(show.s0)
    common = [('vote.set', {'proposal': idea, 'on': True}), comment(idea, 'said'), ('proposal.edit', {'id': own, 'base_version': 1, 'fields': {'title': 'common'}}),
              ('draft.save', {'id': draft, 'base_version': 0, 'document': {**DOCUMENT, 'title': 'common'}})]
    one, two, moments = pair(show, 's0', *common)
    three = two.copied()
    one.do('vote.set', {'proposal': idea, 'on': False})
    one.do('proposal.edit', {'id': own, 'base_version': 2, 'fields': {'title': 'later'}})
    one.do('draft.save', {'id': draft, 'base_version': 1, 'document': {**DOCUMENT, 'title': 'later'}})
    for pc in (two, three):
        pc.do(*comment(other, 'own'))
        assert statuses(pc, moments) == ['ok'] * 4
    facts = show.facts()
    assert votes(show) == [] and [row[1] for row in facts['proposal'] if row[0] == own] == ['later']
    assert len([row for row in facts['proposal_version'] if row[0].startswith(own)]) == 3
    assert saves(show) == (['later'], ['common', 'later'], [])


def test_copies_under_new_names_before_the_original():
    """Two copies took new names, and the original has not sent yet what all have: the first to come does it, without a receipt."""
    for order in itertools.permutations(range(3)):
        show = Show()
        idea, folder = show.propose(show.host), backup(show.server)
        show.create()
        for entry in show.entries:
            show.chair.step(show.event, 'open', entry=entry)
            for judge in show.judges:
                show.ballot(judge, entry)
        original = Desktop(show.server, 'chair')
        original.look()
        moments = [original.write('event.step', {'event': show.event, 'step': 'lock', 'args': {}}),
                   *(original.write('event.step', {'event': show.event, 'step': 'reveal', 'args': {}}) for _ in range(2)),
                   original.write('vote.set', {'proposal': idea, 'on': True})]
        copies = original.copied(), original.copied()
        for pc in copies:
            pc.rename()
        pcs = [original, *copies]
        for index in order:
            pcs[index].send()
            assert statuses(pcs[index], moments[:1] + moments[3:]) == ['ok'] * 2, pcs[index].entries
            pcs[index].do('vote.set', {'proposal': idea, 'on': index == order[-1]})
        revealed = show.server.database().execute('SELECT revealed FROM event').fetchone()
        told = [statuses(pc, moments) for pc in pcs]
        assert told == [['ok'] * 4] * 3 and revealed == (2,), (told, revealed)
        assert votes(show) == [idea]
        kept = [pc.state() for pc in pcs]
        for again in itertools.permutations(range(3)):
            for pc, state in zip(pcs, kept):
                pc.set_state(state)
            lose_disk(show.server, folder)
            for index in again:
                pcs[index].refill()
            for client in show.clients.values():
                client.refill()
            settle(show)
            assert [statuses(pc, moments) for pc in pcs] == told and votes(show) == [idea]
            assert show.server.database().execute('SELECT revealed FROM event').fetchone() == revealed
            assert show.count('parked') == 0


def test_a_name_of_before_is_ones_own():
    """Who claims that somebody else's work is a copy of their own gets no verdict of it, and keeps nothing from them."""
    show = Show()
    idea = show.propose(show.host)
    one = Desktop(show.server, 's1')
    one.look()
    at = one.write('vote.set', {'proposal': idea, 'on': True})
    thief = Desktop(show.server, 's2')
    thief.look()
    thief.entries, thief.n = one.copied().entries, one.n
    thief.replica = one.replica
    thief.rename()
    thief.send()
    assert len(votes(show)) == 1
    one.send()
    assert statuses(one, [at]) == statuses(thief, [at]) == ['ok'] and len(votes(show)) == 2


def safe_n(pc):
    return pc.call('GET', f'/v1/snapshot?replica={pc.replica}&schema=1')[1]['safe_n']


def test_a_refusal_of_after_a_restore_is_in_no_backup():
    """The receipt of before may still come; a refusal of before a restore, and what nobody is to do again, is safe."""
    show = Show()
    shared = show.propose(show.host)
    before = Desktop(show.server, 's2')
    before.look()
    before.do(*comment(new_id(), 'nowhere'), status='rejected')
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', comment(shared, 'first'), comment(idea, 'second'))
    lose_disk(show.server, folder)
    two.refill()
    assert statuses(two, moments) == ['ok', 'rejected']
    backup(show.server, '--kept')
    assert safe_n(one) == 1 and safe_n(before) == 1
    show.s0.refill()
    one.refill()
    assert statuses(one, moments) == ['ok', 'ok']
    backup(show.server, '--kept')
    assert safe_n(one) == 2 and bodies(show) == ['first', 'second']


def test_what_waits_under_a_copys_name_is_kept_by_all():
    show = Show()
    folder = backup(show.server)
    idea = show.propose(show.s0)
    one, two, moments = pair(show, 's1', comment(idea, 'said'))
    two.rename()
    two.send()
    third = two.copied()
    third.rename()
    lose_disk(show.server, folder)
    for pc in (two, one, third):
        pc.refill()
    assert show.count('parked') == 1
    backup(show.server, '--kept')
    assert [safe_n(pc) for pc in (one, two, third)] == [0, 0, 0]
    show.s0.refill()
    assert bodies(show) == ['said']
    backup(show.server, '--kept')
    assert [safe_n(pc) for pc in (one, two, third)] == [1, 1, 1]


run_tests(globals(), check_feeds)
