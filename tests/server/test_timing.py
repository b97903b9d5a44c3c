#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the server learns that somebody is not there: idle people and dead connections."""

import time

import tap
from hallway_server import PATIENCE, SLOWNESS, ServerTest


class Idle(ServerTest):
    options = {'idle': 4, 'grace': 30}
    together = True

    def stay_until(self, client, ev, **match):
        """Waits for an event while being active."""
        deadline = time.monotonic() + PATIENCE
        while not client.find_event(ev, **match):
            self.assertLess(time.monotonic(), deadline, f'{ev} {match} does not come')
            client.request('echo', text='still here')
            client.read_for(0.2)
        return client.event(ev, **match)

    def test_idle_person_is_warned_then_kicked(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        began = time.monotonic()
        warning = bob.event('idle-warning')
        warned = time.monotonic() - began
        self.assertIn(warning['in'], [1, 2])
        self.assertGreater(warned, 1.5)
        ana.request('echo', text='active')
        kicked = bob.event('kicked')
        self.assertGreater(time.monotonic() - began, 3.5)
        self.assertEqual(kicked['code'], 'idle')
        self.assertTrue(kicked['text'])
        bob.expect_close()
        self.has(self.stay_until(ana, 'entry', kind='left'), reason='idle',
                 **{'from': bob.name})
        self.greet().login(bob.name)
        self.greet().refuse('password-wrong', 'login', token=bob.token)

    def test_pings_and_looking_at_rooms_are_no_activity(self):
        ana = self.person()
        deadline = time.monotonic() + PATIENCE
        while not ana.find_event('kicked', code='idle') and not ana.end:
            self.assertLess(time.monotonic(), deadline, 'nobody is kicked')
            ana.ask('ping')
            ana.ask('rooms')
            ana.send(op='pong', n=1)
            ana.read_for(0.3)
        ana.event('kicked', code='idle')
        ana.expect_close()

    def test_every_other_op_is_activity(self):
        room = self.fresh()
        people = {op: self.person(room=room) for op in
                  ['say', 'history', 'members', 'typing', 'join', 'echo', 'kick', 'topic']}
        began = time.monotonic()
        while time.monotonic() - began < 6:
            for op, person in people.items():
                if op in ('kick', 'topic'):  # refused, but asked
                    person.refuse({'kick': 'not-admin', 'topic': 'bad-request'}[op], op, room=room)
                else:
                    fields = {'text': 'x'} if op in ('say', 'echo') else {}
                    person.request(op, room=room, **fields)
            next(iter(people.values())).read_for(0.2)
        for person in people.values():
            person.has_no('kicked')
            if SLOWNESS == 1:
                person.has_no('idle-warning')

    def test_warning_comes_again_after_activity(self):
        ana = self.person()
        for _ in range(2):
            ana.event('idle-warning')
            ana.request('echo', text='here')
        ana.has_no('kicked')

    def test_who_has_not_logged_in_is_not_kicked(self):
        client = self.greet()
        client.read_for(5)
        client.has_no('idle-warning')
        client.has_no('kicked')


class Dead(ServerTest):
    options = {'dead': 2, 'ping': 1, 'grace': 1}
    together = True

    def alive(self, client, seconds):
        """Reads for a while, pinging as a living client does."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            client.request('ping')
            client.read_for(0.2)

    def witness(self, client, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not client.find_event('entry', kind='left'):
            self.assertLess(time.monotonic(), deadline, 'nobody is missed')
            self.alive(client, 0.2)
        return client.event('entry', kind='left')

    def test_hello_tells_the_timing(self):
        self.has(self.connect().hello()['timing'], ping=1, dead=2, grace=1, idle=0)

    def test_silent_connection_is_lost(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        began = time.monotonic()
        self.has(self.witness(ana), reason='lost', **{'from': bob.name})
        self.assertGreater(time.monotonic() - began, 2.5)
        bob.expect_close()

    def test_pings_keep_a_connection(self):
        ana = self.person()
        self.alive(ana, 5)
        ana.request('echo', text='here')

    def test_silence_before_hello(self):
        plain, secure = self.connect(), self.connect(tls=True)
        half = self.connect()
        half.send_raw(b'\x16\x03\x01')
        for client in [plain, secure, half]:
            client.wait(lambda: client.end, 'the server gives up', 7 * SLOWNESS)

    def test_handshake_that_trickles_is_given_up(self):
        """Each byte is a sign of life, but nobody has for ever for a handshake."""
        client = self.connect()
        began = time.monotonic()
        for byte in b'\x16\x03\x01\x02\x00\x01' + bytes(1000):
            if client.end:
                break
            client.send_raw(bytes([byte]))
            client.read_for(0.1)
        self.assertTrue(client.end)
        self.assertLess(time.monotonic() - began, 7 * SLOWNESS)

    def test_who_trickles_and_never_says_hello_is_given_up(self):
        """Alive, but not for ever without a hello; a slow one has all the time it may need."""
        plain, secure = self.connect(), self.connect(tls=True)
        asks_anything = self.connect()
        slow = self.connect()
        hello = b'{"op":"hello","id":1,"versions":[1],"client":"over the slowest line"}\n'
        began = time.monotonic()
        while not (plain.end and secure.end and asks_anything.end):
            for client in (plain, secure):
                if not client.end:
                    client.send_raw(b' ')
            if not asks_anything.end:
                asks_anything.ask('ping')
            slow.send_raw(hello[:1] or b' ')
            hello = hello[1:]
            for client in (plain, secure, asks_anything, slow):
                client.read_for(0.06)
            self.assertLess(time.monotonic() - began, 20 + PATIENCE, 'they stay for ever')
        self.assertGreater(time.monotonic() - began, 19)
        for client in (plain, secure, asks_anything):
            client.expect_error('hello-first')
            client.expect_close()
        slow.has_no('kicked')
        slow.login()

    def test_who_takes_bytes_though_slowly_is_not_dead(self):
        ana = self.person(receive_buffer=65536)
        ana.reading = False
        asked = []
        while len(asked) < 4000 and not ana.outgoing:
            asked.append(ana.ask('echo', text='e' * 8000))
        self.assertTrue(ana.outgoing, 'the server reads on without end')
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            ana._read(1)
            asked.append(ana.ask('ping'))  # which the server may not read for long
            if ana.end:
                ana.fail('it was alive')
            time.sleep(0.1)
        ana.reading = True
        for request in asked:
            self.assertTrue(ana.reply(request)['ok'])

    def test_who_takes_nothing_is_dead(self):
        room = self.fresh()
        ana, bob = self.people(2, room, receive_buffer=65536)
        bob.reading = False
        for _ in range(4000):
            bob.ask('echo', text='e' * 8000)
            if bob.outgoing:
                break
        self.has(self.witness(ana), reason='lost', **{'from': bob.name})


if __name__ == '__main__':
    tap.main()
