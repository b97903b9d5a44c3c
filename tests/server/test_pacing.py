#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large room that is busy: what its members hear of is joined, and nothing is held back for longer
than the next tick, nor overtaken by what comes after it."""

import select
import socket
import struct
import threading
import time

import tap
from hallway_server import TEXT_MAX, ServerTest, pump

TICK = 0.004  # seconds: how far apart the events of a busy large room leave
CROWD = 205   # members, so that the room is large also when some have left


def segments_received(client):
    """How many pieces TCP was given what this client got in: the server's sends, as each is less
    than one can hold. From the kernel's struct tcp_info."""
    info = client.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from('I', info, 152)[0]  # tcpi_data_segs_in


class Listeners:
    """Connections whose bytes a thread takes and forgets."""

    def __init__(self, clients):
        self.clients = clients
        self.wish, self.other_end = socket.socketpair()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        poll = select.poll()
        sockets = {client.fileno(): client.socket for client in self.clients}
        for fd in [self.other_end.fileno(), *sockets]:
            poll.register(fd, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd not in sockets:
                    return
                if not sockets[fd].recv(1 << 20):
                    poll.unregister(fd)

    def stop(self):
        self.wish.send(b'x')
        self.thread.join()
        self.wish.close()
        self.other_end.close()


class Pacing(ServerTest):
    admin_password = 'open sesame, please'

    def setUp(self):
        self.server = self.new_server(grace=1)
        self.server.set_admin_password(self.admin_password)
        self.server.start()
        self.room = self.fresh('Stadium')
        self.ana = self.person(room=self.room)
        self.crowd = []
        for _ in range(CROWD - 2):
            client = self.connect()
            client.ask('hello', versions=[1], client='crowd')
            client.ask('login')
            client.ask('join', room=self.room, history=0)
            self.crowd.append(client)
        pump(self.crowd, lambda: all(3 in client.replies for client in self.crowd),
             'everyone is in')
        self.bob = self.person(room=self.room)
        listeners = Listeners(self.crowd)
        self.addCleanup(listeners.stop)
        self.settle()

    def settle(self):
        """Until the count of the members, of which a second tells at most once, was told."""
        for client in (self.ana, self.bob):
            client.wait(lambda client=client: any(
                event['ev'] == 'members' and event['count'] == CROWD for event in client.events),
                        'the count')
            client.events.clear()

    def say_two(self, client):
        """Says something twice, so soon that the second time has to wait for its turn."""
        return [client.say(self.room, text)['seq'] for text in ('one', 'two')]

    def order(self, client):
        """What has come, as far as its order counts here."""
        return [event.get('text') or event['ev'] for event in client.events
                if event['ev'] not in ('members', 'typing')
                and event.get('kind') not in ('joined', 'left')]

    def test_in_a_quiet_room_a_message_leaves_with_its_reply(self):
        for number in range(10):
            time.sleep(4 * TICK)  # it is quiet
            before = segments_received(self.ana)
            self.ana.say(self.room, f'{number}')
            self.ana.event('entry', text=f'{number}')
            self.assertEqual(segments_received(self.ana) - before, 1, 'reply and event are two')
            self.bob.event('entry', text=f'{number}')

    def test_what_is_said_in_a_busy_room_leaves_together_and_in_order(self):
        self.ana.say(self.room, 'ready?')
        self.bob.event('entry', text='ready?')
        for _ in range(5):
            before, began = segments_received(self.bob), time.monotonic()
            first = self.ana.say(self.room, 'go')['seq']
            for _ in range(199):
                self.ana.say(self.room, 'one after the other')
            self.bob.wait(lambda first=first: len(self.bob.events) >= 200 and
                          self.bob.events[-1]['seq'] == first + 199, 'all of it')
            ticks = (time.monotonic() - began) / TICK
            self.assertLessEqual(segments_received(self.bob) - before, ticks + 2)
            self.dense(self.bob.take_entries(self.room), first)
            self.ana.events.clear()

    def test_authors_see_their_keys_and_nobody_else_does(self):
        for client in (self.ana, self.bob):
            for number in range(30):
                client.ask('say', room=self.room, text=f'{client.name} {number}',
                           key=f'{client.name} {number}')
        pump([self.ana, self.bob], lambda: all(
            len([event for event in client.events if event['ev'] == 'entry']) == 60
            for client in (self.ana, self.bob)), 'all was said')
        for client in (self.ana, self.bob):
            entries = client.take_entries(self.room)
            self.dense(entries, entries[0]['seq'])
            for entry in entries:
                self.assertEqual(entry.get('key'),
                                 entry['text'] if entry['from'] == client.name else None)

    def test_nothing_is_held_back_when_it_becomes_quiet(self):
        for number in range(30):
            self.say_two(self.ana)
            self.bob.event('entry', text='one')
            self.bob.event('entry', text='two')

    def test_who_leaves_has_heard_all_before(self):
        self.say_two(self.ana)
        self.ana.request('leave', room=self.room)
        self.assertEqual(self.order(self.ana), ['one', 'two'])
        self.bob.event('entry', text='two')

    def test_the_others_hear_all_of_who_left(self):
        for end in (lambda client: client.request('leave', room=self.room),
                    lambda client: client.request('logout'), lambda client: client.close()):
            client = self.person()
            client.join(self.room, history=0)
            self.say_two(client)
            end(client)
            self.bob.event('entry', text='one', **{'from': client.name})
            self.bob.event('entry', text='two', **{'from': client.name})

    def test_who_joins_hears_nothing_twice(self):
        for _ in range(10):
            self.say_two(self.ana)
            late = self.person()
            last = late.join(self.room)['last']
            seq = self.ana.say(self.room, 'welcome')['seq']
            late.event('entry', text='welcome', seq=seq)
            self.assertEqual([entry for entry in late.take_entries(self.room)
                              if entry['seq'] <= last], [])
            late.request('leave', room=self.room)

    def test_who_joins_again_has_heard_all_that_the_reply_holds(self):
        for _ in range(40):
            seqs = self.say_two(self.ana)
            reply = self.ana.join(self.room, history=2)
            self.assertEqual([entry['seq'] for entry in reply['entries']], seqs)
            self.assertEqual(reply['last'], seqs[1])
            self.assertEqual([entry['seq'] for entry in self.ana.take_entries(self.room)], seqs)

    def test_who_comes_back_hears_nothing_twice(self):
        for _ in range(5):
            self.say_two(self.ana)
            again = self.greet()
            again.login(token=self.bob.token)
            last = again.join(self.room, after=0)['last']
            seq = self.ana.say(self.room, 'still there?')['seq']
            again.event('entry', text='still there?', seq=seq)
            self.assertEqual([entry for entry in again.take_entries(self.room)
                              if entry['seq'] <= last], [])
            again.name, self.bob = self.bob.name, again

    def test_whisper_does_not_overtake_what_was_said_before(self):
        for number in range(40):
            self.bob.events.clear()
            self.say_two(self.ana)
            self.ana.request('whisper', to=self.bob.name, text='psst',
                             **({'key': f'{number}'} if number % 8 == 0 else {}))
            self.bob.wait(lambda: self.bob.find_event('whisper'), 'the whisper')
            self.assertEqual(self.order(self.bob), ['one', 'two', 'psst'])

    def test_announcement_does_not_overtake_what_was_said_before(self):
        admin = self.admin()
        for _ in range(40):
            self.bob.events.clear()
            self.say_two(self.ana)
            admin.request('announce', text='Attention')
            self.bob.wait(lambda: self.bob.find_event('announcement'), 'the announcement')
            self.assertEqual(self.order(self.bob), ['one', 'two', 'Attention'])

    def test_who_is_kicked_has_heard_all_before(self):
        admin = self.admin()
        for victim in self.people(20, room=self.room):
            victim.events.clear()
            self.say_two(self.ana)
            admin.request('kick', name=victim.name, text='Out.')
            victim.wait(lambda victim=victim: victim.find_event('kicked'), 'the kick')
            texts = [text for text in self.order(victim)
                     if text in ('one', 'two', 'Out.', 'entry')]
            self.assertEqual(texts[-3:], ['one', 'two', 'Out.'])
            victim.expect_close()

    def test_all_is_heard_before_the_room_is_closed(self):
        admin = self.admin()
        self.say_two(self.ana)
        admin.request('room-close', room=self.room)
        for client in (self.ana, self.bob):
            client.wait(lambda client=client: client.find_event('kicked-out'), 'the end')
            self.assertEqual([event.get('text') or event['kind'] for event in client.events
                              if event['ev'] == 'entry'], ['one', 'two', 'closed'])
            self.assertEqual(client.events[-1]['ev'], 'kicked-out')

    def test_all_is_heard_before_the_place_closes(self):
        admin = self.admin()
        self.say_two(self.ana)
        admin.request('shutdown', text='Good night.')
        for client in (self.ana, self.bob):
            client.wait(lambda client=client: client.find_event('closing'), 'the end')
            self.assertEqual(self.order(client), ['one', 'two', 'Good night.'])

    def test_who_watches_the_log_hears_the_same(self):
        admin = self.admin()
        log = next(row['log'] for row in admin.request('log-list')['logs']
                   if row['room'] == self.room)
        admin.request('log-watch', log=log, on=True)
        first = self.say_two(self.ana)[0]
        for _ in range(48):
            self.ana.say(self.room, 'more')
        admin.wait(lambda: len(admin.events) >= 50, 'all of it')
        self.dense(admin.take_entries(self.room), first)
        self.say_two(self.ana)
        admin.request('log-watch', log=log, on=False)
        self.assertEqual(self.order(admin), ['one', 'two'])

    def test_who_reads_slowly_is_told_exactly_what_was_left_out(self):
        slow = self.person(receive_buffer=16384)
        joined = slow.join(self.room, history=0)['last']
        slow.reading = False
        text = 'x' * TEXT_MAX
        for _ in range(24):
            requests = [self.ana.ask('say', room=self.room, text=text) for _ in range(64)]
            pump([self.ana, self.bob], lambda requests=requests: all(
                request in self.ana.replies for request in requests), 'they are answered')
            last = max(self.ana.reply(request)['seq'] for request in requests)
            self.ana.events.clear()
            self.bob.events.clear()
        slow.reading = True
        reached, gaps = joined, 0
        while reached < last:
            slow.wait(lambda: slow.events, 'what follows')
            event = slow.events.popleft()
            if event['ev'] == 'gap':
                self.has(event, room=self.room, after=reached)
                reached, gaps = event['last'], gaps + 1
            elif event['ev'] == 'entry':
                self.assertEqual(event['seq'], reached + 1)
                reached = event['seq']
        self.assertGreater(gaps, 0)
        seq = self.ana.say(self.room, 'again?')['seq']
        self.assertEqual(slow.event('entry', text='again?')['seq'], seq)
        slow.has_no('gap')


if __name__ == '__main__':
    tap.main()
