#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lobby: finding, making, entering and leaving rooms."""

import time

import tap
from hallway_server import PAGE_MAX, ServerTest

ROW = {'room': str, 'topic': str, 'members': int, 'created': int, 'last': int, 'locked': bool}
MEMBER = {'name': str, 'guest': bool, 'direct': bool, 'focus': bool, 'admin': bool, 'idle': int}


class Rooms(ServerTest):

    def row(self, client, room, **fields):
        return next((row for row in client.request('rooms', **fields)['rooms']
                     if row['room'] == room), None)

    def typed(self, message, types):
        self.assertEqual({name: type(message.get(name)) for name in types}, types, message)

    def names(self, reply):
        return [member['name'] for member in reply['members']]

    # create

    def test_creator_is_in_the_new_room(self):
        room, ana = self.fresh(), self.person()
        before = time.time() * 1000
        reply = ana.create(room, topic='What it is about')
        self.has(reply, room=room, topic='What it is about', more=False, last=2)
        self.assertEqual(self.names(reply), [ana.name])
        self.typed(reply['members'][0], MEMBER)
        self.dense(reply['entries'])
        created, joined = reply['entries']
        self.has(created, kind='created')
        self.has(joined, kind='joined', **{'from': ana.name})
        self.assertTrue(before - 5000 < created['at'] < before + 60000, created)
        self.assertEqual(ana.say(room, 'first words')['seq'], 3)

    def test_room_that_exists(self):
        room = self.fresh()
        ana = self.person(room=room)
        for client in [ana, self.person()]:
            client.refuse('room-exists', 'create', field='room', room=room)

    def test_room_created_by_many_at_once_is_one(self):
        room, people = self.fresh(), self.people(10)
        asked = [client.ask('create', room=room) for client in people]
        replies = [client.reply(request) for client, request in zip(people, asked)]
        winners = [client for client, reply in zip(people, replies) if reply['ok']]
        self.assertEqual(len(winners), 1)
        self.assertEqual({reply['error']['code'] for reply in replies if not reply['ok']},
                         {'room-exists'})
        self.assertEqual(len(winners[0].whole_log(room)), 2)

    def test_create_of_wrong_types(self):
        client = self.person()
        for field, value in [('room', None), ('room', 7), ('room', ['x']), ('topic', 7),
                             ('topic', {}), ('password', 7), ('password', True)]:
            with self.subTest(field=field, value=value):
                client.refuse('bad-request', 'create', field=field,
                              **{'room': self.fresh(), field: value})

    # join

    def test_joining_shows_who_and_what_is_there(self):
        room = self.fresh()
        ana, bob = self.person(room=room), self.person()
        ana.say(room, 'hello?')
        reply = bob.join(room)
        self.has(reply, room=room, topic='', more=False, last=4)
        self.assertEqual(sorted(self.names(reply)), sorted([ana.name, bob.name]))
        for member in reply['members']:
            self.typed(member, MEMBER)
        self.dense(reply['entries'])
        self.assertEqual([entry['kind'] for entry in reply['entries']],
                         ['created', 'joined', 'message', 'joined'])
        self.has(ana.event('entry', kind='joined'), room=room, seq=4, **{'from': bob.name})
        bob.has_no('entry', kind='joined')

    def test_members_are_sorted_by_folded_name(self):
        room = self.fresh()
        people = {}
        for name in ['zoé', 'Bert', 'ana', 'Ähre', 'Émile', 'Zoe', 'anA2', 'STRASSE', 'straßf']:
            people[name] = self.person(name, room)
        wanted = ['ana', 'anA2', 'Bert', 'STRASSE', 'straßf', 'Zoe', 'zoé', 'Ähre', 'Émile']
        self.assertEqual(self.names(people['Bert'].join(room)), wanted)
        self.assertEqual(self.names(people['ana'].request('members', room=room)), wanted)

    def test_join_again_logs_nothing(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        first = bob.join(room)
        second = bob.join(room)
        del first['re'], second['re']
        for reply in [first, second]:
            for member in reply['members']:
                del member['idle']
        self.assertEqual(first, second)
        self.assertEqual(bob.history(room)['last'], 3)
        bob.say(room, 'once')
        ana.event('entry', text='once')
        ana.has_no('entry', kind='joined', seq=4)

    def test_events_start_after_the_last_entry_of_the_reply(self):
        room = self.fresh()
        ana = self.person(room=room)
        asked = [ana.ask('say', room=room, text=f't{i}') for i in range(300)]
        late = self.person()
        reply = late.join(room)
        for request in asked:
            ana.reply(request)
        end = ana.say(room, 'end')['seq']
        late.wait(lambda: any(event.get('seq') == end for event in late.events), 'the end')
        seen = reply['entries'] + late.take_entries(room)
        self.dense(seen, seen[0]['seq'])
        self.assertEqual(reply['entries'][-1]['seq'], reply['last'])
        self.has(reply['entries'][-1], kind='joined', **{'from': late.name})

    def test_joining_a_flood_of_long_messages_leaves_no_hole(self):
        """Nor does joining again: what the reply holds ends where the events begin."""
        room = self.fresh()
        talkers, joiner = self.people(3, room), self.person()
        self.enter(joiner, room)
        asked = []
        for _ in range(100):
            for talker in talkers * 4:
                asked.append((talker, talker.ask('say', room=room, text='x' * 8000)))
            joiner.ask('leave', room=room)
            joiner.ask('join', room=room, history=50)
            for client in [*talkers, joiner]:
                client.turn(0)
        for talker, request in asked:
            self.assertTrue(talker.reply(request)['ok'])
            talker.events.clear()
        joiner.reply(joiner.last_id)
        replies = [reply for reply in joiner.replies.values() if 'entries' in reply]
        self.assertGreater(len(replies), 50)
        for reply in replies:
            self.dense(reply['entries'], reply['last'] - len(reply['entries']) + 1)
            self.assertGreater(len(reply['entries']), 0)

    def test_history_that_comes_with_join(self):
        room = self.fresh()
        ana = self.person(room=room)
        for number in range(PAGE_MAX + 20):
            ana.ask('say', room=room, text=f't{number}')
        ana.say(room, 'end')
        last = ana.history(room)['last']
        for count in [1, 2, 49, 50, PAGE_MAX]:
            reply = ana.join(room, history=count)
            self.assertEqual(len(reply['entries']), count)
            self.dense(reply['entries'], last - count + 1)
            self.has(reply, more=True, last=last)
        self.assertEqual(len(ana.join(room)['entries']), 50)
        self.has(ana.join(room, history=0), entries=[], last=last)
        bob = self.person()
        self.has(bob.join(room, history=0), last=last + 1)
        bob.refuse('bad-request', 'join', field='history', room=room, history=-1)
        bob.refuse('bad-request', 'join', field='history', room=room, history=PAGE_MAX + 1)
        bob.refuse('bad-request', 'join', field='history', room=room, history='all')

    def test_join_after_gives_what_was_missed_oldest_first(self):
        room = self.fresh()
        ana = self.person(room=room)
        for number in range(30):
            ana.say(room, f't{number}')
        reply = ana.join(room, after=10)
        self.dense(reply['entries'], 11)
        self.has(reply, more=False, last=32)
        self.assertEqual(reply['entries'][-1]['seq'], 32)
        reply = ana.join(room, after=10, history=5)
        self.assertEqual([entry['seq'] for entry in reply['entries']], [11, 12, 13, 14, 15])
        self.has(reply, more=True, last=32)
        self.has(ana.join(room, after=32), entries=[], more=False, last=32)
        ana.refuse('bad-request', 'join', field='after', room=room, after=-1)
        ana.refuse('bad-request', 'join', field='after', room=room, after='x')

    def test_no_such_room(self):
        client = self.person()
        for op, fields in [('join', {}), ('leave', {}), ('say', {'text': 'x'}), ('history', {}),
                           ('members', {}), ('typing', {})]:
            with self.subTest(op=op):
                client.refuse('no-such-room', op, field='room', room='Nowhere', **fields)

    # leave

    def test_leaving_is_told_and_logged(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        bob.request('leave', room=room)
        self.has(ana.event('entry', kind='left'), room=room, reason='left', seq=4,
                 **{'from': bob.name})
        self.assertEqual(self.names(ana.request('members', room=room)), [ana.name])
        self.has(ana.history(room)['entries'][-1], kind='left', reason='left')

    def test_who_left_hears_no_more(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        bob.request('leave', room=room)
        bob.take_entries(room)
        ana.say(room, 'gone?')
        bob.has_no('entry', text='gone?')
        for op, fields in [('say', {'text': 'x'}), ('history', {}), ('typing', {}), ('leave', {})]:
            with self.subTest(op=op):
                bob.refuse('not-member', op, room=room, **fields)

    def test_coming_back_is_a_new_joined(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        for _ in range(3):
            bob.request('leave', room=room)
            bob.join(room)
        self.assertEqual([entry['kind'] for entry in ana.whole_log(room)],
                         ['created', 'joined', 'joined', *['left', 'joined'] * 3])

    def test_empty_room_stays_with_its_log(self):
        room = self.fresh()
        ana = self.person(room=room)
        ana.say(room, 'remember')
        ana.request('leave', room=room)
        self.has(self.row(ana, room), members=0)
        reply = ana.join(room)
        self.assertEqual([entry['kind'] for entry in reply['entries']],
                         ['created', 'joined', 'message', 'left', 'joined'])

    def test_being_in_many_rooms(self):
        ana, bob = self.people(2)
        rooms = [self.fresh('Many') for _ in range(60)]
        for room in rooms:
            ana.create(room)
            bob.join(room)
        for room in rooms:
            ana.say(room, f'hello {room}')
        for room in rooms:
            self.has(bob.event('entry', text=f'hello {room}'), room=room)

    # members

    def test_members_can_be_seen_from_outside(self):
        room = self.fresh()
        people = self.people(3, room)
        outsider = self.person()
        self.assertEqual(sorted(self.names(outsider.request('members', room=room))),
                         sorted(person.name for person in people))

    def test_idle_counts_seconds_since_activity(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        members = bob.request('members', room=room)['members']
        self.assertLess(max(member['idle'] for member in members), 10)
        bob.read_for(1.2)
        idle = {member['name']: member['idle']
                for member in bob.request('members', room=room)['members']}
        self.assertGreaterEqual(idle[ana.name], 1)
        self.assertEqual(idle[bob.name], 0)

    # rooms

    def test_rooms_are_listed_with_what_they_are(self):
        room = self.fresh()
        ana = self.person()
        ana.create(room, topic='Tea')
        self.person(room=room)
        row = self.row(ana, room)
        self.typed(row, ROW)
        self.has(row, topic='Tea', members=2, locked=False, last=row['created'])
        said = ana.say(room, 'the last message')['at']
        ana.request('topic', room=room, topic='Coffee')
        self.has(self.row(ana, room), last=said, topic='Coffee')
        self.assertLess(abs(row['created'] - time.time() * 1000), 600_000)

    def test_rooms_are_sorted_by_folded_name(self):
        client = self.person()
        for name in ['beta', 'Alpha', 'gamma', 'ALPHA 2', 'Éclair', 'Zulu']:
            client.create(name)
        listed = [row['room'] for row in client.request('rooms')['rooms']]
        ours = [name for name in listed if name in
                {'beta', 'Alpha', 'gamma', 'ALPHA 2', 'Éclair', 'Zulu'}]
        self.assertEqual(ours, ['Alpha', 'ALPHA 2', 'beta', 'gamma', 'Zulu', 'Éclair'])

    def test_rooms_can_be_watched(self):
        watcher, ana = self.people(2)
        watcher.request('rooms', watch=True)
        room = self.fresh('Watched')
        ana.create(room, topic='News')
        event = watcher.event('room', room=room)
        self.typed(event, ROW)
        self.has(event, topic='News', members=1)
        ana.request('topic', room=room, topic='More news')
        self.has(watcher.event('room', room=room, topic='More news'), members=1)
        said = ana.say(room, 'first')['at']
        self.assertEqual(watcher.event('room', room=room, last=said)['topic'], 'More news')
        ana.request('leave', room=room)
        self.has(watcher.event('room', room=room, members=0), topic='More news')

    def test_watching_ends(self):
        watcher, ana = self.people(2)
        watcher.request('rooms', watch=True)
        watcher.request('rooms', watch=False)
        room = self.fresh('Unwatched')
        ana.create(room)
        watcher.read_for(1.2)
        watcher.has_no('room', room=room)

    def test_changes_are_told_at_most_once_a_second_and_the_last_one_always(self):
        room = self.fresh('Busy')
        watcher = self.person()
        watcher.request('rooms', watch=True)
        started = time.monotonic()
        people = self.people(3, room)
        while time.monotonic() - started < 2.2:
            for person in people:
                person.request('leave', room=room)
                person.join(room)
        people[0].request('leave', room=room)
        people[1].request('leave', room=room)
        watcher.read_for(1.2)
        passed = time.monotonic() - started
        told = [event for event in watcher.events if event['ev'] == 'room' and event['room'] == room]
        self.assertTrue(2 <= len(told) <= passed + 1.5, told)
        self.assertEqual(told[-1]['members'], 1)

    def test_rooms_are_there_after_a_restart(self):
        server = self.new_server().start()
        client = self.connect(server)
        client.hello()
        client.login('Ana')
        created = client.create('Lasting', topic='Stays')
        client.say('Lasting', 'words')
        server.restart()
        again = self.connect(server)
        again.hello()
        again.login('Ana')
        row = self.row(again, 'Lasting')
        self.has(row, topic='Stays', members=0, created=created['entries'][0]['at'])
        kinds = [(entry['kind'], entry.get('reason')) for entry in again.join('Lasting')['entries']]
        self.assertEqual(kinds, [('created', None), ('joined', None), ('message', None),
                                 ('left', 'closing'), ('joined', None)])
        again.close()
        server.stop()


if __name__ == '__main__':
    tap.main()
