# SPDX-License-Identifier: GPL-3.0-or-later
"""A network at its worst, between a client and a server.

What goes through is never changed nor put into another order, as TCP has it; everything else may
happen to it: it comes in single bytes, late, slowly or not at all, it is cut at any byte, by a FIN
or a reset, only one half of it may be closed, and for a while nobody may get through at all. TLS
passes as the bytes that it is.

FaultProxy runs in a thread of its own. Its choices come from one seed; the times at which the other
sides speak do not, so a seed makes a run alike, not the same.
"""

import asyncio
import random
import socket
import struct
import threading

PIECE = 16384


class Line:
    """What is done to one connection."""

    def __init__(self, chance, unit):
        # Each is rare enough that talk goes on, and frequent enough that all meet in a minute.
        self.dribble = int(chance.expovariate(1 / 400)) if chance.random() < 0.3 else 0
        self.delay = chance.uniform(0, unit) if chance.random() < 0.3 else 0
        self.rate = chance.uniform(2_000, 40_000) if chance.random() < 0.2 else 0
        self.pieces = chance.random() < 0.5
        self.fate = chance.choices(['cut', 'stall', 'half', 'none'], [6, 2, 1, 3])[0]
        self.fate_after = int(10 ** chance.uniform(0, 4.7))  # bytes: 1 to 50,000
        self.fate_way = chance.choice(['up', 'down'])
        self.reset = chance.random() < 0.5
        self.stall = chance.uniform(unit, 10 * unit)


class FaultProxy:
    """Listens on a free port of the loopback and passes on to @server_port of the same.

    @unit is the length of a short trouble in seconds; while it is `kind`, as at first, there is none.
    """

    def __init__(self, server_port, seed, unit=1.0):
        self.server_port = server_port
        self.chance = random.Random(seed)
        self.unit = unit
        self.kind = True
        self.counts = {}
        self.pairs = set()
        self.shut_until = 0
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    # For the other threads

    def be_unkind(self):
        self.loop.call_soon_threadsafe(setattr, self, 'kind', False)

    def be_kind(self):
        """No more trouble, for connections that are there either."""
        def end():
            self.kind = True
            self.shut_until = 0
        self.loop.call_soon_threadsafe(end)

    def cut_all(self):
        self.loop.call_soon_threadsafe(self._cut_all, 'cut all')

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    # In the thread

    def _run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            asyncio.start_server(self._on_connection, '127.0.0.1', 0, limit=PIECE))
        self.port = server.sockets[0].getsockname()[1]
        self.loop.create_task(self._trouble())
        ready.set()
        self.loop.run_forever()
        server.close()
        self._cut_all('end')
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0.05))
        self.loop.close()

    def _count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    async def _trouble(self):
        """Now and then everything is cut, or nobody gets through for a while."""
        while True:
            await asyncio.sleep(self.chance.expovariate(1 / (12 * self.unit)))
            if self.kind:
                continue
            if self.chance.random() < 0.5:
                self._cut_all('cut all')
            else:
                self._count('shut')
                self.shut_until = self.loop.time() + self.chance.uniform(0.5, 4) * self.unit
                if self.chance.random() < 0.5:
                    self._cut_all('cut all')

    def _cut_all(self, what):
        for writers in list(self.pairs):
            self._count(what)
            self._cut(writers, True)

    def _cut(self, writers, reset):
        for writer in writers:
            if reset and (sock := writer.get_extra_info('socket')) is not None:
                try:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                except OSError:
                    pass
            writer.transport.abort()

    async def _on_connection(self, reader, writer):
        line = Line(self.chance, self.unit)
        if self.loop.time() < self.shut_until and not self.kind:
            self._count('refused')
            if self.chance.random() < 0.3:  # a firewall that says nothing
                await asyncio.sleep(self.chance.uniform(0, 3) * self.unit)
            self._cut([writer], True)
            return
        try:
            to_server = await asyncio.open_connection('127.0.0.1', self.server_port, limit=PIECE)
        except OSError:
            self._cut([writer], True)
            return
        writers = (writer, to_server[1])
        for one in writers:
            one.get_extra_info('socket').setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pairs.add(writers)
        try:
            await asyncio.gather(self._pass(reader, to_server[1], writers, line, 'up'),
                                 self._pass(to_server[0], writer, writers, line, 'down'))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.pairs.discard(writers)
            self._cut(writers, False)

    async def _pass(self, reader, writer, writers, line, way):
        passed = 0
        while data := await reader.read(self.chance.randint(1, PIECE) if line.pieces else PIECE):
            while data:
                piece = self._take(line, way, passed, data)
                if piece is None:
                    if await self._meet_fate(line, writer, writers, way):
                        return
                    continue
                data = data[len(piece):]
                if line.delay and not self.kind:
                    await asyncio.sleep(self.chance.uniform(0, line.delay))
                if line.rate and not self.kind:
                    await asyncio.sleep(len(piece) / line.rate)
                writer.write(piece)
                await writer.drain()
                passed += len(piece)
                if len(piece) == 1:
                    await asyncio.sleep(0)
        if writer.can_write_eof():
            writer.write_eof()

    def _take(self, line, way, passed, data):
        """What of @data goes next; None: the line has met its fate."""
        if self.kind:
            return data
        if line.fate != 'none' and way == line.fate_way:
            left = line.fate_after - passed
            if left <= 0:
                return None
            data = data[:left]
        if passed < line.dribble:
            return data[:1]
        return data

    async def _meet_fate(self, line, writer, writers, way):
        """Returns whether nothing more goes this way."""
        fate, line.fate = line.fate, 'none'
        self._count(fate)
        if fate == 'cut':
            self._cut(writers, line.reset)
            return True
        if fate == 'half':
            writer.write_eof()
            return True
        until = self.loop.time() + line.stall
        while self.loop.time() < until and not self.kind:
            await asyncio.sleep(0.1)
        return False
