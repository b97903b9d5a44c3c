#!/usr/bin/python3
"""From nothing to talking, as two people live it: names, a place, its certificate, a room, talk, a server that
is killed and comes back, and an admin who reads the timeline. With real windows, over TLS.

    gui-env story.py BUILD-DIRECTORY [SCREENSHOTS]
"""

import json
import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drive import Program, screenshot, until  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
ADMIN = 'open sesame'


class Server:
    """hallwayd with TLS only, so that nothing of the story crosses the wire in the clear."""

    def __init__(self):
        self.data = tempfile.mkdtemp()
        self.port = 0
        self.start()

    def command(self, *more):
        return [f'{BUILD}/src/server/hallwayd', '--data', self.data, *more]

    def start(self):
        self.process = subprocess.Popen(
            self.command('--listen', '127.0.0.1', '--port', str(self.port), '--discovery', 'no',
                         '--plaintext', 'never', '--name', 'Room 204'),
            stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.port, self.fingerprint = ready['port'], ready['fingerprint']

    def set_admin_password(self):
        subprocess.run(self.command('--set-admin-password'), input=f'{ADMIN}\n', text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


def shot(name, app=None, title=None):
    """What one window shows; without one, the whole desktop."""
    if SHOTS and app:
        app.screenshot(f'{SHOTS}/{name}.png', title)
    elif SHOTS:
        screenshot(f'{SHOTS}/{name}.png')


def client(name, *arguments):
    """One person's Hallway: settings, known places and instance of its own."""
    home = tempfile.mkdtemp(prefix=f'{name}-')
    return Program(f'{BUILD}/src/ui/hallway', *arguments, HALLWAY_NO_DISCOVERY='1',
                   XDG_DATA_HOME=home, XDG_CONFIG_HOME=home,
                   GSETTINGS_SCHEMA_DIR=f'{BUILD}/data')


def fingerprint_shown(app):
    """Every fingerprint that the window shows, without what makes it readable."""
    text = ''.join(node.get_name() for node in app.showing('label'))
    return ''.join(c for c in text.lower() if c in '0123456789abcdef')


def said(app, who, text):
    """The row for what somebody said, however its time is written."""
    return app.find_where('list item', lambda name: name.startswith(f'{who}, ') and
                          ' '.join(name.split()).endswith(f': {text}'), f'{who} said “{text}”')


def say(app, text):
    app.fill('Message', text)
    app.press('push button', 'Send')


def story(server, people):
    # Ana opens the program, gives her name and the place's address
    ana = people['Ana'] = client('Ana')
    ana.fill('Your name', 'Ana')
    ana.press('push button', 'Enter an address')
    ana.fill('Address', f'127.0.0.1:{server.port}')
    ana.press('push button', 'Connect')

    # The place is new to her: its certificate is shown, and is the one that the server has
    ana.find('push button', 'Trust')
    until(lambda: server.fingerprint in fingerprint_shown(ana), 'the fingerprint is shown whole')
    shot('certificate')
    ana.press('push button', 'Trust')

    # She opens a room
    ana.press('push button', 'New room')
    ana.fill('Room name', 'tea')
    ana.fill('Topic', 'anything warm')
    ana.press('push button', 'Create')
    ana.find('text', 'Message')

    # Ben comes with one line, sees the room with her in it, and joins
    ben = people['Ben'] = client('Ben', '--address', f'127.0.0.1:{server.port}', '--name', 'Ben')
    ben.press('push button', 'Trust')
    ben.find('list item', 'tea, 1 here')
    ben.enter(ben.row('Rooms', 'tea, '))
    ben.find('text', 'Message')
    ana.find('list item', 'Ben')

    # They talk
    say(ben, "kettle's on")
    said(ana, 'Ben', "kettle's on")
    say(ana, 'milk? יש חלב 🙂')
    said(ben, 'Ana', 'milk? יש חלב 🙂')
    say(ben, 'two sugars\nand a spoon')
    said(ana, 'Ben', 'two sugars and a spoon')
    shot('chat', ana, 'tea')

    # The server is killed; what is said meanwhile waits
    server.kill()
    until(lambda: any('Connection lost' in name for name in ana.names('label')), 'a bar tells of it')
    say(ana, 'are you still there?')
    shot('offline', ana, 'tea')
    server.start()
    said(ben, 'Ana', 'are you still there?')
    say(ben, 'yes')
    said(ana, 'Ben', 'yes')
    for app in (ana, ben):
        for who, text in (('Ben', "kettle's on"), ('Ana', 'milk? יש חלב 🙂'),
                          ('Ben', 'two sugars and a spoon'), ('Ana', 'are you still there?'),
                          ('Ben', 'yes')):
            rows = [name for name in app.names() if name.startswith(f'{who}, ')
                    and ' '.join(name.split()).endswith(f': {text}')]
            assert len(rows) == 1, f'“{text}” stands {len(rows)} times: {app.names()}'

    # Ben, who runs the place, reads the room's timeline
    ben.press('push button', 'More rooms')
    ben.find('list item', 'tea, 2 here')
    shot('menu', ben, 'Hallway')
    ben.fill('Admin password', ADMIN, role='password text')
    ben.press('push button', 'Open logs')
    ben.find('list', 'Timeline')
    ben.enter(ben.row('Logs', 'tea, '))
    said(ben, 'Ana', 'are you still there?')
    ben.find_where('list item', lambda name: 'Ana' in name and 'created' in name or
                   'Ana opened' in name, 'the room’s beginning')
    shot('logs', ben, 'Log of tea')


def main():
    server, people = Server(), {}
    server.set_admin_password()
    try:
        story(server, people)
    except BaseException:
        shot('failure')
        for name, app in people.items():
            print(f'== what {name} sees\n{app.tree()}', file=sys.stderr)
        raise
    finally:
        try:
            for app in people.values():
                app.stop()
        finally:
            server.stop()
    print('They talked.')


main()
