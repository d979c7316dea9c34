# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of files with translatable text, and the template made of it. Used by update-po and check-translations."""

import re
import subprocess
from pathlib import Path

from jiptap import TOP, files

PO = TOP / 'po'
C_TEXT = re.compile(r'\b(_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2)\s*\(\s*(\w+\s*,\s*)?"')
UI_TEXT = re.compile(r'translatable="(yes|true|1)"')
XGETTEXT = ['xgettext', '--from-code=UTF-8', '--add-comments=TRANSLATORS', '--add-location=file', '--sort-by-file',
            '--keyword=_', '--keyword=N_', '--keyword=Q_', '--keyword=C_:1c,2', '--keyword=NC_:1c,2',
            '--keyword=ngettext:1,2', '--keyword=g_dngettext:2,3', '--flag=g_dngettext:2:pass-c-format',
            '--flag=N_:1:pass-c-format', '--flag=_:1:pass-c-format', '--package-name=jiphyeon',
            '--copyright-holder=The Jiphyeon developers', f'--directory={TOP}']


def sources():
    """Every tracked file with text that a person may read, sorted."""
    found = []
    for name in files('src/*.c', 'src/*.h', 'ui/*.ui', 'data/*.desktop.in', 'data/*.metainfo.xml.in', 'data/*.gschema.xml'):
        text = (TOP / name).read_text(encoding='utf-8')
        if name.startswith('data/') or (UI_TEXT if name.endswith('.ui') else C_TEXT).search(text):
            found.append(name)
    return found


def potfiles():
    return '# SPDX-License-Identifier: GPL-3.0-or-later\n# Written by tools/update-po.\n' + '\n'.join(sources()) + '\n'


def template(folder):
    """Writes the template into @folder, without a date, and returns its path."""
    out = Path(folder) / 'jiphyeon.pot'
    listed = Path(folder) / 'POTFILES'
    listed.write_text(potfiles(), encoding='utf-8')
    subprocess.run([*XGETTEXT, f'--files-from={listed}', f'--output={out}'], cwd=folder, check=True,
                   stdin=subprocess.DEVNULL)
    text = out.read_text(encoding='utf-8')
    text = re.sub(r'^"POT-Creation-Date: .*\n', '', text, flags=re.MULTILINE)
    text = re.sub(r'\A(#[^\n]*\n)+', '# SPDX-License-Identifier: GPL-3.0-or-later\n', text)
    out.write_text(text.replace('charset=CHARSET', 'charset=UTF-8'), encoding='utf-8')
    return out
