#compdef hallwayd
# SPDX-License-Identifier: GPL-3.0-or-later
_arguments \
  '--config[read options from this file]:file:_files' \
  '--data[where rooms, logs and the certificate are kept]:directory:_files -/' \
  '*--listen[listen on this address only]:address:(127.0.0.1 \:\:1)' \
  '--port[TCP port]:port:' \
  '--name[the place’s name]:name:' \
  '--plaintext[who may do without TLS]:who:(loopback always never)' \
  '--lan-only[only let in this machine’s own networks]:answer:(yes no)' \
  '--idle[seconds of silence after which people are sent away]:seconds:' \
  '--ping[seconds between a client’s signs of life]:seconds:' \
  '--dead[seconds after which a silent connection has ended]:seconds:' \
  '--grace[seconds for a lost connection to come back]:seconds:' \
  '--rate[requests a second on one connection]:number:' \
  '--max-clients[connections at once]:number:' \
  '--guests[let in people without an account]:answer:(yes no)' \
  '--discovery[let clients find this place by themselves]:answer:(yes no)' \
  '--set-admin-password[read the admin password, store its hash, and exit]' \
  '--check[look for damage in the data directory, and exit]' \
  '--recover[save what can be read of it, and exit]:directory:_files -/' \
  '(- *)--version[print the version, and exit]' \
  '(- *)--help[print the options, and exit]'
