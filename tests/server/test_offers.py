#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Offers of files: who has what for whom. The files themselves never go over the server."""

import tap
from hallway_server import ServerTest

DIRECT = {'port': 4000, 'fingerprint': '0123456789abcdef' * 4}
SHA = 'fedcba9876543210' * 4
FILE = {'name': 'notes.pdf', 'size': 4096, 'sha256': SHA}


class Offers(ServerTest):

    options = {'rate': '0', 'grace': '0'}
    admin_password = 'admin password'

    def giver(self, room=None, direct=DIRECT, features=('offers',)):
        """Someone whose client knows offers, and listens for who wants to fetch."""
        client = self.connect()
        client.hello(features=list(features))
        client.login(self.fresh('Giver'), **({'direct': direct} if direct else {}))
        if room:
            self.enter(client, room)
        return client

    def test_hello_tells_that_files_can_be_offered(self):
        self.assertIn('offers', self.connect().hello()['features'])

    def test_whoever_is_in_the_room_hears_of_an_offer(self):
        room = self.fresh()
        ana, ben = self.giver(room), self.giver(room)
        offer = ana.request('offer', room=room, type='application/pdf', **FILE)
        event = ben.event('offer', offer=offer['offer'])
        self.has(event, room=room, type='application/pdf', at=offer['at'], **FILE)
        self.assertEqual(event['from'], ana.name)
        ana.has_no('offer')

    def test_who_comes_later_can_ask_what_is_on_offer(self):
        room = self.fresh()
        ana, ben = self.giver(room), self.giver()
        offers = [ana.request('offer', room=room, **FILE)['offer'] for _ in range(3)]
        ben.refuse('not-member', 'offers', field='room', room=room)
        ben.join(room)
        listed = ben.request('offers', room=room)['offers']
        self.assertEqual(sorted(row['offer'] for row in listed), offers)
        self.has(listed[0], room=room, **FILE)

    def test_clients_that_do_not_know_offers_are_left_alone(self):
        room = self.fresh()
        ana, old = self.giver(room), self.person(room=room)
        ana.request('offer', room=room, **FILE)
        old.has_no('offer')
        ana.refuse('not-direct', 'offer', field='to', to=old.name, **FILE)
        ana.request('logout')
        old.has_no('offer-gone')

    def test_an_offer_to_one_person_is_nobody_elses(self):
        room = self.fresh()
        ana, ben, cleo = self.giver(room), self.giver(room), self.giver(room)
        offer = ana.request('offer', to=ben.name.lower(), **FILE)['offer']
        event = ben.event('offer', offer=offer)
        self.assertNotIn('room', event)
        cleo.has_no('offer')
        self.assertEqual(cleo.request('offers', room=room)['offers'], [])
        self.assertEqual([row['offer'] for row in ben.request('offers')['offers']], [offer])
        cleo.refuse('bad-request', 'decline', field='offer', offer=offer)
        cleo.refuse('bad-request', 'withdraw', field='offer', offer=offer)

    def test_declining_tells_who_offered(self):
        ana, ben = self.giver(), self.giver()
        offer = ana.request('offer', to=ben.name, **FILE)['offer']
        ben.request('decline', offer=offer)
        self.has(ana.event('offer-gone', offer=offer), declined=True)
        ben.refuse('bad-request', 'decline', field='offer', offer=offer)
        self.assertEqual(ben.request('offers')['offers'], [])

    def test_an_offer_can_be_taken_back(self):
        room = self.fresh()
        ana, ben = self.giver(room), self.giver(room)
        offer = ana.request('offer', room=room, **FILE)['offer']
        ben.event('offer')
        ben.refuse('bad-request', 'withdraw', field='offer', offer=offer)
        ana.request('withdraw', offer=offer)
        self.has(ben.event('offer-gone', offer=offer), room=room, declined=None)
        self.assertEqual(ben.request('offers', room=room)['offers'], [])

    def test_an_offer_goes_with_who_made_it(self):
        room = self.fresh()
        for leave in (lambda who: who.request('leave', room=room),
                      lambda who: who.request('logout'),
                      lambda who: who.close()):
            ana, ben = self.giver(room), self.giver(room)
            offer = ana.request('offer', room=room, **FILE)['offer']
            ben.event('offer', offer=offer)
            leave(ana)
            ben.event('offer-gone', offer=offer)
            ben.request('leave', room=room)

    def test_an_offer_goes_with_whom_it_is_for(self):
        ana, ben = self.giver(), self.giver()
        offer = ana.request('offer', to=ben.name, **FILE)['offer']
        ben.request('logout')
        self.has(ana.event('offer-gone', offer=offer), declined=None)

    def test_offers_to_each_other_end_together(self):
        ana, ben = self.giver(), self.giver()
        ana.request('offer', to=ben.name, **FILE)
        back = ben.request('offer', to=ana.name, **FILE)['offer']
        ben.request('logout')
        ana.event('offer-gone', offer=back)
        self.assertEqual(ana.request('offers')['offers'], [])

    def test_an_offer_goes_with_its_room(self):
        room = self.fresh()
        ana, ben = self.giver(room), self.giver(room)
        ana.request('offer', room=room, **FILE)
        self.admin().request('room-close', room=room)
        ben.event('kicked-out', room=room)
        self.enter(ben, room)
        self.assertEqual(ben.request('offers', room=room)['offers'], [])

    def test_a_new_name_is_told(self):
        room = self.fresh()
        ana, ben = self.giver(room), self.giver(room)
        offer = ana.request('offer', room=room, **FILE)['offer']
        ben.event('offer', offer=offer)
        name = ana.request('rename', name=self.fresh('Renamed'))['name']
        self.assertEqual(ben.event('offer', offer=offer)['from'], name)

    def test_an_offer_made_twice_stands_once(self):
        room = self.fresh()
        ana, ben = self.giver(room), self.giver(room)
        first = ana.request('offer', room=room, key='k' * 64, **FILE)
        self.has(ben.event('offer', offer=first['offer']), key='k' * 64)
        self.has(ana.request('offer', room=room, key='k' * 64, **FILE), offer=first['offer'],
                 at=first['at'])
        ben.has_no('offer')
        self.assertEqual([row['key'] for row in ben.request('offers', room=room)['offers']], ['k' * 64])
        other = ana.request('offer', room=room, key='another', **FILE)['offer']
        self.assertNotEqual(other, first['offer'])
        to_ben = ana.request('offer', to=ben.name, key='k' * 64, **FILE)['offer']
        self.assertNotEqual(to_ben, first['offer'])
        for key in ('', 'k' * 65):
            ana.refuse('bad-request', 'offer', field='key', room=room, key=key, **FILE)

    def test_only_who_can_be_reached_may_offer(self):
        room = self.fresh()
        shy, ben = self.giver(room, direct=None), self.giver(room)
        shy.refuse('not-direct', 'offer', room=room, **FILE)
        ben.refuse('no-such-user', 'offer', field='to', to='Nobody At All', **FILE)
        ben.refuse('not-direct', 'offer', field='to', to=ben.name, **FILE)
        ben.refuse('bad-request', 'offer', **FILE)
        ben.refuse('bad-request', 'offer', room=room, to=shy.name, **FILE)
        ben.refuse('not-member', 'offer', field='room', room=self.locked(), **FILE)

    def locked(self):
        room = self.fresh()
        self.person(room=room)
        return room

    def test_strangers_cannot_get_around_focus(self):
        room = self.fresh()
        ana, ben, cleo = self.giver(), self.giver(room), self.giver(room)
        ben.request('focus', on=True)
        ana.refuse('not-direct', 'offer', field='to', to=ben.name, **FILE)
        cleo.request('offer', to=ben.name, **FILE)
        ben.event('offer')

    def test_who_is_muted_offers_nothing(self):
        room = self.fresh()
        ana, _ = self.giver(room), self.giver(room)
        self.admin().request('mute', name=ana.name, minutes=5)
        ana.refuse('muted', 'offer', room=room, **FILE)

    def test_names_sizes_and_types_are_checked(self):
        room = self.fresh()
        ana = self.giver(room)

        def refused(field, **changes):
            ana.refuse('bad-request', 'offer', field=field, room=room, **{**FILE, **changes})

        for name in ('', '../notes.pdf', '/etc/passwd', 'a\\b', '.bashrc', 'a\nb', 'a\u202eb',
                     'x' * 129, '..', 7, None):
            refused('name', name=name)
        for size in (-1, 2 ** 53, 1.5, '7', None):
            refused('size', size=size)
        for sha in ('', SHA.upper(), SHA[:-1], SHA + '0', None):
            refused('sha256', sha256=sha)
        for kind in ('', 'image', 'image/', '/png', 'a/b/c', 'text/html; x', 'a/' + 'b' * 99):
            refused('type', type=kind)
        for name in ('x' * 128, 'a b.tar.gz', 'Übung №5.odt', 'été'):
            offer = ana.request('offer', room=room, **{**FILE, 'name': name})['offer']
            ana.request('withdraw', offer=offer)

    def test_one_person_can_only_offer_so_many(self):
        room = self.fresh()
        ana = self.giver(room)
        offers = [ana.request('offer', room=room, **FILE)['offer'] for _ in range(16)]
        ana.refuse('bad-request', 'offer', room=room, **FILE)
        ana.request('withdraw', offer=offers[7])
        ana.request('offer', room=room, **FILE)


if __name__ == '__main__':
    tap.main()
