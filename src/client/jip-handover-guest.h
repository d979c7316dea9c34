/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "jip-handover-look.h"

G_BEGIN_DECLS

/* The hand-over of one client, in two files: which replica is next, and what becomes of the one that is open. */
struct _JipHandover
{
  GHashTable *tokens;     /* key_of() -> token, also where no keyring takes it */
  GHashTable *left;       /* folder -> JipLeft */
  GQueue folders;         /* char *: still to be looked at in this round */
  GQueue later;           /* char *: to be looked at again in the next one */
  char *folder;           /* nullable: that is being looked at */
  char *home;             /* nullable: the address under which the guest's session is kept */
  JipClient *guest;       /* nullable: whose replica is being sent */
  gboolean guest_is_own;  /* of whoever is here, at a former address */
  gboolean guest_borrows; /* it is sent with the session of whoever is here */
  GCancellable *ending;   /* nullable: the guest's session is being ended */
  GSList *stops;          /* GTask: who waits for the end */
  char *note;
  char *expected; /* nullable: the address that is offered to whoever signs in */
  guint round;    /* what comes back of an older one is late */
  guint check_id;
  guint retry_id;
  guint attempts;
  gboolean running;
  gboolean again;
  gboolean busy; /* a replica is open on a thread */
  gboolean stopped;
};

/* jip-client-handover.c */
void jip_handover_run (JipClient *self,
                       GTaskThreadFunc func,
                       GAsyncReadyCallback callback,
                       gpointer data,
                       GDestroyNotify destroy);
void jip_handover_next (JipClient *self);
void jip_handover_try_later (JipHandover *h);
void jip_handover_set_closed (JipClient *self, const JipHandoverLook *look);

/* jip-handover-guest.c */
void jip_handover_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data);
void jip_handover_end_guest (JipClient *self, gboolean left);

G_END_DECLS
