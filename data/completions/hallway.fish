# SPDX-License-Identifier: GPL-3.0-or-later
complete -c hallway -f
complete -c hallway -s a -l address -x -d 'Go to the place at this address'
complete -c hallway -l host -d 'Open the place that was hosted here last, without a window'
complete -c hallway -s n -l name -x -d 'Go by this name'
complete -c hallway -s r -l room -x -d 'Open this room'
complete -c hallway -l version -d 'Say which version this is'
complete -c hallway -s h -l help -d 'Show the options'
