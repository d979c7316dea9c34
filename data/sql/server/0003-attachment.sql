-- SPDX-License-Identifier: GPL-3.0-or-later
-- Files on ideas and comments. arrived: whether the author's upload is finished; before that nobody can read it.
-- One that was removed keeps its id, so that nothing brings it back, and nothing else.
CREATE TABLE attachment (
  id TEXT PRIMARY KEY,
  proposal TEXT NOT NULL REFERENCES proposal (id),
  comment TEXT REFERENCES comment (id),
  author TEXT NOT NULL REFERENCES account (id),
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  arrived INTEGER NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_proposal ON attachment (proposal);
CREATE INDEX attachment_waiting ON attachment (author, sha256) WHERE arrived = 0;
