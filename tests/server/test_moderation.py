#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an admin may do to people and rooms."""

import signal
import time

import tap
from hallway_server import TEXT_MAX, ServerTest

PASSWORD = 'open sesame, please'


class ModerationTest(ServerTest):
    admin_password = PASSWORD
    options = {'grace': 300}

    def named_admin(self):
        admin = self.person()
        admin.request('admin', password=PASSWORD)
        return admin


class Kick(ModerationTest):

    def test_kicked_person_is_out_and_the_log_says_so(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        self.admin().request('kick', name=bob.name.upper(), text='Enough.')
        self.has(bob.event('kicked'), code='kick', text='Enough.')
        bob.expect_close()
        self.has(ana.event('entry', kind='kicked'), room=room, by='admin', text='Enough.',
                 **{'from': bob.name})
        self.assertEqual([entry['kind'] for entry in ana.whole_log(room)],
                         ['created', 'joined', 'joined', 'kicked'])
        self.greet().refuse('password-wrong', 'login', token=bob.token)
        self.greet().login(bob.name)

    def test_admin_who_is_logged_in_is_named(self):
        room = self.fresh()
        ana, bob, admin = self.person(room=room), self.person(room=room), self.named_admin()
        admin.request('kick', name=bob.name)
        self.assertEqual(ana.event('entry', kind='kicked')['by'], admin.name)

    def test_who_takes_the_name_of_one_kicked_while_coming_in_comes_in_after_that(self):
        room, admin = self.fresh(), self.admin()
        watcher = self.person(room=room)
        for _ in range(30):
            ana, other = self.person(), self.greet()
            ana.ask('join', room=room)
            kicked = admin.ask('kick', name=ana.name)
            other.ask('login', name=ana.name)
            joined = other.ask('join', room=room)
            admin.reply(kicked)
            if not other.reply(joined)['ok']:  # the name was not free yet
                continue
            self.assertIn(ana.name, [row['name'] for row in
                                     watcher.request('members', room=room)['members']])
            inside = False
            for entry in watcher.whole_log(room):
                if entry['from'] == ana.name:
                    self.assertEqual(entry['kind'], 'kicked' if inside else 'joined')
                    inside = not inside
            self.assertTrue(inside)

    def test_kick_in_every_room(self):
        rooms = [self.fresh(), self.fresh()]
        ana, bob = self.people(2)
        for room in rooms:
            self.enter(ana, room)
            self.enter(bob, room)
        self.admin().request('kick', name=bob.name)
        for room in rooms:
            ana.event('entry', kind='kicked', room=room)

    def test_who_kicks_themselves_is_answered_first(self):
        room, admin = self.fresh(), self.admin()
        for where in (None, room):
            me = self.admin()
            me.login(self.fresh('Me'))
            if where:
                self.enter(me, room)
                witness = self.person(room=room)
            me.request('kick', name=me.name, text='Enough of this.')
            self.has(me.event('kicked'), code='kick', text='Enough of this.')
            me.expect_close()
            admin.refuse('no-such-user', 'kick', name=me.name)
        self.has(witness.event('entry', kind='kicked'), by=me.name, **{'from': me.name})

    def test_nobody_to_kick(self):
        admin = self.admin()
        admin.refuse('no-such-user', 'kick', field='name', name='Nobody at all')
        admin.refuse('bad-request', 'kick', field='name')
        self.person().refuse('not-admin', 'kick', name='Nobody at all')


class Ban(ModerationTest):

    def bans(self, admin):
        return {ban['ban']: ban for ban in admin.request('bans')['bans']}

    def test_banned_name_is_out_until_the_ban_is_lifted(self):
        room = self.fresh()
        ana, bob, admin = self.person(room=room), self.person(room=room), self.admin()
        ban = admin.request('ban', name=bob.name, minutes=60, text='Out.')['ban']
        self.has(bob.event('kicked'), code='ban', text='Out.')
        bob.expect_close()
        self.has(ana.event('entry', kind='kicked'), by='admin', text='Out.',
                 **{'from': bob.name})
        for name in [bob.name, bob.name.upper()]:
            client = self.greet()
            client.refuse('banned', 'login', name=name)
            client.expect_close()
        row = self.bans(admin)[ban]
        self.has(row, name=bob.name, text='Out.')
        self.assertLess(abs(row['until'] - time.time() * 1000 - 3_600_000), 600_000)
        admin.request('unban', ban=ban)
        self.assertNotIn(ban, self.bans(admin))
        self.greet().login(bob.name)

    def test_name_can_be_banned_that_is_not_here(self):
        admin = self.admin()
        name = self.fresh('Absent')
        admin.request('ban', name=name, minutes=1)
        client = self.greet()
        client.refuse('banned', 'login', name=name)
        client.expect_close()

    def test_name_that_is_banned_while_its_password_is_looked_at_stays_out(self):
        bob, admin = self.person(), self.admin()
        bob.request('protect', password='quite a secret')
        bob.request('logout')
        again = self.greet()
        self.server.process.send_signal(signal.SIGSTOP)
        login = again.ask('login', name=bob.name, password='quite a secret')
        again.flush()
        ban = admin.ask('ban', name=bob.name, minutes=60)
        admin.flush()
        self.server.process.send_signal(signal.SIGCONT)
        reply = again.reply(login)
        if reply['ok']:  # the disk was slower than the password
            again.event('kicked', code='ban')
        else:
            self.assertEqual(reply['error']['code'], 'banned')
        again.expect_close()
        admin.request('unban', ban=admin.reply(ban)['ban'])
        self.greet().login(bob.name, password='quite a secret')

    def test_banned_address_hears_it_after_hello(self):
        admin = self.admin()
        here, there = self.person(), self.person(source='127.0.0.66')
        ban = admin.request('ban', address='127.0.0.66', minutes=60)['ban']
        there.event('kicked', code='ban')
        there.expect_close()
        here.request('ping')
        client = self.connect(source='127.0.0.66')
        client.refuse('banned', 'hello', versions=[1], client='x')
        client.expect_close()
        secure = self.connect(source='127.0.0.66', tls=True)
        secure.refuse('banned', 'hello', versions=[1], client='x')
        secure.expect_close()
        self.has(self.bans(admin)[ban], address='127.0.0.66')
        admin.request('unban', ban=ban)
        self.person(source='127.0.0.66')

    def test_address_is_banned_however_it_is_written(self):
        admin = self.admin()
        for address in ['127.0.0.67', '::ffff:127.0.0.67', '::FFFF:7f00:43',
                        '0:0:0:0:0:ffff:7f00:43']:
            ban = admin.request('ban', address=address, minutes=60)['ban']
            client = self.connect(source='127.0.0.67')
            client.refuse('banned', 'hello', versions=[1], client='x')
            client.expect_close()
            self.has(self.bans(admin)[ban], address='127.0.0.67')
            admin.request('unban', ban=ban)

    def test_bans_outlive_a_restart_and_a_crash(self):
        server = self.new_server()
        server.set_admin_password(PASSWORD)
        server.start()

        def admin():
            client = self.connect(server)
            client.hello()
            client.request('admin', password=PASSWORD)
            return client

        first = admin()
        ban = first.request('ban', name='Mallory', minutes=60, text='For good')['ban']
        for again in [server.restart, lambda: (server.kill(), server.start())]:
            again()
            row = self.bans(admin())[ban]
            self.has(row, name='Mallory', text='For good')
            client = self.connect(server)
            client.hello()
            client.refuse('banned', 'login', name='mallory')
        admin().request('unban', ban=ban)
        server.kill()
        server.start()
        client = self.connect(server)
        client.hello()
        client.login('Mallory')
        client.close()
        server.stop()

    def test_bans_are_sorted_by_id_and_can_be_asked_for_from_one_on(self):
        admin = self.admin()
        ids = [admin.request('ban', name=f'Banned {number}', minutes=5)['ban']
               for number in range(5)]
        listed = [ban['ban'] for ban in admin.request('bans')['bans']]
        self.assertEqual(listed, sorted(listed))
        self.assertLessEqual(set(ids), set(listed))
        self.assertEqual([ban['ban'] for ban in admin.request('bans', start=ids[2])['bans']],
                         ids[3:])

    def test_long_list_of_bans_comes_in_lines_that_fit(self):
        admin = self.admin()
        ids = [admin.request('ban', name=f'Long {number}', minutes=5, text='😀' * 500)['ban']
               for number in range(560)]
        reply = admin.request('bans')
        self.assertIs(reply['more'], True)
        seen = [ban['ban'] for ban in reply['bans']]
        admin.request('unban', ban=seen[-1])  # it may be gone meanwhile
        while reply.get('more'):
            reply = admin.request('bans', start=seen[-1])
            seen += [ban['ban'] for ban in reply['bans']]
        self.assertEqual(seen, sorted(seen))
        self.assertEqual([ban for ban in seen if ban in ids], ids)

    def test_words_may_be_as_long_as_any_text(self):
        admin, room, words = self.admin(), self.fresh(), '"' * TEXT_MAX
        witness, bob, cleo = self.people(3, room)
        for op, fields in [('kick', {'name': bob.name}), ('ban', {'name': cleo.name, 'minutes': 5})]:
            for text in (words + 'x', 'a bell\a', 'x\r'):
                admin.refuse('bad-request', op, field='text', text=text, **fields)
        admin.request('kick', name=bob.name, text=words)
        self.assertEqual(bob.event('kicked')['text'], words)
        self.assertEqual(witness.event('entry', kind='kicked')['text'], words)
        ids = [admin.request('ban', name=cleo.name, minutes=5, text=words)['ban']]
        self.assertEqual(cleo.event('kicked')['text'], words)
        ids += [admin.request('ban', name=f'{cleo.name} {number}', minutes=5, text=words)['ban']
                for number in range(70)]
        seen, more = [ids[0] - 1], True
        while more:
            reply = admin.request('bans', start=seen[-1])
            seen += [ban['ban'] for ban in reply['bans']]
            more = reply.get('more', False)
        self.assertEqual(seen[1:], ids)
        for ban in ids:
            admin.request('unban', ban=ban)

    def test_bans_of_wrong_values(self):
        admin = self.admin()
        for fields in [{}, {'name': 'x'}, {'minutes': 5}, {'name': 'x', 'minutes': 'long'},
                       {'name': 'x', 'minutes': -1}, {'name': 'x', 'minutes': 1.5},
                       {'name': 7, 'minutes': 5}, {'address': 7, 'minutes': 5},
                       {'address': 'nonsense', 'minutes': 5}]:
            with self.subTest(fields=fields):
                admin.refuse('bad-request', 'ban', **fields)
        admin.refuse('no-such-ban', 'unban', field='ban', ban=999_999)
        admin.refuse('bad-request', 'unban', field='ban')
        client = self.person()
        for op, fields in [('ban', {'name': 'x', 'minutes': 5}), ('unban', {'ban': 1}),
                           ('bans', {})]:
            client.refuse('not-admin', op, **fields)


class Mute(ModerationTest):

    def test_muted_person_says_nothing_until_it_ends(self):
        room = self.fresh()
        ana, bob, admin = self.person(room=room), self.person(room=room), self.admin()
        bob.say(room, 'before')
        admin.request('mute', name=bob.name.upper(), minutes=5)
        bob.refuse('muted', 'say', room=room, text='during')
        ana.say(room, 'others may')
        admin.request('mute', name=bob.name, minutes=0)
        bob.say(room, 'after')
        self.assertEqual([entry['text'] for entry in ana.whole_log(room)
                          if entry['kind'] == 'message'], ['before', 'others may', 'after'])

    def test_new_name_brings_no_new_voice(self):
        room = self.fresh()
        bob, admin = self.person(room=room), self.admin()
        admin.request('mute', name=bob.name, minutes=5)
        name = bob.request('rename', name=self.fresh('Another'))['name']
        bob.refuse('muted', 'say', room=room, text='during')
        admin.request('mute', name=name, minutes=0)
        bob.say(room, 'after')

    def test_coming_again_brings_no_new_voice(self):
        room = self.fresh()
        bob, admin = self.person(room=room), self.admin()
        admin.request('mute', name=bob.name, minutes=5)
        bob.request('logout')
        bob.expect_close()
        again = self.person(bob.name.upper(), room)
        again.refuse('muted', 'say', room=room, text='during')
        again.request('topic', room=room, topic='only words are muted')

    def test_mute_of_wrong_values(self):
        admin, ana = self.admin(), self.person()
        admin.refuse('no-such-user', 'mute', field='name', name='Nobody at all', minutes=5)
        for minutes in [-1, 'x', 1.5, None]:
            admin.refuse('bad-request', 'mute', field='minutes', name=ana.name, minutes=minutes)
        ana.refuse('not-admin', 'mute', name=ana.name, minutes=5)


class RoomClose(ModerationTest):

    def test_closed_room_is_gone_and_its_log_stays(self):
        room = self.fresh('Closing')
        ana, bob, watcher = self.person(room=room), self.person(room=room), self.person()
        watcher.request('rooms', watch=True)
        ana.say(room, 'last words')
        admin = self.admin()
        admin.request('room-close', room=room.upper())
        for client in [ana, bob]:
            event = client.event('kicked-out')
            self.assertEqual(event['room'], room)
            self.assertIsInstance(event['text'], str)
            client.refuse('no-such-room', 'say', field='room', room=room, text='x')
        self.assertEqual(watcher.event('room-gone')['room'], room)
        self.assertNotIn(room, [row['room'] for row in ana.request('rooms')['rooms']])
        bob.refuse('no-such-room', 'join', field='room', room=room)
        log = [log for log in admin.request('log-list')['logs'] if log['room'] == room][0]
        self.assertLess(abs(log['closed'] - time.time() * 1000), 600_000)
        entries = admin.whole_log(log['log'], 'log-read', 'log')
        self.dense(entries)
        self.assertEqual([entry['kind'] for entry in entries],
                         ['created', 'joined', 'joined', 'message', 'closed'])
        admin.refuse('no-such-room', 'room-close', field='room', room=room)

    def test_name_is_free_for_a_new_room_with_a_new_log(self):
        room = self.fresh('Phoenix')
        ana, admin = self.person(room=room), self.admin()
        ana.say(room, 'old', key='k1')
        admin.request('room-close', room=room)
        self.has(ana.create(room), last=2)
        self.assertEqual(ana.say(room, 'new', key='k1')['seq'], 3)
        logs = [log for log in admin.request('log-list')['logs'] if log['room'] == room]
        self.assertEqual(len(logs), 2)
        self.assertEqual([log['closed'] is None for log in logs], [False, True])

    def test_who_watches_the_log_sees_it_end(self):
        room, admin = self.fresh('Watched'), self.admin()
        ana = self.person(room=room)
        log = [log for log in admin.request('log-list')['logs'] if log['room'] == room][0]['log']
        admin.request('log-watch', log=log, on=True)
        admin.request('room-close', room=room)
        self.has(admin.event('entry', kind='closed'), log=log, room=room, seq=3)
        ana.event('kicked-out', room=room)

    def test_closing_outlives_a_crash(self):
        server = self.new_server()
        server.set_admin_password(PASSWORD)
        server.start()
        client = self.connect(server)
        client.hello()
        client.login('Ana')
        client.create('Hall')
        client.request('admin', password=PASSWORD)
        client.request('room-close', room='Hall')
        server.kill()
        server.start()
        client = self.connect(server)
        client.hello()
        client.login('Ana')
        self.assertEqual(client.request('rooms')['rooms'], [])
        self.has(client.create('Hall'), last=2)
        client.close()
        server.stop()

    def test_only_admins_close_rooms(self):
        room = self.fresh()
        self.person(room=room).refuse('not-admin', 'room-close', room=room)


class Announce(ModerationTest):

    def test_everyone_hears_an_announcement(self):
        people = [*self.people(3), self.greet(), self.admin()]  # also who has not logged in
        people[-1].request('announce', text='Lunch is\nready')
        for person in people:
            event = person.event('announcement')
            self.assertEqual(event['text'], 'Lunch is\nready')
            self.assertLess(abs(event['at'] - time.time() * 1000), 600_000)

    def test_announcements_of_wrong_values(self):
        admin = self.admin()
        for text in ['', None, 7, 'a\x07b', 'x' * 8193]:
            admin.refuse('bad-request', 'announce', field='text', text=text)
        self.person().refuse('not-admin', 'announce', text='x')


if __name__ == '__main__':
    tap.main()
