#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten thousand connected people who say nothing cost nothing: not memory, and no processor time.

HALLWAY_CROWD says how many. Measures a round trip's processor time among 100 and among all.
"""

import os
import resource

import tap
from hallway_server import ServerTest, pump

CROWD = int(os.environ.get('HALLWAY_CROWD', '10000'))
TRIPS = 3000


class IdleCrowd(ServerTest):
    options = {'max_clients': CROWD + 200}

    @classmethod
    def setUpClass(cls):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < CROWD + 500:
            raise AssertionError(f'{CROWD} connections need more descriptors than {hard}')
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        super().setUpClass()

    def cost_of_a_trip(self, client):
        """Microseconds of the server's processor time for one echo."""
        before = self.server.cpu()
        for _ in range(TRIPS):
            client.request('echo', text='there and back')
        return (self.server.cpu() - before) / TRIPS * 1e6

    def test_round_trip_costs_the_same_among_ten_thousand(self):
        talker = self.person()
        crowd, costs, memory = [], {}, {}
        for size in [100, CROWD]:
            while len(crowd) < size:
                some = [self.connect() for _ in range(min(200, size - len(crowd)))]
                for number, client in enumerate(some, len(crowd)):
                    client.ask('hello', versions=[1], client='idle')
                    client.ask('login', name=f'Idle {number}')
                pump(some, lambda some=some: all(2 in client.replies for client in some),
                     'everyone has logged in')
                crowd += some
            costs[size] = min(self.cost_of_a_trip(talker) for _ in range(3))
            memory[size] = self.server.rss()
        each = (memory[CROWD] - memory[100]) / max(1, CROWD - 100)
        print(f'# a round trip costs {costs[100]:.0f} us among 100 and {costs[CROWD]:.0f} us '
              f'among {CROWD}; {each:.0f} bytes of memory for each idle connection', flush=True)
        self.assertLess(costs[CROWD], costs[100] * 1.5 + 10)
        before = self.server.cpu()
        talker.read_for(5)
        self.assertLess(self.server.cpu() - before, 0.25)
        for client in crowd[::max(1, CROWD // 50)]:
            client.request('echo', text='still here')


if __name__ == '__main__':
    tap.main()
