"""A desktop's notification server that remembers what it was told, and can click. For scripts that run in gui-env;
to be made before the program starts, for that looks for it once."""

from gi.repository import Gio, GLib

XML = '''<node><interface name="org.freedesktop.Notifications">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/><arg type="s" direction="out"/>
  </method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>'''
PATH = '/org/freedesktop/Notifications'
NAME = 'org.freedesktop.Notifications'


class Notifications:
    def __init__(self):
        self.shown = {}
        self.capabilities = ['actions', 'body']
        self.last = 0
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        self.bus.register_object(PATH, interface, self.call, None, None)
        answer = self.bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus',
                                    'RequestName', GLib.Variant('(su)', (NAME, 4)), None, 0, -1)
        assert answer.unpack() == (1,), 'another notification server is there'

    def call(self, bus, sender, path, interface, method, arguments, invocation):
        given = arguments.unpack()
        answer = None
        if method == 'Notify':
            self.last += 1
            number = given[1] or self.last
            answer = GLib.Variant('(u)', (number,))
            self.shown[number] = {'title': given[3], 'body': given[4],
                                  'actions': [key for key in given[5][::2] if key != 'default'],
                                  'buttons': [label for key, label in zip(given[5][::2], given[5][1::2])
                                              if key != 'default']}
        elif method == 'CloseNotification':
            self.shown.pop(given[0], None)
            self.emit('NotificationClosed', '(uu)', (given[0], 3))
        elif method == 'GetCapabilities':
            answer = GLib.Variant('(as)', (self.capabilities,))
        else:
            answer = GLib.Variant('(ssss)', ('test', 'test', '1', '1.2'))
        invocation.return_value(answer)

    def emit(self, signal, form, values):
        self.bus.emit_signal(None, PATH, NAME, signal, GLib.Variant(form, values))

    def click(self, number, action='default'):
        """Desktops take a notification away when it is clicked."""
        self.emit('ActionInvoked', '(us)', (number, action))
        self.shown.pop(number, None)
        self.emit('NotificationClosed', '(uu)', (number, 2))

    def find(self, words):
        return next((number for number, one in self.shown.items() if words in one['body']), None)
