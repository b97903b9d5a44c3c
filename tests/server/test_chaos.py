#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""People who do everything at once, in any order; and then whether it all fits together.

A dozen people send requests without waiting for answers, lose their links, come back by token, take
over, change their names, are kicked, their rooms are closed under them, and the server is killed.
Afterwards every log is read and must tell one story: nobody comes twice without leaving, nobody
speaks who is not there, and what each connection was told, in its order, is what the logs say.

HALLWAY_CHAOS_SEED repeats a run, HALLWAY_CHAOS_STEPS makes it longer.
"""

import os
import random
import time
from collections import Counter

import tap
from hallway_server import Client, ServerTest, pump

STEPS = int(os.environ.get('HALLWAY_CHAOS_STEPS', '4000'))
ROOMS = ['Hall', 'Kitchen', 'Attic']
PASSWORD = 'open sesame, please'
WINDOW = 25  # requests that one connection has open

# What may be answered to somebody who tries everything.
EXPECTED = {'no-such-room', 'not-member', 'room-exists', 'name-in-use', 'no-such-user', 'muted',
            'mailbox-full'}


class Recorder(Client):
    """A connection that remembers what it asked, and everything it was told in its order."""

    def __init__(self, server, **how):
        self.stream = []
        self.asked = {}
        super().__init__(server, **how)

    def _dispatch(self, message):
        self.stream.append(message)
        super()._dispatch(message)

    def ask(self, op, **fields):
        request = super().ask(op, **fields)
        self.asked[request] = (op, fields)
        return request

    def outstanding(self):
        return len(self.asked) - len(self.replies)

    def reply(self, request):
        """Leaves the reply where it is: it is evidence."""
        self.wait(lambda: request in self.replies, f'the reply to request {request}')
        return self.replies[request]


class Person:
    """Somebody with one connection at a time, and all those they had before."""

    def __init__(self, chaos, number):
        self.chaos = chaos
        self.random = chaos.random
        self.stem = f'P{number}'
        self.name = self.stem
        self.token = None
        self.client = None
        self.past = []
        self.count = 0

    def come(self):
        """Connects: by token where there is one that holds, else by a new name."""
        client = Recorder(self.chaos.server, tls=self.random.random() < 0.2)
        self.chaos.addCleanup(client.close)
        self.past.append(client)
        client.hello()
        reply = client.reply(client.ask('login', token=self.token)) if self.token else None
        if not reply or not reply['ok']:
            self.count += 1
            reply = client.reply(client.ask('login', name=f'{self.stem} {self.count}'))
        if reply['ok']:  # else the last words of this connection: it goes again
            self.name = client.name = reply['name']
            self.token = reply['token']
            self.client = client
        else:
            client.close()

    def go(self, forget):
        self.client.close()
        self.client = None
        if forget:
            self.token = None

    def step(self):
        if self.client is None or self.client.end:
            self.come()
            return
        if self.client.outstanding() > WINDOW:
            pump([self.client], lambda: self.client.end or self.client.outstanding() < 5,
                 'the open requests are answered')
            return
        choices = {'say': 40, 'join': 14, 'leave': 7, 'create': 4, 'topic': 3, 'typing': 3,
                   'rename': 4, 'history': 4, 'members': 2, 'rooms': 2, 'whisper': 6, 'focus': 2,
                   'who': 1, 'active': 1, 'logout': 1, 'drop': 2, 'vanish': 1, 'takeover': 1}
        op = self.random.choices(list(choices), choices.values())[0]
        room = self.random.choice(ROOMS)
        self.count += 1
        text = f'{self.stem} text {self.count}'
        if op == 'drop':
            self.go(forget=False)
        elif op == 'vanish':
            self.go(forget=True)
        elif op == 'takeover':
            self.come()
        elif op == 'logout':
            self.client.ask('logout')
            self.token = None
            pump([self.client], lambda: self.client.end, 'logout closes')
        elif op == 'rename':
            self.client.ask('rename', name=f'{self.stem} renamed {self.count}')
        elif op == 'whisper':
            other = self.random.choice(self.chaos.people)
            self.client.ask('whisper', to=other.name, text=text)
        elif op == 'focus':
            self.client.ask('focus', on=self.random.random() < 0.5)
        elif op in ('rooms', 'who', 'active'):
            self.client.ask(op)
        elif op == 'say':
            keyed = {'key': text} if self.random.random() < 0.3 else {}
            for _ in range(1 if not keyed else self.random.randint(1, 2)):
                self.client.ask('say', room=room, text=text, **keyed)
        elif op == 'topic':
            self.client.ask('topic', room=room, topic=text)
        else:
            self.client.ask(op, room=room)


class Chaos(ServerTest):
    def setUp(self):
        seed = int(os.environ.get('HALLWAY_CHAOS_SEED', time.time_ns() % 1_000_000))
        print(f'# HALLWAY_CHAOS_SEED={seed}, {STEPS} steps', flush=True)
        self.random = random.Random(seed)
        self.server = self.new_server(grace=1)
        self.server.set_admin_password(PASSWORD)
        self.server.start()
        self.people = [Person(self, number) for number in range(12)]
        self.appoint()

    def appoint(self):
        self.boss = Recorder(self.server)
        self.addCleanup(self.boss.close)
        self.boss.hello()
        self.boss.request('admin', password=PASSWORD)

    def test_everything_fits_together(self):
        self.live(STEPS)
        self.settle()
        self.all_fits()
        self.whispers_came_once()
        self.crash_adds_only_who_was_lost()
        self.server.stop()

    def test_everything_fits_together_over_crashes(self):
        for _ in range(4):
            self.live(STEPS // 4)
            self.server.kill()
            for person in self.people:
                if person.client and not person.client.end:
                    pump([person.client], lambda: person.client.end, 'the link is lost')
                person.client = person.token = None
            self.server.start()
            self.appoint()
        self.live(STEPS // 4)
        self.settle()
        self.all_fits()
        self.server.stop()

    def live(self, steps):
        for _ in range(steps):
            self.random.choice(self.people).step()
            if self.random.random() < 0.01:
                self.moderate()
            if self.random.random() < 0.1:
                for person in self.people:
                    if person.client and not person.client.end:
                        person.client.turn(0)

    def all_fits(self):
        self.read_logs()
        self.connections = [client for person in self.people for client in person.past]
        for client in self.connections:
            self.answers_are_expected(client)
            self.stream_fits(client)
        self.words_are_kept_once()
        self.rooms_hold_who_the_logs_say()

    def moderate(self):
        name = self.random.choice(self.people).name
        op, fields = self.random.choice([
            ('kick', {'name': name, 'text': 'out'}),
            ('mute', {'name': name, 'minutes': self.random.randint(0, 1)}),
            ('room-close', {'room': self.random.choice(ROOMS)}),
            ('announce', {'text': 'listen'}), ('log-list', {}), ('stats', {})])
        self.boss.ask(op, **fields)

    def settle(self):
        """Waits until everything is answered, and the grace of those who went is over."""
        here = [person.client for person in self.people if person.client] + [self.boss]
        pump(here, lambda: all(client.end or not client.outstanding() for client in here),
             'everything is answered')
        names = {person.client.name for person in self.people
                 if person.client and not person.client.end}

        def grace_is_over():
            users = self.boss.reply(self.boss.ask('who-is-here'))  # any answer: a turn of the loop
            self.assertFalse(users['ok'])
            one = self.greet()
            one.login(self.fresh('Observer'))
            listed = {row['name'] for row in one.request('who')['users']} - {one.name}
            one.request('logout')
            for client in here:
                if not client.end:
                    client.turn(0)
            return len(listed) <= len(names)

        deadline = time.monotonic() + 30
        while not grace_is_over() or not self.logs_are_at_rest():
            self.assertLess(time.monotonic(), deadline, 'somebody stays for ever')
            time.sleep(0.1)
        # What a connection was sent before this answer it has now.
        for client in here:
            if not client.end:
                client.reply(client.ask('ping'))

    def logs_are_at_rest(self):
        """Whoever has gone is in the log, too."""
        before = self.boss.request('log-list')['logs']
        time.sleep(0.2)
        return before == self.boss.request('log-list')['logs']

    def read_logs(self):
        self.logs = {}
        for log in self.boss.request('log-list')['logs']:
            entries = self.boss.whole_log(log['log'], 'log-read', 'log')
            self.assertEqual(log['entries'], len(entries))
            self.dense(entries)
            self.logs[log['log']] = (log, entries)
            log['inside'] = self.replay(entries, log)

    def replay(self, entries, log):
        """Who is inside at the end, if the log tells one story."""
        self.assertEqual([entry['kind'] for entry in entries[:2]], ['created', 'joined'])
        self.assertEqual(entries[0]['from'], entries[1]['from'])
        inside = set()
        for entry in entries:
            where = '\n'.join(str(one) for one in entries[:entry['seq']][-40:])
            kind, who = entry['kind'], entry.get('from')
            if kind == 'joined':
                self.assertNotIn(who, inside, where)
                inside.add(who)
            elif kind in ('left', 'kicked', 'renamed'):
                self.assertIn(who, inside, where)
                inside.remove(who)
                if kind == 'renamed':
                    self.assertNotIn(entry['to'], inside, where)
                    inside.add(entry['to'])
            elif kind in ('message', 'topic'):
                self.assertIn(who, inside, where)
        closed = [entry['seq'] for entry in entries if entry['kind'] == 'closed']
        self.assertEqual(closed, [len(entries)] if log['closed'] else [])
        return set() if closed else inside

    def answers_are_expected(self, client):
        for request, reply in client.replies.items():
            op, fields = client.asked[request]
            code = reply.get('error', {}).get('code')
            if code and not (op == 'login' and code == 'password-wrong'):
                self.assertIn(code, EXPECTED, f'{op} {fields}: {reply}')
        self.assertFalse(client.errors)

    def stream_fits(self, client):
        """Entries come without holes from the reply to join on, and none after leaving."""
        known = {(log['room'], entry['seq'], entry['at'], entry['kind'], entry.get('text'))
                 for log, entries in self.logs.values() for entry in entries}
        expected, resumed = {}, False
        for message in client.stream:
            if message.get('ev') == 'entry':
                room = message['room']
                self.assertIn((room, message['seq'], message['at'], message['kind'],
                               message.get('text')), known, 'shown, but in no log')
                if resumed and (room not in expected
                                or self.came_back(client, room, expected[room], message)):
                    expected[room] = message['seq']
                self.assertEqual(message['seq'], expected.get(room),
                                 self.story(client, room, message))
                expected[room] += 1
            elif message.get('ev') == 'kicked-out':
                expected.pop(message['room'], None)
            elif message.get('ev') == 'gap':
                self.fail('nobody was slow')
            elif message.get('re') in client.asked and message['ok']:
                op, fields = client.asked[message['re']]
                if op in ('create', 'join'):
                    # after a takeover: the older connection's "leave" may just have been done
                    if message['entries'] and message['entries'][-1]['kind'] == 'joined':
                        expected.pop(message['room'], None)
                    expected.setdefault(message['room'], message['last'] + 1)
                elif op == 'leave':
                    expected.pop(fields['room'], None)
                elif op == 'login':
                    resumed = message['resumed']

    def came_back(self, client, room, first, message):
        """Whether, as an older connection had asked, the person left and came in again."""
        return any(entry['kind'] == 'joined' and entry['from'].split()[0] == client.name.split()[0]
                   and entry['at'] <= message['at']
                   for log, entries in self.logs.values() if log['room'] == room
                   for entry in entries[first - 1:message['seq'] - 1])

    def story(self, client, room, end):
        """What a connection was told of a room until @end."""
        lines = [f'{client.name}, {room}:']
        for message in client.stream:
            op, fields = client.asked.get(message.get('re'), (None, {}))
            if op in ('login', 'create', 'join', 'leave', 'rename') or message.get('room') == room:
                if fields.get('room', room) == room:
                    brief = {key: value for key, value in message.items()
                             if key not in ('entries', 'members', 'token')}
                    lines.append(f'{op or ""} {brief}')
            if message is end:
                break
        return '\n'.join(lines[-30:])

    def words_are_kept_once(self):
        kept = Counter(entry['text'] for _, entries in self.logs.values() for entry in entries
                       if entry['kind'] == 'message')
        self.assertEqual([text for text, count in kept.items() if count > 1], [])
        for client in self.connections:
            answers = {}  # what is said with a key may have been sent twice
            for request, (op, fields) in client.asked.items():
                if op == 'say':
                    answers.setdefault(fields['text'], []).append(client.replies.get(request))
            for text, replies in answers.items():
                if any(reply and reply['ok'] for reply in replies):
                    self.assertEqual(kept[text], 1, f'{text}: {replies}')
                elif all(replies):
                    self.assertEqual(kept[text], 0, f'{text}: {replies}')

    def whispers_came_once(self):
        heard = Counter(event['text'] for client in self.connections for event in client.stream
                        if event.get('ev') == 'whisper')
        self.assertEqual([text for text, count in heard.items() if count > 1], [])

    def rooms_hold_who_the_logs_say(self):
        observer = self.greet()
        observer.login(self.fresh('Observer'))
        rooms = {row['room']: row['members'] for row in observer.request('rooms')['rooms']}
        open_logs = [log for log, _ in self.logs.values() if not log['closed']]
        self.assertEqual(sorted(rooms), sorted(log['room'] for log in open_logs))
        for log in open_logs:
            members = observer.request('members', room=log['room'])['members']
            self.assertEqual({member['name'] for member in members}, log['inside'], log['room'])
            self.assertEqual(rooms[log['room']], len(members))
            self.assertEqual(log['members'], len(members))

    def crash_adds_only_who_was_lost(self):
        self.server.kill()
        self.server.start()
        boss = self.greet()
        boss.request('admin', password=PASSWORD)
        for number, (log, entries) in self.logs.items():
            now = boss.whole_log(number, 'log-read', 'log')
            self.assertEqual(now[:len(entries)], entries)
            added = now[len(entries):]
            self.assertEqual({(entry['kind'], entry['reason']) for entry in added} or None,
                             {('left', 'lost')} if log['inside'] else None)
            self.assertEqual(sorted(entry['from'] for entry in added), sorted(log['inside']))


if __name__ == '__main__':
    tap.main()
