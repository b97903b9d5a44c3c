#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no broadcast reaches is found by asking every address of the network: how soon, and of which network."""

import contextlib
import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from network import Network  # noqa: E402
from place import PORT, SCAN, NetworkTest  # noqa: E402
import tap  # noqa: E402


class Scan(NetworkTest):
    # Linux keeps one table of neighbours for all network namespaces, and it has room for 1,024
    together = False

    def test_what_no_broadcast_reaches_the_scan_finds(self):
        self.network.lan('mute')
        place = self.place('b', name='Room 204')
        finder = self.finder('a')
        found = finder.find(place, 10)
        self.assertLessEqual(found['at'], 5000)
        self.assertEqual((found['ways'], found['name'], found['address']),
                         (SCAN, 'Room 204', f'10.77.0.2:{PORT}'))
        self.assertEqual(found['fingerprint'], place.fingerprint)

    def test_one_who_does_not_want_to_wait_scans_at_once(self):
        self.network.lan('mute')
        place = self.place('b')
        finder = self.finder('a')
        finder.wait(lambda one: one['ev'] == 'looking', 'it looks')
        finder.tell('s')
        self.assertLess(finder.find(place)['at'], 2500)

    def test_the_scan_goes_by_the_real_mask(self):
        self.network.lan('mute')
        self.on('a', 'ip', 'addr', 'replace', '10.80.1.9/22', 'brd', '+', 'dev', 'eth0')
        self.on('b', 'ip', 'addr', 'replace', '10.80.3.250/22', 'brd', '+', 'dev', 'eth0')
        for machine in 'ab':
            self.on(machine, 'ip', 'addr', 'del', f'{Network.address(machine)}/24', 'dev', 'eth0')
        place = self.place('b')
        found = self.finder('a').find(place, 20)
        self.assertLessEqual(found['at'], 15000)
        self.assertEqual(found['address'], f'10.80.3.250:{PORT}')

    def test_of_a_huge_network_the_scan_takes_the_part_around_us(self):
        self.network.lan('mute')
        self.on('a', 'ip', 'addr', 'replace', '10.80.1.9/16', 'brd', '+', 'dev', 'eth0')
        self.on('a', 'ip', 'addr', 'del', '10.77.0.1/24', 'dev', 'eth0')
        finder = self.finder('a')
        idle = finder.idle(30)
        self.assertEqual(idle['scanned'], 1021)  # a /22 without us
        self.assertEqual(idle['reason'], 'alone')

    def test_a_scan_can_be_stopped(self):
        self.network.lan('mute')
        self.on('a', 'ip', 'addr', 'add', '10.80.1.9/22', 'brd', '+', 'dev', 'eth0')
        with self.network.on('a'):
            wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.addCleanup(wire.close)
        wire.bind(('eth0', 3))
        finder = self.finder('a')
        finder.wait(lambda one: one['ev'] == 'looking', 'it looks')
        finder.tell('s')
        wire.settimeout(30)
        asked = set()

        def hear():
            frame = wire.recv(2048)
            if frame[12:14] == b'\x08\x06':
                asked.add(frame[38:42])
        while len(asked) < 50:
            hear()
        finder.tell('x')
        finder.idle(10)
        wire.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                hear()
        self.assertLess(len(asked), 700, 'of 1,275')


if __name__ == '__main__':
    Network.enter()
    tap.main()
