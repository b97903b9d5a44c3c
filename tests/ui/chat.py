#!/usr/bin/python3
"""The chat window, as a person lives in it: commands, drafts, finding, whispers, focus, a lost link, leaving, and
what an admin does to others.

    gui-env chat.py BUILD-DIRECTORY [SCREENSHOTS]
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chat_window import Chat, start  # noqa: E402
from drive import Program, State, screenshot, text_of, until  # noqa: E402
from place import ADMIN, Person, to_the_end  # noqa: E402

SHOTS = sys.argv[2] if len(sys.argv) > 2 else None


def shot(name):
    if SHOTS:
        screenshot(f'{SHOTS}/{name}.png')


def commands_do_what_they_say_and_keep_what_they_cannot():
    server, ben, ana = start()
    ana.send('/join lab bench')
    ana.shows('lab bench')
    ana.send('/dance')
    ana.says('There is no command /dance')
    assert ana.text('Message') == '/dance'
    ana.send('/join nowhere')
    ana.says('There is no room called nowhere')
    until(lambda: ana.text('Message') == '/join nowhere', 'what was typed is there again')
    ana.send('/echo hello there')
    ana.says('hello there')
    ana.fill('Message', '/')
    ana.find_where('list item', lambda name: name.startswith('/join room'), 'commands are offered')
    ana.fill('Message', '/le')
    ana.type('Message', '')
    ana.key('Return')
    ana.shows('tea')
    ana.send('//usr is full')
    ana.said('Ana', '/usr is full')
    ana.send('/name Anna')
    ana.find('list item', 'Anna')
    ana.send('it is me')
    ana.said('Anna', 'it is me')
    ana.send('/name Ben')
    until(lambda: ana.text('Message') == '/name Ben', 'a name that is taken is kept to be changed')
    ana.fill('Message', '')
    ana.send('/leave')
    until(lambda: ana.active() == ['Hallway'], 'after the last room comes the menu')
    ana.stop()
    server.stop()


def all_is_called_what_it_is_and_writing_needs_no_mouse():
    server, ben, ana = start('--rate', '0')
    for role, name in (('list', 'Conversations'), ('list', 'Messages'), ('list', 'Members'), ('text', 'Message'),
                       ('push button', 'Send'), ('toggle button', 'Focus'), ('push button', 'Leave'),
                       ('push button', 'Search')):
        ana.find(role, name)

    ana.type('Message', 'yes')
    ana.key('shift+Return')
    ana.type('Message', 'please')
    ana.key('Return')
    ana.find_where('list item', lambda name: 'yes' in name and 'please' in name, 'both lines are one message')
    until(lambda: ana.text('Message') == '', 'the entry is empty again')

    # Times are written as one likes
    ana.key('ctrl+comma')
    ana.find('radio button', '12 hours').get_action_iface().do_action(0)
    ana.key('Escape')
    ana.find_where('list item', re.compile(r'^Ana, \d+:\d\d [AP]M: yes').search, 'the time has twelve hours')
    ana.shows('tea')

    # What was said before comes back, and the menu and all of its windows open by keys
    ana.key('Up')
    until(lambda: ana.text('Message').endswith('please'), 'what was said before is there again')
    ana.key('Down')
    until(lambda: ana.text('Message') == '', 'what was being written is there again')
    for key, role, name in (('F1', 'list', 'Contents'), ('ctrl+comma', 'text', 'Name you go by'),
                            ('ctrl+F1', 'label', 'Everywhere')):
        ana.shows('tea')
        ana.key(key)
        ana.find(role, name)
        until(lambda: not any('tea' in title for title in ana.active()), 'it has the focus')
        ana.key('Escape')
        ana.gone(role, name)
    ana.shows('tea')
    ana.key('F10')
    ana.find('check box', 'Do not disturb')
    ana.key('Escape')
    ana.gone('check box', 'Do not disturb')
    ana.stop()
    server.stop()


def an_emoji_is_written_by_keys():
    server, ben, ana = start()
    message = ana.find('text', 'Message')  # looking for it again would look at two thousand emoji
    ana.type('Message', 'tea? ')

    def write():
        subprocess.run(['xdotool', 'key', 'ctrl+a'], check=True)
        subprocess.run(['xdotool', 'type', '--delay', '20', 'hot'], check=True)
        # The list is filled while one looks: what was looked for too early is not found
        for _ in range(3):
            subprocess.run(['xdotool', 'key', 'Down', 'Return'], check=True)
            try:
                return until(lambda: any(c > '\u2600' for c in text_of(message)), 'an emoji is written', 1)
            except AssertionError:
                pass
        return False
    ana.key('ctrl+period')
    until(lambda: not message.get_state_set().contains(State.FOCUSED), 'the emoji are there')
    until(write, 'an emoji is written', 60)
    assert text_of(message).startswith('tea? ')
    ana.stop()
    server.stop()


def the_mouse_goes_everywhere():
    server, ben, ana = start('--rate', '0')
    ana.click(ana.find('push button', 'More rooms'))
    until(lambda: ana.active() == ['Hallway'], 'the menu')
    ana.click(Program.row(ana, 'Rooms', 'lab bench, '))
    ana.shows('lab bench')
    ana.fill('Message', 'by mouse')
    ana.click(ana.find('push button', 'Send'))
    ana.said('Ana', 'by mouse')
    ana.click(Program.row(ana, 'Conversations', 'tea'))
    ana.shows('tea')
    ana.click(ana.find('toggle button', 'Focus'))
    until(lambda: any(one['name'] == 'Ana' and one['focus']
                      for one in ben.ask('members', room='tea')['members']), 'Ana focuses')
    ana.click(Program.row(ana, 'Members', 'Ben'))
    ana.click(ana.find('push button', 'Whisper'))
    ana.shows('Ben')
    ana.click(ana.find('push button', 'Leave'))
    until(lambda: not ana.showing('list item', 'Ben, whispers'), 'the whisper is closed')
    ana.stop()
    server.stop()


def each_room_keeps_its_draft_and_tells_what_is_new():
    server, ben, ana = start('--rate', '0')
    ana.send('/join lab bench')
    ana.shows('lab bench')
    ana.fill('Message', 'half a thought')
    ana.key('alt+1')
    ana.shows('tea')
    assert ana.text('Message') == ''
    ben.ask('say', room='lab bench', text='@Ana are you there?')
    ana.row('lab bench, 2 here, 1 new, 1 for you')
    until(lambda: any(title.startswith('(1) ') for title in ana.active()), 'the title counts')
    shot('unread')
    ana.key('ctrl+Page_Down')
    ana.shows('lab bench')
    ana.said('Ben', '@Ana are you there?')
    ana.row('lab bench, 2 here')
    assert ana.text('Message') == 'half a thought'

    # Closing the window leaves the rooms, and keeps the thought
    ana.key('alt+F4')
    until(lambda: ana.active() == ['Hallway'], 'the menu stays')
    until(lambda: [one['name'] for one in ben.ask('members', room='lab bench')['members']] == ['Ben'],
          'Ana has left')
    ana.enter(ana.row('lab bench, '))
    ana.shows('lab bench')
    assert ana.text('Message') == 'half a thought'
    ana.stop()
    server.stop()


def words_are_found_in_a_long_room():
    server, ben, ana = start('--rate', '0')
    for i in range(300):
        ben.ask('say', room='tea', text=f'the kettle number {i}' if i % 60 == 0 else f'line {i}')
    ana.said('Ben', 'line 299')
    ana.key('ctrl+f')
    ana.type('Find in this room', 'kettle')
    ana.says('1 of 5')
    ana.said('Ben', 'the kettle number 240')
    for i in range(4):
        ana.key('Return')
        ana.says(f'{i + 2} of 5')
    ana.said('Ben', 'the kettle number 0')
    shot('found')
    ana.key('shift+Return')
    ana.says('4 of 5')
    ana.fill('Find in this room', 'nobody said this')
    ana.says('Nothing found')
    ana.key('Escape')
    ana.gone('text', 'Find in this room')
    ana.type('Message', 'on')
    ana.stop()
    server.stop()


def two_whisper_and_one_wants_to_focus():
    server, ben, ana = start('--rate', '0')
    ben.ask('whisper', to='Ana', text='psst')
    # Rooms and whispers are one list, through which the arrow keys go
    Program.row(ana, 'Conversations', 'Ben, whispers, 1 new')
    tea = Program.row(ana, 'Conversations', 'tea, ')
    until(lambda: tea.get_component_iface().grab_focus() and tea.get_state_set().contains(State.FOCUSED), 'at tea')
    ana.key('Down', 'Return')
    ana.shows('Ben')
    ana.said('Ben', 'psst')
    ana.send('what is it?')
    ana.said('Ana', 'what is it?')
    assert 'what is it?' in ben.hear('whisper')['text']
    shot('whisper')

    # A stranger's words wait while she focuses
    ana.key('alt+1')
    ana.shows('tea')
    ana.press('toggle button', 'Focus')
    until(lambda: any(one['name'] == 'Ana' and one['focus']
                      for one in ben.ask('members', room='tea')['members']), 'Ana focuses')
    zed = Person(server, 'Zed')
    assert zed.ask('whisper', to='Ana', text='buy this')['delivered'] == 'held'
    assert not ana.showing('list item', 'Zed, whispers, 1 new')
    ana.press('toggle button', 'Focus')
    ana.row('Zed, whispers, ')

    # What was whispered is kept when the conversation is closed, until it is deleted
    ana.enter(ana.row('Ben, whispers'))
    ana.shows('Ben')
    ana.press('toggle button', 'Room menu')
    ana.press('push button', 'Delete conversation…')
    ana.press('push button', 'Keep')
    ana.gone('push button', 'Keep')
    ana.press('toggle button', 'Room menu')
    ana.press('push button', 'Delete conversation…')
    ana.press('push button', 'Delete')
    until(lambda: not ana.showing('list item', 'Ben, whispers'), 'the conversation is gone')

    # From the list of members, and away again
    ana.key('alt+1')
    ana.shows('tea')
    ana.enter(ana.find('list item', 'Ben'))
    ana.press('push button', 'Whisper')
    ana.shows('Ben')
    ana.send('/close')
    until(lambda: not ana.showing('list item', 'Ben, whispers'), 'the whisper is closed')
    ana.send('/w Nobody at all')
    ana.shows('Nobody')
    ana.find_where('list item', lambda name: 'at all' in name and 'not sent' in name.lower(),
                   'it is said that nobody is called so')
    ana.stop()
    server.stop()


def what_is_not_saved_is_asked_about():
    server, ben, ana = start()
    server.process.kill()
    server.process.wait()
    ana.find('info bar', 'Connection')
    ana.send('are you still there?')
    ana.says('1 message waits')
    ana.key('alt+F4')
    ana.find('alert', '1 message is not saved yet')
    shot('unsaved')
    ana.press('push button', 'Stay')
    ana.gone('alert', '1 message is not saved yet')
    ana.key('alt+F4')
    ana.press('push button', 'Leave now')
    until(lambda: ana.active() == ['Hallway'], 'she may leave all the same')
    ana.stop()


def an_admin_shows_somebody_out():
    server, ben, ana = start()
    ana.send('/list')
    until(lambda: ana.active() == ['Hallway'], 'the menu')
    ana.fill('Admin password', ADMIN, role='password text')
    ana.press('push button', 'Open logs')
    ana.find('list', 'Timeline')
    ana.key('alt+F4')
    until(lambda: ana.active(), 'another window')
    ana.send('/members')
    ana.enter(ana.find('list item', 'Ben'))
    ana.press('push button', 'Kick…')
    ana.fill('Reason, which they are told', 'use your own name')
    shot('kick')
    ana.press('push button', 'Kick')
    kicked = ben.hear('kicked')
    assert kicked['code'] == 'kick' and kicked['text'] == 'use your own name', kicked
    ana.gone('list item', 'Ben')
    ana.stop()
    server.stop()


def main():
    with to_the_end(lambda: shot('failure')):
        for test in (commands_do_what_they_say_and_keep_what_they_cannot,
                     all_is_called_what_it_is_and_writing_needs_no_mouse,
                     an_emoji_is_written_by_keys,
                     the_mouse_goes_everywhere,
                     each_room_keeps_its_draft_and_tells_what_is_new,
                     words_are_found_in_a_long_room,
                     two_whisper_and_one_wants_to_focus,
                     what_is_not_saved_is_asked_about,
                     an_admin_shows_somebody_out):
            print(test.__name__.replace('_', ' '), flush=True)
            test()


main()
