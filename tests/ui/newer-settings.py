#!/usr/bin/python3
"""Settings and places that a newer Hallway has left: this one starts with what it knows of them, and the rest stays.

    gui-env newer-settings.py BUILD-DIRECTORY
"""

import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drive import Program, until  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])

SETTINGS = '''[io/github/hallwaychat/Hallway]
name='Ana'
appearance='sepia'
menu-size='as wide as the screen'
invented=[('newer', 2)]
'''
PLACES = '''[abc]
id=abc
title=Room 204
address=127.0.0.1:9
colour=green
'''

home = tempfile.mkdtemp()
settings = f'{home}/glib-2.0/settings/keyfile'
places = f'{home}/hallway/places.ini'
for path, text in ((settings, SETTINGS), (places, PLACES)):
    os.makedirs(os.path.dirname(path))
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)

app = Program(f'{BUILD}/src/ui/hallway', HALLWAY_NO_DISCOVERY='1', GSETTINGS_BACKEND='keyfile',
              XDG_DATA_HOME=home, XDG_CONFIG_HOME=home, GSETTINGS_SCHEMA_DIR=f'{BUILD}/data')
try:
    until(lambda: app.text('Your name') == 'Ana', 'the name that was kept')
    app.find_where('list item', lambda name: name.startswith('Room 204'), 'the place that was kept')
    app.key('ctrl+q')
    app.process.wait(20)
except BaseException:
    print(app.tree(), file=sys.stderr)
    raise
finally:
    app.stop()
with open(settings, encoding='utf-8') as file:
    assert "invented=[('newer', 2)]" in file.read(), 'a newer version’s setting is gone'
