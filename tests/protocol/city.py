# SPDX-License-Identifier: GPL-3.0-or-later
"""A city on a real server, played by the second client; what was seen on the wire is noted, to be compared with the page."""

import http.server
import json
import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../server'))
from replica import Replica, Wire, WireError, new_id

PASSWORD = 'pw'
JUDGES = [('e0', 'expert'), ('e1', 'expert'), ('s0', 'staff'), ('s1', 'staff')]
USERS = [('kim', '김', '기획과', 'staff', PASSWORD), ('lee', '이', '도로과', 'staff', PASSWORD),
         ('host', '박', '기획과', 'staff organiser', PASSWORD), ('chair', '최', '기획과', 'staff', PASSWORD),
         ('audit', '정', '감사실', 'auditor', PASSWORD), ('boss', '한', '정보과', 'admin', PASSWORD),
         ('guest', '손', '', '', PASSWORD)]
USERS += [(login, login, '' if login == 'e1' else '심사과', 'staff', PASSWORD) for login, _ in JUDGES]


class Seen:
    """Everything that came over the wire in this run."""

    def __init__(self):
        self.calls = set()     # (method, path of the page) that was answered well
        self.codes = set()     # (code, HTTP status)
        self.verdicts = set()  # (mutation, status, code)
        self.steps = set()     # (step, status, code)
        self.fields = {}       # table -> sets of fields
        self.nulls = {}        # table -> fields that were null
        self.filled = {}       # table -> fields that were not


SEEN = Seen()


class NotedWire(Wire):
    def once(self, method, path, body=None, headers=None):
        plain = re.sub(r'^(/v1/blobs/).+', r'\1{sha256}', path.partition('?')[0])
        try:
            answer = super().once(method, path, body, headers)
        except WireError as error:
            SEEN.codes.add((error.code, error.status))
            raise
        SEEN.calls.add((method, plain))
        return answer


class Player(Replica):
    """One person at one PC."""

    def __init__(self, server, login, password=PASSWORD, wire=None):
        self.wire = wire or NotedWire(f'http://127.0.0.1:{server.port}', patience=0)
        if wire is None:
            session = self.wire.sign_in(login, password, '시험 PC')
            self.user, self.roles = session['user'], session['roles']
        super().__init__(self.wire)

    def expect(self, name, args, status='ok', code=None):
        verdict = self.do(name, args)
        assert (verdict['status'], verdict.get('code')) == (status, code), (name, verdict)
        assert status == 'ok' or verdict['message'], verdict
        SEEN.verdicts.add((name, status, code))
        if name == 'event.step':
            SEEN.steps.add((args.get('step'), status, code))
        return verdict

    def refused(self, name, args, code):
        return self.expect(name, args, 'rejected', code)

    def step(self, event, step, code=None, **args):
        return self.expect('event.step', {'event': event, 'step': step, 'args': args}, 'rejected' if code else 'ok', code)

    def _apply(self, where, change):
        if change['op'] == 'put':
            SEEN.fields.setdefault(change['table'], set()).add(tuple(sorted(change['row'])))
            for field, value in change['row'].items():
                (SEEN.nulls if value is None else SEEN.filled).setdefault(change['table'], set()).add(field)
            assert change['row']['id'] == change['id'], change
        else:
            assert 'row' not in change, change
        super()._apply(where, change)

    def check(self):
        """The rows here are the server's, table by table: a replica that never pulled gets digests at once."""
        self.sync()
        page = self.wire.call('GET', '/v1/pull', query={'replica': new_id(), 'schema': 1, 'cursor': self.get('cursor')})
        assert not page['changes'] and not page['more'], page
        assert self.differing(page['digests']) == [], (self.user['login'], self.differing(page['digests']))


def error_of(call, *args, **more):
    """(status, code) of what CALL raises."""
    try:
        call(*args, **more)
    except WireError as error:
        return error.status, error.code
    raise AssertionError(f'{call} {args} was answered')


RULES = {
    'categories': [{'id': 'inner', 'name': '내부'}, {'id': 'citizen', 'name': '시민'}],
    'panels': [
        {'id': 'expert', 'name': '전문가', 'weight': 60, 'mode': 'rubric', 'quorum': 1,
         'criteria': [{'id': 'new', 'name': '창의성', 'max': 60}, {'id': 'useful', 'name': '효과', 'max': 40}]},
        {'id': 'staff', 'name': '직원', 'weight': 40, 'mode': 'score', 'max': 10}],
    'ties': ['panel:expert', 'lot'],
    'awards': {'per_category': [{'id': 'best', 'name': '최우수', 'seats': 1}],
               'grand': {'id': 'grand', 'name': '대상', 'mode': 'promote'}}}

PICKING = {
    'categories': [{'id': 'all', 'name': '모두'}],
    'panels': [{'id': 'expert', 'name': '전문가', 'weight': 50, 'mode': 'score', 'max': '9.5'},
               {'id': 'staff', 'name': '직원', 'weight': 50, 'mode': 'pick', 'picks': 2}],
    'awards': {'per_category': [{'id': 'best', 'name': '최우수', 'seats': 1}]}}


class Model:
    """A language model's endpoint that answers as it is told."""

    def __init__(self):
        self.answer, self.status, self.models = '', 200, True
        model = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def reply(self, status, kind, text):
                self.send_response(status)
                self.send_header('Content-Type', kind)
                self.send_header('Connection', 'close')
                self.end_headers()
                self.wfile.write(text.encode())
                self.close_connection = True

            def do_GET(self):
                self.reply(200 if model.models else 503, 'application/json', json.dumps({'data': [{'id': 'small'}]}))

            def do_POST(self):
                self.rfile.read(int(self.headers['Content-Length']))
                self.reply(model.status, 'text/event-stream' if model.status == 200 else 'application/json', model.answer)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        self.url = f'http://127.0.0.1:{self.server.server_port}/v1'
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def say(self, *words, reason='stop'):
        chunks = [{'choices': [{'index': 0, 'delta': {'content': word}}]} for word in words]
        chunks.append({'choices': [{'index': 0, 'delta': {}, 'finish_reason': reason}]})
        chunks.append({'model': 'small', 'choices': [], 'usage': {'prompt_tokens': 7, 'completion_tokens': 2}})
        self.status = 200
        self.answer = ''.join(f'data: {json.dumps(chunk)}\n\n' for chunk in chunks) + 'data: [DONE]\n\n'

    def fail(self, status, error):
        self.status, self.answer = status, json.dumps({'error': error})
