#!/usr/bin/python3
"""What the desktop starts by D-Bus: the program without a window, then what is offered beside its name.

    gui-env desktop-actions.py BUILD-DIRECTORY
"""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drive import Program, until  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
APP = 'io.github.hallwaychat.Hallway'


def is_on_the_bus():
    return 'true' in subprocess.run(
        ['gdbus', 'call', '--session', '--dest', 'org.freedesktop.DBus', '--object-path', '/',
         '--method', 'org.freedesktop.DBus.NameHasOwner', APP], capture_output=True, text=True).stdout


def activate(action):
    subprocess.run(['gapplication', 'action', APP, action], check=True, capture_output=True, timeout=20)


def start():
    home = tempfile.mkdtemp()
    app = Program(f'{BUILD}/src/ui/hallway', '--gapplication-service', HALLWAY_NO_DISCOVERY='1',
                  XDG_DATA_HOME=home, XDG_CONFIG_HOME=home, GSETTINGS_SCHEMA_DIR=f'{BUILD}/data')
    until(is_on_the_bus, 'the program has its name')
    return app


for action, role, name in (('host', 'text', 'Name of the place'), ('enter-address', 'text', 'Address'),
                           ('preferences', 'list box', 'Appearance')):
    app = start()
    try:
        activate(action)
        app.find(role, name)
    except BaseException:
        print(action, app.tree(), file=sys.stderr)
        raise
    finally:
        app.stop()
    until(lambda: not is_on_the_bus(), 'the program has gone')
