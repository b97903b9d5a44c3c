#!/usr/bin/python3
"""What a person finds again whose program was killed: what they were writing, what waited to be sent, and what was
whispered to them; and the others get it once. Who is back soon is in their rooms as if they had never been away.

    gui-env back.py BUILD-DIRECTORY [SCREENSHOTS]
"""

import os
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from drive import Program, screenshot, until  # noqa: E402
from place import BUILD, Person, Server, running, to_the_end  # noqa: E402

SHOTS = sys.argv[2] if len(sys.argv) > 2 else None
HOME = tempfile.mkdtemp()


class Hallway(Program):
    def __init__(self, *arguments, **env):
        super().__init__(f'{BUILD}/src/ui/hallway', *arguments,
                         **{'HALLWAY_NO_DISCOVERY': '1', 'XDG_DATA_HOME': HOME, 'XDG_CONFIG_HOME': HOME,
                            'GSETTINGS_BACKEND': 'keyfile', **env})
        running.append(self)

    def stop(self):
        if self.process.poll() is None:
            super().stop()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def says(self, words):
        until(lambda: any(words in f'{node.get_name()} {node.get_description()}' for node in self.showing('label')),
              f'“{words}” is said')


def shot(name):
    if SHOTS:
        screenshot(f'{SHOTS}/{name}.png')


def hears(person, **wanted):
    while True:
        entry = person.hear('entry')
        if all(entry.get(field) == value for field, value in wanted.items()):
            return entry


def said(person, text):
    """How often @text is in the log."""
    entries = person.ask('history', room='tea', limit=200)['entries']
    return sum(entry.get('text') == text for entry in entries)


def is_soon_back():
    """The name is not "in use" by oneself, and nobody sees anybody leave."""
    server = Server('--grace', '60', '--idle', '0')
    ben = Person(server, 'Ben')
    assert ben.ask('create', room='tea')['ok']
    program = Hallway('--address', server.address, '--name', 'Ana', '--room', 'tea')
    program.find('text', 'Message')
    hears(ben, kind='joined')
    token = until(lambda: [path for path, _, names in os.walk(HOME) if 'session' in names], 'the session is kept')[0]
    assert os.stat(os.path.join(token, 'session')).st_mode & 0o777 == 0o600
    until(lambda: b'tea' in open(os.path.join(token, 'session'), 'rb').read(), 'with its room')
    program.kill()
    program = Hallway('--address', server.address, '--name', 'Ana')
    program.find('text', 'Message')
    shot('soon-back')
    program.type('Message', 'here I am')
    program.key('Return')
    until(lambda: said(ben, 'here I am') == 1, 'one can talk on')
    kinds = [entry['kind'] for entry in ben.ask('history', room='tea', limit=200)['entries']]
    assert kinds == ['created', 'joined', 'joined', 'message'], kinds
    program.stop()
    # Who says goodbye is in no room the next time
    until(lambda: any(entry['kind'] == 'left' for entry in ben.ask('history', room='tea', limit=200)['entries']),
          'Ana has left')
    program = Hallway('--address', server.address, '--name', 'Ana')
    program.find('list', 'Rooms')
    program.stop()


def nothing_can_be_kept():
    """Where the person's files cannot be written a bar says so, and one talks all the same."""
    server = Server('--idle', '0')
    ben = Person(server, 'Ben')
    assert ben.ask('create', room='tea')['ok']
    home = tempfile.mkdtemp()
    os.mkdir(os.path.join(home, 'hallway'))
    open(os.path.join(home, 'hallway', 'places'), 'w').close()
    program = Hallway('--address', server.address, '--name', 'Ana', '--room', 'tea', XDG_DATA_HOME=home)
    program.find('text', 'Message')
    program.says('cannot be kept on this computer')
    shot('nothing-kept')
    program.type('Message', 'hear me')
    program.key('Return')
    until(lambda: said(ben, 'hear me') == 1, 'it is said')
    program.press('push button', 'Close')
    until(lambda: not any('cannot be kept' in node.get_name() for node in program.showing('label')), 'it is known now')
    program.stop()


def main():
    server = Server('--grace', '1', '--idle', '0')
    with to_the_end(lambda: shot('failure')):
        ben = Person(server, 'Ben')
        assert ben.ask('create', room='tea')['ok']
        program = Hallway('--address', server.address, '--name', 'Ana', '--room', 'tea')
        program.find('text', 'Message')
        hears(ben, kind='joined')
        assert ben.ask('whisper', to='Ana', text='a secret, not read yet', key='1')['ok']
        until(lambda: any(name.startswith('Ben') for name in program.names()), 'the whisper is there')

        # The server is there and says nothing: nobody knows what becomes of the message
        os.kill(server.process.pid, signal.SIGSTOP)
        program.type('Message', 'did it arrive?')
        program.key('Return')
        until(lambda: program.text('Message') == '', 'it is on its way')
        program.type('Message', 'half a thou')
        # In the file itself, not in the one that is about to replace it
        until(lambda: any(b'half a thou' in open(os.path.join(path, name), 'rb').read()
                          for path, _, names in os.walk(HOME) for name in names if name == 'drafts'),
              'what is being written is on the disk')
        shot('before')
        program.kill()
        os.kill(server.process.pid, signal.SIGCONT)
        hears(ben, kind='left', **{'from': 'Ana'})

        program = Hallway('--address', server.address, '--name', 'Ana')
        until(lambda: said(ben, 'did it arrive?') == 1, 'it is said')
        program.find('text', 'Message')
        until(lambda: program.text('Message') == 'half a thou', 'what was being written is there')
        until(lambda: any(name.startswith('Ben') for name in program.names()), 'the whisper is there again')
        shot('after')
        program.key('ctrl+a')
        program.type('Message', 'another one')
        program.key('Return')
        until(lambda: said(ben, 'another one') == 1, 'one can talk on')
        assert said(ben, 'did it arrive?') == 1
        program.stop()
        is_soon_back()
        nothing_can_be_kept()


main()
