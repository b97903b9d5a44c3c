#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of hallwayd from outside are written with.

Server is the program with a data directory of its own, on a free port of the loopback. Client is
one connection to it, plaintext or TLS, that keeps what arrives: replies by their `re`, events and
errors without `re` in the order of their coming. Nothing runs in the background: a client reads and
writes while one of its methods waits, so a test decides who reads when. ServerTest puts both
together for a unittest.TestCase.

Nothing sleeps for a fixed time where a condition can be waited for, and every wait has a limit,
PATIENCE, which is long: it is reached only when the server is wrong. Whatever fails shows the last
lines that went over the wire and the server's own log.

Environment: HALLWAYD_WRAPPER is put before the program (valgrind ...), HALLWAY_TEST_PATIENCE
multiplies every limit (for slow wrappers).
"""

import ctypes
import hashlib
import itertools
import json
import os
import re
import select
import shlex
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest
import weakref
from collections import deque

SLOWNESS = float(os.environ.get('HALLWAY_TEST_PATIENCE', '1'))
PATIENCE = 20 * SLOWNESS  # seconds until a wait has failed

LINE_MAX = 65536  # bytes of a line from a client, LF included
SERVER_LINE_MAX = 1024 * 1024
TEXT_MAX = 8192
PAGE_MAX = 200

ERROR_CODES = set('''
    bad-json bad-request unknown-op line-too-long too-many-errors tls-required lan-only server-full
    hello-first version login-first account-needed name-invalid name-in-use password-needed
    password-wrong password-weak too-many-tries banned muted slow-down room-invalid room-exists
    no-such-room room-password not-member no-such-user not-direct mailbox-full not-admin no-such-log
    no-such-ban storage closing internal'''.split())

# What no log of a healthy server contains.
TROUBLE = re.compile(r'CRITICAL|\*\* ERROR|Sanitizer|runtime error:|==\d+== [A-Z]')


def program():
    """The hallwayd under test: the first argument of the test program, or $HALLWAYD."""
    path = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('HALLWAYD', '')
    if not os.access(path, os.X_OK):
        sys.exit(f'usage: {sys.argv[0]} PATH-OF-HALLWAYD [WORD...]')
    return os.path.abspath(path)


def environment():
    env = dict(os.environ)
    env.setdefault('G_DEBUG', 'fatal-criticals')
    env.setdefault('UBSAN_OPTIONS', 'print_stacktrace=1:halt_on_error=1')
    env.setdefault('ASAN_OPTIONS', 'quarantine_size_mb=8')
    env['LC_ALL'] = 'C.UTF-8'
    return env


_libc = ctypes.CDLL(None)


def prepare_child():
    """In a child, before its program: it ends with us, and does not inherit that we are under nohup."""
    _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: leave no server behind
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def wait_until(condition, what, seconds=None):
    """Polls @condition until it is true; for what no socket tells."""
    deadline = time.monotonic() + (PATIENCE if seconds is None else seconds)
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f'gave up waiting until {what}')
        time.sleep(0.01)


class Server:
    """One hallwayd. Its data directory outlives the process, so that it can start again on it.

    Options are written as Python names them; a list is an option given several times, None one
    that is not given."""

    DEFAULTS = {'listen': '127.0.0.1', 'port': '0', 'discovery': 'no', 'rate': '0', 'idle': '0',
                'dead': '600'}

    def __init__(self, defaults=True, data=None, **options):
        self.directory = tempfile.mkdtemp(prefix='hallwayd-test-')
        self.data = data or os.path.join(self.directory, 'data')
        self.options = dict(self.DEFAULTS if defaults else {}, data=self.data)
        for name, value in options.items():
            self.options[name.replace('_', '-')] = value
        self.before = []  # words before the program: nsenter ..., prlimit ...
        self.process = None
        self.ready = None
        self.clients = weakref.WeakSet()
        self._log = os.path.join(self.directory, 'stderr')

    # Starting and ending

    def command(self, *arguments):
        options = []
        for name, value in self.options.items():
            for one in value if isinstance(value, list) else [] if value is None else [value]:
                options += ['--' + name, str(one)]
        wrapper = shlex.split(os.environ.get('HALLWAYD_WRAPPER', ''))
        return [*self.before, *wrapper, program(), *options, *arguments]

    def start(self, *arguments):
        """Starts the process and waits for its ready line."""
        assert self.process is None, 'the server runs already'
        with open(self._log, 'ab') as log:
            self.process = subprocess.Popen(
                self.command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=log, env=environment(), preexec_fn=prepare_child)
        line, deadline = b'', time.monotonic() + 2 * PATIENCE
        while not line.endswith(b'\n'):
            if not select.select([self.process.stdout], [], [], deadline - time.monotonic())[0]:
                self.discard()
                raise AssertionError('no ready line came from hallwayd' + self.log_tail())
            some = os.read(self.process.stdout.fileno(), 65536)
            if not some:
                status = self.process.wait()
                self.process = None
                raise AssertionError(f'hallwayd ended ({status}) instead of starting'
                                     + self.log_tail())
            line += some
        self.ready = json.loads(line)
        self.port = self.ready['port']
        self.id = self.ready['id']
        self.fingerprint = self.ready['fingerprint']
        return self

    def wait(self):
        """Waits for the end of the process; returns its exit status (-9 for SIGKILL).

        Meanwhile its clients do what clients do: they read on, and close when it closes.
        """
        deadline = time.monotonic() + PATIENCE
        while (status := self.process.poll()) is None:
            if time.monotonic() > deadline:
                self.discard()
                raise AssertionError('hallwayd does not end' + self.log_tail())
            for client in list(self.clients):
                client.read_to_the_end()
            time.sleep(0.005)
        self.process.stdout.close()
        self.process = None
        return status

    def stop(self, how=signal.SIGTERM):
        """Ends it as an operator does, and looks whether it had anything to complain of."""
        if self.process is not None:
            self.process.send_signal(how)
            status = self.wait()
            if status != 0:
                raise AssertionError(f'hallwayd ended with {status}' + self.log_tail())
        self.check_log()

    def kill(self):
        """kill -9: what a power cut or the kernel's memory killer does to it."""
        self.process.kill()
        self.wait()

    def restart(self):
        self.stop()
        return self.start()

    def discard(self):
        """Ends it in any case, for cleaning up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def remove(self):
        self.discard()
        shutil.rmtree(self.directory, ignore_errors=True)

    def set_admin_password(self, password):
        run = subprocess.run([program(), '--data', self.data, '--set-admin-password'],
                             input=password + '\n', text=True, capture_output=True,
                             timeout=PATIENCE, env=environment())
        if run.returncode != 0:
            raise AssertionError(f'--set-admin-password ended with {run.returncode}: {run.stderr}')

    # Looking at it

    def log(self):
        with open(self._log, encoding='utf-8', errors='replace') as log:
            return log.read()

    def log_tail(self):
        lines = self.log().splitlines()[-30:]
        return '\n--- the server logged:\n' + '\n'.join(lines or ['(nothing)'])

    def check_log(self):
        if TROUBLE.search(self.log()):
            raise AssertionError('hallwayd complained' + self.log_tail())

    def rss(self):
        """Resident memory in bytes."""
        with open(f'/proc/{self.process.pid}/status', encoding='ascii') as status:
            return int(re.search(r'VmRSS:\s+(\d+) kB', status.read()).group(1)) * 1024

    def cpu(self):
        """Seconds of processor time it has used, all threads together."""
        with open(f'/proc/{self.process.pid}/stat', encoding='ascii') as stat:
            fields = stat.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def descriptors(self):
        return len(os.listdir(f'/proc/{self.process.pid}/fd'))


def _no_doubles(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f'a key twice in one object: {keys}'
    return dict(pairs)


def tls_context(**versions):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # self-signed: the fingerprint is compared instead
    for name, value in versions.items():
        setattr(context, name, value)
    return context


def client_hello(**versions):
    """The first bytes that a TLS client of these versions sends."""
    context = tls_context(**versions)
    context.set_ciphers('ALL:@SECLEVEL=0')
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


class Client:
    """One connection. See the module's description for how it reads and writes."""

    def __init__(self, server, tls=False, receive_buffer=None, source=None,
                 address='127.0.0.1'):
        self.server = server
        server.clients.add(self)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(PATIENCE)
        self.socket.connect((address, server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self.socket = tls_context().wrap_socket(self.socket)
            certificate = self.socket.getpeercert(binary_form=True)
            self.fingerprint = hashlib.sha256(certificate).hexdigest()
        self.socket.setblocking(False)
        self.reading = True     # False: leaves what arrives in the socket
        self.outgoing = bytearray()
        self.incoming = bytearray()
        self.replies = {}       # by re
        self.errors = deque()   # those with "re": null
        self.events = deque()
        self.end = None         # how the connection ended: 'closed' or an error's name
        self.name = self.token = None
        self.last_id = 0
        self.transcript = deque(maxlen=24)

    def fileno(self):
        return self.socket.fileno()

    def close(self):
        """Ends the connection without logout: to the server a lost link."""
        self.socket.close()
        self.end = self.end or 'closed by us'

    def half_close(self):
        self.flush()
        self.socket.shutdown(socket.SHUT_WR)

    # Bytes

    def send_raw(self, data):
        self.transcript.append('>> ' + _shortened(data))
        self.outgoing += data
        self._write()

    def send(self, **fields):
        self.send_raw(json.dumps(fields, ensure_ascii=False).encode('utf-8', 'surrogatepass')
                      + b'\n')

    def flush(self):
        self.wait(lambda: not self.outgoing, 'everything is sent')

    def _write(self):
        try:
            while self.outgoing and not self.end:
                del self.outgoing[:self.socket.send(self.outgoing[:262144])]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            pass
        except OSError:
            self.outgoing.clear()  # reading will tell how the connection ended

    def _read(self, most=1 << 20):
        try:
            while most > 0 and not self.end:
                data = self.socket.recv(262144)
                if not data:
                    self.end = 'closed'
                    self.outgoing.clear()
                most -= len(data)
                self._received(data)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            pass
        except ssl.SSLEOFError:
            self.end = 'closed without a TLS close'
        except OSError as error:
            self.end = type(error).__name__

    def _received(self, data):
        self.incoming += data
        *lines, rest = self.incoming.split(b'\n')
        self.incoming = rest
        for line in lines:
            self.transcript.append('<< ' + _shortened(line))
            if len(line) + 1 > SERVER_LINE_MAX:
                self.fail(f'a line of {len(line) + 1} bytes came from the server')
            try:
                self._dispatch(json.loads(line.decode('utf-8'), object_pairs_hook=_no_doubles))
            except (ValueError, AssertionError) as error:
                self.fail(f'the server sent a faulty line: {error}')
        if len(rest) >= SERVER_LINE_MAX:
            self.fail('a line from the server is longer than allowed')

    def _dispatch(self, message):
        assert isinstance(message, dict), 'not an object'
        assert ('re' in message) != ('ev' in message), 'neither reply nor event'
        if 'ev' in message:
            self.events.append(message)
            return
        if message['ok'] is False:
            error = message['error']
            assert error['code'] in ERROR_CODES, f'the code {error["code"]} is unknown'
            assert error['text'], 'an error without text'
        else:
            assert message['ok'] is True and 'error' not in message, 'neither ok nor an error'
        if message['re'] is None:
            assert not message['ok'], 'a success with "re": null'
            self.errors.append(message['error'])
        else:
            assert message['re'] not in self.replies, 'a second reply to one request'
            self.replies[message['re']] = message

    # Waiting

    def fail(self, text):
        log = self.server.log_tail()
        ended = f'\nthe connection has ended: {self.end}' if self.end else ''
        raise AssertionError(f'{text}{ended}\n--- {self.name or "the connection"}, last lines:\n'
                             + '\n'.join(self.transcript) + log)

    def turn(self, seconds):
        """Reads and writes what can be, waiting at most @seconds for the first of it."""
        if seconds > 0 and not (self.reading and getattr(self.socket, 'pending', int)()):
            poll = select.poll()
            poll.register(self.socket, (select.POLLIN if self.reading else 0)
                          | (select.POLLOUT if self.outgoing else 0))
            poll.poll(seconds * 1000)
        self._write()
        if self.reading:
            self._read()

    def wait(self, condition, what, seconds=None):
        """Reads until @condition returns something, and returns that; fails with @what."""
        seconds = PATIENCE if seconds is None else seconds
        deadline = time.monotonic() + seconds
        while not (result := condition()):
            if self.end:
                self.fail(f'the connection ended before: {what}')
            if time.monotonic() > deadline:
                self.fail(f'not within {seconds:.0f} s: {what}')
            self.turn(min(1, deadline - time.monotonic()))
        return result

    def read_to_the_end(self):
        """Reads what is there, and closes in return if the other side has closed."""
        if self.reading and not self.end:
            self._read()
            if self.end:
                self.socket.close()

    def read_for(self, seconds):
        """Reads for that long: for tests of what does not happen in a span of time."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and not self.end:
            self.turn(left)

    # Requests

    def ask(self, op, **fields):
        """Sends a request and returns its id: reply() waits for the answer."""
        self.last_id += 1
        self.send(op=op, id=self.last_id, **fields)
        return self.last_id

    def reply(self, request):
        self.wait(lambda: request in self.replies, f'the reply to request {request}')
        return self.replies.pop(request)

    def request(self, op, **fields):
        """Sends a request that must succeed; returns the reply."""
        reply = self.reply(self.ask(op, **fields))
        if not reply['ok']:
            self.fail(f'{op} was refused: {reply["error"]}')
        return reply

    def refuse(self, code, op, field=None, **fields):
        """Sends a request that must fail with @code, naming @field; returns the error."""
        reply = self.reply(self.ask(op, **fields))
        self._check_error(reply.get('error', {'code': 'ok', 'text': ''}), code, field, op)
        return reply['error']

    def expect_error(self, code):
        """Waits for the next error with "re": null, which must be @code."""
        self.wait(lambda: self.errors, f'the error {code}')
        error = self.errors.popleft()
        self._check_error(error, code, None, 'what was sent')
        return error

    def _check_error(self, error, code, field, op):
        if error['code'] != code:
            self.fail(f'{op} should be answered {code}, not {error["code"]}')
        if field is not None and error.get('field') != field:
            self.fail(f'{code} should name the field {field}, not {error.get("field")}')

    # Events

    def find_event(self, ev, **match):
        """The first event @ev with these fields that has come, or None; it stays."""
        for event in self.events:
            if event['ev'] == ev and all(event.get(key) == value for key, value in match.items()):
                return event
        return None

    def event(self, ev, seconds=None, **match):
        """Waits for the first event @ev with these fields, takes it out and returns it."""
        event = self.wait(lambda: self.find_event(ev, **match), f'the event {ev} {match or ""}',
                          seconds)
        self.events.remove(event)
        return event

    def has_no(self, ev, **match):
        """Fails if such an event has come by the time the server has answered once more."""
        self.request('ping')
        if event := self.find_event(ev, **match):
            self.fail(f'this should not have come: {event}')

    def take_entries(self, room):
        """Takes out the events entry of @room that have come, in their order."""
        entries, rest = [], deque()
        for event in self.events:
            mine = event['ev'] == 'entry' and event['room'] == room
            (entries if mine else rest).append(event)
        self.events = rest
        return entries

    def expect_close(self, seconds=None):
        """Waits for the server's orderly close: everything it sent has arrived, no reset."""
        self.wait(lambda: self.end, 'the server closes the connection', seconds)
        if self.end != 'closed':
            self.fail('the connection did not end in an orderly way')

    # What nearly every test does

    def hello(self, **fields):
        return self.request('hello', **{'versions': [1], 'client': 'outside test', **fields})

    def login(self, name=None, **fields):
        if name is not None:
            fields['name'] = name
        reply = self.request('login', **fields)
        self.name, self.token = reply['name'], reply['token']
        return reply

    def create(self, room, **fields):
        return self.request('create', room=room, **fields)

    def join(self, room, **fields):
        return self.request('join', room=room, **fields)

    def say(self, room, text, **fields):
        return self.request('say', room=room, text=text, **fields)

    def history(self, room, **fields):
        return self.request('history', room=room, **fields)

    def whole_log(self, room, op='history', where='room', page=PAGE_MAX, after=0):
        """All entries of a room (or, by log-read, of a log), page after page, oldest first."""
        entries, more = [], True
        while more:
            after = entries[-1]['seq'] if entries else after
            reply = self.request(op, **{where: room, 'after': after, 'limit': page})
            more = reply['more']
            if more and not reply['entries']:
                self.fail('an empty page that promises more')
            entries += reply['entries']
        return entries


def _shortened(data):
    text = bytes(data[:400]).decode('utf-8', 'backslashreplace').rstrip('\n')
    return text if len(data) <= 400 else f'{text}... ({len(data)} bytes)'


def pump(clients, condition, what, seconds=None):
    """Lets all @clients read and write until @condition returns something."""
    deadline = time.monotonic() + (PATIENCE if seconds is None else seconds)
    by_fd = {client.fileno(): client for client in clients if not client.end}
    poll = select.poll()
    watched = {}
    while not (result := condition()):
        if time.monotonic() > deadline:
            lost = next((client for client in clients if client.end), clients[0])
            lost.fail(f'gave up waiting until {what}')
        for fd, client in by_fd.items():
            wanted = ((select.POLLIN if client.reading else 0)
                      | (select.POLLOUT if client.outgoing else 0))
            if client.end and fd in watched:
                poll.unregister(fd)
                del watched[fd]
            elif not client.end and watched.get(fd) != wanted:
                poll.register(fd, wanted)
                watched[fd] = wanted
        for fd, _ in poll.poll(100):
            by_fd[fd].turn(0)
    return result


class ServerTest(unittest.TestCase):
    """A group of tests that share one server. Names from fresh() keep them apart."""

    options = {}
    admin_password = None
    together = False  # True: the tests of the class run at the same time, see tap.py
    maxDiff = None
    _numbers = itertools.count(1)

    @classmethod
    def setUpClass(cls):
        cls.server = Server(**cls.options)
        cls.addClassCleanup(cls.server.remove)
        if cls.admin_password:
            cls.server.set_admin_password(cls.admin_password)
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)

    def new_server(self, **options):
        """A server for this test alone, not started yet."""
        server = Server(**options)
        self.addCleanup(server.remove)
        return server

    def fresh(self, stem='Room'):
        return f'{stem} {next(ServerTest._numbers)}'

    def connect(self, server=None, **how):
        client = Client(server or self.server, **how)
        self.addCleanup(client.close)
        return client

    def greet(self, **how):
        client = self.connect(**how)
        client.hello()
        return client

    def person(self, name=None, room=None, **how):
        """Someone who has logged in, and is in @room (which is created where need be)."""
        client = self.greet(**how)
        client.login(name or self.fresh('Person'))
        if room:
            self.enter(client, room)
        return client

    def enter(self, client, room):
        reply = client.reply(client.ask('create', room=room))
        if not reply['ok']:
            reply = client.join(room)
        return reply

    def people(self, count, room=None, **how):
        return [self.person(room=room, **how) for _ in range(count)]

    def admin(self, **how):
        client = self.greet(**how)
        client.request('admin', password=self.admin_password)
        return client

    def has(self, message, **expected):
        """@message has these fields with these values; others do not matter."""
        self.assertEqual({name: message.get(name) for name in expected}, expected)

    def dense(self, entries, first=1):
        """@entries are an unbroken run that begins with seq @first, in order of time."""
        self.assertEqual([entry['seq'] for entry in entries],
                         list(range(first, first + len(entries))))
        times = [entry['at'] for entry in entries]
        self.assertEqual(times, sorted(times), 'time goes backwards in the log')
