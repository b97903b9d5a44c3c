"""A real server for one test, and people at it who have no windows. For scripts that run in gui-env."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import weakref

from drive import Program

BUILD = os.path.abspath(sys.argv[1])
ADMIN = 'open sesame'
running = []  # all that the test's end has to stop, in the order of its start


@contextlib.contextmanager
def to_the_end(failed=lambda: None):
    """Whatever happens within, all is stopped at the end; where something fails, every window says what it shows."""
    try:
        yield
    except BaseException:
        failed()
        for one in running:
            if isinstance(one, Program) and one.process.poll() is None:
                print(one.tree(), file=sys.stderr)
        raise
    finally:
        for one in reversed(running):
            one.stop()


class Server:
    def __init__(self, *options, port=0):
        self.data = tempfile.mkdtemp()
        command = [f'{BUILD}/src/server/hallwayd', '--data', self.data]
        subprocess.run([*command, '--set-admin-password'], input=f'{ADMIN}\n', text=True, check=True,
                       stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [*command, '--listen', '127.0.0.1', '--port', str(port), '--discovery', 'no',
             '--dead', '600', '--name', 'Room 204', *options], stdout=subprocess.PIPE, text=True)
        self.people = weakref.WeakSet()
        running.append(self)
        ready = json.loads(self.process.stdout.readline())
        self.port, self.fingerprint = ready['port'], ready['fingerprint']
        self.address = f'127.0.0.1:{self.port}'

    def stop(self):
        # A server that closes waits for people who stay on the line
        for person in self.people:
            person.leave()
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


class Person:
    """Somebody else at the place, without windows."""

    def __init__(self, server, name):
        self.socket = socket.create_connection(('127.0.0.1', server.port))
        self.file = self.socket.makefile('rw', encoding='utf-8', newline='\n')
        server.people.add(self)
        self.last = 0
        self.heard = []
        self.ask('hello', versions=[1], client='test')
        assert self.ask('login', name=name)['ok']

    def leave(self):
        self.file.close()
        self.socket.close()

    def ask(self, op, **fields):
        self.last += 1
        self.file.write(json.dumps({'op': op, 'id': self.last, **fields}) + '\n')
        self.file.flush()
        while True:
            reply = json.loads(self.file.readline())
            if reply.get('re') == self.last:
                return reply
            self.heard.append(reply)

    def hear(self, event):
        """The next event of that kind, of those that came meanwhile or come now."""
        while True:
            for message in self.heard:
                if message.get('ev') == event:
                    self.heard.remove(message)
                    return message
            line = self.file.readline()
            assert line, f'the connection ended before “{event}” came'
            self.heard.append(json.loads(line))
