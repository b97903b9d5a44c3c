# SPDX-License-Identifier: GPL-3.0-or-later
"""A hallwayd on one of a network's machines, and a finder on another."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
from hallway_server import Server, ServerTest  # noqa: E402
from network import Network, Program  # noqa: E402

AVAHI = os.path.join(HERE, 'with-avahi')
PORT = 55667  # the usual one: a scan looks there
ANSWER, DNSSD, SCAN = 1, 2, 4  # the ways to find a place


class Place(Server):
    """A hallwayd that can be found, on one of the network's machines; `before` are words before it."""

    def __init__(self, network, machine, before=(), **options):
        super().__init__(**{'listen': None, 'port': None, 'discovery': 'yes', **options})
        self.before = network.command(machine, *before)


class Finder(Program):
    """A client's finder, without a window: the program $HALLWAY_FIND."""

    def __init__(self, network, machine, *before):
        super().__init__(network, machine, 'env', '-u', 'HALLWAY_NO_DISCOVERY', *before, os.environ['HALLWAY_FIND'])

    def wait(self, matches, what, seconds=60, after=0):
        """The first thing said that `matches`, of all but the first `after`."""
        looked_at = after

        def said():
            nonlocal looked_at
            news, looked_at = self.said[looked_at:], len(self.said)
            return next((one for one in news if matches(one)), None)
        return self.until(said, what, seconds)

    def idle(self, seconds=60, after=0):
        """Its report, once it has looked for as long as it does."""
        return self.wait(lambda one: one['ev'] == 'idle', 'it has looked long enough', seconds, after)

    def find(self, place, seconds=60):
        return self.wait(lambda one: one['ev'] == 'found' and one['id'] == place.id,
                         f'{place.id} is found', seconds)

    def places(self):
        """What is listed now: (id, fingerprint) → the latest that was said of it."""
        listed = {}
        for one in self.said:
            if one['ev'] in ('found', 'changed'):
                listed[one['id'], one['fingerprint']] = one
            elif one['ev'] == 'gone':
                listed = {key: place for key, place in listed.items() if key[0] != one['id']}
        return listed


class NetworkTest(ServerTest):
    """Machines a, b, c … for every test anew. Most of its time goes by in waiting, so all tests of a class
    run at the same time; those that measure time say `together = False`, and meson runs nothing beside them."""

    together = True
    machines = 3

    @classmethod
    def setUpClass(cls):
        """No common server here."""

    def setUp(self):
        super().setUp()
        self.network = Network(self.machines)
        self.network.up()
        self.addCleanup(self.network.down)

    def on(self, machine, *command):
        self.network.run(machine, *command)

    def place(self, machine, *before, **options):
        place = Place(self.network, machine, before, **options)
        self.addCleanup(place.remove)
        return place.start()

    def visitor(self, place, machine, address='127.0.0.1', name=None, **how):
        """A connection to a place from one of the machines; with a name, one who has logged in."""
        with self.network.on(machine):
            client = self.connect(place, address=address, **how)
        if name:
            client.hello()
            client.login(name)
        return client

    def finder(self, machine, *before):
        finder = Finder(self.network, machine, *before)
        self.addCleanup(finder.stop)
        return finder
