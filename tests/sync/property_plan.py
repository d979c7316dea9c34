# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens in one run, made from its seed before it begins: operations, kills, cuts, restarts, restores, in one order."""

import random

# (user, roles, panel of the event); replicas are dealt out in the order below
PEOPLE = {
    'kim': ('staff', 'expert'), 'lee': ('staff', 'staff'), 'han': ('staff', None), 'oh': ('staff', 'staff'),
    'boss': ('staff admin', None), 'host': ('staff organiser', None),
}
REPLICAS = ('kim', 'kim', 'lee', 'han', 'oh', 'lee', 'boss', 'kim', 'oh')
ENTRIES = 4
DRAFTS = 3  # a user's drafts that several of the user's replicas write
MAX_REPLICAS = 10
ROLES = ('staff', 'staff auditor', 'staff admin', 'auditor', 'staff moderator')
HOUR, DAY, YEAR = 3600, 86400, 365 * 86400


class Plan:
    """actions: tuples whose first member says what; an operation is ('op', replica, name, args, how)."""

    def __init__(self, seed, length):
        self.rng = random.Random(f'plan {seed}')
        self.seed = seed
        self.actions = []
        self.users = list(REPLICAS[:self.rng.randint(5, len(REPLICAS))])
        self.rate = self.rng.choice([0.1, 0.25, 0.5])
        self.far_server = self.rng.random() < 0.3  # one side's clock leaps far, never both: two would be allowed to forget
        self.proposals = []  # (operation number, user)
        self.cut = set()
        self.backups = 0
        self.oldest_backup = 0  # what was kept elsewhere is not older
        self.operations = 0
        self.server_up = True
        for _ in range(6):
            self.operation()
        self.backup(False)
        while self.operations < length:
            self.advance()
        if not self.server_up:
            self.actions.append(('server-up', 0))

    def token(self):
        return f't{self.seed}x{self.operations}.'

    def advance(self):
        draw = self.rng.random()
        if draw < 0.62:
            self.operation()
        elif draw < 0.76:
            self.actions.append(('wait', self.rng.choice([10, 50, 100, 200, 400])))
        elif draw < 0.90:
            self.replica_fault()
        elif draw < 0.94:
            self.roles()
        else:
            self.server_fault()

    def replica(self):
        return self.rng.randrange(len(self.users))

    def replica_fault(self):
        rng, replica = self.rng, self.replica()
        kind = rng.choices(['cut', 'heal', 'kill', 'stop', 'clock', 'clone'], [5, 4, 4, 2, 2, 1])[0]
        if kind == 'cut':
            self.cut.add(replica)
            self.actions.append(('cut', replica, rng.choice(['up', 'down', 'off']), rng.random() < 0.25))
        elif kind == 'heal' and self.cut:
            replica = rng.choice(sorted(self.cut))
            self.cut.discard(replica)
            self.actions.append(('heal', replica))
        elif kind in ('kill', 'stop'):
            self.actions.append((kind, replica))
        elif kind == 'clock':
            far = [] if self.far_server else [10 * YEAR, -10 * YEAR]
            self.actions.append(('clock', replica, rng.choice([0, HOUR, -HOUR, DAY, -DAY, *far])))
        elif kind == 'clone' and len(self.users) < MAX_REPLICAS:
            self.actions.append(('clone', replica))
            self.users.append(self.users[replica])

    def roles(self):
        if self.server_up:
            self.actions.append(('roles', self.rng.choice(['oh', 'lee']), self.rng.choice(ROLES)))

    def backup(self, kept):
        self.actions.append(('backup', kept))
        if kept:
            self.oldest_backup = self.backups
        self.backups += 1

    def server_fault(self):
        rng = self.rng
        if not self.server_up:
            self.server_up = True
            far = [10 * YEAR, -10 * YEAR] if self.far_server else []
            self.actions.append(('server-up', rng.choice([0, 0, 0, HOUR, -HOUR, DAY, -DAY, *far])))
            return
        kind = rng.choices(['kill', 'stop', 'down', 'backup', 'restore'], [3, 2, 4, 4, 3])[0]
        if kind == 'backup':
            self.backup(rng.random() < 0.4)
        elif kind == 'restore':
            self.actions.append(('restore', rng.randrange(self.oldest_backup, self.backups)))
        elif kind == 'down':
            self.server_up = False
            self.actions.append(('server-down',))
        else:
            self.actions.append((f'server-{kind}',))

    def operation(self):
        rng, replica = self.rng, self.replica()
        user = self.users[replica]
        names = {'submit': 3, 'comment': 4, 'vote': 4, 'edit': 7, 'draft': 4, 'undraft': 1, 'attach': 1.5}
        if PEOPLE[user][1]:
            names['ballot'] = 6
        if user == 'han':
            names['step'] = 10
        name = rng.choices(list(names), list(names.values()))[0]
        if not self.proposals and name in ('comment', 'vote', 'edit', 'attach'):
            name = 'submit'
        args = getattr(self, 'make_' + name)(user)
        # a raced one is killed in the middle of the write
        how = rng.choices(['live', 'race'], [24, 1])[0]
        if name == 'submit' and how == 'live':
            self.proposals.append((self.operations, user))
        self.actions.append(('op', replica, name, args, how, rng.random() * 0.02))
        self.operations += 1

    def proposal(self):
        return self.rng.choice(self.proposals)[0]

    def make_submit(self, user):
        rng = self.rng
        return {'kind': rng.choice(['proposal', 'request']), 'title': f'제안 {self.operations}', 'body': f'본문 {self.token()}',
                'category': rng.choice(['교통', '복지', '환경']), 'anonymous': rng.random() < 0.3}

    def make_comment(self, user):
        return {'proposal': self.proposal(), 'body': f'의견 {self.token()}'}

    def make_attach(self, user):
        size = self.rng.choices([12, 70_000, 400_000, 5_000_000], [4, 4, 2, 0.5])[0]
        return {'proposal': self.proposal(), 'body': f'파일 {self.token()}', 'size': size}

    def make_vote(self, user):
        return {'proposal': self.proposal(), 'on': self.rng.random() < 0.6}

    def make_edit(self, user):
        """Mostly an own idea, and the newest few: so that replicas of one user meet in a field."""
        own = [number for number, author in self.proposals if author == user][-3:]
        proposal = self.rng.choice(own) if own and self.rng.random() < 0.95 else self.proposal()
        fields = self.rng.sample(['title', 'body', 'category'], self.rng.choice([1, 1, 2]))
        return {'id': proposal, 'fields': {field: f'고침 {field} {self.token()}' for field in fields}}

    def make_draft(self, user):
        return {'draft': self.rng.randrange(DRAFTS), 'document': {
            'format': 'jip-draft/1', 'type': 'press-release', 'title': f'초안 {self.token()}', 'fields': {}, 'sections': []}}

    def make_undraft(self, user):
        return {'draft': self.rng.randrange(DRAFTS)}

    def make_ballot(self, user):
        rng = self.rng
        entry = rng.randrange(ENTRIES)
        if PEOPLE[user][1] == 'expert':
            return {'entry': entry, 'scores': {'creativity': rng.randrange(41), 'feasibility': f'{rng.randrange(30)}.5', 'effect': rng.randrange(31)}}
        return {'entry': entry, 'score': f'{rng.randrange(10)}.{rng.randrange(10)}'}

    def step_args(self, step):
        rng = self.rng
        if step == 'adjust':
            return {'adjust': f'-{rng.randrange(1, 4)}.5', 'reason': f'까닭 {self.token()}'}
        return {'seconds': 60} if step == 'present' else {}

    def step_name(self):
        done = self.operations / 200
        return self.rng.choices(['open', 'close', 'present', 'adjust', 'lock', 'reveal'], [6, 3, 2, 1, 0.4 * done, 0.4 * done])[0]


    def make_step(self, user):
        step = self.step_name()
        return {'step': step, 'entry': None if step in ('lock', 'reveal') else self.rng.randrange(ENTRIES), 'args': self.step_args(step)}
