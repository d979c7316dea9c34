/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-document-type.h"

G_BEGIN_DECLS

/* What a form holds, as text per field. Immutable: a change makes a new value. No widget, no masking. */
typedef struct _JipFormState JipFormState;

/**
 * JipFormPrefill:
 *
 * What the program knows by itself, each nullable; the members are named as the fields' `prefill`.
 */
typedef struct
{
  const char *user, *department, *organization, *phone, *today;
} JipFormPrefill;

#define JIP_TYPE_FORM_STATE (jip_form_state_get_type ())
GType jip_form_state_get_type (void);

JipFormState *jip_form_state_new (JipDocumentType *type, JsonObject *fields) G_GNUC_WARN_UNUSED_RESULT;
JipFormState *
jip_form_state_with_text (JipFormState *state, const char *field, const char *text) G_GNUC_WARN_UNUSED_RESULT;
JipFormState *
jip_form_state_with_prefill (JipFormState *state, const JipFormPrefill *prefill) G_GNUC_WARN_UNUSED_RESULT;
JipFormState *jip_form_state_ref (JipFormState *state);
void jip_form_state_unref (JipFormState *state);

JipDocumentType *jip_form_state_get_document_type (JipFormState *state);
const char *jip_form_state_get_text (JipFormState *state, const char *field);
JsonObject *jip_form_state_to_fields (JipFormState *state) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *jip_form_state_find_missing (JipFormState *state) G_GNUC_WARN_UNUSED_RESULT;
const JipDocumentField *jip_form_state_find_problem (JipFormState *state, char **sentence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (JipFormState, jip_form_state_unref)

G_END_DECLS
