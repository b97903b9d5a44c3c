#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a file's unittest cases and prints them as TAP, so that meson counts each by its name.

A test's name is its file's subject and its method's words: test_rooms.py with
test_join_again_logs_nothing becomes rooms/join-again-logs-nothing. Words given on the command line
choose: only the tests whose name has one of them are run.

The tests of a class that says `together = True` run at the same time, each in a thread of its own:
for tests that mostly wait.
"""

import os
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor


class Printer:
    """The one list of results that all threads print."""

    def __init__(self):
        self.lock = threading.Lock()
        self.count = 0
        self.failed = False

    def print(self, name, troubles, seconds, skipped=None):
        with self.lock:
            self.count += 1
            self.failed |= bool(troubles)
            for line in '\n'.join(troubles).splitlines():
                print('#', line)
            print('not ok' if troubles else 'ok', self.count, '-', name,
                  f'# SKIP {skipped}' if skipped else f'({seconds:.1f} s)', flush=True)


class TapResult(unittest.TestResult):
    def __init__(self, subject, printer):
        super().__init__()
        self.subject = subject
        self.printer = printer
        self.troubles = []

    def startTest(self, test):
        super().startTest(test)
        self.troubles = []
        self.reason = None
        self.started = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        words = test.id().rsplit('.', 1)[-1].removeprefix('test_').replace('_', '-')
        self.printer.print(f'{self.subject}/{words}', self.troubles,
                           time.monotonic() - self.started, self.reason)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.reason = reason

    def addError(self, test, err):
        super().addError(test, err)
        self._note(test, err)
        if not isinstance(test, unittest.TestCase):  # a class's set-up or tear-down
            self.printer.print(f'{self.subject}: {test}', self.troubles, 0)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._note(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.troubles.append(str(subtest))
            self._note(subtest, err)

    def _note(self, test, err):
        self.troubles.append(self._exc_info_to_string(err, test))


class Together(unittest.TestSuite):
    """The tests of one class, run at the same time."""

    def run(self, result, debug=False):
        tests = list(self)
        group = type(tests[0])
        try:
            group.setUpClass()
            with ThreadPoolExecutor(len(tests)) as pool:
                list(pool.map(lambda test: test.run(TapResult(result.subject, result.printer)), tests))
            group.tearDownClass()
        except Exception:
            result.addError(group.__name__, sys.exc_info())
        group.doClassCleanups()
        for error in group.tearDown_exceptions:
            result.addError(group.__name__, error)
        return result


def open_standard_streams():
    """Where we were started with one of them closed, it is not for a socket of a test's to take its place."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def main():
    """Runs the tests of the program's main module; exits 0 if all of them pass."""
    open_standard_streams()
    words = sys.argv[2:]
    module = sys.modules['__main__']
    subject = os.path.basename(module.__file__).removeprefix('test_').removesuffix('.py')
    suite = unittest.TestSuite()
    for group in unittest.defaultTestLoader.loadTestsFromModule(module):
        chosen = [test for test in group
                  if not words or any(word.replace('-', '_') in test.id() for word in words)]
        if chosen:
            together = getattr(chosen[0], 'together', False)
            suite.addTest((Together if together else unittest.TestSuite)(chosen))
    printer = Printer()
    suite.run(TapResult(subject.replace('_', '-'), printer))
    print(f'1..{printer.count}', flush=True)
    sys.exit(1 if printer.failed or not printer.count else 0)
