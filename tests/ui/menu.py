#!/usr/bin/python3
"""The menu window, as a person goes through it: addresses that are wrong, names that are taken, rooms that are
locked, certificates that are new or have changed.

    gui-env menu.py BUILD-DIRECTORY [SCREENSHOTS]
"""

import os
import socket
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drive import Program, State, screenshot, until  # noqa: E402
from place import ADMIN, BUILD, Person, Server, running, to_the_end  # noqa: E402

SHOTS = sys.argv[2] if len(sys.argv) > 2 else None


class Menu(Program):
    """Hallway with a home of its own, that it finds again when it is started again there."""

    def __init__(self, *arguments, home=None):
        self.home = home or tempfile.mkdtemp()
        super().__init__(f'{BUILD}/src/ui/hallway', *arguments, HALLWAY_NO_DISCOVERY='1',
                         XDG_DATA_HOME=self.home, XDG_CONFIG_HOME=self.home,
                         GSETTINGS_BACKEND='keyfile')
        running.append(self)

    def stop(self):
        if self.process.poll() is None:
            super().stop()

    def says(self, words):
        """Waits for words that stand somewhere."""
        until(lambda: any(words in f'{node.get_name()} {node.get_description()}'
                          for role in ('label', 'panel', 'list') for node in self.showing(role)),
              f'“{words}” is said')

    def rooms(self):
        return [name.split(',')[0] for name in self.names() if name.endswith((' here', ', empty'))]

    def quit(self):
        self.key('ctrl+q')
        errors = self.process.communicate(timeout=20)[1]
        assert self.process.returncode >= 0, f'killed by signal {-self.process.returncode}'
        assert 'CRITICAL' not in errors and 'WARNING' not in errors, errors


def shot(name):
    if SHOTS:
        screenshot(f'{SHOTS}/{name}.png')


def an_address_that_is_wrong_says_so_under_the_field():
    menu = Menu()
    menu.says('No place yet')
    menu.key('ctrl+l')
    menu.fill('Address', 'two words')
    menu.press('push button', 'Connect')
    menu.says('not an address')
    assert menu.text('Address') == 'two words'

    with socket.socket() as nobody:
        nobody.bind(('127.0.0.1', 0))
        address = f'127.0.0.1:{nobody.getsockname()[1]}'
        menu.fill('Address', address)
        menu.press('push button', 'Connect')
        until(lambda: len([name for name in menu.names('label') if name]) and
              'not an address' not in ' '.join(menu.names('label')), 'the old reason goes')
        until(lambda: menu.find('push button', 'Connect').get_state_set().contains(State.SENSITIVE),
              'one may try again')
        assert menu.text('Address') == address
    shot('address')
    menu.key('Escape')
    menu.gone('text', 'Address')
    menu.quit()


def by_keyboard_alone_from_nothing_to_talking():
    server = Server()
    ben = Person(server, 'Ben')
    assert ben.ask('create', room='tea', topic='anything warm')['ok']
    menu = Menu()
    menu.type('Your name', 'Ana')
    menu.key('ctrl+l')
    menu.type('Address', server.address)
    menu.key('Return')
    menu.find('list item', 'tea, 1 here')
    menu.key('ctrl+f')
    menu.type('Find a room', 'warm')
    menu.key('Return')
    menu.find('text', 'Message')
    assert 'Ana' in [member['name'] for member in ben.ask('members', room='tea')['members']]
    shot('by-keyboard')
    menu.stop()
    server.stop()


def rooms_come_and_go_as_they_do(menu, server):
    ben = Person(server, 'Ben')
    menu.says('There is no room yet')
    for room in ('tea', 'exam prep', 'cinema club'):
        ben.ask('create', room=room, password='secret' if room == 'exam prep' else None)
        menu.find('list item', f'{room}, 1 here')
    ben.ask('leave', room='tea')
    menu.find('list item', 'tea, empty')

    menu.fill('Find a room', 'CINÉMA'.replace('É', 'E'))
    until(lambda: menu.rooms() == ['cinema club'], 'only what is looked for is shown')
    menu.fill('Find a room', 'nothing of the kind')
    menu.says('No room is called so')
    menu.fill('Find a room', '')
    until(lambda: sorted(menu.rooms()) == ['cinema club', 'exam prep', 'tea'], 'all are back')
    shot('rooms')
    return ben


def a_locked_room_asks_for_its_password_in_its_row(menu):
    menu.enter(menu.find('list item', 'exam prep, 1 here'))
    menu.fill('Room password', 'wrong', role='password text')
    menu.press('push button', 'Open')
    menu.says('That is not the password')
    shot('wrong-password')
    menu.fill('Room password', 'secret', role='password text')
    menu.press('push button', 'Open')
    menu.find('text', 'Message')
    menu.key('ctrl+m')
    until(lambda: menu.active() == ['Hallway'], 'the menu is in front again')
    menu.gone('password text', 'Room password')


def a_new_room_says_in_the_dialog_what_is_wrong(menu):
    menu.press('push button', 'New room')
    menu.fill('Room name', 'TEA')
    menu.fill('Topic', 'for a second time')
    menu.press('push button', 'Create')
    menu.find_where('label', lambda name: 'tea' in name.lower() and len(name) > 10, 'why it cannot be')
    assert menu.text('Room name') == 'TEA' and menu.text('Topic') == 'for a second time'
    shot('new-room')
    menu.fill('Room name', 'a second tea')
    menu.press('push button', 'Create')
    menu.gone('text', 'Room name')
    menu.key('ctrl+m')
    menu.find('list item', 'a second tea, 1 here')


def the_admin_password_opens_the_logs(menu):
    menu.fill('Admin password', 'wrong', role='password text')
    menu.press('push button', 'Open logs')
    menu.says('That is not')
    menu.fill('Admin password', ADMIN, role='password text')
    menu.press('push button', 'Open logs')
    menu.find('list', 'Timeline')


def a_place_as_a_person_lives_in_it():
    server = Server()
    menu = Menu('--address', server.address, '--name', 'Ana')
    rooms_come_and_go_as_they_do(menu, server)
    a_locked_room_asks_for_its_password_in_its_row(menu)
    a_new_room_says_in_the_dialog_what_is_wrong(menu)
    the_admin_password_opens_the_logs(menu)
    menu.stop()
    server.stop()


def a_name_that_is_taken_is_said_under_the_name():
    server = Server()
    ana = Person(server, 'Ana')
    menu = Menu()
    menu.fill('Your name', 'ANA')
    menu.key('ctrl+l')
    menu.fill('Address', server.address)
    menu.press('push button', 'Connect')
    menu.says('Choose another name')
    menu.find('push button', 'Log in here instead')
    shot('name-taken')
    menu.fill('Your name', 'Ana the second')
    menu.press('push button', 'Go by this name')
    menu.find('push button', 'New room')
    menu.gone('push button', 'Log in here instead')
    ana.ask('logout')
    menu.fill('Your name', 'Ana')
    menu.press('push button', 'Go by this name')
    menu.gone('push button', 'Go by this name')
    menu.find('push button', 'New room')
    menu.stop()
    server.stop()


def a_protected_name_is_taken_back_with_its_password():
    server = Server()
    elsewhere = Person(server, 'Ana')
    assert elsewhere.ask('protect', password='a good password')['ok']
    menu = Menu('--address', server.address, '--name', 'Ana')
    menu.says('Enter its password')
    menu.fill('Your password', 'a bad password', role='password text')
    menu.press('push button', 'Go by this name')
    until(lambda: not menu.showing('push button', 'New room')
          and menu.find('password text', 'Your password').get_state_set().contains(State.FOCUSED),
          'the password is what must be changed')
    menu.fill('Your password', 'a good password', role='password text')
    menu.press('push button', 'Go by this name')
    menu.press('push button', 'Log in here instead')
    menu.find('push button', 'New room')
    menu.find('icon', 'The password was right')
    shot('protected')
    menu.stop()
    server.stop()


def shown_hexadecimal(menu):
    text = ''.join(menu.names('label')).lower()
    return ''.join(c for c in text if c in '0123456789abcdef')


def a_certificate_is_new_then_known_then_changed():
    server = Server('--plaintext', 'never')
    menu = Menu()
    menu.fill('Your name', 'Ana')
    menu.key('ctrl+l')
    menu.fill('Address', server.address)
    menu.press('push button', 'Connect')
    menu.find('push button', 'Trust')
    until(lambda: server.fingerprint in shown_hexadecimal(menu), 'the fingerprint is shown whole')
    menu.press('push button', 'Trust')
    menu.find('push button', 'New room')
    menu.quit()

    # Known: nothing is asked, and what was entered is remembered
    menu = Menu(home=menu.home)
    assert menu.text('Your name') == 'Ana'
    menu.enter(menu.find('list item', 'Room 204, remembered'))
    menu.find('push button', 'New room')
    menu.find_where('push button', lambda name: name.startswith('Encrypted, certificate known since today'),
                    'how the connection is')
    menu.quit()
    server.stop()

    # Changed: it stops and asks, and the safe answer is at hand
    other = Server('--plaintext', 'never', port=server.port)
    menu = Menu('--address', other.address, home=menu.home)
    refuse = menu.find('push button', 'Don’t connect')
    until(lambda: refuse.get_state_set().contains(State.FOCUSED), 'the safe answer has the focus')
    until(lambda: server.fingerprint in shown_hexadecimal(menu)
          and other.fingerprint in shown_hexadecimal(menu), 'both fingerprints are shown')
    menu.find('list item', 'Room 204, certificate changed')
    shot('changed')
    menu.key('Return')
    menu.gone('push button', 'Don’t connect')
    assert not menu.showing('push button', 'New room')
    menu.enter(menu.find('list item', 'Room 204, remembered'))
    menu.press('push button', 'Trust the new one')
    menu.find('push button', 'New room')
    menu.quit()
    other.stop()


def the_command_line_goes_there_by_itself():
    server = Server()
    ben = Person(server, 'Ben')
    assert ben.ask('create', room='tea')['ok']
    menu = Menu('--address', server.address, '--name', 'Ana', '--room', 'tea')
    menu.find('text', 'Message')
    menu.stop()
    menu = Menu('--address', server.address, '--name', 'Cleo', '--room', 'nowhere')
    menu.says('nowhere')
    menu.find('list item', 'tea, 1 here')
    menu.stop()
    menu = Menu('--name', 'Dora', f'hallway://{server.address}/tea')
    menu.find('text', 'Message')
    menu.stop()
    menu = Menu('--room', 'tea')
    menu.says('then “')
    menu.key('ctrl+l')
    menu.fill('Address', server.address)
    menu.press('push button', 'Connect')
    menu.find('text', 'Message')
    menu.quit()
    menu = Menu('--room', 'tea', home=menu.home)
    menu.find('text', 'Message')
    menu.stop()
    menu = Menu('hallway://not an address/')
    menu.says('not an address')
    menu.stop()
    server.stop()


def an_invitation_may_stand_in_a_message():
    server = Server()
    ben = Person(server, 'Ben')
    assert ben.ask('create', room='exam prep')['ok']
    menu = Menu()
    menu.key('ctrl+l')
    menu.fill('Address', f'Come in: hallway://{server.address}/exam%20prep. See you!')
    menu.press('push button', 'Connect')
    menu.find('text', 'Message')
    menu.stop()
    server.stop()


def one_program_for_each_persons_data():
    server = Server()
    ana = Menu()
    ana.find('text', 'Your name')
    ben = Menu()
    ben.find('text', 'Your name')

    again = Menu('--address', server.address, home=ana.home)
    assert again.process.wait(20) == 0
    ana.find('push button', 'New room')
    assert not ben.showing('push button', 'New room')
    ana.stop()
    ben.stop()
    server.stop()


def main():
    with to_the_end(lambda: shot('failure')):
        for test in (an_address_that_is_wrong_says_so_under_the_field,
                     by_keyboard_alone_from_nothing_to_talking,
                     a_place_as_a_person_lives_in_it,
                     a_name_that_is_taken_is_said_under_the_name,
                     a_protected_name_is_taken_back_with_its_password,
                     a_certificate_is_new_then_known_then_changed,
                     the_command_line_goes_there_by_itself,
                     an_invitation_may_stand_in_a_message,
                     one_program_for_each_persons_data):
            print(test.__name__.replace('_', ' '), flush=True)
            test()


main()
