# SPDX-License-Identifier: GPL-3.0-or-later
"""A hallwayd on one of a network's machines, and a finder on another."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
from hallway_server import Server, ServerTest, wait_until  # noqa: E402,F401
from network import Finder, Network  # noqa: E402

AVAHI = os.path.join(HERE, 'with-avahi')


class Place(Server):
    """A hallwayd that can be found, on one of the network's machines; `before` are words before it."""

    def __init__(self, network, machine, before=(), **options):
        super().__init__(**{'listen': None, 'discovery': 'yes', **options})
        self.network, self.machine, self.words = network, machine, before

    def command(self, *arguments):
        return self.network.command(self.machine, *self.words, *super().command(*arguments))


class FindingTest(ServerTest):
    """Machines a, b, c … for every test anew. The finder is the program $HALLWAY_FIND."""

    machines = 3

    def setUp(self):
        super().setUp()
        self.network = Network(self.machines)
        self.network.up()
        self.addCleanup(self.network.down)

    def on(self, machine, *command):
        self.network.lan('exec', machine, *command)

    def place(self, machine, *before, **options):
        # The port is the usual one, for the scan looks there
        place = Place(self.network, machine, before, **{'port': None, **options}).start()
        self.addCleanup(place.remove)
        return place

    def finder(self, machine, *before):
        finder = Finder(self.network, machine, os.environ['HALLWAY_FIND'], *before)
        self.addCleanup(finder.stop)
        return finder
