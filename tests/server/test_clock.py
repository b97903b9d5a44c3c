#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock is set while the server runs, as it happens to old laptops: back, forward, far away.

The module named by HALLWAY_FAKE_CLOCK moves the server's wall clock, see fake-clock.c.
"""

import mmap
import os
import struct
import time
import unittest

import tap
from hallway_server import PATIENCE, Server, ServerTest

PASSWORD = 'open sesame, please'
MODULE = os.environ.get('HALLWAY_FAKE_CLOCK', '')
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000  # milliseconds
YEAR = 365 * DAY


class ClockServer(Server):
    """A server whose wall clock can be set."""

    def __init__(self, **options):
        super().__init__(**options)
        path = os.path.join(self.directory, 'clock')
        with open(path, 'wb') as file:
            file.write(bytes(8))
        with open(path, 'r+b') as file:
            self.clock = mmap.mmap(file.fileno(), 8)
        # A sanitizer's runtime wants to be the first that is loaded, and need not be
        self.before = ['env', f'LD_PRELOAD={MODULE}', f'HALLWAY_CLOCK={path}',
                       'ASAN_OPTIONS=verify_asan_link_order=0:'
                       + os.environ.get('ASAN_OPTIONS', '')]

    def move(self, by):
        """Sets the clock to @by milliseconds from the true time."""
        self.clock[:] = struct.pack('=q', by)

    def now(self):
        return time.time() * 1000 + struct.unpack('=q', self.clock[:])[0]


@unittest.skipUnless(MODULE, 'HALLWAY_FAKE_CLOCK does not say where the module is')
class ClockTest(ServerTest):
    options = {}

    @classmethod
    def setUpClass(cls):
        """Every test has a server of its own, for each sets its clock."""

    def setUp(self):
        self.server = ClockServer(grace=300, **self.options)
        self.addCleanup(self.server.remove)
        self.server.set_admin_password(PASSWORD)
        self.admin_password = PASSWORD
        self.server.start()

    def tearDown(self):
        self.server.stop()

    def about(self, at):
        """@at is what the server's clock shows."""
        self.assertLess(abs(at - self.server.now()), 2 * PATIENCE * 1000)


class Logs(ClockTest):

    def test_the_module_moves_the_clock(self):
        client = self.greet()
        self.about(client.request('ping')['at'])
        self.server.move(-3 * DAY)
        self.about(client.request('ping')['at'])

    def test_time_never_goes_back_in_a_room(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        moves = [0, -HOUR, -YEAR, MINUTE, 0, 20 * YEAR, -20 * YEAR, 0, DAY]
        for number, by in enumerate(moves):
            self.server.move(by)
            reply = ana.say(room, f't{number}')
            self.assertEqual(bob.event('entry', text=f't{number}')['at'], reply['at'])
        ana.request('topic', room=room, topic='later')
        log = ana.whole_log(room)
        self.dense(log)  # which looks at the times, too
        self.assertEqual(len(log), 3 + len(moves) + 1)
        # A new room knows nothing of the clock's follies
        self.server.move(-HOUR)
        self.about(ana.create(self.fresh('Young'))['entries'][0]['at'])
        # And what is asked for by time is still found: the first entry not before it
        for entry in log:
            first = next(one for one in log if one['at'] >= entry['at'])
            self.assertEqual(ana.history(room, at=entry['at'], limit=1)['entries'], [first])

    def test_time_never_goes_back_over_restart_and_crash(self):
        room = self.fresh()
        self.server.move(5 * YEAR)
        seen = [self.person('Ana', room).say(room, 'from the future')['at']]
        for again in [self.server.restart, lambda: (self.server.kill(), self.server.start())]:
            self.server.move(-HOUR)
            again()
            ana = self.person('Ana', room)
            seen.append(ana.say(room, 'from the past')['at'])
        log = ana.whole_log(room)
        self.dense(log)
        self.assertEqual(seen, sorted(seen))
        self.assertEqual(ana.history(room, find='past')['entries'][-1]['at'], seen[-1])

    def test_activity_is_counted_by_the_logs_own_times(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        for by in [0, -DAY, 3 * HOUR, HOUR, 5 * HOUR]:
            self.server.move(by)
            for _ in range(5):
                ana.say(room, 'x')
        log = next(row for row in admin.request('log-list')['logs'] if row['room'] == room)
        times = [entry['at'] for entry in ana.whole_log(room) if entry['kind'] == 'message']
        since = times[0] // HOUR * HOUR
        wanted = {}
        for at in times:
            wanted[at // HOUR * HOUR] = wanted.get(at // HOUR * HOUR, 0) + 1
        counts = admin.request('log-activity', log=log['log'], since=since, bucket=HOUR,
                               until=since + 100 * HOUR)['counts']
        self.assertEqual(counts, [list(pair) for pair in sorted(wanted.items())])
        self.assertEqual(sum(wanted.values()), 25)


class Keys(ClockTest):

    def test_key_holds_for_a_day_and_not_for_ever(self):
        room = self.fresh()
        ana = self.person(room=room)
        first = ana.say(room, 'x', key='k')
        for by in [23 * HOUR, -DAY, 0]:
            self.server.move(by)
            self.has(ana.say(room, 'x', key='k'), seq=first['seq'], at=first['at'])
        self.server.move(25 * HOUR)
        later = ana.say(room, 'x', key='k')
        self.assertGreater(later['seq'], first['seq'])
        self.has(ana.say(room, 'x', key='k'), seq=later['seq'])

    def test_key_holds_over_a_crash_after_which_the_clock_is_wrong(self):
        room = self.fresh()
        first = self.person('Ana', room).say(room, 'x', key='k')
        for by in [-30 * YEAR, 0, -MINUTE]:
            self.server.kill()
            self.server.move(by)
            self.server.start()
            self.has(self.person('Ana', room).say(room, 'x', key='k'), seq=first['seq'])

    def test_key_of_a_whisper_holds_for_a_day_and_not_for_ever(self):
        ana, bob = self.people(2)
        for by, times in [(0, 1), (23 * HOUR, 0), (-DAY, 0), (0, 0), (25 * HOUR, 1)]:
            self.server.move(by)
            ana.request('whisper', to=bob.name, text='x', key='k')
            bob.request('ping')
            came = [event for event in bob.events if event['ev'] == 'whisper']
            self.assertEqual(len(came), times, f'moved by {by}')
            bob.events.clear()


class People(ClockTest):
    options = {'idle': '60', 'dead': '60', 'ping': '10'}

    def test_nobody_is_lost_or_kicked_because_the_clock_was_set(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        gone = self.person(room=room)
        gone.close()
        for by in [DAY, -DAY, 50 * YEAR, -YEAR, 0]:
            self.server.move(by)
            ana.read_for(0.3)
            idle = {row['name']: row['idle']
                    for row in ana.request('members', room=room)['members']}
            self.assertEqual(len(idle), 3)
            self.assertLess(max(idle.values()), 2 * PATIENCE)
        for client in [ana, bob]:
            client.has_no('idle-warning')
            client.has_no('kicked')
            client.has_no('entry', kind='left')
        again = self.greet()
        self.assertTrue(again.login(token=gone.token)['resumed'])

    def test_mute_lasts_as_long_as_it_was_said(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        admin.request('mute', name=ana.name, minutes=5)
        for by in [DAY, -DAY, 0]:
            self.server.move(by)
            ana.refuse('muted', 'say', room=room, text='x')

    def test_ban_ends_when_its_time_has_come(self):
        admin = self.admin()
        ban = admin.request('ban', name='Mallory', minutes=60)['ban']
        for by, banned in [(30 * MINUTE, True), (-DAY, True), (0, True), (61 * MINUTE, False)]:
            self.server.move(by)
            client = self.greet()
            reply = client.reply(client.ask('login', name='Mallory'))
            self.assertEqual(reply['ok'], not banned)
            self.assertEqual(ban in [row['ban'] for row in admin.request('bans')['bans']], banned)
            if banned:
                self.assertEqual(reply['error']['code'], 'banned')
                self.assertGreater(reply['error']['retry'], 0)
            else:
                client.request('logout')

    def test_wrong_passwords_are_counted_by_time_that_has_passed(self):
        ana = self.person()
        ana.request('protect', password='pass word')
        client = self.greet()
        for _ in range(3):
            client.refuse('password-wrong', 'login', name=ana.name, password='wrong word')
        for by in [HOUR, -HOUR, YEAR]:
            self.server.move(by)
            error = client.refuse('too-many-tries', 'login', name=ana.name, password='pass word')
            self.assertTrue(0 < error['retry'] <= 60_000)

    def test_typing_is_told_though_the_clock_was_set_back(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        self.server.move(DAY)
        ana.request('typing', room=room)
        bob.event('typing')
        self.server.move(0)
        deadline = time.monotonic() + PATIENCE
        while not bob.find_event('typing'):
            ana.request('typing', room=room)
            bob.read_for(0.1)
            self.assertLess(time.monotonic(), deadline)


class Places(ClockTest):

    def test_place_that_began_with_a_wrong_clock_is_the_same_place(self):
        """A small computer without a battery starts in 1970 until the network tells it the time."""
        for begin in [-time.time() * 1000 + HOUR, 70 * YEAR]:
            server = ClockServer()
            self.addCleanup(server.remove)
            server.move(int(begin))
            server.start()
            known = (server.id, server.fingerprint)
            for by in [0, 30 * YEAR, int(begin)]:
                server.move(by)
                server.restart()
                self.assertEqual((server.id, server.fingerprint), known)
                client = self.connect(server, tls=True)
                self.assertEqual(client.fingerprint, server.fingerprint)
                client.hello()
                client.login('Ana')
                self.enter(client, 'Hall')
                client.say('Hall', 'any time')
                self.dense(client.whole_log('Hall'))
                client.close()
            server.stop()


if __name__ == '__main__':
    tap.main()
