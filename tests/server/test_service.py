#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""hallwayd under a service manager: sockets that are open already, and the words it waits for."""

import os
import select
import socket
import subprocess
import tempfile

import tap
from hallway_server import PATIENCE, ServerTest, environment


class ServiceTest(ServerTest):
    def start_as_service(self, server, sockets=(), notify=None):
        """As systemd does: the sockets are descriptors 3 and up, LISTEN_PID is the process itself."""
        env = environment()
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

    def test_a_manager_that_does_not_listen_is_no_trouble(self):
        process = self.start_as_service(self.new_server(), notify='/nonexistent/notify')
        self.ready_line(process)
        process.terminate()
        self.assertEqual(process.wait(PATIENCE), 0)


if __name__ == '__main__':
    tap.main()
