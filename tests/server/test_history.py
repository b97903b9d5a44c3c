#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading back: pages of a room's log in every direction, cut to fit a line."""

import tap
from hallway_server import PAGE_MAX, TEXT_MAX, ServerTest


class History(ServerTest):
    """A room with 1,000 entries: created, joined, and 998 messages; nothing is added to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        cls.reader = test.greet()
        cls.addClassCleanup(test.doCleanups)
        cls.reader.login('Reader')
        cls.reader.create('Long')
        asked = [cls.reader.ask('say', room='Long', text=f't{i}') for i in range(3, 1001)]
        for request in asked:
            cls.reader.reply(request)
        cls.log = cls.reader.whole_log('Long')

    def page(self, **fields):
        reply = self.reader.history('Long', **fields)
        self.assertEqual(reply['last'], 1000)
        if reply['entries']:
            self.dense(reply['entries'], reply['entries'][0]['seq'])
        seqs = [entry['seq'] for entry in reply['entries']]
        return (seqs[0], seqs[-1], reply['more']) if seqs else (None, None, reply['more'])

    def test_whole_log_is_there_in_order(self):
        self.assertEqual(len(self.log), 1000)
        self.dense(self.log)
        self.assertEqual([entry.get('text') for entry in self.log[2:]],
                         [f't{i}' for i in range(3, 1001)])

    def test_newest(self):
        self.assertEqual(self.page(), (951, 1000, True))
        self.assertEqual(self.page(limit=1), (1000, 1000, True))
        self.assertEqual(self.page(limit=PAGE_MAX), (801, 1000, True))

    def test_before(self):
        self.assertEqual(self.page(before=1000), (950, 999, True))
        self.assertEqual(self.page(before=5000, limit=2), (999, 1000, True))
        self.assertEqual(self.page(before=52, limit=50), (2, 51, True))
        self.assertEqual(self.page(before=51, limit=50), (1, 50, False))
        self.assertEqual(self.page(before=50, limit=50), (1, 49, False))
        self.assertEqual(self.page(before=2), (1, 1, False))
        self.assertEqual(self.page(before=1), (None, None, False))

    def test_after(self):
        self.assertEqual(self.page(after=0, limit=3), (1, 3, True))
        self.assertEqual(self.page(after=1), (2, 51, True))
        self.assertEqual(self.page(after=949), (950, 999, True))
        self.assertEqual(self.page(after=950), (951, 1000, False))
        self.assertEqual(self.page(after=999), (1000, 1000, False))
        self.assertEqual(self.page(after=1000), (None, None, False))
        self.assertEqual(self.page(after=123456789), (None, None, False))

    def test_all_backwards(self):
        seen, before = [], 1001
        more = True
        while more:
            reply = self.reader.history('Long', before=before, limit=73)
            seen = reply['entries'] + seen
            before, more = reply['entries'][0]['seq'], reply['more']
        self.assertEqual(seen, self.log)

    def test_all_forwards(self):
        for page in [1000 // 7, 1, PAGE_MAX]:
            entries = self.reader.whole_log('Long', page=page) if page > 1 else \
                [self.reader.history('Long', after=i, limit=1)['entries'][0] for i in range(100)]
            self.assertEqual(entries, self.log[:len(entries)])

    def test_two_positions_are_a_bad_request(self):
        for fields in [{'before': 5, 'after': 5}, {'before': 5, 'at': 5}, {'after': 5, 'at': 5},
                       {'before': 5, 'after': 1, 'at': 5}]:
            with self.subTest(fields=fields):
                self.reader.refuse('bad-request', 'history', room='Long', **fields)
        self.assertEqual(self.page(before=None, after=5, limit=1), (6, 6, True))

    def test_fields_out_of_range_or_mistyped(self):
        for field, values in [('limit', [0, -1, PAGE_MAX + 1, 2**53, '5', 1.5, True, [5]]),
                              ('before', [-1, '5', 1.5, True, 2**63, {}]),
                              ('after', [-1, '5', 1.5, True, 2**63, {}])]:
            for value in values:
                with self.subTest(field=field, value=value):
                    self.reader.refuse('bad-request', 'history', field=field,
                                       **{'room': 'Long', field: value})

    def test_members_only(self):
        self.person().refuse('not-member', 'history', room='Long')

    def test_pages_while_others_talk(self):
        room = self.fresh()
        ana = self.person(room=room)
        for number in range(400):
            ana.ask('say', room=room, text=f't{number}')
        for _ in range(10):
            reply = ana.history(room)
            self.dense(reply['entries'], reply['entries'][0]['seq'])
            self.assertEqual(reply['entries'][-1]['seq'], reply['last'])
            self.assertFalse(reply['more'] != (reply['entries'][0]['seq'] > 1))


class BigPages(ServerTest):
    """Pages of texts so long that they do not fit the longest line."""

    COUNT = 260

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        test = cls()
        cls.addClassCleanup(test.doCleanups)
        cls.reader = test.greet()
        cls.reader.login('Reader')
        cls.reader.create('Big')
        asked = [cls.reader.ask('say', room='Big', text='"' * (TEXT_MAX - 8) + f'{i:08}')
                 for i in range(cls.COUNT - 2)]
        for request in asked:
            cls.reader.reply(request)

    def test_newest_page_is_cut_at_its_old_end(self):
        for op in ['history', 'join']:
            reply = self.reader.request(op, room='Big', **{
                'limit' if op == 'history' else 'history': PAGE_MAX})
            count = len(reply['entries'])
            self.assertTrue(10 < count < PAGE_MAX, count)
            self.dense(reply['entries'], self.COUNT - count + 1)
            self.has(reply, more=True, last=self.COUNT)

    def test_page_before_is_cut_at_its_old_end(self):
        seen, before, more = [], self.COUNT + 1, True
        while more:
            reply = self.reader.history('Big', before=before, limit=PAGE_MAX)
            self.assertEqual(reply['entries'][-1]['seq'], before - 1)
            seen = reply['entries'] + seen
            before, more = reply['entries'][0]['seq'], reply['more']
        self.assertEqual(len(seen), self.COUNT)
        self.dense(seen)

    def test_page_after_is_cut_at_its_new_end(self):
        entries = self.reader.whole_log('Big')
        self.assertEqual(len(entries), self.COUNT)
        self.dense(entries)
        self.assertEqual([entry['text'][-8:] for entry in entries[2:]],
                         [f'{i:08}' for i in range(self.COUNT - 2)])
        reply = self.reader.join('Big', after=2, history=PAGE_MAX)
        self.dense(reply['entries'], 3)
        self.assertTrue(reply['more'])
        self.assertLess(len(reply['entries']), PAGE_MAX)


if __name__ == '__main__':
    tap.main()
