#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding in a room's history: by words, by person, by kind, by time."""

import time

import tap
from hallway_server import ServerTest

TEXTS = {  # who said what, in this order
    1: ('Ana', 'The quick brown fox jumps over the lazy dog'),
    2: ('Bob', 'Quick! A café au lait, please'),
    3: ('Ana', 'CAFE opens at nine'),
    4: ('Bob', 'brown bread and butter'),
    5: ('Ana', 'fox and hound; hound and fox'),
    6: ('Bob', 'Où est la bibliothèque? À côté du cafe\u0301.'),
    7: ('Ana', 'foxes are quicker'),
    8: ('Bob', 'Привет, Мир'),
    9: ('Ana', 'not OR and AND near NEAR text: column'),
    10: ('Bob', 'C++ and e-mail to ana@example.org'),
    11: ('Ana', 'the dog jumps over the quick fox'),
    12: ('Bob', '100% "quoted" words* (really)'),
}


class Search(ServerTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        cls.addClassCleanup(test.doCleanups)
        people = {name: test.person(name, 'Library') for name in ['Ana', 'Bob']}
        cls.ana = people['Ana']
        cls.seq = {}
        for number, (name, text) in TEXTS.items():
            cls.seq[people[name].say('Library', text)['seq']] = number

    def found(self, find, **fields):
        """The numbers of the texts that were found, oldest first."""
        reply = self.ana.history('Library', find=find, **fields)
        return [self.seq[entry['seq']] for entry in reply['entries']]

    def test_all_words_in_any_order(self):
        self.assertEqual(self.found('fox'), [1, 5, 11])
        self.assertEqual(self.found('quick fox'), [1, 11])
        self.assertEqual(self.found('fox quick dog'), [1, 11])
        self.assertEqual(self.found('fox butter'), [])
        self.assertEqual(self.found('nonexistent'), [])

    def test_letter_case_and_accents_do_not_count(self):
        for find in ['cafe', 'café', 'CAFÉ', 'cafe\u0301']:
            self.assertEqual(self.found(find), [2, 3, 6], find)
        self.assertEqual(self.found('OU BIBLIOTHEQUE'), [6])
        self.assertEqual(self.found('привет МИР'), [8])

    def test_words_without_spaces_between_them(self):
        room = self.fresh()
        ana = self.person(room=room)
        for text in ['我们明天在图书馆见面', '明日は図書館で会いましょう', 'พรุ่งนี้เจอกันที่ห้องสมุด']:
            ana.say(room, text)
        for find, seqs in [('图书馆', [3]), ('見面', []), ('见面 明天', [3]), ('図書館', [4]), ('明', [3, 4]),
                           ('明*', [3, 4]), ('"会いましょう"', [4]), ('ห้องสมุด', [5]), ('馆书', [])]:
            with self.subTest(find=find):
                entries = ana.history(room, find=find, kinds=['message'])['entries']
                self.assertEqual([entry['seq'] for entry in entries], seqs)

    def test_word_ending_in_a_star_is_a_prefix(self):
        self.assertEqual(self.found('fox*'), [1, 5, 7, 11])
        self.assertEqual(self.found('quick*'), [1, 2, 7, 11])
        self.assertEqual(self.found('QUI* brow*'), [1])
        self.assertEqual(self.found('biblio*'), [6])

    def test_quotes_make_a_phrase(self):
        self.assertEqual(self.found('"quick brown fox"'), [1])
        self.assertEqual(self.found('"quick fox"'), [11])
        self.assertEqual(self.found('"fox quick"'), [])
        self.assertEqual(self.found('"brown fox" dog'), [1])
        self.assertEqual(self.found('"CAFÉ AU"'), [2])

    def test_nothing_else_is_an_operator(self):
        self.assertEqual(self.found('fox OR butter'), [])
        self.assertEqual(self.found('OR'), [9])
        self.assertEqual(self.found('or AND near'), [9])
        self.assertEqual(self.found('fox AND hound'), [5])
        self.assertEqual(self.found('fox NOT hound'), [])
        self.assertEqual(self.found('NEAR'), [9])
        self.assertEqual(self.found('text: column'), [9])
        self.assertEqual(self.found('+fox'), [1, 5, 11])
        self.assertEqual(self.found('^brown'), [1, 4])
        self.assertEqual(self.found('(really)'), [12])
        self.assertEqual(self.found('e-mail'), [10])
        self.assertEqual(self.found('ana@example.org'), [10])

    def test_no_search_breaks_anything(self):
        for find in ['"', '""', '"open', 'fox"', '*', '**', ' * ', '"*"', '-', '--', '(', ')', '()',
                     'NEAR(', 'NEAR(a b, 5)', ':', 'text:', 'a:b', '{a}', '^', '+', "'", "''", ';',
                     '%', '_', '\\', '\t', '\n', '"a" "', '* fox', '😀', '-fox', 'x' * 8000,
                     'a ' * 3000, '"' * 5000, '\u0301', '\u200d']:
            with self.subTest(find=find[:20]):
                reply = self.ana.reply(self.ana.ask('history', room='Library', find=find))
                if not reply['ok']:
                    self.assertEqual(reply['error']['code'], 'bad-request')
                    self.assertEqual(reply['error']['field'], 'find')
        self.ana.refuse('bad-request', 'history', field='find', room='Library', find=7)
        self.assertEqual(self.found('fox'), [1, 5, 11])

    def test_found_at_once_after_it_was_said(self):
        for number in range(50):
            word = f'zebra{number}x{self.fresh("n")[2:]}'
            room = 'Zoo'
            if number == 0:
                zoe = self.person(room=room)
            seq = zoe.say(room, f'look, a {word} there')['seq']
            entries = zoe.history(room, find=word)['entries']
            self.assertEqual([entry['seq'] for entry in entries], [seq])

    def test_pages_of_what_was_found(self):
        reply = self.ana.history('Library', find='fox*', limit=2)
        self.assertEqual([self.seq[entry['seq']] for entry in reply['entries']], [7, 11])
        self.assertTrue(reply['more'])
        reply = self.ana.history('Library', find='fox*', limit=2,
                                 before=reply['entries'][0]['seq'])
        self.assertEqual([self.seq[entry['seq']] for entry in reply['entries']], [1, 5])
        self.assertFalse(reply['more'])
        reply = self.ana.history('Library', find='fox*', limit=3, after=0)
        self.assertEqual([self.seq[entry['seq']] for entry in reply['entries']], [1, 5, 7])
        self.assertTrue(reply['more'])
        reply = self.ana.history('Library', find='fox*', limit=3,
                                 after=reply['entries'][-1]['seq'])
        self.assertEqual([self.seq[entry['seq']] for entry in reply['entries']], [11])
        self.assertFalse(reply['more'])

    def test_by_person(self):
        for name in ['Bob', 'BOB', ' bob ']:
            entries = self.ana.history('Library', **{'from': name})['entries']
            self.assertEqual({entry['from'] for entry in entries}, {'Bob'})
            self.assertEqual([self.seq[entry['seq']] for entry in entries
                              if entry['kind'] == 'message'], [2, 4, 6, 8, 10, 12])
        self.assertEqual(self.found('fox', **{'from': 'Bob'}), [])
        self.assertEqual(self.ana.history('Library', **{'from': 'Nobody'})['entries'], [])
        self.ana.refuse('name-invalid', 'history', field='from', room='Library', **{'from': '/x'})
        self.ana.refuse('bad-request', 'history', field='from', room='Library', **{'from': 7})

    def test_by_kind(self):
        kinds = self.ana.history('Library', kinds=['created', 'joined'])
        self.assertEqual([entry['kind'] for entry in kinds['entries']],
                         ['created', 'joined', 'joined'])
        self.assertFalse(kinds['more'])
        messages = self.ana.history('Library', kinds=['message'], limit=12)
        self.assertEqual(len(messages['entries']), 12)
        self.assertFalse(messages['more'])
        for kinds in ['message', 7, [7], [None]]:
            self.ana.refuse('bad-request', 'history', field='kinds', room='Library', kinds=kinds)

    def test_everything_together(self):
        entries = self.ana.history('Library', kinds=['message'], find='and', limit=2, after=0,
                                   **{'from': 'Bob'})['entries']
        self.assertEqual([self.seq[entry['seq']] for entry in entries], [4, 10])

    def test_other_rooms_are_not_searched(self):
        room = self.fresh('Elsewhere')
        self.enter(self.ana, room)
        self.ana.say(room, 'fox elsewhere')
        self.assertEqual(self.found('elsewhere'), [])
        self.assertEqual(len(self.ana.history(room, find='fox')['entries']), 1)
        self.assertEqual(self.found('fox'), [1, 5, 11])

    def test_search_outlives_a_crash(self):
        server = self.new_server().start()
        for round_number in range(3):
            client = self.connect(server)
            client.hello()
            client.login('Ana')
            self.enter(client, 'Hall')
            client.request('history', room='Hall', find='warm')
            for number in range(200):
                client.say('Hall', f'needle{round_number}x{number} hay')
            server.kill()
            server.start()
        client = self.connect(server)
        client.hello()
        client.login('Ana')
        client.join('Hall')
        for word in ['needle0x0', 'needle0x199', 'needle1x100', 'needle2x0', 'needle2x199']:
            self.assertEqual(len(client.history('Hall', find=word)['entries']), 1, word)
        reply = client.history('Hall', find='hay', limit=200)
        self.assertEqual(len(reply['entries']), 200)
        client.close()
        server.stop()


class Total(ServerTest):
    admin_password = 'open sesame, please'

    def test_admins_are_told_how_many_entries_match(self):
        room = self.fresh()
        ana, bob, admin = self.person(room=room), self.person(room=room), self.admin()
        for number in range(300):
            [ana, bob][number % 3 == 0].say(room, ['apple pie', 'pear'][number % 2])
        log = next(log['log'] for log in admin.request('log-list')['logs'] if log['room'] == room)
        for fields, total in [({}, 303), ({'kinds': ['message']}, 300), ({'kinds': ['joined']}, 2),
                              ({'from': bob.name.upper(), 'kinds': ['message']}, 100),
                              ({'find': 'apple'}, 150), ({'find': 'nothing'}, 0),
                              ({'find': 'APP* "apple pie"', 'from': bob.name}, 50)]:
            with self.subTest(fields=fields):
                for position in [{}, {'after': 0}, {'before': 1000}]:
                    reply = admin.request('log-read', log=log, limit=5, **fields, **position)
                    self.assertEqual(reply['total'], total)
                    self.assertEqual(reply['more'], total > 5)
                    self.assertEqual(len(reply['entries']), min(5, total))
        for op in ['from', 'find']:
            admin.refuse('bad-request', 'log-read', field=op, log=log, **{op: 7})


class AtTime(ServerTest):

    def test_from_the_first_entry_not_before_a_time(self):
        room = self.fresh()
        ana = self.person(room=room)
        for number in range(20):
            ana.say(room, f't{number}')
            time.sleep(0.005)
        log = ana.whole_log(room)
        for entry in log:
            reply = ana.history(room, at=entry['at'], limit=5)
            first = next(one for one in log if one['at'] >= entry['at'])
            start = first['seq'] - 1
            self.assertEqual(reply['entries'], log[start:start + 5])
            self.assertEqual(reply['more'], start + 5 < len(log))
        self.assertEqual(ana.history(room, at=0)['entries'], log)
        self.has(ana.history(room, at=log[-1]['at'] + 1), entries=[], more=False, last=22)
        for at in ['now', 1.5, True]:
            ana.refuse('bad-request', 'history', field='at', room=room, at=at)


if __name__ == '__main__':
    tap.main()
