#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that belong to somebody: protecting, taking over, guessing, and servers without guests."""

import os
import time

import tap
from hallway_server import PATIENCE, ServerTest

PASSWORD = 'pass word'
ADMIN = 'admin password'


class AccountsTest(ServerTest):
    admin_password = ADMIN

    def protected(self, name=None):
        person = self.person(name or self.fresh('Owner'))
        person.request('protect', password=PASSWORD)
        return person

    def gone(self, person):
        person.request('logout')
        person.expect_close()


class Protect(AccountsTest):

    def test_protected_name_needs_its_password(self):
        ana = self.protected('Protected Ána')
        self.gone(ana)
        client = self.greet()
        for name in ['Protected Ána', 'PROTECTED A\u0301NA']:
            client.refuse('password-needed', 'login', field='password', name=name)
        client.refuse('password-wrong', 'login', field='password', name=ana.name,
                      password='wrong word')
        reply = client.login(ana.name, password=PASSWORD)
        self.has(reply, guest=False, resumed=False)

    def test_password_is_asked_for_first_whether_in_use_or_not(self):
        ana = self.protected()
        client = self.greet()
        client.refuse('password-needed', 'login', name=ana.name)
        client.refuse('password-wrong', 'login', name=ana.name, password='wrong word')
        client.refuse('name-in-use', 'login', name=ana.name, password=PASSWORD)

    def test_protecting_makes_a_guest_a_guest_no_more(self):
        room = self.fresh()
        ana, bob = self.person(room=room), self.person(room=room)
        for password, guest in [(PASSWORD, False), (None, True)]:
            ana.request('protect', password=password)
            guests = {row['name']: row['guest']
                      for row in bob.request('members', room=room)['members']}
            self.assertEqual(guests, {ana.name: guest, bob.name: True})

    def test_protection_can_be_ended(self):
        ana = self.protected()
        ana.request('protect', password=None)
        self.gone(ana)
        self.assertTrue(self.greet().login(ana.name)['guest'])

    def test_password_can_be_changed(self):
        ana = self.protected()
        ana.request('protect', password='another word')
        self.gone(ana)
        client = self.greet()
        client.refuse('password-wrong', 'login', name=ana.name, password=PASSWORD)
        client.login(ana.name, password='another word')

    def test_weak_passwords(self):
        ana = self.person()
        for password in ['', 'x', 'seven77', '😀' * 7]:
            ana.refuse('password-weak', 'protect', field='password', password=password)
        for password in [7, True, ['long enough']]:
            ana.refuse('bad-request', 'protect', field='password', password=password)
        ana.request('protect', password='😀' * 8)
        self.gone(ana)
        self.greet().login(ana.name, password='😀' * 8)

    def test_passwords_of_all_lengths_are_taken_or_refused(self):
        self.server = self.new_server()
        self.server.set_admin_password('é' * 255 + 'x')  # 511 bytes
        self.server.start()
        client, room = self.person(), self.fresh()
        for password in ('x' * 511, 'é' * 255 + 'x', '😀' * 127 + 'xxx'):
            client.request('protect', password=password)
            other = self.greet()
            other.refuse('password-wrong', 'login', name=client.name, password=password[:-1])
            other.refuse('name-in-use', 'login', name=client.name, password=password)
        client.create(room, password=password)
        other.login()
        other.refuse('room-password', 'join', room=room, password=password[:-1])
        other.join(room, password=password)
        other.request('admin', password='é' * 255 + 'x')
        for password in ('x' * 512, 'é' * 256):
            stranger = self.greet()
            for who, op, fields in [(client, 'protect', {}),
                                    (client, 'create', {'room': self.fresh()}),
                                    (client, 'join', {'room': room}), (client, 'admin', {}),
                                    (client, 'shutdown', {}),
                                    (stranger, 'login', {'name': client.name}),
                                    (other, 'account-add', {'name': 'Somebody new'})]:
                with self.subTest(op=op, bytes=len(password.encode())):
                    who.refuse('bad-request', op, field='password', password=password, **fields)
        self.server.stop()

    def test_password_is_kept_as_a_hash_only(self):
        self.person().request('protect', password='an unusual password')
        for folder, _, files in os.walk(self.server.data):
            for name in files:
                with open(os.path.join(folder, name), 'rb') as file:
                    self.assertNotIn(b'an unusual password', file.read())

    def test_protection_outlives_crash_and_restart(self):
        server = self.new_server().start()
        client = self.connect(server)
        client.hello()
        client.login('Ana')
        client.request('protect', password=PASSWORD)
        server.kill()
        server.start()
        for _ in range(2):
            client = self.connect(server)
            client.hello()
            client.refuse('password-needed', 'login', name='ana')
            client.login('Ana', password=PASSWORD)
            server.restart()
        server.stop()

    def test_guest_names_that_are_protected_are_not_given_away(self):
        server = self.new_server().start()
        clients = [self.connect(server) for _ in range(2)]
        for client in clients:
            client.hello()
        self.assertEqual(clients[0].login()['name'], 'Guest1')
        clients[0].request('protect', password=PASSWORD)
        self.gone(clients[0])
        self.assertEqual(clients[1].login()['name'], 'Guest2')
        server.stop()


class Takeover(AccountsTest):
    options = {'grace': 300}

    def test_password_and_takeover_bring_name_and_rooms(self):
        room = self.fresh()
        ana, bob = self.protected(), self.person(room=room)
        ana.join(room)
        again = self.greet()
        reply = again.login(ana.name, password=PASSWORD, takeover=True)
        self.has(reply, resumed=True, guest=False, name=ana.name)
        self.assertEqual(ana.event('kicked')['code'], 'taken-over')
        ana.expect_close()
        again.say(room, 'from here on')
        bob.event('entry', text='from here on')
        bob.has_no('entry', kind='left')
        self.assertEqual([entry['kind'] for entry in bob.whole_log(room)],
                         ['created', 'joined', 'joined', 'message'])

    def test_token_and_takeover(self):
        ana = self.person()
        again = self.greet()
        self.assertTrue(again.login(token=ana.token, takeover=True)['resumed'])
        ana.event('kicked', code='taken-over')
        ana.expect_close()

    def test_takeover_without_a_password_takes_nothing(self):
        ana, bob = self.person(), self.protected()
        client = self.greet()
        client.refuse('name-in-use', 'login', name=ana.name, takeover=True)
        client.refuse('name-in-use', 'login', name=ana.name, takeover=True, password=PASSWORD)
        client.refuse('password-needed', 'login', name=bob.name, takeover=True)
        client.refuse('password-wrong', 'login', name=bob.name, takeover=True, password='x' * 9)
        ana.request('ping')
        bob.request('ping')

    def test_takeover_of_a_name_that_is_free(self):
        ana = self.protected()
        self.gone(ana)
        reply = self.greet().login(ana.name, password=PASSWORD, takeover=True)
        self.assertIs(reply['resumed'], False)

    def test_right_password_takes_a_name_back_from_grace(self):
        room = self.fresh()
        ana, bob = self.protected(), self.person(room=room)
        ana.join(room)
        ana.close()
        deadline = time.monotonic() + PATIENCE
        while True:  # until the server has seen the lost link
            again = self.greet()
            reply = again.reply(again.ask('login', name=ana.name, password=PASSWORD))
            if reply['ok']:
                break
            self.assertEqual(reply['error']['code'], 'name-in-use')
            self.assertLess(time.monotonic(), deadline)
        self.assertIs(reply['resumed'], True)
        again.say(room, 'back')
        bob.event('entry', text='back')
        self.assertEqual([entry['kind'] for entry in bob.whole_log(room)],
                         ['created', 'joined', 'joined', 'message'])


class WrongPasswords(AccountsTest):

    def test_three_wrong_tries_for_a_name_are_enough(self):
        ana, other = self.protected(), self.protected()
        self.gone(ana)
        clients = [self.greet(), self.greet()]
        for number in range(3):
            clients[number % 2].refuse('password-wrong', 'login', name=ana.name,
                                       password=f'guess {number}')
        for client in clients:
            error = client.refuse('too-many-tries', 'login', name=ana.name.upper(),
                                  password=PASSWORD)
            self.assertTrue(0 < error['retry'] <= 60_000)
        clients[0].refuse('password-wrong', 'login', name=other.name, password='wrong word')
        clients[1].login(self.fresh())

    def test_success_ends_the_count(self):
        ana = self.protected()
        self.gone(ana)
        for _ in range(3):
            client = self.greet()
            for _ in range(2):
                client.refuse('password-wrong', 'login', name=ana.name, password='wrong word')
            client.login(ana.name, password=PASSWORD)
            self.gone(client)

    def test_tries_at_once_do_not_slip_through(self):
        ana = self.protected()
        self.gone(ana)
        clients = [self.greet() for _ in range(8)]
        asked = [client.ask('login', name=ana.name, password=f'guess no. {number}')
                 for number, client in enumerate(clients)]
        codes = [client.reply(request)['error']['code']
                 for client, request in zip(clients, asked)]
        self.assertEqual(codes.count('password-wrong'), 3, codes)
        self.assertEqual(codes.count('too-many-tries'), 5, codes)

    def test_other_addresses_count_for_themselves(self):
        ana = self.protected()
        self.gone(ana)
        here, there = self.greet(), self.greet(source='127.0.0.9')
        for _ in range(3):
            here.refuse('password-wrong', 'login', name=ana.name, password='wrong word')
        here.refuse('too-many-tries', 'login', name=ana.name, password=PASSWORD)
        there.login(ana.name, password=PASSWORD)


class AdminsAccounts(AccountsTest):
    options = {'guests': 'no'}

    def test_only_names_with_an_account_log_in(self):
        client = self.greet()
        client.refuse('account-needed', 'login', name='Somebody')
        client.refuse('account-needed', 'login')
        admin = self.admin()
        admin.request('account-add', name='Sömebody', password=PASSWORD)
        client.refuse('password-needed', 'login', name='SÖMEBODY')
        self.assertIs(client.login('Sömebody', password=PASSWORD)['guest'], False)

    def test_adding_listing_and_removing(self):
        admin = self.admin()
        names = ['acc Zoe', 'Acc Ana', 'ACC BERT']
        for name in names:
            admin.request('account-add', name=name, password=PASSWORD)

        def listed(**fields):
            return [row['name'] for row in admin.request('accounts', **fields)['accounts']
                    if row['name'].lower()[:4] == 'acc ']

        self.assertEqual(listed(), ['Acc Ana', 'ACC BERT', 'acc Zoe'])
        self.assertEqual(listed(start='acc bert'), ['acc Zoe'])
        admin.refuse('name-in-use', 'account-add', field='name', name='ACC ANA', password=PASSWORD)
        admin.request('account-remove', name='acc ana')
        self.assertEqual(listed(), ['ACC BERT', 'acc Zoe'])
        admin.refuse('no-such-user', 'account-remove', field='name', name='acc ana')
        self.greet().refuse('account-needed', 'login', name='acc ana', password=PASSWORD)
        admin.request('account-add', name='acc ana', password='another word')
        self.greet().login('acc ana', password='another word')

    def test_who_is_here_is_a_guest_as_long_as_the_name_has_no_account(self):
        self.server = self.new_server()
        self.server.set_admin_password(ADMIN)
        self.server.start()
        ana, admin = self.person('Ana', room='Hall'), self.admin()
        for op, fields, guest in [('account-add', {'password': PASSWORD}, False),
                                  ('account-remove', {}, True)]:
            admin.request(op, name='ANA', **fields)
            self.assertIs(ana.request('members', room='Hall')['members'][0]['guest'], guest)
        self.server.stop()

    def test_account_rows_tell_the_last_login(self):
        admin = self.admin()
        admin.request('account-add', name='Logs in', password=PASSWORD)
        client = self.greet()
        client.login('Logs in', password=PASSWORD)
        row = next(row for row in admin.request('accounts')['accounts']
                   if row['name'] == 'Logs in')
        self.assertLess(abs(row['last'] - time.time() * 1000), 600_000)

    def test_account_of_wrong_values(self):
        admin = self.admin()
        admin.refuse('name-invalid', 'account-add', field='name', name='/x', password=PASSWORD)
        admin.refuse('password-weak', 'account-add', field='password', name='Weak', password='x')
        admin.refuse('bad-request', 'account-add', field='name', password=PASSWORD)
        admin.refuse('bad-request', 'account-add', field='password', name='Weak')
        client = self.greet()
        for op in ['accounts', 'account-add', 'account-remove']:
            client.refuse('not-admin', op, name='x', password=PASSWORD)


if __name__ == '__main__':
    tap.main()
