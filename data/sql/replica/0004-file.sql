-- SPDX-License-Identifier: GPL-3.0-or-later
-- Files that this account attached here; they lie in a folder of their own under their hash. sent: 1 the server has it, 0 it
-- is on its way, -1 this PC's copy is gone or damaged. A backup that contains the mutation done_n contains the file; done_at
-- is the PC's clock, in milliseconds.
CREATE TABLE file (
  sha256 TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  sent BIGINT NOT NULL,
  done_n BIGINT,
  done_at BIGINT
);
-- What unsent work shows or hides under an idea, tombstones included.
CREATE INDEX record_overlay ON record (tbl, parent) WHERE layer = 1;
