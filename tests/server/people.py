# SPDX-License-Identifier: GPL-3.0-or-later
"""People with protected names, and what was whispered to them."""

from hallway_server import ServerTest


class PeopleTest(ServerTest):

    def protected(self, name=None, **how):
        """Someone whose name needs a password: pass word."""
        person = self.person(name, **how)
        person.request('protect', password='pass word')
        return person

    def back(self, person, server=None):
        """Logs in again under the protected name of @person."""
        again = self.connect(server)
        again.hello()
        again.login(person.name, password='pass word')
        return again

    def gone(self, person):
        person.request('logout')
        person.expect_close()

    def whispers(self, client, count):
        """Waits for @count whispers and takes them out, in their order."""
        def come():
            return [event for event in client.events if event['ev'] == 'whisper']
        client.wait(lambda: len(come()) >= count, f'{count} whispers')
        client.request('ping')
        events = come()
        self.assertEqual(len(events), count)
        for event in events:
            client.events.remove(event)
        return events
