#!/usr/bin/env bash
# What an admin waits for in a place of 200 rooms in which ten million entries were made over two years; see
# tests/ui/bench-logs.c. The place is made once, which takes some minutes, and kept.
#
#   tests/bench/logs.sh BUILD-DIRECTORY [PLACE [ENTRIES]]
set -euo pipefail
build=$(readlink -f "$1")
place=${2:-$build/bench-place}
entries=${3:-10000000}
tests=$(readlink -f "$(dirname "$0")/..")

if [ ! -e "$place" ]; then
  echo "A place with $entries entries is being made, once: $place" >&2
  rm -rf "$place.part"
  nice "$build/tests/bench/generate-place" "$place.part" "$entries" 200
  nice "$build/tests/bench/bench-store" index "$place.part" >&2
  mv "$place.part" "$place"
fi
echo 'for measuring' | "$build/src/server/hallwayd" --data "$place" --set-admin-password >/dev/null
coproc HALLWAYD { exec "$build/src/server/hallwayd" --listen 127.0.0.1 --port 0 --discovery no --idle 0 --data "$place" 2>/dev/null; }
server=$HALLWAYD_PID
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
read -r ready <&"${HALLWAYD[0]}"
port=$(sed -E 's/.*"port":([0-9]+).*/\1/' <<<"$ready")
sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1
echo "load before: $(cut -d' ' -f1 /proc/loadavg)"
echo
GUI_ENV="GSETTINGS_SCHEMA_DIR=$build/data" "$tests/ui/gui-env" "$build/tests/ui/bench-logs" "127.0.0.1:$port" 'for measuring' 'lab bench'
