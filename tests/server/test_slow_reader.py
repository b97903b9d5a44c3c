#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody reads too slowly: gets a gap, fetches it from the log, and costs nobody anything."""

import time

import tap
from hallway_server import PATIENCE, TEXT_MAX, ServerTest, pump

MESSAGES = 2400  # of the longest text: 20 MB, more than any socket takes


class SlowReader(ServerTest):
    admin_password = 'open sesame, please'

    def setUp(self):
        self.room = self.fresh()
        self.talker = self.person(room=self.room)
        self.texts = {}

    def talk(self, readers, count=MESSAGES, window=64):
        """Says @count long messages while the talker and @readers read."""
        asked = []
        for number in range(count):
            text = f'{number:08}'.ljust(TEXT_MAX, 'x')
            asked.append((self.talker.ask('say', room=self.room, text=text), text))
            if len(asked) == window or number == count - 1:
                last = asked[-1][0]
                pump([self.talker, *readers], lambda last=last: last in self.talker.replies,
                     'the messages are answered')
                for request, text in asked:
                    self.texts[self.talker.reply(request)['seq']] = text
                asked.clear()

    def catch_up(self, client, joined):
        """Reads until everything was seen or left out; checks that both fit; returns the gaps."""
        last, reached, gaps = max(self.texts), joined, []
        client.reading = True
        while reached < last:
            client.wait(lambda: client.events, f'what follows entry {reached}')
            event = client.events.popleft()
            if event['ev'] == 'gap':
                self.has(event, room=self.room, after=reached)
                self.assertGreater(event['last'], reached)
                gaps.append((reached, event['last']))
                reached = event['last']
            elif event['ev'] == 'entry':
                self.assertEqual(event['seq'], reached + 1)
                self.assertEqual(event['text'], self.texts[event['seq']])
                reached = event['seq']
        return gaps

    def fill(self, client, gaps):
        for after, last in gaps:
            while after < last:
                page = client.history(self.room, after=after, limit=min(200, last - after))
                self.dense(page['entries'], after + 1)
                for entry in page['entries']:
                    self.assertEqual(entry['text'], self.texts[entry['seq']])
                after = page['entries'][-1]['seq']

    def slow_one(self, **how):
        client = self.person(receive_buffer=16384, **how)
        joined = client.join(self.room)['last']
        client.reading = False
        return client, joined

    def story(self, **how):
        slow, joined = self.slow_one(**how)
        self.talk([])
        self.talker.events.clear()
        self.assertEqual(self.admin().request('stats')['lagging'], 1)
        gaps = self.catch_up(slow, joined)
        self.assertTrue(gaps, 'everything was queued for who did not read')
        self.fill(slow, gaps)
        # and then it is a reader like any other
        seq = self.talker.say(self.room, 'up to date?')['seq']
        self.assertEqual(slow.event('entry', text='up to date?')['seq'], seq)
        slow.say(self.room, 'yes')
        self.talker.event('entry', text='yes')
        slow.has_no('gap')
        self.assertEqual(self.admin().request('stats')['lagging'], 0)

    def test_gap_and_then_everything_by_history(self):
        self.story()

    def test_gap_and_then_everything_by_history_over_tls(self):
        self.story(tls=True)

    def test_nobody_waits_for_a_slow_reader(self):
        fast = self.person(room=self.room)
        slow, joined = self.slow_one()
        longest = 0
        for _ in range(12):
            self.talk([fast], MESSAGES // 12)
            began = time.monotonic()
            seq = fast.say(self.room, 'quick?')['seq']
            fast.event('entry', seq=seq)
            fast.request('echo', text='x')
            longest = max(longest, time.monotonic() - began)
            self.texts[seq] = 'quick?'
            fast.take_entries(self.room)
            self.talker.events.clear()
        self.assertLess(longest, PATIENCE / 10)
        self.assertTrue(self.catch_up(slow, joined))

    def test_memory_for_slow_readers_is_bounded(self):
        readers = [self.slow_one() for _ in range(30)]
        before = self.server.rss()
        self.talk([])
        self.talker.events.clear()
        grown = self.server.rss() - before
        self.assertLess(grown, (30 + 24) << 20, f'{grown >> 20} MiB more for 30 slow readers')
        joined = readers[-1][1]
        last = max(self.texts)
        for client, _ in readers[:3]:
            client.reading = True
            client.wait(lambda: client.events, 'something to read')
        gaps = self.catch_up(readers[-1][0], joined)
        self.assertTrue(gaps)
        self.assertEqual(self.talker.history(self.room)['last'], last)

    def test_rooms_that_a_slow_watcher_missed_are_all_told(self):
        watcher = self.person(room=self.room, receive_buffer=16384)
        watcher.request('rooms', watch=True)
        watcher.reading = False
        self.talk([])
        self.assertEqual(self.admin().request('stats')['lagging'], 1)
        # more of them than wait for one client at a time
        rooms = {self.fresh('Missed') for _ in range(1300)}
        for request in [self.talker.ask('create', room=room, topic='\N{MILKY WAY}' * 200) for room in rooms]:
            self.talker.reply(request)
        watcher.reading = True
        while rooms:
            watcher.wait(lambda: watcher.events, f'what follows {len(rooms)} rooms')
            event = watcher.events.popleft()
            if event['ev'] == 'room':
                rooms.discard(event['room'])

    def test_slow_reader_that_goes_away_is_forgotten(self):
        room = self.room
        for _ in range(5):
            slow, _ = self.slow_one()
            self.talk([], 300)
            self.talker.events.clear()
            slow.close()
        self.talker.say(room, 'all well')

    def test_many_small_messages_make_a_gap_too(self):
        slow, joined = self.slow_one()
        for start in range(0, 40000, 2000):
            asked = [self.talker.ask('say', room=self.room, text='small ' * 30)
                     for _ in range(2000)]
            for request in asked:
                self.texts[self.talker.reply(request)['seq']] = 'small ' * 30
            self.talker.events.clear()
        self.assertTrue(self.catch_up(slow, joined))


if __name__ == '__main__':
    tap.main()
