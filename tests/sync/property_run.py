# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a plan: real client processes, a real server, the faulty proxy between them, and a log kept outside of both."""

import collections
import hashlib
import json
import os
import queue
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))
from fault_proxy import FaultProxy  # noqa: E402
import postgresql  # noqa: E402
from harness import BUILD, Client, ON_POSTGRESQL, Server, event_args, jipctl, new_id, preload  # noqa: E402
from property_plan import ENTRIES, PEOPLE, REPLICAS, Plan  # noqa: E402

DRIVER = os.path.join(BUILD, 'tests/sync/sync-driver')
CLOCK = os.path.join(BUILD, 'tests/server/clock-step.so')
DRAIN_S = 30
CONVERGE_S = 75
WRITE_S = 60


def clock_environment(seconds):
    environment = dict(os.environ)
    environment['JIP_CLOCK_STEP'] = str(seconds)
    environment['ASAN_OPTIONS'] = 'verify_asan_link_order=0:' + os.environ.get('ASAN_OPTIONS', '')
    environment['LD_PRELOAD'] = preload(*[CLOCK] if seconds else [])
    return environment


class Template:
    """A server's folder with accounts, sessions and an event: made once, copied for each run."""

    def __init__(self, folder):
        self.data = os.path.join(folder, 'server')
        os.mkdir(self.data)
        self.uri = postgresql.new_database() if ON_POSTGRESQL else None
        server = Server(self.data, uri=self.uri, users=[[login, f'이름 {login}', '기획과', roles, 'pw'] for login, (roles, _) in PEOPLE.items()]).start()
        self.sessions = {}
        for device, login in enumerate((*REPLICAS, 'host')):
            client = Client(server, login, device=f'pc{device}')
            self.sessions.setdefault(login, (client.token, client.user))
        judges = [(self.sessions[login][1]['id'], panel) for login, (_, panel) in PEOPLE.items() if panel]
        args = event_args(self.sessions['han'][1]['id'], judges, ENTRIES)
        host = Client(server)
        host.token = self.sessions['host'][0]
        host.do('event.create', args)
        self.event, self.entries = args['id'], [entry['id'] for entry in args['entries']]
        server.stop()


class Replica:
    """One folder with a replica, and the process over it."""

    def __init__(self, run, number, login, lane, port):
        self.run, self.number, self.login, self.lane = run, number, login, lane
        self.folder = os.path.join(run.folder, f'replica-{number}')
        self.url = f'http://127.0.0.1:{port}'
        self.clock = 0
        self.family = number  # copied replicas are one family
        self.process = None
        self.state = ('', -1, -1)

    def start(self):
        token, user = self.run.sessions[self.login]
        self.answers = queue.Queue()
        self.state = ('', -1, -1)
        self.process = subprocess.Popen([DRIVER, self.folder, self.url, token, json.dumps(user)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.run.log, text=True, env=clock_environment(self.clock))
        self.reader = threading.Thread(target=self.read, args=(self.process, self.answers), daemon=True)
        self.reader.start()

    def read(self, process, answers):
        for line in process.stdout:
            words = line.split()
            if words[0] == 'state':
                self.state = (words[1], int(words[2]), int(words[3]))
            elif words[0] != 'said':
                answers.put(words)
        answers.put(None)

    def send(self, number, command, args):
        self.process.stdin.write(f'{number}\t{command}\t{json.dumps(args)}\n')
        self.process.stdin.flush()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()

    def stop(self):
        self.process.stdin.close()
        status = self.process.wait(30)
        self.reader.join()
        if status:
            raise RuntimeError(f'the client of replica {self.number} ended with {status}, see the log')

    def database(self):
        return sqlite3.connect(f'file:{self.folder}/jiphyeon.db?mode=ro', uri=True, isolation_level=None)

    def rows(self):
        database = self.database()
        rows = {(table, key): json.loads(row) for table, key, row in database.execute('SELECT tbl, id, row FROM record WHERE layer = 0')}
        database.close()
        return rows

    def query(self, sql):
        database = self.database()
        rows = database.execute(sql).fetchall()
        database.close()
        return rows


class Run:
    def __init__(self, template, seed, length, folder=None):
        self.plan = Plan(seed, length)
        self.folder = folder or tempfile.mkdtemp(prefix='jip-property-')
        self.log = open(os.path.join(self.folder, 'clients.log'), 'ab')
        self.template = template
        self.sessions = dict(template.sessions)
        data = os.path.join(self.folder, 'server')
        shutil.copytree(template.data, data)
        uri = None
        if template.uri:  # the folder says where its database is
            os.unlink(os.path.join(data, 'database'))
            uri = postgresql.new_database(postgresql.name_of(template.uri))
        self.server = Server(data, uri=uri)
        self.proxy = FaultProxy(seed, self.plan.rate)
        self.faults = collections.Counter()
        self.operations = []  # what was asked, with what was told about it
        self.drafts = {}
        self.backups = []
        self.replicas = []
        self.waiting = []  # steps whose verdict is to come
        self.drained = 0.0
        self.crashes = []

    def start_server(self, clock=0):
        for name, value in clock_environment(clock).items():
            os.environ[name] = value
        self.server.start()
        os.environ['LD_PRELOAD'] = preload()
        self.proxy.upstream = self.server.port

    def add_replica(self, login):
        number = len(self.replicas)
        port = self.proxy.add_lane()
        replica = Replica(self, number, login, number, port)
        self.replicas.append(replica)
        return replica

    def play(self):
        copies = sum(action[0] == 'clone' for action in self.plan.actions)
        self.start_server()
        for login in self.plan.users[:len(self.plan.users) - copies]:
            replica = self.add_replica(login)
            os.mkdir(replica.folder)
            replica.start()
        for action in self.plan.actions:
            getattr(self, 'do_' + action[0].replace('-', '_'))(*action[1:])

    # Actions

    def do_wait(self, ms):
        time.sleep(ms / 1000)

    def do_op(self, number, name, args, how, after):
        replica = self.replicas[number]
        self.renew_session(replica)
        entry = {'number': len(self.operations), 'replica': number, 'name': name, 'plan': args, 'how': how, 'id': None, 'told': None}
        self.operations.append(entry)
        args = self.resolve(replica, name, args)
        entry['args'] = args
        if args is None:
            return  # what it is about was never handed in: its writer was refused
        entry['asked'] = True
        try:
            replica.send(entry['number'], name, args)
        except BrokenPipeError:
            self.note_crash(replica)
            replica.send(entry['number'], name, args)
        if how == 'race':
            time.sleep(after)
            self.do_kill(number)
            self.take_answers(replica)
        elif name != 'step':
            self.await_answer(replica, entry)

    def resolve(self, replica, name, args):
        """The plan's numbers become the ids that were told."""
        args = dict(args)
        if name == 'attach':
            self.make_file(replica, args)
        if name in ('edit', 'comment', 'vote', 'attach'):
            member = 'id' if name == 'edit' else 'proposal'
            args[member] = self.operations[args[member]]['id']
            return args if args[member] else None
        if name in ('draft', 'undraft'):
            args['id'] = self.drafts.setdefault((replica.login, args.pop('draft')), new_id())
        if name in ('ballot', 'step'):
            args['event'] = self.template.event
        if name == 'ballot':
            args['entry'] = self.template.entries[args['entry']]
        if name == 'step':
            entry = args.pop('entry')
            args['args'] = {**args['args'], **({} if entry is None else {'entry': self.template.entries[entry]})}
        return args

    def make_file(self, replica, args):
        """A person's file beside the replica; the text of the plan is its name and its content."""
        token = args.pop('body').split(' ')[-1]
        content = (token.encode() * (args['size'] // len(token) + 1))[:args.pop('size')]
        args.update(name=token + 'txt', sha256=hashlib.sha256(content).hexdigest())
        with open(os.path.join(replica.folder, args['name']), 'wb') as file:
            file.write(content)

    def note(self, words):
        entry = self.operations[int(words[1])]
        entry['told'], entry['id'] = words[0], words[2] if words[0] == 'done' else None
        entry['code'] = words[2] if words[0] == 'failed' else None

    def await_answer(self, replica, entry):
        deadline = time.monotonic() + WRITE_S
        while entry['told'] is None:
            words = replica.answers.get(timeout=max(0.1, deadline - time.monotonic()))
            if words is None:  # as after a kill: what was not announced may be there or not
                self.note_crash(replica)
                return
            self.note(words)

    def note_crash(self, replica):
        """A client that died by itself is a finding of its own; the run goes on and must still come out whole."""
        self.crashes.append(f'the client of replica {replica.number} died: {replica.process.wait()}')
        self.restart(replica)

    def take_answers(self, replica):
        while not replica.answers.empty():
            words = replica.answers.get()
            if words:
                self.note(words)

    def restart(self, replica):
        self.take_answers(replica)
        replica.start()

    def do_kill(self, number):
        self.faults['client kill -9'] += 1
        self.replicas[number].kill()
        self.restart(self.replicas[number])

    def do_stop(self, number):
        self.faults['client restart'] += 1
        self.replicas[number].stop()
        self.restart(self.replicas[number])

    def do_clock(self, number, seconds):
        self.faults['client clock step'] += 1
        self.replicas[number].kill()
        self.replicas[number].clock = seconds
        self.restart(self.replicas[number])

    def do_clone(self, number):
        self.faults['replica copied'] += 1
        source = self.replicas[number]
        source.kill()
        self.take_answers(source)
        copy = self.add_replica(source.login)
        shutil.copytree(source.folder, copy.folder)
        copy.family, copy.clock = source.family, source.clock
        source.start()
        copy.start()

    def do_cut(self, number, kind, forget):
        self.proxy.cut(self.replicas[number].lane, kind, forget)

    def do_heal(self, number):
        self.proxy.heal(self.replicas[number].lane)

    def do_roles(self, login, roles):
        self.faults['rights changed'] += 1
        jipctl('user', 'import', '-', data=self.server.data, text=f'login,name,department,roles\n{login},이름 {login},기획과,{roles}\n')

    def do_backup(self, kept):
        folder = os.path.join(tempfile.mkdtemp(prefix='backup-', dir=self.folder), 'backup')
        status, _, problem = jipctl('backup', folder, *(['--kept'] if kept else []), data=self.server.data, ok=False)
        if status == 2 and 'of before the last restore' in problem:  # a desktop showed the server meanwhile what it has lost
            self.do_backup(kept)
            return
        assert status == 0, problem
        self.backups.append(folder)
        self.faults['backup kept' if kept else 'backup'] += 1

    def do_restore(self, which):
        self.faults['restore'] += 1
        self.server.kill()
        shutil.rmtree(self.server.data)
        self.server.restore(self.backups[which])
        self.start_server()

    def do_server_kill(self):
        self.faults['server kill -9'] += 1
        self.server.kill()
        self.start_server()

    def do_server_stop(self):
        self.faults['server restart'] += 1
        self.server.stop()
        self.start_server()

    def do_server_down(self):
        self.faults['server kill -9'] += 1
        self.server.kill()

    def do_server_up(self, clock):
        if clock:
            self.faults['server clock step'] += 1
        self.start_server(clock)

    def renew_session(self, replica):
        """Whose session has ended (a clock leapt) signs in again; the queue waits for that."""
        if replica.state[0] != 'signed-out' or self.server.process is None:
            return
        self.faults['signed in again'] += 1
        client = Client(self.server, replica.login, device='again')
        self.sessions[replica.login] = (client.token, client.user)
        replica.kill()
        self.restart(replica)

    # After the faults

    def heal(self):
        """The network and the server are whole; returns the numbers of the replicas whose queue is stuck."""
        self.proxy.heal_all()
        self.start_all = time.monotonic()
        pending = list(self.replicas)
        while pending and time.monotonic() - self.start_all < DRAIN_S:
            for replica in self.replicas:
                if replica.process.poll() is not None:
                    self.note_crash(replica)
            for replica in pending:
                self.renew_session(replica)
            pending = [replica for replica in pending if replica.state[1] != 0 or replica.state[0] in ('', 'signed-out')]
            time.sleep(0.02)
        self.drained = time.monotonic() - self.start_all
        return [(replica.number, replica.state) for replica in pending]

    def fresh_rows(self):
        """What a replica that begins now gets, for each user."""
        fresh = {}
        for login in {replica.login for replica in self.replicas}:
            client = self.signed_in(login)
            client.pull()
            fresh[login] = client.rows
        return fresh

    def missing_files(self):
        """Waits until each attached file can be read as it was attached; returns which cannot."""
        deadline = time.monotonic() + CONVERGE_S
        while True:
            for replica in self.replicas:
                self.renew_session(replica)
            reader = self.signed_in('kim')
            database = self.server.database()
            files = database.execute('SELECT name, sha256 FROM attachment WHERE removed = 0').fetchall()
            database.close()
            missing = [name for name, sha256 in files if not self.can_be_read(reader, sha256)]
            if not missing or time.monotonic() > deadline:
                return [f'the file {name} cannot be read' for name in missing]
            time.sleep(0.5)

    def can_be_read(self, reader, sha256):
        status, content = reader.call('GET', f'/v1/blobs/{sha256}')
        return status == 200 and hashlib.sha256(content).hexdigest() == sha256

    def signed_in(self, login):
        client = Client(self.server)
        client.token = self.sessions[login][0]
        if client.call('GET', '/v1/session')[0] == 401:
            client.sign_in(login, device='fresh')
            self.sessions[login] = client.token, client.user
        return client

    def converge(self):
        """Waits until all replicas are as a fresh one; returns what differs."""
        for replica in self.replicas:
            if self.plan.seed % 8:  # in one run of eight they must find out by themselves
                replica.send(0, 'sync', {})
        deadline = time.monotonic() + CONVERGE_S
        while True:
            for replica in self.replicas:
                self.renew_session(replica)
            fresh = self.fresh_rows()
            differ = [replica for replica in self.replicas if replica.rows() != fresh[replica.login]
                      or replica.query('SELECT count(*) FROM record WHERE layer = 1') != [(0,)]]
            if not differ:
                self.fresh = fresh
                return []
            if time.monotonic() > deadline:
                self.fresh = fresh
                return [self.difference(replica, fresh[replica.login]) for replica in differ]
            time.sleep(0.3)

    def difference(self, replica, fresh):
        rows = replica.rows()
        keys = sorted(key for key in rows.keys() | fresh.keys() if rows.get(key) != fresh.get(key))
        overlay = replica.query('SELECT tbl, id FROM record WHERE layer = 1')
        return (f'replica {replica.number} of {replica.login}: {len(keys)} rows differ, overlay {overlay[:3]}, '
                f'{[(key, rows.get(key), fresh.get(key)) for key in keys[:2]]}')

    def end(self):
        for replica in self.replicas:
            replica.stop()
            self.take_answers(replica)

    def log_tail(self):
        """What the clients and the server said last."""
        text = ''
        for path in (self.log.name, os.path.join(self.server.data, 'test.log')):
            if os.path.exists(path):
                with open(path, encoding='utf-8', errors='replace') as file:
                    text += ''.join(file.readlines()[-40:])
        return text

    def close(self, keep):
        for replica in self.replicas:
            if replica.process and replica.process.poll() is None:
                replica.process.send_signal(signal.SIGKILL)
                replica.process.wait()
        self.server.kill()
        self.proxy.stop()
        self.log.close()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)
