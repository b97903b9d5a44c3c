#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a room is about: told, logged, listed, and kept."""

import tap
from hallway_server import ServerTest


class Topics(ServerTest):

    def test_topic_is_told_logged_and_listed(self):
        room = self.fresh()
        ana, bob = self.people(2, room)
        bob.request('topic', room=room, topic='  About cafe\u0301s ')
        self.has(ana.event('entry', kind='topic'), room=room, seq=4, text='About cafés',
                 **{'from': bob.name})
        self.assertEqual(ana.join(room)['topic'], 'About cafés')
        row = next(row for row in ana.request('rooms')['rooms'] if row['room'] == room)
        self.assertEqual(row['topic'], 'About cafés')
        self.assertEqual(ana.history(room)['entries'][-1]['kind'], 'topic')
        ana.request('topic', room=room, topic='')
        self.assertEqual(bob.join(room)['topic'], '')

    def test_topics_that_cannot_be(self):
        room = self.fresh()
        ana, bob = self.person(room=room), self.person()
        for topic in ['t' * 201, '/x', 'two\nlines', 'x\u202ey', 7, None]:
            ana.refuse('bad-request', 'topic', field='topic', room=room, topic=topic)
        ana.refuse('bad-request', 'topic', field='room', topic='x')
        ana.refuse('no-such-room', 'topic', field='room', room='Nowhere', topic='x')
        bob.refuse('not-member', 'topic', room=room, topic='x')
        self.assertEqual(len(ana.whole_log(room)), 2)

    def test_topic_outlives_a_crash(self):
        server = self.new_server().start()
        ana = self.connect(server)
        ana.hello()
        ana.login('Ana')
        ana.create('Hall', topic='First')
        ana.request('topic', room='Hall', topic='Second')
        server.kill()
        server.start()
        ana = self.connect(server)
        ana.hello()
        ana.login('Ana')
        self.assertEqual(ana.join('Hall')['topic'], 'Second')
        ana.close()
        server.stop()


if __name__ == '__main__':
    tap.main()
