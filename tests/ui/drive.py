"""Drives a GTK 3 program as a person would: by what it shows (AT-SPI) and by real keys and clicks
(xdotool). For scripts that run inside gui-env, with /usr/bin/python3, which has gi."""

import gettext
import os
import re
import subprocess
import time
import warnings

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter('ignore')  # get_*_iface is "deprecated" in 2.46, and has no successor there
State = Atspi.StateType

# Pixels that a window's own frame adds where there is no compositor
FRAME = 10


def until(check, what, limit=20):
    """The only way to wait: polls what the program shows; nothing here sleeps a fixed time."""
    end = time.monotonic() + limit
    while True:
        began = time.monotonic()
        try:
            found = check()
            if found:
                return found
        except GLib.Error:
            pass  # an object went away while we walked
        if time.monotonic() > end:
            raise AssertionError(f'not within {limit} s: {what}')
        while GLib.MainContext.default().iteration(False):
            pass
        # What is looked at answers from its main loop: at least half of the time is its own
        time.sleep(max(.01, time.monotonic() - began))


class Words:
    """What the program says in the language that it is run in, for those who know the English words.
    Scripts write English; they find the program's words in HALLWAY_LOCALE_DIR by LANGUAGE."""

    def __init__(self):
        self.said = {}
        language = os.environ.get('LANGUAGE')
        try:
            catalog = gettext.translation('hallway', os.environ.get('HALLWAY_LOCALE_DIR'), [language or 'C'])._catalog
        except OSError:
            catalog = {}
        for key, said in catalog.items():
            meant = key[0] if isinstance(key, tuple) else key
            self.said.setdefault(meant.split('\4')[-1].replace('_', ''), set()).add(said.replace('_', ''))

    def all(self, english):
        """Every way of saying it; contexts and plurals may differ."""
        return self.said.get(english, set()) | {english}

    def pattern(self, english):
        """What matches a sentence that is made of this format; its directives stand for anything."""
        parts = (re.split(r"%(?:\d+\$)?[-'.\d]*[a-z]", said) for said in self.all(english))
        return re.compile('|'.join('.*'.join(map(re.escape, part)) for part in parts), re.S)


WORDS = Words()


def walk(node):
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child:
            yield from walk(child)


def text_of(node):
    text = node.get_text_iface()
    return text.get_text(0, text.get_character_count())


def screenshot(path):
    os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
    subprocess.run(['import', '-window', 'root', path], check=True)


class Program:
    """A running program. Roles are AT-SPI's: 'push button', 'text', 'list', 'list item', 'frame' …"""

    def __init__(self, *argv, **env):
        self.process = subprocess.Popen(argv, env={**os.environ, **env}, stderr=subprocess.PIPE,
                                        text=True)

    def root(self):
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child and self.is_ours(child):
                return child
        return None

    def is_ours(self, child):
        return child.get_process_id() == self.process.pid

    def all(self, role, name=None):
        root = self.root()
        names = WORDS.all(name)
        return [node for node in (walk(root) if root else ())
                if node.get_role_name() == role and (name is None or node.get_name() in names)]

    def showing(self, role, name=None):
        return [node for node in self.all(role, name)
                if node.get_state_set().contains(State.SHOWING)]

    def find(self, role, name, limit=20):
        return until(lambda: next(iter(self.showing(role, name)), None), f'{role} “{name}”', limit)

    def gone(self, role, name, limit=20):
        until(lambda: not self.showing(role, name), f'{role} “{name}” is gone', limit)

    def find_where(self, role, matches, what, limit=20):
        """The first that shows and whose name `matches` (a function) accepts."""
        return until(lambda: next((node for node in self.showing(role) if matches(node.get_name())),
                                  None), what, limit)

    def row(self, of, begins, limit=20):
        """The row of a list whose name begins so; a comma stands for any script's."""
        start = re.compile(re.escape(begins).replace(r',\ ', '(, |، |，|、)'))
        return self.row_where(of, start.match, f'begins with “{begins}”', limit)

    def row_where(self, of, matches, what, limit=20):
        """The row of a list whose name `matches` (a function) accepts."""
        return until(lambda: next((row for row in walk(self.find('list', of))
                                   if row.get_role_name() == 'list item'
                                   and matches(row.get_name())), None),
                     f'a row of “{of}”: {what}', limit)

    def press(self, role, name, limit=20):
        node = self.find(role, name, limit)
        until(lambda: node.get_state_set().contains(State.SENSITIVE), f'{role} “{name}” can be used')
        node.get_action_iface().do_action(0)

    def click(self, node):
        """A real click into the middle of it."""
        seen = []

        def middle():
            place = node.get_component_iface().get_extents(Atspi.CoordType.SCREEN)
            seen.append((place.x + place.width // 2, place.y + place.height // 2))
            # A window that has just come may still be put elsewhere
            return place.width > 0 and len(seen) >= 20 and len(set(seen[-20:])) == 1 and seen[-1]
        x, y = until(lambda: self.active() and middle(), f'“{node.get_name()}” is on the screen')
        subprocess.run(['xdotool', 'mousemove', str(x), str(y), 'click', '1'], check=True)

    def enter(self, row):
        """Gives a list's row the focus and presses Enter there: rows have no action to call."""
        until(lambda: self.active() and row.get_component_iface().grab_focus()
              and row.get_state_set().contains(State.FOCUSED), f'“{row.get_name()}” has the focus')
        self.key('Return')

    def fill(self, name, text, role='text'):
        """At once; key() and type() go the long way."""
        node = self.find(role, name)
        node.get_editable_text_iface().set_text_contents(text)
        return node

    def text(self, name, role='text'):
        return text_of(self.find(role, name))

    def names(self, role='list item'):
        return [node.get_name() for node in self.showing(role)]

    def active(self):
        """The titles of the windows that have the focus: one, or none."""
        root = self.root()
        windows = [root.get_child_at_index(i) for i in range(root.get_child_count())] if root else []
        return [window.get_name() for window in windows
                if window and window.get_role_name() in ('frame', 'dialog', 'alert')
                and window.get_state_set().contains(State.ACTIVE)]

    def key(self, *keys):
        """Real keys: they go to nobody until the window manager has given the focus."""
        until(self.active, 'a window has the focus')
        subprocess.run(['xdotool', 'key', *keys], check=True)

    def type(self, name, text, role='text'):
        """Real letters, into a field that has the focus."""
        assert text.isascii(), 'letters outside the key map get lost: fill() them'
        until(lambda: self.active() and self.find(role, name).get_state_set()
              .contains(State.FOCUSED), f'“{name}” has the focus')
        subprocess.run(['xdotool', 'type', '--delay', '5', text], check=True)

    def windows(self):
        """X's ids of the windows that show, the one with the focus last."""
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--pid', str(self.process.pid)],
                               capture_output=True, text=True).stdout.split()
        focus = subprocess.run(['xdotool', 'getactivewindow'], capture_output=True,
                               text=True).stdout.strip()
        return sorted(found, key=lambda window: window == focus)

    def raise_window(self, title):
        """Brings the window whose title has this in it, or matches it, to the front; returns X's id of it."""
        matches = title.search if isinstance(title, re.Pattern) else lambda name: title in name

        def find():
            for window in self.windows():
                name = subprocess.run(['xdotool', 'getwindowname', window], capture_output=True,
                                      text=True).stdout.strip()
                if matches(name):
                    return window
            return None
        window = until(find, f'a window called “{title}”')
        subprocess.run(['xdotool', 'windowactivate', window], check=True)
        until(lambda: any(matches(name) for name in self.active()), f'“{title}” is in front')
        return window

    def screenshot(self, path, title, size=None):
        """A picture of the window whose title has this in it; size: "360x640"."""
        window = self.raise_window(title)
        if size:
            self.resize(window, size)
        self.settle(window)
        os.makedirs(os.path.dirname(path) or '.', exist_ok=True)
        subprocess.run(['import', '-window', window, path], check=True, timeout=20)

    def resize(self, window, size):
        """Asks for a size, and again: a window that folds on the way allows less only after it has."""
        for _ in range(3):
            subprocess.run(['xdotool', 'windowsize', window, *size.split('x')], check=True)
            self.settle(window)
            given = subprocess.run(['xdotool', 'getwindowgeometry', window], capture_output=True,
                                   text=True, check=True).stdout.split()[-1]
            if all(int(taken) <= int(most) + FRAME for most, taken in zip(size.split('x'), given.split('x'))):
                return
        raise AssertionError(f'the window takes {given}, not {size}')

    def settle(self, window):
        """Waits until the window has looked the same a few times."""
        def look():
            # Of a window that has gone, import would wait for a click
            return subprocess.run(['import', '-window', window, 'rgb:-'], capture_output=True, timeout=20).stdout
        seen = []

        def same():
            seen.append(look())
            return len(seen) >= 5 and len(set(seen[-5:])) == 1
        until(same, 'the window keeps still')

    def tree(self):
        """What a failure's report needs: all that shows."""
        root = self.root()
        if not root:
            return '(not on the bus)'
        return '\n'.join(f'{node.get_role_name()} | {node.get_name()}' for node in walk(root))

    def stop(self):
        """Ends the program; warnings on its standard error fail the test."""
        self.process.terminate()
        try:
            errors = self.process.communicate(timeout=10)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            errors = self.process.communicate()[1]
        bad = [line for line in errors.splitlines() if 'CRITICAL' in line or '-WARNING' in line
               or 'ERROR: AddressSanitizer' in line or 'runtime error' in line]
        assert not bad, 'warnings on standard error: ' + '\n'.join(bad)
        assert self.process.returncode >= 0, f'killed by signal {-self.process.returncode}'
