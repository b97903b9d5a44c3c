#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Talking: what is said is kept and shown, once, in order, to those who are there."""

import time

import tap
from hallway_server import TEXT_MAX, ServerTest, pump

CONTROL = [chr(code) for code in [*range(0x01, 0x09), *range(0x0b, 0x20), *range(0x7f, 0xa0)]]


class Messages(ServerTest):

    def setUp(self):
        self.room = self.fresh()
        self.ana, self.bob = self.people(2, self.room)

    def test_message_reaches_everyone_in_the_room_its_author_too(self):
        before = time.time() * 1000
        reply = self.ana.say(self.room, 'hi')
        wanted = {'room': self.room, 'seq': reply['seq'], 'at': reply['at'], 'kind': 'message',
                  'from': self.ana.name, 'text': 'hi'}
        for client in [self.ana, self.bob]:
            self.has(client.event('entry', kind='message'), **wanted)
        self.assertEqual(reply['seq'], 4)
        self.assertTrue(before - 5000 < reply['at'] < before + 60000)
        del wanted['room']
        self.has(self.bob.history(self.room)['entries'][-1], **wanted)

    def test_message_stays_in_its_room(self):
        other = self.fresh()
        cleo = self.person(room=other)
        self.ana.say(self.room, 'only here')
        self.ana.event('entry', text='only here')
        cleo.say(other, 'mine')
        cleo.event('entry', text='mine')
        cleo.has_no('entry', room=self.room)

    def test_texts_arrive_as_they_were_sent(self):
        for text in ['x', ' ', '\n', '\t', '  spaces  kept  ', 'two\nlines\n', 'tab\there',
                     '"quoted" \\ back / slash', '<b>&amp;</b>', "'; DROP TABLE log; --", '%s %n',
                     'é', 'e\u0301',
                     'שלום \u200fעולם', '\u202eflipped\u202c', 'zero\u200bwidth',
                     '\ufeffmark', '\u2028\u2029', '😀👩\u200d🚀',
                     '\ufffd\ufffe\uffff\U0010ffff', '\u00ad',
                     '/slash', 'null', '{"op":"shutdown"}', 'a' * 200, '𝄞' * 200]:
            with self.subTest(text=text):
                seq = self.ana.say(self.room, text)['seq']
                self.assertEqual(self.bob.event('entry', seq=seq)['text'], text)
                self.assertEqual(self.bob.history(self.room)['entries'][-1]['text'], text)

    def test_length_of_a_text_is_counted_in_bytes(self):
        for unit in ['x', 'é', '小', '😀', '"', '\\', '\n']:
            size = len(unit.encode())
            count = TEXT_MAX // size
            with self.subTest(unit=unit):
                self.ana.say(self.room, unit * count)
                rest = 'x' * (TEXT_MAX - count * size)
                self.ana.say(self.room, unit * count + rest)
                self.ana.refuse('bad-request', 'say', field='text', room=self.room,
                                text=unit * count + rest + 'x')
                self.ana.refuse('bad-request', 'echo', field='text', text=unit * (count + 1))
        self.ana.refuse('bad-request', 'say', field='text', room=self.room, text='')

    def test_control_characters(self):
        last = self.ana.history(self.room)['last']
        for character in CONTROL:
            with self.subTest(character=character):
                self.ana.refuse('bad-request', 'say', field='text', room=self.room,
                                text=f'a{character}b')
        self.assertEqual(self.ana.history(self.room)['last'], last)

    def test_fields_missing_or_mistyped(self):
        for fields, field in [({'text': 'x'}, 'room'), ({'room': self.room}, 'text'),
                              ({'room': self.room, 'text': None}, 'text'),
                              ({'room': self.room, 'text': 7}, 'text'),
                              ({'room': self.room, 'text': ['x']}, 'text'),
                              ({'room': 7, 'text': 'x'}, 'room'),
                              ({'room': None, 'text': 'x'}, 'room'),
                              ({'room': self.room, 'text': 'x', 'key': 7}, 'key'),
                              ({'room': self.room, 'text': 'x', 'key': ''}, 'key'),
                              ({'room': self.room, 'text': 'x', 'key': 'k' * 65}, 'key')]:
            with self.subTest(fields=fields):
                self.ana.refuse('bad-request', 'say', field=field, **fields)

    def test_only_members_say_anything(self):
        self.person().refuse('not-member', 'say', room=self.room, text='let me in')

    def test_a_success_without_id_is_still_done(self):
        self.ana.send(op='say', room=self.room, text='no id')
        self.bob.event('entry', text='no id')

    # Order

    def test_replies_and_events_come_in_order(self):
        asked = [self.ana.ask('say', room=self.room, text=f't{i}') for i in range(500)]
        seqs = [self.ana.reply(request)['seq'] for request in asked]
        self.assertEqual(seqs, list(range(4, 504)))
        for client in [self.ana, self.bob]:
            client.wait(lambda: any(event.get('text') == 't499' for event in client.events),
                        'the last message')
            entries = [entry for entry in client.take_entries(self.room)
                       if entry['kind'] == 'message']
            self.dense(entries, 4)
            self.assertEqual([entry['text'] for entry in entries], [f't{i}' for i in range(500)])

    def test_requests_of_one_room_are_answered_in_their_order(self):
        asked = []
        for number in range(20):
            asked += [self.ana.ask('say', room=self.room, text=f't{number}'),
                      self.ana.ask('history', room=self.room, limit=1),
                      self.ana.ask('topic', room=self.room, topic=f'topic {number}'),
                      self.ana.ask('members', room=self.room),
                      self.ana.ask('join', room=self.room, history=1),
                      self.ana.ask('typing', room=self.room)]
        asked += [self.ana.ask('leave', room=self.room), self.ana.ask('join', room=self.room),
                  self.ana.ask('say', room=self.room, text='end')]
        self.ana.wait(lambda: len(self.ana.replies) == len(asked), 'every reply')
        self.assertEqual(list(self.ana.replies), asked)
        for number in range(20):
            said, read, _, _, joined, _ = (self.ana.replies[request]
                                           for request in asked[6 * number:6 * number + 6])
            self.assertEqual(read['entries'][0]['seq'], said['seq'])
            self.assertEqual(read['last'], said['seq'])
            self.has(joined['entries'][0], kind='topic', text=f'topic {number}')
            self.assertEqual(joined['topic'], f'topic {number}')

    def test_everyone_sees_the_same_order(self):
        people = [self.ana, self.bob, *self.people(4, self.room)]
        for number in range(100):
            for person in people:
                person.ask('say', room=self.room, text=f'{person.name} {number}')
        wanted = 100 * len(people)

        def messages(client):
            return [event for event in client.events if event['ev'] == 'entry'
                    and event['kind'] == 'message']

        pump(people, lambda: all(len(messages(client)) == wanted for client in people),
             'everyone has every message')
        first = [(entry['seq'], entry['from'], entry['text']) for entry in messages(people[0])]
        for person in people:
            seen = messages(person)
            self.dense(seen, seen[0]['seq'])
            self.assertEqual([(entry['seq'], entry['from'], entry['text']) for entry in seen],
                             first)
            mine = [entry['text'] for entry in seen if entry['from'] == person.name]
            self.assertEqual(mine, [f'{person.name} {number}' for number in range(100)])

    def test_what_follows_a_message_at_once_comes_after_it(self):
        """Say and leave, say and logout in one packet: nothing overtakes."""
        cleo = self.person(room=self.room)
        said = cleo.ask('say', room=self.room, text='bye')
        left = cleo.ask('leave', room=self.room)
        self.assertTrue(cleo.reply(said)['ok'] and cleo.reply(left)['ok'])
        cleo.join(self.room)
        cleo.ask('say', room=self.room, text='bye again')
        out = cleo.ask('logout')
        self.assertTrue(cleo.reply(out)['ok'])
        cleo.expect_close()
        tail = [(entry['kind'], entry.get('text') or entry.get('reason'))
                for entry in self.bob.whole_log(self.room)[-5:]]
        self.assertEqual(tail, [('message', 'bye'), ('left', 'left'), ('joined', None),
                                ('message', 'bye again'), ('left', 'quit')])

    # Keys

    def test_key_is_shown_to_its_author_only(self):
        self.ana.say(self.room, 'keyed', key='k1')
        self.assertEqual(self.ana.event('entry', text='keyed')['key'], 'k1')
        self.assertNotIn('key', self.bob.event('entry', text='keyed'))
        self.assertEqual(self.ana.history(self.room)['entries'][-1]['key'], 'k1')
        self.assertNotIn('key', self.bob.history(self.room)['entries'][-1])
        self.assertEqual(self.ana.join(self.room)['entries'][-1]['key'], 'k1')
        self.assertNotIn('key', self.bob.join(self.room)['entries'][-1])

    def test_keys_among_many_messages_at_once(self):
        def key(speaker, i):
            return {'key': f'"{speaker} {i}'} if i % 3 else {}

        everybody = {'Ana': self.ana, 'Bob': self.bob}
        for i in range(100):
            for name, speaker in everybody.items():
                speaker.ask('say', room=self.room, text=f'{name} {i}', **key(name, i))
        for name, reader in everybody.items():
            came = [reader.event('entry', kind='message') for _ in range(200)]
            self.assertEqual([entry['seq'] - came[0]['seq'] for entry in came], list(range(200)))
            for speaker in everybody:
                said = [entry for entry in came if entry['text'].startswith(speaker)]
                self.assertEqual([entry['text'] for entry in said], [f'{speaker} {i}' for i in range(100)])
                self.assertEqual([entry.get('key') for entry in said],
                                 [key(name, i).get('key') if speaker == name else None for i in range(100)])

    def test_same_key_is_the_same_message(self):
        first = self.ana.say(self.room, 'once', key='k2')
        for text in ['once', 'in other words']:
            again = self.ana.say(self.room, text, key='k2')
            self.has(again, seq=first['seq'], at=first['at'])
        end = self.ana.say(self.room, 'end')['seq']
        self.assertEqual(end, first['seq'] + 1)
        self.bob.event('entry', text='end')
        self.bob.event('entry', text='once')
        self.bob.has_no('entry', text='once')
        self.bob.has_no('entry', text='in other words')

    def test_same_key_at_once_is_one_message(self):
        asked = [self.ana.ask('say', room=self.room, text='dup', key='k3') for _ in range(50)]
        replies = {(reply['seq'], reply['at'])
                   for reply in (self.ana.reply(request) for request in asked)}
        self.assertEqual(len(replies), 1)
        texts = [entry.get('text') for entry in self.ana.whole_log(self.room)]
        self.assertEqual(texts.count('dup'), 1)

    def test_keys_belong_to_a_person_and_a_room(self):
        other = self.fresh()
        self.enter(self.ana, other)
        seqs = [self.ana.say(self.room, 'a', key='k4')['seq'],
                self.bob.say(self.room, 'b', key='k4')['seq'],
                self.ana.say(self.room, 'c', key='k5')['seq']]
        self.assertEqual(seqs, [seqs[0], seqs[0] + 1, seqs[0] + 2])
        self.assertEqual(self.ana.say(other, 'd', key='k4')['seq'], 3)

    def test_keys_go_by_the_folded_name(self):
        room = self.fresh()
        ana = self.person('Anaïs', room)
        first = ana.say(room, 'by one', key='k6')
        ana.request('logout')
        ana.expect_close()
        again = self.person('ANAI\u0308S', room)
        self.assertEqual(again.say(room, 'by another spelling', key='k6')['seq'], first['seq'])
        self.assertEqual([entry.get('key') for entry in again.whole_log(room)
                          if entry['kind'] == 'message'], ['k6'])

    def test_keys_of_all_lengths_and_letters(self):
        for key in ['k', 'k' * 64, '😀' * 64, "'\"\\/ %s", 'K', 'é', 'e\u0301']:
            with self.subTest(key=key):
                first = self.ana.say(self.room, 'x', key=key)
                self.assertEqual(self.ana.event('entry', seq=first['seq'])['key'], key)
                self.assertEqual(self.ana.say(self.room, 'x', key=key)['seq'], first['seq'])

    def test_keys_hold_over_a_restart(self):
        server = self.new_server().start()

        def enter():
            client = self.connect(server)
            client.hello()
            client.login('Ana')
            self.enter(client, 'Lasting')
            return client

        first = enter().say('Lasting', 'once', key='k7')
        server.restart()
        again = enter()
        self.has(again.say('Lasting', 'once', key='k7'), seq=first['seq'], at=first['at'])
        server.kill()
        server.start()
        last = enter()
        self.has(last.say('Lasting', 'once', key='k7'), seq=first['seq'], at=first['at'])
        self.assertEqual([entry['text'] for entry in last.whole_log('Lasting')
                          if entry['kind'] == 'message'], ['once'])
        last.close()
        server.stop()


if __name__ == '__main__':
    tap.main()
