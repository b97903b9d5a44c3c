#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What takes a minute: times that no option shortens, and the defaults of those that one does."""

import time

import tap
from hallway_server import ServerTest

ADMIN = 'open sesame, please'
WRONG = 'a wrong password'


class Minutes(ServerTest):
    options = {'idle': None, 'dead': None}  # the defaults: 120 and 30 seconds
    admin_password = ADMIN
    together = True

    def alive(self, client, seconds):
        """Waits as a client does whose person says nothing."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not client.end:
            client.ask('ping')
            client.read_for(1)

    def refused_until(self, code, seconds, request):
        """@request is refused with @code until about @seconds have passed, then no more."""
        began = time.monotonic()
        while not (reply := request())['ok']:
            self.assertEqual(reply['error']['code'], code)
            self.assertLess(time.monotonic() - began, seconds + 15)
            time.sleep(1)
        self.assertGreater(time.monotonic() - began, seconds - 5)

    def test_mute_of_a_minute_ends(self):
        ana, admin = self.person(room='Muted'), self.admin()
        admin.request('mute', name=ana.name, minutes=1)
        self.refused_until('muted', 60, lambda: ana.reply(
            ana.ask('say', room='Muted', text='hello?')))

    def test_ban_of_a_minute_ends(self):
        self.admin().request('ban', name='Banned', minutes=1)

        def login():
            client = self.greet()
            return client.reply(client.ask('login', name='Banned'))

        self.refused_until('banned', 60, login)

    def test_retry_after_wrong_passwords_is_true(self):
        ana = self.person()
        ana.request('protect', password='pass word')
        client = self.greet()
        for _ in range(3):
            client.refuse('password-wrong', 'login', name=ana.name, password=WRONG)
        retry = client.refuse('too-many-tries', 'login', name=ana.name,
                              password='pass word')['retry']
        self.assertGreater(retry, 50_000)
        time.sleep(retry / 1000 + 0.2)
        client = self.greet()
        client.login(ana.name, password='pass word')

    def test_silent_connection_is_gone_after_thirty_seconds_and_its_person_after_fifteen_more(self):
        ana, bob = self.people(2, 'Silence')
        began = time.monotonic()
        while not ana.find_event('entry', kind='left'):
            self.alive(ana, 1)
            self.assertLess(time.monotonic() - began, 70)
        self.assertGreater(time.monotonic() - began, 43)
        bob.expect_close()

    def test_idle_person_is_warned_twenty_seconds_before(self):
        self.server = self.new_server(idle=45)
        self.server.start()
        ana = self.person()
        began = time.monotonic()
        self.alive(ana, 23)
        ana.has_no('idle-warning')
        while not (warning := ana.find_event('idle-warning')):
            self.alive(ana, 1)
            self.assertLess(time.monotonic() - began, 45)
        self.assertIn(warning['in'], [19, 20])
        self.alive(ana, 30)
        ana.event('kicked', code='idle')
        self.assertTrue(44 < time.monotonic() - began < 70)
        self.server.stop()


class AdminsTries(ServerTest):
    admin_password = ADMIN

    def test_retry_after_wrong_admin_passwords_is_true(self):
        client = self.greet()
        for _ in range(3):
            client.refuse('password-wrong', 'admin', password=WRONG)
        retry = client.refuse('too-many-tries', 'admin', password=ADMIN)['retry']
        self.assertTrue(50_000 < retry <= 60_000)
        client.read_for(retry / 1000 + 0.2)
        client.request('admin', password=ADMIN)


if __name__ == '__main__':
    tap.main()
