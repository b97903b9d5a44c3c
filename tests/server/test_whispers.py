#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whispers: at once, held, stored, confirmed; and being left in peace."""

import socket
import time

import tap
from hallway_server import PATIENCE, TEXT_MAX
from people import PeopleTest


class Whispers(PeopleTest):

    def test_whisper_reaches_one_person(self):
        room = self.fresh()
        ana, bob, cleo = self.people(3, room)
        before = time.time() * 1000
        reply = ana.request('whisper', to=bob.name, text='psst')
        self.assertEqual(reply['delivered'], 'now')
        self.assertTrue(before - 5000 < reply['at'] < before + 60_000)
        event = bob.event('whisper')
        self.has(event, text='psst', at=reply['at'], **{'from': ana.name})
        self.assertFalse(event.get('held', False))
        cleo.has_no('whisper')
        self.assertEqual(len(ana.whole_log(room)), 4)

    def test_whisper_needs_no_common_room(self):
        ana, bob = self.people(2)
        ana.request('whisper', to=bob.name.upper(), text='by another spelling')
        bob.event('whisper', text='by another spelling')

    def test_whisper_to_nobody(self):
        ana, bob = self.people(2)
        ana.refuse('no-such-user', 'whisper', field='to', to='Nobody at all', text='x')
        self.gone(bob)
        ana.refuse('no-such-user', 'whisper', field='to', to=bob.name, text='x')

    def test_texts_follow_the_same_rules_as_in_rooms(self):
        ana, bob = self.people(2)
        for text in ['', 'x' * (TEXT_MAX + 1), 'é' * (TEXT_MAX // 2) + 'x', 'a\rb', 'a\x07b', None, 7]:
            with self.subTest(text=str(text)[:10]):
                ana.refuse('bad-request', 'whisper', field='text', to=bob.name, text=text)
        for field, value in [('to', None), ('to', 7), ('key', ''), ('key', 'k' * 65), ('key', 7)]:
            with self.subTest(field=field, value=value):
                ana.refuse('bad-request', 'whisper', field=field,
                           **{'to': bob.name, 'text': 'x', field: value})
        for text in ['é' * (TEXT_MAX // 2), 'two\nlines\tand a tab', '😀']:
            ana.request('whisper', to=bob.name, text=text)
            self.assertEqual(bob.event('whisper')['text'], text)

    def test_same_key_is_delivered_once(self):
        ana, bob, cleo = self.people(3)
        first = ana.request('whisper', to=bob.name, text='once', key='w1')
        for _ in range(3):
            self.assertEqual(ana.request('whisper', to=bob.name, text='once', key='w1')['at'],
                             first['at'])
        ana.request('whisper', to=cleo.name, text='another person', key='w1')
        cleo.request('whisper', to=bob.name, text='another author', key='w1')
        ana.request('whisper', to=bob.name, text='another key', key='w2')
        self.assertEqual([(event['text'], event.get('key')) for event in self.whispers(bob, 3)],
                         [('once', 'w1'), ('another author', 'w1'), ('another key', 'w2')])

    def test_order_is_kept(self):
        ana, bob = self.people(2)
        for number in range(200):
            ana.ask('whisper', to=bob.name, text=f't{number}')
        self.assertEqual([event['text'] for event in self.whispers(bob, 200)],
                         [f't{number}' for number in range(200)])

    def test_whisper_for_a_protected_name_waits_for_its_next_login(self):
        ana, bob = self.person(), self.protected()
        self.gone(bob)
        reply = ana.request('whisper', to=bob.name, text='for later', key='w3')
        self.assertEqual(reply['delivered'], 'stored')
        ana.request('whisper', to=bob.name, text='for later', key='w3')
        ana.request('whisper', to=bob.name, text='and this')
        again = self.back(bob)
        events = self.whispers(again, 2)
        self.assertEqual([event['text'] for event in events], ['for later', 'and this'])
        self.has(events[0], at=reply['at'], **{'from': ana.name})
        self.gone(again)
        self.back(bob).has_no('whisper')

    def test_guest_in_grace_is_nobody_to_whisper_to(self):
        ana, bob = self.people(2, self.fresh())
        bob.close()
        deadline = time.monotonic() + PATIENCE
        while (reply := ana.reply(ana.ask('whisper', to=bob.name, text='x')))['ok']:
            self.assertLess(time.monotonic(), deadline)  # until the server has seen it
        self.has(reply['error'], code='no-such-user', field='to')

    def test_whisper_for_a_protected_name_in_grace_is_stored(self):
        ana, bob = self.person(), self.protected()
        bob.close()
        def in_grace():
            return ana.request('whisper', to=bob.name, text='are you there')['delivered']
        tries, deadline = 1, time.monotonic() + PATIENCE
        while in_grace() != 'stored':  # until the server has seen the lost link
            self.assertLess(time.monotonic(), deadline)
            tries += 1
        again = self.greet()
        again.login(token=bob.token)
        self.assertIn('are you there', again.event('whisper')['text'])

    def test_whisper_to_who_goes_at_that_moment_is_not_lost(self):
        """What is answered "now" has arrived; else it is stored, or refused for a guest who is gone."""
        ana, bob = self.person(), self.person()
        for number in range(40):
            if number == 20:
                bob.request('protect', password='pass word')
            asked = ana.ask('whisper', to=bob.name, text=f't{number}', key=f'g{number}')
            bob.socket.shutdown(socket.SHUT_WR)
            reply = ana.reply(asked)
            bob.expect_close()
            again = self.greet()
            again.login(token=bob.token)
            if reply['ok']:
                self.assertIn(reply['delivered'], ['now', 'stored'])
                again.wait(lambda: bob.events or again.events, f'whisper {number}')
            else:
                self.has(reply['error'], code='no-such-user')
                self.assertLess(number, 20)
            again.request('ping')
            came = [(event['text'], event['key']) for event in [*bob.events, *again.events]
                    if event['ev'] == 'whisper']
            self.assertEqual(came, [(f't{number}', f'g{number}')] if reply['ok'] else [])
            again.events.clear()
            bob = again

    def test_whisper_that_was_refused_can_be_sent_again(self):
        """Also where its person went while its key was on the way to the disk."""
        ana, refused = self.person(), 0
        for number in range(60):
            bob = self.person('Bob who comes and goes')
            asked = ana.ask('whisper', to=bob.name, text='x', key=f'r{number}')
            bob.ask('logout')
            reply = ana.reply(asked)
            bob.expect_close()
            if reply['ok']:
                self.assertEqual(len([one for one in bob.events if one['ev'] == 'whisper']), 1)
                continue
            refused += 1
            self.has(reply['error'], code='no-such-user', field='to')
            bob = self.person('Bob who comes and goes')
            self.has(ana.request('whisper', to=bob.name, text='x', key=f'r{number}'),
                     delivered='now')
            bob.event('whisper', key=f'r{number}')
            self.gone(bob)
        self.assertGreater(refused, 0)

    def test_stored_whispers_outlive_a_crash(self):
        server = self.new_server().start()
        ana, bob = self.connect(server), self.connect(server)
        for client, name in [(ana, 'Ana'), (bob, 'Bob')]:
            client.hello()
            client.login(name)
        bob.request('protect', password='pass word')
        self.gone(bob)
        for number in range(20):
            reply = ana.request('whisper', to='Bob', text=f't{number}', key=f'k{number}')
            self.assertEqual(reply['delivered'], 'stored')
        server.kill()
        server.start()
        ana = self.connect(server)
        ana.hello()
        ana.login('Ana')
        ana.request('whisper', to='Bob', text='t7', key='k7')  # known already
        again = self.back(bob, server)
        self.assertEqual([event['text'] for event in self.whispers(again, 20)],
                         [f't{number}' for number in range(20)])
        # They are taken out of the mailbox once they have left: what is kept after that tells when
        again.request('protect', password='pass word')
        server.kill()
        server.start()
        self.back(bob, server).has_no('whisper')
        server.stop()

    def test_mailbox_has_a_limit(self):
        ana, cleo, bob = self.person(), self.person(), self.protected()
        self.gone(bob)
        for number in range(100):
            [ana, cleo][number % 2].request('whisper', to=bob.name, text=f't{number}')
        ana.refuse('mailbox-full', 'whisper', to=bob.name, text='one more')
        cleo.refuse('mailbox-full', 'whisper', to=bob.name, text='one more')
        again = self.back(bob)
        self.assertEqual([event['text'] for event in self.whispers(again, 100)],
                         [f't{number}' for number in range(100)])
        self.gone(again)
        ana.request('whisper', to=bob.name, text='room again')


class Focus(PeopleTest):

    def test_whispers_from_strangers_are_held(self):
        room = self.fresh()
        ana, friend = self.people(2, room)
        stranger, other = self.people(2)
        ana.request('focus', on=True)
        for count in [1, 2]:
            reply = stranger.request('whisper', to=ana.name, text=f'held {count}')
            self.assertEqual(reply['delivered'], 'held')
            self.has(ana.event('held'), count=count, **{'from': stranger.name})
        other.request('whisper', to=ana.name, text='held too')
        self.has(ana.event('held'), count=1, **{'from': other.name})
        self.assertEqual(friend.request('whisper', to=ana.name, text='hi')['delivered'], 'now')
        ana.event('whisper', text='hi')
        ana.has_no('whisper')
        ana.request('focus', on=False)
        events = self.whispers(ana, 3)
        self.assertEqual([(event['text'], event['held']) for event in events],
                         [('held 1', True), ('held 2', True), ('held too', True)])
        self.assertEqual(stranger.request('whisper', to=ana.name, text='x')['delivered'], 'now')

    def test_held_whispers_come_with_leaving_the_last_room(self):
        rooms = [self.fresh(), self.fresh()]
        ana, stranger = self.people(2)
        for room in rooms:
            ana.create(room)
        ana.request('focus', on=True)
        stranger.request('whisper', to=ana.name, text='held')
        ana.request('leave', room=rooms[0])
        ana.has_no('whisper')
        ana.request('leave', room=rooms[1])
        ana.event('whisper', text='held')

    def test_held_whispers_come_when_the_last_room_is_closed(self):
        server = self.new_server()
        server.set_admin_password('open sesame, please')
        self.server, self.admin_password = server.start(), 'open sesame, please'
        ana, stranger = self.person(room='Only one'), self.person()
        ana.request('focus', on=True)
        stranger.request('whisper', to=ana.name, text='held')
        ana.has_no('whisper')
        self.admin().request('room-close', room='Only one')
        self.has(ana.event('whisper', text='held'), held=True)
        server.stop()

    def test_held_and_stored_whispers_share_one_mailbox(self):
        ana, stranger = self.protected(room=self.fresh()), self.person()
        ana.request('focus', on=True)
        for number in range(60):
            reply = stranger.request('whisper', to=ana.name, text=f't{number}')
            self.assertEqual(reply['delivered'], 'held')
        self.gone(ana)
        for number in range(60, 100):
            reply = stranger.request('whisper', to=ana.name, text=f't{number}')
            self.assertEqual(reply['delivered'], 'stored')
        stranger.refuse('mailbox-full', 'whisper', to=ana.name, text='one more')
        self.assertEqual([event['text'] for event in self.whispers(self.back(ana), 100)],
                         [f't{number}' for number in range(100)])

    def test_held_whispers_are_there_after_a_lost_link(self):
        ana, stranger = self.person(room=self.fresh()), self.person()
        ana.request('focus', on=True)
        stranger.request('whisper', to=ana.name, text='held', key='h1')
        again = self.greet()
        self.assertTrue(again.login(token=ana.token)['resumed'])
        again.has_no('whisper')
        stranger.request('whisper', to=ana.name, text='held', key='h1')
        again.request('focus', on=False)
        self.has(self.whispers(again, 1)[0], key='h1', held=True)

    def test_focus_holds_nothing_outside_rooms(self):
        ana, stranger = self.people(2)
        ana.request('focus', on=True)
        self.assertEqual(stranger.request('whisper', to=ana.name, text='x')['delivered'], 'now')

    def test_focus_is_seen_by_others(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        for on in [True, False]:
            ana.request('focus', on=on)
            focus = {row['name']: row['focus']
                     for row in bob.request('members', room=room)['members']}
            self.assertEqual(focus, {ana.name: on, bob.name: False})

    def test_focus_missing_or_mistyped(self):
        ana = self.person()
        for value in [None, 1, 'yes', []]:
            ana.refuse('bad-request', 'focus', field='on', on=value)

    def test_held_whispers_have_a_limit(self):
        room = self.fresh()
        ana, stranger = self.person(room=room), self.person()
        ana.request('focus', on=True)
        for number in range(100):
            stranger.request('whisper', to=ana.name, text=f't{number}')
        stranger.refuse('mailbox-full', 'whisper', to=ana.name, text='one more')
        ana.request('focus', on=False)
        self.assertEqual(len(self.whispers(ana, 100)), 100)

    def test_held_whispers_of_who_goes_come_at_the_next_login(self):
        room = self.fresh()
        ana, stranger = self.protected(room=room), self.person()
        ana.request('focus', on=True)
        stranger.request('whisper', to=ana.name, text='held')
        self.gone(ana)
        self.back(ana).event('whisper', text='held')

    def has_no_mail(self, client):
        """Nothing was in the mailbox, which was read before this is answered."""
        client.create(self.fresh())
        client.has_no('whisper')

    def leave_with_mail(self):
        """A guest for whom a whisper is held, and who sent it."""
        ana, stranger = self.person(room=self.fresh()), self.person()
        ana.request('focus', on=True)
        self.has(stranger.request('whisper', to=ana.name, text='for Ana alone'), delivered='held')
        return ana, stranger

    def test_held_whispers_of_a_guest_are_not_for_who_takes_the_name_next(self):
        ana, stranger = self.leave_with_mail()
        self.gone(ana)
        other = self.greet()
        other.login(ana.name)
        self.has_no_mail(other)
        other.create(self.fresh())
        other.request('focus', on=True)
        stranger.request('whisper', to=ana.name, text='for the other')
        self.assertEqual(other.event('held')['count'], 1)
        other.request('focus', on=False)
        self.assertEqual([event['text'] for event in self.whispers(other, 1)], ['for the other'])

    def test_held_whispers_of_a_guest_who_was_away_for_long_come_with_the_old_token(self):
        ana, stranger = self.leave_with_mail()
        stranger.request('whisper', to=ana.name, text='and this')
        self.gone(ana)
        again = self.greet()
        again.refuse('password-wrong', 'login', field='token', token=ana.token)
        self.assertFalse(again.login(ana.name)['resumed'])
        self.assertEqual([event['text'] for event in self.whispers(again, 2)],
                         ['for Ana alone', 'and this'])
        self.gone(again)
        again = self.greet()
        again.refuse('password-wrong', 'login', field='token', token=ana.token)
        again.login(ana.name)
        self.has_no_mail(again)

    def test_held_whispers_go_along_with_a_new_name(self):
        ana, stranger = self.leave_with_mail()
        old = ana.name
        new = ana.request('rename', name=self.fresh('Anastasia'))['name']
        stranger.request('whisper', to=new, text='and this')
        self.assertEqual(ana.event('held', count=2)['from'], stranger.name)
        other = self.greet()
        other.login(old)
        self.has_no_mail(other)
        ana.request('focus', on=False)
        self.assertEqual([event['text'] for event in self.whispers(ana, 2)],
                         ['for Ana alone', 'and this'])
        ana.request('rename', name=self.fresh('Anna'))
        self.has_no_mail(ana)
        other = self.greet()
        other.login(new)
        self.has_no_mail(other)

    def test_new_name_brings_nothing_that_waited_for_who_had_it_before(self):
        ana, _ = self.leave_with_mail()
        self.gone(ana)
        other = self.person(room=self.fresh())
        other.request('rename', name=ana.name)
        other.request('focus', on=True)
        other.request('focus', on=False)
        self.has_no_mail(other)

    def test_stored_whispers_go_with_the_account(self):
        server = self.new_server(grace=1)
        server.set_admin_password('open sesame, please')
        self.server, self.admin_password = server.start(), 'open sesame, please'
        bob, ana = self.protected(), self.person()
        self.gone(bob)
        self.has(ana.request('whisper', to=bob.name, text='for its owner'), delivered='stored')
        self.admin().request('account-remove', name=bob.name)
        other = self.greet()
        self.assertTrue(other.login(bob.name)['guest'])
        self.has_no_mail(other)
        server.stop()

    def test_held_whispers_of_a_guest_outlive_a_crash(self):
        self.server = self.new_server().start()
        ana, _ = self.leave_with_mail()
        self.server.kill()
        self.server.start()
        again = self.greet()
        again.refuse('password-wrong', 'login', field='token', token=ana.token)
        again.login(ana.name)
        self.has(self.whispers(again, 1)[0], text='for Ana alone', held=True)
        self.server.stop()

    def test_held_whispers_outlive_a_crash(self):
        server = self.new_server().start()
        ana, bob = self.connect(server), self.connect(server)
        for client, name in [(ana, 'Ana'), (bob, 'Bob')]:
            client.hello()
            client.login(name)
        bob.request('protect', password='pass word')
        bob.create('Hall')
        bob.request('focus', on=True)
        for number in range(10):
            reply = ana.request('whisper', to='Bob', text=f't{number}')
            self.assertEqual(reply['delivered'], 'held')
        server.kill()
        server.start()
        self.assertEqual([event['text'] for event in self.whispers(self.back(bob, server), 10)],
                         [f't{number}' for number in range(10)])
        server.stop()


class Receipts(PeopleTest):
    """The feature "receipts": what a client does not confirm is given again to the next one."""

    def confirming(self, name=None, server=None, **how):
        client = self.connect(server)
        self.assertIn('receipts', client.hello(features=['receipts'])['features'])
        client.login(None if 'token' in how else name or self.fresh('Bob'), **how)
        return client

    def texts(self, events):
        return [event['text'] for event in events]

    def test_guest_who_never_heard_of_the_new_token_shows_the_old_one_again(self):
        ana, bob = self.person(), self.confirming()
        ana.request('whisper', to=bob.name, text='for this Bob alone', key='k')
        self.whispers(bob, 1)
        self.gone(bob)
        for _ in range(3):
            # Each link is lost before it hears its new token
            again = self.connect()
            again.hello(features=['receipts'])
            again.refuse('password-wrong', 'login', field='token', token=bob.token)
            again.login(bob.name)
            self.assertEqual(self.texts(self.whispers(again, 1)), ['for this Bob alone'])
            self.gone(again)
        other = self.confirming(bob.name)
        other.has_no('whisper')

    def test_what_is_not_confirmed_comes_again(self):
        ana, bob = self.person(), self.confirming()
        for number in range(3):
            reply = ana.request('whisper', to=bob.name, text=f't{number}', key=f'k{number}')
            self.assertEqual(reply['delivered'], 'now')
        events = self.whispers(bob, 3)
        self.assertEqual([event['n'] for event in events], [1, 2, 3])
        bob.request('received', n=2)
        bob.request('whisper', to=bob.name, text='own', key='o')
        bob.close()
        again = self.confirming(token=bob.token)
        events = self.whispers(again, 2)
        self.assertEqual(self.texts(events), ['t2', 'own'])
        self.has(events[0], key='k2', n=1)
        again.send(op='received', n=2)
        again.request('ping')
        again.close()
        self.confirming(token=bob.token).has_no('whisper')

    def test_number_that_was_not_given(self):
        bob = self.confirming()
        bob.request('received', n=7)
        bob.refuse('bad-request', 'received', field='n', n=0)
        bob.refuse('bad-request', 'received', field='n')
        self.person().request('received', n=1)

    def test_who_does_not_know_it_sees_nothing_of_it(self):
        ana, bob = self.person(), self.person()
        ana.request('whisper', to=bob.name, text='x', key='k')
        self.assertNotIn('n', self.whispers(bob, 1)[0])
        bob.close()
        again = self.greet()
        again.login(token=bob.token)
        again.has_no('whisper')

    def test_what_was_not_confirmed_goes_to_any_client_once(self):
        ana, bob = self.person(), self.confirming()
        ana.request('whisper', to=bob.name, text='x', key='k')
        self.whispers(bob, 1)
        bob.close()
        for count in [1, 0]:
            again = self.greet()
            again.login(token=bob.token)
            self.assertEqual(len(self.whispers(again, count)), count)
            again.close()

    def test_whisper_without_a_key_is_not_kept(self):
        ana, bob = self.person(), self.confirming()
        ana.request('whisper', to=bob.name, text='x')
        self.assertNotIn('n', self.whispers(bob, 1)[0])
        bob.close()
        self.confirming(token=bob.token).has_no('whisper')

    def test_held_and_stored_ones_wait_for_word_too(self):
        room = self.fresh()
        ana, bob = self.person(), self.confirming()
        bob.create(room)
        bob.request('protect', password='pass word')
        bob.request('focus', on=True)
        ana.request('whisper', to=bob.name, text='held', key='a')
        bob.request('focus', on=False)
        self.has(self.whispers(bob, 1)[0], text='held', held=True, n=1)
        self.gone(bob)
        ana.request('whisper', to=bob.name, text='stored', key='b')
        for number in range(2):
            bob = self.confirming(name=bob.name, password='pass word', takeover=True)
            self.assertEqual(self.texts(self.whispers(bob, 2)), ['held', 'stored'])
        bob.request('received', n=2)
        self.gone(bob)
        bob = self.confirming(name=bob.name, password='pass word')
        bob.has_no('whisper')

    def test_new_name_takes_along_what_was_not_confirmed(self):
        ana, bob = self.person(), self.confirming()
        ana.request('whisper', to=bob.name, text='x', key='k')
        self.whispers(bob, 1)
        bob.request('rename', name=self.fresh('Robert'))
        bob.close()
        self.assertEqual(self.texts(self.whispers(self.confirming(token=bob.token), 1)), ['x'])

    def test_next_guest_does_not_get_what_was_for_the_one_before(self):
        server = self.new_server().start()
        ana = self.confirming('Ana', server)
        for number in range(2):
            guest = self.connect(server)
            guest.hello(features=['receipts'])
            guest.login()
            self.assertEqual(guest.name, 'Guest1')
            guest.has_no('whisper')
            ana.request('whisper', to='Guest1', text='x', key=f'k{number}')
            self.whispers(guest, 1)
            guest.close()
            guest = self.confirming(server=server, token=guest.token)
            self.whispers(guest, 1)
            self.gone(guest)
        server.stop()

    def test_it_outlives_a_crash_of_the_server(self):
        server = self.new_server().start()
        ana, bob = self.confirming('Ana', server), self.confirming('Bob', server)
        for number in range(10):
            ana.request('whisper', to='Bob', text=f't{number}', key=f'k{number}')
        self.whispers(bob, 10)
        bob.request('received', n=4)
        ana.request('whisper', to='Bob', text='t10', key='k10')  # is on the disk, and what was before
        server.kill()
        server.start()
        bob = self.confirming('Bob', server)
        self.assertEqual(self.texts(self.whispers(bob, 7)), [f't{number}' for number in range(4, 11)])
        server.stop()

    def test_few_wait_for_word(self):
        server = self.new_server(rate=0).start()
        ana, bob = self.confirming('Ana', server), self.confirming('Bob', server)
        for number in range(500):
            ana.request('whisper', to='Bob', text='x', key=f'k{number}')
        ana.refuse('mailbox-full', 'whisper', to='Bob', text='x', key='k500')
        bob.request('received', n=500)
        ana.request('whisper', to='Bob', text='x', key='k500')
        server.stop()

    def test_what_was_refused_can_be_tried_again(self):
        """A key of a whisper that was refused for its person went at that moment is no delivery."""
        ana = self.person()
        for number in range(20):
            bob = self.person()
            asked = ana.ask('whisper', to=bob.name, text='x', key=f'r{number}')
            bob.ask('logout')
            if not ana.reply(asked)['ok']:
                again = self.connect()
                again.hello()
                again.login(bob.name)
                ana.request('whisper', to=bob.name, text='x', key=f'r{number}')
                self.whispers(again, 1)


if __name__ == '__main__':
    tap.main()
