#!/usr/bin/python3
"""What Hallway does while the person looks elsewhere: what it tells the desktop and what it does not, and how it stays
in the rooms without a window.

    gui-env background.py BUILD-DIRECTORY
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from chat_window import Chat, start  # noqa: E402
from desktop import Notifications  # noqa: E402
from drive import State, until  # noqa: E402
from place import BUILD, Person, to_the_end  # noqa: E402

DESKTOP = Notifications()


def checked(node):
    return node.get_state_set().contains(State.CHECKED)


def what_is_for_her_is_told_to_the_desktop():
    server, ben, ana = start()
    ana.send('/join lab bench')
    ana.shows('lab bench')
    ben.ask('say', room='tea', text='just talk')
    ben.ask('say', room='lab bench', text='Ana, you see this')
    ben.ask('say', room='tea', text='@Ana the kettle')
    number = until(lambda: DESKTOP.find('the kettle'), 'a mention elsewhere is told')
    assert DESKTOP.shown[number]['title'] == 'Ben in tea', DESKTOP.shown
    assert not DESKTOP.find('you see this') and not DESKTOP.find('just talk'), DESKTOP.shown

    # Pressing it opens the room; reading it takes it away
    DESKTOP.click(number)
    ana.shows('tea')
    ana.said('Ben', '@Ana the kettle')
    ana.key('ctrl+Page_Down')
    ana.shows('lab bench')
    ben.ask('whisper', to='Ana', text='psst')
    until(lambda: DESKTOP.find('psst'), 'a whisper is told')
    ana.enter(ana.row('Ben, whispers'))
    ana.shows('Ben')
    until(lambda: not DESKTOP.shown, 'what was read is withdrawn')
    ana.stop()
    server.stop()



def preference(ana, name, on=True):
    """Sets a switch in the preferences, and closes them."""
    ana.key('ctrl+comma')
    ana.press('toggle button', name)
    until(lambda: checked(ana.find('toggle button', name)) == on, f'“{name}” is {"on" if on else "off"}')
    ana.key('Escape')
    ana.gone('frame', 'Preferences')


def an_answer_begins_with_the_name_of_whom_it_is_for():
    server, ben, ana = start()
    ana.send('/join lab bench')
    ana.shows('lab bench')
    ana.fill('Message', 'half a thought')
    ben.ask('say', room='tea', text='@Ana milk?')
    number = until(lambda: DESKTOP.find('milk?'), 'a mention is told')
    assert DESKTOP.shown[number]['buttons'] == ['Reply'], DESKTOP.shown
    DESKTOP.click(number, DESKTOP.shown[number]['actions'][0])
    ana.shows('tea')
    until(lambda: ana.text('Message') == '@Ben ', 'the answer is begun')
    ana.type('Message', 'yes')
    ana.key('Return')
    ana.said('Ana', '@Ben yes')
    ana.stop()
    server.stop()


def nothing_that_a_stranger_writes_is_markup_on_the_desktop():
    DESKTOP.capabilities = ['actions', 'body', 'body-markup', 'body-hyperlinks']
    server, ben, ana = start('--rate', '0')
    ana.send('/join lab bench')
    ana.shows('lab bench')
    noa = Person(server, 'נועה')
    assert noa.ask('join', room='tea')['ok']
    noa.ask('say', room='tea', text='Ana, <a href="http://evil.example">x</a> & 1 < 2')
    number = until(lambda: DESKTOP.find('1 &lt; 2'), 'a mention is told')
    assert DESKTOP.shown[number]['body'] == 'Ana, &lt;a href=&quot;http://evil.example&quot;&gt;x&lt;/a&gt; &amp; 1 &lt; 2'

    # The name that keeps its direction in the title is only a name in the answer
    DESKTOP.click(number, DESKTOP.shown[number]['actions'][0])
    ana.shows('tea')
    until(lambda: ana.text('Message') == '@נועה ', 'the answer is begun')
    ana.stop()
    server.stop()
    DESKTOP.capabilities = ['actions', 'body']
    server, ben, ana = start('--rate', '0')
    ana.send('/join lab bench')
    ana.shows('lab bench')
    ben.ask('say', room='tea', text='Ana, 1 < 2')
    until(lambda: DESKTOP.find('Ana, 1 < 2'), 'as it is, where nothing is markup')
    ana.stop()
    server.stop()


def each_room_tells_of_as_much_as_is_wanted():
    server, ben, ana = start('--rate', '0')

    def notify_of(what):
        ana.press('toggle button', 'Room menu')
        ana.press('push button', 'Room details')
        ana.find('radio button', what).get_action_iface().do_action(0)
        until(lambda: checked(ana.find('radio button', what)), f'“{what}” is chosen')
        ana.key('Escape')
        ana.gone('radio button', what)

    notify_of('Every message')
    ana.send('/join lab bench')
    ana.shows('lab bench')
    ben.ask('say', room='tea', text='just talk')
    number = until(lambda: DESKTOP.find('just talk'), 'every message is told')
    DESKTOP.click(number)
    ana.shows('tea')
    notify_of('Nothing')
    ana.key('ctrl+Page_Down')
    ana.shows('lab bench')
    ben.ask('say', room='tea', text='@Ana are you there?')
    ana.row('tea, 2 here, 1 new, 1 for you')
    assert not DESKTOP.shown, DESKTOP.shown

    # Whispers are told in any case, but not to who does not want to be disturbed
    preference(ana, 'Do not disturb')
    ben.ask('whisper', to='Ana', text='psst')
    ana.row('Ben, whispers, 1 new')
    assert not DESKTOP.shown, DESKTOP.shown
    preference(ana, 'Do not disturb', False)
    preference(ana, 'Show what was said', False)
    ben.ask('whisper', to='Ana', text='once more')
    until(lambda: any(one['title'] == 'Ben whispers' and one['body'] == '' for one in DESKTOP.shown.values()),
          'a whisper is told without its words')
    ana.enter(ana.row('Ben, whispers'))
    until(lambda: not DESKTOP.shown, 'what was read is withdrawn')
    ana.stop()
    server.stop()


def it_stays_in_the_rooms_without_a_window():
    server, ben, ana = start('--rate', '0', name=None)
    preference(ana, 'Stay in the rooms')
    ana.send('/join lab bench')
    ana.shows('lab bench')
    ana.fill('Message', 'half a thought')
    ana.key('alt+F4')
    until(lambda: ana.active() == ['Hallway'], 'the menu is left')
    ana.key('alt+F4')
    notice = until(lambda: next((number for number, one in DESKTOP.shown.items()
                                 if 'background' in one['title']), None), 'it is said that it stays')
    assert DESKTOP.shown[notice]['buttons'] == ['Open', 'Quit']
    assert not ana.windows() and ana.process.poll() is None
    assert sorted(one['name'] for one in ben.ask('members', room='tea')['members']) == ['Ben', 'Guest1']

    # What is for her is told, and opens the right room
    ben.ask('say', room='tea', text='@Guest1 still here?')
    number = until(lambda: DESKTOP.find('still here?'), 'a mention is told')
    DESKTOP.click(number)
    ana.shows('tea')
    ana.said('Ben', '@Guest1 still here?')
    until(lambda: notice not in DESKTOP.shown, 'it is in view again')
    ana.key('ctrl+Page_Down')
    ana.shows('lab bench')
    assert ana.text('Message') == 'half a thought'

    # Starting it again (who says no name at the start is the one at this desktop) raises the one that runs, in its rooms
    ana.key('alt+F4')
    until(lambda: DESKTOP.shown, 'it is said again')
    again = subprocess.run([f'{BUILD}/src/ui/hallway'], timeout=20,
                           env={**os.environ, 'HALLWAY_NO_DISCOVERY': '1', 'XDG_DATA_HOME': ana.home,
                                'XDG_CONFIG_HOME': ana.home})
    assert again.returncode == 0
    ana.find('text', 'Message')
    until(lambda: not DESKTOP.shown, 'it is in view again')

    # And "Quit" leaves for good
    ana.key('alt+F4')
    notice = until(lambda: next(iter(DESKTOP.shown), None), 'it is said once more')
    DESKTOP.click(notice, DESKTOP.shown[notice]['actions'][1])
    assert ana.process.wait(20) == 0
    assert [one['name'] for one in ben.ask('members', room='tea')['members']] == ['Ben']
    server.stop()


def who_is_silent_is_asked_wherever_they_look():
    server, ben, ana = start('--idle', '6')
    ana.press('push button', 'More rooms')
    until(lambda: ana.active() == ['Hallway'], 'the menu')
    preference(ana, 'Stay in the rooms')
    ana.key('alt+F4')
    until(lambda: any('lab bench' in title or 'tea' in title for title in ana.active()), 'the room')
    ana.key('alt+F4')
    number = until(lambda: next((number for number, one in DESKTOP.shown.items()
                                 if 'Are you still' in one['title']), None), 'she is asked')
    DESKTOP.click(number, DESKTOP.shown[number]['actions'][0])
    number = until(lambda: next((number for number, one in DESKTOP.shown.items()
                                 if 'no longer' in one['title']), None), 'she was let go')
    assert 'away for a while' in DESKTOP.shown[number]['body']
    assert DESKTOP.shown[number]['buttons'] == ['Come back']
    DESKTOP.click(number, DESKTOP.shown[number]['actions'][0])
    ana.find('text', 'Message')
    zed = Person(server, 'Zed')
    until(lambda: 'Ana' in [one['name'] for one in zed.ask('members', room='tea')['members']],
          'she is back in the room')
    ana.stop()
    server.stop()


def a_window_that_is_only_open_does_not_pretend_that_somebody_is_there():
    server, ben, ana = start('--idle', '8', '--rate', '0')
    ana.press('push button', 'More rooms')
    until(lambda: ana.active() == ['Hallway'], 'the menu')
    ana.key('Tab')
    ben.ask('create', room='restless')

    def comes_and_goes():
        ben.ask('leave', room='restless')
        ben.ask('join', room='restless')
        return any('away for a while' in name for name in ana.names('label'))
    until(comes_and_goes, 'Ana is let go, though there is news for the menu all the time', 30)
    ana.stop()
    server.stop()


def main():
    with to_the_end(lambda: print(DESKTOP.shown, file=sys.stderr)):
        for test in (what_is_for_her_is_told_to_the_desktop,
                     an_answer_begins_with_the_name_of_whom_it_is_for,
                     nothing_that_a_stranger_writes_is_markup_on_the_desktop,
                     each_room_tells_of_as_much_as_is_wanted,
                     it_stays_in_the_rooms_without_a_window,
                     who_is_silent_is_asked_wherever_they_look,
                     a_window_that_is_only_open_does_not_pretend_that_somebody_is_there):
            DESKTOP.shown.clear()
            print(test.__name__.replace('_', ' '), flush=True)
            test()


main()
