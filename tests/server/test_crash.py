#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 under load, again and again: what was acknowledged or shown to anybody is there once.

HALLWAY_CRASH_ROUNDS says how often (8); one data directory lives through all rounds.
"""

import os
import random
import time
from collections import Counter

import tap
from hallway_server import Client, ServerTest, pump

ROUNDS = int(os.environ.get('HALLWAY_CRASH_ROUNDS', '8'))
ROOMS = ['Hall', 'Kitchen']
SENDERS = 5
WINDOW = 40  # requests that a sender has open


class Sender:
    """Talks in both rooms as fast as it is answered, and remembers what it was told."""

    def __init__(self, test, number, round_number):
        self.client = Client(test.server, tls=number == 0)
        test.addCleanup(self.client.close)
        self.client.hello()
        self.client.login(f'Sender {number}')
        self.prefix = f'{round_number}-{number}'
        self.open = {}          # request: (room, key)
        self.acknowledged = {}  # (room, key): (seq, at)
        self.unanswered = []    # (room, key), filled when the server has died
        self.count = 0
        for room in ROOMS:
            test.enter(self.client, room)

    def work(self):
        """Takes in what was answered and says more."""
        for request in [request for request in self.open if request in self.client.replies]:
            reply = self.client.replies.pop(request)
            where = self.open.pop(request)
            assert reply['ok'], reply
            self.acknowledged[where] = (reply['seq'], reply['at'])
        while not self.client.end and len(self.open) < WINDOW:
            room, key = ROOMS[self.count % 2], f'{self.prefix}-{self.count}'
            self.count += 1
            self.open[self.client.ask('say', room=room, text=f'text {key}', key=key)] = (room, key)


class Crash(ServerTest):

    def test_nothing_shown_is_lost_and_nothing_comes_twice(self):
        seed = int(os.environ.get('HALLWAY_CRASH_SEED', time.time_ns() % 1_000_000))
        print(f'# HALLWAY_CRASH_SEED={seed}, {ROUNDS} rounds', flush=True)
        self.random = random.Random(seed)
        self.logs = {room: {} for room in ROOMS}  # all that was ever read, by seq
        total = 0
        for number in range(ROUNDS):
            senders, watcher = self.talk_until_killed(number)
            shown = self.gather(senders, watcher)
            self.server.start()
            total += self.compare(senders, shown)
            for sender in senders:
                sender.client.close()
            watcher.close()
            # half of the rounds go on from a clean end, half from one crash to the next
            if self.random.random() < 0.5:
                self.server.restart()
        print(f'# {total} messages were acknowledged or shown', flush=True)
        self.assertGreater(total, ROUNDS * 50)
        reader = self.person('Last reader')
        for room in ROOMS:
            self.enter(reader, room)
            entries = reader.whole_log(room)
            self.dense(entries)
            self.assertEqual(entries[:len(self.logs[room])], list(self.logs[room].values()),
                             'what was there after a crash has changed since')
            texts = Counter(entry['text'] for entry in entries if entry['kind'] == 'message')
            self.assertEqual([text for text, count in texts.items() if count > 1], [])

    def talk_until_killed(self, number):
        senders = [Sender(self, one, number) for one in range(SENDERS)]
        watcher = self.person('Watcher')
        for room in ROOMS:
            self.enter(watcher, room)
        clients = [sender.client for sender in senders] + [watcher]
        die_at = time.monotonic() + self.random.uniform(0.02, 0.3)

        def turn():
            for sender in senders:
                sender.work()
            return time.monotonic() >= die_at

        pump(clients, turn, 'it is time to die')
        self.server.kill()
        pump(clients, lambda: all(client.end for client in clients), 'the links are lost')
        return senders, watcher

    def gather(self, senders, watcher):
        """What was shown: (room, seq) to the entry; different people must have seen the same."""
        shown = {}
        for sender in senders:
            sender.work()
            sender.unanswered = list(sender.open.values())
        for client in [watcher, *(sender.client for sender in senders)]:
            for room in ROOMS:
                for event in client.take_entries(room):
                    del event['ev'], event['room']
                    event.pop('key', None)
                    known = shown.setdefault((room, event['seq']), event)
                    self.assertEqual(known, event)
        return shown

    def compare(self, senders, shown):
        reader = self.person('Reader')
        for room in ROOMS:
            self.enter(reader, room)
            log = self.logs[room]
            fresh = reader.whole_log(room, after=len(log))
            self.dense(fresh, len(log) + 1)
            log.update((entry['seq'], entry) for entry in fresh)
            self.nobody_is_left_inside(room)
        logs = self.logs
        for (room, seq), entry in shown.items():
            self.assertEqual(logs[room].get(seq), entry, f'shown in {room}, but not kept')
        kept = Counter((room, entry['text']) for room in ROOMS for entry in logs[room].values()
                       if entry['kind'] == 'message')
        self.assertEqual([text for text, count in kept.items() if count > 1], [], 'kept twice')
        for sender in senders:
            for (room, key), (seq, at) in sender.acknowledged.items():
                self.has(logs[room].get(seq, {}), at=at, text=f'text {key}',
                         **{'from': sender.client.name})
        self.keys_still_hold(senders, kept, logs)
        return len(shown) + sum(len(sender.acknowledged) for sender in senders)

    def nobody_is_left_inside(self, room):
        """After the crash, "left" with reason "lost" stands for everyone who was there."""
        inside = set()
        for entry in self.logs[room].values():
            if entry['kind'] == 'joined':
                self.assertNotIn(entry['from'], inside, f'in {room} twice')
                inside.add(entry['from'])
            elif entry['kind'] == 'left':
                inside.remove(entry['from'])
        self.assertEqual(inside, {'Reader'})

    def keys_still_hold(self, senders, kept, logs):
        """Everyone comes back and says again what it does not know to be kept, and some more."""
        for sender in senders:
            again = self.person(sender.client.name)
            for room in ROOMS:
                again.join(room)
            old = self.random.sample(sorted(sender.acknowledged), min(
                20, len(sender.acknowledged)))
            asked = {again.ask('say', room=room, text=f'text {key}', key=key): (room, key)
                     for room, key in sender.unanswered + old}
            for request, (room, key) in asked.items():
                reply = again.reply(request)
                self.assertTrue(reply['ok'], reply)
                if kept[room, f'text {key}']:
                    self.assertEqual(logs[room][reply['seq']]['text'], f'text {key}')
                else:
                    self.assertNotIn(reply['seq'], logs[room])
            again.request('logout')
            again.expect_close()


if __name__ == '__main__':
    tap.main()
