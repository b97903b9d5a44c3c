#!/usr/bin/python3
"""What happens to people every day: names that others have, doors that were locked meanwhile, text that is too much or
was deleted too soon, many rooms, a window as narrow as a phone and no mouse.

    gui-env everyday.py BUILD-DIRECTORY
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chat_window import Chat, start  # noqa: E402
from drive import Atspi, State, until, walk  # noqa: E402
from place import ADMIN, Person, to_the_end  # noqa: E402


def focused(app):
    return [(node.get_role_name(), node.get_name()) for node in walk(app.root())
            if node.get_state_set().contains(State.FOCUSED)]


def is_at(app, role, name):
    until(lambda: (role, name) in focused(app), f'“{name}” has the focus')


def the_menu(app):
    until(lambda: app.active() == ['Hallway'], 'the menu')


def who_cannot_have_a_name_stays_who_they_are():
    server, ben, ana = start('--rate', '0')
    keeper = Person(server, 'Zed')
    assert keeper.ask('protect', password='a good password')['ok'] and keeper.ask('logout')['ok']

    def here():
        return sorted(one['name'] for one in ben.ask('members', room='tea')['members'])
    ana.key('ctrl+m')
    the_menu(ana)
    for name, why in (('Ben', 'Choose another name'), ('Zed', 'Enter its password')):
        ana.fill('Your name', name)
        ana.press('push button', 'Go by this name')
        ana.says(why)
        assert here() == ['Ana', 'Ben'], here()
    is_at(ana, 'password text', 'Your password')

    # A free one is theirs at once, in the room, too; and the protected one with its password
    ana.fill('Your name', 'Anna')
    assert not any('Enter its password' in words for words in ana.names('label'))
    ana.press('push button', 'Go by this name')
    until(lambda: here() == ['Anna', 'Ben'], 'Ana is called Anna')
    ana.gone('push button', 'Go by this name')
    ana.fill('Your name', 'Zed')
    ana.fill('Your password', 'a good password', role='password text')
    ana.press('push button', 'Go by this name')
    until(lambda: here() == ['Ben', 'Zed'], 'Anna is called Zed')
    ana.find('icon', 'The password was right')
    ana.stop()
    server.stop()


def a_door_that_was_locked_meanwhile_asks_for_the_password():
    server, ben, ana = start('--rate', '0')
    assert ben.ask('create', room='exam prep', password='ohm')['ok']
    ana.send('/join exam prep')
    the_menu(ana)
    ana.fill('Room password', 'ohm', role='password text')
    ana.press('push button', 'Open')
    ana.shows('exam prep')

    # Closed under her hands, and opened anew with a password
    ben.ask('admin', password=ADMIN)
    ana.key('alt+1')
    ana.shows('tea')
    ana.fill('Message', 'half a thought')
    ben.ask('room-close', room='tea')
    ana.press('push button', 'Go in again')
    ana.find('alert', 'The door stays closed')
    ana.says('There is no room called tea')
    ana.press('push button', 'Close')
    ana.gone('alert', 'The door stays closed')
    assert ben.ask('create', room='tea', password='volt')['ok']
    ana.press('push button', 'Go in again')
    the_menu(ana)
    ana.fill('Room password', 'volt', role='password text')
    ana.press('push button', 'Open')
    ana.shows('tea')
    until(lambda: ana.text('Message') == 'half a thought', 'what was being written is there')
    ana.stop()
    server.stop()


def what_was_deleted_comes_back_and_a_flood_of_letters_does_no_harm():
    server, ben, ana = start()
    ana.type('Message', 'a cup of tea')
    ana.key('ctrl+a', 'BackSpace')
    until(lambda: ana.text('Message') == '', 'it is deleted')
    ana.key('ctrl+z')
    until(lambda: ana.text('Message') == 'a cup of tea', 'it is there again')
    ana.key('ctrl+shift+z')
    until(lambda: ana.text('Message') == '', 'it is deleted again')

    ana.fill('Message', '0123456789abcdef' * 6400)
    ana.says('Only the beginning is here')
    assert not ana.find('push button', 'Send').get_state_set().contains(State.SENSITIVE)
    ana.key('Escape')
    until(lambda: not any('Only the beginning' in words for words in ana.names('label')), 'the note goes')
    ana.fill('Message', 'a line of text\n' * 6400)
    ana.says(' of 8')
    ana.stop()
    server.stop()


def the_room_that_is_shown_is_in_view_in_the_sidebar():
    server, ben, ana = start('--rate', '0')
    for i in range(25):
        assert ben.ask('create', room=f'room {i:02}')['ok']
        ana.send(f'/join room {i:02}')
        ana.shows(f'room {i:02}')

    def in_view(name):
        row = Chat.row(ana, f'{name}, ').get_component_iface().get_extents(Atspi.CoordType.SCREEN)
        more = ana.find('list', 'Conversations').get_parent().get_parent().get_component_iface()
        view = more.get_extents(Atspi.CoordType.SCREEN)
        return view.y <= row.y and row.y + row.height <= view.y + view.height
    until(lambda: in_view('room 24'), 'the last one is in view')
    ana.key('alt+1')
    ana.shows('tea')
    until(lambda: in_view('tea'), 'the first one is in view')
    ana.key('ctrl+Page_Up')
    ana.shows('room 24')
    until(lambda: in_view('room 24'), 'the last one is in view again')
    ana.stop()
    server.stop()


def as_narrow_as_a_phone_by_keyboard_alone():
    server, ben, ana = start('--rate', '0')
    window = ana.raise_window('tea')
    ana.resize(window, '360x640')
    is_at(ana, 'text', 'Message')
    ana.key('F9')
    is_at(ana, 'list item', 'Ana')
    ana.key('Escape')
    is_at(ana, 'text', 'Message')
    ana.key('ctrl+f')
    is_at(ana, 'text', 'Find in this room')
    ana.key('Escape')
    is_at(ana, 'text', 'Message')
    ana.key('alt+Left')
    until(lambda: any(role == 'list item' and name.startswith('tea, ') for role, name in focused(ana)),
          'the rooms, and the one that was shown')
    ana.key('Return')
    is_at(ana, 'text', 'Message')
    for name in ('Room details', 'Leave'):
        ana.press('toggle button', 'Room menu')
        ana.find('push button', name)
        ana.key('Escape')
        ana.gone('push button', name)
    ana.key('F10')
    ana.find('push button', 'Preferences')
    ana.key('Escape')
    ana.gone('push button', 'Preferences')
    ana.stop()
    server.stop()


def words_are_as_large_as_one_likes_in_every_room():
    server, ben, ana = start('--rate', '0')
    is_at(ana, 'text', 'Message')  # else the line over what is new makes the row taller
    assert ben.ask('say', room='tea', text='can you read this?')['ok']

    def height():
        return ana.said('Ben', 'can you read this?').get_component_iface().get_extents(Atspi.CoordType.SCREEN).height
    usual = height()
    ana.key('ctrl+plus', 'ctrl+plus', 'ctrl+plus')
    until(lambda: height() > usual, 'the words are larger, wherever the focus is')
    larger = height()
    ana.send('/join lab bench')
    ana.shows('lab bench')
    assert ben.ask('say', room='lab bench', text='can you read this?')['ok']
    until(lambda: height() > usual, 'they are so in other rooms')
    ana.key('ctrl+shift+w')
    ana.shows('tea')
    ana.key('ctrl+minus', 'ctrl+minus')
    until(lambda: usual < height() < larger, 'they are smaller')
    ana.key('ctrl+0')
    until(lambda: height() == usual, 'they are as before')
    ana.stop()
    server.stop()


def tab_goes_round_the_whole_window():
    server, ben, ana = start()
    is_at(ana, 'text', 'Message')
    seen = []

    def goes_on():
        now = focused(ana)
        return now and now[-1] != (seen[-1] if seen else ('text', 'Message')) and now[-1]
    for _ in range(30):
        subprocess.run(['xdotool', 'key', 'Tab'], check=True)
        seen.append(until(goes_on, f'Tab leaves {seen[-1] if seen else "the entry"}'))
        if seen[-1] == ('text', 'Message'):
            break
    for name in ('Emoji', 'Places and rooms', 'More rooms', 'Search', 'Focus', 'Leave', 'Room menu', 'Message'):
        assert any(name == other for _, other in seen), (name, seen)
    subprocess.run(['xdotool', 'key', 'shift+Tab'], check=True)
    until(lambda: ('text', 'Message') not in focused(ana), 'Shift+Tab leaves the entry')
    ana.stop()
    server.stop()


def main():
    with to_the_end():
        for test in (who_cannot_have_a_name_stays_who_they_are,
                     a_door_that_was_locked_meanwhile_asks_for_the_password,
                     what_was_deleted_comes_back_and_a_flood_of_letters_does_no_harm,
                     the_room_that_is_shown_is_in_view_in_the_sidebar,
                     as_narrow_as_a_phone_by_keyboard_alone,
                     words_are_as_large_as_one_likes_in_every_room,
                     tab_goes_round_the_whole_window):
            print(test.__name__.replace('_', ' '), flush=True)
            test()


main()
