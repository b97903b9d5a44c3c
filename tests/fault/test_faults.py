#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people talk over a network at its worst, while the server and their own programs are killed.

tests/fault/proxy.py stands between the server and two talkers (talker.c: the client's library
without a window). In the end the network is kind again, and then three things must hold: both
talkers' logs equal the server's, entry by entry; every message that one of them showed is in it
exactly once; and none that was only typed, because the program was killed before it could show it,
is there twice. Whispers are in no server's log, and some go past the server: the author's own record
must have each once, and the other must have got each once, in their order.

usage: test_faults.py HALLWAYD TALKER [SEED]; $MINUTES: how long, a quarter of one without it; $UNIT:
how many seconds a short trouble lasts. The seed is printed first.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'server'))

from hallway_server import Client, Server, environment, prepare_child, wait_until  # noqa: E402
from proxy import FaultProxy  # noqa: E402

MINUTES = float(os.environ.get('MINUTES', '0.2'))
QUICK = MINUTES < 2
ADMIN = 'open sesame, please'
ROOMS = ['tea', 'exam']
ID = re.compile(r'^(Ana|Ben)-(\d+)-(\d+)')


def say(*words):
    print('#', time.strftime('%H:%M:%S'), *words, flush=True)


class Talker:
    """One person: a program that is killed and started again, and what it ever told."""

    def __init__(self, name, other, port, folder):
        self.name, self.other, self.port = name, other, port
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        self.typed, self.shown, self.whispered = set(), set(), set()
        self.dump = []
        self.dumped = threading.Event()
        self.starts = 0
        self.process = None

    def start(self):
        self.starts += 1
        self.log = open(os.path.join(self.folder, 'stderr'), 'ab')
        self.process = subprocess.Popen(
            [sys.argv[2], f'127.0.0.1:{self.port}', self.name, self.other, self.folder,
             str(self.starts), '200' if QUICK else '1500'],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True,
            encoding='utf-8', env=environment(), preexec_fn=prepare_child)
        self.reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self.reader.start()

    def _read(self, process):
        for line in process.stdout:
            if not line.endswith('\n'):
                break  # the end of one that was killed
            word, _, rest = line.rstrip('\n').partition(' ')
            if word == 'typed':
                self.typed.add(rest)
            elif word == 'shown':
                where, _, number = rest.partition(' ')
                (self.whispered if where == '/' else self.shown).add(number)
            elif word == 'entry':
                self.dump.append(json.loads(rest))
            elif word == 'dumped':
                self.dumped.set()

    def order(self, word):
        try:
            self.process.stdin.write(word + '\n')
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def end(self, kill):
        """Ends it: as its person does, or as the kernel's memory killer does."""
        if kill:
            self.process.kill()
        else:
            self.order('quit')
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f'{self.name} does not quit')
        self.reader.join()
        self.process.stdout.close()
        self.log.close()
        if status not in (0, -9) or (status == -9 and not kill):
            raise AssertionError(f'{self.name} ended with {status}' + self.log_tail())

    def check(self):
        if self.process.poll() is not None:
            raise AssertionError(f'{self.name} ended with {self.process.returncode}'
                                 + self.log_tail())

    def log_tail(self):
        with open(os.path.join(self.folder, 'stderr'), encoding='utf-8', errors='replace') as log:
            return '\n' + ''.join(log.readlines()[-20:])

    def take_dump(self, seconds):
        self.dump = []
        self.dumped.clear()
        self.order('dump')
        deadline = time.monotonic() + seconds
        while not self.dumped.wait(1):
            self.check()
            if time.monotonic() > deadline:
                raise AssertionError(f'{self.name} does not come to an end with what waits'
                                     + self.log_tail())
        return self.dump


def read_server(server):
    """Every room's log, read as an admin, who is seen by nobody."""
    admin = Client(server, tls=True)
    admin.request('hello', versions=[1], client='test')
    admin.request('admin', password=ADMIN)
    entries = {}
    for log in admin.request('log-list')['logs']:
        rows, after = [], 0
        while True:
            page = admin.request('log-read', log=log['log'], after=after, limit=1000)
            rows += page['entries']
            if not page['more']:
                break
            after = page['entries'][-1]['seq']
        entries[log['room']] = rows
    admin.close()
    return entries


def plain(entry):
    return (entry['seq'], entry['at'], entry['kind'], entry.get('from', ''), entry.get('text', ''))


def number(entry):
    match = ID.match(entry.get('text', ''))
    return match.group() if match and entry['kind'] == 'message' else None


def whispers(person, author):
    """What @author whispered, in the order in which @person has it."""
    return [number(entry) for entry in person.dump
            if entry['room'] == '/' and entry['from'] == author.name]


def find_misplaced(theirs, mine):
    """Those of the whispers @theirs, as their author has them, that the other has too late."""
    # What was refused and tried again comes later in both, or had come all the same
    sent, last = {}, (0, 0)
    for one in theirs:
        typed = tuple(map(int, ID.match(one).groups()[1:]))
        if typed > last:
            sent[one] = last = typed
    got = [sent[one] for one in mine if one in sent]
    return [one for one, before in zip(got[1:], got) if one < before]


def compare(people, server):
    """Looks for what is wrong in the end."""
    log = read_server(server)
    troubles = []
    counted = Counter(number(entry) for rows in log.values() for entry in rows if number(entry))
    for room in ROOMS:
        rows = [plain(entry) for entry in log[room]]
        if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
            troubles.append(f'the server has holes in {room}')
        for person in people:
            theirs = [plain(entry) for entry in person.dump if entry['room'] == room]
            if theirs != rows:
                missing = [row for row in rows if row not in theirs][:3]
                extra = [row for row in theirs if row not in rows][:3]
                troubles.append(f"{person.name}'s {room} has {len(theirs)} entries, the server "
                                f'{len(rows)}; missing {missing}, beyond {extra}')
    for person in people:
        for one in sorted(person.shown):
            if counted[one] != 1:
                troubles.append(f'{one} was shown, and is in the log {counted[one]} times')
        other = next(p for p in people if p is not person)
        own = Counter(whispers(person, person))
        got = Counter(whispers(person, other))
        troubles += [f'{person.name} got the whisper {other.name}-{one[0]}-{one[1]} too late'
                     for one in find_misplaced(whispers(other, other), whispers(person, other))]
        for one in sorted(person.whispered):
            if own[one] != 1:
                troubles.append(f'the whisper {one} is in its author’s record {own[one]} times')
        troubles += [f'{person.name} got the whisper {one} {n} times'
                     for one, n in got.items() if n > 1]
        troubles += [f'{person.name} never got the whisper {one}' for one in sorted(other.whispered - set(got))]
    troubles += [f'{one} is in the log {n} times' for one, n in counted.items() if n > 1]
    return troubles, log


def run(seed):
    chance = random.Random(seed)
    unit = float(os.environ.get('UNIT', 0.5 if QUICK else 3.0))
    options = {'ping': 1, 'dead': 4, 'grace': 2} if QUICK else {'dead': None}
    plaintext = chance.choice(['loopback', 'never'])
    say('plaintext:', plaintext)
    server = Server(rate=None, plaintext=plaintext, **options)
    folder = tempfile.mkdtemp(prefix='hallway-fault-', dir=server.directory)
    server.set_admin_password(ADMIN)
    server.start()
    server.options['port'] = server.port
    proxy = FaultProxy(server.port, chance.random(), unit)
    people = [Talker('Ana', 'Ben', proxy.port, folder), Talker('Ben', 'Ana', proxy.port, folder)]
    counts = Counter()
    try:
        for person in people:
            person.start()
        # A guest who never hears that they were let in cannot show later that it was they, and
        # whispers are for nobody else who takes the name.
        wait_until(lambda: all(person.typed for person in people), 'both have come in')
        proxy.be_unkind()
        until = time.monotonic() + 60 * MINUTES
        report = time.monotonic() + 300
        while time.monotonic() < until:
            time.sleep(min(chance.expovariate(1 / (12 * unit)), until - time.monotonic() + 0.01))
            what = chance.choices(['kill server', 'stop server', 'kill client', 'quit client',
                                   'freeze client'], [3, 1, 4, 1, 3])[0]
            counts[what] += 1
            if what.endswith('server'):
                server.kill() if what == 'kill server' else server.stop()
                time.sleep(chance.uniform(0, 4) * unit)
                server.start()
            elif what == 'freeze client':
                # As if its computer slept: to the other it is silent, and then there again
                person = chance.choice(people)
                person.process.send_signal(signal.SIGSTOP)
                time.sleep(chance.uniform(0, 4) * unit)
                person.process.send_signal(signal.SIGCONT)
            else:
                person = chance.choice(people)
                person.end(kill=what == 'kill client')
                time.sleep(chance.uniform(0, 2) * unit)
                person.start()
            for person in people:
                person.check()
            if time.monotonic() > report:
                report += 300
                say(dict(counts), proxy.counts, {p.name: len(p.shown) for p in people})
        proxy.be_kind()
        for person in people:
            person.order('stop')
        for attempt in range(5):
            # One who comes back last adds an entry to what the other has told already.
            for person in people:
                person.take_dump(180)
            troubles, log = compare(people, server)
            if not troubles:
                break
        say('the network:', proxy.counts)
        say('killed and ended:', dict(counts))
        say('entries:', {room: len(rows) for room, rows in log.items()}, 'shown:',
            {p.name: len(p.shown) for p in people}, 'typed:', {p.name: len(p.typed) for p in people})
        arrived = [e for p in people for e in p.dump if e['room'] == '/' and e['from'] != p.name]
        say('whispered:', sum(len(p.whispered) for p in people), 'arrived:', len(arrived),
            'directly:', sum(e.get('direct', False) for e in arrived))
        server.check_log()
        if sum(len(p.shown) for p in people) < 10:
            troubles.append('hardly anything was said')
        return troubles
    finally:
        for person in people:
            if person.process and person.process.poll() is None:
                person.process.kill()
                person.process.wait()
        proxy.close()
        server.remove()


def main():
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().getrandbits(32)
    print('1..1')
    say('seed', seed, 'minutes', MINUTES)
    try:
        troubles = run(seed)
    except AssertionError as error:
        troubles = str(error).splitlines()
    for trouble in troubles:
        print('#', trouble)
    print('not ok' if troubles else 'ok', '1 - faults/both-logs-equal-the-servers', flush=True)
    sys.exit(1 if troubles else 0)


if __name__ == '__main__':
    main()
