#!/usr/bin/python3
"""Passwords that are remembered: offered where one is typed, used where one is asked for, and forgotten with the
place. The keyring is a real one, empty and unlocked, on the test's own session bus.

    gui-env keyring.py BUILD-DIRECTORY [SCREENSHOTS]
"""

import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drive import Program, State, screenshot, until  # noqa: E402
from place import ADMIN, BUILD, Person, Server, running, to_the_end  # noqa: E402

SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
HOME = tempfile.mkdtemp()
KEEP = 'Remember on this computer'


class Menu(Program):
    def __init__(self, *arguments):
        super().__init__(f'{BUILD}/src/ui/hallway', *arguments, HALLWAY_NO_DISCOVERY='1', XDG_DATA_HOME=HOME,
                         XDG_CONFIG_HOME=HOME, GSETTINGS_BACKEND='keyfile')
        running.append(self)

    def stop(self):
        if self.process.poll() is None:
            super().stop()

    def says(self, words):
        until(lambda: any(words in f'{node.get_name()} {node.get_description()}' for node in self.showing('label')),
              f'“{words}” is said')

    def ticked(self):
        return self.find('check box', KEEP).get_state_set().contains(State.CHECKED)


def shot(name):
    if SHOTS:
        screenshot(f'{SHOTS}/{name}.png')


def passwords_are_kept_when_the_person_wants_that(server):
    menu = Menu('--address', server.address, '--name', 'Ana')
    menu.says('Enter its password')
    assert not menu.showing('check box', KEEP), 'nothing to remember yet'
    menu.fill('Your password', 'a good password', role='password text')
    menu.press('check box', KEEP)
    shot('name')
    menu.press('push button', 'Go by this name')
    menu.find('push button', 'New room')

    menu.enter(menu.find('list item', 'exam prep, 1 here'))
    menu.fill('Room password', 'secret', role='password text')
    menu.fill('Your password', '', role='password text')
    menu.press('check box', KEEP)
    shot('room')
    menu.press('push button', 'Open')
    menu.find('text', 'Message')
    menu.key('ctrl+m')
    until(lambda: menu.active() == ['Hallway'], 'the menu is in front again')

    menu.fill('Admin password', ADMIN, role='password text')
    menu.press('check box', KEEP)
    shot('admin')
    menu.press('push button', 'Open logs')
    menu.find('list', 'Timeline')
    menu.stop()


def nothing_is_asked_the_next_time(server):
    menu = Menu('--address', server.address, '--name', 'Ana')
    menu.find('push button', 'New room')
    menu.enter(menu.find('list item', 'exam prep, 1 here'))
    menu.find('text', 'Message')
    menu.key('ctrl+m')
    until(lambda: menu.active() == ['Hallway'], 'the menu is in front again')
    menu.press('push button', 'Open logs')
    menu.find('list', 'Timeline')
    menu.stop()


def a_new_rooms_password_is_kept_too(server):
    menu = Menu('--address', server.address, '--name', 'Ana')
    menu.press('push button', 'New room')
    menu.fill('Room name', 'a club')
    menu.fill('Room password', 'for friends', role='password text')
    menu.press('check box', KEEP)
    shot('new-room')
    menu.press('push button', 'Create')
    menu.find('text', 'Message')
    menu.stop()
    menu = Menu('--address', server.address, '--name', 'Ana', '--room', 'a club')
    menu.find('text', 'Message')
    menu.stop()


def one_that_is_wrong_is_asked_for_and_replaced(server, admin):
    assert admin.ask('admin', password=ADMIN)['ok']
    assert admin.ask('account-remove', name='Ana')['ok']
    assert admin.ask('account-add', name='Ana', password='another password')['ok']
    menu = Menu('--address', server.address, '--name', 'Ana')
    until(lambda: menu.find('password text', 'Your password').get_state_set().contains(State.FOCUSED),
          'the password is what must be changed')
    menu.fill('Your password', 'another password', role='password text')
    until(menu.ticked, 'it is to be replaced')
    menu.press('push button', 'Go by this name')
    menu.find('push button', 'New room')
    menu.stop()
    menu = Menu('--address', server.address, '--name', 'Ana')
    menu.find('push button', 'New room')
    menu.stop()


def main():
    if not shutil.which('gnome-keyring-daemon'):
        print('there is no gnome-keyring')
        sys.exit(77)
    subprocess.run(['gnome-keyring-daemon', '--unlock', '--components=secrets'], input=b'key', check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Server()
    with to_the_end(lambda: shot('failure')):
        ana = Person(server, 'Ana')
        assert ana.ask('protect', password='a good password')['ok']
        ana.ask('logout')
        ben = Person(server, 'Ben')
        assert ben.ask('create', room='exam prep', password='secret')['ok']
        passwords_are_kept_when_the_person_wants_that(server)
        nothing_is_asked_the_next_time(server)
        a_new_rooms_password_is_kept_too(server)
        one_that_is_wrong_is_asked_for_and_replaced(server, ben)


main()
