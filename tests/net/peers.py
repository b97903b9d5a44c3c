# SPDX-License-Identifier: GPL-3.0-or-later
"""People on the machines of a network, who whisper and send files without windows."""

import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
from hallway_server import PATIENCE, Client, Server, ServerTest, wait_until  # noqa: E402,F401
from network import Network  # noqa: E402

# Of a file, as client/transfer.h has them.
OFFERED, RUNNING, PAUSED, DONE, FAILED = 1, 3, 4, 5, 6


class Peer:
    """The program $HALLWAY_PEER on one of the machines: what it says is kept, in order."""

    def __init__(self, network, machine, address, name):
        self.name = name
        self.directory = tempfile.mkdtemp(prefix='peer-')
        self.process = subprocess.Popen(
            network.command(machine, os.environ['HALLWAY_PEER'], address, name, self.directory),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.said = []
        self.rest = b''

    def tell(self, *words):
        self.process.stdin.write((' '.join(words) + '\n').encode())
        self.process.stdin.flush()

    def read(self, seconds):
        if not select.select([self.process.stdout], [], [], max(0, seconds))[0]:
            return
        some = os.read(self.process.stdout.fileno(), 65536)
        if not some:
            raise AssertionError(f'{self.name} ended: {self.process.wait()}')
        *lines, self.rest = (self.rest + some).split(b'\n')
        self.said += [json.loads(line) for line in lines]

    def wait(self, ev, seconds=PATIENCE, **match):
        """The first thing said with these fields; it is taken out."""
        end = time.monotonic() + seconds
        while True:
            for one in self.said:
                if one['ev'] == ev and all(one.get(key) == value for key, value in match.items()):
                    self.said.remove(one)
                    return one
            if time.monotonic() > end:
                raise AssertionError(f'not within {seconds} s: {ev} {match}; '
                                     f'{self.name} said {self.said[-20:]}')
            self.read(end - time.monotonic())

    def stop(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.directory, ignore_errors=True)


class PeerTest(ServerTest):
    """A server on machine a of three, and people where the test wants them."""

    options = {}
    listen = ['127.0.0.1', '10.77.0.1']

    def prepare(self):
        """What the network has to be like before the server is started."""

    def setUp(self):
        super().setUp()
        self.network = Network(3)
        self.network.up()
        self.addCleanup(self.network.down)
        self.prepare()
        self.server = Server(listen=self.listen, **{'rate': '0', **self.options})
        self.server.before = self.network.command('a')
        self.addCleanup(self.server.remove)
        self.server.start()
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
