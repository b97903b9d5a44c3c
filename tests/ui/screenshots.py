#!/usr/bin/python3
"""Pictures of every window with a small school's talk in it, in one look.

    gui-env screenshots.py HALLWAYD HALLWAY DIRECTORY LOOK [WIDTHxHEIGHT]

LOOK is only the pictures' ending: what they look like, and in which language, is decided by gui-env's
environment.
"""

import math
import os
import re
import struct
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'server')]
from drive import WORDS, Program, until  # noqa: E402
from hallway_server import Client, Server  # noqa: E402

HALLWAY, DIRECTORY, LOOK = sys.argv[2:5]
SIZE = sys.argv[5] if len(sys.argv) > 5 else None
ADMIN = 'open sesame'
TALKING = re.compile(r'^(\(\d+\) )?lab bench — ')  # the chat window's title, not the log window's

ROOMS = (('lab bench', 'Experiment 7: RC circuits · bring your notebook', None),
         ('exam prep', 'chapter 4 to 6 · ask for the password in class', 'ohm'),
         ('homework 5', 'due Thursday 18:00', None),
         ('tea', 'anything warm', None),
         ('cinema club', 'Friday: Playtime (1967)', None),
         ('lost and found', 'a blue scarf, one calculator', None))
PEOPLE = ('Dr. Weiss', 'Ben', 'Marta', 'Tomás', 'Zed', 'נועה', '陈思远')
ELSEWHERE = {'homework 5': ('Ben', 'Marta', 'Zed'), 'tea': ('Tomás', 'Ben'), 'cinema club': ('Zed',)}
TALK = (('Dr. Weiss', 'Reports for experiment 6 go to the shared folder before Friday noon, please.'),
        ('Ben', 'kettle’s on ☕ who wants?'),
        ('Ben', 'and the scope at bench 3 has no trace on channel 2 again'),
        ('נועה', 'בדקתי אתמול, זה הכבל ולא המכשיר'),
        ('陈思远', '有一根备用的，在第二个抽屉左边 🙂  spare one is in the drawer'),
        ('Marta', 'Numbers for all six resistors are in. The measured time constant is about 8 % shorter '
         'than R·C gives, and it is so for every one of them, so it is not the resistors: the capacitor '
         'says 10 µF, but its tolerance is ±20 %. I would write that in the report rather than measure '
         'everything again.\nhttp://lab-nas.local/exp7/time-constants.ods'))


class School:
    """A place with rooms in which people talk."""

    def __init__(self):
        self.server = Server(name='Room 204', idle='0', dead='3600', grace='3600', rate='0')
        self.server.start()
        self.server.set_admin_password(ADMIN)
        self.people = {}
        for name in PEOPLE:
            self.people[name] = person = Client(self.server)
            person.hello()
            person.login(name)
        for room, topic, password in ROOMS:
            self.people['Dr. Weiss'].create(room, topic=topic, **({'password': password} if password else {}))
        for name in PEOPLE[1:]:
            self.people[name].join('lab bench')
        for room, names in ELSEWHERE.items():
            for name in names:
                self.people[name].join(room)
            self.people['Dr. Weiss'].request('leave', room=room)
        self.people['Dr. Weiss'].request('leave', room='lost and found')
        for name, text in TALK:
            self.say(name, 'lab bench', text)

    def say(self, name, room, text):
        self.people[name].say(room, text)


def client(*arguments):
    """A new person, on a desktop with the font that GNOME has and the tests do not count on."""
    home = tempfile.mkdtemp()
    os.mkdir(f'{home}/gtk-3.0')
    with open(f'{home}/gtk-3.0/settings.ini', 'w', encoding='utf-8') as settings:
        settings.write('[Settings]\ngtk-enable-animations=0\ngtk-cursor-blink=0\ngtk-font-name=Cantarell 11\n')
    return Program(HALLWAY, *arguments, HALLWAY_NO_DISCOVERY='1', XDG_DATA_HOME=home, XDG_CONFIG_HOME=home)


def shot(app, name, title, size=SIZE):
    app.screenshot(f'{DIRECTORY}/{name}-{LOOK}.png', title, size)


def shoot_dialog(app, name, title, *keys, press=()):
    """A dialog that keys open, or buttons; it has its own size where there is room, and goes by Escape."""
    if keys:
        app.key(*keys)
    for role, button in press:
        app.press(role, button)
    shot(app, name, WORDS.pattern(title))
    app.key('Escape')


def shoot_problems(school):
    """What goes wrong before one is in: a name that is taken, a certificate that nobody knows yet."""
    app = client('--address', f'127.0.0.1:{school.server.port}', '--name', 'Ben')
    app.find('push button', 'Log in here instead')
    shot(app, 'menu-errors', WORDS.pattern('Hallway'))
    app.stop()

    server = Server(name='Physics lab', plaintext='never')
    server.start()
    try:
        app = client('--address', f'127.0.0.1:{server.port}', '--name', 'Ana')
        app.find('push button', 'Trust')
        asked = until(lambda: set(app.active()) - WORDS.all('Hallway'), 'the question')
        shot(app, 'menu-certificate', asked.pop(), None)
        app.stop()
    finally:
        server.remove()


def go_to_conversation(app, name, words):
    """Where the window is narrow, by way of the list of rooms."""
    row = WORDS.pattern(words).match

    def rows():
        return [node for node in app.showing('list item') if name in node.get_name() and row(node.get_name())]
    until(lambda: rows() or app.showing('push button', 'Back to the rooms'), name)
    if not rows():
        app.press('push button', 'Back to the rooms')
    app.enter(until(lambda: next(iter(rows()), None), name))


def draw_trace(path, width=560, height=340):
    """What an oscilloscope shows of a capacitor: a PNG of plain pixels."""
    def colour(x, y):
        rising = height - 50 - (height - 100) * (1 - math.exp(-max(0, x - 80) / 110))
        if abs(y - rising) < 2.5 or (x < 80 and abs(y - height + 50) < 2.5):
            return 240, 178, 60
        return (38, 66, 64) if x % 56 == 0 or y % 34 == 0 else (18, 34, 34)

    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    rows = b''.join(b'\0' + bytes(part for x in range(width) for part in colour(x, y)) for y in range(height))
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def shoot_files(app, school):
    """A picture of one's own, and a file that somebody else offers."""
    marta = Client(school.server)
    marta.hello(features=['offers'])
    marta.login('Sofia', direct={'port': 9, 'fingerprint': '7' * 64})
    marta.join('lab bench')
    marta.request('offer', room='lab bench', name='time-constants.ods', size=48213, sha256='7' * 64,
                  type='application/vnd.oasis.opendocument.spreadsheet')
    offer = re.compile(r'time-constants\.ods.*48[.,]2', re.S)
    app.find_where('list item', offer.search, 'the offer')
    with tempfile.TemporaryDirectory() as folder:
        draw_trace(f'{folder}/trace-r4.png')
        app.fill('Message', f'/send {folder}/trace-r4.png')
        app.press('push button', 'Send')
        until(lambda: [row for row in app.showing('list item') if 'trace-r4.png' in row.get_name()
                       and row.get_action_iface().get_n_actions() == 2], 'the picture')
        shot(app, 'chat-files', TALKING)
    marta.close()


def shoot_chat(app, school):
    """What a chat window shows beside the talk."""
    app.fill('Message', '/')
    app.find_where('list item', lambda name: name.startswith('/join'), 'the commands')
    shot(app, 'chat-commands', TALKING)
    app.fill('Message', '')
    shoot_files(app, school)
    school.people['Marta'].request('whisper', to='Ana', text='do you have the numbers of resistor 4?')
    go_to_conversation(app, 'Marta', '%s, whispers')
    app.fill('Message', '220 Ω, the band is brown')
    app.press('push button', 'Send')
    shot(app, 'chat-whisper', 'Marta — ')
    go_to_conversation(app, 'lab bench', '%s, %u here')
    shoot_dialog(app, 'preferences', 'Preferences', 'ctrl+comma')
    shoot_dialog(app, 'shortcuts', 'Keyboard shortcuts', 'ctrl+F1')
    app.key('F1')
    shot(app, 'help', WORDS.pattern('Help'))
    app.key('Escape')
    app.press('toggle button', 'Room menu')
    app.press('push button', 'Room details')
    app.find('radio button', 'Every message')
    shot(app, 'room-details', re.compile('^lab bench$'))
    app.key('Escape')


def main():
    def more_rooms():
        """Back to the menu; where the window is narrow, by way of the list of rooms."""
        if not app.showing('push button', 'More rooms'):
            app.press('push button', 'Back to the rooms')
        app.press('push button', 'More rooms')
        until(lambda: any(WORDS.pattern('Hallway').search(name) for name in app.active()), 'the menu has the focus')

    app = client('--name', 'Ana')
    app.find('text', 'Your name')
    shot(app, 'menu-empty', WORDS.pattern('Hallway'))
    shoot_dialog(app, 'menu-host', 'Host a place', press=(('push button', 'Host a place here'),))
    app.stop()

    school = School()
    try:
        shoot_problems(school)
        app = client('--address', f'127.0.0.1:{school.server.port}', '--name', 'Ana')
        app.row('Rooms', 'lost and found, ')
        shot(app, 'menu', WORDS.pattern('Hallway'))
        shoot_dialog(app, 'menu-new-room', 'New room', 'ctrl+n')
        shoot_dialog(app, 'menu-address', 'Enter an address', 'ctrl+l')
        app.enter(app.row('Rooms', 'tea, '))
        app.find('text', 'Message')
        more_rooms()
        app.enter(app.row('Rooms', 'lab bench, '))
        app.find_where('list item', lambda name: 'time-constants' in name, 'the talk')
        school.say('Zed', 'lab bench', '@Ana can you bring your multimeter to bench 3?')
        app.find_where('list item', lambda name: 'multimeter' in name, 'the question')
        app.fill('Message', 'on my way, two minutes')
        app.press('push button', 'Send')
        for text in ('homework 5 is up', 'and the sheet for it'):
            school.say('Ben', 'tea', text)
        for name in ('Zed', 'נועה'):
            school.people[name].request('typing', room='lab bench')
        app.find_where('label', WORDS.pattern('%s and %s are typing…').search, 'who is typing')
        shot(app, 'chat', TALKING)
        shoot_chat(app, school)

        more_rooms()
        app.fill('Admin password', ADMIN, role='password text')
        app.press('push button', 'Open logs')
        app.enter(app.row('Logs', 'lab bench, '))
        app.find_where('list item', lambda name: 'on my way' in name, 'the timeline')
        shot(app, 'logs', WORDS.pattern('Log of %s — %s'))
        app.key('ctrl+f')
        app.fill('Find in the log', 'scope')
        app.find_where('label', WORDS.pattern('%u of %u').fullmatch, 'the hits')
        shot(app, 'logs-search', WORDS.pattern('Log of %s — %s'))
        app.key('ctrl+e')
        app.find('radio button', 'Web page')
        shot(app, 'logs-export', WORDS.pattern('Export “%s”'))
        app.key('Escape')
        menu = ('toggle button', 'Server menu')
        shoot_dialog(app, 'logs-people', 'People, bans and accounts',
                     press=(menu, ('push button', 'People, bans and accounts…')))
        shoot_dialog(app, 'logs-announce', 'Announce', press=(menu, ('push button', 'Announce…')))
        shoot_dialog(app, 'logs-stop', 'Stop the server', press=(menu, ('push button', 'Stop the server…')))

        school.server.kill()
        app.find_where('label', WORDS.pattern('Connection lost. Trying again in %u s').search, 'the bar')
        app.raise_window(TALKING)
        if not app.showing('text', 'Message'):
            app.enter(app.row('Conversations', 'lab bench, '))
        app.fill('Message', 'starting the report in the shared folder now')
        app.press('push button', 'Send')
        shot(app, 'chat-offline', TALKING)
    finally:
        app.stop()
        school.server.discard()


main()
