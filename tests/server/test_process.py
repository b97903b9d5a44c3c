#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server as a process: how it is started, what it says, how it ends."""

import os
import pty
import select
import signal
import socket
import stat
import subprocess
import time
import unittest

import tap
from hallway_server import PATIENCE, ServerTest, environment, program


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(('::1', 0))
        return True
    except OSError:
        return False


class Process(ServerTest):

    @classmethod
    def setUpClass(cls):
        """No common server here: every test starts its own."""

    def greeted(self, server, address='127.0.0.1'):
        client = self.connect(server)
        return client, client.hello()

    def run_once(self, server, *arguments):
        """Runs the program until it ends by itself; returns what came of it."""
        try:
            return subprocess.run(server.command(*arguments), capture_output=True, text=True,
                                  timeout=PATIENCE, stdin=subprocess.DEVNULL, env=environment())
        except subprocess.TimeoutExpired:
            self.fail(f'hallwayd {" ".join(arguments)} started, or hangs')

    def does_not_start(self, server, *arguments):
        """It says why, in one line on standard error, and exits 1."""
        run = self.run_once(server, *arguments)
        self.assertEqual(run.returncode, 1, run.stderr)
        self.assertEqual(run.stdout, '')
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertTrue(run.stderr.strip())
        return run.stderr

    # The ready line

    def test_ready_line(self):
        server = self.new_server().start()
        self.has(server.ready, ev='ready', addresses=['127.0.0.1'])
        self.assertTrue(0 < server.port < 65536)
        self.assertRegex(server.fingerprint, r'\A[0-9a-f]{64}\Z')
        _, hello = self.greeted(server)
        self.assertEqual(hello['server']['id'], server.id)
        server.stop()

    def test_nothing_else_on_standard_output(self):
        server = self.new_server().start()
        self.greeted(server)
        output = server.process.stdout
        server.process.terminate()
        self.assertEqual(server.process.wait(PATIENCE), 0)
        self.assertEqual(output.read(), b'')

    def test_several_addresses_on_one_port(self):
        addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
        server = self.new_server(listen=addresses).start()
        self.assertEqual(sorted(server.ready['addresses']), addresses)
        for address in addresses:
            with socket.create_connection((address, server.port), PATIENCE) as raw:
                raw.sendall(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
                self.assertIn(b'"ok":true', raw.recv(65536).replace(b' ', b''))
        server.stop()

    @unittest.skipUnless(has_ipv6(), 'this machine has no IPv6')
    def test_ipv6(self):
        server = self.new_server(listen=['::1', '127.0.0.1']).start()
        self.assertEqual(set(server.ready['addresses']), {'::1', '127.0.0.1'})
        with socket.create_connection(('::1', server.port), PATIENCE) as raw:
            raw.sendall(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
            self.assertIn(b'"ok":true', raw.recv(65536).replace(b' ', b''))
        server.stop()

    def test_chosen_port(self):
        with socket.create_server(('127.0.0.1', 0)) as probe:
            port = probe.getsockname()[1]
        server = self.new_server(port=port).start()
        self.assertEqual(server.port, port)
        self.greeted(server)
        server.restart()  # at once, though old connections linger
        self.assertEqual(server.port, port)
        server.stop()

    # Options and configuration

    def test_options_show_in_hello(self):
        server = self.new_server(name='Lab 3', idle=77, ping=5, dead=55, grace=9).start()
        _, hello = self.greeted(server)
        self.assertEqual(hello['server']['name'], 'Lab 3')
        self.has(hello['timing'], idle=77, ping=5, dead=55, grace=9)
        server.stop()

    def write_config(self, server, text):
        path = os.path.join(server.directory, 'hallwayd.conf')
        with open(path, 'w', encoding='utf-8') as config:
            config.write(text)
        return path

    def test_configuration_file(self):
        server = self.new_server(defaults=False)
        data = server.options.pop('data')
        server.options['config'] = self.write_config(server, f'''
# A comment
[server]
data={data}
listen=127.0.0.1;127.0.0.2
port=0
discovery=no
name=Füße & Hände
idle=66
grace=7
plaintext=loopback
''')
        server.start()
        _, hello = self.greeted(server)
        self.assertEqual(hello['server']['name'], 'Füße & Hände')
        self.has(hello['timing'], idle=66, grace=7, ping=10)
        self.assertEqual(sorted(server.ready['addresses']), ['127.0.0.1', '127.0.0.2'])
        self.assertTrue(os.listdir(data))
        server.stop()

    def test_options_stand_over_the_configuration(self):
        server = self.new_server(name='By option', idle=33)
        server.options['config'] = self.write_config(
            server, '[server]\nname=By file\nidle=66\ngrace=7\nport=1\nlisten=192.0.2.1\n')
        server.start()
        _, hello = self.greeted(server)
        self.assertEqual(hello['server']['name'], 'By option')
        self.has(hello['timing'], idle=33, grace=7)
        self.assertEqual(server.ready['addresses'], ['127.0.0.1'])
        server.stop()

    def test_broken_configuration(self):
        server = self.new_server()
        server.options = {'data': server.data}
        for text in ['no key file', '[server\nname=x\n', '[server]\nidle=soon\n',
                     '[server]\nport=70000\n', '[server]\nplaintext=maybe\n',
                     '[server]\ndiscovery=perhaps\n', '[server]\ngrace=-1\n', '[server]\nname\n',
                     '[server]\nidle=\n']:
            with self.subTest(text=text):
                server.options['config'] = self.write_config(server, text)
                said = self.does_not_start(server, '--listen', '127.0.0.1')
                self.assertIn('hallwayd.conf', said)

    def test_configuration_that_is_not_there(self):
        server = self.new_server(config='/nonexistent/hallwayd.conf')
        self.assertIn('/nonexistent/hallwayd.conf', self.does_not_start(server))

    def test_wrong_usage(self):
        server = self.new_server()
        for arguments in [['--bogus'], ['--port', 'x'], ['--port', '65536'], ['--port', '-1'],
                          ['--port'], ['--plaintext', 'maybe'], ['--idle', '-1'],
                          ['--idle', 'soon'], ['--idle', '1.5'], ['--dead', 'x'],
                          ['--ping', ''], ['--grace', '-5'], ['--grace', '99999999999999999999'],
                          ['--rate', '-1'], ['--rate', 'x'], ['--max-clients', 'x'],
                          ['--guests', 'perhaps'], ['--lan-only', '7'], ['--discovery', 'x'],
                          ['--listen', 'nonsense'], ['--listen', '127.0.0.1.5'],
                          ['--listen', '127.0.0.1', 'left over']]:
            with self.subTest(arguments=arguments):
                self.does_not_start(server, *arguments)

    # The data directory

    def test_data_directory_is_made_and_private(self):
        server = self.new_server()
        server.data = server.options['data'] = os.path.join(server.directory, 'a', 'b', 'c')
        server.start()
        mode = os.stat(server.data).st_mode
        self.assertEqual(stat.S_IMODE(mode) & 0o077, 0, oct(mode))
        server.stop()

    def test_data_directory_in_use(self):
        first = self.new_server().start()
        client, _ = self.greeted(first)
        second = self.new_server(data=first.data)
        self.does_not_start(second)
        client.request('ping')
        first.restart()
        first.stop()

    def test_data_directory_that_cannot_be(self):
        server = self.new_server()
        blocked = os.path.join(server.directory, 'file')
        with open(blocked, 'w', encoding='ascii') as file:
            file.write('x')
        for data in [blocked, os.path.join(blocked, 'data'), '/proc/hallwayd']:
            with self.subTest(data=data):
                server.options['data'] = data
                self.does_not_start(server)

    @unittest.skipIf(os.geteuid() == 0, 'root may write everywhere')
    def test_data_directory_not_writable(self):
        server = self.new_server()
        os.mkdir(server.data, 0o500)
        self.does_not_start(server)

    def databases(self, directory):
        for name in os.listdir(directory):
            path = os.path.join(directory, name)
            with open(path, 'rb') as file:
                if file.read(15) == b'SQLite format 3':
                    yield path

    def test_damaged_database(self):
        def lost(content):
            return b'this was a database once\n' * (len(content) // 25)

        def halved(content):
            return content[:len(content) // 2]

        def header_only(content):
            return content[:100] + b'\xff' * (len(content) - 100)

        def headless(content):
            return b'\0' * 100 + content[100:]

        for damage in [lost, halved, header_only, headless]:
            with self.subTest(damage=damage.__name__):
                server = self.new_server().start()
                client, _ = self.greeted(server)
                client.login('Ana')
                client.create('Hall')
                for number in range(500):
                    client.ask('say', room='Hall', text=f'text {number} ' * 20)
                client.say('Hall', 'end')
                client.close()
                server.stop()
                paths = list(self.databases(server.data))
                self.assertTrue(paths)
                for path in paths:
                    with open(path, 'rb+') as file:
                        content = damage(file.read())
                        file.seek(0)
                        file.write(content)
                        file.truncate()
                self.does_not_start(server)

    def filled(self):
        """A server that has ended, in whose room somebody said a few hundred things."""
        server = self.new_server().start()
        client, _ = self.greeted(server)
        client.login('Ana')
        client.create('Hall')
        for number in range(600):
            client.ask('say', room='Hall', text=f'text {number} ' * 20)
        client.say('Hall', 'end')
        client.close()
        server.stop()
        return server

    def test_looking_for_damage_finds_none_where_none_is(self):
        server = self.filled()
        before = sorted(os.listdir(server.data))
        run = self.run_once(server, '--check')
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(sorted(os.listdir(server.data)), before)
        server.start()  # and while a server runs on it there is nothing to check
        self.does_not_start(self.new_server(data=server.data), '--check')
        server.stop()

    def test_what_can_be_read_of_a_damaged_place_is_saved(self):
        server = self.filled()
        server.set_admin_password('open sesame, please')
        path = os.path.join(server.data, 'hallway.db')
        with open(path, 'rb+') as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(size // 2 // 4096 * 4096)
            file.write(b'\xff' * 8192)
        self.assertEqual(self.run_once(server, '--check').returncode, 1)
        saved = os.path.join(server.directory, 'saved')
        run = self.run_once(server, '--recover', saved)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.does_not_start(server, '--recover', saved)  # which is there already
        other = self.new_server(data=saved).start()
        self.assertEqual(other.id, server.id)
        self.assertEqual(other.fingerprint, server.fingerprint)  # nobody is warned
        self.assertEqual(os.stat(os.path.join(saved, 'private-key.pem')).st_mode & 0o777, 0o600)
        client, _ = self.greeted(other)
        client.request('admin', password='open sesame, please')
        client.login('Ben')
        client.join('Hall')
        texts = [entry['text'] for entry in client.whole_log('Hall') if entry['kind'] == 'message']
        self.assertGreater(len(texts), 300)
        self.assertLess(len(texts), 601)
        client.say('Hall', 'and on it goes')
        client.close()
        other.stop()

    # Ports and ends

    def test_port_taken(self):
        with socket.create_server(('127.0.0.1', 0)) as holder:
            port = holder.getsockname()[1]
            said = self.does_not_start(self.new_server(port=port))
            self.assertIn(str(port), said)

    def test_address_that_is_not_ours(self):
        self.does_not_start(self.new_server(listen='192.0.2.77'))

    def test_signals_end_it_as_shutdown_does(self):
        for how in [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]:
            with self.subTest(signal=how):
                server = self.new_server().start()
                clients = [self.greeted(server)[0] for _ in range(3)]
                clients[0].login('Ana')
                clients[0].create('Hall')
                server.process.send_signal(how)
                for client in clients:
                    client.event('closing')
                    client.expect_close()
                self.assertEqual(server.wait(), 0)
                server.check_log()

    def test_who_was_told_to_stay_when_the_terminal_is_closed_stays(self):
        server = self.new_server()
        server.before = ['nohup']
        server.start()
        client = self.greeted(server)[0]
        server.process.send_signal(signal.SIGHUP)
        client.login('Ana')
        client.create('Hall')
        client.has_no('closing')
        server.stop()

    def test_nobody_is_lost_who_comes_while_it_ends(self):
        server = self.new_server()
        for number in range(8):
            server.start()
            client, _ = self.greeted(server)
            client.login('Ana')
            client.request('join' if number else 'create', room='Hall')
            client.say('Hall', 'x')
            # the room is empty now, so that coming in again begins with reading the disk
            client.request('leave', room='Hall')
            server.process.send_signal(signal.SIGSTOP)
            client.ask('join', room='Hall')
            client.flush()
            server.process.send_signal(signal.SIGTERM)
            server.process.send_signal(signal.SIGCONT)
            self.assertEqual(server.wait(), 0)
        server.start()
        client, _ = self.greeted(server)
        client.login('Ana')
        client.join('Hall')
        self.assertNotIn('lost', [entry.get('reason') for entry in client.whole_log('Hall')])
        server.stop()

    def test_end_while_many_talk(self):
        server = self.new_server().start()
        clients = []
        for number in range(5):
            client, _ = self.greeted(server)
            client.login(f'Talker {number}')
            self.enter(client, 'Hall')
            clients.append(client)
        for number in range(300):
            for client in clients:
                client.ask('say', room='Hall', text=f't{number}')
        server.stop()
        shown = {}
        for client in clients:
            client.wait(lambda client=client: client.end, 'the end')
            self.assertEqual(client.end, 'closed')
            client.event('closing')
            for event in client.take_entries('Hall'):
                shown[event['seq']] = event.get('text')
        server.start()
        late, _ = self.greeted(server)
        late.login('Late')
        late.join('Hall')
        kept = {entry['seq']: entry.get('text') for entry in late.whole_log('Hall')}
        self.assertEqual({seq: kept.get(seq) for seq in shown}, shown)
        late.close()
        server.stop()

    def test_end_with_unfinished_connections(self):
        server = self.new_server().start()
        for data in [b'', b'\x16', b'{"op":', b'\x16\x03\x01\x02\x00\x01']:
            client = self.connect(server)
            client.send_raw(data)
        stuck, _ = self.greeted(server)
        stuck.reading = False
        for _ in range(3000):
            stuck.ask('echo', text='e' * 8000)
            if stuck.outgoing:
                break
        server.stop()  # in spite of one that does not read

    # The admin's password

    def test_admin_password_is_kept_as_a_hash_only(self):
        server = self.new_server()
        server.set_admin_password('correct horse battery')
        for folder, _, files in os.walk(server.data):
            for name in files:
                path = os.path.join(folder, name)
                with open(path, 'rb') as file:
                    self.assertNotIn(b'correct horse', file.read())
                self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)

    def test_setting_the_admin_password_starts_no_server(self):
        server = self.new_server()
        run = subprocess.run([program(), '--data', server.data, '--set-admin-password'],
                             input='open sesame\n', text=True, capture_output=True,
                             timeout=PATIENCE, env=environment())
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn('ready', run.stdout)

    def test_admin_password_is_read_from_a_terminal_without_showing_it(self):
        server = self.new_server()
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(program(), [program(), '--data', server.data, '--set-admin-password'],
                      environment())
        shown, typed, status = b'', 0, None
        deadline = time.monotonic() + PATIENCE
        while status is None:
            self.assertLess(time.monotonic(), deadline, shown)
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    shown += os.read(terminal, 4096)
                except OSError:
                    pass  # it has closed its end
            if shown.count(b':') > typed:  # it asks, once or twice
                typed += 1
                os.write(terminal, b'typed by hand\n')
            ended, status = os.waitpid(pid, os.WNOHANG)
            status = os.waitstatus_to_exitcode(status) if ended else None
        os.close(terminal)
        self.assertEqual(status, 0, shown)
        self.assertNotIn(b'typed by hand', shown)
        server.start()
        client, _ = self.greeted(server)
        client.request('admin', password='typed by hand')
        server.stop()

    def test_server_survives_a_closed_standard_error_and_output(self):
        """Logging into a pipe that nobody reads any more must not end it."""
        server = self.new_server()
        process = subprocess.Popen(server.command(), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=environment())
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0])
        ready = process.stdout.readline()
        process.stdout.close()
        process.stderr.close()
        server.port = int(ready.split(b'"port":')[1].split(b',')[0])
        client, _ = self.greeted(server)
        client.send_raw(b'nonsense\n' * 20)
        client.expect_close()
        self.greeted(server)
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 0)


if __name__ == '__main__':
    tap.main()
