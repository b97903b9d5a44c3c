#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Places announce themselves by DNS-SD where Avahi runs, and are found by it; where it does not run, and when it
comes and goes, all else works as before."""

import os
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from network import Network, Program  # noqa: E402
from place import AVAHI, DNSSD, PORT, NetworkTest  # noqa: E402
import tap  # noqa: E402


class Browser(Program):
    """What an Avahi on machine c sees: a list of fields for every service that comes or goes."""

    def __init__(self, network):
        super().__init__(network, 'c', AVAHI, 'host-c', 'stdbuf', '-oL', 'avahi-browse', '-rp', '_hallway._tcp')

    @staticmethod
    def parse(line):
        return line.decode().replace('\\032', ' ').replace('\\035', '#').split(';', 9)

    def services(self):
        """(name, address, port, TXT) of everything announced now, by its name."""
        found = {}
        for sign, _, _, name, _, _, *rest in self.said:
            if sign == '=':
                found[name] = (name, rest[1], int(rest[2]), rest[3])
            elif sign == '-':
                found.pop(name, None)
        return found

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()


class Dnssd(NetworkTest):
    def setUp(self):
        super().setUp()
        self.browser = Browser(self.network)
        self.addCleanup(self.browser.stop)

    def announced(self, name):
        return self.browser.until(lambda: self.browser.services().get(name), f'{name} is announced', 60)

    def nothing_is_announced(self):
        """What came later is seen, so what came before it would have been."""
        self.place('a', AVAHI, 'host-a', name='Lab')
        self.announced('Lab')
        self.assertEqual(set(self.browser.services()), {'Lab'})

    def test_a_place_announces_itself(self):
        place = self.place('b', AVAHI, 'host-b', name='Room 204')
        name, address, port, text = self.announced('Room 204')
        self.assertEqual((name, address, port), ('Room 204', '10.77.0.2', PORT))
        for entry in (f'"id={place.id}"', '"name=Room 204"', '"v=1"'):
            self.assertIn(entry, text)

    def test_of_two_with_one_name_the_later_is_renamed(self):
        self.place('b', AVAHI, 'host-b', name='Room 204')
        self.announced('Room 204')
        second = self.place('a', AVAHI, 'host-a', name='Room 204')
        text = self.announced('Room 204 #2')[3]
        self.assertIn(f'"id={second.id}"', text)
        self.assertIn('"name=Room 204"', text)

    def test_a_place_that_nobody_else_can_enter_is_not_announced(self):
        self.place('b', AVAHI, 'host-b', name='Room 204', listen='127.0.0.1')
        self.nothing_is_announced()

    def test_without_discovery_nothing_is_announced(self):
        self.place('b', AVAHI, 'host-b', name='Room 204', discovery='no')
        self.nothing_is_announced()

    def daemon(self, place):
        """The Avahi beside a place, and a process whose /run has its sockets."""
        wrapper = place.process.pid
        [pid] = [int(pid) for pid in os.listdir('/proc') if pid.isdigit()
                 and self.reads(f'/proc/{pid}/comm') == 'avahi-daemon'
                 and f'PPid:\t{wrapper}\n' in self.reads(f'/proc/{pid}/status')]
        return pid

    @staticmethod
    def reads(path):
        try:
            with open(path) as file:
                text = file.read()
        except OSError:
            return ''
        return text.strip() if text.count('\n') == 1 else text

    def test_when_avahi_is_restarted_it_is_announced_again(self):
        place = self.place('b', AVAHI, 'host-b', name='Room 204')
        self.announced('Room 204')
        daemon = self.daemon(place)
        os.kill(daemon, signal.SIGTERM)
        self.browser.until(lambda: not self.browser.services() or None, 'it is announced no more', 60)
        again = subprocess.Popen(
            self.network.command('b', 'nsenter', '-m', '-t', str(place.process.pid), 'avahi-daemon',
                                 '-f', '/run/avahi.conf', '--no-drop-root', '--no-chroot',
                                 '--no-rlimits'), stderr=subprocess.DEVNULL)
        self.addCleanup(again.wait)
        self.addCleanup(again.terminate)
        self.announced('Room 204')

    def test_the_finder_finds_it_by_the_announcement_alone(self):
        # No probe arrives, and a scan does not look at this port
        self.network.lan('mute', str(PORT))
        place = self.place('b', AVAHI, 'host-b', name='Room 204', port='0')
        self.assertEqual(self.announced('Room 204')[2], place.port)
        finder = self.finder('a', AVAHI, 'host-a')
        found = finder.find(place, 30)
        self.assertEqual((found['ways'], found['name'], found['address'], found['fingerprint']),
                         (DNSSD, 'Room 204', f'10.77.0.2:{place.port}', place.fingerprint))

    def test_what_both_ways_find_is_one_place(self):
        place = self.place('b', AVAHI, 'host-b', name='Room 204')
        self.announced('Room 204')
        finder = self.finder('a', AVAHI, 'host-a')
        finder.find(place)
        idle = finder.idle(30)
        self.assertEqual((idle['dnssd'], idle['announced']), (True, 1))
        self.assertEqual(len(finder.places()), 1)


if __name__ == '__main__':
    if os.geteuid() != 0:
        print('1..0 # SKIP an Avahi of our own is run by root only')
        sys.exit(0)
    Network.enter()
    for program in ('avahi-daemon', 'avahi-browse', 'dbus-daemon'):
        if not shutil.which(program, path=os.environ.get('PATH', '') + ':/usr/sbin'):
            print(f'1..0 # SKIP {program} is not installed')
            sys.exit(0)
    tap.main()
