#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is here: leaving, coming back in time, typing."""

import time

import tap
from hallway_server import PATIENCE, ServerTest


class Leaving(ServerTest):
    options = {'grace': 2}
    together = True

    def test_logout_leaves_every_room(self):
        rooms = [self.fresh() for _ in range(3)]
        ana, bob = self.people(2)
        for room in rooms:
            self.enter(ana, room)
            self.enter(bob, room)
        bob.request('logout')
        bob.expect_close()
        for room in rooms:
            self.has(ana.event('entry', room=room, kind='left'), reason='quit',
                     **{'from': bob.name})

    def test_logout_without_id_closes_too(self):
        ana = self.person()
        ana.send(op='logout')
        ana.expect_close()
        self.person(ana.name)

    def test_lost_link_is_told_after_the_grace(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        bob.close()
        dropped = time.monotonic()
        ana.read_for(1)
        names = [member['name'] for member in ana.request('members', room=room)['members']]
        self.assertIn(bob.name, names)
        self.has(ana.event('entry', kind='left'), reason='lost', **{'from': bob.name})
        self.assertGreater(time.monotonic() - dropped, 1.8)
        self.greet().login(bob.name)  # free at the same moment

    def test_half_close_is_a_lost_link(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        bob.half_close()
        bob.expect_close()
        self.has(ana.event('entry', kind='left'), reason='lost', **{'from': bob.name})

    def test_back_within_the_grace_nothing_was_announced(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        for _ in range(2):
            bob.close()
            ana.read_for(0.3)
            again = self.greet()
            self.assertTrue(again.login(token=bob.token)['resumed'])
            bob = again
        ana.read_for(2.5)
        ana.has_no('entry', kind='left')
        bob.say(room, 'here')
        ana.event('entry', text='here')
        self.assertEqual([entry['kind'] for entry in ana.whole_log(room)],
                         ['created', 'joined', 'joined', 'message'])

    def test_token_is_worth_nothing_after_the_grace(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        bob.close()
        ana.event('entry', kind='left')
        self.greet().refuse('password-wrong', 'login', field='token', token=bob.token)

    def test_connection_that_never_logged_in_leaves_no_trace(self):
        room = self.fresh()
        ana = self.person(room=room)
        self.greet().close()
        self.connect().close()
        ana.say(room, 'anyone?')
        self.assertEqual(len(ana.whole_log(room)), 3)


class Typing(ServerTest):

    def test_typing_is_told_to_the_others(self):
        room = self.fresh()
        ana, bob, cleo = self.people(3, room)
        ana.request('typing', room=room)
        for other in [bob, cleo]:
            self.has(other.event('typing'), room=room, name=ana.name)
        ana.has_no('typing')

    def test_typing_is_told_once_in_three_seconds(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        for _ in range(5):
            ana.request('typing', room=room)
        bob.event('typing', name=ana.name)
        first = time.monotonic()
        bob.request('typing', room=room)  # each has a throttle of their own
        ana.event('typing', name=bob.name)
        bob.has_no('typing', name=ana.name)
        while not bob.find_event('typing', name=ana.name):
            ana.request('typing', room=room)
            bob.read_for(0.05)
            self.assertLess(time.monotonic() - first, PATIENCE)
        self.assertGreater(time.monotonic() - first, 2.7)

    def test_typing_is_not_logged(self):
        room = self.fresh()
        ana = self.person(room=room)
        ana.request('typing', room=room)
        self.assertEqual(ana.history(room)['last'], 2)


if __name__ == '__main__':
    tap.main()
