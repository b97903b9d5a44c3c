#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The admin: who is one, reading every log, ending the server."""

import os
import time

import tap
from hallway_server import SLOWNESS, ServerTest

PASSWORD = 'open sesame, please'
LOG = {'log': int, 'room': str, 'topic': str, 'created': int, 'entries': int, 'messages': int,
       'people': int, 'first': int, 'last': int, 'members': int}


class NoPasswordYet(ServerTest):

    def test_without_a_password_nobody_is_admin(self):
        client = self.greet()
        for password in ['', 'x', PASSWORD]:
            client.refuse('not-admin', 'admin', password=password)
            client.refuse('not-admin', 'shutdown', password=password)

    def test_what_fails_in_the_server_is_internal(self):
        """Here the password's file cannot be read; nobody is told more, but the server's log is."""
        server = self.new_server().start()
        os.mkdir(f'{server.data}/admin-password')
        client = self.connect(server)
        client.hello()
        for op in ('admin', 'shutdown'):
            error = client.refuse('internal', op, password='open sesame, please')
            self.assertNotIn(server.data, error['text'])
        client.login()
        client.create('Hall')
        client.say('Hall', 'as if nothing had been')
        os.rmdir(f'{server.data}/admin-password')
        server.set_admin_password('open sesame, please')
        client.request('admin', password='open sesame, please')
        self.assertIn('admin password cannot be read', server.log())
        server.stop()

    def test_running_server_takes_a_new_password_at_once(self):
        server = self.new_server().start()
        client = self.connect(server)
        client.hello()
        client.refuse('not-admin', 'admin', password='first one')
        server.set_admin_password('first one')
        client.request('admin', password='first one')
        server.set_admin_password('second one')
        other = self.connect(server)
        other.hello()
        other.refuse('password-wrong', 'admin', password='first one')
        other.request('admin', password='second one')
        server.stop()


class Admin(ServerTest):
    admin_password = PASSWORD

    def test_admin_needs_no_login(self):
        self.admin().request('log-list')

    def test_being_admin_is_the_connections_own(self):
        ana = self.person()
        ana.refuse('not-admin', 'log-list')
        ana.request('admin', password=PASSWORD)
        ana.request('log-list')
        self.person().refuse('not-admin', 'log-list')
        token = ana.token
        ana.close()
        again = self.greet()
        again.login(token=token)
        again.refuse('not-admin', 'log-list')

    def test_members_see_who_is_admin(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        ana.request('admin', password=PASSWORD)
        admins = {member['name']: member['admin']
                  for member in bob.request('members', room=room)['members']}
        self.assertEqual(admins, {ana.name: True, bob.name: False})

    def test_password_missing_or_mistyped(self):
        client = self.greet()
        for fields in [{}, {'password': None}, {'password': 7}, {'password': ['x']}]:
            client.refuse('bad-request', 'admin', field='password', **fields)

    def test_only_admins(self):
        client = self.greet()
        for op, fields in [('log-list', {}), ('log-read', {'log': 1}), ('shutdown', {})]:
            with self.subTest(op=op):
                client.refuse('not-admin', op, **fields)

    def log_of(self, admin, room):
        return next(log for log in admin.request('log-list')['logs'] if log['room'] == room)

    def test_log_list_tells_what_each_log_holds(self):
        room = self.fresh()
        ana, bob = self.person(), self.person()
        ana.create(room, topic='On record')
        bob.join(room)
        for client in [ana, bob, ana]:
            client.say(room, 'x')
        bob.request('leave', room=room)
        log = self.log_of(self.admin(), room)
        self.assertEqual({name: type(log.get(name)) for name in LOG}, LOG)
        self.has(log, topic='On record', closed=None, entries=7, messages=3, people=2, members=1)
        self.assertIn('closed', log)
        times = [entry['at'] for entry in ana.whole_log(room) if entry['kind'] == 'message']
        self.has(log, first=log['created'], last=times[-1])

    def test_logs_are_sorted_by_id(self):
        ana = self.person()
        for _ in range(5):
            ana.create(self.fresh())
        ids = [log['log'] for log in self.admin().request('log-list')['logs']]
        self.assertEqual(ids, sorted(set(ids)))

    def test_log_read_needs_no_membership(self):
        room = self.fresh()
        ana = self.person(room=room)
        for number in range(1200):
            ana.ask('say', room=room, text=f't{number}', key=f'k{number}')
        ana.say(room, 'end')
        admin = self.admin()
        log = self.log_of(admin, room)['log']
        entries = ana.whole_log(room)
        for entry in entries:
            entry.pop('key', None)
        reply = admin.request('log-read', log=log, after=0, limit=1000)
        self.assertEqual(reply['entries'], entries[:1000])
        self.has(reply, more=True, last=1203, total=1203)
        reply = admin.request('log-read', log=log, before=101)
        self.assertEqual(reply['entries'], entries[50:100])
        reply = admin.request('log-read', log=log, limit=1)
        self.assertEqual(reply['entries'], entries[-1:])
        self.assertEqual(admin.whole_log(log, 'log-read', 'log', 137), entries)
        admin.refuse('bad-request', 'log-read', field='limit', log=log, limit=1001)
        admin.refuse('bad-request', 'log-read', log=log, before=5, after=5)

    def test_no_such_log(self):
        admin = self.admin()
        for log in [0, 999_999, 2**53 - 1]:
            reply = admin.reply(admin.ask('log-read', log=log))
            self.assertIn(reply['error']['code'], ['no-such-log', 'bad-request'] if log == 0
                          else ['no-such-log'])
        admin.refuse('bad-request', 'log-read', field='log')
        admin.refuse('bad-request', 'log-read', field='log', log='1')


class WrongPasswords(ServerTest):
    """Every test has its own server: wrong tries count by address."""

    admin_password = PASSWORD
    together = True

    def setUp(self):
        self.server = self.new_server()
        self.server.set_admin_password(PASSWORD)
        self.server.start()

    def tearDown(self):
        self.server.stop()

    def test_answer_to_a_wrong_password_takes_a_second(self):
        client, other = self.greet(), self.person(room='Elsewhere')
        began = time.monotonic()
        request = client.ask('admin', password='wrong')
        other.say('Elsewhere', 'meanwhile')
        self.assertLess(time.monotonic() - began, 0.9 * SLOWNESS)
        reply = client.reply(request)
        self.assertEqual(reply['error']['code'], 'password-wrong')
        self.assertTrue(0.95 < time.monotonic() - began < 3 * SLOWNESS)
        client.request('admin', password=PASSWORD)

    def test_three_wrong_tries_are_enough(self):
        client, other = self.greet(), self.greet()
        client.refuse('password-wrong', 'admin', password='wrong')
        other.refuse('password-wrong', 'shutdown', password='wrong')
        client.refuse('password-wrong', 'admin', password=PASSWORD + ' ')
        for one in [client, other, self.greet()]:
            for op in ['admin', 'shutdown']:
                error = one.refuse('too-many-tries', op, password=PASSWORD)
                self.assertTrue(0 < error['retry'] <= 60_000, error)

    def test_tries_at_once_do_not_slip_through(self):
        clients = [self.greet() for _ in range(10)]
        asked = [client.ask('admin', password=f'guess {number}')
                 for number, client in enumerate(clients)]
        codes = [client.reply(request)['error']['code']
                 for client, request in zip(clients, asked)]
        self.assertEqual(codes.count('password-wrong'), 3)
        self.assertEqual(codes.count('too-many-tries'), 7)


class Shutdown(ServerTest):
    admin_password = PASSWORD
    together = True

    def setUp(self):
        self.server = self.new_server()
        self.server.set_admin_password(PASSWORD)
        self.server.start()
        self.people_here = self.people(3, 'Hall')

    def everyone_hears(self, text=None):
        for person in self.people_here:
            event = person.event('closing')
            if text is not None:
                self.assertEqual(event['text'], text)
            person.expect_close()
        self.assertEqual(self.server.wait(), 0)
        self.server.check_log()

    def test_admin_ends_the_server(self):
        admin = self.admin()
        admin.request('shutdown', text='See you on Monday')
        self.everyone_hears('See you on Monday')

    def test_last_words_follow_the_rules_of_texts(self):
        admin = self.admin()
        for text in ('x' * 8193, 'a bell\a', 7):
            admin.refuse('bad-request', 'shutdown', field='text', text=text)
        admin.request('shutdown', text='x' * 8192)
        self.everyone_hears('x' * 8192)

    def test_password_alone_ends_the_server(self):
        self.people_here[0].request('shutdown', password=PASSWORD)
        self.everyone_hears()

    def test_wrong_password_does_not(self):
        client = self.greet()
        client.refuse('password-wrong', 'shutdown', password='wrong')
        self.people_here[0].say('Hall', 'still here')
        self.server.stop()

    def test_what_was_accepted_is_kept(self):
        ana, bob = self.people_here[:2]
        asked = {ana.ask('say', room='Hall', text=f't{number}'): f't{number}'
                 for number in range(400)}
        bob.request('shutdown', password=PASSWORD)
        self.everyone_hears()
        acknowledged = {ana.replies[request]['seq']: text for request, text in asked.items()
                        if ana.replies.get(request, {}).get('ok')}
        self.assertLessEqual({ana.replies[request]['error']['code'] for request in asked
                              if not ana.replies.get(request, {'ok': True})['ok']}, {'closing'})
        shown = {event['seq']: event['text'] for event in ana.events
                 if event['ev'] == 'entry' and event['kind'] == 'message'}
        self.server.start()
        late = self.person(room='Hall')
        entries = late.whole_log('Hall')
        self.dense(entries)
        kept = {entry['seq']: entry.get('text') for entry in entries}
        for seq, text in {**acknowledged, **shown}.items():
            self.assertEqual(kept[seq], text)
        gone = [entry['from'] for entry in entries
                if entry['kind'] == 'left' and entry['reason'] == 'closing']
        self.assertEqual(sorted(gone), sorted(person.name for person in self.people_here))
        self.server.stop()


if __name__ == '__main__':
    tap.main()
