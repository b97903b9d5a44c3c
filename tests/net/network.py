# SPDX-License-Identifier: GPL-3.0-or-later
"""A small private network for tests that need one: machines a, b, c … made of network namespaces by
the script `lan`, which touches no interface of this computer.

A test program calls Network.enter() first: it needs root, or the right to make namespaces of its
own; where there is neither, it says so and is counted as skipped.
"""

import contextlib
import ctypes
import json
import os
import select
import subprocess
import sys
import time

LAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lan')
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _enter_namespaces(skipped):
    """Into a user, network and mount namespace of our own, with a /run to keep names in."""
    if os.environ.get('HALLWAY_TEST_NAMESPACES'):
        return
    inside = ('mount -t tmpfs none /run && mkdir /run/netns && '
              'HALLWAY_TEST_NAMESPACES=1 exec "$@"')
    flags = '-nm' if os.geteuid() == 0 else '-rnm'
    probe = subprocess.run(['unshare', flags, 'sh', '-c', inside, 'sh', 'ip', 'netns', 'add', 'x'],
                           capture_output=True, text=True)
    if probe.returncode != 0:
        print(f'1..0 # SKIP no network namespaces can be made here: {probe.stderr.strip()}')
        sys.exit(skipped)
    os.execvp('unshare', ['unshare', flags, 'sh', '-c', inside, 'sh', sys.executable, *sys.argv])


class Network:
    def __init__(self, machines=3):
        self.machines = machines

    @staticmethod
    def enter(skipped=0):
        """Where there can be no network, ends the test program with status `skipped`."""
        _enter_namespaces(skipped)

    def up(self):
        self.lan('up', str(self.machines))

    def down(self):
        self.lan('down')

    def lan(self, *command):
        subprocess.run([LAN, *command], check=True, stdout=subprocess.DEVNULL)

    def command(self, machine, *command):
        """What runs a command on a machine."""
        return [LAN, 'exec', machine, *command]

    @contextlib.contextmanager
    def on(self, machine):
        """Sockets that are made meanwhile are that machine's, for ever."""
        with open('/proc/self/ns/net') as here, open(f'/run/netns/h-{machine}') as there:
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


class Finder:
    """A client's finder on one of the machines, without a window: what it says is kept, in order."""

    def __init__(self, network, machine, program, *before):
        environment = {key: value for key, value in os.environ.items()
                       if key != 'HALLWAY_NO_DISCOVERY'}
        self.process = subprocess.Popen(network.command(machine, *before, program),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=environment)
        self.said = []
        self.rest = b''

    def command(self, letter):
        self.process.stdin.write(letter.encode())
        self.process.stdin.flush()

    def read(self, seconds):
        """Takes what comes within that time; False where nothing does."""
        if not select.select([self.process.stdout], [], [], max(0, seconds))[0]:
            return False
        some = os.read(self.process.stdout.fileno(), 65536)
        if not some:
            raise AssertionError(f'the finder ended: {self.process.wait()}')
        *lines, self.rest = (self.rest + some).split(b'\n')
        self.said += [json.loads(line) for line in lines]
        return True

    def wait(self, matches, what, seconds=60):
        """The first thing said, of all that was, that `matches`."""
        end, looked_at = time.monotonic() + seconds, 0
        while True:
            for one in self.said[looked_at:]:
                if matches(one):
                    return one
            looked_at = len(self.said)
            if time.monotonic() > end:
                raise AssertionError(f'not within {seconds} s: {what}; it said {self.said}')
            self.read(end - time.monotonic())

    def find(self, place, seconds=60):
        return self.wait(lambda one: one['ev'] == 'found' and one['id'] == place.id,
                         f'{place.id} is found', seconds)

    def places(self):
        """What is listed now: id → the latest that was said of it."""
        listed = {}
        for one in self.said:
            if one['ev'] in ('found', 'changed'):
                listed[one['id'], one['fingerprint']] = one
            elif one['ev'] == 'gone':
                listed = {key: place for key, place in listed.items() if key[0] != one['id']}
        return listed

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            status = self.process.wait(20)
            if status != 0:
                raise AssertionError(f'the finder ended with {status}')
        self.process.stdout.close()
