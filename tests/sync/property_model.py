# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold after a run, asked of the server's tables and of what each replica tells its user, with the log of what was
written as the model."""

import collections
import json
from operator import itemgetter

# Verdicts that a writer may be told; what was refused is in the replica's list with all that was typed.
REFUSALS = {
    'submit': {'forbidden'}, 'comment': {'forbidden', 'not-found'}, 'vote': {'forbidden', 'not-found'},
    'edit': {'forbidden', 'not-found', 'version-conflict'}, 'attach': {'forbidden', 'not-found', 'limit'}, 'draft': {'forbidden', 'version-conflict'}, 'undraft': {'not-found', 'forbidden', 'version-conflict'},
    'ballot': {'forbidden', 'wrong-state', 'ballot-conflict'}, 'step': {'forbidden', 'wrong-state'},
}
WIRE = {'submit': 'proposal.submit', 'comment': 'comment.add', 'edit': 'proposal.edit', 'draft': 'draft.save', 'vote': 'vote.set', 'attach': 'attachment.add',
        'undraft': 'draft.delete', 'ballot': 'ballot.submit', 'step': 'event.step'}
MUTATIONS = {wire: name for name, wire in WIRE.items()}


def token_of(entry):
    args = entry['plan']
    text = args.get('body') or (args.get('document') or {}).get('title') or next(iter(args.get('fields', {}).values()), '')
    return text.split(' ')[-1]


def text_of(args):
    """What a mutation brings, without the texts that it was made from."""
    return json.dumps({name: value for name, value in args.items() if name != 'base'})


class Findings:
    def __init__(self):
        self.lost, self.doubled, self.wrong = [], [], []
        self.checked = 0


class Model:
    def __init__(self, run):
        self.run = run
        self.found = Findings()
        database = run.server.database()

        def rows(sql):
            cursor = database.execute(sql)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row)) for row in cursor]
        self.proposals = {row['id']: row for row in rows('SELECT * FROM proposal')}
        self.versions = {key: [] for key in self.proposals}
        for row in rows('SELECT * FROM proposal_version ORDER BY version'):
            self.versions[row['proposal']].append(row)
        self.comments = rows('SELECT * FROM comment')
        self.attachments = rows('SELECT * FROM attachment')
        self.votes = rows('SELECT * FROM vote')
        self.ballots = {row['id']: row for row in rows('SELECT * FROM ballot')}
        self.drafts = {row['id']: row for row in rows('SELECT * FROM draft')}
        self.draft_versions = rows('SELECT * FROM draft_version')
        self.parked = rows('SELECT * FROM parked')
        self.verdicts = rows('SELECT r.id, r.last_n, count(v.n) AS verdicts, coalesce(max(v.n), 0) AS newest FROM replica r'
                             ' LEFT JOIN verdict v ON v.replica = r.id GROUP BY r.id')
        self.holes = rows('SELECT * FROM hole')
        database.close()
        self.families = collections.Counter(replica.family for replica in run.replicas)
        self.refused = collections.defaultdict(list)
        for replica in run.replicas:
            for name, args, code, detail in replica.query('SELECT name, args, code, detail FROM refused'):
                self.refused[replica.family].append((MUTATIONS[name], json.loads(args), code, json.loads(detail) if detail else None))

        self.read_drafts()
        # what is about an idea that was never acknowledged, and that its writer was refused after a restore, waits for ever
        never = {f'proposal:{args["id"]}' for found in self.refused.values() for name, args, *_ in found if name == 'submit'}
        self.waiting = [row for row in self.parked if row['waits_for'] in never]

    def read_drafts(self):
        """The place of each save, and from which to which places each deletion had seen, as the desktops' receipts have it."""
        self.saved, self.deleted = {}, collections.defaultdict(lambda: collections.defaultdict(list))
        for replica in self.run.replicas:
            for name, args, at, status, receipt in replica.query(
                    "SELECT name, args, at, status, receipt FROM outbox WHERE name IN ('draft.save', 'draft.delete') AND receipt IS NOT NULL"):
                args, place, mark = json.loads(args), *itemgetter(2, 6)(receipt.split('.'))
                if name == 'draft.delete':
                    seen = self.deleted[args['id']][at, args['base_version']]
                    if status == 'ok' and (ranges := mark.split('@')[0]):  # behind @: where a copy has it from
                        seen += [[int(number) for number in (part if '-' in part else f'0-{part}').split('-')] for part in ranges.split(',')]
                elif status != 'rejected':
                    token = args['document']['title'].split(' ')[-1]
                    self.saved[token] = min(int(place), self.saved.get(token, int(place)))

    def check(self):
        for entry in self.run.operations:
            if entry.get('asked') and entry['name'] not in ('vote', 'undraft', 'step'):
                self.check_operation(entry)
        self.check_votes()
        self.check_whole()
        return self.found

    def family(self, entry):
        return self.run.replicas[entry['replica']].family

    def refusal(self, entry):
        for name, args, code, detail in self.refused[self.family(entry)]:
            if name != entry['name']:
                continue
            if (name == 'ballot' and args['id'] == entry['id']) or (name != 'ballot' and token_of(entry) in text_of(args)):
                return code, detail
        return None

    def check_operation(self, entry):
        if entry['told'] == 'failed':
            self.found.wrong.append(f'{self.name(entry)} could not be written: {entry["code"]}')
            return
        self.found.checked += 1
        places, doubled = getattr(self, 'find_' + entry['name'])(entry)
        refusal = self.refusal(entry)
        copied = self.families[self.family(entry)] > 1
        if doubled and not copied:
            self.found.doubled.append(self.name(entry))
        if refusal and refusal[0] not in REFUSALS[entry['name']]:
            self.found.wrong.append(f'{self.name(entry)} was refused with {refusal[0]}')
        if refusal and refusal[0] == 'version-conflict':
            self.check_conflict(entry, refusal[1], places)
        elif refusal and places and not copied:
            self.found.wrong.append(f'{self.name(entry)} was refused with {refusal[0]} and is there')
        elif not refusal and not places and entry['told'] == 'done' and not self.may_be_gone(entry) and not self.waits(entry):
            self.found.lost.append(self.name(entry))

    def waits(self, entry):
        return any(token_of(entry) in row['args'] for row in self.waiting)

    def name(self, entry):
        return f'operation {entry["number"]} {entry["name"]} {entry["id"]} of replica {entry["replica"]} ({json.dumps(entry["args"], ensure_ascii=False)[:160]})'

    def may_be_gone(self, entry):
        """A draft that was deleted takes its versions with it, but none that who deleted it had not seen."""
        if entry['name'] != 'draft':
            return False
        asked = sum(other['name'] == 'undraft' and bool(other.get('asked')) and other['args']['id'] == entry['args']['id'] for other in self.run.operations)
        place, seen = self.saved.get(token_of(entry)), self.deleted[entry['args']['id']].values()
        if asked > len(seen) or place is None:
            return asked > 0  # a backup has it, so that no desktop keeps the proof any more
        return any(first <= place <= last for ranges in seen for first, last in ranges)

    def check_conflict(self, entry, detail, places):
        """Both texts are told, and both are in the history."""
        if not places and not self.may_be_gone(entry):
            self.found.lost.append(self.name(entry) + ': the losing text')
        if entry['name'] != 'edit':
            return
        if not detail or not detail.get('fields'):
            self.found.wrong.append(f'{self.name(entry)}: a conflict without its texts')
            return
        for field, texts in detail['fields'].items():
            history = [row[field] for row in self.versions.get(entry['args']['id'], [])]
            # the other edit may have been lost by a restore before anybody acknowledged it, and refused then: its writer has the text
            refused = [args['fields'].get(field) for found in self.refused.values() for name, args, *_ in found if name == 'edit']
            if texts['yours'] != entry['args']['fields'][field] or texts['yours'] not in history or texts['server'] not in history + refused:
                self.found.wrong.append(f'{self.name(entry)}: the texts of the conflict are not in the history')

    # Where the text of an operation is: (found, doubled)

    def find_submit(self, entry):
        token = token_of(entry)
        there = [row for row in self.proposals.values() if any(version['version'] == 1 and not version['lost'] and token in version['body']
                                                               for version in self.versions[row['id']])]
        if there and entry['id'] and there[0]['id'] != entry['id']:
            self.found.wrong.append(f'{self.name(entry)} has another id')
        return bool(there), len(there) > 1

    def find_comment(self, entry):
        there = [row for row in self.comments if token_of(entry) in row['body']]
        return bool(there), len(there) > 1

    def find_attach(self, entry):
        there = [row for row in self.attachments if row['name'] == entry['args']['name']]
        if any(row['sha256'] != entry['args']['sha256'] for row in there):
            self.found.wrong.append(f'{self.name(entry)} is there with another file')
        return bool(there), len(there) > 1

    def find_edit(self, entry):
        """One run of versions carries the text, or one lost version."""
        rows = self.versions.get(entry['args']['id'], [])
        lost = taken = 0
        for field, text in entry['args']['fields'].items():
            before, runs = False, 0
            for row in rows:
                if not row['lost']:
                    runs += row[field] == text and not before
                    before = row[field] == text
            taken = max(taken, runs)
            lost = max(lost, sum(row['lost'] and row[field] == text for row in rows))
        # the losing version of another edit carries the fields of its base along
        return bool(taken or lost), taken > 1 or (not taken and lost > 1)

    def find_draft(self, entry):
        token = token_of(entry)
        there = [row for row in self.draft_versions if row['draft'] == entry['args']['id'] and token in row['document']]
        current = self.drafts.get(entry['args']['id'])
        return bool(there) or bool(current and token in current['document']), len(there) > 1

    def find_ballot(self, entry):
        row = self.ballots.get(entry['id'])
        args = entry['args']
        if row is None:
            return not self.refusal(entry) and self.was_cast_elsewhere(entry), False
        if row['entry'] != args['entry'] or json.loads(row['score'] or '""') != args.get('score', '') or json.loads(row['scores'] or '{}') != args.get('scores', {}):
            self.found.wrong.append(f'{self.name(entry)} is there with other contents: {row}')
        return True, False

    def was_cast_elsewhere(self, entry):
        """The same scores from another PC of the judge are the same ballot."""
        def what(other):
            return self.run.replicas[other['replica']].login, {name: value for name, value in other['args'].items() if name != 'id'}
        return any(other['name'] == 'ballot' and other['id'] in self.ballots and what(other) == what(entry) for other in self.run.operations)

    def check_votes(self):
        """A vote stands as the newest of one of the user's replicas has it."""
        newest, unclear = collections.defaultdict(dict), set()
        for entry in self.run.operations:
            if entry['name'] != 'vote' or not entry.get('asked'):
                continue
            login = self.run.replicas[entry['replica']].login
            key = entry['args']['proposal'], self.run.sessions[login][1]['id']
            newest[key][entry['replica']] = entry['args']['on']
            if entry['told'] != 'done' or any(name == 'vote' and args['proposal'] == key[0] for name, args, _, _ in self.refused[self.family(entry)]):
                unclear.add(key)
            if self.families[self.family(entry)] > 1:
                unclear.add(key)
        there = collections.Counter((row['proposal'], row['account']) for row in self.votes)
        for key, by_replica in newest.items():
            if key not in unclear:
                self.found.checked += 1
                if bool(there[key]) not in by_replica.values():
                    self.found.lost.append(f'the vote {key} is {bool(there[key])}, its replicas say {by_replica}')
        self.found.doubled += [f'the vote {key}' for key, count in there.items() if count > 1 or key not in newest]

    def check_whole(self):
        """What no operation may break."""
        for key, row in self.proposals.items():
            kept = [version['version'] for version in self.versions[key] if not version['lost']]
            if kept != list(range(1, row['version'] + 1)):
                self.found.wrong.append(f'the versions of {key} are {kept}, the newest is {row["version"]}')
            counts = sum(vote['proposal'] == key for vote in self.votes), sum(comment['proposal'] == key for comment in self.comments)
            if counts != (row['votes'], row['comments']):
                self.found.wrong.append(f'{key} counts {row["votes"]} votes and {row["comments"]} comments, there are {counts}')
        texts = [token_of(entry) for entry in self.run.operations if entry['name'] in ('submit', 'comment')]
        for row in [*self.comments, *(versions[0] for versions in self.versions.values())]:
            if not any(text in row['body'] for text in texts):
                self.found.wrong.append(f'nobody wrote {row["id"]}')
        self.found.wrong += [f'parked: {row["name"]} waits for {row["waits_for"]}' for row in self.parked if row not in self.waiting]
        holes = {row['replica'] for row in self.holes}
        self.found.wrong += [f'replica {row["id"]} has {row["verdicts"]} verdicts up to {row["newest"]}, last_n is {row["last_n"]}'
                             for row in self.verdicts if row['id'] not in holes and not row['verdicts'] == row['newest'] == row['last_n']]
        self.found.lost += [f'replica {row["replica"]} cannot fill {row["first_n"]} to {row["last_n"]}' for row in self.holes]
