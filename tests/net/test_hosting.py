#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A place that a client hosts, on a machine of its own: at the usual port or the next that is free, found by others,
and what becomes of it when the client is killed, or its computer has more than one network."""

import os
import shutil
import signal
import socket
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
import tap  # noqa: E402
from hallway_server import PATIENCE, program, wait_until  # noqa: E402
from network import NO_LEAKS, Network, Program  # noqa: E402
from place import PORT, NetworkTest  # noqa: E402


class Host(Program):
    """The program $HALLWAY_HOST."""

    def __init__(self, network, machine, data):
        super().__init__(network, machine, os.environ['HALLWAY_HOST'], program(), data, **NO_LEAKS)

    def wait(self, **match):
        """The first thing said with these fields; it and what was said before is taken out."""
        def said():
            while self.said:
                one = self.said.pop(0)
                if all(one.get(key) == value for key, value in match.items()):
                    return one
            return None
        return self.until(said, match, PATIENCE)

    def start(self, name='Room 204'):
        self.tell('start', name)
        return self.wait(state='running')['port']


class Hosting(NetworkTest):

    def setUp(self):
        super().setUp()
        self.data = tempfile.mkdtemp(prefix='hosted-')
        self.addCleanup(shutil.rmtree, self.data, ignore_errors=True)

    def host(self, machine, data=None):
        host = Host(self.network, machine, data or self.data)
        self.addCleanup(host.stop)
        return host

    def found(self, finder, name, address, seconds=30):
        return finder.wait(lambda one: one['ev'] in ('found', 'changed') and one['name'] == name
                           and one['address'] == address, f'{name} is listed at {address}', seconds)

    def log(self):
        with open(f'{self.data}/hallwayd.log') as file:
            return file.read()

    def servers(self):
        """The hallwayds that run with our data, by their command lines."""
        pids = []
        for pid in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{pid}/cmdline', 'rb') as file:
                    words = file.read().split(b'\0')
            except OSError:
                continue
            if self.data.encode() in words and words[0] == program().encode():
                pids.append(int(pid))
        return pids

    def test_where_ports_are_taken_it_is_found_at_the_next(self):
        with self.network.on('b'):
            taken = [socket.create_server(('0.0.0.0', PORT + i)) for i in range(2)]
        for one in taken:
            self.addCleanup(one.close)
        self.assertEqual(self.host('b').start(), PORT + 2)
        self.found(self.finder('a'), 'Room 204', f'10.77.0.2:{PORT + 2}')

    def test_two_on_one_machine(self):
        other = tempfile.mkdtemp(prefix='hosted-')
        self.addCleanup(shutil.rmtree, other, ignore_errors=True)
        self.assertEqual(self.host('b').start('Ana’s'), PORT)
        self.assertEqual(self.host('b', other).start('Ben’s'), PORT + 1)
        finder = self.finder('a')
        self.found(finder, 'Ana’s', f'10.77.0.2:{PORT}')
        self.found(finder, 'Ben’s', f'10.77.0.2:{PORT + 1}')

    def test_a_client_that_is_killed_takes_it_along_and_the_next_start_has_it_again(self):
        host = self.host('b')
        host.start()
        finder = self.finder('a')
        before = self.found(finder, 'Room 204', f'10.77.0.2:{PORT}')
        [server] = self.servers()
        # It takes its time to close, and the next start does not wait for that
        os.kill(server, signal.SIGSTOP)
        host.process.kill()
        host.process.wait()
        again = self.host('b')
        again.tell('start Room 204')
        again.wait(state='starting')
        self.assertEqual(self.servers()[0], server)
        wait_until(lambda: 'in use' in self.log(), 'it was tried')
        os.kill(server, signal.SIGCONT)
        wait_until(lambda: server not in self.servers(), 'the old one has ended')
        self.assertEqual(again.wait(state='running')['port'], PORT)
        self.assertEqual(len(self.servers()), 1)
        look = self.finder('c')
        after = self.found(look, 'Room 204', f'10.77.0.2:{PORT}')
        self.assertEqual((after['id'], after['fingerprint']), (before['id'], before['fingerprint']))

    def test_the_invitation_leads_by_the_network_that_others_are_on(self):
        # As a VPN does it: an interface more, with an address that nobody here can reach
        self.on('b', 'ip', 'link', 'add', 'vpn0', 'type', 'veth', 'peer', 'name', 'vpn1')
        self.on('b', 'ip', 'link', 'set', 'vpn1', 'up')
        self.on('b', 'ip', 'addr', 'add', '10.200.3.4/16', 'dev', 'vpn0')
        self.on('b', 'ip', 'link', 'set', 'vpn0', 'up')
        self.on('b', 'ip', 'route', 'replace', 'default', 'via', '10.77.0.1')
        host = self.host('b')
        host.tell('start Room 204')
        self.assertEqual(host.wait(state='running')['invitation'], 'hallway://10.77.0.2')
        finder = self.finder('a')
        self.found(finder, 'Room 204', f'10.77.0.2:{PORT}')
        # And who hosts a place behind a VPN finds those nearby all the same
        other = self.place('c', name='Lab')
        self.finder('b').find(other, 10)

    def test_on_a_network_without_ipv4_the_invitation_is_an_address_of_the_other_kind(self):
        self.on('b', 'ip', '-4', 'addr', 'flush', 'dev', 'eth0')
        host = self.host('b')
        host.tell('start Room 204')
        self.assertRegex(host.wait(state='running')['invitation'], r'^hallway://\[fe80::[0-9a-f:]+\]$')

    def test_a_place_that_takes_another_name_keeps_its_row(self):
        host = self.host('b')
        host.start('Room 204')
        finder = self.finder('a')
        before = self.found(finder, 'Room 204', f'10.77.0.2:{PORT}')
        host.tell('stop')
        host.wait(state='idle')
        host.start('Physics club')
        after = self.found(finder, 'Physics club', f'10.77.0.2:{PORT}')
        self.assertEqual((after['ev'], after['id']), ('changed', before['id']))
        self.assertEqual(len(finder.places()), 1)


if __name__ == '__main__':
    Network.enter()
    tap.main()
