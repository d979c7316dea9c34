# SPDX-License-Identifier: GPL-3.0-or-later
"""tools/check-includes lets a clean tree pass and names each kind of breach, with file and line."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'tests'))
import jipunit  # noqa: E402

CLEAN = {
    'src/core/jip-id.h': '#include <glib.h>\n',
    'src/core/jip-id.c': '#include "jip-id.h"\n#include <gmp.h>\n#include <sodium.h>\n#include <json-glib/json-glib.h>\n',
    'src/core/meson.build': "core_dep = declare_dependency(include_directories: include_directories('.'))\n",
    'src/store/jip-store.h': '#include "jip-id.h"\n',
    'src/store/jip-database-sqlite.c': '#include <sqlite3.h>\n#include "jip-store.h"\n',
    'src/store/jip-database-postgres.c': '#include <libpq-fe.h>\n',
    'src/store/meson.build': 'dependencies: [core_dep]\n',
    'src/sync/jip-outbox.h': '#include "jip-store.h"\n',
    'src/document/jip-reader.h': '#include <libxml/tree.h>\n#include <zip.h>\n#include <pango/pangocairo.h>\n',
    'src/document/jip-pdf-helper.c': '#include <poppler.h>\n#include <seccomp.h>\n',
    'src/server/jip-server.h': '#include <microhttpd.h>\n#include <libsoup/soup.h>\n#include "jip-outbox.h"\n',
    'src/client/jip-client.h': '#include <libsoup/soup.h>\n#include <libsecret/secret.h>\n#include "jip-reader.h"\n',
    'src/app/common/jip-row.h': '#include <gtk/gtk.h>\n',
    'src/app/draft/jip-draft-page.h': '#include <adwaita.h>\n#include "jip-row.h"\n#include "jip-client.h"\n',
    'src/app/board/jip-board-page.h': '#include "jip-row.h"\n#include "jip-board-page-resources.h"\n',
    'src/app/ideathon/jip-judge-page.h': '#include "jip-row.h"\n',
    'src/app/shell/jip-window.c': '#include "jip-draft-page.h"\n#include "jip-board-page.h"\n'
                                  '/* "SELECT a FROM b" in a comment is no query */\n_ ("Select a form")\n',
    'src/app/meson.build': 'dependencies: [core_dep, document_dep, client_dep]\n',
    'src/cli/jipctl.c': '#include "jip-server.h"\n#include "jip-client.h"\n#include <sys/stat.h>\n',
}

# One breach each: the file, what is added to it, and what the report must say about that line.
BREACHES = {
    'core_includes_store': ('src/core/jip-id.c', '#include "jip-store.h"', 'core may not include store'),
    'store_includes_sync': ('src/store/jip-store.h', '#include "jip-outbox.h"', 'store may not include sync'),
    'document_includes_store': ('src/document/jip-reader.h', '#include "jip-store.h"', 'document may not include store'),
    'server_includes_client': ('src/server/jip-server.h', '#include "jip-client.h"', 'server may not include client'),
    'client_includes_server': ('src/client/jip-client.h', '#include "jip-server.h"', 'client may not include server'),
    'server_includes_document': ('src/server/jip-server.h', '#include "jip-reader.h"', 'server may not include document'),
    'app_includes_store': ('src/app/draft/jip-draft-page.h', '#include "jip-store.h"', 'app may not include store'),
    'app_includes_server': ('src/app/shell/jip-window.c', '#include "jip-server.h"', 'app may not include server'),
    'cli_includes_app': ('src/cli/jipctl.c', '#include "jip-row.h"', 'cli may not include app'),
    'draft_includes_board': ('src/app/draft/jip-draft-page.h', '#include "jip-board-page.h"',
                             'app/draft may not include app/board'),
    'board_includes_ideathon': ('src/app/board/jip-board-page.h', '#include "jip-judge-page.h"',
                                'app/board may not include app/ideathon'),
    'ideathon_includes_draft': ('src/app/ideathon/jip-judge-page.h', '#include "jip-draft-page.h"',
                                'app/ideathon may not include app/draft'),
    'common_includes_draft': ('src/app/common/jip-row.h', '#include "jip-draft-page.h"',
                              'app/common may not include app/draft'),
    'gtk_in_client': ('src/client/jip-client.h', '#include <gtk/gtk.h>', 'GTK may not be used here'),
    'gdk_in_core': ('src/core/jip-id.c', '#include <gdk/gdk.h>', 'GTK may not be used here'),
    'adwaita_in_document': ('src/document/jip-reader.h', '#include <adwaita.h>', 'GTK may not be used here'),
    'poppler_outside_helper': ('src/document/jip-reader.h', '#include <poppler.h>', 'poppler may not be used here'),
    'poppler_in_app': ('src/app/draft/jip-draft-page.h', '#include <poppler/glib/poppler.h>', 'poppler may not be used'),
    'sqlite_outside_driver': ('src/store/jip-store.h', '#include <sqlite3.h>', 'SQLite may not be used here'),
    'sqlite_in_server': ('src/server/jip-server.h', '#include <sqlite3.h>', 'SQLite may not be used here'),
    'libpq_outside_driver': ('src/store/jip-store.h', '#include <libpq-fe.h>', 'libpq may not be used here'),
    'microhttpd_in_client': ('src/client/jip-client.h', '#include <microhttpd.h>', 'libmicrohttpd may not be used here'),
    'soup_in_sync': ('src/sync/jip-outbox.h', '#include <libsoup/soup.h>', 'libsoup may not be used here'),
    'soup_in_app': ('src/app/draft/jip-draft-page.h', '#include <libsoup/soup.h>', 'libsoup may not be used here'),
    'secret_in_app': ('src/app/shell/jip-window.c', '#include <libsecret/secret.h>', 'libsecret may not be used here'),
    'zip_in_client': ('src/client/jip-client.h', '#include <zip.h>', 'libzip may not be used here'),
    'xml_in_core': ('src/core/jip-id.c', '#include <libxml/tree.h>', 'libxml2 may not be used here'),
    'gmp_in_server': ('src/server/jip-server.h', '#include <gmp.h>', 'GMP may not be used here'),
    'sodium_in_app': ('src/app/shell/jip-window.c', '#include <sodium.h>', 'libsodium may not be used here'),
    'unknown_library': ('src/core/jip-id.c', '#include <curl/curl.h>', 'belongs to no library of the table'),
    'path_round': ('src/app/draft/jip-draft-page.h', '#include "../../store/jip-store.h"', 'by their name alone'),
    'angle_round': ('src/app/draft/jip-draft-page.h', '#include <jip-store.h>', 'include it with quotes'),
    'unknown_own': ('src/core/jip-id.c', '#include "config.h"', 'is no header of this tree'),
    'spaced_include': ('src/core/jip-id.c', '  #  include   "jip-store.h"', 'core may not include store'),
    'sql_in_app': ('src/app/shell/jip-window.c', 'q ("SELECT id FROM proposal");', 'no SQL in the desktop'),
    'sql_over_lines': ('src/app/shell/jip-window.c', 'q ("SELECT id "\n   "FROM proposal");', 'no SQL in the desktop'),
    'sql_write_in_app': ('src/app/shell/jip-window.c', 'q ("DELETE FROM ballot");', 'no SQL in the desktop'),
    'http_in_app': ('src/app/shell/jip-window.c', 'soup_session_new ();', 'no HTTP in the desktop'),
    'method_in_app': ('src/app/shell/jip-window.c', 'send ("POST", path);', 'no HTTP in the desktop'),
    'link_round': ('src/app/meson.build', 'dependencies: [store_dep]', 'app may not link store'),
    'link_server_to_client': ('src/client/meson.build', 'dependencies: server_lib', 'client may not link server'),
    'folder_round': ('src/app/meson.build', "include_directories('../store')", 'exposes only its own folder'),
}


class IncludesTest(unittest.TestCase):
    def run_check(self, tree):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in tree.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding='utf-8')
            return subprocess.run([str(TOP / 'tools/check-includes'), folder], capture_output=True, text=True, check=False)

    def test_clean_tree_passes(self):
        result = self.run_check(CLEAN)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn('ok 1 ', result.stdout)

    def test_same_name_twice(self):
        result = self.run_check({**CLEAN, 'src/sync/jip-id.h': ''})
        self.assertEqual(result.returncode, 1)
        self.assertIn('has the same name as src/core/jip-id.h', result.stdout)

    def test_unknown_layer(self):
        result = self.run_check({**CLEAN, 'src/util/jip-util.c': ''})
        self.assertEqual(result.returncode, 1)
        self.assertIn('is in no layer of the table', result.stdout)


def add_breach(name, path, line, message):
    def test(self):
        text = CLEAN.get(path, '')
        result = self.run_check({**CLEAN, path: text + line + '\n'})
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        findings = [found for found in result.stdout.splitlines() if found.startswith('# ')]
        self.assertEqual(len(findings), 1, result.stdout)
        self.assertTrue(findings[0].startswith(f'# {path}:{text.count(chr(10)) + 1}: '), findings[0])
        self.assertIn(message, findings[0])
    setattr(IncludesTest, f'test_{name}', test)


for breach, (where, what, says) in BREACHES.items():
    add_breach(breach, where, what, says)

if __name__ == '__main__':
    jipunit.main()
