/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define JIP_HANGUL_TOKENIZER "hangul_bigram"

struct sqlite3;

int jip_hangul_tokenizer_register (struct sqlite3 *handle);
char *jip_search_expression (const char *user_text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
