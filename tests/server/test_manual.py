#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual pages say what the program does: requests and their fields, errors, options."""

import os
import re
import subprocess

import tap
from hallway_server import ERROR_CODES, PATIENCE, ServerTest, environment, program

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
PASSWORD = 'open sesame, please'


def read(*path):
    with open(os.path.join(TOP, *path), encoding='utf-8') as file:
        return file.read()


def section(text, title):
    """What stands under a .Sh of a manual page."""
    return re.search(rf'^\.Sh {re.escape(title)}$(.*?)(?=^\.Sh |\Z)', text, re.M | re.S).group(1)


def fields_of(words):
    """Fields as mdoc writes them: Va room , topic Ns ?, Va password Ns ?"""
    text = re.sub(r'\b(Va|Ns|Cm)\b', '', words).replace(' ?', '?')
    return [field.replace(' ', '') for field in text.split(',') if field.strip()]


class Protocol(ServerTest):
    admin_password = PASSWORD

    def commands(self):
        """What the server says that can be sent, at any time: op to fields."""
        client, commands = self.greet(), {'hello': ['versions', 'client', 'features?']}

        def note():
            for command in client.request('commands')['commands']:
                commands[command['op']] = command['fields']

        note()
        client.login(self.fresh())
        note()
        client.request('admin', password=PASSWORD)
        note()
        return commands

    def manual(self):
        """What hallway-protocol(7) says: op to fields."""
        commands = {}
        requests = section(read('data', 'man', 'hallway-protocol.7'), 'REQUESTS')
        for op, fields in re.findall(r'^\.It Cm (\S+)(?: (.*))?$', requests, re.M):
            as_other = re.fullmatch(r'Va (\w+) , No otherwise as Cm (\S+)', fields)
            commands[op] = ([as_other[1]] + commands[as_other[2]][1:] if as_other
                            else fields_of(fields))
        return commands

    def test_every_request_and_its_fields_are_in_the_manual(self):
        self.assertEqual(self.manual(), self.commands())

    def test_fields_are_what_the_server_wants(self):
        """What is not optional is missed, by its name, when it is missing."""
        client = self.admin()
        client.login(self.fresh())
        for op, fields in self.commands().items():
            needed = [field for field in fields if not field.endswith('?')]
            if needed and op not in ('hello', 'login'):
                error = client.refuse('bad-request', op)
                self.assertIn(error['field'], needed, op)

    def test_every_error_is_in_the_manual(self):
        errors = section(read('data', 'man', 'hallway-protocol.7'), 'ERROR CODES')
        codes = {code for line in re.findall(r'^\.Cm (.*)$', errors, re.M)
                 for code in re.findall(r'[a-z-]+', line)}
        self.assertEqual(codes, ERROR_CODES)

    def test_every_event_is_in_the_manual(self):
        events = section(read('data', 'man', 'hallway-protocol.7'), 'EVENTS')
        documented = {event for line in re.findall(r'^\.It Cm (.*)$', events, re.M)
                      for event in re.split(r' , ', line)}
        sent = set()
        for name in os.listdir(os.path.join(TOP, 'src', 'server')):
            if name.endswith('.c'):
                for call in re.findall(r'hw_event_begin \(([^;]+);|"ev", ("[a-z]+")',
                                       read('src', 'server', name)):
                    sent.update(re.findall(r'"([a-z-]+)"', ''.join(call)))
        self.assertEqual(sent - {'ready'}, documented)


class Options(ServerTest):

    @classmethod
    def setUpClass(cls):
        """No server: only its words."""

    def offered(self):
        run = subprocess.run([program(), '--help'], capture_output=True, text=True, check=True,
                             timeout=PATIENCE, env=environment())
        return set(re.findall(r'^ +(--[a-z-]+)', run.stdout, re.M))

    def test_every_option_is_in_the_manual(self):
        items = re.findall(r'^\.It (Fl Fl .*)$', read('data', 'man', 'hallwayd.8'), re.M)
        documented = {f'--{name}' for item in items for name in re.findall(r'Fl Fl (\S+)', item)}
        self.assertEqual(documented, self.offered())

    def test_example_configuration_is_one(self):
        """Also with every line that is commented out in it."""
        text = read('data', 'service', 'hallwayd.conf')
        for config in [text, re.sub(r'^#(?=[a-z-]+=)', '', text, flags=re.M)]:
            server = self.new_server()
            path = os.path.join(server.directory, 'hallwayd.conf')
            with open(path, 'w', encoding='utf-8') as file:
                file.write(config)
            server.options['config'] = path
            server.start()
            server.stop()


if __name__ == '__main__':
    tap.main()
