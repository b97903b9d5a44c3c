#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""journey.py, on a network of three machines, which share the desktop that this runs on: its sockets are files, which
network namespaces do not keep apart.

    gui-env test_windows.py BUILD-DIRECTORY [SCREENSHOTS]
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from network import Network  # noqa: E402

SKIPPED = 77  # meson's word for it

if __name__ == '__main__':
    if os.geteuid() != 0:
        print('1..0 # SKIP a desktop can be shared with namespaces by root only: D-Bus asks who one is')
        sys.exit(SKIPPED)
    Network.enter(SKIPPED)
    network = Network(name='w')
    network.up()
    try:
        status = subprocess.run([sys.executable, os.path.join(HERE, 'journey.py'), *sys.argv[1:]]).returncode
    finally:
        network.down()
    sys.exit(status)
