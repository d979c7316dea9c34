# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever answers at the server's address: a client asks it no faster than it would ask nobody, says what is the matter,
keeps all that is written, and goes on by itself once the server is well."""

import concurrent.futures
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))
from fake_server import Answer, Desk, EPOCH, Fake, error, new_id, page, verdicts  # noqa: E402
from harness import run_tests  # noqa: E402

WATCHED_S = 8
TOGETHER = 8  # tests beside each other: each one mostly waits
PUT = {'seq': 1, 'table': 'department', 'op': 'put', 'id': EPOCH, 'row': {'id': EPOCH, 'name': '기획과'}}
HTML = b'<!DOCTYPE html><html><body>Welcome to the network. Sign in.</body></html>'


@contextlib.contextmanager
def meeting(**answers):
    """A client over a server of which some answers are replaced."""
    fake = Fake()
    for name, answer in answers.items():
        setattr(fake, name, answer)
    desk = Desk(f'http://127.0.0.1:{fake.port}')
    try:
        yield fake, desk
        desk.stop()
    finally:
        desk.remove()
        fake.stop()


def at_once(meet, *cases):
    with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
        for future in [pool.submit(meet, case) for case in cases]:
            future.result()


def rates(fake, desk):
    """How often each call came while nobody did anything. What is allowed at the beginning takes a busy machine a while."""
    before, until = None, time.monotonic() + 15
    while before != fake.counts and time.monotonic() < until:
        before = dict(fake.counts)
        time.sleep(1)
    before = dict(fake.counts)
    time.sleep(WATCHED_S)
    assert desk.process.poll() is None
    return {name: count - before.get(name, 0) for name, count in fake.counts.items()}


def is_calm(fake, desk, most=6):
    """The feed's waits are drawn from zero on: in one of twelve runs four of them fit into the time, in 1 of 10,000 six."""
    counted = rates(fake, desk)
    assert all(count <= (max(most, 6) if name == 'live' else most) for name, count in counted.items()), f'in {WATCHED_S} s: {counted}'


def heal(fake, desk, sent):
    """All answers are right again; what was written arrives once."""
    for name in ('all', 'push', 'pull', 'snapshot', 'live'):
        fake.__dict__.pop(name, None)
    desk.sync()
    desk.wait_sent()
    desk.wait(lambda: desk.state[0] == 'synced', what='synced')
    assert [args['body'] for name, args in fake.taken.values() if name == 'proposal.submit'] == sent, fake.taken
    desk.wait(lambda: desk.said == '', what='no sentence any more')


def calm_push(push, **more):
    with meeting(push=push, **more) as (fake, desk):
        desk.submit('하나')
        desk.submit('둘')
        is_calm(fake, desk)
        assert desk.state[1] == 2, desk.state
        heal(fake, desk, ['하나', '둘'])


def test_push_without_verdicts():
    calm_push(lambda handler, query, body: verdicts([], 0))


def test_push_with_other_verdicts():
    calm_push(lambda handler, query, body: verdicts([7, 8], 8))


def test_push_with_a_verdict_twice():
    with meeting() as (fake, desk):
        fake.push = lambda handler, query, body: Answer({**json.loads(fake.take(body).body), 'verdicts': [
            {'n': 1, 'status': 'ok', 'receipt': 'first'}, {'n': 1, 'status': 'rejected', 'code': 'forbidden', 'receipt': 'second'},
            {'n': 99, 'status': 'rejected', 'code': 'forbidden', 'receipt': 'strange'}]})
        desk.submit('하나')
        desk.wait_sent()
        assert desk.state[2] == 0, desk.state
        assert desk.query('SELECT receipt FROM outbox') == [('first',)]


def test_push_with_fewer_verdicts():
    """What has one goes, the rest is sent again: at once, since something went on."""
    def one(handler, query, body):
        fake.take(body)
        first = json.loads(body)['mutations'][0]['n']
        return verdicts([first], first)
    with meeting() as (fake, desk):
        fake.push = lambda handler, query, body: verdicts([], 0)
        for number in range(20):
            desk.submit(f'글 {number}')
        fake.push = one
        desk.sync()
        desk.wait_sent(15)
        assert fake.counts['push'] < 60, fake.counts


def test_push_that_is_a_gap_for_ever():
    calm_push(lambda handler, query, body: error(409, 'gap', {'expected': 1}))


def test_push_of_a_copy_for_ever():
    calm_push(lambda handler, query, body: error(409, 'replica-cloned', {'n': 1, 'last_n': 1}))


def test_push_that_is_refused_as_a_whole():
    calm_push(lambda handler, query, body: error(400, 'bad-json'))


def test_push_of_another_shape():
    calm_push(lambda handler, query, body: Answer({'verdicts': [{'n': 1, 'status': 'perhaps'}], 'last_n': 1, 'seq': 1, 'epoch': EPOCH}))


def test_push_that_is_told_when():
    """Retry-After holds."""
    with meeting(push=lambda handler, query, body: error(429, 'rate-limited', Retry_After='60')) as (fake, desk):
        desk.submit('하나')
        assert rates(fake, desk)['push'] == 0
        heal(fake, desk, ['하나'])


def calm_pull(pull, **more):
    with meeting(pull=pull, **more) as (fake, desk):
        desk.submit('하나')
        is_calm(fake, desk)
        heal(fake, desk, ['하나'])


def test_pull_with_more_and_no_way_on():
    calm_pull(lambda handler, query, body: page(more=True))


def test_pull_with_more_and_nothing():
    calm_pull(lambda handler, query, body: page(more=True, cursor=new_id()))


def test_pull_that_begins_anew_for_ever():
    def meet(answer):
        calm_pull(lambda handler, query, body: answer)
        calm_pull(lambda handler, query, body: answer, snapshot=lambda handler, query, body: answer)
    at_once(meet, error(400, 'bad-cursor'), error(410, 'epoch-changed'))


def test_snapshot_that_begins_anew_for_ever():
    """Its first chunk can be had, what follows cannot."""
    calm_pull(lambda handler, query, body: error(410, 'epoch-changed'), snapshot=lambda handler, query, body: (
        error(410, 'epoch-changed') if 'cursor=' in query else page([PUT], cursor=new_id(), more=True)))


def test_pull_between_two_servers():
    """Two databases behind one address."""
    calm_pull(lambda handler, query, body: page(cursor=new_id(), epoch=new_id(), last_n=1))


def test_pull_of_a_copy_for_ever():
    calm_pull(lambda handler, query, body: page(last_n=1000000))


def test_pull_that_has_lost_it_for_ever():
    calm_pull(lambda handler, query, body: page(last_n=0))


def test_pull_that_a_push_overtakes():
    """Its page says less than is acknowledged by then, and nothing is lost."""
    def slow(handler, query, body):
        answer = fake.pull_now(handler, query, body)
        began.set()
        pushed.wait(10)
        return answer
    began, pushed = threading.Event(), threading.Event()
    with meeting() as (fake, desk):
        desk.wait(lambda: desk.state[0] == 'synced')
        fake.pull_now, fake.pull = fake.pull, slow
        desk.sync()
        assert began.wait(10)
        desk.submit('하나')
        desk.wait_sent()
        pushed.set()
        desk.wait(lambda: desk.query("SELECT value FROM meta WHERE key = 'last_n'") == [('1',)], what='its own')
        assert fake.counts['push'] == 1, fake.counts


def test_snapshot_with_more_and_no_way_on():
    calm_pull(lambda handler, query, body: error(410, 'epoch-changed'), snapshot=lambda handler, query, body: page(more=True))


def test_feed_that_ends_at_once():
    def ended(handler, query, body):
        handler.send_response(200)
        handler.send_header('Content-Type', 'text/event-stream')
        handler.end_headers()
        fake.poke(handler)
    with meeting() as (fake, desk):
        fake.live = ended
        desk.submit('하나')
        is_calm(fake, desk)
        heal(fake, desk, ['하나'])


def test_portal():
    """A sign-in page of the network answers everything, or sends elsewhere."""
    elsewhere = Fake()

    def meet(answer):
        with meeting() as (fake, desk):
            desk.wait(lambda: desk.state[0] == 'synced')
            fake.all = lambda handler, query, body: answer
            desk.submit('하나')
            desk.sync()
            desk.wait(lambda: desk.state[0] == 'offline', what=f'offline at {answer.status}')
            desk.wait(lambda: 'Something else' in desk.said, what=f'a sentence about {answer.status}')
            is_calm(fake, desk, 3)
            assert desk.state == ('offline', 1, 0), desk.state
            heal(fake, desk, ['하나'])
    at_once(meet, Answer(HTML, kind='text/html; charset=utf-8'), Answer(b'{}'),
            Answer(b'', 302, 'text/html', Location=f'http://127.0.0.1:{elsewhere.port}/sign-in'), Answer(HTML, 511, 'text/html'),
            Answer(HTML, 401, 'text/html'), Answer(HTML, 404, 'text/html'))
    assert not elsewhere.requests, 'it was followed with the token'
    elsewhere.stop()


def test_portal_between_parts_of_a_file():
    """A page in the place of an answer about a file: no part counts as sent, nothing that came counts as the file."""
    with meeting() as (fake, desk):
        path = os.path.join(desk.folder, 'slides.pdf')
        with open(path, 'wb') as file:
            file.write(os.urandom(100000))
        begun = Answer({'offset': 0, 'complete': False})
        for first, second in ((Answer(HTML, kind='text/html'), None), (Answer({}), None), (Answer({'offset': 100001, 'complete': False}), None),
                              (begun, Answer(HTML, kind='text/html')), (begun, Answer(b'', 204)), (begun, Answer(b'', 204, Upload_Offset='5'))):
            fake.blobs = lambda handler, query, body: first
            fake.other = lambda handler, query, body: second
            assert desk.do('upload', path=path) == ('failed', 'offline'), first.body
        fake.other = lambda handler, query, body: Answer(b'', 204, Upload_Offset='100000')
        assert desk.do('upload', path=path)[0] == 'done'
        fake.other = lambda handler, query, body: Answer(HTML, kind='text/html')
        assert desk.do('fetch', sha256='ab' * 32) == ('failed', 'offline')


def test_proxy_in_front():
    """Its own pages are no answers of the server, and are named."""
    def meet(status):
        with meeting() as (fake, desk):
            desk.wait(lambda: desk.state[0] == 'synced')
            fake.all = lambda handler, query, body: Answer(HTML, status, 'text/html')
            desk.submit('하나')
            desk.wait(lambda: f'status {status}' in desk.said, what=f'a sentence about {status}')
            desk.wait(lambda: desk.state[0] == 'offline')
            is_calm(fake, desk)
            heal(fake, desk, ['하나'])
    at_once(meet, 502, 503, 504)


def test_proxy_that_takes_less():
    """413: fewer at once, down to one; what even alone is too large waits, and it is said."""
    def narrow(handler, query, body):
        return fake.take(body) if len(body) <= 3000 else Answer(HTML, 413, 'text/html')
    with meeting(push=lambda handler, query, body: Answer(HTML, 502, 'text/html')) as (fake, desk):
        for number in range(40):
            desk.submit(f'글 {number} ' + 'x' * 200)
        fake.push = narrow
        desk.sync()
        desk.wait_sent()
        assert len(fake.taken) == 40 and fake.counts['push'] < 60, fake.counts
        desk.submit('y' * 5000)
        desk.wait(lambda: 'takes less at once' in desk.said)
        is_calm(fake, desk)
        assert desk.state[1] == 1
        del fake.push
        desk.sync()
        desk.wait_sent()


def test_proxy_that_resets():
    """It ends the connection in place of a 413: the same, after a second time. A server that is away is nothing of the kind."""
    with meeting(push=lambda handler, query, body: Answer(HTML, 502, 'text/html')) as (fake, desk):
        for number in range(40):
            desk.submit(f'글 {number} ' + 'x' * 1000)
        fake.most = 16000
        desk.sync()
        desk.wait(lambda: fake.counts['reset'] > 0, what='a reset')
        del fake.push
        desk.sync()
        desk.wait_sent(60)
        assert len(fake.taken) == 40 and 2 <= fake.counts['reset'] <= 6, fake.counts
        desk.wait(lambda: desk.said == '', what='no sentence any more')
        desk.submit('y' * 19000)
        desk.wait(lambda: 'takes less at once' in desk.said, 60)
        is_calm(fake, desk)
        assert desk.state[1] == 1
        fake.most = 1 << 30
        desk.sync()
        desk.wait_sent()


def test_proxy_that_resets_a_small_push():
    """Nobody takes less than that: the network is to blame, and it is said so."""
    with meeting() as (fake, desk):
        fake.most = 100
        desk.submit('하나')
        desk.submit('둘')
        desk.wait(lambda: fake.counts['reset'] >= 5, 60)
        assert 'takes less at once' not in desk.said and desk.said, desk.said
        fake.most = 1 << 30
        heal(fake, desk, ['하나', '둘'])


class Uploads:
    """The uploads of a fake server, behind a proxy that takes @most of a part and says so with @status, or with a reset."""

    def __init__(self, fake, most, status=None):
        self.have, self.size, self.largest, self.most, self.status = b'', 0, 0, most, status
        fake.blobs, fake.other = self.begin, self.write
        if status is None:
            fake.most = most

    def begin(self, handler, query, body):
        self.size = json.loads(body)['size']
        return Answer({'offset': len(self.have), 'complete': len(self.have) == self.size})

    def write(self, handler, query, body):
        self.largest = max(self.largest, len(body))
        if len(body) > self.most:
            return Answer(HTML, self.status, 'text/html')
        assert int(handler.headers['Upload-Offset']) == len(self.have)
        self.have += body
        return Answer(b'', 204, Upload_Offset=str(len(self.have)))


def test_proxy_that_takes_smaller_parts():
    """Files go in smaller parts, in one attempt; what even in the smallest does not pass is said and waits."""
    def meet(status):
        with meeting() as (fake, desk):
            path, content = os.path.join(desk.folder, 'slides.pdf'), os.urandom(5 * 1024 * 1024 + 7)
            with open(path, 'wb') as file:
                file.write(content)
            uploads = Uploads(fake, 600000, status)
            assert desk.do('upload', path=path)[0] == 'done'
            assert uploads.have == content
            uploads = Uploads(fake, 60000, status)
            assert desk.do('upload', path=path) == ('failed', 'too-large') and uploads.have == b''
            assert fake.counts['blobs'] <= 20, fake.counts
            fake.most = 1 << 30
            Uploads(fake, 1 << 30, status)
            assert desk.do('upload', path=path)[0] == 'done'
    at_once(meet, None, 413)


def test_slow_head():
    """A head that comes a byte a second is no answer."""
    def slow(handler, query, body):
        for byte in b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n' * 3:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            if fake.ending.wait(1):
                return
    with meeting() as (fake, desk):
        desk.wait(lambda: desk.state[0] == 'synced')
        fake.push = fake.pull = slow
        desk.submit('하나')
        desk.sync()
        desk.wait(lambda: desk.state[0] == 'offline', 25)
        assert 'in time' in desk.said, desk.said
        heal(fake, desk, ['하나'])


def poking(handler, query, body):
    """A feed on which something happens ten times a second."""
    handler.send_response(200)
    handler.send_header('Content-Type', 'text/event-stream')
    handler.end_headers()
    fake, seq = handler.server.fake, 1
    while fake.live is poking and not fake.ending.wait(0.1):
        seq += 1
        fake.poke(handler, seq)


def test_busy_server_that_cannot_be_pulled():
    with meeting(live=poking) as (fake, desk):
        desk.wait(lambda: desk.state[0] == 'synced')
        fake.push = fake.pull = lambda handler, query, body: error(503, 'unavailable')
        desk.submit('하나')
        is_calm(fake, desk)
        heal(fake, desk, ['하나'])


def test_newer_than_the_server():
    for code, status, state in (('schema-unknown', 409, 'server-behind'), ('schema-too-old', 426, 'update-needed')):
        with meeting(live=poking) as (fake, desk):
            desk.wait(lambda: desk.state[0] == 'synced')
            fake.push = fake.pull = lambda handler, query, body: error(status, code, {'server': 0})
            desk.submit('하나')
            desk.wait(lambda: desk.state[:2] == (state, 1), what=state)
            is_calm(fake, desk, 2)
            heal(fake, desk, ['하나'])


def said_by(url):
    desk = Desk(url)
    try:
        desk.submit('하나')
        desk.wait(lambda: desk.state[0] == 'offline' and desk.said)
        assert desk.state[1] == 1
        desk.kill()  # the leak checker of a sanitizer build dies itself of the threads of the TLS library
        return desk.said
    finally:
        desk.remove()


def test_no_such_name():
    assert 'name is not known' in said_by('http://jiphyeon.invalid:1')


def test_nobody_there():
    with socket.socket() as bound:
        bound.bind(('127.0.0.1', 0))
        assert 'cannot be reached' in said_by(f'http://127.0.0.1:{bound.getsockname()[1]}')


def test_wrong_certificate():
    with tempfile.TemporaryDirectory() as folder:
        pem = os.path.join(folder, 'pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', pem, '-out', pem + '.crt',
                        '-subj', '/CN=somebody.else', '-days', '2'], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem + '.crt', pem)
        fake = Fake()
        fake.listener.socket = context.wrap_socket(fake.listener.socket, server_side=True)
        assert 'certificate' in said_by(f'https://127.0.0.1:{fake.port}')
        assert not fake.requests
        fake.stop()


def side_by_side(tests):
    """The same tests, begun beforehand and beside each other."""
    pool = concurrent.futures.ThreadPoolExecutor(TOGETHER)
    wanted = sys.argv[1:] or list(tests)
    return {name: pool.submit(test).result for name, test in tests.items() if name in wanted}


run_tests(side_by_side({name: value for name, value in globals().items() if name.startswith('test_')}))
