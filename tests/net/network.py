# SPDX-License-Identifier: GPL-3.0-or-later
"""A small private network for tests that need one: machines a, b, c … made of network namespaces by
the script `lan`, which touches no interface of this computer.

A test program calls Network.enter() first: it needs root, or the right to make namespaces of its
own; where there is neither, it says so and is counted as skipped.
"""

import contextlib
import ctypes
import itertools
import json
import os
import select
import socket
import struct
import subprocess
import sys
import time

LAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lan')
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)

# LeakSanitizer crashes over the thread-local memory of GIO's TLS module: for what loads it.
NO_LEAKS = {'ASAN_OPTIONS': os.environ.get('ASAN_OPTIONS', '') + ':detect_leaks=0'}


def _enter_namespaces(skipped):
    """Into a user, network and mount namespace of our own, with a /run to keep names in."""
    if os.environ.get('HALLWAY_TEST_NAMESPACES'):
        return
    # Where /run/netns is no mount yet, each of several `ip netns add` at once makes it one
    inside = ('mount -t tmpfs none /run && mkdir /run/netns && mount -t tmpfs none /run/netns && '
              'mount --make-shared /run/netns && '
              'HALLWAY_TEST_NAMESPACES=1 exec "$@"')
    flags = '-nm' if os.geteuid() == 0 else '-rnm'
    probe = subprocess.run(['unshare', flags, 'sh', '-c', inside, 'sh', 'ip', 'netns', 'add', 'x'],
                           capture_output=True, text=True)
    if probe.returncode != 0:
        print(f'1..0 # SKIP no network namespaces can be made here: {probe.stderr.strip()}')
        sys.exit(skipped)
    os.execvp('unshare', ['unshare', flags, 'sh', '-c', inside, 'sh', sys.executable, *sys.argv])


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def datagram_from(source, destination, payload, source_port, port=55667):
    """An IP packet whose sender is whoever one says."""
    udp = struct.pack('!HHHH', source_port, port, 8 + len(payload), 0) + payload
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                         socket.inet_aton(source), socket.inet_aton(destination))
    return header[:10] + struct.pack('!H', checksum(header)) + header[12:] + udp


class Network:
    """Machines of its own: as many networks as one likes can be up at the same time."""

    _numbers = itertools.count(1)

    def __init__(self, machines=3, name=None):
        self.machines = machines
        self.name = name or f'h{next(Network._numbers)}'

    @staticmethod
    def enter(skipped=0):
        """Where there can be no network, ends the test program with status `skipped`."""
        _enter_namespaces(skipped)

    def up(self):
        self.lan('up', str(self.machines))

    def down(self):
        self.lan('down')

    def lan(self, *command):
        subprocess.run([LAN, *command], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       env={**os.environ, 'LAN_ID': self.name})

    def command(self, machine, *command):
        """What runs a command on a machine, in the place of itself."""
        return ['ip', 'netns', 'exec', f'{self.name}-{machine}', *command]

    def run(self, machine, *command):
        subprocess.run(self.command(machine, *command), check=True)

    @contextlib.contextmanager
    def on(self, machine):
        """Sockets that are made meanwhile, by this thread, are that machine's, for ever."""
        with open('/proc/thread-self/ns/net') as here, open(f'/run/netns/{self.name}-{machine}') as there:
            self._set(there)
            try:
                yield
            finally:
                self._set(here)

    @staticmethod
    def _set(namespace):
        if _libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'setns')

    @staticmethod
    def address(machine):
        return f'10.77.0.{ord(machine) - ord("a") + 1}'


class Program:
    """One that runs on a machine until its standard input ends: what it says, a JSON object a line, is kept in order."""

    parse = staticmethod(json.loads)

    def __init__(self, network, machine, *command, **env):
        self.process = subprocess.Popen(network.command(machine, *command), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env={**os.environ, **env})
        self.said = []
        self.rest = b''

    def tell(self, *words):
        self.process.stdin.write((' '.join(words) + '\n').encode())
        self.process.stdin.flush()

    def read(self, seconds):
        """Takes what comes within that time; False where nothing does."""
        if not select.select([self.process.stdout], [], [], max(0, seconds))[0]:
            return False
        some = os.read(self.process.stdout.fileno(), 65536)
        if not some:
            raise AssertionError(f'{self.process.args[-1]} ended: {self.process.wait()}')
        *lines, self.rest = (self.rest + some).split(b'\n')
        self.said += map(self.parse, lines)
        return True

    def until(self, condition, what, seconds):
        """Reads until the condition returns something, and returns that."""
        end = time.monotonic() + seconds
        while (result := condition()) is None:
            if time.monotonic() > end:
                raise AssertionError(f'not within {seconds} s: {what}; it said {self.said[-50:]}')
            self.read(end - time.monotonic())
        return result

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                status = self.process.wait(30)
            finally:
                self.process.kill()
            if status != 0:
                raise AssertionError(f'{self.process.args[-1]} ended with {status}')
        self.process.stdout.close()
