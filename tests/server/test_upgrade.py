#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A place through the versions of Hallway: what an older hallwayd has kept is there, and what a newer one has kept
is left alone."""

import glob
import hashlib
import os
import re
import sqlite3
import subprocess

import tap
from hallway_server import PATIENCE, ServerTest, environment

DATABASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'databases')
STORED = sorted(glob.glob(f'{DATABASES}/version-*.sql'))


class UpgradeTest(ServerTest):
    def stored(self, path, version=None):
        """A server whose data directory an older one has left, with the database that @path makes."""
        server = self.new_server()
        os.makedirs(server.data, exist_ok=True)
        database = sqlite3.connect(f'{server.data}/hallway.db')
        with open(path, encoding='utf-8') as script:
            database.executescript(script.read())
        if version is not None:
            database.execute(f'PRAGMA user_version = {version}')
        database.close()
        return server

    def newest(self):
        """The version of the database that this program writes."""
        database = sqlite3.connect(f'{self.server.data}/hallway.db')
        version = database.execute('PRAGMA user_version').fetchone()[0]
        database.close()
        return version

    def look(self, directory):
        return {name: hashlib.sha256(open(os.path.join(directory, name), 'rb').read()).hexdigest()
                for name in os.listdir(directory) if not name.endswith(('.lock', 'lock'))}

    def test_there_is_a_database_of_every_version(self):
        versions = {int(re.search(r'version-(\d+)', path)[1]) for path in STORED}
        self.assertEqual(versions, set(range(1, self.newest() + 1)))

    def test_what_an_older_one_kept_is_there(self):
        for path in STORED:
            with self.subTest(os.path.basename(path)):
                server = self.stored(path)
                for _ in range(2):  # the first start brings it up to date, the second finds it so
                    server.set_admin_password('long enough')
                    server.start()
                    admin = self.connect(server)
                    admin.hello()
                    admin.request('admin', password='long enough')
                    logs = {log['room']: log for log in admin.request('log-list')['logs']}
                    self.assertEqual(set(logs), {'Tea', 'Straße'})
                    entries = admin.request('log-read', log=logs['Straße']['log'], after=0)['entries']
                    said = [(entry['from'], entry['text']) for entry in entries if entry['kind'] == 'message']
                    self.assertEqual(said, [('Ben', 'Ein Café')])
                    self.assertEqual([entry['seq'] for entry in entries], list(range(1, len(entries) + 1)))
                    found = admin.request('log-read', log=logs['Straße']['log'], after=0, find='cafe')
                    self.assertEqual([entry['text'] for entry in found['entries']], ['Ein Café'])
                    # Ana's name is protected by her password, and Eve is still banned
                    ana = self.connect(server)
                    ana.hello()
                    ana.refuse('password-needed', 'login', name='Ana')
                    self.assertEqual([ban['name'] for ban in admin.request('bans')['bans']], ['Eve'])
                    server.stop()

    def test_talk_goes_on_where_it_was(self):
        server = self.stored(STORED[0])
        server.start()
        ben = self.connect(server)
        ben.hello()
        ben.login('Ben')
        ben.refuse('room-exists', 'create', room='STRASSE')
        tea = ben.create('Tea')  # the old one was closed: this is another log
        self.assertEqual(tea['room'], 'Tea')
        ben.say('Tea', 'milk?', key='k2')
        server.restart()
        again = self.connect(server)
        again.hello()
        again.login('Cy')
        again.join('Tea')
        self.assertIn('milk?', [entry.get('text') for entry in again.whole_log('Tea')])

    def run_on(self, server, *arguments):
        return subprocess.run(server.command(*arguments), env=environment(), capture_output=True, text=True,
                              timeout=PATIENCE, stdin=subprocess.DEVNULL)

    def a_newer_one_s(self):
        server = self.stored(STORED[-1], self.newest() + 1)
        database = sqlite3.connect(f'{server.data}/hallway.db')
        database.execute('PRAGMA journal_mode = WAL')
        database.close()
        return server

    def is_unchanged(self, server, before):
        after = self.look(server.data)
        self.assertEqual({name: after.get(name) for name in before}, before)
        self.assertFalse([name for name in after if name.endswith(('-wal', '-journal', '-shm'))])

    def test_a_newer_one_s_is_refused_without_harm(self):
        server = self.a_newer_one_s()
        before = self.look(server.data)
        for arguments in ((), ('--check',)):
            with self.subTest(arguments):
                done = self.run_on(server, *arguments)
                self.assertEqual((done.returncode, done.stdout), (1, ''))
                self.assertRegex(done.stderr, r'\Ahallwayd: [^\n]*newer version of Hallway[^\n]*\n\Z')
                self.is_unchanged(server, before)

    def test_of_a_newer_one_s_is_saved_what_is_known(self):
        server = self.a_newer_one_s()
        before = self.look(server.data)
        saved = self.new_server()
        done = self.run_on(server, '--recover', saved.data)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertIn('A newer version of Hallway wrote it', done.stdout)
        self.is_unchanged(server, before)
        saved.start()
        saved.stop()


if __name__ == '__main__':
    tap.main()
