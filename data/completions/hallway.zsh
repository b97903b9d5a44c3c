#compdef hallway
# SPDX-License-Identifier: GPL-3.0-or-later
_arguments -s \
  '(-a --address)'{-a+,--address=}'[go to the place at this address]:address (host\:port):' \
  '--host[open the place that was hosted here last, without a window]' \
  '(-n --name)'{-n+,--name=}'[go by this name]:name:' \
  '(-r --room)'{-r+,--room=}'[open this room]:room:' \
  '(- *)--version[say which version this is]' \
  '(- *)'{-h,--help}'[show the options]' \
  '1:link (hallway\://host\:port/room):'
