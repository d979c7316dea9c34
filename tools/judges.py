# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges of an event as HTTP clients: each signs in, follows the chair and hands in random ballots. Loopback only."""

import http.client
import ipaddress
import json
import random
import socket
import threading
import time
import urllib.parse
import uuid
from datetime import datetime, timezone

SCHEMA = 1
TIMEOUT = 30
RETRY_MOST = 5
POLL = 10


class Refused(Exception):
    """The server said no, in its own words."""


class Interrupted(Exception):
    """The simulation ends."""


def parse_server(text):
    """(host, port) of a server on this machine; anything else is refused."""
    url = urllib.parse.urlsplit(text if '//' in text else '//' + text)
    if url.scheme not in ('', 'http') or not url.hostname or not url.port:
        raise ValueError(f'{text}: http://HOST:PORT is expected')
    addresses = {info[4][0] for info in socket.getaddrinfo(url.hostname, url.port, type=socket.SOCK_STREAM)}
    if not all(ipaddress.ip_address(address.split('%')[0]).is_loopback for address in addresses):
        raise ValueError(f'{text}: is not on this machine; simulated judges work on loopback addresses only')
    return url.hostname, url.port


def decimal(rng, most, share):
    """About @share of @most, in halves, as the wire wants it: a whole number or a decimal string."""
    doubled = round(min(1, max(0, rng.gauss(share, 0.09))) * float(most) * 2)
    doubled = min(doubled, int(float(most) * 2))
    return doubled // 2 if doubled % 2 == 0 else f'{doubled // 2}.5'


class Connection:
    """Requests on one kept-alive connection; whoever calls decides about sending again."""

    def __init__(self, address):
        self.address = address
        self.http = None

    def call(self, method, path, body=None, token=None):
        """(status, answer, seconds to wait); OSError or HTTPException when it did not get through."""
        headers = {'Content-Type': 'application/json'} if body is not None else {}
        if token:
            headers['Authorization'] = 'Bearer ' + token
        try:
            if self.http is None:
                self.http = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
            self.http.request(method, path, None if body is None else json.dumps(body), headers)
            response = self.http.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return response.status, json.loads(data) if data else {}, float(response.getheader('Retry-After') or 0)

    def close(self):
        if self.http:
            self.http.close()
        self.http = None


class Feed(threading.Thread):
    """One live feed that tells all judges when something changed; without it they look every few seconds."""

    def __init__(self, address, stop):
        super().__init__(daemon=True)
        self.address, self.stop = address, stop
        self.token = None
        self.seq = 0
        self.changed = threading.Condition()

    def poke(self, seq):
        with self.changed:
            self.seq = max(self.seq + 1, seq)
            self.changed.notify_all()

    def wait(self, seen):
        """Until there is more than @seen, at most POLL seconds; returns what to give next time."""
        with self.changed:
            if self.seq == seen and not self.stop.is_set():
                self.changed.wait(POLL)
            return self.seq

    def run(self):
        while not self.stop.is_set():
            try:
                self.follow()
            except (OSError, http.client.HTTPException, ValueError):
                pass
            self.stop.wait(0.5)

    def follow(self):
        connection = http.client.HTTPConnection(*self.address, timeout=TIMEOUT)
        try:
            connection.request('GET', '/v1/live', headers={'Authorization': 'Bearer ' + self.token})
            response = connection.getresponse()
            while response.status == 200 and not self.stop.is_set():
                line = response.readline()
                if not line:
                    return
                if line.startswith(b'data:'):
                    self.poke(json.loads(line[5:]).get('seq', 0))
        finally:
            connection.close()


class Judge:
    """One judge: a session, a replica with its numbers, and what it has seen."""

    def __init__(self, address, login, password, stop, seed, pace):
        self.connection = Connection(address)
        self.login, self.password, self.stop, self.pace = login, password, stop, pace
        self.rng = random.Random(f'{seed}/{login}')
        self.seed = seed
        self.token = self.user = self.cursor = None
        self.replica, self.n = str(uuid.uuid4()), 0
        self.rows = {}
        self.versions = {}
        self.latencies = []
        self.late = 0
        self.rejected = []

    def pause(self, seconds):
        if self.stop.wait(seconds):
            raise Interrupted

    def request(self, method, path, body=None):
        """Goes on trying while the server is away or busy."""
        wait = 0.2
        while not self.stop.is_set():
            try:
                status, answer, retry = self.connection.call(method, path, body, self.token)
            except (OSError, http.client.HTTPException):
                status, answer, retry = 0, {}, 0
            if status == 401 and path != '/v1/session':
                self.sign_in()
            elif status not in (0, 408, 429, 500, 502, 503, 507):
                return status, answer
            else:
                self.pause(retry or wait * self.rng.uniform(0.5, 1.5))
                wait = min(wait * 2, RETRY_MOST)
        raise Interrupted

    def sign_in(self):
        self.token = None
        status, answer = self.request('POST', '/v1/session', {'login': self.login, 'password': self.password,
                                                              'device': 'simulated judge'})
        if status != 200:
            raise Refused(f"{self.login}: {answer.get('error', {}).get('message', status)}")
        self.token, self.user = answer['token'], answer['user']['id']

    def pull(self):
        more = True
        while more:
            query = {'replica': self.replica, 'schema': SCHEMA, 'limit': 1000}
            if self.cursor:
                query['cursor'] = self.cursor
            status, page = self.request('GET', '/v1/pull?' + urllib.parse.urlencode(query))
            if status == 410:
                self.rows, self.cursor = {}, None
                continue
            if status != 200:
                raise Refused(f"{self.login}: {page.get('error', {}).get('message', status)}")
            for change in page['changes']:
                if change['table'] in ('event', 'entry', 'judge', 'recusal', 'ballot'):
                    if change['op'] == 'put':
                        self.rows[change['table'], change['id']] = change['row']
                    else:
                        self.rows.pop((change['table'], change['id']), None)
            self.cursor, more = page['cursor'], page['more']
        for ballot in self.table('ballot'):
            subject = ballot['entry'] or ballot['category']
            self.versions[subject] = max(self.versions.get(subject, 0), ballot['version'])

    def push(self, name, args):
        """Sends one mutation until it is decided; returns the verdict."""
        self.n += 1
        now = datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')
        body = {'replica': self.replica, 'schema': SCHEMA,
                'mutations': [{'n': self.n, 'name': name, 'args': args, 'at': now}]}
        started = time.perf_counter()
        status, answer = self.request('POST', '/v1/push', body)
        if status != 200:
            raise Refused(f"{self.login}: {answer.get('error', {}).get('message', status)}")
        self.latencies.append((time.perf_counter() - started) * 1000)
        return answer['verdicts'][0]

    def table(self, name):
        return [row for (table, _), row in self.rows.items() if table == name]

    def seat(self, event):
        return next((row for row in self.table('judge') if row['event'] == event and row['user'] == self.user), None)

    def recused(self, event, seat, entry):
        own = seat['department'] and seat['department'] == entry['department']
        return (own and seat['panel'] in (event['rules'].get('auto_recuse') or [])
                or any(row['judge'] == seat['id'] and row['entry'] == entry['id'] for row in self.table('recusal')))

    def open_subjects(self, event, seat):
        """What this judge is to decide on now: (subject, arguments without numbers)."""
        panel = next(panel for panel in event['rules']['panels'] if panel['id'] == seat['panel'])
        entries = [row for row in self.table('entry') if row['event'] == event['id'] and row['status'] == 'active']
        if panel['mode'] == 'pick':
            for category, window in (event.get('category_windows') or {}).items():
                if window == 'open':
                    yield category, panel, [row for row in entries if row['category'] == category]
            return
        for entry in entries:
            if entry['window'] == 'open' and not self.recused(event, seat, entry):
                yield entry['id'], panel, [entry]

    def quality(self, entry):
        """How good an entry is: the same for all judges, so that a result has winners."""
        return random.Random(f'{self.seed}/{entry}').uniform(0.55, 0.92)

    def ballot(self, subject, panel, entries):
        if panel['mode'] == 'pick':
            most = min(panel['picks'], len(entries))
            return {'category': subject, 'picks': [row['id'] for row in self.rng.sample(entries, most)]}
        share = self.quality(subject)
        if panel['mode'] == 'score':
            return {'entry': subject, 'score': decimal(self.rng, panel['max'], share)}
        return {'entry': subject,
                'scores': {c['id']: decimal(self.rng, c['max'], share) for c in panel['criteria']}}

    def hand_in(self, event, subject, panel, entries):
        self.versions[subject] = self.versions.get(subject, 0) + 1
        verdict = self.push('ballot.submit', {'id': str(uuid.uuid4()), 'event': event['id'],
                                              'version': self.versions[subject], **self.ballot(subject, panel, entries)})
        if verdict['status'] != 'ok':
            self.rejected.append(f"{self.login}: {verdict.get('code')}: {verdict.get('message')}")
        elif verdict.get('code') == 'late':
            self.late += 1

    def decide(self, event_id):
        """Hands in for every open window that has nothing of this judge yet. Returns the event's state."""
        event = self.rows['event', event_id]
        seat = self.seat(event_id)
        for subject, panel, entries in list(self.open_subjects(event, seat)):
            if subject not in self.versions:
                self.pause(self.rng.uniform(*self.pace))
                self.hand_in(event, subject, panel, entries)
                if self.rng.random() < 0.1:
                    self.pause(self.rng.uniform(*self.pace))
                    self.hand_in(event, subject, panel, entries)
        return event['state']


class Simulation:
    """All judges of one event, each in a thread of its own."""

    def __init__(self, address, people, seed=1, pace=(0.2, 3.0), event=None, once=False):
        self.stop = threading.Event()
        self.feed = Feed(address, self.stop)
        self.judges = [Judge(address, login, password, self.stop, seed, pace) for login, password in people]
        self.event, self.once = event, once
        self.problems = []
        self.ready = threading.Semaphore(0)

    def choose_event(self, judge):
        events = [row['id'] for row in judge.table('event')
                  if row['state'] in ('setup', 'live') and judge.seat(row['id'])]
        if self.event in events:
            return self.event
        if self.event is None and events:
            return events[-1]
        raise Refused(f'{judge.login}: judges no event that is still to be decided')

    def follow(self, judge):
        judge.sign_in()
        if self.feed.token is None:
            self.feed.token = judge.token
        judge.pull()
        event = self.choose_event(judge)
        self.ready.release()
        seen = self.feed.seq
        while not self.stop.is_set():
            if judge.decide(event) not in ('setup', 'live') or self.once:
                return
            seen = self.feed.wait(seen)
            judge.pull()

    def run_judge(self, judge):
        try:
            self.follow(judge)
        except Interrupted:
            pass
        except (Refused, ValueError, KeyError) as problem:
            self.problems.append(str(problem) or repr(problem))
        finally:
            self.ready.release()
            judge.connection.close()

    def start(self):
        self.threads = [threading.Thread(target=self.run_judge, args=(judge,)) for judge in self.judges]
        for thread in self.threads:
            thread.start()

    def wait_until_seated(self):
        for _ in self.judges:
            self.ready.acquire()
        if self.feed.token and not self.once:
            self.feed.start()

    def join(self):
        for thread in self.threads:
            while thread.is_alive():
                thread.join(0.5)
        self.stop.set()

    def end(self):
        self.stop.set()
        self.feed.poke(0)
        for thread in self.threads:
            thread.join()

    def summary(self):
        times = sorted(ms for judge in self.judges for ms in judge.latencies)

        def percentile(p):
            return round(times[min(len(times) - 1, int(len(times) * p / 100))], 2) if times else None
        return {'judges': len(self.judges), 'ballots': len(times), 'late': sum(judge.late for judge in self.judges),
                'rejected': sum(len(judge.rejected) for judge in self.judges), 'p50_ms': percentile(50),
                'p99_ms': percentile(99), 'max_ms': percentile(100),
                'problems': (self.problems + [text for judge in self.judges for text in judge.rejected])[:10]}
