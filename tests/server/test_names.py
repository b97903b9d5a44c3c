#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of nasty names: what is a name, how it is written, and when two are the same.

The tables hold for people, rooms and topics; each has its own length.
"""

import tap
from hallway_server import ServerTest

# As sent, as kept.
VALID = [
    ('a', 'a'),
    ('  Ana  ', 'Ana'),
    ('\u00a0\u2003\u3000Ana\u3000\u00a0', 'Ana'),
    ('Ana  María', 'Ana  María'),
    ('Ana\u00a0María', 'Ana\u00a0María'),
    ('Jose\u0301', 'José'),
    ('A\u030angstro\u0308m', 'Ångström'),
    ('\u212b', 'Å'),                      # ANGSTROM SIGN, by NFC alone
    ('\u1100\u1161\u11a8', '각'),          # jamo become a syllable
    ('q\u0307\u0323', 'q\u0323\u0307'),    # marks get their order
    ('ﬁn', 'ﬁn'),                         # a ligature stays: NFC, not NFKC, is kept
    ('Ｗｉｄｅ', 'Ｗｉｄｅ'),
    ('ß', 'ß'),
    ('محمد', 'محمد'),
    ('דוד', 'דוד'),
    ('小明', '小明'),
    ('Ωmega Σίσυφος', 'Ωmega Σίσυφος'),
    ('😀', '😀'),
    ('👩\u200d🚀', '👩\u200d🚀'),            # ZWJ between other characters
    ('می\u200cخواهم', 'می\u200cخواهم'),    # ZWNJ between other characters
    ('❤\ufe0f', '❤\ufe0f'),
    ('a/b', 'a/b'),
    ('#1 "x" \\ <b>&amp;', '#1 "x" \\ <b>&amp;'),
    ("'; DROP TABLE log; --", "'; DROP TABLE log; --"),
    ('%s%n', '%s%n'),
    ('..', '..'),
    ('null', 'null'),
    ('-', '-'),
    ('0', '0'),
]

EMPTY = ['', ' ', '\u3000', '\u00a0 \u2003']

# A character in the middle that makes a name invalid.
FORBIDDEN = (
    [chr(code) for code in [*range(0x01, 0x20), *range(0x7f, 0xa0)]]  # control
    + ['\u2028', '\u2029']                                            # line, paragraph separator
    + [chr(code) for code in [0x61c, 0x200e, 0x200f, *range(0x202a, 0x202f),
                              *range(0x2066, 0x206a)]]                # bidirectional control
    + ['\u00ad', '\u200b', '\u2060', '\ufeff'])                       # invisible

BEGINNINGS = ['/', '/me', '//x', ' /x', '\u200cx', '\u200dx', '\u200b', '\u202ex']
ENDINGS = ['x\u200c', 'x\u200d', 'x\u200b', 'x\u202c', 'x\ufeff']

# Allowed character by character, but nothing is left after folding.
FOLD_TO_NOTHING = ['\ufe0f', '\u034f', '\u3164', '\u115f\u1160', '\u180b', '\ufe00\ufe01',
                   '\U000e0100']

# Different spellings of one name.
SAME = [
    ('Ana', 'aNA'),
    ('Straße', 'STRASSE'),
    ('Straße', 'strasse'),
    ('GROẞ', 'groß'),
    ('José', 'JOSE\u0301'),
    ('ﬁnn', 'FINN'),
    ('Ｌｉｎａ', 'lina'),
    ('Σίσυφος', 'ΣΊΣΥΦΟΣ'),                  # final sigma
    ('Kelvin \u212a', 'kelvin k'),
    ('Ohm Ω', 'ohm ω'),
    ('\u017fam', 'SAM'),                   # long s
    ('①', '1'),
    ('x²', 'X2'),
    ('Ǆ', 'dž'),
    ('ŉ', 'ʼn'),
    ('İ', 'i\u0307'),
    ('Ⅳ', 'iv'),
    ('\uabbf', '\u13ef'),                  # Cherokee folds to capitals
    ('a\u200db', 'ab'),                    # default-ignorable characters do not count
    ('می\u200cخواهم', 'میخواهم'),
    ('❤\ufe0f', '❤'),
    ('a\u3164b', 'ab'),
    ('a\u034fb', 'AB'),
    ('ᾳ', 'ΑΙ'),                           # full folding: alpha with iota below is two letters
    ('ﬃx', 'FFIX'),
    ('カ', 'ｶ'),
]

DIFFERENT = [
    ('Ana', 'Aná'),
    ('ı', 'i'),
    ('Ana María', 'AnaMaría'),
    ('Ana María', 'Ana  María'),
    ('а', 'a'),                            # Cyrillic and Latin
    ('Ø', 'O'),
    ('x', 'х'),
    ('1', 'l'),
]


class UserNames(ServerTest):

    def test_people_valid(self):
        for sent, kept in VALID:
            with self.subTest(name=sent):
                client = self.greet()
                self.assertEqual(client.login(sent)['name'], kept)
                client.request('logout')

    def test_people_invalid(self):
        client = self.greet()
        for name in (EMPTY + BEGINNINGS + ENDINGS + FOLD_TO_NOTHING
                     + [f'x{character}y' for character in FORBIDDEN]):
            with self.subTest(name=name):
                client.refuse('name-invalid', 'login', field='name', name=name)

    def test_people_lengths(self):
        for unit in ['x', 'é', 'e\u0301', '小', '😀', '\u1100\u1161']:
            with self.subTest(unit=unit):
                client = self.greet()
                client.refuse('name-invalid', 'login', field='name', name=unit * 33)
                client.refuse('name-invalid', 'login', field='name', name=unit * 9000)
                client.login(unit * 32)
                client.request('logout')
        client = self.greet()
        client.refuse('name-invalid', 'login', name='q\u0323' * 17)  # no composed form: 34
        client.login('q\u0323' * 16)
        self.greet().login('  ' + 'w' * 32 + '  ')

    def test_people_same(self):
        for one, other in SAME:
            with self.subTest(one=one, other=other):
                first, second = self.person(one), self.greet()
                second.refuse('name-in-use', 'login', field='name', name=other)
                first.request('logout')
                first.expect_close()
                second.login(other)
                self.greet().refuse('name-in-use', 'login', field='name', name=one)
                second.request('logout')
                second.expect_close()

    def test_people_different(self):
        for one, other in DIFFERENT:
            with self.subTest(one=one, other=other):
                clients = [self.person(one), self.person(other)]
                for client in clients:
                    client.request('logout')
                    client.expect_close()


class RoomNames(ServerTest):

    def test_rooms_valid(self):
        client = self.person()
        made = set()
        for sent, kept in VALID:
            with self.subTest(room=sent):
                if kept not in made:
                    self.assertEqual(client.create(sent)['room'], kept)
                made.add(kept)
                self.assertEqual(client.join(sent)['room'], kept)
        rooms = [row['room'] for row in client.request('rooms')['rooms']]
        self.assertLessEqual({kept for _, kept in VALID}, set(rooms))

    def test_rooms_invalid(self):
        client = self.person()
        for room in (EMPTY + BEGINNINGS + ENDINGS + FOLD_TO_NOTHING
                     + [f'x{character}y' for character in FORBIDDEN] + ['x' * 49, 'e\u0301' * 49]):
            with self.subTest(room=room):
                client.refuse('room-invalid', 'create', field='room', room=room)

    def test_rooms_of_full_length(self):
        client = self.person()
        for unit in ['w', 'e\u0301', '😀']:
            client.create(unit * 48)

    def test_rooms_same(self):
        client = self.person()
        for number, (one, other) in enumerate(SAME):
            with self.subTest(one=one, other=other):
                kept = client.create(f'{number} {one}')['room']
                client.refuse('room-exists', 'create', field='room', room=f'{number} {other}')
                self.assertEqual(client.join(f'{number} {other}')['room'], kept)
                self.assertEqual(client.join(f'\u3000 {number} {other}  ')['room'], kept)
                client.say(f'{number} {other}', 'by another spelling')
                self.assertEqual(client.event('entry', text='by another spelling')['room'], kept)

    def test_rooms_different(self):
        client = self.person()
        for number, (one, other) in enumerate(DIFFERENT):
            with self.subTest(one=one, other=other):
                client.create(f'different {number} {one}')
                client.create(f'different {number} {other}')

    def test_topics_valid(self):
        client = self.person()
        for sent, kept in VALID + [('', ''), ('   ', ''), ('t' * 200, 't' * 200),
                                   ('e\u0301' * 200, 'é' * 200)]:
            with self.subTest(topic=sent):
                reply = client.create(self.fresh('Topical'), topic=sent)
                self.assertEqual(reply['topic'], kept)

    def test_topics_invalid(self):
        client = self.person()
        room = self.fresh('Not made')
        for topic in ['t' * 201, '😀' * 201, *BEGINNINGS, *ENDINGS,
                      *(f'x{character}y' for character in FORBIDDEN)]:
            with self.subTest(topic=topic):
                client.refuse('bad-request', 'create', field='topic', room=room, topic=topic)
        client.refuse('no-such-room', 'join', room=room)


if __name__ == '__main__':
    tap.main()
