#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cables that are pulled: connections of which one end is gone, and nobody says so."""

import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
import tap  # noqa: E402
from hallway_server import PATIENCE, TEXT_MAX, wait_until  # noqa: E402
from network import Network  # noqa: E402
from place import NetworkTest  # noqa: E402


class HalfOpen(NetworkTest):
    machines = 2

    def prepare(self, dead=4):
        """A server on machine b, and somebody there who stays."""
        self.server = self.place('b', port='0', discovery='no', dead=dead, ping=1, grace=2)
        self.host = self.visitor(self.server, 'b', name='Host')
        self.host.create('Hall')

    def away(self, name='Away'):
        """Somebody at the other machine, in the room."""
        person = self.visitor(self.server, 'a', '10.77.0.2', name, tls=True)
        person.join('Hall')
        return person

    def wait_alive(self, condition, what):
        """As the host, who goes on pinging."""
        deadline = time.monotonic() + PATIENCE
        while not (result := condition()):
            self.assertLess(time.monotonic(), deadline, f'gave up waiting until {what}')
            self.host.request('ping')
            self.host.read_for(0.2)
        return result

    def test_who_is_cut_off_is_missed_after_dead_and_grace(self):
        self.prepare()
        people = [self.away(f'Away {number}') for number in range(5)]
        inside = self.server.descriptors()
        self.network.lan('cut', 'a')
        began = time.monotonic()
        self.wait_alive(lambda: self.host.find_event('entry', kind='left'), 'somebody is missed')
        self.assertGreater(time.monotonic() - began, 5)  # 4 of silence, 2 of grace
        self.assertEqual(self.host.event('entry', kind='left')['reason'], 'lost')
        for _ in people[1:]:
            self.wait_alive(lambda: self.host.find_event('entry', kind='left'), 'the others are')
            self.host.event('entry', kind='left')
        wait_until(lambda: self.server.descriptors() == inside - len(people),
                   'the descriptors are given back')
        # The cable is in again: the old connections are worth nothing, and new ones are
        self.network.lan('heal', 'a')
        again = self.visitor(self.server, 'a', '10.77.0.2', tls=True)
        again.hello()
        again.refuse('password-wrong', 'login', field='token', token=people[0].token)
        again.login('Away 0')
        again.join('Hall')
        again.say('Hall', 'here I am again')
        self.host.event('entry', text='here I am again')
        self.server.stop()

    def test_who_is_cut_off_for_a_moment_missed_nothing(self):
        self.prepare(dead=60)
        away = self.away()
        self.network.lan('cut', 'a')
        for number in range(20):
            self.host.say('Hall', f'meanwhile {number}')
        asked = away.ask('say', room='Hall', text='said into the dark', key='k1')
        away.read_for(0.5)
        self.network.lan('heal', 'a')
        for number in range(20):
            away.event('entry', text=f'meanwhile {number}')
        self.assertTrue(away.reply(asked)['ok'])
        self.host.event('entry', text='said into the dark')
        self.host.has_no('entry', kind='left')
        self.server.stop()

    def test_what_is_said_to_who_is_cut_off_costs_little(self):
        self.prepare()
        people = [self.away(f'Away {number}') for number in range(5)]
        before = self.server.rss()
        self.network.lan('cut', 'a')
        for _ in range(10):
            asked = [self.host.ask('say', room='Hall', text='x' * TEXT_MAX) for _ in range(200)]
            for request in asked:
                self.assertTrue(self.host.reply(request)['ok'])
            self.host.events.clear()
        self.assertLess(self.server.rss() - before, (len(people) * 2 + 24) << 20)
        self.wait_alive(lambda: len(self.host.request('members', room='Hall')['members']) == 1,
                        'all of them are missed')
        self.assertEqual(self.host.history('Hall')['last'],
                         2 + 2 * len(people) + 2000)
        self.server.stop()

    def test_wire_that_loses_every_fifth_packet_loses_no_line(self):
        self.prepare()
        away = self.away()
        self.network.lan('loss', '20', '5')
        for number in range(100):
            self.host.ask('say', room='Hall', text=f'out {number}')
            away.ask('say', room='Hall', text=f'back {number}')
        deadline = time.monotonic() + 3 * PATIENCE

        def heard(client):
            return sum(event['ev'] == 'entry' and event['kind'] == 'message'
                       for event in client.events)

        while min(heard(self.host), heard(away)) < 200:
            self.assertLess(time.monotonic(), deadline, (heard(self.host), heard(away)))
            for client in [self.host, away]:
                client.ask('ping')
                client.read_for(0.1)
        for client in [self.host, away]:
            entries = client.take_entries('Hall')
            self.dense(entries, entries[0]['seq'])
        self.server.stop()


if __name__ == '__main__':
    Network.enter()
    tap.main()
