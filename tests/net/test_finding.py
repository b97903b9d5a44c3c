#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client finds the places around it: whatever the network loses, delays or forbids, by every way there
is, each place once, and tells when one moves or goes."""

import json
import os
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from network import Network, datagram_from  # noqa: E402
from place import PORT, NetworkTest  # noqa: E402
import tap  # noqa: E402

class Finding(NetworkTest):
    def test_three_places_on_two_machines_are_three_rows(self):
        places = [self.place('b'), self.place('b', port='0'), self.place('c')]
        finder = self.finder('a')
        for place in places:
            finder.find(place)
        finder.idle()
        self.assertEqual({key[0] for key in finder.places()}, {place.id for place in places})
        self.assertEqual(len(finder.places()), 3)

    def test_two_interfaces_are_one_row_and_both_are_asked(self):
        self.network.lan('cable', 'a', 'c', '10.88.0')
        both, only_there = self.place('c'), self.place('c', listen='10.88.0.2', port='0')
        finder = self.finder('a')
        finder.find(both)
        self.assertEqual(finder.find(only_there)['address'], f'10.88.0.2:{only_there.port}')
        finder.idle()
        self.assertEqual(len(finder.places()), 2)

    def test_places_on_this_very_machine_are_found_without_a_network(self):
        self.on('a', 'ip', 'link', 'set', 'eth0', 'down')
        places = [self.place('a'), self.place('a', port='0')]
        finder = self.finder('a')
        for place in places:
            self.assertEqual(finder.find(place)['address'], f'127.0.0.1:{place.port}')

    def test_a_slow_network_is_waited_for(self):
        self.network.lan('loss', '0', '200')
        place = self.place('b')
        self.assertLessEqual(self.finder('a').find(place)['at'], 3000)

    def test_a_lossy_and_slow_one_too(self):
        self.network.lan('loss', '30', '100')
        place = self.place('b')
        self.assertLessEqual(self.finder('a').find(place)['at'], 8000)

    def test_a_place_that_found_its_port_taken_is_scanned_for_too(self):
        self.network.lan('mute')
        first = self.place('b')
        second = self.place('b', port=str(PORT + 1))
        finder = self.finder('a')
        finder.find(first)
        self.assertEqual(finder.find(second)['address'], f'10.77.0.2:{PORT + 1}')

    def test_who_moves_is_followed(self):
        place = self.place('b')
        finder = self.finder('a')
        finder.find(place)
        self.on('b', 'ip', 'addr', 'add', '10.77.0.50/24', 'brd', '+', 'dev', 'eth0')
        self.on('b', 'ip', 'addr', 'del', '10.77.0.2/24', 'dev', 'eth0')
        self.on('b', 'ip', 'addr', 'replace', '10.77.0.50/24', 'brd', '+', 'dev', 'eth0')
        finder.wait(lambda one: one['ev'] == 'changed' and one['address'] == f'10.77.0.50:{PORT}',
                    'the new address is shown', 40)
        self.assertEqual(len(finder.places()), 1)
        self.assertNotIn('gone', [one['ev'] for one in finder.said])

    def test_a_cut_fades_it_and_a_healed_cable_brings_it_back(self):
        place = self.place('b')
        finder = self.finder('a')
        finder.find(place)
        self.network.lan('cut', 'b')
        finder.wait(lambda one: one['ev'] == 'changed' and one['fading'], 'it fades', 40)
        finder.wait(lambda one: one['ev'] == 'gone', 'it is gone', 40)
        self.network.lan('heal', 'b')
        heard = len(finder.said)
        finder.wait(lambda one: one['ev'] == 'found', 'it is back', 40, heard)

    def test_nothing_found_says_why(self):
        self.on('b', 'ip', 'link', 'set', 'eth0', 'down')
        self.on('c', 'ip', 'link', 'set', 'eth0', 'down')
        finder = self.finder('a')
        idle = finder.idle(30)
        self.assertEqual((idle['reason'], idle['machines'], idle['scanned']), ('alone', 0, 253))
        self.on('b', 'ip', 'link', 'set', 'eth0', 'up')
        heard = len(finder.said)
        finder.tell('as')
        idle = finder.idle(30, heard)
        self.assertEqual((idle['reason'], idle['machines']), ('silent', 1))

    def test_a_forged_answer_takes_nobodys_row(self):
        place = self.place('b', name='Room 204')
        finder = self.finder('a')
        finder.find(place)
        # Somebody on the same network hears the probe, and says to be the place
        with self.network.on('c'):
            thief = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(thief.close)
        thief.bind(('', PORT))
        thief.settimeout(30)
        finder.tell('a')
        asked, asker = thief.recvfrom(2048)
        for secret in (json.loads(asked)['probe'], '0' * 21):
            thief.sendto(json.dumps({
                'hallway': 1, 'answer': secret, 'id': place.id, 'name': 'Room 204', 'port': 1,
                'versions': [1], 'users': 5, 'rooms': 1, 'fingerprint': 'ab' * 32}).encode(), asker)
        finder.wait(lambda one: one['ev'] == 'found' and one['fingerprint'] == 'ab' * 32,
                    'the thief has a row of its own')
        mine = finder.places()[place.id, place.fingerprint]
        self.assertEqual(mine['address'], f'10.77.0.2:{PORT}')
        self.assertEqual(len(finder.places()), 2)

    @staticmethod
    def asked_anew(finder, ears, known):
        """What the finder's questions carry once it has begun anew, and from where it asks; @known are
        the beginnings of what earlier ones carried."""
        def hear():
            asked, asker = ears.recvfrom(2048)
            return json.loads(asked)['probe'], asker
        if not known:
            known.add(hear()[0][:20])
        finder.tell('a')
        while True:
            secret, asker = hear()
            if secret[:20] not in known:
                known.add(secret[:20])
                return secret, asker

    def test_ten_thousand_forged_places_keep_nobody_off_the_list(self):
        finder = self.finder('a')
        with self.network.on('c'):
            raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
            ears = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(raw.close)
        self.addCleanup(ears.close)
        ears.bind(('', PORT))
        ears.settimeout(30)
        forged = json.dumps({'hallway': 1, 'answer': 'PROBE', 'id': 'forged-NUMBER', 'name': '\u202eab\u0007\u001b[31m',
                             'port': 1, 'versions': [1], 'users': 5, 'rooms': 1, 'fingerprint': 'ab' * 32})
        known = set()
        for number in range(10_000):
            if number % 2500 == 0:
                secret, asker = self.asked_anew(finder, ears, known)
            answer = forged.replace('PROBE', secret).replace('NUMBER', str(number))
            # From everywhere on this network, from other ones, and some to port 0
            source = f'10.77.0.{10 + number % 240}' if number % 7 else f'8.8.{number % 250}.8'
            if number % 11 == 0:
                answer = answer.replace('"port": 1,', '"port": 0,')
            raw.sendto(datagram_from(source, asker[0], answer.encode(), PORT, asker[1]), (asker[0], 0))
            if number == 5000:
                place = self.place('b', name='Room 204')
        finder.tell('a')
        finder.find(place, 10)
        most, listed = 0, set()
        for one in finder.said:
            if one['ev'] == 'found':
                listed.add(one['id'])
                self.assertTrue(one['name'].isprintable(), one)
                self.assertTrue(one['address'].startswith('10.77.0.'), one)
            elif one['ev'] == 'gone':
                listed.discard(one['id'])
            most = max(most, len(listed))
        self.assertGreaterEqual(most, 30)
        self.assertLessEqual(most, 60)
        # Nobody is there: they go, and the true one stays
        finder.wait(lambda one: one['ev'] == 'gone', 'a forged one is gone', 30)
        end = time.monotonic() + 60
        while len(finder.places()) >= 30:
            self.assertLess(time.monotonic(), end, 'they stay')
            finder.read(1)
        self.assertIn((place.id, place.fingerprint), finder.places())


if __name__ == '__main__':
    Network.enter()
    tap.main()
