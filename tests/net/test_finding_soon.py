#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon places are found where nothing stands in the way, and that a flood does not make it later."""

import json
import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from network import Network, datagram_from  # noqa: E402
from place import PORT, NetworkTest  # noqa: E402
import tap  # noqa: E402


def probe(text):
    return json.dumps({'hallway': 1, 'probe': text, 'pad': '.' * 400}).encode()


class Soon(NetworkTest):
    together = False

    def test_a_place_is_listed_within_300_ms(self):
        place = self.place('b', name='Room 204')
        for _ in range(5):
            found = self.finder('a').find(place, 5)
            self.assertLessEqual(found['at'], 300)
            self.assertEqual((found['name'], found['address'], found['compatible'], found['users']),
                             ('Room 204', f'10.77.0.2:{PORT}', True, 0))

    def test_without_a_route_every_interface_is_asked_all_the_same(self):
        self.on('a', 'ip', 'route', 'del', 'default')
        place = self.place('b')
        self.assertLessEqual(self.finder('a').find(place)['at'], 300)

    def test_two_clients_on_one_host_both_find_it(self):
        place = self.place('b')
        first, second = self.finder('a'), self.finder('a')
        self.assertLessEqual(first.find(place)['at'], 500)
        self.assertLessEqual(second.find(place)['at'], 500)

    def test_our_own_cable_is_news_and_asked_about_at_once(self):
        self.on('a', 'ip', 'link', 'set', 'eth0', 'down')
        place = self.place('b')
        finder = self.finder('a')
        idle = finder.idle(30)
        self.assertEqual(idle['reason'], 'no-network')
        before = time.monotonic()
        self.on('a', 'ip', 'link', 'set', 'eth0', 'up')
        finder.find(place, 5)
        self.assertLess(time.monotonic() - before, 3)

    def test_a_forged_flood_of_probes_harms_nobody(self):
        place = self.place('b', plaintext='always')
        with self.network.on('c'):
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            victim = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x800))
        client = self.visitor(place, 'b', name='Ana')
        ends = threading.Event()

        def flood():
            number = 0
            while not ends.is_set():
                number += 1
                # The broadcast address, this computer itself, others, and one victim again and again
                source = ('10.77.0.255', '127.0.0.1', f'10.77.0.{number % 250}', '10.77.0.3',
                          '8.8.8.8')[number % 5]
                raw.sendto(datagram_from(source, '10.77.0.2', probe(f'{number:08}'), 4000 + number % 4),
                           ('10.77.0.2', 0))
        thread = threading.Thread(target=flood)
        victim.bind(('eth0', 0x800))
        victim.setblocking(False)
        thread.start()
        try:
            begun = time.monotonic()
            slowest = 0
            while time.monotonic() < begun + 3:
                before = time.monotonic()
                client.request('ping')
                slowest = max(slowest, time.monotonic() - before)
            self.assertLessEqual(self.finder('a').find(place, 5)['at'], 1000)
            seconds = time.monotonic() - begun
        finally:
            ends.set()
            thread.join()
        self.assertLess(slowest, 0.5)
        answers = 0
        try:
            while True:
                frame, address = victim.recvfrom(2048)
                answers += address[2] == 0 and frame[23] == 17 and b'"answer"' in frame
        except BlockingIOError:
            pass
        self.assertLessEqual(answers, 20 * (int(seconds) + 2))


class Fair(NetworkTest):
    """Many places at once."""

    together = False
    machines = 16

    def test_thirty_places_are_listed_at_once_and_stay_where_they_are(self):
        places = [self.place(machine, port=port, name=f'Stand {machine}') for machine in 'bcdefghijklmnop'
                  for port in (None, '0')]
        finder = self.finder('a')
        for place in places:
            self.assertLessEqual(finder.find(place)['at'], 300)
        finder.idle()
        heard = len(finder.said)
        finder.tell('a')
        finder.idle(after=heard)
        # What is under the pointer stays there: nothing comes, goes or changes
        self.assertEqual({one['ev'] for one in finder.said[heard:]} - {'looking', 'idle'}, set())
        self.assertEqual(len(finder.places()), 30)


if __name__ == '__main__':
    Network.enter()
    tap.main()
