#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""journey.py, on a network of three machines and a desktop that they share.

    test_windows.py BUILD-DIRECTORY GUI-ENV [SCREENSHOTS]
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from network import Network  # noqa: E402

SKIPPED = 77  # meson's word for it

if __name__ == '__main__':
    Network.enter(SKIPPED)
    network = Network(3)
    network.up()
    try:
        status = subprocess.run([sys.argv[2], sys.executable, os.path.join(HERE, 'journey.py'), sys.argv[1],
                                 *sys.argv[3:]]).returncode
    finally:
        network.down()
    sys.exit(status)
