#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large file from machine to machine: how fast beside socat over TLS in the same network, how much
memory it takes, and that it goes on where it stopped when the cable was pulled.

HALLWAY_FILE_SIZE is the file's size in MiB (1024).
"""

import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
import tap  # noqa: E402
from hallway_server import wait_until  # noqa: E402
from network import Network  # noqa: E402
from peers import DONE, OFFERED, PAUSED, RUNNING, PeerTest  # noqa: E402

SIZE = int(os.environ.get('HALLWAY_FILE_SIZE', '1024')) << 20


class Speed(PeerTest):

    together = False

    def by_socat(self, path, saved):
        """Seconds from the start of the sending program to the last byte on the other side."""
        pem = f'{self.folder}/both.pem'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', f'{pem}.key', '-out',
                        f'{pem}.crt', '-subj', '/CN=x'], check=True, capture_output=True)
        with open(pem, 'wb') as both:
            for part in ('key', 'crt'):
                with open(f'{pem}.{part}', 'rb') as one:
                    both.write(one.read())
        receiver = subprocess.Popen(self.network.command(
            'b', 'socat', '-u', f'OPENSSL-LISTEN:4433,cert={pem},verify=0', f'CREATE:{saved}'))
        time.sleep(1)
        began = time.monotonic()
        subprocess.run(self.network.command(
            'c', 'socat', '-u', f'OPEN:{path}', 'OPENSSL:10.77.0.2:4433,verify=0'), check=True)
        receiver.wait(60)
        took = time.monotonic() - began
        self.assertEqual(os.path.getsize(saved), SIZE)
        os.remove(saved)
        return took

    def memory(self, peer):
        peer.tell('memory')
        return peer.wait('memory')

    def test_no_slower_than_half_of_socat_and_flat(self):
        path, saved = self.file('large.bin', SIZE), f'{self.folder}/saved'
        socat = min(self.by_socat(path, saved) for _ in range(2))
        ana, ben = self.peer('c', 'Ana'), self.peer('b', 'Ben')
        ana.tell('offer', 'Ben', path)
        ben.wait('file', 120, ours=False, state=OFFERED)
        before = [self.memory(peer) for peer in (ana, ben)]
        began = time.monotonic()
        ben.tell('accept', saved)
        ben.wait('file', 300, state=DONE)
        took = time.monotonic() - began
        after = [self.memory(peer) for peer in (ana, ben)]
        grown = [(two['most'] - one['most']) / 1024 for one, two in zip(before, after)]
        print(f'# {SIZE >> 20} MiB: socat {socat:.2f} s, Hallway {took:.2f} s, hash and disk '
                 f'included: {socat / took:.2f} of its speed; memory +{grown[0]:.1f} MiB for who '
                 f'sends, +{grown[1]:.1f} MiB for who receives', flush=True)
        self.assertEqual(subprocess.run(['cmp', path, saved]).returncode, 0)
        self.assertGreater(socat / took, 0.5)
        self.assertLess(max(grown), 8)


class Cut(PeerTest):

    together = False

    def test_goes_on_where_it_stopped(self):
        """On a wire so slow that there is time to pull the cable."""
        path, saved = self.file('large.bin', 24 << 20), f'{self.folder}/saved'
        ana, ben = self.peer('c', 'Ana'), self.peer('b', 'Ben')
        ana.tell('offer', 'Ben', path)
        ben.wait('file', ours=False, state=OFFERED)
        self.on('c', 'tc', 'qdisc', 'add', 'dev', 'eth0', 'root', 'tbf', 'rate',
                         '16mbit', 'burst', '64kb', 'latency', '100ms')
        ben.tell('accept', saved)
        ben.wait('file', state=RUNNING)
        wait_until(lambda: self.part() > 4 << 20, 'some of it is there', 60)
        self.network.lan('cut', 'c')
        paused = ben.wait('file', 90, state=PAUSED)
        there = self.part()
        self.assertGreater(there, 4 << 20)
        self.network.lan('heal', 'c')
        ben.tell('resume')
        again = ben.wait('file', 120, state=RUNNING)
        while again['at'] < paused['at']:
            again = ben.wait('file', 120, state=RUNNING)
        self.assertGreaterEqual(again['done'], there)
        ben.wait('file', 120, state=DONE)
        self.assertEqual(subprocess.run(['cmp', path, saved]).returncode, 0)
        self.assertEqual(sorted(name for name in os.listdir(self.folder)), ['large.bin', 'saved'])

    def part(self):
        """Bytes that are here of what is not whole."""
        return sum(os.path.getsize(os.path.join(self.folder, name))
                   for name in os.listdir(self.folder) if name.endswith('.part'))


if __name__ == '__main__':
    Network.enter()
    tap.main()
