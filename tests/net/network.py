# SPDX-License-Identifier: GPL-3.0-or-later
"""A small private network for tests that need one: machines a, b, c … made of network namespaces by
the script `lan`, which touches no interface of this computer.

A test program calls Network.enter() first: it needs root, or the right to make namespaces of its
own; where there is neither, it says so and is counted as skipped.
"""

import contextlib
import ctypes
import os
import subprocess
import sys

LAN = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lan')
CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _enter_namespaces():
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
        sys.exit(0)
    os.execvp('unshare', ['unshare', flags, 'sh', '-c', inside, 'sh', sys.executable, *sys.argv])


class Network:
    def __init__(self, machines=3):
        self.machines = machines

    @staticmethod
    def enter():
        _enter_namespaces()

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
