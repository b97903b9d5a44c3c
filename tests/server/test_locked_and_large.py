#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rooms with a lock, and rooms with very many people."""

import os

import tap
from hallway_server import ServerTest, pump


class Locked(ServerTest):

    def setUp(self):
        self.room = self.fresh('Locked')
        self.ana, self.bob = self.people(2)
        self.ana.create(self.room, password='sesame')

    def row(self, client):
        return next(row for row in client.request('rooms')['rooms'] if row['room'] == self.room)

    def test_locked_room_needs_its_password(self):
        self.bob.refuse('room-password', 'join', field='password', room=self.room)
        for password in ['wrong', 'Sesame', 'sesame ', '']:
            self.bob.refuse('room-password', 'join', field='password', room=self.room,
                            password=password)
        self.bob.refuse('bad-request', 'join', field='password', room=self.room, password=7)
        self.bob.join(self.room, password='sesame')
        self.bob.say(self.room, 'inside')
        self.ana.event('entry', text='inside')
        self.assertEqual(len(self.ana.whole_log(self.room)), 4)

    def test_member_who_joins_again_needs_it_no_more(self):
        self.ana.join(self.room)
        self.ana.join(self.room, after=1)

    def test_lock_is_shown(self):
        self.assertIs(self.row(self.bob)['locked'], True)

    def test_members_are_shown_to_members_only(self):
        self.bob.refuse('not-member', 'members', room=self.room)
        self.assertEqual(len(self.ana.request('members', room=self.room)['members']), 1)

    def test_password_is_for_open_rooms_no_hindrance(self):
        room = self.fresh()
        self.ana.create(room)
        self.bob.join(room, password='whatever')

    def test_lock_outlives_a_restart_and_is_kept_as_a_hash_only(self):
        server = self.new_server().start()
        ana = self.connect(server)
        ana.hello()
        ana.login('Ana')
        ana.create('Vault', password='a quite unusual word')
        server.restart()
        ana = self.connect(server)
        ana.hello()
        ana.login('Ana')
        ana.refuse('room-password', 'join', room='Vault')
        ana.join('Vault', password='a quite unusual word')
        for folder, _, files in os.walk(server.data):
            for name in files:
                with open(os.path.join(folder, name), 'rb') as file:
                    self.assertNotIn(b'a quite unusual word', file.read())
        ana.close()
        server.stop()


class LargeRooms(ServerTest):
    options = {'grace': 1}

    def crowd(self, room, count):
        clients = []
        for _ in range(count):
            client = self.connect()
            client.ask('hello', versions=[1], client='crowd')
            client.ask('login')
            client.ask('join', room=room, history=0)
            clients.append(client)
        pump(clients, lambda: all(3 in client.replies for client in clients), 'everyone is in')
        return clients

    def kinds(self, client, room):
        entries = client.whole_log(room)
        self.dense(entries)
        return [entry['kind'] for entry in entries]

    def test_coming_and_going_is_counted_not_told(self):
        room = self.fresh('Stadium')
        host = self.person(room=room)
        crowd = self.crowd(room, 199)
        self.assertEqual(self.kinds(host, room).count('joined'), 200)
        host.event('entry', kind='joined', seq=201)
        more = self.crowd(room, 10)
        self.assertEqual(self.kinds(host, room).count('joined'), 200)
        host.has_no('entry', kind='joined', seq=202)
        while host.event('members', room=room)['count'] != 210:
            pass
        self.assertEqual(len(host.request('members', room=room)['members']), 210)
        # who is not in the log is a member like any other
        more[0].say(room, 'hello stadium')
        host.event('entry', text='hello stadium')
        crowd[7].event('entry', text='hello stadium')
        more[1].request('leave', room=room)
        more[2].request('logout')
        more[3].close()
        while host.event('members', room=room)['count'] != 207:
            pass
        host.has_no('entry', kind='left')
        self.assertNotIn('left', self.kinds(host, room))
        # and when it is small again everything is told again
        for client in crowd[:60]:
            client.ask('leave', room=room)
        pump(crowd[:60], lambda: all(4 in client.replies for client in crowd[:60]),
             'sixty have left')
        crowd[100].request('leave', room=room)
        host.event('entry', kind='left', **{'from': crowd[100].replies[2]['name']})

    def test_two_hundred_are_told_of_and_two_hundred_and_one_are_not(self):
        room = self.fresh('Hall')
        host = self.person(room=room)
        crowd = self.crowd(room, 198)
        last, extra = self.person(), self.person()
        last.join(room)  # the two hundredth
        host.event('entry', kind='joined', **{'from': last.name})
        host.take_entries(room)
        for _ in range(3):
            extra.join(room)  # one too many: counted only, coming and going
            host.wait(lambda: any(event['ev'] == 'members' and event['count'] == 201
                                  for event in host.events), 'the count')
            extra.request('leave', room=room)
            host.wait(lambda: any(event['ev'] == 'members' and event['count'] == 200
                                  for event in host.events), 'the count')
            host.events.clear()
        host.has_no('entry')
        last.request('leave', room=room)
        self.has(host.event('entry', kind='left'), reason='left', **{'from': last.name})
        host.has_no('entry')
        self.assertEqual(len(host.request('members', room=room)['members']), 199)
        self.assertNotIn(extra.name, [entry['from'] for entry in host.whole_log(room)
                                      if 'from' in entry])
        crowd[0].say(room, 'still one of many')

    def test_what_else_happens_in_a_large_room_is_told_and_logged(self):
        server = self.new_server(grace=1)
        server.set_admin_password('open sesame, please')
        self.server = server.start()
        self.admin_password = 'open sesame, please'
        room = self.fresh('Square')
        host = self.person(room=room)
        crowd = self.crowd(room, 205)
        names = [client.replies[2]['name'] for client in crowd[:4]]
        host.take_entries(room)
        crowd[0].request('topic', room=room, topic='Crowded')
        new = crowd[1].request('rename', name=self.fresh('Another'))['name']
        self.admin().request('kick', name=names[2], text='Enough.')
        self.admin().request('ban', name=names[3], minutes=5)
        crowd[4].close()  # lost, and not told of
        self.has(host.event('entry', kind='topic'), text='Crowded', **{'from': names[0]})
        self.has(host.event('entry', kind='renamed'), to=new, **{'from': names[1]})
        for name in names[2:]:
            host.event('entry', kind='kicked', **{'from': name})
        host.wait(lambda: any(event['ev'] == 'members' and event['count'] == 203
                              for event in host.events), 'the count without three')
        kinds = self.kinds(host, room)
        self.assertEqual((kinds.count('kicked'), kinds.count('left')), (2, 0))
        server.stop()

    def test_count_is_told_at_most_once_a_second(self):
        room = self.fresh('Arena')
        host = self.person(room=room)
        self.crowd(room, 203)
        host.events.clear()
        client = self.person()
        for _ in range(40):
            client.join(room, history=0)
            client.request('leave', room=room)
        host.read_for(2.2)
        told = [event for event in host.events if event['ev'] == 'members']
        self.assertTrue(1 <= len(told) <= 6, told)
        self.assertEqual(told[-1]['count'], 204)


if __name__ == '__main__':
    tap.main()
