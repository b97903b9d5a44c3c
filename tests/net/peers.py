# SPDX-License-Identifier: GPL-3.0-or-later
"""People on the machines of a network, who whisper and send files without windows."""

import os
import shutil
import tempfile

from network import NO_LEAKS, Program
from place import NetworkTest
from hallway_server import PATIENCE

# Of a file, as client/transfer.h has them.
OFFERED, RUNNING, PAUSED, DONE, FAILED = 1, 3, 4, 5, 6


class Peer(Program):
    """The program $HALLWAY_PEER."""

    def __init__(self, network, machine, address, name):
        self.name = name
        self.directory = tempfile.mkdtemp(prefix='peer-')
        super().__init__(network, machine, os.environ['HALLWAY_PEER'], address, name, self.directory, **NO_LEAKS)

    def wait(self, ev, seconds=PATIENCE, **match):
        """The first thing said with these fields; it is taken out."""
        def said():
            for one in self.said:
                if one['ev'] == ev and all(one.get(key) == value for key, value in match.items()):
                    self.said.remove(one)
                    return one
            return None
        return self.until(said, f'{self.name}: {ev} {match}', seconds)

    def stop(self):
        super().stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class PeerTest(NetworkTest):
    """A server on machine a of three, and people where the test wants them."""

    options = {}
    listen = ['127.0.0.1', '10.77.0.1']

    def prepare(self):
        """What the network has to be like before the server is started."""

    def setUp(self):
        super().setUp()
        self.prepare()
        self.server = self.place('a', listen=self.listen, port='0', discovery='no', **self.options)
        self.folder = tempfile.mkdtemp(prefix='files-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def address(self):
        return f'10.77.0.1:{self.server.port}'

    def peer(self, machine, name):
        peer = Peer(self.network, machine, self.address(), name)
        self.addCleanup(peer.stop)
        peer.wait('state', online=True)
        return peer

    def file(self, name, size):
        path = os.path.join(self.folder, name)
        block = os.urandom(1 << 20)
        with open(path, 'wb') as file:
            for at in range(0, size, len(block)):
                file.write(block[:min(len(block), size - at)])
        return path
