# SPDX-License-Identifier: GPL-3.0-or-later
"""How long it takes to look into a long log, from outside: an admin's connection to a server whose one room has
millions of entries, made by generate-place and kept for the next run."""

import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time

import servers

# What generate-place makes.
START = 1763625600000
INTERVAL = 700
HOUR = 3600000
PASSWORD = 'for measuring'


def make_place(build, directory, entries):
    path = os.path.join(directory, f'place-{entries}')
    if os.path.exists(path):
        return path
    print(f'A log of {entries:,} entries is being made, once: {path}', file=sys.stderr)
    part = path + '.part'
    shutil.rmtree(part, ignore_errors=True)
    tools = os.path.join(build, 'tests/bench')
    subprocess.run([os.path.join(tools, 'generate-place'), part, str(entries)], check=True)
    subprocess.run([os.path.join(tools, 'bench-store'), 'index', part], check=True, stdout=sys.stderr)
    os.rename(part, path)
    return path


class Admin:
    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines = self.socket.makefile('rb')
        self.ask(op='hello', versions=[1], client='bench')
        self.ask(op='admin', password=PASSWORD)

    def ask(self, **fields):
        self.socket.sendall(json.dumps({'id': 1, **fields}).encode() + b'\n')
        reply = json.loads(self.lines.readline())
        if not reply['ok']:
            raise RuntimeError(reply['error']['text'])
        return reply

    def close(self):
        self.lines.close()
        self.socket.close()

    def time(self, n, make_fields):
        """Median milliseconds of n questions."""
        times = []
        for _ in range(n):
            fields = make_fields()
            start = time.perf_counter()
            reply = self.ask(**fields)
            times.append((time.perf_counter() - start) * 1000)
            if not reply.get('entries') and not reply.get('counts'):
                raise RuntimeError(f'nothing found: {fields}')
        return statistics.median(times)


class KeptPlace(servers.Hallway):
    """A server on data that stays."""

    def __exit__(self, *_):
        self.stop()


def measure(build, directory, entries, cpu):
    """Rows of the table: what, and how long."""
    path = make_place(build, directory, entries)
    subprocess.run([servers.Hallway.binary, '--data', os.path.join(path), '--set-admin-password'],
                   input=PASSWORD + '\n', text=True, check=True)
    place = KeptPlace(path, cpu)
    place.data = path
    start = time.perf_counter()
    with place:
        started = (time.perf_counter() - start) * 1000
        admin = Admin(place.port)
        end = START + entries * INTERVAL
        chance = random.Random(1)
        rows = [
            ('start of the server', started),
            ('newest page', admin.time(100, lambda: {'op': 'log-read', 'log': 1, 'limit': 50})),
            ('a page at a time', admin.time(100, lambda: {
                'op': 'log-read', 'log': 1, 'limit': 50, 'at': chance.randrange(START, end)})),
            ('a rare word', admin.time(50, lambda: {'op': 'log-read', 'log': 1, 'find': 'quetzal', 'limit': 50})),
            ('activity by hour', admin.time(20, lambda: {
                'op': 'log-activity', 'log': 1, 'since': START - START % HOUR, 'until': end, 'bucket': HOUR})),
        ]
        admin.close()
    return rows
