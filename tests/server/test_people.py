#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People: finding one another, reaching one another straight, changing one's name."""

import os
import time

import tap
from hallway_server import ServerTest, pump
from people import PeopleTest

FINGERPRINT = '0123456789abcdef' * 4


class Who(PeopleTest):

    def row(self, client, name):
        return next((row for row in client.request('who')['users'] if row['name'] == name), None)

    def test_everyone_is_listed_with_their_rooms(self):
        room, other = self.fresh(), self.fresh()
        ana, bob, cleo = self.person(room=room), self.person(room=room), self.person()
        self.enter(ana, other)
        row = self.row(cleo, ana.name)
        self.has(row, guest=True, direct=False, focus=False, admin=False)
        self.assertIsInstance(row['idle'], int)
        self.assertEqual(sorted(row['rooms']), sorted([room, other]))
        self.assertEqual(self.row(cleo, bob.name)['rooms'], [room])
        self.assertEqual(self.row(cleo, cleo.name)['rooms'], [])

    def test_locked_rooms_are_named_only_to_those_inside(self):
        room = self.fresh('Secret')
        ana, bob, cleo = self.people(3)
        ana.create(room, password='sesame')
        bob.join(room, password='sesame')
        self.assertEqual(self.row(bob, ana.name)['rooms'], [room])
        self.assertEqual(self.row(cleo, ana.name)['rooms'], [])

    def test_people_are_sorted_and_can_be_asked_for_from_a_name_on(self):
        for name in ['who zoe', 'Who Ana', 'WHO BERT', 'who Émile']:
            self.person(name)
        client = self.person()

        def listed(**fields):
            reply = client.request('who', **fields)
            return [row['name'] for row in reply['users'] if row['name'].lower()[:4] == 'who ']

        self.assertEqual(listed(), ['Who Ana', 'WHO BERT', 'who zoe', 'who Émile'])
        self.assertEqual(listed(start='who bert'), ['who zoe', 'who Émile'])
        self.assertEqual(listed(start='WHO C'), ['who zoe', 'who Émile'])
        self.assertEqual(listed(start='who émile'), [])

    def test_who_came_and_went(self):
        ana, bob = self.people(2)
        self.gone(bob)
        self.assertIsNone(self.row(ana, bob.name))

    def test_members_can_be_asked_for_from_a_name_on(self):
        room = self.fresh()
        for name in ['mb zoe', 'MB Ana', 'mb Bert']:
            client = self.person(name, room)
        reply = client.request('members', room=room, start='mb ana')
        self.assertEqual([row['name'] for row in reply['members']], ['mb Bert', 'mb zoe'])


class Direct(PeopleTest):

    def listener(self, port=4444):
        client = self.greet()
        client.login(self.fresh('Listener'), direct={'port': port, 'fingerprint': FINGERPRINT})
        return client

    def test_where_somebody_listens(self):
        ana, bob = self.listener(4711), self.person()
        self.has(bob.request('where', name=ana.name.upper()), address='127.0.0.1', port=4711,
                 fingerprint=FINGERPRINT)
        ana.refuse('not-direct', 'where', name=bob.name)
        ana.refuse('no-such-user', 'where', field='name', name='Nobody at all')
        ana.refuse('bad-request', 'where', field='name')

    def test_who_listens_is_seen(self):
        room = self.fresh()
        ana, bob = self.listener(), self.person(room=room)
        ana.join(room)
        direct = {row['name']: row['direct']
                  for row in bob.request('members', room=room)['members']}
        self.assertEqual(direct, {ana.name: True, bob.name: False})

    def test_who_comes_back_by_token_listens_where_that_says(self):
        ana, bob = self.listener(4711), self.person()
        for direct, port in [({'port': 4712, 'fingerprint': FINGERPRINT}, 4712), (None, None)]:
            again = self.greet()
            again.login(token=ana.token, **({'direct': direct} if direct else {}))
            if port:
                self.assertEqual(bob.request('where', name=ana.name)['port'], port)
            else:
                bob.refuse('not-direct', 'where', name=ana.name)
            ana.token = again.token

    def test_direct_of_wrong_values(self):
        client = self.greet()
        for direct in [{}, {'port': 1}, {'fingerprint': FINGERPRINT}, [],
                       *({'port': port, 'fingerprint': FINGERPRINT}
                         for port in [0, -1, 65536, '80', None, 1.5]),
                       *({'port': 80, 'fingerprint': fingerprint}
                         for fingerprint in ['', 'x' * 64, 'a' * 63, 'a' * 65, 7, None,
                                             FINGERPRINT.upper()])]:
            with self.subTest(direct=direct):
                client.refuse('bad-request', 'login', name='Nobody', direct=direct)

    def test_unreachable_person_who_answers_is_alive(self):
        ana, bob = self.people(2)
        request = ana.ask('unreachable', name=bob.name)
        n = bob.event('ping')['n']
        bob.send(op='pong', n=n)
        self.assertIs(ana.reply(request)['alive'], True)
        bob.request('echo', text='x')
        self.assertFalse(bob.errors)

    def test_two_ask_about_the_same_person(self):
        ana, bob, cleo = self.people(3)
        asked = [ana.ask('unreachable', name=cleo.name), bob.ask('unreachable', name=cleo.name)]
        cleo.send(op='pong', n=cleo.event('ping')['n'])
        while not (asked[0] in ana.replies and asked[1] in bob.replies):
            for client in [ana, bob, cleo]:
                client.read_for(0.05)
            if event := cleo.find_event('ping'):
                cleo.events.remove(event)
                cleo.send(op='pong', n=event['n'])
        self.assertTrue(ana.reply(asked[0])['alive'] and bob.reply(asked[1])['alive'])

    def test_unreachable_person_who_does_not_answer_is_lost(self):
        server = self.new_server(grace=1).start()
        ana, bob = self.connect(server), self.connect(server)
        for client, name in [(ana, 'Ana'), (bob, 'Bob')]:
            client.hello()
            client.login(name)
            self.enter(client, 'Hall')
        began = time.monotonic()
        reply = ana.request('unreachable', name='Bob')
        self.assertIs(reply['alive'], False)
        self.assertGreater(time.monotonic() - began, 1.8)
        bob.wait(lambda: bob.end, 'the connection is ended')
        self.has(ana.event('entry', kind='left'), reason='lost', **{'from': 'Bob'})
        ana.refuse('no-such-user', 'unreachable', field='name', name='Bob')
        server.stop()

    def test_who_waits_for_the_server_is_not_unreachable(self):
        """It is not read from meanwhile: here while passwords are hashed, which takes long."""
        room = self.fresh()
        ana, bob = self.people(2, room)
        began = time.monotonic()
        ana.create(self.fresh(), password='sesame')
        one = time.monotonic() - began
        others = self.people(min(300, int(4 / one) * os.cpu_count()))
        for other in others:
            other.ask('create', room=self.fresh(), password='sesame')
        asked = bob.ask('protect', password='pass word')
        bob.flush()
        alive = ana.request('unreachable', name=bob.name)['alive']
        self.assertTrue(bob.reply(asked)['ok'])
        self.assertTrue(alive)
        bob.say(room, 'here all the time')
        pump(others, lambda: all(other.last_id in other.replies for other in others),
             'all is hashed')

    def test_pong_that_nobody_asked_for(self):
        ana = self.person()
        ana.send(op='pong', n=99)
        ana.send(op='pong', n=99, id=4711)  # gets no reply either
        ana.request('ping')
        self.assertFalse(ana.errors or ana.events or ana.replies)


class Rename(PeopleTest):

    def test_new_name_is_told_in_every_room(self):
        rooms = [self.fresh(), self.fresh()]
        ana, bob = self.people(2)
        for room in rooms:
            self.enter(bob, room)
            self.enter(ana, room)
        old, new = ana.name, self.fresh('Renamed')
        self.assertEqual(ana.request('rename', name=f'  {new} ')['name'], new)
        for room in rooms:
            self.has(bob.event('entry', kind='renamed', room=room), to=new, **{'from': old})
            names = [row['name'] for row in bob.request('members', room=room)['members']]
            self.assertIn(new, names)
            self.assertNotIn(old, names)
        ana.say(rooms[0], 'as another')
        bob.event('entry', text='as another', **{'from': new})
        self.greet().login(old)

    def test_names_that_cannot_be_taken(self):
        ana, bob, cleo = self.person(), self.person(), self.protected()
        ana.refuse('name-in-use', 'rename', field='name', name=bob.name.upper())
        ana.refuse('password-needed', 'rename', name=cleo.name)
        self.gone(cleo)
        ana.refuse('password-needed', 'rename', name=cleo.name)
        for name in ['', '/me', 'x' * 33, 'x\u202ey']:
            ana.refuse('name-invalid', 'rename', field='name', name=name)
        ana.refuse('bad-request', 'rename', field='name')
        ana.refuse('bad-request', 'rename', field='name', name=7)

    def test_ones_own_name_in_other_letters(self):
        room = self.fresh()
        ana, bob = self.person('jose maría', room), self.person(room=room)
        ana.request('rename', name='José María'.replace('é', 'e'))
        self.has(bob.event('entry', kind='renamed'), to='Jose María', **{'from': 'jose maría'})
        self.gone(ana)

    def test_name_one_has_already_is_no_news(self):
        room = self.fresh()
        ana, bob = self.person(room=room), self.person(room=room)
        self.assertEqual(ana.request('rename', name=ana.name)['name'], ana.name)
        ana.say(room, 'next')
        self.has(bob.event('entry', kind='message'), text='next')
        bob.has_no('entry', kind='renamed')

    def test_token_follows_the_name(self):
        ana = self.person()
        new = self.fresh('Renamed')
        ana.request('rename', name=new)
        ana.close()
        again = self.greet()
        self.has(again.login(token=ana.token), name=new, resumed=True)


class Active(ServerTest):
    options = {'idle': 3}

    def test_active_is_activity(self):
        ana = self.person()
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            ana.request('active')
            ana.read_for(0.2)
        ana.has_no('kicked')


if __name__ == '__main__':
    tap.main()
