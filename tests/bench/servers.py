# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers under test: how each is started, on 127.0.0.1 only, in a directory of its own, with every limit lifted
that would throttle a load, and what the load generator has to speak."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wait_for_port(port, process, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f'{process.args[0]} ended with {process.returncode}')
        with socket.socket() as probe:
            if probe.connect_ex(('127.0.0.1', port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f'{process.args[0]} does not listen')


class Server:
    """One program to measure. Subclasses say how it is configured."""

    name = ''
    driver = ''
    # The raw limit knows neither rooms nor logins.
    chat = True
    # Connections that are being made at a time.
    in_flight = 1000

    def __init__(self, directory, cpu):
        self.directory = directory
        self.cpu = cpu
        self.port = 0
        self.process = None

    @classmethod
    def program(cls):
        raise NotImplementedError

    @classmethod
    def is_there(cls):
        return shutil.which(cls.program()) is not None

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def launch(self, *arguments, **options):
        def prepare():
            if self.cpu is not None:
                os.sched_setaffinity(0, {self.cpu})
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

        options.setdefault('stdout', subprocess.DEVNULL)
        log = open(os.path.join(self.directory, 'log'), 'ab')
        with log:
            self.process = subprocess.Popen([self.program(), *arguments], preexec_fn=prepare, stdin=subprocess.DEVNULL,
                                            stderr=log, cwd=self.directory, **options)

    def start(self):
        raise NotImplementedError

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def __enter__(self):
        os.makedirs(self.directory, exist_ok=True)
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class Hallway(Server):
    name = 'Hallway'
    driver = 'hallway'
    binary = ''
    data = None  # a directory of its own, unless it is told one

    @classmethod
    def program(cls):
        return cls.binary

    def start(self):
        self.launch('--data', self.data or os.path.join(self.directory, 'data'), '--listen', '127.0.0.1', '--port', '0',
                    '--discovery', 'no', '--rate', '0', '--idle', '0', '--dead', '3600', '--max-clients', '15000',
                    stdout=subprocess.PIPE)
        ready = self.process.stdout.readline()
        if not ready:
            with open(os.path.join(self.directory, 'log'), encoding='utf-8') as log:
                raise RuntimeError('hallwayd did not start: ' + log.read())
        self.port = json.loads(ready)['port']


class HallwayKeys(Hallway):
    """As Hallway's own client speaks: each message has a key, so that one that is sent again is logged once."""

    name = 'Hallway, with keys'
    driver = 'hallway-keys'


class InspIRCd(Server):
    name = 'InspIRCd'
    driver = 'irc'

    @classmethod
    def program(cls):
        return '/usr/sbin/inspircd'

    def start(self):
        self.port = free_port()
        modules = ''.join(f'<module name="core_{name}">\n' for name in (
            'channel', 'info', 'list', 'lusers', 'message', 'mode', 'oper', 'user', 'who', 'whois', 'whowas', 'stub'))
        config = self.write('inspircd.conf', f'''
<server name="bench.local" description="bench" network="bench" id="00A">
<admin name="bench" nick="bench" email="bench@bench.local">
<bind address="127.0.0.1" port="{self.port}" type="clients">
{modules}
<connect name="all" allow="*" timeout="120" pingfreq="3600" fakelag="no" threshold="1000000000" commandrate="1000000000"
 softsendq="512M" hardsendq="1G" recvq="16M" localmax="1000000" globalmax="1000000" maxchans="100000" maxconnwarn="no"
 resolvehostnames="no" useident="no" limit="1000000">
<class name="none" commands="*" privs="*">
<performance netbuffersize="65534" somaxconn="4096" softlimit="1000000" quietbursts="yes" timeskipwarn="0">
<options defaultmodes="n" syntaxhints="no" xlinemessage="" hidemodes="">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="{self.directory}/inspircd.log">
<path configdir="{self.directory}" datadir="{self.directory}" logdir="{self.directory}" runtimedir="{self.directory}">
<pid file="{self.directory}/inspircd.pid">
<whowas groupsize="0" maxgroups="0" maxkeep="0">
''')
        self.launch('--nofork', '--nolog', '--runasroot', f'--config={config}')
        wait_for_port(self.port, self.process)


class NgIRCd(Server):
    name = 'ngIRCd'
    driver = 'irc'
    # It has the kernel hold at most 10 that wait to be accepted; what comes beyond is dropped and tries again after
    # seconds.
    in_flight = 8

    @classmethod
    def program(cls):
        return '/usr/sbin/ngircd'

    def start(self):
        self.port = free_port()
        config = self.write('ngircd.conf', f'''
[Global]
Name = bench.local
Info = bench
Listen = 127.0.0.1
Ports = {self.port}
MotdPhrase =
MotdFile =
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 30
MaxPenaltyTime = 0
PingTimeout = 3600
PongTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
ChrootDir =
''')
        self.launch('--nodaemon', '--config', config)
        wait_for_port(self.port, self.process)


class Nats(Server):
    name = 'nats-server'
    driver = 'nats'

    @classmethod
    def program(cls):
        return '/usr/sbin/nats-server'

    def start(self):
        self.port = free_port()
        config = self.write('nats.conf', f'''
listen: "127.0.0.1:{self.port}"
max_connections: 1000000
max_pending: 1GB
write_deadline: "60s"
ping_interval: "3600s"
''')
        self.launch('-c', config)
        wait_for_port(self.port, self.process)


class Mosquitto(Server):
    name = 'Mosquitto'
    driver = 'mqtt'
    in_flight = 100  # as with ngIRCd

    @classmethod
    def program(cls):
        return '/usr/sbin/mosquitto'

    def start(self):
        self.port = free_port()
        config = self.write('mosquitto.conf', f'''
listener {self.port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_connections -1
max_queued_messages 0
max_inflight_messages 0
log_type error
user root
''')
        self.launch('-c', config)
        wait_for_port(self.port, self.process)


class Raw(Server):
    """The least that a server can do; see raw.c."""

    name = 'raw, joined'
    driver = 'raw'
    chat = False
    binary = ''
    mode = 'joined'

    @classmethod
    def program(cls):
        return cls.binary

    def start(self):
        self.launch(self.mode, stdout=subprocess.PIPE)
        self.port = int(self.process.stdout.readline())


class RawSingle(Raw):
    name = 'raw, one by one'
    mode = 'single'


ALL = [Hallway, HallwayKeys, InspIRCd, NgIRCd, Nats, Mosquitto, Raw, RawSingle]
