#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Hallway tells the desktop of itself: valid, true, and the same everywhere.

    test_desktop_files.py BUILD-DIRECTORY [WORDS OF TESTS]
"""

import configparser
import os
import re
import shutil
import struct
import subprocess
import sys
import unittest
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, 'tests', 'server'), os.path.join(ROOT, 'data')]
import releases  # noqa: E402
import tap  # noqa: E402

BUILD = sys.argv[1]
APP_ID = 'io.github.hallwaychat.Hallway'
DESKTOP = f'{BUILD}/data/{APP_ID}.desktop'
METAINFO = f'{BUILD}/data/{APP_ID}.metainfo.xml'

# What appstreamcli says of every program whose id is written as GNOME writes them, and, before its version 1.0, of the
# developer's id, which 1.0 wants.
KNOWN = ('cid-contains-uppercase-letter', 'unknown-tag developer')


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as file:
        return file.read()


class DesktopFiles(unittest.TestCase):
    def validator(self, name):
        path = shutil.which(name)
        if not path:
            self.skipTest(f'{name} is not installed')
        return path

    def test_desktop_entry_is_valid(self):
        said = subprocess.run([self.validator('desktop-file-validate'), DESKTOP], capture_output=True, text=True)
        self.assertEqual((said.returncode, said.stdout + said.stderr), (0, ''))

    def test_metainfo_is_valid(self):
        said = subprocess.run([self.validator('appstreamcli'), 'validate', '--pedantic', '--no-net', METAINFO],
                              capture_output=True, text=True)
        found = [line for line in said.stdout.splitlines()
                 if re.match('[EWIP]: ', line) and not any(known in line for known in KNOWN)]
        self.assertEqual((said.returncode, found), (0, []), said.stdout)

    def test_actions_are_there(self):
        """What the desktop's menu offers is an action of the program: it is asked for by name over D-Bus."""
        entry = configparser.ConfigParser(interpolation=None, strict=False, delimiters='=')
        entry.optionxform = str
        entry.read(DESKTOP, encoding='utf-8')
        program = read('src', 'ui', 'application.c')
        for name in entry['Desktop Entry']['Actions'].strip(';').split(';'):
            self.assertEqual(entry[f'Desktop Action {name}']['Exec'], f'gapplication action {APP_ID} {name}')
            self.assertIn(f'{{ .name = "{name}",', program)

    def test_activation_has_the_program_s_name(self):
        service = configparser.ConfigParser()
        service.read(f'{BUILD}/data/{APP_ID}.service')
        self.assertEqual(service['D-BUS Service']['Name'], APP_ID)
        self.assertRegex(service['D-BUS Service']['Exec'], '^/.*/hallway --gapplication-service$')

    def test_releases_are_the_news(self):
        metainfo = read('data', f'{APP_ID}.metainfo.xml.in')
        self.assertEqual(metainfo, releases.with_releases(metainfo), 'run data/releases.py')

    def test_version_is_the_newest_release(self):
        version = re.search(r"^  version: '([^']+)'", read('meson.build'), re.M)[1]
        self.assertEqual(version, next(releases.releases())[0])

    def test_screenshots_are_as_said(self):
        for image in ElementTree.parse(METAINFO).getroot().iter('image'):
            with open(os.path.join(ROOT, image.text[image.text.index('data/'):]), 'rb') as file:
                size = struct.unpack('>II', file.read(24)[16:])
            self.assertEqual(size, (int(image.get('width')), int(image.get('height'))), image.text)


if __name__ == '__main__':
    tap.main()
