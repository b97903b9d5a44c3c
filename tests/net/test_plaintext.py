#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plaintext is for this machine only, unless the option says otherwise; TLS is for everyone."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
import tap  # noqa: E402
from network import Network  # noqa: E402
from place import NetworkTest  # noqa: E402


class Plaintext(NetworkTest):
    machines = 2

    def test_by_default_plaintext_is_taken_from_the_same_machine_only(self):
        place = self.place('b')
        self.visitor(place, 'b', '127.0.0.1').hello()
        for machine in ['a', 'b']:  # b's own address on the network is no loopback either
            client = self.visitor(place, machine, '10.77.0.2')
            client.send_raw(b'{"op":"hello","id":1,"versions":[1],"client":"x"}\n')
            client.expect_error('tls-required')
            client.expect_close()
            self.visitor(place, machine, '10.77.0.2', tls=True).hello()

    def test_always_means_from_everywhere(self):
        place = self.place('b', plaintext='always')
        self.visitor(place, 'a', '10.77.0.2').hello()
        self.visitor(place, 'a', '10.77.0.2', tls=True).hello()

    def test_never_means_from_nowhere(self):
        place = self.place('b', plaintext='never')
        for machine, address in [('a', '10.77.0.2'), ('b', '127.0.0.1')]:
            client = self.visitor(place, machine, address)
            client.send_raw(b'{')
            client.expect_error('tls-required')
            client.expect_close()
            self.visitor(place, machine, address, tls=True).hello()


if __name__ == '__main__':
    Network.enter()
    tap.main()
