#!/usr/bin/python3
"""Whispers and files from one person's window straight to another's.

    gui-env files.py BUILD-DIRECTORY [SCREENSHOTS]
"""

import os
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chat_window import Chat  # noqa: E402
from drive import State, screenshot, until, walk  # noqa: E402
from place import Person, Server, to_the_end  # noqa: E402

SHOTS = sys.argv[2] if len(sys.argv) > 2 else None


def shot(app, name, size=None):
    if SHOTS:
        app.screenshot(f'{SHOTS}/{name}.png', '—', size)


def shot_of(app, name, title):
    if SHOTS:
        app.screenshot(f'{SHOTS}/{name}.png', title)


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def make_picture(path, width=600, height=400):
    """A door with light behind it."""
    rows = b''
    for y in range(height):
        rows += b'\0' + b''.join(
            bytes((240, 178, 60)) if 220 < x < 380 and y > 90 else bytes((11, 110, 102 + y // 4))
            for x in range(width))
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def card(app, file, words):
    """Waits for a file's line in the log to say so."""
    return app.find_where('list item', lambda name: f': File {file}' in name and words in name,
                          f'the line of {file} says “{words}”')


def cards(app):
    return [name for name in app.names() if ': File ' in name]


def deeds(row):
    actions = row.get_action_iface()
    return [actions.get_action_name(i) for i in range(actions.get_n_actions())] if actions else []


def do(app, file, deed):
    """What can be done with a file, as a screen reader does it."""
    row = until(lambda: next((row for row in app.showing('list item')
                              if f': File {file}' in row.get_name() and deed in deeds(row)), None),
                f'{file} can be had to {deed}')
    row.get_action_iface().do_action(deeds(row).index(deed))


def picture(app, file):
    return until(lambda: [row for row in app.showing('list item')
                          if f': File {file}' in row.get_name() and 'show larger' in deeds(row)],
                 f'{file} is shown small')


def pictures(app):
    return [row.get_name() for row in app.showing('list item') if 'show larger' in deeds(row)]


def choose(app, title, path):
    """In a file chooser: by its path, which its entry takes. GTK complains of keys that end the window under them,
    so it is the button that is pressed."""
    chooser = app.find('file chooser', title)

    def showing(role):
        return [node for node in walk(chooser) if node.get_role_name() == role
                and node.get_state_set().contains(State.SHOWING)]
    if not showing('text'):
        until(lambda: chooser.get_state_set().contains(State.ACTIVE), f'“{title}” is in front')
        # The key is let go of when there is an entry: GTK complains of a release before it is realized.
        subprocess.run(['xdotool', 'keydown', 'ctrl+l'], check=True)
        until(lambda: showing('text'), 'a name can be given')
        subprocess.run(['xdotool', 'keyup', 'ctrl+l'], check=True)
    until(lambda: showing('text'), 'a name can be given')
    showing('text')[0].get_editable_text_iface().set_text_contents(path)
    button = next(node for node in showing('push button') if node.get_name() == title.split()[0])
    until(lambda: button.get_state_set().contains(State.SENSITIVE), 'there is something to choose')
    button.get_action_iface().do_action(0)
    app.gone('file chooser', title)


def give(how, path):
    """Another program, which has a file to drag or a picture on the clipboard."""
    giver = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'giver.py'),
                              how, path], stdout=subprocess.PIPE, text=True)
    assert giver.stdout.readline() == 'ready\n'
    return giver


def start():
    server = Server('--idle', '0', '--rate', '0', '--grace', '0')
    assert Person(server, 'Cleo').ask('create', room='tea', topic='anything warm')['ok']
    ana = Chat(server, 'tea')
    ben = Chat(server, 'tea', 'Ben')
    ana.raise_window('tea')
    ana.send('/w Ben did you see the door?')
    ana.shows('Ben')
    ben.raise_window('tea')
    ben.enter(ben.row('Ana, whispers'))
    ben.shows('Ana')
    return server, ana, ben


def a_whisper_goes_straight_and_says_so():
    server, ana, ben = start()
    ana.says('direct, encrypted end to end')
    ben.says('direct, encrypted end to end')
    ben.row('Ana, whispers, direct')
    ben.send('which one?')
    ana.raise_window('Ben')
    ana.said('Ben', 'which one?')
    shot(ana, 'files-whisper')
    ben.stop()
    ana.stop()
    server.stop()


def a_picture_is_attached_accepted_and_seen():
    server, ana, ben = start()
    folder = tempfile.mkdtemp()
    source = f'{folder}/door.png'
    make_picture(source)

    # Ana chooses it; Ben decides.
    ana.raise_window('Ben')
    ana.press('push button', 'Send files')
    choose(ana, 'Send files', source)
    card(ana, 'door.png', 'waits to be accepted')
    picture(ana, 'door.png')
    shot(ana, 'files-offered')
    ben.raise_window('Ana')
    card(ben, 'door.png', 'on offer')
    assert not pictures(ben), 'nothing is shown before it was accepted'
    shot(ben, 'files-asked')
    do(ben, 'door.png', 'save')
    saved = f'{folder}/saved by ben.png'
    choose(ben, 'Save the file', saved)
    card(ben, 'door.png', f'saved in {os.path.basename(folder)}')
    picture(ben, 'door.png')
    with open(source, 'rb') as one, open(saved, 'rb') as other:
        assert one.read() == other.read()
    assert sorted(os.listdir(folder)) == ['door.png', 'saved by ben.png']
    ana.raise_window('Ben')
    card(ana, 'door.png', 'arrived')
    ben.raise_window('Ana')
    shot(ben, 'files-saved')
    shot(ben, 'files-saved-narrow', '360x640')
    # A larger one, by the keyboard: Tab leads into the log, Enter does what is wanted most.
    ben.raise_window('Ana')
    row = card(ben, 'door.png', 'saved')
    row.get_component_iface().grab_focus()
    until(lambda: row.get_state_set().contains(State.FOCUSED), 'the file has the focus')
    ben.key('Return')
    ben.find('image', 'Picture door.png')
    shot_of(ben, 'files-larger', 'door.png')
    ben.key('Escape')
    ben.gone('image', 'Picture door.png')
    # It stands where it was offered: what is said later comes below.
    ben.raise_window('Ana')
    ben.send('a fine door')
    until(lambda: any('a fine door' in name for name in ben.names()), 'it was said')
    order = [name for name in ben.names() if ': File ' in name or ': a fine' in name or 'did you see' in name]
    assert len(order) == 3 and 'did you see' in order[0] and ': File ' in order[1], order
    ben.stop()
    ana.stop()
    server.stop()


def what_is_no_picture_is_not_taken_for_one():
    server, ana, ben = start()
    folder = tempfile.mkdtemp()
    with open(f'{folder}/door.png', 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', 29999, 29999, 8, 2, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(b'\0' * 1000)) + chunk(b'IEND', b''))
    with open(f'{folder}/notes.txt', 'w', encoding='utf-8') as file:
        file.write('one page A4\n')
    ana.raise_window('Ben')
    ana.send(f'/send {folder}/door.png')
    card(ana, 'door.png', 'waits to be accepted')
    ana.send(f'/send {folder}/notes.txt')
    card(ana, 'notes.txt', 'waits to be accepted')
    ana.send(f'/send {folder}/nothing')
    card(ana, 'nothing', 'No such file')
    assert not pictures(ana)
    shot(ana, 'files-three-own')
    ben.raise_window('Ana')
    card(ben, 'notes.txt', 'on offer')
    shot(ben, 'files-three')
    for file in ('door.png', 'notes.txt'):
        do(ben, file, 'decline')
        assert 'save' not in deeds(card(ben, file, 'Not wanted'))
    ana.raise_window('Ben')
    card(ana, 'notes.txt', 'Not wanted')
    ben.stop()
    ana.stop()
    server.stop()


def in_a_room_it_stands_as_long_as_its_person_is_there():
    server, ana, ben = start()
    folder = tempfile.mkdtemp()
    make_picture(f'{folder}/door.png', 60, 40)
    ana.raise_window('Ben')
    ana.enter(ana.row('tea, '))
    ana.shows('tea')
    ana.send(f'/send {folder}/door.png')
    card(ana, 'door.png', 'on offer as long as you are here')
    ben.raise_window('Ana')
    ben.enter(ben.row('tea, '))
    card(ben, 'door.png', 'on offer')
    shot(ben, 'files-room')
    ana.raise_window('tea')
    ana.send('/leave')
    assert not deeds(card(ben, 'door.png', 'No longer on offer'))
    ben.stop()
    ana.stop()
    server.stop()


def what_is_dropped_or_pasted_is_sent():
    server, ana, ben = start()
    folder = tempfile.mkdtemp()
    make_picture(f'{folder}/door.png', 60, 40)
    window = ana.raise_window('Ben')
    giver = give('drag', f'{folder}/door.png')
    for place in (('--window', window, '600', '300'), ('--window', window, '500', '668')):  # the log, the entry
        drag(place)
    until(lambda: len([name for name in cards(ana) if ': File door.png' in name]) == 2, 'both drops are offered')
    assert ana.text('Message') == '', 'no text was dropped'
    giver.terminate()
    giver.wait()
    giver = give('clipboard', f'{folder}/door.png')
    ana.raise_window('Ben')
    until(lambda: ana.find('text', 'Message').get_component_iface().grab_focus(), 'the entry has the focus')
    ana.key('ctrl+v')
    ana.find_where('list item', lambda name: ': File Picture ' in name and '.png, ' in name,
                   'the pasted picture is offered')
    giver.terminate()
    giver.wait()
    ben.raise_window('Ana')
    ben.find_where('list item', lambda name: ': File Picture ' in name, 'Ben is offered the picture')
    ben.stop()
    ana.stop()
    server.stop()


def drag(place):
    """From the giver's window, in steps, as a hand does it."""
    def xdotool(*words):
        subprocess.run(['xdotool', *words], check=True)
    giver = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--name', '^Giver$'], check=True,
                           capture_output=True, text=True).stdout.split()[0]
    xdotool('mousemove', '--sync', '--window', giver, '40', '40', 'mousedown', '1')
    for step in range(1, 6):
        xdotool('mousemove', '--window', giver, str(40 + 8 * step), str(40 + 8 * step), 'sleep', '0.05')
    xdotool('mousemove', *place, 'sleep', '0.1')
    for _ in range(4):
        xdotool('mousemove_relative', '2', '1', 'sleep', '0.1')
    xdotool('mouseup', '1', 'sleep', '0.3')


def main():
    with to_the_end(lambda: SHOTS and screenshot(f'{SHOTS}/failure.png')):
        for test in (a_whisper_goes_straight_and_says_so,
                     a_picture_is_attached_accepted_and_seen,
                     what_is_no_picture_is_not_taken_for_one,
                     what_is_dropped_or_pasted_is_sent,
                     in_a_room_it_stands_as_long_as_its_person_is_there):
            print(test.__name__.replace('_', ' '), flush=True)
            test()


main()
