#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` puts where, and that nothing of it stays behind.

    test_install.py BUILD-DIRECTORY [WORDS OF TESTS]

HALLWAY_TEST_VARIANTS=1 also builds without each part that can be left out, which takes minutes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, 'tests', 'server')]
import tap  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
APP_ID = 'io.github.hallwaychat.Hallway'

EVERYWHERE = '''
share/man/man7/hallway-protocol.7
'''
CLIENT = f'''
bin/hallway
share/applications/{APP_ID}.desktop
share/bash-completion/completions/hallway
share/dbus-1/services/{APP_ID}.service
share/fish/vendor_completions.d/hallway.fish
share/glib-2.0/schemas/{APP_ID}.gschema.xml
share/icons/hicolor/16x16/apps/{APP_ID}.svg
share/icons/hicolor/scalable/apps/{APP_ID}.svg
share/icons/hicolor/symbolic/apps/{APP_ID}-symbolic.svg
share/man/man1/hallway.1
share/metainfo/{APP_ID}.metainfo.xml
share/zsh/site-functions/_hallway
'''
SERVER = '''
bin/hallwayd
etc/hallway/hallwayd.conf
etc/ufw/applications.d/hallway
lib/firewalld/services/hallway.xml
lib/systemd/system/hallwayd.service
lib/systemd/system/hallwayd.socket
lib/sysusers.d/hallwayd.conf
lib/tmpfiles.d/hallwayd.conf
share/bash-completion/completions/hallwayd
share/fish/vendor_completions.d/hallwayd.fish
share/man/man5/hallwayd.conf.5
share/man/man8/hallwayd.8
share/zsh/site-functions/_hallwayd
'''


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def translations():
    return [f'share/locale/{language}/LC_MESSAGES/hallway.mo'
            for language in read(f'{ROOT}/po/LINGUAS').split()]


def files(directory):
    return sorted(os.path.relpath(os.path.join(folder, name), directory)
                  for folder, _, names in os.walk(directory) for name in names)


class Install(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = scratch.name

    def run_quietly(self, *command, **environment):
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
        self.assertEqual(done.returncode, 0, f'{command}\n{done.stdout}{done.stderr}')
        return done.stdout

    def build(self, *options, targets=()):
        build = os.path.join(self.scratch, 'build')
        self.run_quietly('meson', 'setup', build, ROOT, '-Dtests=false', *options)
        self.run_quietly('ninja', '-C', build, *targets)
        return build

    def dependencies(self, build):
        return {one['name'] for one in json.loads(self.run_quietly('meson', 'introspect', '--dependencies', build))}

    def features(self):
        return [one['name'] for one in json.loads(self.run_quietly('meson', 'introspect', '--buildoptions', BUILD))
                if one['type'] == 'combo' and 'auto' in one['choices'] and one['section'] == 'user']

    def needs_time(self):
        if not os.environ.get('HALLWAY_TEST_VARIANTS'):
            self.skipTest('takes minutes: HALLWAY_TEST_VARIANTS=1')

    def test_everything_is_where_it_belongs(self):
        log = f'{BUILD}/meson-logs/install-log.txt'  # whoever has installed this build can still uninstall it
        kept = read(log) if os.path.exists(log) else None
        options = {one['name']: one['value']
                   for one in json.loads(self.run_quietly('meson', 'introspect', '--buildoptions', BUILD))}
        if not options['client'] or not options['server'] or options['systemdunitdir']:
            self.skipTest('this build is another one')
        try:
            self.run_quietly('meson', 'install', '-C', BUILD, '--no-rebuild', '--destdir', self.scratch)
        finally:
            if kept is not None:
                with open(log, 'w', encoding='utf-8') as file:
                    file.write(kept)
        prefix = self.scratch + options['prefix']
        found = files(prefix)
        wanted = sorted((EVERYWHERE + CLIENT + SERVER).split() + translations())
        if options['prefix'] == '/usr':  # /etc is beside it
            found, wanted = [[path for path in paths if not path.startswith('etc/')] for paths in (found, wanted)]
        self.assertEqual(found, wanted)
        service = read(f'{prefix}/share/dbus-1/services/{APP_ID}.service')
        self.assertIn(f'Exec={options["prefix"]}/bin/hallway ', service)
        self.assertIn(f'ExecStart={options["prefix"]}/bin/hallwayd ',
                      read(f'{prefix}/lib/systemd/system/hallwayd.service'))

    def test_pages_and_completions_know_every_option(self):
        for name, section in (('hallway', 1), ('hallwayd', 8)):
            path = f'{BUILD}/src/{"ui" if name == "hallway" else "server"}/{name}'
            if not os.path.exists(path):
                continue
            said = subprocess.run([path, '--help'], capture_output=True, text=True, check=True,
                                  env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''}).stdout
            options = set(re.findall(r'--([a-z][a-z-]+)', said)) - {'help-all', 'help-gapplication', 'help-gtk',
                                                                   'display'}
            self.assertGreater(len(options), 4)
            page = read(f'{ROOT}/data/man/{name}.{section}').replace('Fl Fl ', 'Fl -')
            for option in sorted(options):
                self.assertRegex(page, rf'-{option}\b', f'{name}({section}) lacks --{option}')
                for shell in ('bash', 'fish', 'zsh'):
                    words = read(f'{ROOT}/data/completions/{name}.{shell}')
                    dashes = '-l ' if shell == 'fish' else '--'
                    self.assertRegex(words, rf'{dashes}{option}\b', f'completions of {shell} lack --{option}')

    def test_scripts_of_shells_are_right(self):
        for name in os.listdir(f'{ROOT}/data/completions'):
            shell = name.rsplit('.', 1)[-1]
            if shell in ('bash', 'fish', 'zsh') and shutil.which(shell):
                self.run_quietly(shell, '-n', f'{ROOT}/data/completions/{name}')

    def test_the_unit_is_right(self):
        analyze = shutil.which('systemd-analyze')
        if not analyze:
            self.skipTest('systemd-analyze is not installed')
        if os.geteuid() != 0 and not os.path.isdir('/run/systemd'):
            self.skipTest('systemd-analyze makes a directory that only root may make here')
        unit = f'{self.scratch}/hallwayd.service'
        text = read(f'{BUILD}/data/service/hallwayd.service')
        with open(unit, 'w', encoding='utf-8') as file:  # as if it were installed
            file.write(re.sub(r'^ExecStart=\S+', f'ExecStart={BUILD}/src/server/hallwayd', text, flags=re.M)
                       .replace('Documentation=man:hallwayd(8)\n', ''))
        said = subprocess.run([analyze, 'verify', '--man=no', unit], capture_output=True, text=True)
        complaints = [line for line in said.stderr.splitlines() if 'hallwayd' in line]
        self.assertEqual((said.returncode, complaints), (0, []), said.stderr)
        self.assertLessEqual({'DynamicUser=yes', 'StateDirectory=hallwayd', 'ProtectSystem=strict',
                              'NoNewPrivileges=yes', 'SystemCallFilter=@system-service'}, set(text.splitlines()))
        # Tenths of systemd's scale from 0, which nothing that serves a network gets, to 10
        said = subprocess.run([analyze, 'security', '--offline=true', '--threshold=15', unit],
                              capture_output=True, text=True)
        if 'offline' not in said.stderr:  # systemd 250 and later
            self.assertEqual(said.returncode, 0, said.stdout + said.stderr)

    def test_what_is_brought_back_from_a_copy_is_the_services_own(self):
        tool = shutil.which('systemd-tmpfiles')
        if not tool or os.geteuid() != 0:
            self.skipTest('for root, with systemd-tmpfiles')
        root = f'{self.scratch}/root'
        data = f'{root}/var/lib/private/hallwayd'
        os.makedirs(f'{root}/etc')
        for name, line in (('passwd', 'hallwayd:x:777:777::/:/bin/false\n'), ('group', 'hallwayd:x:777:\n')):
            with open(f'{root}/etc/{name}', 'w', encoding='ascii') as file:
                file.write(line)
        create = [tool, f'--root={root}', '--create', f'{ROOT}/data/service/hallwayd.tmpfiles']
        self.run_quietly(*create)  # nothing is there, nothing is made
        self.assertFalse(os.path.exists(data))
        os.makedirs(data)
        open(f'{data}/hallway.db', 'w', encoding='ascii').close()
        os.symlink(f'{root}/etc/passwd', f'{data}/elsewhere')
        self.run_quietly(*create)
        owners = {name: os.lstat(f'{data}/{name}').st_uid for name in ('.', 'hallway.db', '../../../../etc/passwd')}
        self.assertEqual(list(owners.values()), [777, 777, 0])
        self.assertEqual(os.stat(data).st_mode & 0o777, 0o700)

    def test_uninstalling_leaves_nothing(self):
        self.needs_time()
        build = self.build('--prefix=/opt/hall', '-Dclient=false')
        stage = f'{self.scratch}/stage'
        self.run_quietly('ninja', '-C', build, 'install', DESTDIR=stage)
        self.assertEqual(sorted(path.replace('opt/hall/', '', 1) for path in files(stage)),
                         sorted((EVERYWHERE + SERVER).split()))
        self.run_quietly('ninja', '-C', build, 'uninstall')
        self.assertEqual(files(stage), [])

    def test_uninstalling_from_a_prefix_leaves_only_what_the_desktop_made(self):
        self.needs_time()
        prefix = f'{self.scratch}/prefix'
        build = self.build(f'--prefix={prefix}')
        self.run_quietly('ninja', '-C', build, 'install')
        self.run_quietly(f'{prefix}/bin/hallway', '--version')
        self.run_quietly('ninja', '-C', build, 'uninstall')
        self.assertLessEqual({os.path.basename(path) for path in files(prefix)},
                             {'gschemas.compiled', 'icon-theme.cache', 'mimeinfo.cache'})

    def test_a_server_alone_needs_no_desktop(self):
        self.needs_time()
        build = self.build('-Dclient=false', '-During=disabled', targets=['src/server/hallwayd'])
        self.assertFalse({'gtk+-3.0', 'libhandy-1', 'liburing', 'gspell-1', 'libqrencode', 'libsecret-1'} & self.dependencies(build))
        linked = self.run_quietly('ldd', f'{build}/src/server/hallwayd')
        self.assertNotRegex(linked, 'gtk|gdk|libX11|uring')
        self.run_quietly(f'{build}/src/server/hallwayd', '--version')

    def test_a_client_alone_needs_no_server(self):
        self.needs_time()
        features = [f'-D{name}=disabled' for name in self.features()]
        build = self.build('-Dserver=false', *features, targets=['src/ui/hallway'])
        self.assertFalse({'sqlite3', 'libcrypt', 'liburing', 'gspell-1', 'libqrencode', 'libsecret-1'} & self.dependencies(build))
        self.run_quietly(f'{build}/src/ui/hallway', '--version')

    def test_each_feature_can_be_left_out_alone(self):
        """Nothing else goes with it, the compiler has no remark, and both programs start."""
        self.needs_time()
        library = {'qrcode': 'libqrencode', 'secrets': 'libsecret-1', 'spelling': 'libgspell-1', 'uring': 'liburing'}
        self.assertEqual(set(self.features()), set(library))
        build = self.build('--werror', *[f'-D{feature}=enabled' for feature in library])
        programs = [f'{build}/src/server/hallwayd', f'{build}/src/ui/hallway']
        for feature in library:
            others = [f'-D{other}=enabled' for other in library if other != feature]
            self.run_quietly('meson', 'configure', build, f'-D{feature}=disabled', *others)
            self.run_quietly('ninja', '-C', build)
            needed = ''.join(self.run_quietly('readelf', '-d', program) for program in programs)
            linked = {name for name in library if f'[{library[name]}.so' in needed}
            self.assertEqual(linked, set(library) - {feature})
            for program in programs:
                self.run_quietly(program, '--version')


if __name__ == '__main__':
    tap.main()
