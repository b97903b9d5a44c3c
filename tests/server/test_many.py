#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many at once: a few hundred people, in one room and going together."""

import tap
from hallway_server import Client, ServerTest, pump

CROWD = 300


class Many(ServerTest):
    options = {'grace': 1, 'max_clients': 2000}

    def crowd(self, count, rooms, stem, tls_every=10):
        """@count people who have logged in and joined, all doing so at the same time."""
        clients = []
        for number in range(count):
            client = self.connect(tls=number % tls_every == 0)
            client.ask('hello', versions=[1], client='crowd')
            client.ask('login', name=f'{stem} {number}')
            client.ask('join', room=rooms[number % len(rooms)])
            client.name = f'{stem} {number}'
            client.room = rooms[number % len(rooms)]
            clients.append(client)
        pump(clients, lambda: all(3 in client.replies for client in clients), 'everyone is in')
        for client in clients:
            for request in [1, 2, 3]:
                self.assertTrue(client.reply(request)['ok'])
        return clients

    def test_everyone_in_three_rooms_hears_everything(self):
        rooms = [self.fresh('Large') for _ in range(3)]
        host = self.person()
        for room in rooms:
            host.create(room)
        clients = self.crowd(CROWD, rooms, self.fresh('Crowd'))
        for client in clients[::10]:
            for number in range(5):
                client.ask('say', room=client.room, text=f'{client.name} says {number}')

        def heard(client):
            return sum(event['ev'] == 'entry' and event['kind'] == 'message'
                       for event in client.events)

        wanted = CROWD // 10 // 3 * 5
        pump([host, *clients], lambda: all(heard(client) == wanted for client in clients),
             'everyone has heard everything')
        for client in clients:
            entries = client.take_entries(client.room)
            self.dense(entries, entries[0]['seq'])
        for room in rooms:
            self.dense(host.whole_log(room))

    def test_everyone_goes_at_once(self):
        room = self.fresh('Doomed')
        host = self.person()
        host.create(room)
        clients = self.crowd(150, [room], self.fresh('Lemming'))
        self.assertEqual(len(host.request('members', room=room)['members']), 151)
        for client in clients:
            client.close()
        host.wait(lambda: sum(event['ev'] == 'entry' and event['kind'] == 'left'
                              for event in host.events) == 150, 'all are missed')
        self.assertEqual([member['name'] for member in
                          host.request('members', room=room)['members']], [host.name])
        entries = host.whole_log(room)
        self.dense(entries)
        self.assertEqual(sum(entry['kind'] == 'left' and entry['reason'] == 'lost'
                             for entry in entries), 150)

    def test_join_names_a_thousand_and_members_the_rest(self):
        room = self.fresh('Stadium')
        host = self.person()
        host.create(room)
        for _ in range(5):
            self.crowd(210, [room], self.fresh('Fan'), tls_every=211)
        reply = host.join(room)
        names = [member['name'] for member in reply['members']]
        self.assertEqual(len(names), 1000)
        more = True
        while more:
            page = host.request('members', room=room, start=names[-1])
            names += [member['name'] for member in page['members']]
            more = page.get('more', False)
        self.assertEqual(len(set(names)), 1051)

    def test_descriptors_are_given_back(self):
        before = self.server.descriptors()
        for _ in range(3):
            clients = [Client(self.server, tls=number % 20 == 0) for number in range(200)]
            for number, client in enumerate(clients):
                if number % 2:
                    client.send_raw(b'{"op":"hel')
            for client in clients:
                client.close()
        client = self.greet()
        for _ in range(2000):
            if self.server.descriptors() <= before + 5:
                break
            client.read_for(0.01)
        self.assertLessEqual(self.server.descriptors(), before + 5)


if __name__ == '__main__':
    tap.main()
