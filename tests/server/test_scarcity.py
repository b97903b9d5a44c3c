#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""When the machine has no more to give: a full disk, no descriptors, thousands at the door."""

import errno
import os
import resource
import signal
import socket
import subprocess
import time
import unittest

import tap
from hallway_server import (PATIENCE, TEXT_MAX, ServerTest, client_hello, environment,
                            wait_until)

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

    def test_person_who_goes_while_a_new_name_cannot_be_logged_leaves_none_behind(self):
        ana, bob = self.person('Ana', 'Hall'), self.person('Bob', 'Hall')
        other = self.greet()
        self.refused, accepted = set(), {}
        self.fill()
        self.say_until(bob, accepted, False)
        # all in one turn of the server's, before the disk has refused anything
        self.server.process.send_signal(signal.SIGSTOP)
        ana.ask('rename', name='Zoe')
        ana.flush()
        other.ask('login', token=ana.token)
        leaving = other.ask('logout')
        other.flush()
        self.server.process.send_signal(signal.SIGCONT)
        other.reply(leaving)
        self.make_room()
        bob.event('entry', kind='left')
        for name in ['Ana', 'Zoe']:
            self.person(name, 'Hall')
        self.assertEqual(sorted(row['name'] for row in bob.request('who')['users']),
                         ['Ana', 'Bob', 'Zoe'])

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


@unittest.skipUnless(can_mount(), 'a small file system of its own needs the right to mount')
class ReadOnly(ServerTest):

    @classmethod
    def setUpClass(cls):
        """Every test has a server of its own."""

    def refused(self, server, *arguments):
        """It says why, in one line on standard error, and exits 1."""
        script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        run = subprocess.run(['unshare', '-m', 'sh', '-c', script, server.data,
                              *server.command(*arguments)], capture_output=True, text=True,
                             timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL,
                             env=environment())
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual(run.stdout, '')
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertIn(server.data, run.stderr)

    def test_place_that_cannot_be_written_does_not_open(self):
        server = self.new_server()
        os.mkdir(server.data, 0o700)
        self.refused(server)
        server.start()
        self.server = server
        self.person(room='Hall').say('Hall', 'kept')
        server.stop()
        self.refused(server)
        server.start()
        texts = [entry.get('text') for entry in self.person(room='Hall').whole_log('Hall')]
        self.assertIn('kept', texts)
        server.stop()


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

    def test_five_thousand_unfinished_handshakes(self):
        """They block nobody, and after ten seconds, whatever --dead says, they are gone."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        count = min(5000, hard - 500)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 400), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        hello = client_hello()
        before, memory = self.server.descriptors(), self.server.rss()
        crowd = []
        self.addCleanup(lambda: [one.close() for one in crowd])
        began = time.monotonic()
        for number in range(count):
            one = socket.create_connection(('127.0.0.1', self.server.port), PATIENCE)
            one.sendall([b'\x16', hello[:7], hello[:100], hello][number % 4])
            crowd.append(one)
        asked = time.monotonic()
        ana, bob = self.person(room='Hall'), self.person(room='Hall', tls=True)
        bob.say('Hall', 'through')
        ana.event('entry', text='through')
        self.assertLess(time.monotonic() - asked, PATIENCE / 4)
        grown = self.server.rss() - memory
        self.assertLess(grown, 4200 * (48 << 10), f'{grown >> 20} MiB for {count} handshakes')
        self.assertLess(self.server.descriptors(), before + 4200)  # the oldest have made place
        wait_until(lambda: self.server.descriptors() < before + 100, 'the handshakes are given up',
                   3 * PATIENCE)
        ended = time.monotonic() - began
        print(f'# {count} handshakes: {grown >> 10} KiB, over after {ended:.1f} s', flush=True)
        for one in crowd[::97]:
            one.settimeout(PATIENCE)
            try:
                while one.recv(65536):
                    pass
            except ConnectionResetError:
                pass  # it had said more than was read
        bob.say('Hall', 'and out')
        ana.event('entry', text='and out')

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
