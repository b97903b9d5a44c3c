#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first two words of a connection, and who one is afterwards."""

import re

import tap
from hallway_server import LINE_MAX, PAGE_MAX, TEXT_MAX, ServerTest


class Hello(ServerTest):
    options = {'idle': '120', 'dead': '30', 'name': 'Room 204 – Ünïcode'}

    def test_hello_tells_everything_about_the_server(self):
        hello = self.connect().hello()
        self.assertEqual(hello['version'], 1)
        self.assertEqual(hello['server']['id'], self.server.id)
        self.assertEqual(hello['server']['name'], 'Room 204 – Ünïcode')
        self.assertTrue(hello['server']['software'])
        self.has(hello['limits'], line=LINE_MAX, text=TEXT_MAX, name=32, room=48, page=PAGE_MAX)
        self.has(hello['timing'], ping=10, dead=30, idle=120, grace=15)
        self.assertTrue(all(isinstance(feature, str) for feature in hello['features']))
        self.assertEqual(hello['fingerprint'], self.server.fingerprint)
        self.assertRegex(hello['fingerprint'], r'\A[0-9a-f]{64}\Z')

    def test_everything_else_comes_after_hello(self):
        client = self.connect()
        for op in ['ping', 'echo', 'login', 'rooms', 'create', 'join', 'leave', 'say', 'history',
                   'members', 'typing', 'logout', 'admin', 'log-list', 'log-read', 'shutdown']:
            client.refuse('hello-first', op)
        client.hello()

    def test_second_hello(self):
        client = self.greet()
        client.refuse('bad-request', 'hello', versions=[1], client='again')
        client.request('ping')

    def test_refused_hello_may_be_said_again(self):
        client = self.connect()
        client.refuse('bad-request', 'hello', field='versions', client='x')
        client.refuse('bad-request', 'hello', field='client', versions=[1])
        client.hello()

    def test_hello_of_wrong_types(self):
        for field, value in [('versions', 1), ('versions', '1'), ('versions', {}),
                             ('versions', ['1']), ('versions', [True]), ('versions', None),
                             ('client', 7), ('client', []), ('client', None)]:
            with self.subTest(field=field, value=value):
                self.connect().refuse('bad-request', 'hello', field=field,
                                      **{'versions': [1], 'client': 'x', field: value})

    def test_common_version_among_others(self):
        for versions in [[1], [2, 1], [1, 1], [99, 3, 1, 2], list(range(1, 2000))]:
            self.assertEqual(self.connect().hello(versions=versions)['version'], 1)

    def test_no_common_version(self):
        for versions in [[2], [99, 100], []]:
            with self.subTest(versions=versions):
                client = self.connect()
                error = client.refuse('version', 'hello', versions=versions, client='x')
                self.assertEqual(error['versions'], [1])
                client.expect_close()


class Login(ServerTest):

    def test_login_comes_first(self):
        client = self.greet()
        for op, fields in [('create', {'room': 'x'}), ('join', {'room': 'x'}),
                           ('leave', {'room': 'x'}), ('say', {'room': 'x', 'text': 'x'}),
                           ('history', {'room': 'x'}), ('typing', {'room': 'x'})]:
            with self.subTest(op=op):
                client.refuse('login-first', op, **fields)
        client.login(self.fresh('Ana'))

    def test_echo_and_ping_need_no_login(self):
        client = self.greet()
        self.assertEqual(client.request('echo', text='a')['text'], 'a')
        self.assertIsInstance(client.request('ping')['at'], int)

    def test_login_tells_who_one_is(self):
        client = self.greet()
        reply = client.login('Ana Luísa')
        self.assertEqual(reply['name'], 'Ana Luísa')
        self.assertIs(reply['guest'], True)
        self.assertIs(reply['resumed'], False)
        self.assertTrue(isinstance(reply['token'], str) and len(reply['token']) >= 16)

    def test_tokens_differ(self):
        tokens = {self.person().token for _ in range(20)}
        self.assertEqual(len(tokens), 20)

    def test_second_login(self):
        client = self.person()
        client.refuse('bad-request', 'login', name=self.fresh('Other'))
        client.refuse('bad-request', 'login', token=client.token)
        client.request('ping')

    def test_login_of_wrong_types(self):
        client = self.greet()
        for field, value in [('name', 7), ('name', True), ('name', []), ('token', 7),
                             ('takeover', 'yes'), ('takeover', 1), ('password', 7),
                             ('direct', 'here'), ('direct', [])]:
            with self.subTest(field=field, value=value):
                client.refuse('bad-request', 'login', field=field, **{'name': 'Bo', field: value})
        client.login(self.fresh('Bo'))

    def test_name_in_use_in_any_spelling(self):
        ana = self.person('Straßenkatze')
        client = self.greet()
        for name in ['Straßenkatze', 'STRASSENKATZE', ' straßenkatze ', 'Stra\u00dfen\u00adkatze'
                     .replace('\u00ad', ''), 'Ｓtrassenkatze']:
            client.refuse('name-in-use', 'login', field='name', name=name)
        ana.request('logout')
        ana.expect_close()
        client.login('strassenkatze')

    def test_name_is_free_after_logout(self):
        for _ in range(5):
            client = self.person('Comes and goes')
            client.request('logout')
            client.expect_close()

    def test_name_taken_by_two_at_once_goes_to_one(self):
        name = self.fresh('Twins')
        clients = [self.greet() for _ in range(10)]
        asked = [client.ask('login', name=name) for client in clients]
        replies = [client.reply(request) for client, request in zip(clients, asked)]
        self.assertEqual(sum(reply['ok'] for reply in replies), 1)
        self.assertEqual({reply['error']['code'] for reply in replies if not reply['ok']},
                         {'name-in-use'})

    def test_refused_login_may_be_tried_again(self):
        client = self.greet()
        client.refuse('name-invalid', 'login', field='name', name='')
        client.refuse('password-wrong', 'login', field='token', token='0' * 32)
        client.login(self.fresh())


class Guests(ServerTest):

    def test_guests_get_the_lowest_free_number(self):
        guests = [self.greet() for _ in range(3)]
        self.assertEqual([guest.login()['name'] for guest in guests],
                         ['Guest1', 'Guest2', 'Guest3'])
        guests[1].request('logout')
        guests[1].expect_close()
        self.person('gUEST4')
        late = [self.greet() for _ in range(2)]
        self.assertEqual([guest.login()['name'] for guest in late], ['Guest2', 'Guest5'])


class Tokens(ServerTest):
    options = {'grace': '300'}

    def test_token_brings_back_name_and_rooms(self):
        room = self.fresh()
        ana, bob = self.person('Ana', room), self.person('Bob', room)
        ana.close()
        again = self.greet()
        reply = again.login(token=ana.token)
        self.assertEqual((reply['name'], reply['resumed'], reply['guest']), ('Ana', True, True))
        bob.say(room, 'welcome back')
        again.event('entry', room=room, kind='message', text='welcome back')
        again.say(room, 'thanks')
        bob.has_no('entry', kind='left')
        bob.has_no('entry', kind='joined')
        self.assertEqual([entry['kind'] for entry in bob.whole_log(room)],
                         ['created', 'joined', 'joined', 'message', 'message'])

    def test_joining_after_resume_catches_up(self):
        room = self.fresh()
        cleo, dan = self.person('Cleo', room), self.person('Dan', room)
        seen = cleo.say(room, 'one')['seq']
        cleo.close()
        for text in ['two', 'three']:
            dan.say(room, text)
        again = self.greet()
        again.login(token=cleo.token)
        reply = again.join(room, after=seen)
        self.assertEqual([entry['text'] for entry in reply['entries']], ['two', 'three'])
        self.assertEqual(reply['last'], seen + 2)

    def test_token_alone_takes_over_from_a_living_connection(self):
        room = self.fresh()
        eve, fay = self.person('Eve', room), self.person('Fay', room)
        again = self.greet()
        self.assertTrue(again.login(token=eve.token)['resumed'])
        self.assertEqual(eve.event('kicked')['code'], 'taken-over')
        eve.expect_close()
        again.say(room, 'me again')
        fay.event('entry', text='me again', **{'from': 'Eve'})
        fay.has_no('entry', kind='left')

    def test_name_beside_a_token_is_ignored(self):
        gil = self.person('Gil')
        gil.close()
        again = self.greet()
        self.assertEqual(again.login('Somebody Else', token=gil.token)['name'], 'Gil')

    def test_name_in_grace_is_in_use_for_others(self):
        room = self.fresh()
        hal, ida = self.person('Hal', room), self.person('Ida', room)
        hal.close()
        self.greet().refuse('name-in-use', 'login', field='name', name='HAL')
        names = [member['name'] for member in ida.request('members', room=room)['members']]
        self.assertEqual(names, ['Hal', 'Ida'])

    def test_unknown_token(self):
        client = self.greet()
        for token in ['', 'x', '0' * 32, '0' * 64, 'é' * 40]:
            client.refuse('password-wrong', 'login', field='token', token=token)

    def test_token_ends_with_logout(self):
        client = self.person()
        client.request('logout')
        client.expect_close()
        self.greet().refuse('password-wrong', 'login', field='token', token=client.token)

    def test_tokens_do_not_outlive_the_process(self):
        server = self.new_server(grace='300').start()
        client = self.connect(server)
        client.hello()
        client.login('Ana')
        server.restart()
        again = self.connect(server)
        again.hello()
        again.refuse('password-wrong', 'login', field='token', token=client.token)
        again.login('Ana')
        again.close()
        server.stop()


class Identity(ServerTest):

    def test_id_and_fingerprint_stay_over_restarts(self):
        server = self.new_server().start()
        first = (server.id, server.fingerprint)
        server.restart()
        self.assertEqual((server.id, server.fingerprint), first)
        other = self.new_server().start()
        self.assertNotEqual(other.id, server.id)
        self.assertNotEqual(other.fingerprint, server.fingerprint)
        self.assertTrue(re.fullmatch(r'[!-~]+', server.id))
        server.stop()
        other.stop()


if __name__ == '__main__':
    tap.main()
