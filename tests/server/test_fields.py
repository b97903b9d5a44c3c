#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every request there is, with each of its fields wrong, and from everyone who may not send it.

What there is the server tells itself, by `commands`; that this is everything, test_manual.py sees.
"""

import tap
from hallway_server import ServerTest

PASSWORD = 'open sesame, please'
NUMBERS = {'after', 'at', 'ban', 'before', 'bucket', 'history', 'limit', 'log', 'minutes', 'n',
           'offer', 'since', 'size', 'until'}
SWITCHES = {'on', 'takeover', 'watch'}
NUMBERED_LISTS = {'bans', 'log-list'}  # whose `start` is a number

# What is of no field's type, and what is of other fields' types only.
NEVER = [[[]], {'a': 1}]
NO_NUMBER = ['1', 1.5, True, 2**53, -2**53, 2**63, -1]
NO_SWITCH = ['true', 0, 1]
NO_TEXT = [7, True, 0.5]


class Fields(ServerTest):
    admin_password = PASSWORD

    def commands(self, client):
        return {command['op']: command['fields']
                for command in client.request('commands')['commands']}

    def all_commands(self):
        commands = self.commands(self.greet())
        client = self.admin()
        client.login(self.fresh())
        return {**commands, **self.commands(client)}

    def right(self, op, client, room):
        """Fields with which @op is not refused for their types."""
        fields = {field.rstrip('?') for field in self.all[op]}
        values = {'room': room, 'text': 'x', 'name': client.name, 'to': client.name, 'on': True,
                  'topic': 'x', 'log': 1, 'since': 0, 'until': 9, 'bucket': 1, 'minutes': 1, 'n': 1,
                  'ban': 1, 'offer': 1, 'password': 'pass word', 'size': 1, 'sha256': 'a' * 64}
        return {field: values[field] for field in fields if field in values}

    def wrong_values(self, op, field):
        if field in NUMBERS or (field == 'start' and op in NUMBERED_LISTS):
            return NEVER + NO_NUMBER
        if field in SWITCHES:
            return NEVER + NO_SWITCH
        if field in ('direct', 'kinds'):
            return [7, True, 'x', [[]]]
        return NEVER + NO_TEXT

    def test_every_field_of_a_wrong_type_is_refused_by_its_name(self):
        self.all = self.all_commands()
        room = self.fresh()
        client = self.admin()
        client.login(self.fresh())
        client.create(room)
        stranger = self.greet()
        for op, fields in self.all.items():
            for field in (field.rstrip('?') for field in fields):
                for value in self.wrong_values(op, field):
                    with self.subTest(op=op, field=field, value=value):
                        who = stranger if op == 'login' else client
                        right = self.right(op, client, room)
                        if op == 'ban':
                            del right['name']
                        who.refuse('bad-request', op, field=field, **{**right, field: value})
        client.request('ping')
        stranger.request('ping')

    def test_null_is_a_missing_field(self):
        self.all = self.all_commands()
        client = self.admin()
        client.login(self.fresh())
        for op, fields in self.all.items():
            needed = [field for field in fields if not field.endswith('?')]
            optional = {field.rstrip('?'): None for field in fields if field.endswith('?')}
            if needed and op != 'login':
                with self.subTest(op=op):
                    error = client.refuse('bad-request', op, **optional,
                                          **{field: None for field in needed})
                    self.assertIn(error['field'], needed)

    def test_nothing_is_done_before_hello(self):
        client = self.connect()
        for op in self.all_commands():
            with self.subTest(op=op):
                client.refuse('hello-first', op)
        client.hello()

    def test_what_is_not_offered_is_refused(self):
        """Before login all that comes after; and what is an admin's until one is."""
        everything = self.all_commands()
        client = self.greet()
        first = self.commands(client)
        client.login(self.fresh())
        second = self.commands(client)
        stranger = self.greet()
        for op in everything:
            with self.subTest(op=op):
                if op not in {**first, **second}:
                    client.refuse('not-admin', op)
                    stranger.refuse('not-admin', op)
                elif op not in first:
                    stranger.refuse('login-first', op)


if __name__ == '__main__':
    tap.main()
