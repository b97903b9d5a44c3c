#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A week of a busy school in fast motion: what it leaves behind is whole, and nothing grows.

Five hundred people come in the morning and go in the evening, seven times. They talk in forty rooms,
change rooms, whisper, search, lose their links and come back by token or by name, fall asleep over
what they are sent; an admin looks on. The server's wall clock runs as fast as they do (see
fake-clock.c), so that what is kept for a day ends after one. Meanwhile the server's memory,
descriptors and threads are looked at: the second half of the week may need no more than the first.
Whoever is in a room sees every entry in its order, and at the end every message that was ever sent
stands once in its log, where its reply said.

HALLWAY_WEEK_MESSAGES says how many messages; HALLWAY_WEEK_SEED repeats a week.
"""

import json
import math
import os
import random
import re
import select
import socket
import ssl
import statistics
import time
import unittest
from array import array

import tap
from hallway_server import PATIENCE, Client, ServerTest, tls_context, wait_until
from test_clock import ClockServer

MESSAGES = int(os.environ.get('HALLWAY_WEEK_MESSAGES', '10000'))
MODULE = os.environ.get('HALLWAY_FAKE_CLOCK', '')
PEOPLE, ROOMS, WINDOW = 500, 40, 16
ASSEMBLY = ROOMS  # the number of the room where everybody is: a large one
HOUR = 3_600_000  # milliseconds; a second is no more, or a key might end before its reply comes
WEEK = 7 * 24 * HOUR
SAID = 10_000_000  # ids of messages begin here: their numbers are behind it
PASSWORD = 'open sesame, please'
WORDS = ('homework', 'lunch', 'physics', 'library', 'football', 'exam', 'bus', 'poem', 'piano', 'rain')
ENTRY = re.compile(rb'\{"ev":"entry","room":"Room (\d+)","seq":(\d+),')
REPLY = re.compile(rb'\{"re":(\d+),"ok":true,"seq":(\d+),"at":\d+\}')


class Person:
    """One pupil, and the connection they have at the moment."""

    def __init__(self, week, number):
        self.week, self.random = week, week.random
        self.number = number
        self.name = f'Pupil {number}'
        self.secure = number % 50 == 0
        self.password = 'pass word' if number % 100 == 0 else None
        self.protected = False
        self.token = None
        self.socket = None
        self.open = {}  # messages without a reply: number to room
        self.focus = False
        self.again_at = 0

    # The connection

    def come(self):
        self.socket = socket.create_connection(('127.0.0.1', self.week.server.port), PATIENCE)
        if self.number % 7 == 0:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        if self.secure:
            self.socket = tls_context().wrap_socket(self.socket)
        self.socket.setblocking(False)
        self.incoming = b''
        self.outgoing = bytearray()
        self.asked = {}
        self.last_id = 0
        self.expected = {}  # room to the seq that must come next; None: any
        self.unknown = 0  # the same for rooms that were joined, or left, when the link was lost
        self.logged_in = False
        self.unsaid = set(self.open.values())  # rooms where what had no reply is to be said again
        self.asleep_until = 0
        self.week.online[self.socket.fileno()] = self
        self.week.poll.register(self.socket, select.EPOLLIN)
        self.ask('hello', versions=[1], client='busy week')
        self.login()

    def login(self):
        if self.token:
            self.ask('login', token=self.token)
        elif self.protected:
            self.ask('login', name=self.name, password=self.password, takeover=True)
        else:
            self.ask('login', name=self.name)

    def gone(self, again_in):
        del self.week.online[self.socket.fileno()]
        self.week.poll.unregister(self.socket)
        self.socket.close()
        self.socket = None
        self.again_at = time.monotonic() + again_in

    def watch(self):
        self.week.poll.modify(self.socket, (0 if self.asleep_until else select.EPOLLIN)
                              | (select.EPOLLOUT if self.outgoing else 0))

    def send(self, data):
        self.outgoing += data
        self.write()

    def write(self):
        had = len(self.outgoing)
        try:
            del self.outgoing[:self.socket.send(self.outgoing)]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            pass
        except OSError:
            self.outgoing.clear()  # reading tells
        if self.outgoing or had > 65536:
            self.watch()

    def ask(self, op, **fields):
        self.last_id += 1
        self.asked[self.last_id] = (op, fields)
        self.send(json.dumps({'op': op, 'id': self.last_id, **fields}).encode() + b'\n')

    def read(self):
        if self.outgoing:
            self.write()
            if not self.outgoing:
                self.watch()
        try:
            while True:
                data = self.socket.recv(262144)
                if not data:
                    self.gone(self.random.random())
                    return
                self.received(data)
                if not self.secure or not self.socket:
                    return
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        except OSError:
            self.gone(self.random.random())

    def received(self, data):
        *lines, self.incoming = (self.incoming + data).split(b'\n')
        expected, week = self.expected, self.week
        for line in lines:
            if match := ENTRY.match(line):
                room, seq = int(match[1]), int(match[2])
                wanted = expected.get(room, self.unknown)
                if wanted is not None and seq != wanted:
                    self.fail(f'entry {seq} of room {room} came, not {wanted}', line)
                expected[room] = seq + 1
                week.delivered += 1
            elif match := REPLY.match(line):
                number = int(match[1]) - SAID
                if week.seqs[number] not in (0, int(match[2])):
                    self.fail(f'a second message of one key at {week.seqs[number]}', line)
                if not week.seqs[number]:
                    week.kept += 1
                week.seqs[number] = int(match[2])
                self.open.pop(number, None)
            else:
                self.other(json.loads(line), line)
                if not self.socket:
                    return
        if self.logged_in and not self.open and not self.asked and not self.asleep_until:
            week.idle.append(self)

    def fail(self, text, line):
        raise AssertionError(f'{self.name}: {text}: {line[:300]}{self.week.server.log_tail()}')

    def other(self, message, line):
        if 'ev' in message:
            self.event(message, line)
            return
        if message['re'] is None or message['re'] >= SAID:
            self.fail('a message is refused', line)
        op, fields = self.asked.pop(message['re'])
        if message['ok']:
            getattr(self, 'on_' + op, lambda *_: None)(message, fields)
        else:
            self.refused(op, message['error']['code'], line)

    def event(self, event, line):
        name = event['ev']
        if name == 'gap':
            room = int(event['room'].split()[1])
            if self.expected.get(room) not in (None, event['after'] + 1):
                self.fail(f'a gap after {self.expected[room] - 1}', line)
            self.expected[room] = event['last'] + 1
            self.week.gaps += 1
        elif name == 'whisper':
            number = int(event['key'])
            if self.week.whispered[number]:
                self.fail('a whisper came twice', line)
            self.week.whispered[number] = 1
        elif name not in ('held', 'members', 'typing', 'entry', 'kicked'):
            self.fail('an unexpected event', line)

    def refused(self, op, code, line):
        if op == 'login' and code == 'password-wrong' and self.token:
            self.token = None  # it was too late for that
            self.login()
        elif op == 'login' and code == 'password-needed':
            self.protected = True  # the answer to that was lost
            self.login()
        elif op == 'login' and code == 'name-in-use':
            self.gone(1)
        elif (op, code) not in {('whisper', 'no-such-user'), ('whisper', 'mailbox-full')}:
            self.fail('a request is refused', line)

    def on_login(self, reply, fields):
        self.token, self.logged_in = reply['token'], True
        if reply['resumed']:
            self.week.resumed += 1
            self.expected, self.unknown = dict.fromkeys(self.rooms), None
            for room in list(self.unsaid):
                if room in self.rooms:
                    self.say_again(room)
                else:
                    self.ask('join', room=f'Room {room}')
            return
        self.rooms, self.focus = set(), False
        if self.password and not self.protected:
            self.ask('protect', password=self.password)
        for room in {*self.open.values(), *self.random.sample(range(ROOMS), 2), ASSEMBLY}:
            self.ask('join', room=f'Room {room}', history=self.random.choice([0, 5, 50]))

    def on_protect(self, reply, fields):
        self.protected = True

    def on_join(self, reply, fields):
        room = int(reply['room'].split()[1])
        self.rooms.add(room)
        self.expected[room] = reply['last'] + 1
        seqs = [entry['seq'] for entry in reply['entries']]
        if seqs and seqs != list(range(reply['last'] - len(seqs) + 1, reply['last'] + 1)):
            raise AssertionError(f'a hole between {seqs} and {reply["last"]}')
        self.week.joined += 1
        self.say_again(room)

    def say_again(self, room):
        """Once on each connection, or a copy might wait in it for more than the day of its key."""
        if room in self.unsaid:
            self.unsaid.remove(room)
            for number, where in self.open.items():
                if where == room:
                    self.send(self.week.line(number, room))

    def on_leave(self, reply, fields):
        self.expected.pop(int(fields['room'].split()[1]), None)

    # What people do

    def act(self):
        if not self.socket or not self.logged_in or self.open or self.asked or self.asleep_until:
            return
        chance = self.random.random()
        room = self.random.choice(list(self.rooms)) if self.rooms else None
        if room is None or chance < 0.01:
            self.change_rooms()
        elif chance < 0.02:
            self.week.count += 1
            self.week.whispered.append(0)
            self.ask('whisper', to=f'Pupil {self.random.randrange(PEOPLE)}', text='psst',
                     key=str(len(self.week.whispered) - 1))
        elif chance < 0.024:
            self.ask('history', room=f'Room {room}', find=self.random.choice(WORDS), limit=5)
        elif chance < 0.028:
            self.ask('history', room=f'Room {room}', after=self.random.randrange(1000), limit=20)
        elif chance < 0.032:
            self.focus = not self.focus
            self.ask('focus', on=self.focus)
        elif chance < 0.036:
            self.ask('typing', room=f'Room {room}')
        elif chance < 0.038:
            self.ask(self.random.choice(['rooms', 'who', 'active', 'echo']), text='x')
        elif chance < 0.050:
            self.talk()
            self.lose_link()
            return
        elif chance < 0.052:
            self.fall_asleep(room)
        if self.rooms and not self.asleep_until:
            self.talk()

    def talk(self):
        room = self.random.choice(list(self.rooms))
        if room == ASSEMBLY and self.random.random() < 0.95:
            return
        for _ in range(min(self.random.randint(1, WINDOW), self.week.left())):
            number = self.week.new_message(room)
            self.open[number] = room
            self.outgoing += self.week.line(number, room)
        self.write()

    def change_rooms(self):
        if len(self.rooms) > 2:
            room = self.random.choice(list(self.rooms))
            self.rooms.remove(room)
            self.ask('leave', room=f'Room {room}')
        self.ask('join', room=f'Room {self.random.randrange(ROOMS)}', history=20)

    def lose_link(self):
        """The cable is pulled: soon back by the token, later by the name, or only tomorrow."""
        self.gone(self.random.choice([0, 0.2, 4]))

    def fall_asleep(self, room):
        """Over what they have asked for, if it is to be for long."""
        seconds = self.random.choice([0.5, 2, 45])
        for _ in range(40 if seconds > 10 else 0):
            self.ask('history', room=f'Room {room}', limit=200)
        self.asleep_until = time.monotonic() + seconds
        self.watch()

    def wake(self):
        self.asleep_until = 0
        self.watch()

    def go_home(self):
        if self.open or self.asked or not self.logged_in or self.asleep_until:
            return False
        if self.random.random() < 0.3:
            self.lose_link()
            self.token = None
        else:
            self.token = None
            self.ask('logout')
        self.again_at = math.inf
        return True


@unittest.skipUnless(MODULE, 'HALLWAY_FAKE_CLOCK does not say where the module is')
class BusyWeek(ServerTest):
    admin_password = PASSWORD

    @classmethod
    def setUpClass(cls):
        """Its own server, whose clock runs fast."""

    def setUp(self):
        seed = int(os.environ.get('HALLWAY_WEEK_SEED', random.randrange(1 << 32)))
        print(f'# seed {seed}', flush=True)
        self.random = random.Random(seed)
        self.server = ClockServer(grace=2, dead=120, max_clients=2000)
        self.addCleanup(self.server.remove)
        self.server.set_admin_password(PASSWORD)
        self.server.start()
        self.poll = select.epoll()
        self.addCleanup(self.poll.close)
        self.online, self.idle = {}, []
        self.rooms_of = array('B')   # of each message
        self.seqs = array('L', bytes(8 * (MESSAGES + 1)))  # what its reply said; 0: none yet
        self.whispered = array('B')
        self.count = self.kept = self.delivered = 0
        self.gaps = self.resumed = self.joined = 0
        self.samples = []

    def left(self):
        return MESSAGES - len(self.rooms_of)

    def new_message(self, room):
        self.rooms_of.append(room)
        return len(self.rooms_of) - 1

    def line(self, number, room):
        """The same for the same number, however often it is sent."""
        return (b'{"op":"say","id":%d,"room":"Room %d","key":"%032x","text":"%d %s %s"}\n'
                % (SAID + number, room, number * 0x9e3779b97f4a7c15f39cc0605cedc835 & (1 << 128) - 1,
                   number, WORDS[number % 10].encode(),
                   b'x' * (6000 if number % 50 == 0 else number * 7 % 160)))

    # The week

    def sample(self):
        with open(f'/proc/{self.server.process.pid}/status', encoding='ascii') as status:
            text = status.read()

        def of(name):
            return int(re.search(rf'{name}:\s+(\d+)', text)[1])

        self.samples.append((of('VmRSS'), of('RssAnon'), self.server.descriptors(),
                             of('Threads'), len(self.online)))

    def wanted_online(self, progress):
        """People in the building: a wave for each day, seldom nobody."""
        return int(PEOPLE * (0.55 - 0.42 * math.cos(2 * math.pi * 7 * progress)))

    def come_and_go(self, people, progress):
        now, wanted = time.monotonic(), self.wanted_online(progress)
        for person in self.random.sample(people, len(people)):
            if person.socket and person.asleep_until and now >= person.asleep_until:
                person.wake()
            elif not person.socket and (person.open or person.again_at < now
                                        or (person.again_at == math.inf and len(self.online) < wanted)):
                if person.again_at == math.inf or now >= person.again_at:
                    person.come()
            elif person.socket and len(self.online) > wanted + 10:
                person.go_home()

    def look_on(self, admin):
        """An admin reads about, and sees some logs grow."""
        log = self.random.randint(1, ROOMS)
        admin.request('log-watch', log=log, on=self.random.random() < 0.5)
        admin.request('log-read', log=log, find=self.random.choice(WORDS), limit=20)
        admin.request('log-list')
        admin.request('log-activity', log=log, since=0, until=2000 * 3_600_000_000, bucket=3_600_000_000)
        stats = admin.request('stats')
        admin.events.clear()
        return stats

    def turn(self, people, progress):
        for descriptor, _ in self.poll.poll(0.005):
            if person := self.online.get(descriptor):
                person.read()
        idle, self.idle = self.idle, []
        for person in idle:
            person.act()

    def run_week(self, people, admin):
        looked = moved = 0
        began = time.monotonic()
        self.stuck_at = time.monotonic()
        last = -1
        while self.left() > 0 or any(person.open for person in people):
            progress = len(self.rooms_of) / MESSAGES
            self.turn(people, progress)
            now = time.monotonic()
            if self.kept != last:
                last, self.stuck_at = self.kept, now
            self.assertLess(now - self.stuck_at, 3 * PATIENCE, 'nothing is kept any more')
            if now - moved > 0.1:
                moved = now
                self.server.move(int(min(WEEK * progress, HOUR * (now - began))))
                self.come_and_go(people, progress)
                for person in list(self.online.values()):
                    if self.random.random() < 0.05:
                        person.act()  # who has nothing to wait for
            if now - looked > 1:
                looked = now
                self.look_on(admin)
                self.sample()

    # Afterwards

    def check_figures(self):
        """From a quarter of the week on: the second half of that against the first."""
        samples = self.samples[len(self.samples) // 4:]
        first, second = samples[:len(samples) // 2], samples[len(samples) // 2:]
        for index, name, unit in [(0, 'VmRSS', 'kB'), (1, 'RssAnon', 'kB'), (3, 'threads', '')]:
            before, after = (statistics.median(sample[index] for sample in half)
                             for half in (first, second))
            most = max(sample[index] for sample in samples)
            print(f'# {name}: {before:.0f} {unit}, then {after:.0f} {unit}; at most {most}', flush=True)
            if MESSAGES >= 500_000:
                self.assertLess(after, before * 1.1 + (4096 if unit else 1), f'{name} grows')
        extra = [sample[2] - sample[4] for sample in samples]
        print(f'# descriptors beside the people: {min(extra)} to {max(extra)}', flush=True)

    def check_logs(self, admin):
        """Every message once, where its reply said; every log without a hole."""
        seen = bytearray(len(self.rooms_of))
        entries = 0
        for row in admin.request('log-list')['logs']:
            room, after, at, more = int(row['room'].split()[1]), 0, 0, True
            while more:
                page = admin.request('log-read', log=row['log'], after=after, limit=1000)
                for entry in page['entries']:
                    after += 1
                    self.assertEqual(entry['seq'], after)
                    self.assertGreaterEqual(entry['at'], at)
                    at = entry['at']
                    if entry['kind'] == 'message':
                        number = int(entry['text'].split(' ', 1)[0])
                        self.assertEqual((self.rooms_of[number], self.seqs[number]), (room, after))
                        self.assertEqual(entry['text'].split()[1], WORDS[number % 10])
                        seen[number] += 1
                more = page['more']
            self.assertEqual(after, row['entries'])
            entries += after
        self.assertEqual(seen.count(1), len(seen), 'messages that are not kept just once')
        return entries

    def test_week_of_a_busy_school(self):
        host, admin = Client(self.server), Client(self.server)
        for client in [host, admin]:
            self.addCleanup(client.close)
            client.hello()
        host.login('Host')
        for room in [*range(ROOMS), ASSEMBLY]:
            host.create(f'Room {room}')
        host.request('logout')
        host.expect_close()
        admin.request('admin', password=PASSWORD)
        descriptors = self.server.descriptors()
        began, cpu = time.monotonic(), self.server.cpu()
        people = [Person(self, number) for number in range(PEOPLE)]
        for person in people:
            person.again_at = math.inf
        self.run_week(people, admin)
        took, cpu = time.monotonic() - began, self.server.cpu() - cpu
        for person in people:
            if person.socket:
                person.gone(0)
        wait_until(lambda: self.server.descriptors() <= descriptors + 2,
                   'the descriptors are given back')
        wait_until(lambda: not any(row['members'] for row in admin.request('log-list')['logs']),
                   'nobody is in grace any more')
        print(f'# VmRSS when everybody has gone: {self.server.rss() >> 10} kB', flush=True)
        entries = self.check_logs(admin)
        print(f'# {MESSAGES} messages in {took:.0f} s, {self.delivered} deliveries, {entries} entries, '
              f'{self.joined} joins, {self.resumed} resumed, {self.gaps} gaps, '
              f'{len(self.whispered)} whispers; the server used {cpu:.0f} s of CPU', flush=True)
        self.check_figures()
        self.server.stop()


if __name__ == '__main__':
    tap.main()
