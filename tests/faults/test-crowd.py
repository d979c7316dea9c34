# SPDX-License-Identifier: GPL-3.0-or-later
"""What some clients do that is not the others' business: sending a byte a second, and using up all descriptors."""

import resource
import socket
import threading
import time

import faults
import harness
from harness import Client, Server, new_id, run_tests

PEOPLE = [['kim', '김하늘', '재무과', 'staff', 'pw'], ['lee', '이바다', '총무과', 'staff', 'pw']]
HEADER_DEADLINE = 10
N_SLOW, N_STREAMS = 50, 30


def connect(server):
    connection = socket.create_connection(('127.0.0.1', server.port), timeout=20)
    return connection


def drip(connection, text, ends):
    """Sends a byte a second until it is cut; notes how long that took."""
    begin = time.monotonic()
    try:
        for byte in text:
            connection.sendall(bytes([byte]))
            connection.settimeout(1)
            try:
                if not connection.recv(1000):
                    break
            except socket.timeout:
                pass
    except OSError:
        pass
    ends.append(time.monotonic() - begin)
    connection.close()


def test_a_byte_a_second():
    """They are cut at the header's deadline, and who asks meanwhile is answered at once."""
    server = Server(users=PEOPLE).start()
    client = Client(server, 'kim')
    ends, waits = [], []
    threads = [threading.Thread(target=drip, args=(connect(server), b'GET /healthz HTTP/1.1\r\nX-Slow: ' + b'x' * 60, ends))
               for _ in range(N_SLOW)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        begin = time.monotonic()
        client.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False})
        waits.append(time.monotonic() - begin)
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert len(ends) == N_SLOW and HEADER_DEADLINE - 1 < min(ends) and max(ends) < HEADER_DEADLINE + 4, (min(ends), max(ends))
    waits.sort()
    assert waits[int(len(waits) * 0.95)] < 1, waits[-5:]
    server.stop()
    print(f'# {N_SLOW} cut after {min(ends):.1f} to {max(ends):.1f} s; {len(waits)} pushes meanwhile, '
          f'{waits[len(waits) // 2] * 1000:.0f} ms in the median, {waits[-1] * 1000:.0f} ms at most')


def open_stream(server, client):
    connection = connect(server)
    connection.sendall(f'GET /v1/live HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {client.token}\r\n\r\n'.encode())
    seen = b''
    while b'data:' not in seen:
        seen += connection.recv(4000)
    return connection


def poked(connection, seq):
    """Reads until a poke with at least this seq."""
    seen = b''
    while True:
        part = connection.recv(4000)
        assert part, 'the feed was cut'
        seen += part
        if any(int(text.split(b'}')[0]) >= seq for text in seen.split(b'"seq":')[1:] if b'}' in text):
            return


def is_served(server):
    """Whether a new client gets an answer: 200, or nothing at all and 503."""
    try:
        with connect(server) as connection:
            connection.sendall(b'GET /healthz HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n')
            answer = connection.recv(4000)
            assert not answer or answer.startswith((b'HTTP/1.1 200', b'HTTP/1.1 503')), answer
            return answer.startswith(b'HTTP/1.1 200')
    except OSError:
        return False


def open_files(server):
    return [int(name) for name in harness.os.listdir(f'/proc/{server.process.pid}/fd')]


def test_no_descriptors():
    """While there is no descriptor left, live feeds get their pokes and what needs a file says why; afterwards new clients are
    served while the old feeds live."""
    server = Server(users=PEOPLE).start()
    client, reader = Client(server, 'kim'), Client(server, 'lee')
    streams = [open_stream(server, reader) for _ in range(N_STREAMS)]
    for _ in range(3):
        before = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (max(open_files(server)) + 4, before[1]))
        extra = []
        for _ in range(40):
            try:
                extra.append(connect(server))
            except OSError:
                pass
        assert not is_served(server), 'descriptors were left'
        client.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False})
        status, answer = client.call('POST', '/v1/blobs', {'sha256': '0' * 64, 'size': 9})
        assert status == 200, answer
        status, answer = client.call('PATCH', '/v1/blobs/' + '0' * 64, b'x', {'Upload-Offset': '0',
                                                                              'Content-Type': 'application/octet-stream'})
        assert (status, answer['error']['code']) == (503, 'busy'), (status, answer)
        seq = client.pull()['seq']
        for stream in streams:
            poked(stream, seq)
        for connection in extra:
            connection.close()
        deadline = time.monotonic() + 5
        while not is_served(server):
            assert time.monotonic() < deadline, 'nobody is served after the exhaustion'
            time.sleep(0.02)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, before)
        assert all(is_served(server) for _ in range(20))
        client.do('proposal.submit', {'id': new_id(), 'kind': 'proposal', 'body': '글', 'anonymous': False})
        seq = client.pull()['seq']
        for stream in streams:
            poked(stream, seq)
    for stream in streams:
        stream.close()
    server.stop()


run_tests(globals())
