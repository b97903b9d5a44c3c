#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines that have nothing but the IPv6 addresses that every cable brings with it: a place is announced and found,
entered by an address with its interface, and people there whisper and send files straight to one another."""

import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
import tap  # noqa: E402
from hallway_server import wait_until  # noqa: E402
from network import Network  # noqa: E402
from peers import DONE, OFFERED, PeerTest  # noqa: E402
from place import AVAHI, PORT, NetworkTest  # noqa: E402


def only_ipv6(network, machine):
    """Takes the machine's IPv4 address away; its own by IPv6 is told once nobody else turns out to have it."""
    network.run(machine, 'ip', '-4', 'addr', 'flush', 'dev', 'eth0')

    def settled():
        interfaces = json.loads(subprocess.run(
            network.command(machine, 'ip', '-j', '-6', 'addr', 'show', 'dev', 'eth0'), capture_output=True,
            check=True).stdout)
        found.extend(info['local'] for one in interfaces for info in one.get('addr_info', [])
                     if info['scope'] == 'link' and not info.get('tentative'))
        return found
    found = []
    wait_until(settled, 'it has an address')
    return found[0]


class Finding(NetworkTest):

    def setUp(self):
        super().setUp()
        # The system's bus becomes an account that is not there where only one is, as in what an ordinary user makes
        with open('/proc/self/uid_map', encoding='ascii') as accounts:
            alone = accounts.read().split()[2] == '1'
        if alone or not shutil.which('avahi-daemon', path=os.environ.get('PATH', '') + ':/usr/sbin'):
            self.skipTest('an Avahi of our own is needed')

    def test_a_place_is_listed_with_the_interface_that_leads_there(self):
        for machine in 'abc':
            address = only_ipv6(self.network, machine)
        avahi = ['env', 'WITH_AVAHI_IPV4=no', 'WITH_AVAHI_IPV6=yes', AVAHI]
        place = self.place('c', *avahi, 'host-c', name='Room 204')
        finder = self.finder('a', *avahi, 'host-a')
        found = finder.find(place, 30)
        self.assertEqual((found['name'], found['address'], found['fingerprint']),
                         ('Room 204', f'[{address}%eth0]:{PORT}', place.fingerprint))

    def test_where_both_are_the_shorter_address_is_shown(self):
        avahi = ['env', 'WITH_AVAHI_IPV6=yes', AVAHI]
        place = self.place('c', *avahi, 'host-c', name='Room 204')
        finder = self.finder('a', *avahi, 'host-a')
        self.assertEqual(finder.find(place, 30)['address'], f'10.77.0.3:{PORT}')
        finder.idle(30)
        [listed] = finder.places().values()
        self.assertEqual(listed['address'], f'10.77.0.3:{PORT}')


class People(PeerTest):

    options = {'grace': '0'}
    listen = ['127.0.0.1', '::']

    def prepare(self):
        self.own = {machine: only_ipv6(self.network, machine) for machine in 'abc'}

    zone = '%eth0'

    def address(self):
        return f'[{self.own["a"]}{self.zone}]:{self.server.port}'

    def test_an_address_without_its_interface_leads_there_too(self):
        self.zone = ''
        self.peer('b', 'Ana')

    def test_they_whisper_and_send_files(self):
        ana, ben = self.peer('b', 'Ana'), self.peer('c', 'Ben')
        for one, other, text in ((ana, ben, 'one'), (ben, ana, 'two')):
            one.tell('whisper', other.name, text)
            self.assertTrue(other.wait('whispered', text=text)['direct'])
            self.assertTrue(one.wait('sent', text=text)['direct'])
        path = self.file('door.bin', 3_000_001)
        ana.tell('offer', 'Ben', path)
        ben.wait('file', ours=False, state=OFFERED)
        ben.tell('accept', f'{self.folder}/saved')
        ben.wait('file', state=DONE)
        with open(path, 'rb') as one, open(f'{self.folder}/saved', 'rb') as other:
            self.assertEqual(one.read(), other.read())


if __name__ == '__main__':
    Network.enter()
    tap.main()
