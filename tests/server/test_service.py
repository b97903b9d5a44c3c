#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hallwayd under a service manager: sockets that are open already, and the words it waits for."""

import os
import select
import socket
import subprocess
import tempfile

import tap
from hallway_server import PATIENCE, Server, ServerTest, environment


class ServiceTest(ServerTest):
    def start_as_service(self, server, sockets=(), notify=None, **more):
        """As systemd does: the sockets are descriptors 3 and up, LISTEN_PID is the process itself."""
        env = {**environment(), **more}
        if notify:
            env['NOTIFY_SOCKET'] = notify
        script = 'exec "$@"'
        if sockets:
            env['LISTEN_FDS'] = str(len(sockets))
            script = 'LISTEN_PID=$$ exec "$@"'

        def place_sockets():
            copies = [os.dup(one.fileno()) for one in sockets]
            for number, copy in enumerate(copies, 3):
                os.dup2(copy, number)

        process = subprocess.Popen(['sh', '-c', script, 'sh', *server.command()], env=env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, preexec_fn=place_sockets,
                                   close_fds=False)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def ready_line(self, process):
        self.assertTrue(select.select([process.stdout], [], [], PATIENCE)[0], 'no ready line')
        return process.stdout.readline()

    def test_serves_on_the_sockets_it_is_given(self):
        with socket.create_server(('127.0.0.1', 0)) as given:
            server = self.new_server()
            server.port = given.getsockname()[1]
            process = self.start_as_service(server, [given])
            self.assertIn(b'"port":%d,"addresses":["127.0.0.1"]' % server.port,
                          self.ready_line(process))
            client = self.connect(server)
            self.has(client.hello(), version=1)
            process.terminate()
            self.assertEqual(process.wait(PATIENCE), 0)

    def test_what_is_no_listening_socket_is_refused_in_one_line(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as given:
            process = self.start_as_service(self.new_server(), [given])
            self.assertEqual(process.wait(PATIENCE), 1)
            lines = process.stderr.read().splitlines()
            self.assertEqual(len(lines), 1, lines)
            self.assertIn(b'descriptor 3', lines[0])

    def test_sockets_for_another_process_are_left_alone(self):
        server = self.new_server()
        server.options['port'] = '0'
        os.environ['LISTEN_PID'], os.environ['LISTEN_FDS'] = '1', '1'
        try:
            server.start()
        finally:
            del os.environ['LISTEN_PID'], os.environ['LISTEN_FDS']
        self.has(self.connect(server).hello(), version=1)
        server.stop()

    def test_says_when_it_is_ready_and_when_it_stops(self):
        with tempfile.TemporaryDirectory() as directory, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            path = os.path.join(directory, 'notify')
            manager.bind(path)
            manager.settimeout(PATIENCE)
            process = self.start_as_service(self.new_server(), notify=path)
            self.assertEqual(manager.recv(4096), b'READY=1')
            self.ready_line(process)
            process.terminate()
            self.assertEqual(manager.recv(4096), b'STOPPING=1')
            self.assertEqual(process.wait(PATIENCE), 0)

    def test_says_that_it_is_alive_as_often_as_the_watchdog_wants_to_hear(self):
        with tempfile.TemporaryDirectory() as directory, \
                socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            path = os.path.join(directory, 'notify')
            manager.bind(path)
            manager.settimeout(PATIENCE)
            process = self.start_as_service(self.new_server(), notify=path, WATCHDOG_USEC='400000')
            self.assertEqual(manager.recv(4096), b'READY=1')
            for _ in range(4):
                self.assertEqual(manager.recv(4096), b'WATCHDOG=1')
            process.terminate()
            self.assertEqual(process.wait(PATIENCE), 0)
            manager.setblocking(False)
            with self.assertRaises(BlockingIOError):
                while True:
                    manager.recv(4096)
            # What is for another process, or nonsense, is not for us
            for more in ({'WATCHDOG_USEC': '1000', 'WATCHDOG_PID': '1'}, {'WATCHDOG_USEC': 'soon'}):
                process = self.start_as_service(self.new_server(), notify=path, **more)
                self.ready_line(process)
                process.terminate()
                self.assertEqual(process.wait(PATIENCE), 0)
                self.assertEqual([manager.recv(4096) for _ in range(2)],
                                 [b'READY=1', b'STOPPING=1'])

    def test_a_manager_that_does_not_listen_is_no_trouble(self):
        process = self.start_as_service(self.new_server(), notify='/nonexistent/notify')
        self.ready_line(process)
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 0)

    def test_root_sets_the_password_of_a_service_as_its_account(self):
        """As systemd keeps the data of a dynamic user: behind a directory for root alone."""
        if os.geteuid() != 0:
            self.skipTest('for root only')
        account = 61234  # of no user; systemd's dynamic ones are among these
        with tempfile.TemporaryDirectory() as top:
            private, data = f'{top}/private/hallwayd', f'{top}/hallwayd'
            os.makedirs(private, 0o700)
            os.chmod(f'{top}/private', 0o700)
            os.symlink('private/hallwayd', data)
            try:
                os.chown(private, account, account)
            except OSError as error:
                self.skipTest(f'accounts cannot be had here: {error}')
            with open(f'{top}/secret', 'w', encoding='ascii') as file:
                file.write('nobody may touch this')
            os.symlink(f'{top}/secret', f'{private}/admin-password')
            server = Server(data=data)
            self.addCleanup(server.remove)
            server.set_admin_password('correct horse battery')

            status = os.lstat(f'{private}/admin-password')
            self.assertEqual((status.st_uid, status.st_gid, status.st_mode),
                             (account, account, 0o100600))
            with open(f'{top}/secret', encoding='ascii') as file:
                self.assertEqual(file.read(), 'nobody may touch this')
            self.assertEqual(os.listdir(private), ['admin-password'])

    def test_root_sets_the_password_of_its_own_place_as_root(self):
        if os.geteuid() != 0:
            self.skipTest('for root only')
        server = self.new_server()
        server.set_admin_password('correct horse battery')
        self.assertEqual(os.stat(f'{server.data}/admin-password').st_uid, 0)
        server.set_admin_password('correct horse battery staple')
        self.assertEqual(os.stat(f'{server.data}/admin-password').st_uid, 0)


if __name__ == '__main__':
    tap.main()
