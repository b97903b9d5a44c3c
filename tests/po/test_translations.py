#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether every string reaches the translators, and every language reaches the people who speak it.

    test_translations.py BUILD-DIRECTORY [WORDS OF TESTS]

What is in the sources is extracted afresh, so that a language is complete only when it has the words
that are in the windows now.
"""

import gettext
import glob
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest
from xml.etree import ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, 'tests', 'server')]
import tap  # noqa: E402

BUILD = sys.argv[1]
APP_ID = 'io.github.hallwaychat.Hallway'

# As meson's preset "glib" has them
XGETTEXT = ['--from-code=UTF-8', '--add-comments'] + [f'--keyword={word}' for word in (
    '_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'g_dcgettext:2', 'g_dngettext:2,3', 'g_dpgettext2:2c,3')]

TRANSLATABLE = re.compile(r'\b(_|N_|C_|NC_|gettext|ngettext|dngettext|g_d[a-z]*gettext2?) ?\(\s*"'
                          r'|\bngettext ?\(|translatable="yes"')
# One conversion of printf or of g_date_time_format()
DIRECTIVE = re.compile(r"%(?:\d+\$)?[-+ #0'_^]*\d*(?:\.\d+)?(?:l{0,2}|z)(?:O|E)?[A-Za-z%]")
DATE = re.compile(r'%(?:[-_0]?[aAbBcCdDeFgGhHIjklmMnpPrRsStTuVwWxXyYzZ%]|O[bBdeHIjklmMSuVwWyY])')


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as file:
        return file.read()


def lines(*path):
    return [line for line in read(*path).splitlines() if line and not line.startswith('#')]


LISTED = lines('po', 'POTFILES.in')
LANGUAGES = lines('po', 'LINGUAS')


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True,
                          env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''})


class Pages:
    """The strings of one language: pairs of what is meant and what is said."""

    def __init__(self, language, directory):
        self.name = language
        self.path = os.path.join(ROOT, 'po', f'{language}.po')
        self.mo = os.path.join(directory, f'{language}.mo')
        self.check = run('msgfmt', '--check', '--check-accelerators=_', '-o', self.mo, self.path)

    def pairs(self, plurals=True):
        with open(self.mo, 'rb') as file:
            catalog = gettext.GNUTranslations(file)._catalog
        for key, said in catalog.items():
            meant = key[0] if isinstance(key, tuple) else key
            if meant and (plurals or not isinstance(key, tuple)):
                yield meant.split('\4')[-1], said


class Translations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.scratch = scratch.name
        cls.template = os.path.join(cls.scratch, 'hallway.pot')
        made = run('xgettext', *XGETTEXT, '--package-name=hallway', '--files-from=po/POTFILES.in',
                   '-o', cls.template)
        assert made.returncode == 0, made.stderr
        cls.pages = [Pages(language, cls.scratch) for language in LANGUAGES]

    def no_findings(self, findings):
        self.assertFalse(findings, '\n' + '\n'.join(findings))

    def test_every_file_with_words_is_listed(self):
        there = [os.path.relpath(path, ROOT) for pattern in ('src/**/*.c', 'src/**/*.ui', 'data/*.in',
                                                            'data/*.gschema.xml')
                 for path in glob.glob(os.path.join(ROOT, pattern), recursive=True)]
        wanted = [path for path in there if path.endswith(('.desktop.in', '.metainfo.xml.in', '.gschema.xml'))
                  or TRANSLATABLE.search(read(path))]
        self.assertEqual(sorted(LISTED), sorted(wanted))

    def test_lists_are_in_order(self):
        self.assertEqual(LISTED, sorted(LISTED))
        self.assertEqual(LANGUAGES, sorted(LANGUAGES))
        self.assertEqual(sorted(f'{language}.po' for language in LANGUAGES),
                         sorted(os.path.basename(path) for path in glob.glob(f'{ROOT}/po/*.po')))

    def test_no_date_is_taken_for_printf(self):
        """Translators may turn a date's parts round, which msgfmt forbids where it suspects printf."""
        findings = []
        for block in open(self.template, encoding='utf-8').read().split('\n\n'):
            text = ''.join(re.findall(r'^(?:msgid )?"(.*)"$', block, re.M))
            parts = DIRECTIVE.findall(text)
            if 'c-format' in block and 'no-c-format' not in block and len(parts) > 1 \
                    and all(re.fullmatch('%-?[aAbBeHMY]', part) for part in parts):
                findings.append(f'“{text}” wants a comment with xgettext:no-c-format')
        self.no_findings(findings)

    def test_every_language_is_complete(self):
        findings = []
        for page in self.pages:
            merged = os.path.join(self.scratch, 'merged.po')
            made = run('msgmerge', '--quiet', '--no-fuzzy-matching', '-o', merged, page.path, self.template)
            self.assertEqual(made.returncode, 0, made.stderr)
            for missing, how in (('--untranslated', 'is not translated'), ('--only-fuzzy', 'is fuzzy')):
                left = run('msgattrib', '--no-obsolete', '--no-wrap', missing, merged).stdout
                findings += [f'{page.name}: “{text}” {how}'
                             for text in re.findall(r'^msgid "(.+)"$', left, re.M)]
        self.no_findings(findings)

    def test_no_format_is_broken(self):
        findings = [f'{page.name}: {page.check.stderr}' for page in self.pages if page.check.returncode]
        for page in self.pages:
            # A form for one number only may have that in words: “one message”. No date has a plural.
            for meant, said in page.pairs(plurals=False) if not page.check.returncode else ():
                dates = DIRECTIVE.findall(meant)
                # “%d of %u” looks like a date too; with its numbers turned round it is none.
                if dates and all(DATE.fullmatch(part) for part in dates) and '$' not in said:
                    rest = DATE.sub('', said)
                    if '%' in rest or not DATE.search(said):
                        findings.append(f'{page.name}: “{said}” is no date as “{meant}” is')
        self.no_findings(findings)

    def test_ends_and_marks_are_kept(self):
        """Space at the ends, the dots of what asks back, the semicolons of search words, no markup."""
        findings = []
        for page in self.pages:
            for meant, said in page.pairs() if not page.check.returncode else ():
                for what, test in (
                        ('space at its beginning', lambda text: text[:1].isspace()),
                        ('space at its end', lambda text: text[-1:].isspace()),
                        ('“…” at its end', lambda text: text.rstrip().endswith(('…', '……'))),
                        ('a semicolon at its end', lambda text: text.endswith(';')),
                        ('“<”', lambda text: '<' in text),
                        ('“&”', lambda text: '&' in text),
                        ('three dots', lambda text: '...' in text)):
                    if test(meant) != test(said):
                        findings.append(f'{page.name}: “{said}” differs from “{meant}” by {what}')
        self.no_findings(findings)

    def test_what_runs_left_begins_so(self):
        """A Hebrew sentence that begins with “Hallway” runs the wrong way, unless a mark stands before it."""
        findings = []
        for page in self.pages:
            for meant, said in page.pairs() if page.name in ('ar', 'he') else ():
                ways = [unicodedata.bidirectional(letter) for letter in DIRECTIVE.sub('', said.replace('_', ''))]
                strong = [way for way in ways if way in ('L', 'R', 'AL')]
                if strong and strong[0] == 'L' and set(strong) & {'R', 'AL'}:
                    findings.append(f'{page.name}: “{said}” wants a right-to-left mark (U+200F) before it')
        self.no_findings(findings)

    def test_no_two_of_a_menu_share_a_letter(self):
        menus = [[item.text for item in menu.iter('attribute') if item.get('name') == 'label']
                 for menu in ElementTree.parse(f'{ROOT}/src/ui/menus.ui').getroot().iter('menu')]
        menus.append(re.findall(r'_ \("([^"]*_[^"]*)"\)', read('src', 'ui', 'log-view-input.c')))
        either = ({'_Copy', '_Copy message'},)  # never together
        findings = []
        for page in self.pages:
            words = dict(page.pairs())
            for menu in menus:
                letters = {}
                for label in menu:
                    said = words.get(label, '')
                    letter = said[said.find('_') + 1].lower() if '_' in said else None
                    other = letters.setdefault(letter, label)
                    if letter and other != label and {other, label} not in either:
                        findings.append(f'{page.name}: “{words[other]}” and “{said}” have the same letter')
        self.no_findings(findings)

    def test_the_sentences_of_the_server_are_the_servers(self):
        """What the client translates of a server's words must be what hallwayd says."""
        said = set()
        for path in glob.glob(f'{ROOT}/src/server/*.c') + glob.glob(f'{ROOT}/src/protocol/*.c'):
            source = re.sub(r'"\s*(?:%?"? ?PRI\w+|G_GINT64_FORMAT)?\s*"', '', read(path))
            for text in re.findall(r'"((?:[^"\\\n]|\\.)+)"', source):
                text = DIRECTIVE.sub('%s', text).replace('U+%s', '%s')
                said.add(text)
                said.update(thing + text[2:] for thing in ('A name', "A room's name", 'A topic')
                            if text.startswith('%s '))
                # What the database failed by stands before its own words, an admin's after ours.
                said.update((f'{text} (%s).', text.replace('.%s%s', '.'), text.replace('.%s%s', '. %s')))
        words = re.findall(r'N_ \("(.+?)"\)', read('src', 'client', 'server-words.c'))
        self.assertGreater(len(words), 50)
        self.no_findings([f'no server says “{text}”' for text in words if text not in said])

    def test_who_translated_is_said(self):
        findings = []
        for page in self.pages:
            head = read('po', f'{page.name}.po').split('\n\n')[0]
            if f'"Language: {page.name}\\n"' not in head:
                findings.append(f'{page.name}: the heading does not say "Language: {page.name}"')
            findings += [f'{page.name}: the heading still says {left}' for left in
                         ('FULL NAME', 'YEAR-MO-DA', 'SOME DESCRIPTIVE', 'PACKAGE', 'INTEGER') if left in head]
        self.no_findings(findings)

    def test_the_program_speaks_it(self):
        for page in self.pages:
            words = dict(page.pairs())['Say which version this is']
            said = subprocess.run([f'{BUILD}/src/ui/hallway', '--help'], capture_output=True, text=True, check=True,
                                  env={**os.environ, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': page.name,
                                       'HALLWAY_LOCALE_DIR': f'{BUILD}/po'}).stdout
            self.assertIn(words, said)

    def test_the_desktop_speaks_it(self):
        with open(f'{BUILD}/data/{APP_ID}.desktop', encoding='utf-8') as file:
            entry = file.read()
        metainfo = ElementTree.parse(f'{BUILD}/data/{APP_ID}.metainfo.xml').getroot()
        lang = '{http://www.w3.org/XML/1998/namespace}lang'
        summaries = {node.get(lang): node.text for node in metainfo.iter('summary')}
        for page in self.pages:
            words = dict(page.pairs())['Talk with the people on the same network']
            self.assertIn(f'Comment[{page.name}]={words}\n', entry)
            self.assertEqual(summaries.get(page.name) or summaries.get(page.name.replace('_', '-')), words)


if __name__ == '__main__':
    tap.main()
