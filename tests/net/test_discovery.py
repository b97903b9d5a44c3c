#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Places are found by asking the network, and answer nobody whom they should not."""

import json
import os
import select
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
import tap  # noqa: E402
from hallway_server import PATIENCE  # noqa: E402
from network import Network  # noqa: E402
from place import PORT, NetworkTest  # noqa: E402

QUIET = 0.5  # seconds in which an answer would long have come on this wire


def probe(text='12345678', pad=400, **more):
    message = {'hallway': 1, 'probe': text, **more}
    line = json.dumps(message, ensure_ascii=False).encode()
    return json.dumps({**message, 'pad': '.' * max(0, pad - len(line))},
                      ensure_ascii=False).encode()


class Discovery(NetworkTest):
    def setUp(self):
        super().setUp()
        self.first = self.place('b', port='0', name='Room 204')

    def start(self, machine, **options):
        return self.place(machine, port='0', **options)

    def socket(self, machine, address=None):
        with self.network.on(machine):
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        if address:
            one.bind((address, 0))
        self.addCleanup(one.close)
        return one

    def answers(self, sock, expected, seconds=None):
        """Waits for so many answers; then for a moment, that no more come."""
        found, end = [], time.monotonic() + (seconds or PATIENCE)
        while True:
            limit = end - time.monotonic() if len(found) < expected else QUIET
            if not select.select([sock], [], [], max(0, limit))[0]:
                return found
            data, sender = sock.recvfrom(65536)
            found.append((json.loads(data), sender, len(data)))

    def ask(self, machine, datagram, to='10.77.0.255', expected=1):
        sock = self.socket(machine)
        sock.sendto(datagram, (to, PORT))
        return self.answers(sock, expected)

    def test_a_broadcast_finds_the_place(self):
        for to in ('255.255.255.255', '10.77.0.255', '10.77.0.2'):
            [(answer, sender, _)] = self.ask('a', probe('who-is-there'), to)
            self.assertEqual(sender, ('10.77.0.2', PORT))
            self.assertEqual(answer, {
                'hallway': 1, 'answer': 'who-is-there', 'id': self.first.id, 'name': 'Room 204',
                'port': self.first.port, 'versions': [1], 'users': 0, 'rooms': 0,
                'fingerprint': self.first.fingerprint})

    def test_every_place_answers_also_two_on_one_machine(self):
        others = [self.start('b'), self.start('c'), self.start('a')]
        found = self.ask('a', probe(), expected=4)
        self.assertEqual({answer['id'] for answer, _, _ in found},
                         {self.first.id, *(place.id for place in others)})
        self.assertEqual({answer['port'] for answer, _, _ in found},
                         {self.first.port, *(place.port for place in others)})

    def test_people_and_rooms_are_counted(self):
        place = self.start('c', plaintext='always')
        client = self.visitor(place, 'c', name='Ana')
        client.create('tea')
        [(answer, _, _)] = self.ask('a', probe(), '10.77.0.3')
        self.assertEqual((answer['users'], answer['rooms']), (1, 1))

    def test_an_answer_is_never_longer_than_its_probe(self):
        self.start('c', name='ש' * 64)
        text = '🙂' * 32
        for pad in (400, 600):
            datagram = probe(text, pad)
            [(answer, _, length)] = self.ask('a', datagram, '10.77.0.3')
            self.assertLessEqual(length, len(datagram))
            self.assertEqual(answer['answer'], text)
            self.assertTrue(('ש' * 64).startswith(answer['name']), answer['name'])

    def test_anything_else_is_dropped_without_a_word(self):
        sock = self.socket('a')
        good = probe()
        for bad in (b'', b'x', b'{}', b'\xff' * 500, good[:-1], good + b'}', probe('1234567'), probe('1' * 33),
                    probe(pad=0), good.replace(b'"hallway": 1', b'"hallway": 2'),
                    good.replace(b'"hallway": 1', b'"hallway": "1"'),
                    good.replace(b'"probe": "12345678"', b'"probe": 1234567890'),
                    good.replace(b'12345678', b'1234567\\u0000'), b'[' * 1000,
                    json.dumps({'hallway': 1, 'answer': '12345678', 'pad': '.' * 400}).encode(),
                    probe(pad=1600)):
            sock.sendto(bad, ('10.77.0.2', PORT))
        self.assertEqual(self.answers(sock, 0), [])
        sock.sendto(good, ('10.77.0.2', PORT))
        self.assertEqual(len(self.answers(sock, 1)), 1)

    def test_one_address_gets_twenty_answers_a_second(self):
        one, other = self.socket('c'), self.socket('a')
        start = time.monotonic()
        for _ in range(200):
            one.sendto(probe(), ('10.77.0.2', PORT))
        found = len(self.answers(one, 20, 2))
        self.assertGreaterEqual(found, 20)
        self.assertLessEqual(found, 20 * (1 + int(time.monotonic() - start)))
        other.sendto(probe(), ('10.77.0.2', PORT))
        self.assertEqual(len(self.answers(other, 1)), 1, 'others still get theirs')

    def test_addresses_of_other_networks_get_no_answer(self):
        self.on('a', 'ip', 'addr', 'add', '10.99.0.1/24', 'dev', 'eth0')
        self.on('b', 'ip', 'route', 'add', '10.99.0.0/24', 'dev', 'eth0')
        sock = self.socket('a', '10.99.0.1')
        sock.sendto(probe(), ('10.77.0.2', PORT))
        self.assertEqual(self.answers(sock, 0), [])

    def test_a_place_is_found_only_where_it_listens(self):
        self.start('c', listen='127.0.0.1')
        self.assertEqual(self.ask('a', probe(), '10.77.0.3', 0), [])
        self.assertEqual(len(self.ask('c', probe(), '127.0.0.1')), 1)

    def test_without_discovery_nothing_answers(self):
        self.start('c', discovery='no')
        self.assertEqual(self.ask('a', probe(), '10.77.0.3', 0), [])

    def test_a_network_that_comes_later_is_served(self):
        self.on('c', 'ip', 'link', 'set', 'eth0', 'down')
        place = self.start('c')
        self.on('c', 'ip', 'link', 'set', 'eth0', 'up')
        sock = self.socket('a')

        def found():
            sock.sendto(probe(), ('10.77.0.3', PORT))
            return [answer['id'] for answer, _, _ in self.answers(sock, 1, 0.5)] == [place.id]
        end = time.monotonic() + PATIENCE
        while not found():
            self.assertLess(time.monotonic(), end, 'never found')


class LanOnly(NetworkTest):
    machines = 2

    def setUp(self):
        super().setUp()
        self.on('a', 'ip', 'addr', 'add', '10.99.0.1/24', 'dev', 'eth0')
        self.on('b', 'ip', 'route', 'add', '10.99.0.0/24', 'dev', 'eth0')

    def first_line(self, place, address):
        with self.network.on('a'):
            sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.settimeout(PATIENCE)
        sock.bind((address, 0))
        sock.connect(('10.77.0.2', place.port))
        with sock, sock.makefile('rwb') as stream:
            stream.write(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
            stream.flush()
            return json.loads(stream.readline()), stream.read(1) if address == '10.99.0.1' else b''

    def test_connections_from_other_networks_are_refused(self):
        place = self.place('b', port='0', plaintext='always')
        reply, rest = self.first_line(place, '10.99.0.1')
        self.assertEqual(reply['error']['code'], 'lan-only')
        self.assertEqual(rest, b'', 'and closed')
        self.assertTrue(self.first_line(place, '10.77.0.1')[0]['ok'])

    def test_whatever_they_speak(self):
        place = self.place('b', port='0')
        reply, rest = self.first_line(place, '10.99.0.1')
        self.assertEqual(reply['error']['code'], 'lan-only', 'and not to try TLS')
        self.assertEqual(rest, b'', 'and closed')

    def test_unless_the_option_allows_them(self):
        place = self.place('b', port='0', plaintext='always', lan_only='no')
        with self.network.on('a'):
            sock = socket.create_connection(('10.77.0.2', place.port), PATIENCE, ('10.99.0.1', 0))
        with sock:
            sock.sendall(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
            self.assertTrue(json.loads(sock.makefile().readline())['ok'])


if __name__ == '__main__':
    Network.enter()
    tap.main()
