# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # what _init_completion sets
_hallway() {
  local cur prev words cword
  _init_completion -n : || return
  case $prev in
    --address | --name | --room | --display | -a | -n | -r) return ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W '--address --host --name --room --version --help' -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -W 'hallway://' -- "$cur")
    compopt -o nospace
  fi
}
complete -F _hallway hallway
