#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures Hallway's client beside an empty window and other chat programs, under one X server, and prints one table.

Runs inside tests/ui/gui-env, without a window manager (see first-window.c). Each program gets a home of its own, and
each of its figures is the middle one of several starts, taken in turn with the others'. Where people talk, Hallway does
it at a hallwayd and HexChat at an ngircd, both on 127.0.0.1; Dino needs an account on an XMPP server, so only its start
is measured.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import reads
import servers

REST = 12  # seconds until a program that has started is at rest: GTK's cursors blink for 10
IDLE = 10  # seconds over which wake-ups are counted
TALK = 10  # seconds of talk
RATE = 500  # messages a second
TEXT = 'the quick brown fox jumps over the lazy dog, and nobody in the room was surprised at all'
# HexChat asks before it runs as root, so there it runs as somebody else.
NOBODY = 'nobody'
AS_NOBODY = ['setpriv', f'--reuid={NOBODY}', '--regid=nogroup', '--clear-groups'] if os.getuid() == 0 else []


class Program:
    """One of the programs that are compared."""

    def __init__(self, name, command):
        self.name = name
        self.command = command
        self.is_there = shutil.which(command[len(AS_NOBODY) if command[0] == 'setpriv' else 0]) is not None


class Run:
    """A program that runs, from its start until the end of the block."""

    def __init__(self, first_window, command, **variables):
        self.home = tempfile.mkdtemp(prefix='bench-client-')
        environment = dict(os.environ, HOME=self.home, HALLWAY_NO_DISCOVERY='1', **variables)
        for kind in ('CONFIG', 'DATA', 'CACHE', 'STATE'):
            environment[f'XDG_{kind}_HOME'] = os.path.join(self.home, kind.lower())
        if command[0] == 'setpriv':
            os.chmod(os.environ['HOME'] + '/..', 0o711)
            shutil.chown(self.home, NOBODY)
        self.process = subprocess.Popen([first_window, *(part.replace('@HOME@', self.home) for part in command)],
                                        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        told = json.loads(line) if line else {'painted': 0}
        if not told['painted']:
            self.process.stdin.close()
            raise RuntimeError(f'{" ".join(command)} showed no window')
        self.pid, self.painted = told['pid'], told['painted']

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.kill(self.pid, 9)
            self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def memory(self):
        """MiB that are the program's alone."""
        with open(f'/proc/{self.pid}/smaps_rollup', encoding='utf-8') as rollup:
            for line in rollup:
                if line.startswith('Private_Dirty:'):
                    return int(line.split()[1]) / 1024
        return 0

    def cpu(self):
        with open(f'/proc/{self.pid}/stat', encoding='utf-8') as stat:
            fields = stat.read().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def wakeups(self):
        """How often its threads have gone to sleep so far."""
        total = 0
        for task in os.listdir(f'/proc/{self.pid}/task'):
            with contextlib.suppress(FileNotFoundError):
                with open(f'/proc/{self.pid}/task/{task}/status', encoding='utf-8') as status:
                    total += sum(int(line.split()[1]) for line in status if line.startswith('voluntary_ctxt'))
        return total


class HallwayTalk:
    """Somebody who talks in a room of a hallwayd. The room is there already, or is made."""

    def __init__(self, port, room):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.room = room
        self.send(op='hello', versions=[1], client='bench')
        self.send(op='login', name='Ben')
        self.send(op='create', room=room)
        self.send(op='join', room=room, history=0)

    def send(self, **fields):
        self.socket.sendall(json.dumps(fields).encode() + b'\n')

    def say(self, n):
        self.socket.sendall((json.dumps({'op': 'say', 'room': self.room, 'text': TEXT}) + '\n').encode() * n)


class IrcTalk:
    """The same at an IRC server."""

    def __init__(self, port, room):
        self.socket = socket.create_connection(('127.0.0.1', port))
        self.room = room
        self.socket.sendall(f'NICK Ben\r\nUSER ben 0 * :Ben\r\nJOIN #{room}\r\n'.encode())

    def say(self, n):
        self.socket.sendall(f'PRIVMSG #{self.room} :{TEXT}\r\n'.encode() * n)


def drain(talk):
    """Reads what comes to the talker, so that nobody waits for it."""
    def read():
        with contextlib.suppress(OSError):
            while talk.socket.recv(1 << 16):
                pass
    threading.Thread(target=read, daemon=True).start()


def talk_on(talk, run):
    """CPU share of a program while RATE messages a second come, and its memory afterwards."""
    start, spent = time.monotonic(), run.cpu()
    said = 0
    while (passed := time.monotonic() - start) < TALK:
        due = int(passed * RATE) - said
        if due > 0:
            talk.say(due)
            said += due
        time.sleep(0.01)
    return 100 * (run.cpu() - spent) / (time.monotonic() - start), run.memory()


def measure_starts(options, programs):
    """Rows: first window, memory, wake-ups."""
    painted = {program.name: [] for program in programs}
    memory, wakeups = {}, {}
    for _ in range(options.runs):
        for program in programs:
            with Run(options.first_window, program.command) as run:
                painted[program.name].append(run.painted)
    for program in programs:
        with Run(options.first_window, program.command) as run:
            time.sleep(REST)
            memory[program.name] = run.memory()
            before = run.wakeups()
            time.sleep(IDLE)
            wakeups[program.name] = run.wakeups() - before
    return [
        ('first window painted, ms', {name: f'{statistics.median(times):.0f}' for name, times in painted.items()}),
        ('private dirty memory at rest, MiB', {name: f'{value:.1f}' for name, value in memory.items()}),
        (f'wake-ups in {IDLE} idle seconds', {name: f'{value}' for name, value in wakeups.items()}),
    ]


def measure_talk(options, hallway, hexchat, directory):
    """Rows: a program in a room where RATE messages a second come; Hallway in a room with a long past, too."""
    cpu, memory, long_memory = {}, {}, {}

    def measure(program, port, room, talk, arguments):
        drain(talk)
        with Run(options.first_window, program.command + arguments) as run:
            time.sleep(REST)
            rest = run.memory()
            share, after = talk_on(talk, run)
        return f'{share:.0f} %', f'{after:.1f}', f'{rest:.1f}'

    with servers.Hallway(os.path.join(directory, 'hallway'), None) as server:
        cpu[hallway.name], memory[hallway.name], _ = measure(
            hallway, server.port, 'tea', HallwayTalk(server.port, 'tea'),
            ['--address', f'127.0.0.1:{server.port}', '--name', 'Ana', '--room', 'tea'])
    if hexchat.is_there and servers.NgIRCd.is_there():
        with servers.NgIRCd(os.path.join(directory, 'ngircd'), None) as server:
            cpu[hexchat.name], memory[hexchat.name], _ = measure(
                hexchat, server.port, 'tea', IrcTalk(server.port, 'tea'),
                [f'--url=irc://127.0.0.1:{server.port}/tea'])

    place = reads.make_place(options.build, options.directory, options.entries)
    kept = os.path.join(directory, 'kept')
    shutil.copytree(place, kept)
    server = servers.Hallway(os.path.join(directory, 'long'), None)
    server.data = kept
    with server:
        talk = HallwayTalk(server.port, 'Long')
        drain(talk)
        with Run(options.first_window, hallway.command
                 + ['--address', f'127.0.0.1:{server.port}', '--name', 'Ana', '--room', 'Long']) as run:
            time.sleep(REST)
            long_memory[hallway.name] = f'{run.memory():.1f}'
    return [
        (f'{RATE} messages a second in the open room, CPU', cpu),
        (f'private dirty memory after {RATE * TALK:,} of them, MiB', memory),
        (f'private dirty memory in a room of {options.entries:,} entries, MiB', long_memory),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', default='build-bench-client', help='where the programs were built')
    parser.add_argument('--directory', help='where the long log is kept (default: BUILD)')
    parser.add_argument('--runs', type=int, default=7, help='starts of each program')
    parser.add_argument('--entries', type=int, default=1_000_000, help='of the long log')
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    options.directory = os.path.abspath(options.directory or options.build)
    tools = os.path.join(options.build, 'tests/bench')
    options.first_window = os.path.join(tools, 'first-window')
    servers.Hallway.binary = os.path.join(options.build, 'src/server/hallwayd')

    hallway = Program('Hallway', [os.path.join(options.build, 'src/ui/hallway')])
    hexchat = Program('HexChat', [*AS_NOBODY, 'hexchat', '--cfgdir=@HOME@/hexchat'])
    programs = [program for program in (
        Program('empty window', [os.path.join(tools, 'empty-window')]), hallway, hexchat, Program('Dino', ['dino-im']),
    ) if program.is_there]

    directory = tempfile.mkdtemp(prefix='bench-client-', dir=options.directory)
    try:
        rows = measure_starts(options, programs) + measure_talk(options, hallway, hexchat, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    names = [program.name for program in programs]
    print(f'load before: {os.getloadavg()[0]:.2f}\n')
    print('| | ' + ' | '.join(names) + ' |\n| --- |' + ' ---: |' * len(names))
    for title, cells in rows:
        print(f'| {title} | ' + ' | '.join(cells.get(name, '—') for name in names) + ' |')
    print('\nHallway\'s log view with a million entries:\n', flush=True)
    return subprocess.run([os.path.join(options.build, 'tests/ui/bench-log-view')], check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
