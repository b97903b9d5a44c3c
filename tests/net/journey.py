#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hallway on machines of a network, with its windows, as people use it: one hosts a place, another comes to it from
another machine with three clicks; it dies, is closed, finds its port taken; and nothing found says why.

    journey.py BUILD-DIRECTORY [SCREENSHOTS]

test_windows.py makes the network, and runs this inside it.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'ui')]
from drive import Program, State, screenshot, until  # noqa: E402
from network import Network  # noqa: E402
import gi  # noqa: E402
gi.require_version('Atspi', '2.0')
from gi.repository import Atspi  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
PORT = 55667
PASSWORD = 'open sesame'
network = Network(name='w')
running = []


class Hallway(Program):
    """The program on one of the machines, in a home of its own."""

    def __init__(self, machine, *arguments, home=None):
        self.machine, self.home = machine, home or tempfile.mkdtemp()
        self.clicks = 0
        super().__init__(*network.command(machine, f'{BUILD}/src/ui/hallway', *arguments),
                         XDG_DATA_HOME=f'{self.home}/data', XDG_CONFIG_HOME=f'{self.home}/config',
                         GSETTINGS_BACKEND='keyfile', GSETTINGS_SCHEMA_DIR=f'{BUILD}/data')
        running.append(self)

    def click(self, role, name):
        """A real click on what is called so: on its middle, once it stands still."""
        seen = []

        def where():
            node = self.find(role, name) if isinstance(name, str) else self.find_where(role, name, 'it')
            box = node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
            seen.append((box.x, box.y, box.width, box.height))
            return len(seen) > 2 and len(set(seen[-3:])) == 1 and box.width > 0 and \
                node.get_state_set().contains(State.SENSITIVE)
        until(where, f'{role} keeps still')
        x, y, width, height = seen[-1]
        subprocess.run(['xdotool', 'mousemove', str(x + width // 2), str(y + height // 2), 'click', '1'],
                       check=True)
        self.clicks += 1

    def says(self, words):
        until(lambda: any(words in f'{node.get_name()} {node.get_description()}'
                          for role in ('label', 'panel', 'list item') for node in self.showing(role)),
              f'“{words}” is said', 40)

    def server(self):
        """The process of the place that it hosts."""
        for pid in filter(str.isdigit, os.listdir('/proc')):
            with contextlib.suppress(OSError):
                with open(f'/proc/{pid}/stat') as file:
                    name, rest = file.read().split('(', 1)[1].rsplit(') ', 1)
                if name == 'hallwayd' and rest.split()[1] == str(self.process.pid):
                    return int(pid)
        return None

    def shot(self, name, title='Hallway', size=None):
        if SHOTS:
            self.screenshot(f'{SHOTS}/{name}.png', title, size)

    def desktop(self, name):
        if SHOTS:
            self.settle('root')
            screenshot(f'{SHOTS}/{name}.png')

    def now(self, name):
        """What does not keep still."""
        if SHOTS:
            screenshot(f'{SHOTS}/{name}.png')

    def end(self):
        if self.process.poll() is None:
            self.stop()


def said(app, who, text, limit=40):
    return app.find_where('list item', lambda name: name.startswith(f'{who}, ')
                          and ' '.join(name.split()).endswith(f': {text}'), f'{who} said “{text}”', limit)


def talk(app, text):
    app.fill('Message', text)
    app.press('push button', 'Send')


def host(app, name='Physics club'):
    app.press('push button', 'Host a place here')
    app.fill('Name of the place', name)
    app.fill('Admin password', PASSWORD, role='password text')
    return app


def on(machine, *command):
    network.run(machine, *command)


def a_place_is_hosted_with_a_dialog():
    ana = Hallway('b', '--name', 'Ana')
    host(ana)
    ana.shot('host-dialog', 'Host a place')
    ana.press('push button', 'Open')
    ana.find('push button', 'New room', 40)
    ana.find('push button', 'Hosting Physics club')
    # Whoever hosts is an admin there without saying so
    def logs_open():
        if not ana.showing('list', 'Logs'):
            ana.press('push button', 'Open logs')
        return ana.showing('list', 'Logs')
    until(logs_open, 'the logs open')
    ana.raise_window('Logs')
    ana.key('ctrl+w')
    ana.raise_window('Hallway')
    ana.press('push button', 'New room')
    ana.fill('Room name', 'tea')
    ana.press('push button', 'Create')
    ana.find('text', 'Message')
    # Its window has what others need, and tells that nobody has come yet
    ana.raise_window('Hallway')
    ana.press('push button', 'Hosting Physics club')
    ana.says('hallway://10.77.0.2')
    ana.says('Nobody from another computer')
    ana.desktop('host-window')
    ana.key('Escape')
    ana.gone('push button', 'Close the place')
    return ana


def another_machine_needs_three_clicks(ana):
    ben = Hallway('a', '--name', 'Ben')
    ben.raise_window('Hallway')
    ben.find_where('list item', lambda name: name.startswith('Physics club, 1 person'), 'the place')
    ben.shot('found')
    ben.click('list item', lambda name: name.startswith('Physics club, '))
    ben.click('push button', 'Trust')
    ben.click('list item', lambda name: name.startswith('tea, '))
    ben.find('text', 'Message')
    assert ben.clicks == 3
    until(lambda: ben.find('text', 'Message').get_state_set().contains(State.FOCUSED),
          'one can talk at once')
    ben.type('Message', 'kettle is on')
    ben.key('Return')
    said(ana, 'Ben', 'kettle is on')
    ben.shot('talking', 'tea')
    ana.raise_window('Hallway')
    ana.press('push button', 'Hosting Physics club')
    ana.find('push button', 'Close the place')
    assert not any('Nobody from another' in name for name in ana.names('label'))
    ana.desktop('host-window-reached')
    ana.key('Escape')
    ana.gone('push button', 'Close the place')
    return ben


def a_place_that_dies_comes_back(ana, ben):
    before = until(ana.server, 'the server runs')
    os.kill(before, signal.SIGKILL)
    talk(ben, 'are you there')
    until(lambda: ana.server() not in (None, before), 'it is started again', 40)
    said(ana, 'Ben', 'are you there')


def a_place_that_moves_takes_its_people_along(ana, ben):
    on('b', 'ip', 'addr', 'del', '10.77.0.2/24', 'dev', 'eth0')
    on('b', 'ip', 'addr', 'add', '10.77.0.60/24', 'brd', '+', 'dev', 'eth0')
    talk(ben, 'did you move')
    said(ana, 'Ben', 'did you move', 100)


def quitting_with_others_inside_asks(ana):
    ana.raise_window('Hallway')
    ana.key('ctrl+q')
    ana.find('push button', 'Close it and quit', 40)
    ana.shot('quit-asks', 'Close')
    ana.press('push button', 'Keep it open')
    ana.gone('push button', 'Close it and quit')
    assert ana.server()


def what_was_said_is_there_tomorrow(ana, ben):
    ben.end()
    ana.raise_window('Hallway')
    ana.press('push button', 'Hosting Physics club')
    ana.press('push button', 'Close the place')
    ana.find('push button', 'Keep it open')
    [button] = [node for node in ana.showing('push button', 'Close the place')
                if node.get_state_set().contains(State.SHOWING)][-1:]
    button.get_action_iface().do_action(0)
    ana.find('push button', 'Host a place here', 40)
    until(lambda: ana.server() is None, 'the place is closed')
    ana.key('ctrl+q')
    ana.process.wait(30)

    # The usual port is taken now: the next one is, and that is found, too
    with network.on('b'):
        thief = socket.socket()
    thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    thief.bind(('', PORT))
    thief.listen()
    again = Hallway('b', '--name', 'Ana', home=ana.home)
    again.press('push button', 'Host a place here')
    assert again.text('Name of the place') == 'Physics club'
    again.fill('Admin password', PASSWORD, role='password text')
    again.press('push button', 'Open')
    again.find('push button', 'Hosting Physics club', 40)
    again.find_where('list item', lambda name: name.startswith('tea, '), 'the room of yesterday')
    ben = Hallway('a', '--name', 'Ben', home=ben.home)
    ben.find_where('list item', lambda name: name.startswith('Physics club, 1 person'), 'the place')
    ben.enter(ben.row('Places nearby', 'Physics club'))
    ben.find_where('list item', lambda name: name.startswith('tea, '), 'the room')
    ben.end()
    return again, thief


def at_login_it_is_opened_without_a_window(ana):
    ana.raise_window('Hallway')
    ana.press('push button', 'Hosting Physics club')
    switch = ana.find('toggle button', 'Open it when I log in')
    switch.get_action_iface().do_action(0)
    path = f'{ana.home}/config/autostart/io.github.hallwaychat.Hallway.Host.desktop'
    until(lambda: os.path.exists(path), 'the desktop is told')
    with open(path) as file:
        assert ' --host\n' in file.read()
    ana.key('Escape')
    ana.gone('push button', 'Close the place')
    # Closing the window leaves it open now; only quitting ends it
    ana.raise_window('Hallway')
    ana.key('ctrl+w')
    until(lambda: not ana.windows(), 'the window is closed')
    assert ana.process.poll() is None and ana.server()
    ana.process.terminate()
    ana.process.wait(30)

    login = Hallway('b', '--host', home=ana.home)
    until(login.server, 'it is opened')
    asks = Hallway('a', '--name', 'Ben')
    asks.find_where('list item', lambda name: name.startswith('Physics club, nobody'), 'it is found', 40)
    assert not login.windows()
    asks.end()
    login.end()


def nothing_found_says_why():
    on('c', 'ip', 'link', 'set', 'eth0', 'down')
    cleo = Hallway('c', '--name', 'Cleo')
    cleo.says('on no network')
    cleo.shot('no-network')
    for machine in 'ab':
        on(machine, 'ip', 'link', 'set', 'eth0', 'down')
    on('c', 'ip', 'link', 'set', 'eth0', 'up')
    cleo.says('Looking for places')
    cleo.says('one by one')
    cleo.now('looking')
    cleo.says('no other device was seen')
    cleo.says('Tried 253 addresses')
    cleo.shot('alone')
    cleo.resize(cleo.raise_window('Hallway'), '360x640')
    cleo.press('push button', 'Why is nothing found?')
    cleo.says('no other device was seen')
    cleo.shot('alone-narrow')
    cleo.resize(cleo.raise_window('Hallway'), '1000x700')
    on('a', 'ip', 'link', 'set', 'eth0', 'up')
    cleo.press('push button', 'Look again')
    cleo.says('1 other device was seen')
    cleo.says('sudo ufw allow Hallway')
    cleo.shot('silent')

    # One that answers, but that nobody can connect to
    with network.on('a'):
        liar = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    liar.bind(('', PORT))
    liar.settimeout(30)

    def answer(versions):
        probe, sender = liar.recvfrom(2048)
        liar.sendto(json.dumps({
            'hallway': 1, 'answer': json.loads(probe)['probe'], 'id': 'liar', 'name': 'Room 204',
            'port': 9, 'versions': versions, 'users': 3, 'rooms': 1, 'fingerprint': 'ab' * 32}).encode(),
            sender)
        return True
    cleo.press('push button', 'Look again')
    until(lambda: answer([1]) and cleo.showing('list item', 'Room 204, answers, but lets nobody in'),
          'the row says so', 40)
    cleo.says('lets nobody in')
    cleo.shot('closed')
    until(lambda: answer([7]) and cleo.showing('list item', 'Room 204, of another version'),
          'the row says so', 40)
    cleo.says('speaks another version')
    cleo.shot('other-version')
    # Whoever goes there all the same is told why
    until(lambda: answer([1]) and cleo.showing('list item', 'Room 204, answers, but lets nobody in'),
          'the row says so again', 40)
    cleo.enter(cleo.row('Places nearby', 'Room 204'))
    cleo.says('lets UDP through')
    cleo.shot('closed-entered')
    cleo.end()
    liar.close()
    on('b', 'ip', 'link', 'set', 'eth0', 'up')


def main():
    try:
        ana = a_place_is_hosted_with_a_dialog()
        ben = another_machine_needs_three_clicks(ana)
        a_place_that_dies_comes_back(ana, ben)
        a_place_that_moves_takes_its_people_along(ana, ben)
        quitting_with_others_inside_asks(ana)
        again, thief = what_was_said_is_there_tomorrow(ana, ben)
        at_login_it_is_opened_without_a_window(again)
        thief.close()
        nothing_found_says_why()
    except BaseException:
        for one in running:
            if one.process.poll() is None:
                print(f'== {one.machine}\n{one.tree()}', file=sys.stderr)
                with contextlib.suppress(Exception):
                    one.shot(f'failure-{one.machine}')
            else:
                print(f'== {one.machine} has ended: {one.process.returncode}\n'
                      f'{one.process.stderr.read()}', file=sys.stderr)
        raise
    finally:
        for one in reversed(running):
            one.end()
    print('They met.')


main()
