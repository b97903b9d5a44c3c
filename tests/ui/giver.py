#!/usr/bin/python3
"""Another program on the desktop, from which a file is dragged, or a picture copied.

    giver.py drag|clipboard FILE
"""

import pathlib
import sys

import gi

gi.require_version('Gdk', '3.0')
gi.require_version('Gtk', '3.0')
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk  # noqa: E402

HOW, FILE = sys.argv[1:]


def drag():
    """A small window in the corner, all of which can be dragged."""
    window = Gtk.Window(title='Giver')
    window.set_default_size(120, 90)
    box = Gtk.EventBox()
    box.add(Gtk.Label(label='Drag me'))
    box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
    box.drag_source_add_uri_targets()
    box.drag_source_add_text_targets()
    box.connect('drag-data-get', lambda widget, context, data, info, time: data.set_uris(
        [pathlib.Path(FILE).as_uri()]) or data.set_text(FILE, -1))
    window.add(box)
    window.show_all()
    window.move(1140, 690)
    window.connect('map-event', lambda *event: print('ready', flush=True))


def copy():
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_image(GdkPixbuf.Pixbuf.new_from_file(FILE))
    GLib.idle_add(lambda: print('ready', flush=True))


{'drag': drag, 'clipboard': copy}[HOW]()
Gtk.main()
