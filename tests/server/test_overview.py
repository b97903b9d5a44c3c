#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looking at the whole: activity, watching a log, the server's figures, backups, the commands."""

import os
import sqlite3
import time

import tap
from hallway_server import ServerTest

PASSWORD = 'open sesame, please'
HOUR = 3_600_000


class OverviewTest(ServerTest):
    admin_password = PASSWORD

    def log_of(self, admin, room):
        return next(log['log'] for log in admin.request('log-list')['logs']
                    if log['room'] == room)


class Activity(OverviewTest):

    def test_messages_are_counted_by_buckets_that_start_at_since(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        for number in range(40):
            ana.say(room, f't{number}')
            time.sleep(0.003)
        log = self.log_of(admin, room)
        times = [entry['at'] for entry in ana.whole_log(room) if entry['kind'] == 'message']
        for bucket, since in [(10, times[0]), (7, times[0] - 33), (50, times[5]),
                              (1000, times[0] - 1234)]:
            until = since + bucket * 200
            wanted = {}
            for at in times:
                if since <= at < until:
                    start = since + (at - since) // bucket * bucket
                    wanted[start] = wanted.get(start, 0) + 1
            counts = admin.request('log-activity', log=log, since=since, until=until,
                                   bucket=bucket)['counts']
            self.assertEqual(counts, [list(pair) for pair in sorted(wanted.items())])

    def test_many_messages_at_once(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        for _ in range(6):
            last = [ana.ask('say', room=room, text='x') for _ in range(1500)][-1]
            ana.reply(last)
        log = self.log_of(admin, room)
        times = [entry['at'] for entry in ana.whole_log(room) if entry['kind'] == 'message']
        span = times[-1] - times[0] + 1
        for since, bucket in [(times[0], 1 + span // 1500), (times[0] - 5, 1 + span // 7),
                              (times[4000], 3), (times[4000] + 1, 2), (times[4000] - 1, 5)]:
            until = since + 2000 * bucket
            wanted = {}
            for at in times:
                if since <= at < until:
                    start = since + (at - since) // bucket * bucket
                    wanted[start] = wanted.get(start, 0) + 1
            counts = admin.request('log-activity', log=log, since=since, until=until,
                                   bucket=bucket)['counts']
            self.assertEqual(counts, [list(pair) for pair in sorted(wanted.items())])
        for at in set(times):  # each millisecond alone
            counts = admin.request('log-activity', log=log, since=at, until=at + 1,
                                   bucket=1)['counts']
            self.assertEqual(counts, [[at, times.count(at)]])

    def test_until_is_outside(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        at = ana.say(room, 'x')['at']
        log = self.log_of(admin, room)
        for since, until, counts in [(at, at + 1, [[at, 1]]), (at - 1, at, []),
                                     (at + 1, at + 2, [])]:
            self.assertEqual(admin.request('log-activity', log=log, since=since, until=until,
                                           bucket=1)['counts'], counts)

    def test_hours_days_and_years(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        at = ana.say(room, 'x')['at']
        log = self.log_of(admin, room)
        for bucket in [HOUR, 24 * HOUR, 24 * HOUR * 365]:
            since = at // HOUR * HOUR - bucket
            counts = admin.request('log-activity', log=log, since=since,
                                   until=since + 3 * bucket, bucket=bucket)['counts']
            self.assertEqual(sum(count for _, count in counts), 1)
            self.assertEqual((counts[0][0] - since) % bucket, 0)

    def test_too_many_buckets_and_wrong_values(self):
        room = self.fresh()
        self.person(room=room)
        admin = self.admin()
        log = self.log_of(admin, room)
        admin.request('log-activity', log=log, since=0, until=2000, bucket=1)
        good = {'log': log, 'since': 0, 'until': 1000, 'bucket': 10}
        for change in [{'until': 20001}, {'bucket': 0}, {'bucket': -1}, {'bucket': None},
                       {'since': None}, {'until': 'x'}, {'log': 'x'}]:
            with self.subTest(change=change):
                admin.refuse('bad-request', 'log-activity', **{**good, **change})
        admin.refuse('no-such-log', 'log-activity', field='log', **{**good, 'log': 999_999})
        self.greet().refuse('not-admin', 'log-activity', **good)


class LogWatch(OverviewTest):

    def test_log_can_be_watched_from_outside_the_room(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        log = self.log_of(admin, room)
        admin.request('log-watch', log=log, on=True)
        seq = ana.say(room, 'watched', key='k1')['seq']
        event = admin.event('entry', kind='message')
        self.has(event, log=log, room=room, seq=seq, text='watched', **{'from': ana.name})
        self.assertNotIn('key', event)
        self.assertNotIn('log', ana.event('entry', text='watched'))
        bob = self.person(room=room)
        self.has(admin.event('entry', kind='joined'), log=log, **{'from': bob.name})
        members = ana.request('members', room=room)['members']
        self.assertEqual(len(members), 2)
        admin.request('log-watch', log=log, on=False)
        ana.say(room, 'unwatched')
        admin.has_no('entry', text='unwatched')

    def test_watch_of_wrong_values(self):
        admin = self.admin()
        admin.refuse('no-such-log', 'log-watch', field='log', log=999_999, on=True)
        admin.refuse('bad-request', 'log-watch', field='on', log=1)
        admin.refuse('bad-request', 'log-watch', field='log', on=True)
        self.greet().refuse('not-admin', 'log-watch', log=1, on=True)


class Stats(OverviewTest):

    def test_figures(self):
        server = self.new_server()
        server.set_admin_password(PASSWORD)
        before = time.time() * 1000
        server.start()
        ana, bob, admin = (self.connect(server) for _ in range(3))
        for client in [ana, bob, admin]:
            client.hello()
        ana.login('Ana')
        ana.create('Hall')
        for number in range(100):
            ana.say('Hall', f't{number}')
        bob.close()
        admin.request('admin', password=PASSWORD)
        figures = admin.request('stats')
        self.assertTrue(before - 5000 < figures['started'] < before + 60_000)
        self.has(figures, rooms=1, entries=102, lagging=0)
        self.assertIn(figures['clients'], [2, 3])
        self.assertEqual(figures['clients_most'], 3)
        for name in ['in_per_s', 'out_per_s']:
            self.assertGreaterEqual(figures[name], 0)
        self.assertTrue(0 <= figures['commit_ms']['p50'] <= figures['commit_ms']['p99'])
        self.assertTrue(server.rss() / 4 < figures['rss_bytes'] < server.rss() * 4)
        self.assertGreater(figures['log_bytes'], 0)
        ana.refuse('not-admin', 'stats')
        server.stop()


class Backup(OverviewTest):

    def test_backup_is_consistent_though_people_talk(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        for number in range(2000):
            ana.ask('say', room=room, text=f'before {number}')
        ana.say(room, 'the last one before')
        backup = admin.ask('backup')
        for number in range(2000):
            ana.ask('say', room=room, text=f'during {number}')
        path = admin.reply(backup)['file']
        self.assertTrue(os.path.isabs(path) and os.path.isfile(path), path)
        self.assertEqual(os.stat(path).st_mode & 0o077, 0)
        with sqlite3.connect(f'file:{path}?mode=ro', uri=True) as copy:
            self.assertEqual(copy.execute('PRAGMA integrity_check').fetchall(), [('ok',)])
            text = '\n'.join(copy.iterdump())
        self.assertIn('the last one before', text)
        ana.say(room, 'and on it goes')

    def test_backup_is_a_place_like_the_one_it_was_made_of(self):
        room = self.fresh()
        ana, admin = self.person(room=room), self.admin()
        ana.request('protect', password='pass word')
        ana.say(room, 'kept twice', key='k1')
        log, other = ana.whole_log(room), self.new_server()
        os.mkdir(other.data, 0o700)
        os.rename(admin.request('backup')['file'], os.path.join(other.data, 'hallway.db'))
        ana.say(room, 'kept here only')
        self.assertEqual(other.start().id, self.server.id)
        again = self.connect(other)
        again.hello()
        again.refuse('password-needed', 'login', name=ana.name)
        again.login(ana.name, password='pass word')
        again.join(room)
        self.assertEqual(again.whole_log(room)[:len(log)], log)
        self.assertEqual(again.say(room, 'kept twice', key='k1')['seq'], log[-1]['seq'])
        self.assertEqual([entry['seq'] for entry in
                          again.history(room, find='twice')['entries']], [log[-1]['seq']])
        again.close()
        other.stop()

    def test_every_backup_is_a_file_of_its_own(self):
        admin = self.admin()
        files = {admin.request('backup')['file'] for _ in range(3)}
        self.assertEqual(len(files), 3)
        self.greet().refuse('not-admin', 'backup')


class Commands(OverviewTest):

    def ops(self, client):
        commands = client.request('commands')['commands']
        for command in commands:
            self.assertTrue(command['op'] and command['text'])
            self.assertIn('fields', command)
        return {command['op'] for command in commands}

    def test_commands_are_those_that_may_be_sent_now(self):
        client = self.greet()
        before = self.ops(client)
        self.assertLessEqual({'login', 'echo', 'ping', 'admin'}, before)
        self.assertFalse(before & {'say', 'join', 'kick', 'log-list'})
        client.login(self.fresh())
        after = self.ops(client)
        self.assertLessEqual({'say', 'join', 'create', 'leave', 'rooms', 'history', 'members',
                              'topic', 'typing', 'commands', 'who', 'whisper', 'focus', 'where',
                              'unreachable', 'active', 'rename', 'protect', 'logout'}, after)
        self.assertFalse(after & {'kick', 'log-list', 'login', 'hello'})
        client.request('admin', password=PASSWORD)
        self.assertLessEqual({'log-list', 'log-read', 'log-activity', 'log-watch', 'kick', 'ban',
                              'unban', 'bans', 'mute', 'room-close', 'announce', 'accounts',
                              'account-add', 'account-remove', 'stats', 'backup', 'shutdown'},
                             self.ops(client))

    def test_every_command_is_known(self):
        client = self.admin()
        client.login(self.fresh())
        for op in self.ops(client) - {'shutdown', 'logout', 'pong', 'backup'}:
            reply = client.reply(client.ask(op))
            if not reply['ok']:
                self.assertNotIn(reply['error']['code'],
                                 ['unknown-op', 'login-first', 'not-admin', 'hello-first'], op)


if __name__ == '__main__':
    tap.main()
