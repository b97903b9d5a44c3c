#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop's portals, as a program in a sandbox meets them, with a person behind them who agrees to everything.

    portal.py LOG [FILE [dark]]

Every call is a line of JSON in LOG. FILE is what the person chooses whenever a file is asked for.
"""

import json
import os
import sys

from gi.repository import Gio, GLib

NAME, PATH = 'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop'
LOG = open(sys.argv[1], 'a', encoding='utf-8')
CHOSEN = [GLib.filename_to_uri(os.path.abspath(path)) for path in sys.argv[2:3]]
DARK = 'dark' in sys.argv[3:]
LOOK = {'org.freedesktop.appearance': {'color-scheme': GLib.Variant('u', 1 if DARK else 2)}}

INTERFACES = '''<node>
  <interface name="org.freedesktop.portal.FileChooser">
    <method name="OpenFile"><arg type="s"/><arg type="s"/><arg type="a{sv}"/><arg type="o" direction="out"/></method>
    <method name="SaveFile"><arg type="s"/><arg type="s"/><arg type="a{sv}"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Background">
    <method name="RequestBackground"><arg type="s"/><arg type="a{sv}"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Secret">
    <method name="RetrieveSecret"><arg type="h"/><arg type="a{sv}"/><arg type="o" direction="out"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Notification">
    <method name="AddNotification"><arg type="s"/><arg type="a{sv}"/></method>
    <method name="RemoveNotification"><arg type="s"/></method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Settings">
    <method name="ReadAll"><arg type="as"/><arg type="a{sa{sv}}" direction="out"/></method>
    <method name="Read"><arg type="s"/><arg type="s"/><arg type="v" direction="out"/></method>
    <signal name="SettingChanged"><arg type="s"/><arg type="s"/><arg type="v"/></signal>
    <property name="version" type="u" access="read"/>
  </interface>
</node>'''


def answer(bus, caller, options, results):
    """What was asked for comes by a signal, when the person has chosen; nobody here takes long."""
    path = f'{PATH}/request/{caller[1:].replace(".", "_")}/{options.get("handle_token", "none")}'

    def respond():
        bus.emit_signal(caller, path, 'org.freedesktop.portal.Request', 'Response',
                        GLib.Variant('(ua{sv})', (0, results)))
        return GLib.SOURCE_REMOVE

    GLib.timeout_add(50, respond)
    return GLib.Variant('(o)', (path,))


def settings(method, arguments):
    if method == 'ReadAll':
        return GLib.Variant('(a{sa{sv}})', (LOOK,))
    namespace, key = arguments
    value = LOOK.get(namespace, {}).get(key)
    return value and GLib.Variant('(v)', (GLib.Variant('v', value),))  # in another one, as ever


def on_call(bus, caller, path, interface, method, parameters, invocation):
    portal, arguments = interface.rsplit('.', 1)[1], parameters.unpack()
    print(json.dumps([portal, method, *arguments], default=str), file=LOG, flush=True)
    if portal == 'Settings':
        value = settings(method, arguments)
        if value:
            invocation.return_value(value)
        else:
            invocation.return_dbus_error('org.freedesktop.portal.Error.NotFound', 'no such setting')
        return
    if portal == 'Notification':
        invocation.return_value(None)
        return
    results = {}
    if portal == 'FileChooser':
        results['uris'] = GLib.Variant('as', CHOSEN)
    elif portal == 'Background':
        results = {name: GLib.Variant('b', True) for name in ('background', 'autostart')}
    elif portal == 'Secret':
        fds = invocation.get_message().get_unix_fd_list().steal_fds()
        os.write(fds[arguments[0]], b'64 bytes only this program knows' * 2)
        for fd in fds:
            os.close(fd)
    invocation.return_value(answer(bus, caller, arguments[-1], results))


def on_get(bus, caller, path, interface, name):
    return GLib.Variant('u', 3 if interface.endswith('FileChooser') else 1)


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
for interface in Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces:
    bus.register_object(PATH, interface, on_call, on_get, None)
Gio.bus_own_name_on_connection(bus, NAME, Gio.BusNameOwnerFlags.REPLACE, None, lambda *_: sys.exit('another portal is here'))
print('ready', flush=True)
GLib.MainLoop().run()
