#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the installed Flatpak does what it should, and can do no more.

    gui-env flatpak.py BUILD-DIRECTORY SCREENSHOTS

Talks with a server outside the sandbox, hosts a place inside it, and looks at what of this computer can
be seen from within. ./dev flatpak runs it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'ui'), os.path.join(HERE, '..', 'server')]
from drive import Program, until  # noqa: E402
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
    return subprocess.run(['flatpak', *arguments], capture_output=True, text=True)


class Sandboxed(Program):
    """The program in its sandbox, where it has another process id than out here: it is known by its name."""

    def __init__(self, *arguments):
        super().__init__('flatpak', 'run', '--user', '--env=HALLWAY_NO_DISCOVERY=1',
                         '--env=GSETTINGS_BACKEND=memory', APP, *arguments)

    def is_ours(self, child):
        return child.get_name() == 'hallway'

    def windows(self):
        return subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '.'], capture_output=True,
                              text=True).stdout.split()

    def quit(self):
        self.key('ctrl+q')
        self.process.wait(20)


def talks_with_a_server_outside():
    server = hallway_server.Server(name='Room 204', plaintext='never')
    server.start()
    ben = hallway_server.Client(server, tls=True)
    ben.hello()
    ben.login('Ben')
    ben.create('corridor')
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
        app.screenshot(f'{SHOTS}/sandboxed.png', 'corridor')
        app.quit()
    except BaseException:
        print(app.tree(), file=sys.stderr)
        raise
    finally:
        app.process.terminate()
        server.discard()


def hosts_a_place():
    app = Sandboxed('--name', 'Ana')
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
        app.quit()
    except BaseException:
        print(app.tree(), file=sys.stderr)
        raise
    finally:
        app.process.terminate()
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


tests = (talks_with_a_server_outside, hosts_a_place, sees_nothing_else, is_small)
print(f'1..{len(tests)}')
for number, test in enumerate(tests, 1):
    test()
    print(f'ok {number} - flatpak/{test.__name__.replace("_", "-")}', flush=True)
