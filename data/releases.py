#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the releases of NEWS.md for those who read them elsewhere: software centres, Debian.

    releases.py             into the metainfo
    releases.py --debian    on standard output, as Debian writes changelogs

In NEWS.md each release is "## VERSION (DATE)", then paragraphs and lists, as Markdown.
"""

import os
import re
import sys
import textwrap
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NEWS = os.path.join(ROOT, 'NEWS.md')
MAINTAINER = 'The Hallway contributors <noreply@hallwaychat.github.io>'
METAINFO = os.path.join(ROOT, 'data', 'io.github.hallwaychat.Hallway.metainfo.xml.in')


def releases():
    """(version, date, blocks) of each release, the newest first; a block is a paragraph, or a list of items."""
    with open(NEWS, encoding='utf-8') as file:
        parts = re.split(r'^## (\S+) \((\d{4}-\d\d-\d\d)\)$', file.read(), flags=re.M)[1:]
    for version, date, text in zip(parts[::3], parts[1::3], parts[2::3]):
        blocks = []
        for block in re.split(r'\n\s*\n', text.strip()):
            plain = [' '.join(piece.split()).replace('`', '').replace('**', '')
                     for piece in re.split(r'^- ', block, flags=re.M)]
            blocks.append(plain[1:] if block.startswith('- ') else plain[0])
        yield version, date, blocks


def as_xml():
    lines = ['  <releases>']
    for version, date, blocks in releases():
        lines += [f'    <release version="{version}" date="{date}">', '      <description translate="no">']
        for block in blocks:
            if isinstance(block, str):
                lines.append(f'        <p>{escape(block)}</p>')
            else:
                lines += ['        <ul>', *(f'          <li>{escape(item)}</li>' for item in block), '        </ul>']
        lines += ['      </description>', '    </release>']
    return '\n'.join([*lines, '  </releases>'])


def as_changelog():
    """What Debian's tools want: releases, what changed, who says so and when."""
    for version, date, blocks in releases():
        yield f'hallway ({version}-1) unstable; urgency=medium\n'
        for block in blocks:
            for item in [block] if isinstance(block, str) else block:
                yield textwrap.fill(item, 76, initial_indent='  * ', subsequent_indent='    ')
        moment = datetime.fromisoformat(f'{date}T12:00:00+00:00')
        yield f'\n -- {MAINTAINER}  {format_datetime(moment)}\n'


def with_releases(metainfo):
    return re.sub(r'^  <releases>.*</releases>$', lambda _: as_xml(), metainfo, flags=re.M | re.S)


if __name__ == '__main__' and '--debian' in sys.argv:
    print('\n'.join(as_changelog()), end='')
elif __name__ == '__main__':
    with open(METAINFO, encoding='utf-8') as file:
        metainfo = file.read()
    with open(METAINFO, 'w', encoding='utf-8') as file:
        file.write(with_releases(metainfo))
