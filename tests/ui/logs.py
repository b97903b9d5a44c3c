#!/usr/bin/python3
"""An admin who looks for one sentence: in a place where people talked for two years, what Ana said on a certain day
is found by her name, that day and a word, seen in its context, written into a file; she is banned, a room is closed,
and the server is stopped. Meanwhile it is killed once, a second admin looks at the same log, and nothing jumps.

    gui-env logs.py BUILD-DIRECTORY
"""

import csv
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1])
os.environ['HALLWAYD'] = f'{BUILD}/src/server/hallwayd'
sys.argv[1:] = [os.environ['HALLWAYD']]
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
from drive import Program, State, until, walk  # noqa: E402
from hallway_server import Client, Server  # noqa: E402

ADMIN = 'open sesame'
ROOM = 'lab bench'
WHO = 'Ana'


def make_place():
    """Some rooms with two years of talk, always the same."""
    data = os.path.join(tempfile.mkdtemp(), 'data')
    subprocess.run([f'{BUILD}/tests/bench/generate-place', data, '30000', '8'], check=True)
    return data


def choose(data):
    """A message of hers with a word that she used on that day only once: seq, day, text, word, and how many
    messages she wrote on that day."""
    db = sqlite3.connect(f'file:{data}/hallway.db?mode=ro', uri=True)
    rows = db.execute("SELECT seq, date(at / 1000, 'unixepoch'), text FROM entries e JOIN logs l ON l.id = e.log"
                      " WHERE l.room = ? AND author = ? AND kind = (SELECT kind FROM entries WHERE text IS NOT NULL"
                      " GROUP BY kind ORDER BY count(*) DESC LIMIT 1) ORDER BY seq", (ROOM, WHO)).fetchall()
    db.close()
    days = {}
    for seq, day, text in rows:
        days.setdefault(day, []).append((seq, text))
    for day, said in sorted(days.items())[len(days) // 3:]:
        for seq, text in said:
            for word in re.findall(r'\b[a-z]{7,}\b', text):
                if len(said) > 3 and '\n' not in text and sum(word in other for _, other in said) == 1:
                    return seq, day, text, word, len(said)
    raise AssertionError('no such message')


def client(port, name):
    home = tempfile.mkdtemp()
    return Program(f'{BUILD}/src/ui/hallway', '--address', f'127.0.0.1:{port}', '--name', name,
                   HALLWAY_NO_DISCOVERY='1', XDG_DATA_HOME=home, XDG_CONFIG_HOME=home,
                   GSETTINGS_SCHEMA_DIR=f'{BUILD}/data')


def open_logs(app):
    app.fill('Admin password', ADMIN, role='password text')
    app.press('push button', 'Open logs')
    app.find('list', 'Timeline')
    app.raise_window('Log')
    app.enter(app.row('Logs', ROOM))
    app.raise_window(f'Log of {ROOM}')


def said(app, text):
    """The row of the timeline that says this."""
    return app.find_where('list item', lambda name: name.startswith(f'{WHO}, ') and name.endswith(f': {text}'),
                          f'“{text}” is in sight')


def rows(app):
    return [node.get_name() for node in walk(app.find('list', 'Timeline')) if node.get_role_name() == 'list item']


def choose_person(app, name):
    app.press('toggle button', 'Person')
    app.fill('Person', name)
    app.key('Return')
    app.find('push button', 'Anyone')


def choose_day(app, day):
    app.press('toggle button', 'Time')
    app.fill('From', day)
    app.fill('To', day)
    app.press('push button', 'Show this time')
    app.find('push button', 'Any time')


def export(app, path, form):
    """By the chooser that the desktop has, as far as it can be seen from outside."""
    app.press('push button', 'Export')
    app.press('radio button', form)
    dialog = until(lambda: next((d for d in app.all('frame') + app.all('dialog') if d.get_name().startswith('Export “')),
                                None), 'the dialog')
    next(b for b in walk(dialog) if b.get_role_name() == 'push button' and b.get_name() == 'Export') \
        .get_action_iface().do_action(0)
    chooser = until(lambda: next(iter(app.showing('file chooser')), None), 'where to?')
    entry = until(lambda: next((n for n in walk(chooser) if n.get_role_name() == 'text'
                                and n.get_state_set().contains(State.SHOWING)), None), 'a name')
    entry.get_editable_text_iface().set_text_contents(path)
    verb = next(b for b in walk(chooser) if b.get_role_name() == 'push button' and b.get_name() == 'Export')
    until(lambda: verb.get_state_set().contains(State.SENSITIVE), 'it can be written there')
    verb.get_action_iface().do_action(0)
    app.find_where('label', lambda name: name.endswith('written'), 'it is written')
    until(lambda: os.path.exists(path), 'the file is there')
    app.press('push button', 'Close')
    left = [name for name in os.listdir(os.path.dirname(path)) if name.endswith('.part')]
    assert not left, left


def act(row, name):
    """What stands at the end of a row, by its name."""
    action = row.get_action_iface()
    for i in range(action.get_n_actions()):
        if action.get_action_name(i) == name:
            action.do_action(i)
            return
    raise AssertionError([action.get_action_name(i) for i in range(action.get_n_actions())])


def find_it(app, seq, day, text, word, n_said, folder):
    app.key('ctrl+f')
    app.fill('Find in the log', word)
    app.find_where('label', lambda name: re.match(r'1 of ', name), 'hits are counted')
    choose_person(app, WHO)
    choose_day(app, day)
    app.find_where('label', lambda name: re.match(r'1 of 1$', name), 'one hit is left')
    said(app, text)
    names = [name for name in rows(app) if not name.startswith('Loading')]
    assert all(WHO in name for name in names), names
    assert len(rows(app)) >= min(n_said, 3), rows(app)

    # What was left out is told where it is missing
    assert any('other' in node.get_description() for node in app.showing('list item')), 'others are counted'

    # In its context, and back, with one key
    app.key('ctrl+j')
    app.find('push button', 'Back to the filter')
    said(app, text)
    until(lambda: any(not name.startswith(WHO) and WHO not in name for name in rows(app)), 'others around it')
    app.key('ctrl+j')
    app.gone('push button', 'Back to the filter')
    said(app, text)

    # Into files
    path = os.path.join(folder, 'ana.txt')
    export(app, path, 'Text')
    with open(path, encoding='utf-8') as file:
        lines = file.read().splitlines()
    assert any(line.startswith(day) and line.endswith(f'{WHO}: {text}') for line in lines), lines
    assert sum(f' {WHO}: ' in line for line in lines) == n_said, lines
    path = os.path.join(folder, 'ana.csv')
    export(app, path, 'Table (CSV)')
    with open(path, encoding='utf-8-sig', newline='') as file:
        table = list(csv.DictReader(file))
    assert [row['text'] for row in table if int(row['seq']) == seq] == [text], table
    assert all(row['from'] == WHO and row['time'].startswith(day) for row in table), table


def lose_link(app, server):
    """The server is killed while one reads in the middle: the same lines stand there afterwards."""
    before = rows(app)
    server.kill()
    app.find('label', 'Not live')
    assert rows(app) == before, (before, rows(app))
    server.options['port'] = str(server.port)
    server.start()
    app.find('label', 'Live', 60)
    assert rows(app) == before, (before, rows(app))


def ban_her(app, text, admin):
    act(said(app, text), 'ban')
    app.find('push button', 'Ban')
    app.fill('Reason, which they are told', 'please stop')
    app.press('push button', 'Ban')
    app.find_where('label', lambda name: name.endswith('is banned'), 'the server’s answer')
    app.press('push button', 'Close')
    bans = admin.request('bans')['bans']
    assert [(ban['name'], ban['text']) for ban in bans] == [(WHO, 'please stop')], bans


def stop(app, server):
    app.press('push button', 'Stop the server')
    app.fill('Admin password, once more', ADMIN, role='password text')
    app.press('push button', 'Stop')
    app.find_where('label', lambda name: name.endswith('has stopped'), 'it has stopped')
    assert server.process.wait(30) == 0
    server.process = None


def main():
    data = make_place()
    seq, day, text, word, n_said = choose(data)
    server = Server(data=data, name='Room 204')
    server.start()
    server.set_admin_password(ADMIN)
    admin = Client(server)
    admin.hello()
    admin.request('admin', password=ADMIN)
    apps, folder = [], tempfile.mkdtemp()
    try:
        apps.append(client(server.port, 'Dr. Weiss'))
        apps.append(client(server.port, 'Cleo'))
        app, other = apps
        open_logs(app)
        open_logs(other)
        app.raise_window(f'Log of {ROOM}')
        find_it(app, seq, day, text, word, n_said, folder)
        lose_link(app, server)
        admin = Client(server)
        admin.hello()
        admin.request('admin', password=ADMIN)
        ban_her(app, text, admin)
        # What happens now, both admins see
        guest = Client(server)
        guest.hello()
        guest.login('Zed')
        guest.join(ROOM)
        guest.say(ROOM, 'hello from now')
        other.find_where('list item', lambda name: name.endswith(': hello from now'), 'the other admin sees it', 60)
        stop(app, server)
    except BaseException:
        for app in apps:
            print(f'== {app.tree()}', file=sys.stderr)
        raise
    finally:
        for app in apps:
            app.stop()
        if server.process:
            server.kill()
        shutil.rmtree(os.path.dirname(data))
        shutil.rmtree(folder)
    print('Found, exported, banned, stopped.')


main()
