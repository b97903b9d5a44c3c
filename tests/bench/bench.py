#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures hallwayd beside other servers of its kind, in one run on this machine, and prints one table.

Every server runs on processor 0, the load on processor 1, all on 127.0.0.1. The first figures are the CPU seconds that
the server needs for a million deliveries of messages of 100 bytes, what it puts off until later included; of the
others none keeps a message, hallwayd has each of them on disk before it shows it.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time

import reads
import servers


class Row:
    """A line of the table: what is measured, of whom, and how its figures are shown."""

    def __init__(self, title, unit, scenario, arguments, figures, chat=False, seconds=None):
        self.title = title
        self.unit = unit
        self.scenario = scenario
        self.arguments = arguments
        self.figures = figures
        self.chat = chat  # only for servers that know logins and rooms
        self.seconds = seconds


CPU = 'CPU s a million'

ROWS = [
    Row('10 members, 64 outstanding', CPU, 'fan-out', ['--members=10'], ['cpu_per_million'], seconds=1),
    Row('100 members, 64 outstanding', CPU, 'fan-out', ['--members=100'], ['cpu_per_million'], seconds=1),
    Row('1,000 members, 64 outstanding', CPU, 'fan-out', ['--members=1000'], ['cpu_per_million'], seconds=1),
    Row('100 members, one outstanding', CPU, 'fan-out', ['--members=100', '--window=1'], ['cpu_per_million'],
        seconds=1),
    Row('20 rooms of 10', 'messages a second', 'fan-out', ['--members=10', '--rooms=20'], ['messages_per_second'], chat=True,
        seconds=1),
    Row('50 a second to 200', 'ms (p50 / p99)', 'latency', ['--members=200', '--rate=50'], ['p50', 'p99'], seconds=2),
    Row('50 a second to 200', CPU, 'latency', ['--members=200', '--rate=50'], ['cpu_per_million'], seconds=2),
    Row('2,000 connect, log in, join rooms of 10', 'clients a second', 'connect', ['--members=10', '--rooms=200'],
        ['per_second'], chat=True),
    Row('1,001 connect, log in, join one room', 's', 'connect', ['--members=1001'], ['seconds'], chat=True),
    Row('1,001 who are there join one room', 's', 'join', ['--members=1001'], ['seconds'], chat=True),
    Row('memory, 2,000 connected', 'KiB a client', 'memory', ['--members=2000', '--seconds=1'], ['bytes_per_client'],
        chat=True),
    Row('memory, 10,000 connected', 'KiB a client', 'memory', ['--members=10000', '--seconds=1'], ['bytes_per_client'],
        chat=True),
    Row('idle, 10,000 connected', 'CPU s a second', 'memory', ['--members=10000', '--seconds=1'], ['idle_cpu'], chat=True),
]

# Only Hallway is asked these.
TLS_ROWS = [
    Row('TLS: memory, 2,000 connected', 'KiB a client', 'memory', ['--members=2000', '--seconds=1', '--tls'],
        ['bytes_per_client'], chat=True),
    Row('TLS: 100 members, 64 outstanding', CPU, 'fan-out', ['--members=100', '--tls'], ['cpu_per_million'], seconds=1),
]


def show(figure, value):
    if figure == 'bytes_per_client':
        return f'{value / 1024:.1f}'
    if figure in ('messages_per_second', 'per_second'):
        return f'{value:,.0f}'
    if figure == 'idle_cpu':
        return f'{value:.4f}'
    return f'{value:.2f}'


def measure_flush(directory):
    """Milliseconds that this disk takes to make 4 KiB durable: (p50, p99)."""
    times = []
    with tempfile.NamedTemporaryFile(dir=directory) as file:
        for _ in range(200):
            start = time.perf_counter()
            file.write(b'x' * 4096)
            file.flush()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return times[100], times[198]


class Bench:
    def __init__(self, options):
        self.options = options
        self.two_processors = len(os.sched_getaffinity(0)) > 1
        self.server_cpu = 0 if self.two_processors else None
        self.results = {}

    def run_load(self, server, row):
        command = [os.path.join(self.options.build, 'tests/bench/load'), row.scenario, f'--driver={server.driver}',
                   f'--port={server.port}', f'--pid={server.process.pid}',
                   f'--in-flight={server.in_flight}', *row.arguments]
        if row.seconds:
            command.append(f'--seconds={row.seconds * self.options.seconds}')
        if self.two_processors:
            command.append('--cpu=1')
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode != 0:
            return {'error': done.stderr.strip()}
        return json.loads(done.stdout)

    def run_once(self, kind, row):
        directory = tempfile.mkdtemp(prefix='bench-', dir=self.options.directory)
        try:
            with kind(os.path.join(directory, 'server'), self.server_cpu) as server:
                result = self.run_load(server, row)
        except RuntimeError as error:
            result = {'error': str(error)}
        finally:
            shutil.rmtree(directory, ignore_errors=True)
        print(f'{kind.name}: {row.title}: {json.dumps(result)}', file=sys.stderr, flush=True)
        return result

    def measure(self, kind, row):
        """The figures of one server under one load, from the run with the middle figure; what was measured already is
        not measured again."""
        key = (kind.name, row.scenario, tuple(row.arguments))
        if key not in self.results:
            runs = [self.run_once(kind, row) for _ in range(self.options.runs)]
            whole = sorted((run for run in runs if 'error' not in run), key=lambda run: run[row.figures[-1]])
            self.results[key] = whole[len(whole) // 2] if whole else runs[0]
        return self.results[key]

    def cell(self, kind, row):
        if row.chat and not kind.chat:
            return '—'
        runs = self.measure(kind, row)
        if 'error' in runs:
            return 'failed'
        return ' / '.join(show(figure, runs[figure]) for figure in row.figures)

    def table(self, kinds, rows):
        lines = ['| | ' + ' | '.join(kind.name for kind in kinds) + ' |', '| --- |' + ' ---: |' * len(kinds)]
        for row in rows:
            cells = ' | '.join(self.cell(kind, row) for kind in kinds)
            lines.append(f'| {row.title}: {row.unit} | {cells} |')
        return '\n'.join(lines)


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                return line.split(':', 1)[1].strip()
    return platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--build', default='build-bench', help='where the programs were built')
    parser.add_argument('--directory', help='where data goes: a real disk, or flushing costs nothing (default: BUILD)')
    parser.add_argument('--seconds', type=float, default=3, help='length of each load')
    parser.add_argument('--runs', type=int, default=1, help='of each load; the middle one counts')
    parser.add_argument('--entries', type=int, default=10_000_000, help='of the log that is looked into; 0: none')
    parser.add_argument('--only', help='servers, by a part of their names, with commas')
    parser.add_argument('--rows', help='rows, by a part of their titles')
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    options.directory = os.path.abspath(options.directory or options.build)

    servers.Hallway.binary = os.path.join(options.build, 'src/server/hallwayd')
    servers.Raw.binary = os.path.join(options.build, 'tests/bench/raw')
    kinds = [kind for kind in servers.ALL if kind.is_there()]
    missing = [kind.name for kind in servers.ALL if not kind.is_there()]
    rows, tls_rows = ROWS, TLS_ROWS
    if options.only:
        kinds = [kind for kind in kinds if any(part.lower() in kind.name.lower() for part in options.only.split(','))]
    if options.rows:
        rows = [row for row in rows if options.rows in row.title]
        tls_rows = [row for row in tls_rows if options.rows in row.title]

    bench = Bench(options)
    flush = measure_flush(options.directory)
    load = os.getloadavg()[0]
    print(f'{processor()}, {os.cpu_count()} processors, Linux {platform.release()}; load before: {load:.2f}; '
          f'flush of 4 KiB: p50 {flush[0]:.2f} ms, p99 {flush[1]:.2f} ms\n')
    if missing:
        print(f'Not installed: {", ".join(missing)}\n')
    if rows:
        print(bench.table(kinds, rows))
    if tls_rows and servers.Hallway in kinds:
        print('\n' + bench.table([servers.Hallway], tls_rows))
    if options.entries and servers.Hallway in kinds and not options.rows:
        print(f'\n| a log of {options.entries:,} entries | ms |\n| --- | ---: |')
        for what, milliseconds in reads.measure(options.build, options.directory, options.entries, bench.server_cpu):
            print(f'| {what} | {milliseconds:.2f} |')
    return 1 if any('error' in result for result in bench.results.values()) else 0


if __name__ == '__main__':
    sys.exit(main())
