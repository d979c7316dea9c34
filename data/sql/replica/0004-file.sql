-- SPDX-License-Identifier: GPL-3.0-or-later
-- Files that this account attached here: which of them the server has. They lie in a folder of their own under their hash.
CREATE TABLE file (
  sha256 TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  sent BIGINT NOT NULL
);
