#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the machine has no more to give: a full disk, no descriptors, thousands at the door."""

import errno
import os
import socket
import subprocess
import time
import unittest

import tap
from hallway_server import PATIENCE, TEXT_MAX, ServerTest, wait_until

MOUNT = 'mount -t tmpfs -o size=6m,mode=700 tmpfs "$0" && echo mounted && exec sleep 3600'


def can_mount():
    return subprocess.run(['unshare', '-m', 'true'], capture_output=True, check=False
                          ).returncode == 0


@unittest.skipUnless(can_mount(), 'a small file system of its own needs the right to mount')
class FullDisk(ServerTest):

    def setUp(self):
        """A server whose data lie on a file system of 6 MiB that outlives it."""
        self.server = self.new_server()
        os.mkdir(self.server.data, 0o700)
        keeper = subprocess.Popen(['unshare', '-m', 'sh', '-c', MOUNT, self.server.data],
                                  stdout=subprocess.PIPE)
        self.addCleanup(keeper.stdout.close)
        self.addCleanup(keeper.wait)
        self.addCleanup(keeper.kill)
        self.assertEqual(keeper.stdout.readline(), b'mounted\n')
        self.inside = f'/proc/{keeper.pid}/root{self.server.data}'
        self.server.before = ['nsenter', '--target', str(keeper.pid), '--mount', '--']
        self.server.start()

    def fill(self):
        with open(f'{self.inside}/filler', 'ab', buffering=0) as filler:
            for size in [65536, 4096, 512]:
                try:
                    while True:
                        filler.write(b'\0' * size)
                except OSError as error:
                    self.assertEqual(error.errno, errno.ENOSPC)

    def make_room(self):
        os.unlink(f'{self.inside}/filler')

    def say_until(self, client, accepted, wanted):
        """Says something again and again until it is accepted, or refused, as @wanted."""
        for _ in range(2000):
            text = self.fresh('text').ljust(TEXT_MAX // 2, 'x')
            reply = client.reply(client.ask('say', room='Hall', text=text))
            if reply['ok']:
                accepted[reply['seq']] = text
            else:
                self.assertEqual(reply['error']['code'], 'storage')
                self.refused.add(text)
            if reply['ok'] == wanted:
                return
            if wanted:
                client.read_for(0.02)
        client.fail('the disk never seems ' + ('free again' if wanted else 'full'))

    def test_nothing_is_shown_that_was_not_kept(self):
        ana, bob = self.people(2, 'Hall')
        self.refused = set()
        accepted = {}
        for _ in range(3):
            self.say_until(ana, accepted, True)
            self.fill()
            self.say_until(ana, accepted, False)
            # others are still served, and reading goes on
            bob.request('echo', text='still here')
            last = bob.history('Hall')['last']
            self.assertEqual(last, max(accepted))
            self.assertIn('Hall', [row['room'] for row in bob.request('rooms')['rooms']])
            stranger = self.person()
            self.assertIn(stranger.reply(stranger.ask('join', room='Hall')).get('error', {})
                          .get('code'), ['storage', None])
            # and writing goes on by itself when there is room again
            self.make_room()
            self.say_until(ana, accepted, True)
            stranger.close()
        self.kept(ana, accepted)
        bob.wait(lambda: bob.find_event('entry', seq=max(accepted)), 'the last message')
        shown = {event['seq']: event['text'] for event in bob.take_entries('Hall')
                 if event['kind'] == 'message'}
        self.assertEqual(shown, accepted)
        self.server.stop()

    def kept(self, client, accepted):
        entries = client.whole_log('Hall')
        self.dense(entries)
        texts = {entry['seq']: entry['text'] for entry in entries if entry['kind'] == 'message'}
        self.assertEqual(texts, accepted)
        self.assertFalse(self.refused & set(texts.values()))

    def test_crash_with_a_full_disk(self):
        ana = self.person(room='Hall')
        self.refused, accepted = set(), {}
        for _ in range(20):
            self.say_until(ana, accepted, True)
        self.fill()
        self.say_until(ana, accepted, False)
        self.server.kill()
        self.make_room()
        self.server.start()
        again = self.person(room='Hall')
        self.kept(again, accepted)
        self.say_until(again, accepted, True)
        self.server.stop()


class Descriptors(ServerTest):

    def test_no_more_descriptors(self):
        self.server = self.new_server()
        self.server.before = ['prlimit', '--nofile=200:200']
        self.server.start()
        ana, bob = self.people(2, 'Hall')
        crowd = [socket.create_connection(('127.0.0.1', self.server.port), PATIENCE)
                 for _ in range(300)]
        wait_until(self.server.log, 'the server says that descriptors run out')
        before = self.server.cpu()
        began = time.monotonic()
        for number in range(10):
            seq = ana.say('Hall', f'others go on {number}')['seq']
            self.assertEqual(bob.event('entry', text=f'others go on {number}')['seq'], seq)
            bob.read_for(0.1)
        busy = (self.server.cpu() - before) / (time.monotonic() - began)
        self.assertLess(busy, 0.5, 'it runs in circles')
        for one in crowd:
            one.close()
        late = self.person()
        late.join('Hall')
        late.close()
        self.server.stop()


class AtTheDoor(ServerTest):

    def test_thousand_unfinished_handshakes(self):
        crowd = []
        self.addCleanup(lambda: [one.close() for one in crowd])
        for number in range(1000):
            one = socket.create_connection(('127.0.0.1', self.server.port), PATIENCE)
            one.sendall(b'\x16\x03\x01\x02\x00\x01\x00'[:1 + number % 7])
            crowd.append(one)
        began = time.monotonic()
        ana, bob = self.person(room='Hall'), self.person(room='Hall', tls=True)
        bob.say('Hall', 'through')
        ana.event('entry', text='through')
        self.assertLess(time.monotonic() - began, PATIENCE / 2)

    def test_thousand_gone_at_once(self):
        before = self.server.descriptors()
        crowd = [socket.create_connection(('127.0.0.1', self.server.port), PATIENCE)
                 for _ in range(1000)]
        for number, one in enumerate(crowd):
            if number % 2:
                one.sendall(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n{"op":"lo')
        for one in crowd:
            one.close()
        self.person(room='Hall').say('Hall', 'still there')
        wait_until(lambda: self.server.descriptors() <= before + 10,
                   'the descriptors are given back')


if __name__ == '__main__':
    tap.main()
