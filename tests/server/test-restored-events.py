# SPDX-License-Identifier: GPL-3.0-or-later
"""An event over restores of its server: windows, ballots, locks, lots and reveals come back in any order, once, and nothing of what
was announced changes (docs/protocol.md, After a restore)."""

import itertools
import json
import os
import random

from harness import check_feeds, event_args, jipctl, new_id, run_tests
from refill import (Keeper, Show, assert_same, backup, come_back, come_back_to_the_announced, keep, lose_disk, one, opened, put_back, result, settle,
                    some_of, three_losses)


def revealed(show):
    return one(show, 'SELECT revealed FROM event')[0]


def state_of(show, ballot):
    return one(show, f"SELECT state FROM ballot WHERE id = '{ballot}'")[0]


def check_kept(show, pcs):
    """Every ballot that was acknowledged is there, once, or the same one of the judge's other PC; export, result and record agree."""
    settle(show)
    rows = show.facts()['ballot']
    ids, contents = {row[0] for row in rows}, {(row[2], row[5] or str(json.loads(row[4]))) for row in rows}
    for pc in pcs:
        for n, mutation in pc.queue.items():
            if mutation['name'] == 'ballot.submit' and pc.newest[n]['status'] == 'ok':
                args = mutation['args']
                assert args['id'] in ids or (args['entry'], str(args.get('score', args.get('scores')))) in contents, (pc.login, mutation)
    if one(show, 'SELECT state FROM event')[0] in ('locked', 'revealed'):
        exported = jipctl('event', 'export', show.event, data=show.server.data)
        assert jipctl('tally', '-', text=exported) == one(show, 'SELECT result FROM result')[0]
    assert 'unbroken' in jipctl('audit', 'verify', data=show.server.data)


def ending(show):
    """What the order of the return may not change; a number of changes is none of it."""
    facts = show.facts()
    facts['event'] = [row[:7] for row in facts['event']]
    return facts


def locked(reveals=3):
    """An event that was judged, locked and revealed in part, of which a restore lost everything since its windows opened."""
    show, folder = opened()
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    show.chair.step(show.event, 'lock')
    for _ in range(reveals):
        show.chair.step(show.event, 'reveal')
    return show, folder


def close(show):
    jipctl('refill', 'close', show.event, data=show.server.data)


def test_judges_are_in_the_departments_of_then():
    """Accounts move after the event was made: who recuses stays the same, also where a restore loses the event, whether the accounts are
    imported before the PCs come back or after, and where nothing but an entry bears the old department's name any more."""
    show = Show()
    folder = backup(show.server)
    show.server.import_users([['s3', '직원3', '새 국', 'staff', 'pw']])
    show.create(departments=('0국', '1국', '새 국', '3국'))
    for entry in show.entries:
        show.chair.step(show.event, 'open', entry=entry)
    moved = [['s0', '직원0', '1국', 'staff', 'pw'], ['s1', '직원1', '', 'staff', 'pw'], ['s2', '직원2', '0국', 'staff', 'pw'],
             ['s3', '직원3', '3국', 'staff', 'pw'], ['e0', '전문가0', '다른 국', 'staff', 'pw']]
    show.server.import_users(moved)
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    kept, before, exported = keep(show.clients.values()), show.facts(), jipctl('event', 'export', show.event, data=show.server.data)
    for early in (True, False):
        put_back(kept)
        for _ in range(2):  # the second time with the receipts that the first restore gave
            lose_disk(show.server, folder)
            if early:
                show.server.import_users(moved)
            for pc in show.clients.values():
                pc.refill()
            show.server.import_users(moved)
            settle(show)
            assert_same(before, show.facts())
            assert jipctl('event', 'export', show.event, data=show.server.data) == exported
            assert show.count('parked') == 0 and show.count('refill_event WHERE incomplete = 1') == 0


def test_a_receipt_has_room_for_the_judges():
    """For 300 of them, and for what an announcement counted; clients keep no more than 1,000 characters."""
    show = Show()
    show.server.import_users([[f'j{n}', f'위원 {n}', f'{n}과', 'staff', ''] for n in range(301)])
    show.boss.pull()
    ids = {row['login']: id for id, row in show.boss.table('user').items()}
    for n in (300, 301):
        args = event_args(show.chair.user['id'], [(ids[f'j{i}'], 'staff') for i in range(n)])
        made = show.host.do('event.create', args)
        show.chair.step(args['id'], 'open', entry=args['entries'][0]['id'])
        show.chair.step(args['id'], 'lock')
        shown = show.chair.do('event.step', {'event': args['id'], 'step': 'reveal', 'args': {}})
        for verdict, least in ((made, 800 if n == 300 else 0), (shown, 700)):
            assert least < len(verdict['receipt']) < 1000 - len(f'@{show.host.replica}:9007199254740991'), len(verdict['receipt'])


def test_a_ballot_that_does_not_count_is_not_waited_for():
    """Of an entry that was withdrawn, or of a judge who is recused, by name or by department: the reveal needs it neither then nor now."""
    for why in ('withdrawn', 'recused', 'department'):
        show = Show()
        show.create(departments=('0국',) if why == 'department' else ())
        for entry in show.entries:
            show.chair.step(show.event, 'open', entry=entry)
        folder, first, away = backup(show.server), show.entries[0], show.s0
        for judge in show.judges:
            for entry in [first] if judge is away else show.entries:
                show.ballot(judge, entry)
        if why == 'withdrawn':
            show.chair.step(show.event, 'withdraw', entry=first, reason='불참')
        elif why == 'recused':
            judge = next(judge['id'] for judge in show.args['judges'] if judge['user'] == away.user['id'])
            show.chair.step(show.event, 'recuse', judge=judge, entry=first, kind='challenged', reason='친족')
        for step in ('lock', 'reveal'):
            show.chair.step(show.event, step)
        before = ending(show)
        lose_disk(show.server, folder)
        for pc in [show.chair, *show.judges]:
            if pc is not away:
                pc.refill()
        settle(show)
        assert (result(show), revealed(show)) == (before['result'][0][2], 1), why
        away.refill()
        settle(show)
        assert_same(before, ending(show))


def test_a_result_that_other_ballots_make_too_is_not_shown():
    """Two judges changed their minds, and all means stayed: the reveal waits for their ballots too, whoever is back first; an administrator
    can end that wait as well."""
    show, _ = opened()
    first = show.entries[0]
    for judge, score in zip(show.judges[3:], (5, 6, 7, 8)):
        for entry in show.entries:
            judge.do('ballot.submit', {**show.ballot_args(judge, entry), 'score': score})
    for judge in show.judges[:3]:
        for entry in show.entries:
            show.ballot(judge, entry)
    folder = backup(show.server)
    for judge, score in ((show.s0, 6), (show.s1, 5)):
        judge.do('ballot.submit', {**show.ballot_args(judge, first, version=2), 'score': score})
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    kept, before = keep(show.clients.values()), ending(show)
    for order in ([show.chair, show.s0, show.s1], [show.s1, show.chair, show.s0]):
        come_back(show, kept, folder, order)
        settle(show)
        assert_same(before, ending(show))
        assert jipctl('refill', 'list', data=show.server.data).endswith('came back after the announcement: 0\n')
    come_back(show, kept, folder, [show.chair])
    settle(show)
    assert revealed(show) == 0 and f'result incomplete: {show.event}' in jipctl('refill', 'list', data=show.server.data)
    show.chair.step(show.event, 'reveal', 'rejected', 'wrong-state')
    close(show)
    settle(show)
    assert revealed(show) == 1 and result(show) == before['result'][0][2]


def test_the_end_of_the_wait_lets_the_reveals_come():
    """Those that wait for what is missing come once, and the next one goes on from there. What is back later changes nothing."""
    show, folder = locked()
    away = show.judges[0]
    before, pcs = show.facts(), [show.chair, *show.judges]
    lose_disk(show.server, folder)
    for pc in pcs:
        if pc is not away:
            pc.refill()
    settle(show)
    assert show.count('parked') == 3 and revealed(show) == 0
    close(show)
    assert show.count('parked') == 0 and revealed(show) == 3
    assert jipctl('refill', 'close', show.event, data=show.server.data, ok=False)[0] == 2
    announced = result(show)
    assert announced != before['result'][0][2]
    show.chair.step(show.event, 'reveal')
    away.refill()
    check_kept(show, pcs)
    mine = [row for row in show.facts()['ballot'] if row[1] == show.args['judges'][0]['id']]
    assert len(mine) == 4 and {row[8] for row in mine} == {'late-refused'}
    assert (result(show), revealed(show)) == (announced, 4)
    assert 'came back after the announcement: 4' in jipctl('refill', 'list', data=show.server.data)
    away.server_last_n()
    assert {row['state'] for row in away.table('ballot').values() if row['judge'] == mine[0][1]} == {'late-refused'}
    # once more, with what the receipts say now
    after, kept = ending(show), keep(pcs)
    for order in (pcs, pcs[::-1]):
        come_back(show, kept, folder, order)
        check_kept(show, pcs)
        assert_same(after, ending(show))
        assert show.count('parked') == 0
        assert 'incomplete' not in jipctl('refill', 'list', data=show.server.data)


def test_reveals_after_the_end_of_the_wait():
    """They were on another PC, which is back when the wait has ended, before or after a new one."""
    for anew in (0, 4):
        show, folder = locked(reveals=0)
        second, away = Keeper(show.server, 'chair'), show.judges[0]
        for _ in range(3):
            second.step(show.event, 'reveal')
        lose_disk(show.server, folder)
        second.refill()
        assert jipctl('refill', 'close', show.event, data=show.server.data, ok=False)[0] == 2, 'there is no lock yet'
        for pc in [show.chair, *show.judges]:
            if pc is not away:
                pc.refill()
        lose_disk(show.server, folder)
        for pc in [show.chair, *show.judges]:
            if pc is not away:
                pc.refill()
        settle(show)
        close(show)
        assert revealed(show) == 0
        for _ in range(anew):
            show.chair.step(show.event, 'reveal')
        announced = result(show)
        second.refill()
        assert (result(show), revealed(show), show.count('parked')) == (announced, max(3, anew), 0)
        away.refill()
        check_kept(show, [show.chair, second, *show.judges])
        if anew:
            assert result(show) == announced


def one_away():
    """An event that was locked and revealed in part and is back, but for a judge: with what it was before, and the judge."""
    show, folder = locked(reveals=1)
    before, away = show.facts(), show.judges[0]
    lose_disk(show.server, folder)
    for pc in [show.chair, *show.judges[1:]]:
        pc.refill()
    settle(show)
    return show, before, away


def test_the_wait_does_not_end_before_all_that_is_back_had_its_turn():
    """Of thousands that came back some are not applied yet: a reveal now would refuse them."""
    show, before, away = one_away()
    database = show.server.database('rw')
    database.execute(f"INSERT INTO replica (id, account, last_n, created_at) VALUES ('{away.replica}', '{away.user['id']}', 4, 0)")
    for n, mutation in away.queue.items():
        seq, received_at = mutation['receipt'].split('.')[2:4]
        database.execute("INSERT INTO parked (replica, n, account, name, args, status, place, received_at, waits_for) VALUES "
                         f"('{away.replica}', {n}, '{away.user['id']}', '{mutation['name']}', '{json.dumps(mutation['args'])}', 'ok',"
                         f" {seq}, {received_at}, 'ready:')")
    database.close()
    status, _, message = jipctl('refill', 'close', show.event, data=show.server.data, ok=False)
    assert status != 0 and message, message
    assert revealed(show) == 0
    show.server.kill()
    show.server.start()
    settle(show)
    assert show.count('parked') == 0
    assert (result(show), revealed(show)) == (before['result'][0][2], 1)
    assert show.facts()['ballot'] == before['ballot']


def test_a_ballot_that_is_back_before_the_announcement_counts():
    """The wait has ended, or there is a new lock, and nobody has seen anything yet: it counts, as its receipt says."""
    for again in (False, True):
        show, folder = locked(reveals=0)
        before, away = show.facts(), show.judges[0]
        lose_disk(show.server, folder)
        show.chair.server_last_n()
        for pc in show.judges[1:] if again else [show.chair, *show.judges[1:]]:
            pc.refill()
        settle(show)
        chair = Keeper(show.server, 'chair')
        if again:
            chair.step(show.event, 'lock')
        else:
            close(show)
        assert result(show) != before['result'][0][2]
        away.refill()
        check_kept(show, [show.chair, *show.judges])
        assert show.facts()['ballot'] == before['ballot'] and result(show) == before['result'][0][2]
        chair.step(show.event, 'reveal')
        show.chair.refill()
        check_kept(show, [show.chair, *show.judges])
        assert (result(show), revealed(show)) == (before['result'][0][2], 1)


def test_a_new_lock_while_a_judge_is_away():
    """The lock is gone with its PC; the new one and its reveals were made without a judge, who comes back later, as does the old lock."""
    for order in ('old away', 'away old'):
        show, folder = opened()
        old, new, away, entry = show.chair, Keeper(show.server, 'chair'), show.e0, show.entries[0]
        for judge in show.judges:
            for one_of in show.entries[:2]:
                show.ballot(judge, one_of)
        show.ballot(away, entry, 2, 3)
        old.step(show.event, 'close', entry=entry)
        late = show.ballot(show.e1, entry, 2, code='late')
        old.step(show.event, 'late', ballot=late, admit=True, reason='정전')
        old.step(show.event, 'lock')
        old.step(show.event, 'reveal')
        lose_disk(show.server, folder)
        for judge in show.judges:
            if judge is not away:
                judge.refill()
        fresh = show.ballot(show.s0, entry, 2, 4)
        new.step(show.event, 'lock')
        new.step(show.event, 'reveal')
        announced, pcs = result(show), [old, new, *show.judges]
        shown = show.facts()['reveal']
        for pc in ({'old': old, 'away': away}[name] for name in order.split()):
            pc.refill()
            settle(show)
            assert (result(show), revealed(show)) == (announced, 1), (order, pc.login)
            assert show.facts()['reveal'] == shown and show.count('parked') == 0
        for pc in (old, away):
            pc.refill()
        check_kept(show, pcs)
        assert (result(show), revealed(show), state_of(show, fresh)) == (announced, 1, 'valid'), (order, result(show), revealed(show), state_of(show, fresh))
        assert 'incomplete' not in jipctl('refill', 'list', data=show.server.data)
        new.step(show.event, 'reveal')
        after, kept = ending(show), keep(pcs)
        for back in (pcs, pcs[::-1]):
            come_back(show, kept, folder, back)
            check_kept(show, pcs)
            assert_same(after, ending(show))


def check_announced(show, kept, folder, orders):
    """Whoever comes back first, what was announced is shown again. @kept: as they were when it was"""
    announced, shown, before = result(show), show.facts()['reveal'], revealed(show)
    for order in orders:
        come_back(show, kept, folder, order)
        check_kept(show, list(kept))
        logins = [pc.login for pc in order]
        assert (result(show), revealed(show), show.count('parked')) == (announced, before, 0), (logins, revealed(show))
        assert show.facts()['reveal'] == shown, logins
        assert 'incomplete' not in jipctl('refill', 'list', data=show.server.data), logins


def test_the_announced_is_shown_again_where_more_is_back():
    """The chair announces while a judge's PC is away, whose first ballot, or second version, complete or not, was acknowledged; and the server
    is lost again before that PC is back."""
    for version, complete in ((1, True), (2, True), (2, False)):
        show, _ = opened()
        away, entry = show.e0, show.entries[0]
        for judge in show.judges:
            for each in show.entries:
                if version == 2 or judge is not away:
                    show.ballot(judge, each)
        folder = backup(show.server)
        args = show.ballot_args(away, entry, version, 4)
        if not complete:
            del args['scores']['effect']
        away.do('ballot.submit', args)
        lose_disk(show.server, folder)
        show.chair.server_last_n()
        for step in ('lock', *['reveal'] * 4):
            show.chair.step(show.event, step)
        kept = keep([show.chair, *show.judges])
        check_announced(show, kept, folder, ([show.chair, away], [away, show.chair]))
        assert state_of(show, args['id']) == 'late-refused'
        # and once more, with the receipts of now
        check_announced(show, keep([show.chair, *show.judges]), folder, ([away, show.chair], [show.chair, away]))
        assert state_of(show, args['id']) == 'late-refused'


def test_a_version_before_the_one_that_took_its_place():
    """It would change what was announced while that is not back; with it, it is in time as before, whoever comes back first, and again."""
    for second, third in ((True, False), (False, True)):  # an incomplete second version; a third one with the contents of the first
        show, folder = opened()
        away = show.e0
        for judge in show.judges[1:]:
            for each in show.entries:
                show.ballot(judge, each)
        versions = [show.ballot_args(away, show.entries[0], n, -3 * n) for n in (1, 2, 3)]
        versions[1]['scores'] = {'creativity': 1, 'feasibility': '1.5', **({} if second else {'effect': 1})}
        for args in versions if third else versions[:2]:
            away.do('ballot.submit', args)
        for step in ('lock', *['reveal'] * 4):
            show.chair.step(show.event, step)
        before, pcs = ending(show), [show.chair, *show.judges]
        assert {row[8] for row in before['ballot']} == {'valid'}
        for _ in range(2):
            kept = keep(pcs)
            for order in (pcs, pcs[::-1], [*pcs[2:], show.chair, away]):
                come_back(show, kept, folder, order)
                settle(show)
                assert_same(before, ending(show))
        # one version after the other
        put_back(kept)
        lose_disk(show.server, folder)
        for pc in [*pcs[2:], show.chair]:
            pc.refill()
        for n in sorted(away.queue):
            away.push_raw([away.queue[n]])
            settle(show)
        assert_same(before, ending(show))


def test_versions_worth_the_same():
    """The first version alone makes the result that the last one made; the chair's steps come back while the last one is away."""
    show, _ = opened()
    judge, other, entry = show.s0, Keeper(show.server, 's0'), show.entries[0]
    for each in show.judges:
        for one_of in show.entries:
            if (each, one_of) != (judge, entry):
                show.ballot(each, one_of)
    folder = backup(show.server)
    versions = [{**show.ballot_args(judge, entry, n + 1), 'score': score} for n, score in enumerate((7, 5, 8, 5, 7))]
    for args in versions:
        (judge if args['version'] <= 3 else other).do('ballot.submit', args)
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    before, pcs = ending(show), [show.chair, judge, other]
    assert {row[8] for row in before['ballot']} == {'valid'}
    for _ in range(2):
        kept = keep(pcs)
        for order in (pcs, [judge, show.chair, other], pcs[::-1], [other, show.chair, judge]):
            come_back(show, kept, folder, order)
            settle(show)
            assert_same(before, ending(show))


def test_the_same_given_again_behind_the_lock():
    """A judge gives the same contents anew while the lock is away: the announced version counts, whoever comes back first, and again."""
    show, _ = opened()
    judge, other, entry = show.s0, Keeper(show.server, 's0'), show.entries[0]
    for each in show.judges:
        for one_of in show.entries:
            if (each, one_of) != (judge, entry):
                show.ballot(each, one_of)
    folder = backup(show.server)
    first = {**show.ballot_args(judge, entry), 'score': 7}
    judge.do('ballot.submit', first)
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    lose_disk(show.server, folder)
    other.server_last_n()
    again = {**first, 'id': new_id(), 'version': 2}
    other.do('ballot.submit', again)
    pcs = [show.chair, judge, other]
    for pc in pcs:
        pc.refill()
    settle(show)
    after, kept = ending(show), keep(pcs)
    assert (state_of(show, first['id']), state_of(show, again['id']), revealed(show)) == ('valid', 'late-refused', 1)
    for order in itertools.permutations(pcs):
        come_back(show, kept, folder, order)
        settle(show)
        assert_same(after, ending(show))


def test_a_decision_that_waited_over_the_announcement():
    """It came back before its ballot, which came back when a result without it had been announced."""
    show, _ = opened()
    away, entry = show.e0, show.entries[0]
    for judge in show.judges:
        for each in show.entries[1:]:
            show.ballot(judge, each)
    show.ballot(show.e1, entry)
    show.chair.step(show.event, 'close', entry=entry)
    folder = backup(show.server)
    late = show.ballot(away, entry, code='late')
    show.chair.step(show.event, 'late', ballot=late, admit=True, reason='정전')
    lose_disk(show.server, folder)
    show.chair.refill()
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    away.refill()
    settle(show)
    assert (state_of(show, late), revealed(show)) == ('late-refused', 1)
    check_announced(show, keep([show.chair, *show.judges]), folder, ([away, show.chair], [show.chair, away]))
    assert state_of(show, late) == 'late-refused'


def test_a_decision_while_the_announcement_is_away():
    """It is without effect once the announcement is back, and its reason is none of what then holds, whoever comes back first."""
    show, _ = opened()
    other, entry = Keeper(show.server, 'chair'), show.entries[0]
    for judge in show.judges:
        show.ballot(judge, entry)
    show.chair.step(show.event, 'close', entry=entry)
    late = show.ballot(show.s0, entry, 2, 4, code='late')
    folder = backup(show.server)
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    lose_disk(show.server, folder)
    other.server_last_n()
    other.step(show.event, 'late', ballot=late, admit=True, reason='정전')
    pcs = [other, show.chair, *show.judges]
    for pc in pcs[1:]:
        pc.refill()
    settle(show)
    after, kept = ending(show), keep(pcs)
    for order in (None, pcs, [show.chair, other, *show.judges]):
        if order is not None:
            come_back(show, kept, folder, order)
            settle(show)
        assert (state_of(show, late), one(show, f"SELECT reason FROM ballot WHERE id = '{late}'")[0]) == ('late-refused', None)
        assert_same(after, ending(show))


def test_a_newer_backup_of_before_the_announcement():
    """It holds the end of a window that an older one, which was put back first, did not; a ballot was in time meanwhile, and was announced."""
    show, older = opened()
    old, new, judge = show.chair, Keeper(show.server, 'chair'), show.e0
    for each in show.entries[1:]:
        show.ballot(show.e1, each)
    older = backup(show.server)
    old.step(show.event, 'close', entry=show.entries[0])
    newer = backup(show.server)
    lose_disk(show.server, older)
    mine = show.ballot(judge, show.entries[0])
    for step in ('lock', 'reveal'):
        new.step(show.event, step)
    old.refill()
    settle(show)
    assert state_of(show, mine) == 'valid'
    kept = keep([old, new, *show.judges])
    for folder in (older, newer):
        check_announced(show, kept, folder, ([old, new, judge], [judge, new, old], [new, judge, old]))
        assert state_of(show, mine) == 'valid'


def test_the_first_of_two_locks_is_the_lock():
    """Each PC of the chair gave one, each without the ballots of a judge; the second did not know of the first."""
    show, folder = opened()
    chairs, entry = [show.chair, Keeper(show.server, 'chair')], show.entries[0]
    first = show.ballot(show.e0, entry)
    chairs[0].step(show.event, 'lock')
    before = result(show)
    lose_disk(show.server, folder)
    chairs[1].server_last_n()
    second = show.ballot(show.s0, entry)
    chairs[1].step(show.event, 'lock')
    assert result(show) != before
    pcs = [*chairs, show.e0, show.s0]
    kept, seen = keep(pcs), []
    for pc in pcs:
        pc.refill()
    check_kept(show, pcs)
    for order in (None, pcs, pcs[::-1], [chairs[1], show.s0, chairs[0], show.e0]):
        if order is not None:
            come_back(show, kept, folder, order)
            settle(show)
        assert (state_of(show, first), state_of(show, second)) == ('valid', 'late-refused')
        assert result(show) == before and 'incomplete' not in jipctl('refill', 'list', data=show.server.data)
        seen.append(show.facts())
        assert_same(seen[0], seen[-1])
    chairs[1].step(show.event, 'reveal')


def drawn(show):
    return [one(show, f"SELECT lot FROM entry WHERE id = '{entry}'")[0] for entry in show.entries]


def test_the_newest_drawing_of_lots_holds():
    """A restore lost the first drawing, and lots were drawn anew; the first comes back before or after the reveal. A number that
    stands twice then decides nothing, and is drawn again."""
    show, folder = opened()
    first, second = show.entries[:2]
    for judge in show.judges:
        for entry in show.entries:
            judge.do('ballot.submit', {**show.ballot_args(judge, show.entries[0]), 'entry': entry, 'id': show.ballot_args(judge, entry)['id']})
    show.chair.step(show.event, 'lock')
    folder = backup(show.server)
    old, new = Keeper(show.server, 'chair'), Keeper(show.server, 'chair')
    old.step(show.event, 'lots', lots={entry: n for n, entry in enumerate(show.entries, 1)})
    lose_disk(show.server, folder)
    new.server_last_n()
    new.step(show.event, 'lots', lots={entry: n for n, entry in enumerate(reversed(show.entries), 1)})
    announced, kept = result(show), keep([old, new])
    old.refill()
    check_kept(show, [])
    assert drawn(show) == [4, 3, 2, 1] and result(show) == announced
    for order in ([old, new], [new, old]):
        come_back(show, kept, folder, order)
        settle(show)
        assert drawn(show) == [4, 3, 2, 1] and result(show) == announced, order
        assert 'incomplete' not in jipctl('refill', 'list', data=show.server.data)
    new.step(show.event, 'reveal')
    # the old drawing knows an entry that the new one does not, with a number of the new one
    put_back(kept)
    lose_disk(show.server, folder)
    third = Keeper(show.server, 'chair')
    third.step(show.event, 'lots', lots={first: 2, show.entries[2]: 3})
    kept = keep([old, third])
    old.refill()
    check_kept(show, [])
    assert drawn(show) == [2, 2, 3, 4] and show.count('parked') == 0
    seen = show.facts()
    for order in ([old, third], [third, old]):
        come_back(show, kept, folder, order)
        settle(show)
        assert_same(seen, show.facts())
        assert show.count('parked') == 0
    close(show)
    show.chair.step(show.event, 'lots', 'rejected', 'wrong-state', lots={show.entries[2]: 7})
    show.chair.step(show.event, 'lots', lots={second: 7})
    assert drawn(show) == [2, 7, 3, 4]
    show.chair.step(show.event, 'reveal')
    announced = result(show)
    new.refill()
    assert result(show) == announced and drawn(show) == [2, 7, 3, 4]
    check_kept(show, [])


def test_decisions_are_as_the_newest_place_has_them():
    """What was decided anew after a restore, with another reason, and of before."""
    show, folder = opened()
    old, new, entry, judge = show.chair, Keeper(show.server, 'chair'), show.entries[0], show.args['judges'][1]['id']

    def decide(pc, word, points, seconds):
        pc.step(show.event, 'withdraw', entry=show.entries[3], reason=word)
        pc.step(show.event, 'recuse', judge=judge, entry=entry, kind='excluded' if pc is old else 'challenged', reason=word)
        pc.step(show.event, 'adjust', entry=entry, adjust=points, reason=word)
        pc.step(show.event, 'present', entry=entry, seconds=seconds)
    decide(old, '먼저', '-1', 100)
    lose_disk(show.server, folder)
    new.server_last_n()
    decide(new, '나중', '2.5', 300)
    timer, kept, seen = one(show, 'SELECT timer_ends_at FROM event'), keep([old, new]), show.facts()
    assert '나중' in repr(seen['entry']) and '나중' in repr(seen['recusal'])
    for order in ([old, new], [new, old]):
        come_back(show, kept, folder, order)
        now = show.facts()
        assert (now['entry'], now['recusal'], now['progress']) == (seen['entry'], seen['recusal'], seen['progress']), order
        assert one(show, 'SELECT timer_ends_at FROM event') == timer


def test_decisions_that_are_back_after_the_announcement():
    """They are noted, and change nothing of what was announced."""
    show, _ = opened()
    old, new, entry = show.chair, Keeper(show.server, 'chair'), show.entries[0]
    for judge in show.judges:
        show.ballot(judge, entry)
    folder = backup(show.server)
    old.step(show.event, 'adjust', entry=entry, adjust='-1', reason='시간 초과')
    old.step(show.event, 'withdraw', entry=show.entries[3], reason='불참')
    old.step(show.event, 'recuse', judge=show.args['judges'][1]['id'], entry=entry, kind='excluded', reason='공동 저자')
    old.step(show.event, 'close', entry=entry)
    late = show.ballot(show.s0, entry, 2, 4, code='late')
    old.step(show.event, 'late', ballot=late, admit=True, reason='정전')
    lose_disk(show.server, folder)
    new.server_last_n()
    new.step(show.event, 'lock')
    new.step(show.event, 'reveal')
    announced, shown, pcs = result(show), show.facts(), [old, new, *show.judges]
    old.refill()
    assert show.count('parked') == 1, 'the decision about the ballot'
    show.s0.refill()
    check_kept(show, pcs)
    after = ending(show)
    for name in ('entry', 'recusal', 'result', 'reveal', 'submission', 'progress'):
        assert after[name] == shown[name], name
    assert result(show) == announced and state_of(show, late) == 'late-refused' and show.count('parked') == 0
    kept = keep(pcs)
    for order in (pcs, pcs[::-1]):
        come_back(show, kept, folder, order)
        check_kept(show, pcs)
        assert_same(after, ending(show))


def panel(show):
    """What a restore may not change about an event."""
    facts = show.facts()
    return {'ballot': [(row[0], *row[3:10]) for row in facts['ballot']], 'submission': facts['submission'], 'progress': facts['progress'],
            'entry': [(row[0], row[5]) for row in facts['entry']], 'event': [(row[0], row[1], row[4]) for row in facts['event']],
            'result': [row[2] for row in facts['result']]}


def check_panel(show, before, what):
    now = panel(show)
    for name in before:
        assert now[name] == before[name], (*what, name, [row for row in before[name] if row not in now[name]], [row for row in now[name] if row not in before[name]])
    assert show.count('parked') == 0


def test_lateness_survives_a_second_restore():
    """A window that was moved where the server forgot it, a ballot that did not know, and the same loss once more."""
    for moved, judged, after in (('close', 'valid', 'late'), ('open', 'late', 'valid'), ('lock', 'valid', 'late-refused')):
        show = Show()
        show.create()
        entry = show.entries[0]
        show.chair.step(show.event, 'open', entry=entry)
        if moved == 'open':
            show.chair.step(show.event, 'close', entry=entry)
        folder = backup(show.server)
        show.chair.step(show.event, moved, **({} if moved == 'lock' else {'entry': entry}))
        lose_disk(show.server, folder)
        ballot = show.ballot(show.e0, entry, code=None if judged == 'valid' else judged)
        state = lambda: show.server.database().execute('SELECT state FROM ballot WHERE id = ?', (ballot,)).fetchone()
        assert state() == (judged,), (moved, state())
        show.chair.refill()
        assert state() == (after,), (moved, state())
        if moved != 'lock':
            show.chair.step(show.event, 'lock')
        settle(show)
        before, pcs = panel(show), [show.chair, show.e0]
        kept = keep(pcs)
        for order in (pcs, pcs[::-1]):
            come_back(show, kept, folder, order)
            settle(show)
            check_panel(show, before, (moved,))


def test_a_ballot_that_comes_before_its_receipt():
    """The network brings it again where its window is closed, and the receipt comes later: it was in time, whatever the chair decided about
    it meanwhile. Only what is announced stays."""
    for then, after in (((), 'valid'), (('admit',), 'valid'), (('refuse',), 'valid'), (('lock',), 'valid'), (('refuse', 'lock'), 'valid'),
                        (('lock', 'reveal'), 'late-refused')):
        show, folder = opened()
        entry = show.entries[0]
        for judge in show.judges:
            for other in show.entries:
                if (judge, other) != (show.e0, entry):
                    show.ballot(judge, other)
        ballot = show.ballot(show.e0, entry)
        show.chair.step(show.event, 'close', entry=entry)
        lose_disk(show.server, folder)
        show.host.refill()
        show.chair.refill()
        show.e0.repeat(9)
        assert state_of(show, ballot) == 'late'
        for judge in show.judges:
            if judge is not show.e0:
                judge.refill()
        for kind in then:
            arguments = {'ballot': ballot, 'admit': kind == 'admit', 'reason': '정한 까닭'} if kind in ('admit', 'refuse') else {}
            show.chair.step(show.event, 'late' if arguments else kind, **arguments)
        show.e0.refill()
        settle(show)
        assert state_of(show, ballot) == after, (then, state_of(show, ballot))
        assert one(show, f"SELECT reason FROM ballot WHERE id = '{ballot}'")[0] is None or after != 'valid'
        if 'lock' not in then:
            show.chair.step(show.event, 'lock')
        check_kept(show, show.judges)


def test_a_window_that_gets_its_place_behind_the_lock():
    """What stands behind it is done again, but was back before the lock: the ballots that it concerns stay as they were."""
    show, _ = opened()
    entry, first = show.entries[0], show.e0
    for judge in show.judges:
        for other in show.entries:
            if (judge, other) != (first, entry):
                show.ballot(judge, other)
    show.chair.step(show.event, 'close', entry=entry)
    folder = backup(show.server)
    home, office = Keeper(show.server, 'chair'), Keeper(show.server, 'chair')
    show.chair.step(show.event, 'open', entry=entry)
    home.step(show.event, 'close', entry=entry)
    office.step(show.event, 'open', entry=entry)
    lose_disk(show.server, folder)
    show.host.refill()
    ballot = show.ballot(first, entry, code='late')
    office.refill()
    home.repeat(9)
    locked = Keeper(show.server, 'chair')
    locked.server_last_n()
    locked.step(show.event, 'lock')
    computed = result(show)
    home.refill()
    settle(show)
    assert (state_of(show, ballot), result(show)) == ('valid', computed)


def test_a_decision_about_a_ballot_that_came_second():
    """It holds for the other device's ballot, whose row stays, also where both receipts come behind the lock."""
    for locked_first in (False, True):
        show, _ = opened()
        entry, first = show.entries[0], show.e0
        for judge in show.judges:
            for other in show.entries:
                if (judge, other) != (first, entry):
                    show.ballot(judge, other)
        show.chair.step(show.event, 'close', entry=entry)
        folder, args = backup(show.server), show.ballot_args(first, entry)
        home, office, chair = Keeper(show.server, 'e0'), Keeper(show.server, 'e0'), Keeper(show.server, 'chair')
        home.do('ballot.submit', args, code='late')
        office.do('ballot.submit', {**args, 'id': new_id()}, code='late')
        lose_disk(show.server, folder)
        show.host.refill()
        office.repeat(9)
        chair.server_last_n()
        ballot = one(show, "SELECT id FROM ballot WHERE state = 'late'")[0]
        chair.step(show.event, 'late', ballot=ballot, admit=True, reason='회의 결과')
        if locked_first:
            chair.step(show.event, 'lock')
        home.refill()
        office.refill()
        if not locked_first:
            chair.step(show.event, 'lock')
        settle(show)
        assert (state_of(show, args['id']), show.count('ballot')) == ('late-admitted', len(show.judges) * len(show.entries)), locked_first


def test_a_lock_of_before_the_loss():
    """The network brings the chair's lock and reveal again, without receipts, while judges are away: nothing is announced without them."""
    show, folder = opened()
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    chair = Keeper(show.server, 'chair')
    chair.server_last_n()
    chair.step(show.event, 'lock', seen=chair.epoch)
    chair.step(show.event, 'reveal', seen=0)
    announced = result(show)
    lose_disk(show.server, folder)
    for pc in (show.host, *show.judges[:2]):
        pc.refill()
    chair.repeat(9)
    settle(show)
    assert one(show, 'SELECT state, revealed FROM event') == ('live', 0)
    for pc in (*show.judges[2:], chair):
        pc.refill()
    settle(show)
    assert (result(show), revealed(show)) == (announced, 1)


def test_a_decision_finds_the_ballot_that_came_first():
    """Two devices gave the same late ballot; the decision names the second's, which had the row while the first was away."""
    show, _ = opened()
    entry = show.entries[0]
    show.chair.step(show.event, 'close', entry=entry)
    folder, args = backup(show.server), show.ballot_args(show.e0, entry)
    home, office, chair = Keeper(show.server, 'e0'), Keeper(show.server, 'e0'), Keeper(show.server, 'chair')
    home.do('ballot.submit', args, code='late')
    office.do('ballot.submit', {**args, 'id': new_id()}, code='late')
    lose_disk(show.server, folder)
    show.host.refill()
    office.refill()
    chair.server_last_n()
    stands = one(show, 'SELECT id FROM ballot')[0]
    chair.step(show.event, 'late', ballot=stands, admit=False, reason='처음')
    chair.step(show.event, 'late', ballot=stands, admit=True, reason='회의 결과')
    home.refill()
    pcs = [home, office, chair]
    kept = keep(pcs)
    for order in itertools.permutations(pcs):
        come_back(show, kept, folder, order)
        settle(show)
        now = one(show, 'SELECT id, state, reason FROM ballot'), show.count('ballot'), show.count('parked')
        assert now == ((args['id'], 'late-admitted', '회의 결과'), 1, 0), ([pcs.index(pc) for pc in order], now)


def late_of_one(n):
    """The same late ballot from @n devices of one judge, after a backup; the chair's PCs are as many. Returns the ballot's first id, too."""
    show, _ = opened()
    entry = show.entries[0]
    show.chair.step(show.event, 'close', entry=entry)
    folder, args = backup(show.server), show.ballot_args(show.e0, entry)
    devices, chairs = [Keeper(show.server, 'e0') for _ in range(n)], [Keeper(show.server, 'chair') for _ in range(n)]
    for i, device in enumerate(devices):
        device.do('ballot.submit', {**args, 'id': args['id'] if i == 0 else new_id()}, code='late')
    for chair in chairs:
        chair.server_last_n()
    return show, folder, devices, chairs, args['id']


def decide(show, chair, admit, reason, ballot=None):
    chair.step(show.event, 'late', ballot=ballot or one(show, 'SELECT id FROM ballot')[0], admit=admit, reason=reason)


def decided(show):
    settle(show)
    return (*one(show, 'SELECT state, reason FROM ballot'), show.count('ballot'), show.count('parked'))


def test_a_ballot_of_three_devices():
    """Each leaves its row to the one before it; the decision finds the one that has it, whoever comes when."""
    show, folder, (home, office, third), (chair, *_), _ = late_of_one(3)
    lose_disk(show.server, folder)
    show.host.refill()
    office.refill()
    decide(show, chair, True, '회의 결과')
    third.refill()
    home.refill()
    pcs = [home, office, third, chair]
    kept = keep(pcs)
    for order in itertools.permutations(pcs):
        come_back(show, kept, folder, order)
        assert decided(show) == ('late-admitted', '회의 결과', 1, 0), ([pcs.index(pc) for pc in order], decided(show))


def test_the_newest_decision_about_either_holds():
    """One was decided about the first device's ballot, a newer one about the second's, which was back without its receipt."""
    show, folder, (home, office), (old, new), first = late_of_one(2)
    decide(show, old, False, '처음', first)
    lose_disk(show.server, folder)
    show.host.refill()
    office.repeat(9)
    new.server_last_n()
    decide(show, new, True, '회의 결과')
    second = backup(show.server)
    pcs = [home, office, old]
    kept = keep(pcs)
    for order in itertools.permutations(pcs):
        come_back(show, kept, second, order)
        assert decided(show) == ('late-admitted', '회의 결과', 1, 0), ([pcs.index(pc) for pc in order], decided(show))


def test_a_decision_that_moves_when_the_row_has_gone_over():
    """It comes without its receipt first, and a newer one stands behind it by then."""
    show, folder, (home, office), (before, after), _ = late_of_one(2)
    lose_disk(show.server, folder)
    show.host.refill()
    office.refill()
    decide(show, before, True, '처음')
    decide(show, after, False, '나중')
    home.refill()
    kept = keep([home, office, before, after])
    for order in ((before, home, after), (home, after, before), (after, before, home), (after, home, before)):
        come_back(show, kept, folder, [office])
        before.repeat(9)
        for pc in order:
            pc.refill()
        assert decided(show) == ('late-refused', '나중', 1, 0), decided(show)


def test_a_lock_behind_the_receipts_that_show_the_loss():
    """The data folder is put back without a word; the chair's push shows that, and has the lock in it."""
    show, _ = opened()
    show.server.stop()
    copy = show.server.copy_aside()
    show.server.start()
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    chair = show.chair
    chair.server_last_n()
    chair.step(show.event, 'present', entry=show.entries[0])
    show.server.kill()
    show.server.put_back(copy)
    show.server.start()
    mutations = [chair.queue[n] for n in sorted(chair.queue)]
    lock = {**mutations[-1], 'n': mutations[-1]['n'] + 1, 'args': {'event': show.event, 'step': 'lock', 'args': {'seen': chair.epoch}}}
    del lock['receipt']
    _, answer = chair.call('POST', '/v1/push', {'replica': chair.replica, 'schema': 1, 'oldest': 1, 'mutations': [*mutations, lock]})
    assert answer['epoch'] != chair.epoch and answer['verdicts'][-1]['detail'] == {'step': 'lock', 'now': answer['epoch']}, answer
    assert one(show, 'SELECT state FROM event') == ('live',)


def test_a_reveal_that_was_back_before_the_lock():
    """The lock's answer was lost, so that its receipt is nowhere; another PC's reveal waits for the result, which a new lock makes."""
    show, folder = opened()
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    pc, other = Keeper(show.server, 'chair'), Keeper(show.server, 'chair')
    pc.server_last_n()
    pc.step(show.event, 'lock', seen=pc.epoch)
    other.server_last_n()
    other.step(show.event, 'reveal', seen=0)
    announced = result(show)
    lose_disk(show.server, folder)
    for back in (show.host, *show.judges, other):
        back.refill()
    third = Keeper(show.server, 'chair')
    third.server_last_n()
    third.step(show.event, 'lock', seen=third.epoch)
    settle(show)
    assert (result(show), revealed(show), show.count('parked')) == (announced, 1, 0)


def judged_but_for_one():
    """All ballots but that of s0 about the first entry, of before a loss and back."""
    show, folder = opened()
    entry, first = show.entries[0], show.s0
    for judge in show.judges:
        for other in show.entries:
            if (judge, other) != (first, entry):
                show.ballot(judge, other)
    return show, folder, entry


def test_a_row_that_goes_moves_nothing_that_is_announced():
    """A ballot that came second and before its receipt leaves its row to the first: no other version is another one then."""
    show, folder, entry = judged_but_for_one()
    before, after, home, office = (Keeper(show.server, 's0') for _ in range(4))
    give = lambda pc, version, score, **expect: pc.do('ballot.submit', {'id': new_id(), 'event': show.event, 'entry': entry, 'version': version, 'score': score}, **expect)
    give(before, 1, 2)
    Keeper(show.server, 'chair').step(show.event, 'close', entry=entry)
    for pc in (home, office):
        give(pc, 5, 7, code='late')
    lose_disk(show.server, folder)
    for pc in (show.host, *show.judges):
        pc.refill()
    after.server_last_n()
    give(after, 2, 9)
    give(after, 1, 5)
    chair = Keeper(show.server, 'chair')
    for step in ('lock', 'reveal'):
        chair.step(show.event, step)
    settle(show)
    published = one(show, 'SELECT result FROM result')[0]
    before.refill()
    office.repeat(9)
    home.refill()
    office.refill()
    settle(show)
    check_kept(show, [*show.judges, before, after, home, office])
    assert jipctl('tally', '-', text=jipctl('event', 'export', show.event, data=show.server.data)) == published


def test_scores_of_a_version_before():
    """The late ballot that was admitted says what the first one had said, which the backup has: once it is back, what was between is in time."""
    show, _ = opened()
    entry, judge = show.entries[0], show.s0
    for other in show.judges:
        for subject in show.entries:
            if (other, subject) != (judge, entry):
                show.ballot(other, subject)
    ids = [new_id() for _ in range(3)]
    give = lambda version, score, **expect: judge.do(
        'ballot.submit', {'id': ids[version - 1], 'event': show.event, 'entry': entry, 'version': version, 'score': score}, **expect)
    give(1, 7)
    folder = backup(show.server)
    give(2, 6)
    show.chair.step(show.event, 'close', entry=entry)
    give(3, 7, code='late')
    show.chair.step(show.event, 'late', ballot=ids[2], admit=True, reason='정전')
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    before = show.facts()
    lose_disk(show.server, folder)
    for pc in (show.chair, judge):
        pc.refill()
        settle(show)
    assert_same(before, show.facts())


def test_versions_of_what_is_announced():
    """A ballot that is refused since the result is announced moves no other one in front of what counted."""
    show, folder, entry = judged_but_for_one()
    home, office = Keeper(show.server, 's0'), Keeper(show.server, 's0')
    give = lambda pc, version, score: pc.do('ballot.submit', {'id': new_id(), 'event': show.event, 'entry': entry, 'version': version, 'score': score})
    give(home, 1, 2)
    lose_disk(show.server, folder)
    for pc in (show.host, *show.judges):
        pc.refill()
    office.server_last_n()
    give(office, 2, 9)
    give(office, 1, 5)
    for step in ('lock', 'reveal'):
        show.chair.server_last_n()
        show.chair.step(show.event, step)
    home.refill()
    check_kept(show, [*show.judges, home, office])
    rows = [(row[3], row[5], row[8]) for row in show.facts()['ballot'] if row[2] == entry and row[5] in ('2', '5', '9')]
    assert ('2' in [score for _, score, state in rows if state == 'late-refused']), rows


def test_refused_versions_stand_in_the_order_of_their_places():
    """Two that would change what was announced, of one number, from PCs of one judge: whoever is back first."""
    show, folder, entry = judged_but_for_one()
    pcs = [Keeper(show.server, 's0') for _ in range(3)]
    give = lambda pc, version, score: pc.do('ballot.submit', {'id': new_id(), 'event': show.event, 'entry': entry, 'version': version, 'score': score})
    for pc, version, score in zip(pcs, (3, 3, 1), (2, 9, 5)):  # each of an own epoch, in which nobody knows of the others
        give(pc, version, score)
        if pc is not pcs[-1]:
            lose_disk(show.server, folder)
            for client in (show.host, *show.judges):
                client.refill()
            pcs[pcs.index(pc) + 1].server_last_n()
    show.chair.server_last_n()
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    judge = one(show, f"SELECT id FROM judge WHERE account = '{show.s0.user['id']}'")[0]
    kept, back = keep([show.chair, *show.judges, *pcs]), [*show.judges, pcs[2], show.chair]
    for order in (pcs[:2], pcs[1::-1]):
        come_back(show, kept, folder, [*back, *order])
        settle(show)
        rows = [(row[3], row[5], row[8]) for row in show.facts()['ballot'] if row[2] == entry and row[1] == judge]
        assert sorted(rows) == [(1, '5', 'valid'), (3, '2', 'late-refused'), (4, '9', 'late-refused')], rows


def test_what_counts_before_its_receipt_has_its_time():
    """A ballot that the network brought again after the loss, was late then, was admitted and announced: its receipt says when it came, and
    that it was in time, but it stays where it is."""
    show, folder, entry = judged_but_for_one()
    ballot = show.ballot(show.s0, entry)
    moment = lambda: one(show, f"SELECT received_at, state FROM ballot WHERE id = '{ballot}'")
    received_at = moment()[0]
    lose_disk(show.server, folder)
    show.host.refill()
    show.chair.server_last_n()
    show.chair.step(show.event, 'close', entry=entry)
    show.s0.repeat(99)
    for judge in show.judges:
        if judge is not show.s0:
            judge.refill()
    show.chair.step(show.event, 'late', ballot=ballot, admit=True, reason='정전')
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    settle(show)
    published = one(show, 'SELECT result FROM result')[0]
    assert moment()[0] > received_at and moment()[1] == 'late-admitted'
    for _ in range(2):  # refill() wants the verdict of before
        show.s0.refill()
        assert moment() == (received_at, 'late-admitted')
    assert one(show, 'SELECT result FROM result')[0] == published


def test_the_first_of_two_devices_has_the_row_behind_the_announcement_too():
    """Both gave the same; the network brought the second one's request first after the loss, and their receipts are back when all is shown."""
    show, folder, entry = judged_but_for_one()
    home, office = Keeper(show.server, 's0'), Keeper(show.server, 's0')
    for pc in (home, office):
        pc.do('ballot.submit', {'id': new_id(), 'event': show.event, 'entry': entry, 'version': 1, 'score': 5})
    before = show.facts()['ballot']
    lose_disk(show.server, folder)
    show.host.refill()
    for pc in (office, home):
        pc.repeat(9)
    for judge in show.judges:
        judge.refill()
    show.chair.server_last_n()
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    settle(show)
    published = one(show, 'SELECT result FROM result')[0]
    for pc in (office, home):
        pc.refill()
    settle(show)
    assert_same({'ballot': before}, {'ballot': show.facts()['ballot']})
    assert one(show, 'SELECT result FROM result')[0] == published


def test_decisions_that_were_new_while_the_announcement_was_away():
    """One PC of the chair went on where the lock and the reveal of the other were lost: what was announced is what it was once they are back."""
    show, folder = opened()
    other = Keeper(show.server, 'chair')
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    show.chair.step(show.event, 'adjust', entry=show.entries[0], adjust='-1', reason='시간 초과')
    for step in ('lock', 'reveal'):
        other.step(show.event, step)
    settle(show)
    before, pcs = ending(show), [show.chair, other, *show.judges]
    lose_disk(show.server, folder)
    for pc in (show.host, show.chair, *show.judges):
        pc.refill()
    show.chair.step(show.event, 'adjust', entry=show.entries[0], adjust='3', reason='다시 잼')
    show.chair.step(show.event, 'withdraw', entry=show.entries[1], reason='불참')
    show.chair.step(show.event, 'recuse', judge=show.args['judges'][0]['id'], entry=show.entries[2], kind='challenged', reason='친족')
    other.refill()
    settle(show)
    assert_same(before, ending(show))
    kept = keep(pcs)
    for order in (pcs, pcs[::-1], [*show.judges, show.chair, other], [other, *show.judges, show.chair]):
        come_back(show, kept, folder, order)
        settle(show)
        assert_same(before, ending(show))
        assert 'incomplete' not in jipctl('refill', 'list', data=show.server.data)


def test_a_decision_about_a_ballot_that_moves():
    """It was in time until the end of its window was back, and was admitted; after the next loss it comes without its receipt first."""
    show, folder = opened()
    entry, judge = show.entries[0], show.s0
    show.chair.step(show.event, 'close', entry=entry)
    for admit in (True, False):
        lose_disk(show.server, folder)
        show.host.refill()
        judge.server_last_n()
        pc = Keeper(show.server, 's0')
        ballot = show.ballot(pc, entry)
        show.chair.refill()
        chair = Keeper(show.server, 'chair')
        chair.step(show.event, 'late', ballot=ballot, admit=admit, reason='정전')
        settle(show)
        before, kept = ending(show), keep([pc, chair, show.chair])
        for order in ((show.chair, chair, pc), (pc, chair, show.chair), (chair, pc, show.chair)):
            for repeated in ((), ((pc, 9),)):
                come_back(show, kept, folder, order, repeated)
                settle(show)
                assert_same(before, ending(show))


def test_what_counts_before_its_receipt_has_its_version():
    """One that another PC gave while it was away is refused beside what was announced, and stands behind it, also where the network brought
    the first one's request after that."""
    show, folder, entry = judged_but_for_one()
    home, office = Keeper(show.server, 's0'), Keeper(show.server, 's0')
    give = lambda pc, score: pc.do('ballot.submit', {'id': new_id(), 'event': show.event, 'entry': entry, 'version': 1, 'score': score})
    give(home, 8)
    for step in ('lock', 'reveal'):
        show.chair.step(show.event, step)
    lose_disk(show.server, folder)
    for pc in (show.host, *show.judges):
        pc.refill()
    office.server_last_n()
    give(office, 9)
    for pc in (show.chair, home):
        pc.refill()
        settle(show)
    before, pcs = ending(show), [show.chair, home, office, *show.judges]
    assert [row[3] for row in before['ballot'] if row[2] == entry and (row[5], row[8]) == ('9', 'late-refused')] == [2], before['ballot']
    kept = keep(pcs)
    for repeated in ((), ((home, 9),)):
        for order in (pcs, [office, *show.judges, show.chair, home]):
            come_back(show, kept, folder, order, repeated)
            settle(show)
            assert_same(before, ending(show))


def test_a_backup_of_a_restored_server_knows_no_more_than_it():
    """A window was closed and that was lost; a backup of after the loss is restored, and the closing is back only then."""
    for moved, after in (('close', 'late'), ('lock', 'late-refused')):
        show, folder = opened()
        entry = show.entries[0]
        show.chair.step(show.event, moved, **({} if moved == 'lock' else {'entry': entry}))
        lose_disk(show.server, folder)
        again = backup(show.server)
        lose_disk(show.server, again)
        ballot = show.ballot(show.e0, entry)
        kept = keep([show.chair, show.e0])
        show.chair.refill()
        assert state_of(show, ballot) == after, (moved, state_of(show, ballot))
        for order in ([show.chair, show.e0], [show.e0, show.chair]):
            come_back(show, kept, again, order)
            assert state_of(show, ballot) == after, (moved, state_of(show, ballot))


def test_a_version_that_another_ballot_has_moved_to():
    """What is given again under it, with the same contents, is a ballot of its own, now and whatever comes back first."""
    show, folder = opened()
    entry, home, office = show.entries[0], show.s0, Keeper(show.server, 's0')
    give = lambda pc, version, score: pc.do('ballot.submit', {**show.ballot_args(pc, entry, version), 'score': score})
    give(home, 1, 3)
    lose_disk(show.server, folder)
    office.server_last_n()
    give(office, 1, 9)
    home.refill()
    give(home, 2, 9)
    pcs = [home, office]
    before, kept = ending(show), keep(pcs)
    assert [row[3] for row in sorted(before['ballot'], key=lambda row: row[3])] == [1, 2, 3]
    for order in (pcs, pcs[::-1]):
        come_back(show, kept, folder, order)
        assert_same(before, ending(show))


def test_reveals_come_back_with_what_changes_nothing():
    """In one push: the lock of the result that was announced anew, or a ballot of after the lock, and behind it reveals of that result."""
    show, folder = locked(reveals=3)
    new, announced = Keeper(show.server, 'chair'), result(show)
    lose_disk(show.server, folder)
    for judge in show.judges:
        judge.refill()
    settle(show)
    new.step(show.event, 'lock')
    new.step(show.event, 'reveal')
    assert result(show) == announced
    show.chair.refill()
    assert (result(show), revealed(show), show.count('parked')) == (announced, 3, 0)
    assert 'came back after the announcement: 0' in jipctl('refill', 'list', data=show.server.data)

    show = Show()
    chair = show.e0
    show.create(chair=chair)
    for entry in show.entries:
        chair.step(show.event, 'open', entry=entry)
    for judge in show.judges:
        for entry in show.entries:
            show.ballot(judge, entry)
    chair.step(show.event, 'lock')
    chair.step(show.event, 'reveal')
    folder, announced = backup(show.server), result(show)
    show.ballot(chair, show.entries[0], 2, 4, code='late')
    for _ in range(2):
        chair.step(show.event, 'reveal')
    lose_disk(show.server, folder)
    chair.refill()
    assert (result(show), revealed(show)) == (announced, 3)
    assert 'came back after the announcement: 0' in jipctl('refill', 'list', data=show.server.data)


def refill_with(pc, *pairs):
    """In one push what a PC had acknowledged and what it never sent. Returns the verdicts of the latter."""
    pc.server_last_n()
    kept = [pc.queue[n] for n in sorted(pc.queue)]
    return pc.push_raw(kept + [pc.mutation(*pair) for pair in pairs])[len(kept):]


def test_new_steps_in_the_push_of_their_event():
    """The ballots that are back and wait for their event stand before a lock and a reveal that nobody has seen yet."""
    for versions in (1, 8):  # 28 ballots, and more than are applied at once
        show = Show()
        folder = backup(show.server)
        show.create(chair=show.host)
        for entry in show.entries:
            show.host.step(show.event, 'open', entry=entry)
        for version in range(1, versions + 1):
            for judge in show.judges:
                for entry in show.entries:
                    show.ballot(judge, entry, version)
        before = show.facts()
        lose_disk(show.server, folder)
        for judge in show.judges:
            judge.refill()
        lock, reveal = refill_with(show.host, *[('event.step', {'event': show.event, 'step': step, 'args': {}}) for step in ('lock', 'reveal')])
        assert lock['status'] == 'ok' and (reveal['status'], reveal.get('code')) == (('ok', None) if versions == 1 else ('rejected', 'wrong-state'))
        settle(show)
        assert_same({'ballot': before['ballot']}, show.facts())
        show.host.step(show.event, 'reveal')
        assert jipctl('tally', '-', text=jipctl('event', 'export', show.event, data=show.server.data)) == one(show, 'SELECT result FROM result')[0]


def test_a_new_edit_in_the_push_of_its_idea():
    """It starts from a version of another PC of its writer, which is back and waits for the idea."""
    show = Show()
    folder, other = backup(show.server), Keeper(show.server, 's0')
    proposal = show.propose(show.s0)
    other.do('proposal.edit', {'id': proposal, 'base_version': 1, 'fields': {'body': '둘'}})
    lose_disk(show.server, folder)
    other.refill()
    [edit] = refill_with(show.s0, ('proposal.edit', {'id': proposal, 'base_version': 2, 'fields': {'body': '셋'}}))
    assert edit['status'] == 'ok', edit
    assert one(show, 'SELECT body, version FROM proposal') == ('셋', 3)


def test_ballots_after_the_announcement():
    """Each would change it, newer versions too, and no step of a window does (tests/bench/bench-return.py: what that costs among thousands)."""
    come_back_to_the_announced(20)


def mixed(show, rng):
    """An event of few scores, so that much of it is worth the same: trimmed, tied down to a criterion, picked, recused, withdrawn."""
    criteria = [{'id': one_of, 'name': one_of, 'max': 2} for one_of in ('a', 'b')]
    show.create()
    args = {**show.args, 'id': new_id(), 'entries': [{**entry, 'id': new_id()} for entry in show.args['entries']],
            'judges': [{**judge, 'id': new_id()} for judge in show.args['judges']]}
    args['rules'] = {**args['rules'], 'ties': ['criterion:expert/a'], 'panels': [
        {'id': 'expert', 'name': '전문가', 'weight': 60, 'mode': 'rubric', 'criteria': criteria, 'trim': rng.choice(['none', 'one-each']), 'trim_min': 3},
        {'id': 'staff', 'name': '직원', 'weight': 40, 'mode': 'pick', 'picks': 2, 'normalise': rng.choice(['share', 'top'])}]}
    show.host.do('event.create', args)
    show.args, show.event, show.entries = args, args['id'], [entry['id'] for entry in args['entries']]
    for what in [{'entry': entry} for entry in show.entries] + [{'category': category['id']} for category in args['rules']['categories']]:
        show.chair.step(show.event, 'open', **what)
    show.chair.step(show.event, 'recuse', judge=rng.choice(args['judges'])['id'], entry=rng.choice(show.entries), kind='challenged', reason='친족')
    show.chair.step(show.event, 'withdraw', entry=show.entries[-1], reason='불참')


def mixed_ballots(show, rng, pc, version, alike):
    """What a judge says of everything; where all is @alike, the entries differ in their criteria alone."""
    for category in show.args['rules']['categories'] if pc.login[0] == 's' else []:
        of_category = [entry['id'] for entry in show.args['entries'] if entry['category'] == category['id']]
        yield {'category': category['id'], 'version': version, 'picks': rng.sample(of_category, 2 if alike else rng.randrange(3))}
    for entry in show.entries if pc.login[0] == 'e' else []:
        a = rng.randrange(3)
        scores = {'a': a, 'b': 2 - a if alike else rng.choice([0, 1, '1.0', 2])}
        yield {'entry': entry, 'version': version, 'scores': scores if alike or rng.random() < 0.8 else {'a': a}}


def test_only_ballots_that_leave_it_as_it_is_count_beside_the_announced():
    """What the tally of the whole event says of each that comes back behind the announcement."""
    for seed in range(3):
        rng, show = random.Random(seed), Show()
        mixed(show, rng)
        judges = {judge['user']: judge['id'] for judge in show.args['judges']}
        folder, newer = backup(show.server), [Keeper(show.server, judge.login) for judge in show.judges]
        for pcs, versions in ((show.judges, (1,)), (newer, (2, 3))):
            for pc in pcs:
                for version in versions:
                    for ballot in mixed_ballots(show, rng, pc, version, alike=seed == 0):
                        pc.do('ballot.submit', {'id': new_id(), 'event': show.event, **ballot})
        lose_disk(show.server, folder)
        for judge in show.judges:
            judge.refill()
        show.chair.server_last_n()
        for step in ('lock', 'reveal'):
            show.chair.step(show.event, step)
        announced = one(show, f"SELECT result FROM result WHERE event = '{show.event}'")[0]
        for pc, mutation in [(pc, mutation) for pc in newer for mutation in pc.queue.values()]:
            args = mutation['args']
            event = json.loads(jipctl('event', 'export', show.event, data=show.server.data))
            event['ballots'].append({'judge': judges[pc.user['id']], 'state': 'valid', **args})
            stands = jipctl('tally', '-', text=json.dumps(event)) == announced
            pc.server_last_n()
            pc.push_kept([mutation], min(pc.queue))
            assert state_of(show, args['id']) == ('valid' if stands else 'late-refused'), (seed, args)


def test_thousands_of_ballots_before_their_event():
    """They wait for the organiser's PC; when it is back others wait for a part of them only."""
    show = Show()
    lose_disk(show.server, backup(show.server))
    show.host.server_last_n()
    show.s0.server_last_n()
    people = [new_id() for _ in range(600)]
    args = event_args(show.chair.user['id'], [(person, 'staff') for person in people] + [(show.e0.user['id'], 'expert')])
    ballot = lambda entry: json.dumps({'id': new_id(), 'event': args['id'], 'entry': entry['id'], 'version': 1, 'score': 7})
    database = show.server.database('rw')
    for table, rows in (
            ('account (id, login, name, roles, created_at)', [f"('{person}', '{person}', '직원', '[]', 0)" for person in people]),
            ('replica (id, account, last_n, created_at)', [f"('{person}', '{person}', 4, 0)" for person in people]),
            ('parked (replica, n, account, name, args, status, place, received_at, waits_for)',
             [f"('{person}', {n}, '{person}', 'ballot.submit', '{ballot(entry)}', 'ok', {100 + n}, 0, 'event:{args['id']}')"
              for person in people for n, entry in enumerate(args['entries'], 1)])):
        database.execute(f'INSERT INTO {table} VALUES ' + ','.join(rows))
    database.close()
    show.host.do('event.create', args)
    left = show.count('parked')
    assert 0 < left < 2400, left
    show.propose(show.s0)
    assert show.count('parked') > 0 or left < 400
    show.server.kill()
    show.server.start()
    settle(show, seconds=90)
    assert (show.count('parked'), show.count('ballot')) == (0, 2400)


def test_a_result_that_the_database_refuses_is_computed_later():
    """What is due stays due for a server that goes on, too."""
    show, before, away = one_away()
    database = show.server.database('rw')
    database.execute('ALTER TABLE result RENAME TO hidden')
    away.refill()
    settle(show, seconds=1)
    assert show.count('refill_event WHERE due = 1') == 1
    database.execute('ALTER TABLE hidden RENAME TO result')
    database.close()
    show.propose(show.s0)
    settle(show)
    assert show.count('refill_event WHERE due = 1') == 0
    assert (result(show), revealed(show), show.count('parked')) == (before['result'][0][2], 1, 0)


def test_windows_and_ballots_in_any_order():
    """At random: two PCs of the chair and of a judge, losses with backups of any moment, everybody back at the end, then once more in other orders."""
    first, runs = (int(text) for text in os.environ.get('JIP_WINDOW_RUNS', '0,1').split(','))
    for seed in range(first, first + runs):
        rng = random.Random(seed)
        show = Show()
        show.create()
        chairs, judges = [show.chair, Keeper(show.server, 'chair')], [show.e0, show.s0, Keeper(show.server, 's0')]
        pcs, entries, folders, versions = chairs + judges, show.entries[:2], [backup(show.server)], {}
        step = lambda pc, name, **args: pc.push(('event.step', {'event': show.event, 'step': name, 'args': args}))

        def act():
            pc = rng.choice(pcs)
            pc.server_last_n()
            if pc.last_n < pc.n:
                pc.refill()
            entry, kind = rng.choice(entries), rng.random()
            if pc in judges:
                versions[pc, entry] = versions.get((pc, entry), 0) + 1
                pc.push(('ballot.submit', show.ballot_args(pc, entry, versions[pc, entry], rng.randrange(4))))
            elif kind < 0.85:
                step(pc, rng.choice(['open', 'close']), entry=entry)
            elif kind < 0.95 and (late := [row['id'] for row in pc.table('late_ballot').values() if row['state'] == 'late']):
                step(pc, 'late', ballot=rng.choice(sorted(late)), admit=rng.random() < 0.5, reason='정한 까닭')
            elif kind > 0.95:
                step(pc, 'lock')

        three_losses(show, rng, pcs, folders, act, most=14, back=4)
        settle(show)
        before, kept = panel(show), keep(pcs)
        for order, repeated in ((pcs, ()), (pcs[::-1], ()), (rng.sample(pcs, len(pcs)), ()), (rng.sample(pcs, len(pcs)), some_of(rng, pcs))):
            folder = rng.choice(folders)
            come_back(show, kept, folder, order, repeated)
            settle(show)
            check_panel(show, before, (seed, folders.index(folder), [pc.login for pc in order]))


def test_steps_come_back_whatever_is_to_be_seen():
    """What the chair saw when pressing was judged then, also where another PC of the chair is back first."""
    show = Show()
    show.create()
    folder, other = backup(show.server), Keeper(show.server, 'chair')
    one_of, two = show.entries[:2]
    moments = ((show.chair, 'present', {'entry': one_of, 'seen': ''}), (other, 'present', {'entry': two, 'seen': one_of}),
               (show.chair, 'open', {'entry': two, 'seen': 'waiting'}), (other, 'close', {'entry': two, 'seen': 'open'}),
               (show.chair, 'open', {'entry': two, 'seen': 'closed'}), (other, 'open', {'entry': one_of, 'seen': 'waiting'}))
    for pc, step, args in moments:
        pc.step(show.event, step, **args)
    for judge in show.judges:
        for entry in (one_of, two):
            show.ballot(judge, entry)
    other.step(show.event, 'lock')
    other.step(show.event, 'reveal', seen=0)
    show.chair.step(show.event, 'reveal', 'rejected', 'wrong-state', seen=0)
    show.chair.step(show.event, 'reveal', seen=1)
    before, pcs = ending(show), [show.chair, other, *show.judges]
    kept = keep(pcs)
    for order in (pcs, pcs[::-1]):
        come_back(show, kept, folder, order)
        check_kept(show, pcs)
        assert_same(before, ending(show))
        verdict = Keeper(show.server, 'chair').step(show.event, 'reveal', 'rejected', 'wrong-state', seen=1)
        assert verdict['detail'] == {'step': 'reveal', 'now': 2}, verdict


def test_whole_events_in_any_order():
    """At random: all of it, by two PCs of the chair and four of judges, with losses between; then everybody once more in other orders.
    JIP_EVENT_RUNS=FIRST,COUNT names the seeds."""
    first, runs = (int(text) for text in os.environ.get('JIP_EVENT_RUNS', '0,1').split(','))
    for seed in range(first, first + runs):
        print(f'# seed {seed}', flush=True)
        whole_event(random.Random(seed), seed)


class Stage:
    """Two PCs of a chair and four of judges, who do at random what they may."""

    def __init__(self, rng):
        self.rng, self.show = rng, Show()
        self.show.create()
        show = self.show
        self.chairs = [show.chair, Keeper(show.server, 'chair')]
        self.judges = [show.e0, show.e1, show.s0, Keeper(show.server, 's0')]
        self.pcs, self.entries, self.versions = self.chairs + self.judges, show.entries[:3], {}
        for entry in self.entries:
            show.chair.step(show.event, 'open', entry=entry)
        self.folders = [backup(show.server)]
        self.announced = None
        for judge in self.judges[:3]:
            for entry in self.entries:
                self.judge(judge, entry)

    def step(self, pc, name, **args):
        pc.push(('event.step', {'event': self.show.event, 'step': name, 'args': args}))

    def judge(self, pc, entry):
        self.versions[pc, entry] = self.versions.get((pc, entry), 0) + 1
        pc.push(('ballot.submit', self.show.ballot_args(pc, entry, self.versions[pc, entry], self.rng.randrange(4))))

    def decide(self, pc):
        rng, show = self.rng, self.show
        entry, word = rng.choice(self.entries), f'{rng.random():.4f}'
        late = sorted(row['id'] for row in pc.table('late_ballot').values() if row['state'] == 'late')
        last = ['reveal', 'reveal', 'reveal', 'lots'] if pc.table('event')[show.event]['state'] == 'locked' else ['lock', 'lock', 'lock']
        kind = rng.choice(['open', 'close', 'close', 'late', 'late', 'adjust', 'withdraw', 'recuse', 'present', *last])
        if kind in ('open', 'close'):
            self.step(pc, kind, entry=entry)
        elif kind == 'late' and late:
            self.step(pc, 'late', ballot=rng.choice(late), admit=rng.random() < 0.5, reason=word)
        elif kind == 'adjust':
            self.step(pc, 'adjust', entry=entry, adjust=rng.choice(['-1', '0', '0.5', '3']), reason=word)
        elif kind == 'withdraw' and rng.random() < 0.3:
            self.step(pc, 'withdraw', entry=entry, reason=word)
        elif kind == 'recuse':
            self.step(pc, 'recuse', judge=rng.choice(show.args['judges'])['id'], entry=entry, kind='challenged', reason=word)
        elif kind == 'present':
            self.step(pc, 'present', entry=entry, seconds=rng.randrange(1, 900))
        elif kind == 'lots':
            self.step(pc, 'lots', lots={one: rng.randrange(1, 9) for one in rng.sample(self.entries, rng.randrange(1, 4))})
        elif kind in ('lock', 'reveal'):
            self.step(pc, kind)

    def act(self):
        pc = self.rng.choice(self.pcs)
        pc.server_last_n()
        if pc.last_n < pc.n:
            pc.refill()
        self.judge(pc, self.rng.choice(self.entries)) if pc in self.judges else self.decide(pc)
        self.check_announced()

    def check_announced(self):
        """Of one server, from the first reveal on."""
        settle(self.show)
        epoch = self.show.chair.call('GET', '/healthz')[1]['epoch']
        now = one(self.show, 'SELECT sha256, revealed FROM result JOIN event ON event.id = result.event WHERE revealed > 0')
        if now is not None and self.announced is not None and self.announced[0] == epoch:
            assert (self.announced[1], max(self.announced[2], now[1])) == tuple(now), (self.announced, now)
        self.announced = (epoch, *now) if now is not None else None


def end_the_wait(show):
    settle(show)
    if 'incomplete' in jipctl('refill', 'list', data=show.server.data):
        close(show)


def whole_event(rng, seed):
    stage = Stage(rng)
    show, pcs = stage.show, stage.pcs
    three_losses(show, rng, pcs, stage.folders, stage.act, most=14, back=4, branches=False)
    end_the_wait(show)
    check_kept(show, pcs)
    stage.check_announced()
    before, kept = ending(show), keep(pcs)
    for order, repeated in ((pcs, ()), (pcs[::-1], ()), (rng.sample(pcs, len(pcs)), ()), (rng.sample(pcs, len(pcs)), some_of(rng, stage.judges))):
        folder = rng.choice(stage.folders)
        come_back(show, kept, folder, order, repeated)
        end_the_wait(show)
        check_kept(show, pcs)
        now = ending(show)
        for name in before:
            gone, more = ([row for row in a[name] if row not in b[name]] for a, b in ((before, now), (now, before)))
            assert gone == more == [], (seed, stage.folders.index(folder), [pcs.index(pc) for pc in order], name, gone, more)


run_tests(globals(), check_feeds)
