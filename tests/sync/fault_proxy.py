# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy between replicas and their server that damages what goes through it. Each replica has a lane (a port of its own).
What happens to the k-th request of a kind in a lane follows from the seed, the lane, the kind and k alone: no clock is asked."""

import asyncio
import collections
import random
import socket
import struct
import threading

# What may happen to a request and its answer, with its weight when something does.
REQUEST_FATES = {
    'push': {'delay': 3, 'lost-answer': 4, 'lost-request': 2, 'twice': 3, 'twice-later': 2, 'cut-answer': 2, 'cut-request': 2},
    'pull': {'delay': 3, 'lost-answer': 2, 'lost-request': 2, 'twice': 1, 'cut-answer': 3},
    'live': {'reset': 3, 'mute': 1, 'lost-request': 1},
    'other': {'delay': 1, 'lost-answer': 1},
}
CUTS = ('up', 'down', 'off')


class Reset(Exception):
    """The connection is to be reset."""


def kind_of(path):
    name = path.split('?')[0].rsplit('/', 1)[-1]
    return {'push': 'push', 'pull': 'pull', 'snapshot': 'pull', 'live': 'live'}.get(name, 'other')


def length_of(head):
    for line in head.split(b'\r\n')[1:]:
        name, _, value = line.partition(b':')
        if name.strip().lower() == b'content-length':
            return int(value)
    return 0


class Lane:
    """One replica's way to the server."""

    def __init__(self, proxy, number):
        self.proxy, self.number = proxy, number
        self.counters = collections.Counter()
        self.cut, self.forget = None, False
        self.healed = asyncio.Event()
        self.writers = set()

    def fate(self, kind):
        """What happens to the next request of this kind: (fate, a number in 0..1 for its size)."""
        self.counters[kind] += 1
        rng = random.Random(f'{self.proxy.seed}/{self.number}/{kind}/{self.counters[kind]}')
        draw, size = rng.random(), rng.random()
        if not self.proxy.faulty or draw >= self.proxy.rate:
            return 'none', size
        fates = REQUEST_FATES[kind]
        fate = rng.choices(list(fates), list(fates.values()))[0]
        self.proxy.tally[f'{kind} {fate}'] += 1
        return fate, size

    async def pass_cut(self, direction, writer):
        """Waits while this direction is cut. What a cut had swallowed goes on afterwards, or is gone."""
        while self.cut in (direction, 'off'):
            if self.cut == 'off':
                raise Reset
            forget = self.forget
            await self.healed.wait()
            if forget:
                await self.wait_closed(writer)
                raise Reset

    async def wait_closed(self, writer):
        while not writer.transport.is_closing():
            await asyncio.sleep(0.05)

    def reset_all(self):
        for writer in list(self.writers):
            reset(writer)


def reset(writer):
    """The other end gets a reset, not an orderly end."""
    sock = writer.get_extra_info('socket')
    if sock is not None:
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        except OSError:
            pass
    writer.transport.abort()


class FaultProxy:
    def __init__(self, seed, rate):
        self.seed, self.rate = seed, rate
        self.faulty = True
        self.upstream = None
        self.tally = collections.Counter()
        self.lanes = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def add_lane(self):
        """Returns the port of a new lane."""
        return self.run(self.open_lane())

    async def open_lane(self):
        lane = Lane(self, len(self.lanes))
        self.lanes.append(lane)
        server = await asyncio.start_server(lambda reader, writer: self.serve(lane, reader, writer), '127.0.0.1', 0, limit=1 << 21)
        return server.sockets[0].getsockname()[1]

    def cut(self, lane, kind, forget):
        self.tally[f'cut {kind}'] += 1

        async def change():
            self.lanes[lane].cut, self.lanes[lane].forget = kind, forget
            self.lanes[lane].healed.clear()
            if kind == 'off':
                self.lanes[lane].reset_all()
        self.run(change())

    def heal(self, lane):
        async def change():
            self.lanes[lane].cut = None
            self.lanes[lane].healed.set()
        self.run(change())

    def heal_all(self):
        self.faulty = False
        for number in range(len(self.lanes)):
            self.heal(number)

    def reset_lane(self, lane):
        async def change():
            self.lanes[lane].reset_all()
        self.run(change())

    def stop(self):
        async def end():
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    async def serve(self, lane, reader, writer):
        lane.writers.add(writer)
        try:
            while await self.serve_one(lane, reader, writer):
                pass
        except (Reset, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            reset(writer)
        finally:
            lane.writers.discard(writer)
            writer.close()

    async def serve_one(self, lane, reader, writer):
        head = await reader.readuntil(b'\r\n\r\n')
        request = head + await reader.readexactly(length_of(head))
        kind = kind_of(head.split(b' ')[1].decode())
        fate, size = lane.fate(kind)
        await lane.pass_cut('up', writer)
        if fate == 'lost-request':
            raise Reset
        if kind == 'live':
            await self.stream(lane, request, writer, fate, size)
            return False
        if fate == 'cut-request':
            await self.send_part(request, size)
            raise Reset
        if fate == 'delay':
            await asyncio.sleep(0.02 + size * 0.4)
        answer = await self.forward(request)
        if fate == 'twice':
            answer = (await self.forward(request)) if size < 0.5 else (await self.forward(request) and answer)
        if fate == 'twice-later':
            self.loop.create_task(self.forward_later(request, size))
        await lane.pass_cut('down', writer)
        if fate == 'lost-answer':
            raise Reset
        if fate == 'cut-answer':
            writer.write(answer[:1 + int(size * (len(answer) - 1))])
            await writer.drain()
            await asyncio.sleep(0.01)
            raise Reset
        writer.write(answer)
        await writer.drain()
        return True

    async def forward(self, request):
        """Sends a whole request on a connection of its own; returns the whole answer."""
        reader, writer = await asyncio.open_connection('127.0.0.1', self.upstream, limit=1 << 23)
        try:
            writer.write(request)
            await writer.drain()
            head = await reader.readuntil(b'\r\n\r\n')
            return head + await reader.readexactly(length_of(head))
        finally:
            writer.transport.abort()

    async def forward_later(self, request, size):
        await asyncio.sleep(0.1 + size)
        try:
            await self.forward(request)
        except (OSError, asyncio.IncompleteReadError):
            pass

    async def send_part(self, request, size):
        _, writer = await asyncio.open_connection('127.0.0.1', self.upstream)
        writer.write(request[:1 + int(size * (len(request) - 1))])
        await writer.drain()
        reset(writer)

    async def stream(self, lane, request, writer, fate, size):
        """The live feed: reset or mute after some pieces."""
        reader, upstream = await asyncio.open_connection('127.0.0.1', self.upstream)
        pieces, lasts = 0, 1 + int(size * 8)
        try:
            upstream.write(request)
            await upstream.drain()
            while piece := await reader.read(4096):
                if writer.transport.is_closing():
                    return
                await lane.pass_cut('down', writer)
                pieces += 1
                if fate == 'reset' and pieces > lasts:
                    raise Reset
                if fate != 'mute' or pieces <= lasts:
                    writer.write(piece)
                    await writer.drain()
        finally:
            upstream.transport.abort()
