#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whispers and files from machine to machine, and what becomes of them when the way is barred."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
import tap  # noqa: E402
from hallway_server import wait_until  # noqa: E402
from network import Network  # noqa: E402
from peers import DONE, OFFERED, PAUSED, PeerTest  # noqa: E402


class Talking(PeerTest):

    def talk(self, one, other, text, direct):
        one.tell('whisper', other.name, text)
        self.assertEqual(other.wait('whispered', text=text)['direct'], direct)
        self.assertEqual(one.wait('sent', text=text)['direct'], direct)


class Whispers(Talking):

    options = {'grace': '0'}

    def test_from_machine_to_machine(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        self.talk(ana, ben, 'one', True)
        self.talk(ben, ana, 'two', True)

    def test_two_on_one_machine(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('b', 'Ben')
        self.talk(ana, ben, 'one', True)
        self.talk(ben, ana, 'two', True)

    def test_one_at_the_servers_own_machine(self):
        ana, ben = self.peer('a', 'Ana'), self.peer('c', 'Ben')
        self.talk(ana, ben, 'one', True)
        self.talk(ben, ana, 'two', True)

    def test_a_way_that_is_cut_in_the_middle(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        self.talk(ana, ben, 'before', True)
        self.on('b', 'ip', 'route', 'add', 'blackhole', '10.77.0.3/32')
        for number in range(5):
            ana.tell('whisper', 'Ben', f'cut {number}')
        for number in range(5):
            self.assertEqual(ben.wait('whispered')['text'], f'cut {number}')
            self.assertFalse(ana.wait('sent', text=f'cut {number}')['direct'])
        self.on('b', 'ip', 'route', 'del', 'blackhole', '10.77.0.3/32')
        # What was on its way when it was cut arrives by the server, and not once more from the wire
        ben.tell('whisper', 'Ana', 'I heard you')
        ana.wait('whispered', text='I heard you')
        ben.read(0.5)
        self.assertFalse([one for one in ben.said if one['ev'] == 'whispered'])

    def test_who_does_not_answer_is_reported_and_dropped(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        watcher = self.visitor(self.server, 'b', '10.77.0.1', 'Watcher', tls=True)
        self.talk(ana, ben, 'before', True)
        ben.process.send_signal(signal.SIGSTOP)
        self.addCleanup(ben.process.send_signal, signal.SIGCONT)
        ana.tell('whisper', 'Ben', 'are you there?')
        ana.wait('failed', text='are you there?')
        wait_until(lambda: 'Ben' not in [row['name'] for row in watcher.request('who')['users']],
                   'the place has let go of Ben')

    def test_a_certificate_that_is_not_the_persons_hears_nothing(self):
        ana = self.peer('b', 'Ana')
        key, certificate = f'{self.folder}/key.pem', f'{self.folder}/certificate.pem'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                        'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out',
                        certificate, '-subj', '/CN=x'], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        heard = []
        with self.network.on('c'):
            listener = socket.create_server(('10.77.0.3', 0))

        def listen():
            connection, _ = listener.accept()
            try:
                heard.append(context.wrap_socket(connection, server_side=True).recv(1000))
            except OSError:
                heard.append(b'')
        thread = threading.Thread(target=listen)
        thread.start()
        ben = self.visitor(self.server, 'c', '10.77.0.1', tls=True)
        ben.hello()
        ben.login('Ben', direct={'port': listener.getsockname()[1], 'fingerprint': '5' * 64})
        ana.tell('whisper', 'Ben', 'secret')
        self.assertFalse(ana.wait('sent', text='secret')['direct'])
        self.assertEqual(ben.event('whisper')['text'], 'secret')
        thread.join(20)
        listener.close()
        self.assertEqual(heard, [b''])


class Moving(Talking):
    """The place waits a while for who is lost."""

    options = {}

    def test_a_computer_that_moves_comes_back_and_is_reached_where_it_is(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        self.talk(ana, ben, 'before', True)
        self.talk(ben, ana, 'before too', True)
        ana.said.clear()
        for command in (('addr', 'flush', 'dev', 'eth0'), ('addr', 'add', '10.77.0.12/24', 'brd', '+', 'dev', 'eth0'),
                        ('route', 'add', 'default', 'dev', 'eth0')):
            self.on('b', 'ip', *command)
        ana.wait('state', online=False)
        ana.wait('state', online=True)
        # He looks for her where she was, and the place helps; her first words tell him where to look
        self.talk(ben, ana, 'are you back?', False)
        self.talk(ana, ben, 'here', True)
        self.talk(ben, ana, 'I see', True)


class Files(PeerTest):

    def test_a_file_from_machine_to_machine(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        path = self.file('door.bin', 5_000_001)
        ana.tell('offer', 'Ben', path)
        ben.wait('file', ours=False, state=OFFERED)
        ben.tell('accept', f'{self.folder}/saved')
        ben.wait('file', state=DONE)
        ana.wait('file', state=DONE)
        with open(path, 'rb') as one, open(f'{self.folder}/saved', 'rb') as other:
            self.assertEqual(one.read(), other.read())

    def test_a_full_disk_is_said_and_it_goes_on_when_there_is_room(self):
        small = f'{self.folder}/small'
        os.mkdir(small)
        # Before they begin, for each of them has its own view of what is mounted
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'none', small], check=True)
        self.addCleanup(subprocess.run, ['umount', '-l', small], check=False)
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        path = self.file('door.bin', 3_000_001)
        ana.tell('offer', 'Ben', path)
        ben.wait('file', ours=False, state=OFFERED)
        with open(f'{small}/filler', 'wb') as filler:
            filler.write(bytes(2 << 20))
        ben.tell('accept', f'{small}/saved')
        self.assertIn('No space left', ben.wait('file', state=PAUSED)['problem'])
        os.truncate(f'{small}/filler', 0)
        ben.tell('resume')
        ben.wait('file', state=DONE)
        with open(path, 'rb') as one, open(f'{small}/saved', 'rb') as other:
            self.assertEqual(one.read(), other.read())

    def test_no_way_is_said_plainly(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        self.on('c', 'ip', 'route', 'add', 'blackhole', '10.77.0.2/32')
        ana.tell('offer', 'Ben', self.file('door.bin', 1000))
        ben.wait('file', ours=False, state=OFFERED)
        ben.tell('accept', f'{self.folder}/saved')
        self.assertIn('cannot reach', ben.wait('file', state=PAUSED)['problem'])
        self.on('c', 'ip', 'route', 'del', 'blackhole', '10.77.0.2/32')
        ben.tell('resume')
        ben.wait('file', state=DONE)


if __name__ == '__main__':
    Network.enter()
    tap.main()
