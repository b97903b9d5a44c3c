"""Ana's Hallway, in a room of a real server. For scripts that run in gui-env."""

import tempfile

from drive import Program, until
from place import BUILD, Person, Server, running


class Chat(Program):
    """Ana's Hallway, in a room."""

    def __init__(self, server, room, name='Ana'):
        self.home = home = tempfile.mkdtemp()
        super().__init__(f'{BUILD}/src/ui/hallway', '--address', server.address,
                         *(['--name', name] if name else []), '--room', room,
                         HALLWAY_NO_DISCOVERY='1', XDG_DATA_HOME=home, XDG_CONFIG_HOME=home)
        running.append(self)
        self.find('text', 'Message')

    def stop(self):
        if self.process.poll() is None:
            super().stop()

    def send(self, text):
        self.fill('Message', text)
        self.press('push button', 'Send')

    def shows(self, name):
        """Waits for the window to show a conversation: its title begins so, after what is unread."""
        until(lambda: any(title.split(') ')[-1].startswith(f'{name} —') for title in self.active()),
              f'“{name}” is shown')

    def says(self, words):
        until(lambda: any(words in name for name in self.names('label')), f'“{words}” is said')

    def said(self, who, text):
        return self.find_where('list item', lambda name: name.startswith(f'{who}, ') and
                               name.endswith(f': {text}'), f'{who} said “{text}”')

    def row(self, start):
        return self.find_where('list item', lambda name: name.startswith(start), f'a row “{start}”')


def start(*options, name='Ana'):
    server = Server('--idle', '0', *options)
    ben = Person(server, 'Ben')
    for room in ('tea', 'lab bench'):
        assert ben.ask('create', room=room, topic='anything warm')['ok']
    return server, ben, Chat(server, 'tea', name)
