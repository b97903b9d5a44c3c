#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of everything: requests a second, connections, and lists too long for a line."""

import sqlite3
import time
from contextlib import closing

import tap
from hallway_server import ServerTest, pump


class RateTest(ServerTest):

    def burst(self, client, count, op='ping', **fields):
        """Sends @count requests at once; returns the replies in their order."""
        client.read_for(2.2)  # so that nothing of what came before counts
        asked = [client.ask(op, **fields) for _ in range(count)]
        return [client.reply(request) for request in asked]

    def slowed(self, replies):
        errors = [reply['error'] for reply in replies if not reply['ok']]
        self.assertLessEqual({error['code'] for error in errors}, {'slow-down'})
        return errors


class DefaultRate(RateTest):
    options = {'rate': None}
    together = True

    def test_twenty_at_once_and_ten_a_second(self):
        client = self.greet()
        client.login(self.fresh())
        began = time.monotonic()
        replies = self.burst(client, 40)
        self.assertTrue(all(reply['ok'] for reply in replies[:20]))
        errors = self.slowed(replies)
        if time.monotonic() - began < 2.5:  # else the machine was too busy to tell
            self.assertGreaterEqual(len(errors), 15)
        for error in errors:
            self.assertTrue(0 < error['retry'] <= 1000, error)
        client.read_for(errors[-1]['retry'] / 1000 + 0.05)
        client.request('ping')

    def test_what_was_refused_was_not_done(self):
        room = self.fresh()
        client = self.greet()
        client.login(self.fresh())
        client.create(room)
        replies = self.burst(client, 40, 'say', room=room, text='x')
        said = sum(reply['ok'] for reply in replies)
        self.assertLess(said, 40)
        client.read_for(1.5)
        self.assertEqual(client.history(room)['last'], 2 + said)

    def test_ten_a_second_are_never_too_many(self):
        client = self.greet()
        client.read_for(1)
        for _ in range(35):
            client.request('ping')
            client.read_for(0.1)

    def test_each_connection_counts_for_itself(self):
        one, other = self.greet(), self.greet()
        self.burst(one, 40)
        other.request('ping')

    def test_hundred_refusals_are_a_flood(self):
        room = self.fresh()
        ana, bob = self.greet(), self.greet()
        for client in [ana, bob]:
            client.login(self.fresh())
            self.enter(client, room)
        for _ in range(400):
            bob.ask('ping')
        self.assertEqual(bob.event('kicked')['code'], 'flood')
        bob.expect_close()
        refused = [reply for reply in bob.replies.values() if not reply['ok']]
        self.assertEqual(len(refused), 100)
        stranger = self.connect()  # also before hello
        for _ in range(400):
            stranger.ask('echo', text='x')
        stranger.event('kicked', code='flood')
        stranger.expect_close()
        self.has(ana.event('entry', kind='kicked'), by='', **{'from': bob.name})


class FiveASecond(RateTest):
    options = {'rate': 5}

    def test_rate_of_five_allows_ten_at_once(self):
        client = self.greet()
        began = time.monotonic()
        replies = self.burst(client, 30)
        self.assertTrue(all(reply['ok'] for reply in replies[:10]))
        if time.monotonic() - began < 2.6:
            self.assertGreaterEqual(len(self.slowed(replies)), 17)


class AdminsRate(RateTest):
    options = {'rate': 5}
    admin_password = 'open sesame'

    def test_an_admin_may_ask_ten_times_as_much(self):
        self.assertIn('admin-pace', self.connect().hello()['features'])
        admin = self.admin()
        began = time.monotonic()
        replies = self.burst(admin, 160)
        self.assertTrue(all(reply['ok'] for reply in replies[:100]))
        if time.monotonic() - began < 2.6:
            self.assertGreaterEqual(len(self.slowed(replies)), 30)


class NoRate(RateTest):
    options = {'rate': 0}

    def test_rate_of_nought_allows_everything(self):
        client = self.greet()
        self.assertTrue(all(reply['ok'] for reply in self.burst(client, 3000)))


class Full(ServerTest):
    options = {'max_clients': 3}

    def test_full_server_says_so(self):
        silent = [self.connect() for _ in range(5)]  # have not said hello: do not count
        inside = [self.greet() for _ in range(3)]
        for how in [{}, {'tls': True}]:
            client = self.connect(**how)
            client.refuse('server-full', 'hello', versions=[1], client='x')
            client.expect_close()
        inside[0].close()
        deadline = time.monotonic() + 20
        while True:  # until the server has seen that one has gone
            client = self.connect()
            if client.reply(client.ask('hello', versions=[1], client='x'))['ok']:
                break
            self.assertLess(time.monotonic(), deadline)
        silent[0].refuse('server-full', 'hello', versions=[1], client='x')
        for client in inside[1:]:
            client.request('ping')


class DefaultFull(ServerTest):
    options = {'max_clients': None}

    def test_thousand_are_let_in_by_default(self):
        inside = [self.connect() for _ in range(1000)]
        for client in inside:
            client.ask('hello', versions=[1], client='crowd')
        pump(inside, lambda: all(1 in client.replies for client in inside), 'all are greeted')
        self.assertTrue(all(client.replies[1]['ok'] for client in inside))
        late = self.connect()
        late.refuse('server-full', 'hello', versions=[1], client='x')
        late.expect_close()


class FullAndBanned(ServerTest):
    options = {'max_clients': 2}
    admin_password = 'open sesame, please'

    def test_who_is_banned_hears_that_first(self):
        self.person()
        admin = self.admin()
        admin.request('ban', address='127.0.0.77', minutes=5)
        client = self.connect(source='127.0.0.77')
        client.refuse('banned', 'hello', versions=[1], client='x')
        client.expect_close()
        self.connect().refuse('server-full', 'hello', versions=[1], client='x')


class LongList(ServerTest):
    admin_password = 'open sesame, please'

    def rest(self, client, op, rows, name):
        """All rows of a list, page after page."""
        reply = client.request(op)
        self.assertIs(reply['more'], True)
        seen = reply[rows]
        while reply.get('more'):
            reply = client.request(op, start=seen[-1][name])
            self.assertTrue(reply[rows])
            seen += reply[rows]
        return seen


class LongListOfPeople(LongList):

    def test_people_come_in_lines_that_fit(self):
        """Each with the names of many rooms."""
        people = [self.person('Many %02d ' % number + '😀' * 20) for number in range(80)]
        rooms = {person.name: ['😀' * 40 + f' {number} {place}' for place in range(90)]
                 for number, person in enumerate(people)}
        for person in people:
            for room in rooms[person.name]:
                person.ask('create', room=room)
        pump(people, lambda: all(person.last_id in person.replies for person in people),
             'everybody is in many rooms')
        seen = self.rest(people[0], 'who', 'users', 'name')
        names = [row['name'] for row in seen]
        self.assertEqual([name for name in names if name.startswith('Many ')],
                         [person.name for person in people])
        for row in seen:
            self.assertEqual(sorted(row['rooms']), sorted(rooms[row['name']]))


class LongListOfAccounts(LongList):
    ACCOUNTS = 9000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # To make them one by one takes a hash each, which takes long on purpose
        cls.server.stop()
        cls.names = [f'{number:05} ' + '😀' * 26 for number in range(cls.ACCOUNTS)]
        with closing(sqlite3.connect(f'{cls.server.data}/hallway.db')) as database, database:
            database.executemany('INSERT INTO accounts (folded, name, password) VALUES (?, ?, ?)',
                                 [(name, name, 'x') for name in cls.names])
        cls.server.start()

    def test_accounts_come_in_lines_that_fit(self):
        admin = self.admin()
        rows = self.rest(admin, 'accounts', 'accounts', 'name')
        self.assertEqual([row['name'] for row in rows], self.names)
        self.assertEqual({row['last'] for row in rows}, {None})
        # The one to go on after need not be there
        self.assertEqual(admin.request('accounts', start='09')['accounts'], [])
        reply = admin.request('accounts', start='08997')
        self.assertEqual([row['name'] for row in reply['accounts']], self.names[8997:])
        self.assertFalse(reply.get('more', False))


class LongListsOfRooms(LongList):
    ROOMS = 1300

    def test_rooms_and_logs_come_in_lines_that_fit(self):
        client = self.person()
        for number in range(self.ROOMS):
            client.ask('create', room=f'{number:04} ' + '😀' * 43, topic='😀' * 200)
        last = client.last_id
        pump([client], lambda: last in client.replies, 'all rooms are made')
        rooms = [row['room'] for row in self.rest(client, 'rooms', 'rooms', 'room')]
        self.assertEqual(rooms, [f'{number:04} ' + '😀' * 43 for number in range(self.ROOMS)])
        reply = client.request('rooms', start='0700')
        self.assertTrue(reply['rooms'][0]['room'].startswith('0700 '))
        reply = client.request('rooms', start='zzz')
        self.assertEqual(reply['rooms'], [])
        self.assertFalse(reply.get('more', False))
        admin = self.admin()
        logs = [row['log'] for row in self.rest(admin, 'log-list', 'logs', 'log')]
        self.assertEqual(len(logs), self.ROOMS)
        self.assertEqual(logs, sorted(logs))


if __name__ == '__main__':
    tap.main()
