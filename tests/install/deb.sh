#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs in a Debian of its own, with the packages in /debs: installs them, lets them run, purges them, and looks what
# stays. ./dev deb makes that Debian, and throws it away.
set -eu

check() {
  echo "- $1"
  shift
  "$@" >/tmp/said 2>&1 || { cat /tmp/said; echo "FAILED: $*"; exit 1; }
}

path=/usr/sbin:/usr/bin:/sbin:/bin
apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Path="$path" --no-install-recommends "$@" >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }; }

# serve: a server on the data of the service, until it says its id; ends it
serve() {
  rm -f /tmp/ready
  setpriv --reuid=hallwayd --regid=hallwayd --clear-groups hallwayd --config /etc/hallway/hallwayd.conf --data /var/lib/hallwayd --listen 127.0.0.1 \
    --port 0 --discovery no >/tmp/ready 2>/tmp/log &
  server=$!
  until [ -s /tmp/ready ]; do
    kill -0 $server 2>/dev/null || { cat /tmp/log; exit 1; }
    sleep 0.1
  done
  kill $server
  wait $server
  sed 's/.*"id":"\([^"]*\)".*/\1/' /tmp/ready
}

left() { find / -xdev \( -path /proc -o -path /sys -o -path /debs -o -path /var/cache -o -path /var/log \) -prune -o -iname '*hallway*' -print; }
is_empty() { [ -z "$1" ] || { echo "$1"; return 1; }; }
is_same() { [ "$1" = "$2" ] || { echo "$1 is not $2"; return 1; }; }

apt install /debs/*.deb
check "the programs start" hallwayd --version
check "the client starts" hallway --version
check "nobody else reads the data" is_same "$(stat -c '%a %U' /var/lib/hallwayd)" "700 hallwayd"
check "the service is not started by itself" [ ! -e /etc/systemd/system/multi-user.target.wants/hallwayd.service ]
check "the desktop knows it" grep -q hallway /usr/share/applications/mimeinfo.cache
check "its settings are known" gsettings list-keys io.github.hallwaychat.Hallway
first=$(serve)
check "a place runs" [ -n "$first" ]
echo "open sesame, please" | hallwayd --data /var/lib/hallwayd --set-admin-password
check "root sets the admin password for it" is_same "$(stat -c '%a %U' /var/lib/hallwayd/admin-password)" "600 hallwayd"
check "and keeps what it has" is_same "$(serve)" "$first"

apt remove hallway hallwayd
check "removing keeps the configuration" [ -e /etc/hallway/hallwayd.conf ]
apt install /debs/*.deb
check "it is the same place after that" is_same "$(serve)" "$first"

apt purge hallway hallwayd
check "what was said is still there" [ -n "$(ls /var/lib/hallwayd)" ]
check "purging leaves nothing else" is_empty "$(left | grep -v '^/var/lib/hallwayd')"
rm -r /var/lib/hallwayd
apt install /debs/*.deb
install -d -m 700 /var/lib/private # as systemd does at the first start
mv /var/lib/hallwayd /var/lib/private/hallwayd
ln -s private/hallwayd /var/lib/hallwayd
apt purge hallway hallwayd
check "nor a link where nothing was said" is_empty "$(left)"
apt install /debs/*.deb
apt purge hallway hallwayd
check "nor anything at all where nothing was said" is_empty "$(left)"

# As on a computer that systemd runs; what stands for it writes down what it is asked for
[ ! -e /usr/sbin/policy-rc.d ] || mv /usr/sbin/policy-rc.d /tmp/policy
mkdir -p /run/systemd/system
cat >/usr/local/bin/systemctl <<'END'
#!/bin/sh
case "$*" in
*is-enabled*) cat /tmp/enabled ;;
*is-active*) exit 3 ;;
*) echo "$*" >>/tmp/asked ;;
esac
END
chmod 755 /usr/local/bin/systemctl
path=/usr/local/bin:$path
: >/tmp/asked
echo disabled >/tmp/enabled
apt install /debs/*.deb
check "installing starts nothing" is_empty "$(grep start /tmp/asked)"
echo enabled >/tmp/enabled
apt install --reinstall /debs/*.deb
check "a newer version takes over" grep -q "restart.* hallwayd.service" /tmp/asked
apt purge hallway hallwayd
check "purging ends the service" grep -q "stop.* hallwayd.service" /tmp/asked
[ ! -e /tmp/policy ] || mv /tmp/policy /usr/sbin/policy-rc.d
