# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's queue as src/client/jip-outbox.c keeps it, of which copies are made: what waits, what was acknowledged, and the
names of before."""

import copy
import itertools

from harness import new_id
from refill import Keeper

clock = itertools.count()


class Desktop(Keeper):
    def __init__(self, server, login):
        self.entries = []  # in the order of n: n, name, args, at, status, receipt?, origin?
        self.resend = 0
        self.sent = None   # the newest push
        self.told = {}     # the moment of a mutation, which no other one has: all statuses that it was told
        super().__init__(server, login)

    def copied(self):
        """The folder, carried to another PC."""
        twin = Desktop(self.server, self.login)
        twin.replica, twin.n, twin.epoch, twin.resend = self.replica, self.n, self.epoch, self.resend
        twin.entries = copy.deepcopy(self.entries)
        twin.told = copy.deepcopy(self.told)
        return twin

    def state(self):
        return copy.deepcopy((self.replica, self.n, self.epoch, self.resend, self.entries, self.told))

    def set_state(self, state):
        self.replica, self.n, self.epoch, self.resend, self.entries, self.told = copy.deepcopy(state)

    def write(self, name, args):
        """Queues it; returns its moment."""
        self.n += 1
        number = next(clock)
        at = f'2026-07-22T{number // 3600000 % 24:02}:{number // 60000 % 60:02}:{number // 1000 % 60:02}.{number % 1000:03}Z'
        self.entries.append({'n': self.n, 'name': name, 'args': args, 'at': at, 'status': 'waiting'})
        return at

    def batch(self):
        first = min((entry['n'] for entry in self.entries if entry['status'] == 'waiting' or 0 < self.resend <= entry['n']), default=None)
        return [] if first is None else [entry for entry in self.entries if entry['n'] >= first]

    def rename(self):
        """Under a new name; what the copies may both have sent, or still send, is told by the name of before."""
        for number, entry in enumerate(self.entries, 1):
            entry.setdefault('origin', {'replica': self.replica, 'n': entry['n']})
            entry['n'] = number
        self.replica, self.n, self.resend, self.safe_n = new_id(), len(self.entries), 1, 0

    def send(self, lose_answer=False):
        """Pushes until nothing waits."""
        while batch := self.batch():
            mutations = [{key: value for key, value in entry.items() if key != 'status'} for entry in batch]
            self.sent = {'replica': self.replica, 'schema': 1, 'oldest': self.entries[0]['n'], 'mutations': mutations}
            status, answer = self.call('POST', '/v1/push', self.sent)
            if lose_answer:
                return
            if status == 409 and answer['error']['code'] == 'gap':
                self.resend = min(self.resend or answer['error']['detail']['expected'], answer['error']['detail']['expected'])
            elif status == 409 and answer['error']['code'] == 'replica-cloned':
                self.rename()
            else:
                assert status == 200, (status, answer)
                for entry, verdict in zip(batch, answer['verdicts']):
                    entry |= {'status': verdict['status'], 'receipt': verdict['receipt']}
                    entry.pop('origin', None)
                    self.told.setdefault(entry['at'], []).append(verdict['status'])
                self.resend = 0

    def repeat(self):
        """A push of before that the network brings once more; nobody hears the answer."""
        if self.sent:
            self.call('POST', '/v1/push', self.sent)

    def look(self):
        """Reads what there is, and learns of a restore and of copies."""
        before = self.epoch
        self.cursor = None
        if self.server_last_n() > self.n:
            self.rename()
        elif self.epoch != before:
            self.resend = min((entry['n'] for entry in self.entries if entry['status'] != 'waiting'), default=0)

    def refill(self):
        self.look()
        self.send()

    def forget_safe(self):
        """What a backup contains that is kept elsewhere, as the page of before all was sent said."""
        self.entries = [entry for entry in self.entries if entry['n'] > self.safe_n or entry['status'] == 'waiting']

    def do(self, name, args, status='ok', code=None):
        at = self.write(name, args)
        self.send()
        assert self.told[at][-1] == status, (name, args, self.told[at])
        return at
