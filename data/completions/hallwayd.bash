# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # what _init_completion sets
_hallwayd() {
  local cur prev words cword
  _init_completion || return
  case $prev in
    --config) _filedir; return ;;
    --data | --recover) _filedir -d; return ;;
    --listen) mapfile -t COMPREPLY < <(compgen -W '127.0.0.1 ::1' -- "$cur"); return ;;
    --plaintext) mapfile -t COMPREPLY < <(compgen -W 'loopback always never' -- "$cur"); return ;;
    --lan-only | --guests | --discovery) mapfile -t COMPREPLY < <(compgen -W 'yes no' -- "$cur"); return ;;
    --port | --name | --idle | --ping | --dead | --grace | --rate | --max-clients) return ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W '--config --data --listen --port --name --plaintext --lan-only --idle --ping
    --dead --grace --rate --max-clients --guests --discovery --set-admin-password --check --recover --help --version' -- "$cur")
}
complete -F _hallwayd hallwayd
