#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the installed Flatpak does what it should, and can do no more.

    gui-env flatpak.py BUILD-DIRECTORY SCREENSHOTS

Talks with a server outside the sandbox, hosts a place inside it, follows links, reaches files, notifications and
the keyring through portals, and looks at what of this computer can be seen from within. ./dev flatpak runs it.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'ui'), os.path.join(HERE, '..', 'server')]
from drive import Atspi, Program, until  # noqa: E402
import hallway_server  # noqa: E402

BUILD, SHOTS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.argv[1] = f'{BUILD}/src/server/hallwayd'  # what hallway_server runs
APP = 'io.github.hallwaychat.Hallway'
HOME = Path.home()
DATA = HOME / '.var' / 'app' / APP

# Flatpak asks the system's bus about parental controls; on a computer without one, the session's has no answer either
os.environ.setdefault('DBUS_SYSTEM_BUS_ADDRESS', os.environ['DBUS_SESSION_BUS_ADDRESS'])

PERMISSIONS = '''[Context]
shared=network;ipc;
sockets=x11;wayland;fallback-x11;

[Session Bus Policy]
org.freedesktop.secrets=talk

[System Bus Policy]
org.freedesktop.Avahi=talk'''


def flatpak(*arguments):
    return subprocess.run(['flatpak', *arguments], capture_output=True, text=True, timeout=120)


class Sandboxed(Program):
    """The program in its sandbox, where it has another process id than out here: it is known by its name."""

    def __init__(self, *arguments, options=()):
        super().__init__('flatpak', 'run', '--user', '--env=HALLWAY_NO_DISCOVERY=1',
                         '--env=GSETTINGS_BACKEND=memory', *options, APP, *arguments)

    def is_ours(self, child):
        return child.get_name() == 'hallway'

    def windows(self):
        return subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '.'], capture_output=True,
                              text=True).stdout.split()

    def quit(self):
        self.key('ctrl+q')
        self.process.wait(20)


class Portal:
    """What stands between the sandbox and the desktop, and writes down what it was asked for."""

    def __init__(self, *arguments):
        self.log = Path(tempfile.mkdtemp()) / 'calls'
        self.process = subprocess.Popen([sys.executable, f'{HERE}/portal.py', self.log, *arguments],
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == 'ready\n'

    def calls(self, portal, method):
        return [call[2:] for call in map(json.loads, self.log.read_text().splitlines())
                if call[:2] == [portal, method]]

    def asked(self, portal, method, matches=lambda *arguments: True):
        return until(lambda: next((call for call in self.calls(portal, method) if matches(*call)), None),
                     f'{portal}.{method} is asked for')

    def close(self):
        self.process.terminate()
        self.process.wait(20)


def misspelled(node):
    """The words that are marked in a text."""
    text, words, offset = node.get_text_iface(), [], 0
    while offset < text.get_character_count():
        attributes, start, end = Atspi.Text.get_attribute_run(node, offset, False)
        if attributes.get('underline') in ('single', 'error'):
            words.append(text.get_text(start, end))
        offset = max(end, offset + 1)
    return words


def place():
    """A server outside the sandbox, and somebody who is there."""
    server = hallway_server.Server(name='Room 204', plaintext='never')
    server.start()
    ben = hallway_server.Client(server, tls=True)
    ben.hello(features=['offers'])
    ben.login('Ben')
    ben.create('corridor')
    return server, ben


def talks_with_a_server_outside():
    server, ben = place()
    app = Sandboxed('--address', f'127.0.0.1:{server.port}', '--name', 'Ana', '--room', 'corridor')
    try:
        app.press('push button', 'Trust', 60)
        app.find('text', 'Message')
        ben.say('corridor', 'can you hear me in there?')
        app.find_where('list item', lambda name: 'can you hear me' in name, 'what Ben said')
        app.fill('Message', 'every word, and nothing else')
        app.press('push button', 'Send')
        until(lambda: ben.turn(.05) or any(entry.get('text') == 'every word, and nothing else'
                                           for entry in ben.take_entries('corridor')), 'Ben reads what Ana said')
        message = app.fill('Message', 'the kettle is allready warm, Ben')
        until(lambda: misspelled(message) == ['allready'], 'what is misspelled is marked')
        app.screenshot(f'{SHOTS}/sandboxed.png', 'corridor')
        message.get_editable_text_iface().set_text_contents('')
        app.quit()
    except BaseException:
        print(app.tree(), file=sys.stderr)
        raise
    finally:
        app.process.terminate()
        server.discard()


def goes_through_portals():
    DATA.joinpath('data').mkdir(parents=True, exist_ok=True)
    chosen = DATA / 'data' / 'minutes.txt'  # where the sandbox sees it; a real portal shows it what lies elsewhere
    chosen.write_text('We met.')
    (server, ben), portal = place(), Portal(chosen, 'dark')
    # Without --name: who gives one may be another person, and is not handed over to who is here
    app = Sandboxed('--address', f'127.0.0.1:{server.port}', '--room', 'corridor', options=['--unset-env=GTK_THEME'])
    try:
        app.press('push button', 'Trust', 60)
        app.find('text', 'Message')

        app.press('push button', 'Send files')
        portal.asked('FileChooser', 'OpenFile', lambda parent, title, options: 'multiple' in options)
        offer = ben.event('offer')
        assert (offer['name'], offer['size']) == ('minutes.txt', 7), offer

        ben.say('corridor', 'look at https://hallway.example/plan')
        app.find_where('list item', lambda name: 'hallway.example' in name, 'a link')
        app.screenshot(f'{SHOTS}/dark.png', 'corridor')

        # A second start hands over to the first
        kitchen = f'hallway://127.0.0.1:{server.port}/kitchen'
        ben.create('kitchen')
        second = flatpak('run', '--user', APP, kitchen)
        assert second.returncode == 0, second.stderr
        until(lambda: any('kitchen' in title for title in app.active()), 'the link leads into the kitchen')
        until(lambda: flatpak('ps', '--columns=application').stdout.split().count(APP) == 1, 'one of them is left')

        for window in app.windows():
            subprocess.run(['xdotool', 'windowminimize', window], check=True)
        until(lambda: not app.active(), 'the person looks elsewhere')
        ben.request('whisper', to=offer['from'], text='are you coming?', key='w1')
        told = portal.asked('Notification', 'AddNotification', lambda key, about: 'Ben' in about['title'])
        assert 'are you coming?' in told[1]['body'], told
        subprocess.run(['gapplication', 'launch', APP], check=True)  # as the desktop does
        app.quit()
    except BaseException:
        print(app.tree(), portal.log.read_text(), sep='\n', file=sys.stderr)
        raise
    finally:
        app.process.terminate()
        portal.close()
        server.discard()


def keeps_passwords():
    (server, ben), portal = place(), Portal()
    server.set_admin_password('open sesame')
    try:
        for visit in range(2):
            app = Sandboxed('--address', f'127.0.0.1:{server.port}', '--name', 'Ana')
            if visit == 0:
                app.press('push button', 'Trust', 60)
                app.fill('Admin password', 'open sesame', role='password text')
                app.press('check box', 'Remember on this computer')
            app.press('push button', 'Open logs', 60)
            app.find('list', 'Timeline')
            if visit == 0:
                until(lambda: list((DATA / 'data' / 'keyrings').glob('*')), 'the password is kept')
            app.quit()
        portal.asked('Secret', 'RetrieveSecret')
        kept = b''.join(path.read_bytes() for path in DATA.rglob('*') if path.is_file())
        assert b'open sesame' not in kept, 'the password lies there to be read'
    except BaseException:
        print(app.tree(), portal.log.read_text(), sep='\n', file=sys.stderr)
        raise
    finally:
        app.process.terminate()
        portal.close()
        server.discard()


def hosts_a_place():
    portal, app = Portal(), Sandboxed('--name', 'Ana')
    try:
        app.press('push button', 'Host a place here', 60)
        app.fill('Name of the place', 'Physics club')
        app.fill('Admin password', 'long enough', role='password text')
        app.press('push button', 'Open')
        app.find('push button', 'Hosting Physics club')
        app.screenshot(f'{SHOTS}/hosting.png', 'Hallway')
        client = hallway_server.Client(SimpleNamespace(port=55667, clients=set()), tls=True)
        assert client.hello()['server']['name'] == 'Physics club'
        client.close()
        app.press('push button', 'Hosting Physics club')
        app.press('toggle button', 'Open it when I log in')
        asked = portal.asked('Background', 'RequestBackground')[1]
        assert asked['autostart'] and asked['commandline'] == ['hallway', '--host'], asked
        app.press('push button', 'Back')
        app.gone('toggle button', 'Open it when I log in')
        app.quit()
    except BaseException:
        print(app.tree(), portal.log.read_text(), sep='\n', file=sys.stderr)
        raise
    finally:
        app.process.terminate()
        portal.close()
    assert list((DATA / 'data').rglob('*.db')), 'the place is kept in the sandbox’s own data'
    until(lambda: not subprocess.run(['ss', '-Hltn', 'sport = :55667'], capture_output=True).stdout,
          'the place has closed with Hallway')


def sees_nothing_else():
    secret = HOME / 'letter.txt'
    secret.write_text('private')
    beside = Path(tempfile.mkdtemp(dir='/var/tmp')) / 'letter.txt'
    beside.write_text('private')
    script = '''
        for file in "$@"; do [ ! -e "$file" ] || echo "sees $file"; done
        touch /app/x 2>/dev/null && echo "changes /app"
        touch /usr/x 2>/dev/null && echo "changes /usr"
        ls "$HOME"'''
    said = flatpak('run', '--user', '--command=sh', APP, '-c', script, 'sh', str(secret), str(beside),
                   BUILD, '/root/.bashrc', '/etc/shadow', '/run/host/etc/passwd')
    assert said.returncode == 0, said.stderr
    assert not said.stdout.strip(), said.stdout
    asked = flatpak('info', '--user', '--show-permissions', APP).stdout.strip()
    assert asked == PERMISSIONS, asked


def is_small():
    location = Path(flatpak('info', '--user', '--show-location', APP).stdout.strip()) / 'files'
    files = sorted(str(path.relative_to(location)) for path in location.rglob('*') if path.is_file())
    size = sum((location / path).stat().st_size for path in files)
    for path in files:
        assert not path.startswith(('include/', 'share/man/', 'etc/', 'lib/systemd/', 'share/bash-completion/')), path
        assert not path.endswith(('.a', '.la', '.pc', '.h')), path
    for path in ('bin/hallway', 'bin/hallwayd', f'share/applications/{APP}.desktop',
                 f'share/icons/hicolor/scalable/apps/{APP}.svg'):
        assert path in files, f'{path} is missing'
    # Older builders give it its older name
    assert {f'share/metainfo/{APP}.metainfo.xml', f'share/appdata/{APP}.appdata.xml'} & set(files), 'no metainfo'
    exported = location.parent / 'export' / 'share'
    for path in (f'applications/{APP}.desktop', f'dbus-1/services/{APP}.service',
                 f'icons/hicolor/symbolic/apps/{APP}-symbolic.svg'):
        assert (exported / path).exists(), f'{path} is not exported'
    print(f'# {len(files)} files, {size / 1e6:.1f} MB')


tests = (talks_with_a_server_outside, goes_through_portals, keeps_passwords, hosts_a_place,
         sees_nothing_else, is_small)
print(f'1..{len(tests)}')
for number, test in enumerate(tests, 1):
    test()
    print(f'ok {number} - flatpak/{test.__name__.replace("_", "-")}', flush=True)
