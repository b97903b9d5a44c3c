#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading at every edge, and everything that can happen to one person in the same moment.

What a page should hold is worked out here from the whole log, for joins and histories of every size
and place; the seed of what is drawn is fixed. What happens at once is told by the logs: whatever
the order was, they tell a story that holds together.
"""

import random
import time

import tap
from hallway_server import PAGE_MAX, ServerTest

FAR = 2**53 - 1  # beyond any entry


class Pages(ServerTest):
    """A room with 450 messages, two who came and one who went."""

    admin_password = 'open sesame, please'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        cls.room = 'Edges'
        author = test.person('Author', cls.room)
        guest = test.person('Guest of the house', cls.room)
        asked = [author.ask('say', room=cls.room, text=f'm{number}') for number in range(450)]
        for request in asked:
            author.reply(request)
        guest.request('topic', room=cls.room, topic='m4 in the topic')
        guest.request('leave', room=cls.room)
        cls.reader = test.person('Reader', cls.room)
        cls.log = cls.reader.whole_log(cls.room)
        cls.last = len(cls.log)
        author.close()
        guest.close()
        cls.addClassCleanup(test.doCleanups)

    def places(self):
        last = self.last
        return [0, 1, 2, 199, 200, 201, 249, 250, 251, last - 201, last - 200, last - 199,
                last - 2, last - 1, last, last + 1, last + 1000, FAR]

    def look(self, client):
        """Joins again from every place with every size, and sees what is there."""
        for after in self.places():
            for size in [None, 0, 1, 2, 199, 200]:
                with self.subTest(after=after, size=size):
                    reply = client.join(self.room, after=after,
                                        **({} if size is None else {'history': size}))
                    rest = self.log[after:]
                    page = rest[:PAGE_MAX if size is None else size]
                    self.assertEqual(reply['entries'], page)
                    self.has(reply, more=len(page) < len(rest), last=self.last)
        for size in [None, 0, 1, 2, 49, 50, 51, 199, 200]:
            with self.subTest(newest=size):
                reply = client.join(self.room, **({} if size is None else {'history': size}))
                page = self.log[self.last - (50 if size is None else size):]
                self.assertEqual(reply['entries'], page)
                self.has(reply, more=True, last=self.last)

    def test_joins_of_every_size_from_every_place(self):
        self.look(self.reader)

    def draw(self, chance):
        """A question, and the entries that answer it."""
        fields, found = {}, self.log
        filters = chance.choice([(), ('kinds',), ('from',), ('kinds', 'from'), ('find',)])
        if 'kinds' in filters:
            kinds = fields['kinds'] = chance.choice(
                [['message'], ['joined', 'left'], ['created'], ['topic'], ['message', 'joined'],
                 ['closed', 'kicked']])
            found = [entry for entry in found if entry['kind'] in kinds]
        if 'from' in filters:
            name = fields['from'] = chance.choice(['AUTHOR', 'guest of the HOUSE', 'Nobody'])
            found = [entry for entry in found if entry['from'].lower() == name.lower()]
        if 'find' in filters:
            find = fields['find'] = chance.choice(['M4', 'm1*', '"m44"', 'm449 m449', 'm1 m2',
                                                   'nothing', 'm*', 'm44* "m449"'])
            found = [entry for entry in found if all(
                any(said.startswith(word[:-1]) if word.endswith('*') else said == word
                    for said in entry.get('text', '').split())
                for word in find.replace('"', '').lower().split())]
        limit = chance.choice([None, 1, 2, 49, 50, 51, 199, 200])
        if limit:
            fields['limit'] = limit
        limit = limit or 50
        way = chance.choice(['before', 'after', 'at', None])
        if way == 'at':
            moment = fields['at'] = chance.choice(self.log)['at'] + chance.choice([-1, 0, 1])
            rest = [entry for entry in found if entry['at'] >= moment]
        elif way:
            place = fields[way] = chance.choice([*self.places(), chance.randrange(self.last)])
            rest = [entry for entry in found
                    if (entry['seq'] < place if way == 'before' else entry['seq'] > place)]
        else:
            rest = found
        page = rest[:limit] if way in ('after', 'at') else rest[-limit:]
        return fields, page, len(page) < len(rest), len(found)

    def test_histories_of_every_size_way_and_filter(self):
        chance = random.Random(7)
        for _ in range(400):
            fields, page, more, _ = self.draw(chance)
            with self.subTest(**fields):
                reply = self.reader.history(self.room, **fields)
                self.assertEqual(reply['entries'], page)
                self.has(reply, more=more, last=self.last)

    def test_logs_read_by_an_admin_in_every_way(self):
        admin, chance = self.admin(), random.Random(8)
        log = next(row['log'] for row in admin.request('log-list')['logs']
                   if row['room'] == self.room)
        for _ in range(300):
            fields, page, more, total = self.draw(chance)
            with self.subTest(**fields):
                reply = admin.request('log-read', log=log, **fields)
                self.assertEqual(reply['entries'], page)
                self.has(reply, more=more, last=self.last, total=total)


class SameMoment(ServerTest):
    admin_password = 'open sesame, please'
    options = {'grace': 1}

    def story(self, admin, room):
        """The room's log, in which nobody does anything without being there."""
        log = next(row['log'] for row in admin.request('log-list')['logs'] if row['room'] == room)
        entries, there = admin.whole_log(log, 'log-read', 'log'), set()
        self.dense(entries)
        for entry in entries[1:]:
            if entry['kind'] == 'joined':
                self.assertNotIn(entry['from'], there)
                there.add(entry['from'])
            elif entry['kind'] == 'closed':
                self.assertEqual(entry['seq'], len(entries))
            else:
                self.assertIn(entry['from'], there, entry)
            if entry['kind'] in ('left', 'kicked', 'renamed'):
                there.discard(entry['from'])
            if entry['kind'] == 'renamed':
                there.add(entry['to'])

    def test_whatever_happens_to_one_person_at_once_the_log_holds_together(self):
        admin = self.admin()
        for number in range(25):
            chance = random.Random(number)
            room = self.fresh()
            ana, bob = self.people(2, room)
            ana.request('protect', password='pass word')
            first, second = self.connect(tls=True), self.connect()
            first.hello()
            second.hello()
            what = [(first, 'login', {'name': ana.name, 'password': 'pass word', 'takeover': True}),
                    (second, 'login', {'token': ana.token}),
                    (ana, 'rename', {'name': ana.name + ' anew'}),
                    (ana, 'say', {'room': room, 'text': 'x', 'key': 'k'}),
                    (ana, 'leave', {'room': room}), (ana, 'logout', {}),
                    (ana, 'topic', {'room': room, 'topic': 'x'}), (ana, 'protect', {}),
                    (bob, 'whisper', {'to': ana.name, 'text': 'x', 'key': 'w'}),
                    (bob, 'unreachable', {'name': ana.name}),
                    (admin, 'kick', {'name': ana.name}), (admin, 'room-close', {'room': room}),
                    (admin, 'account-remove', {'name': ana.name}),
                    (admin, 'ban', {'name': ana.name, 'minutes': 1})]
            if number % 6:  # takes 2 s where nobody answers
                what = [one for one in what if one[1] != 'unreachable']
            chance.shuffle(what)
            asked = [(client, client.ask(op, **fields))
                     for client, op, fields in what[:chance.randint(3, len(what))]]
            for client, request in asked:
                deadline = time.monotonic() + 20
                while not client.end and request not in client.replies:
                    self.assertLess(time.monotonic(), deadline, f'round {number}: {what}')
                    client.turn(0.1)
            for ban in admin.request('bans')['bans']:
                admin.request('unban', ban=ban['ban'])
            self.story(admin, room)
            for client in (ana, bob, first, second):
                client.close()


if __name__ == '__main__':
    tap.main()
