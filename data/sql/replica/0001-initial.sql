-- SPDX-License-Identifier: GPL-3.0-or-later
-- One person's replica on one PC.

-- Rows of the wire protocol. Layer 0 is the server's truth; layer 1 shows unsent work on top of it (a tombstone where
-- row is null) and is made again from the outbox whenever either changes. Of one row's layers exactly one is shown.
-- The columns after row are taken from it, for indexes.
CREATE TABLE record (
  key INTEGER PRIMARY KEY,
  tbl TEXT NOT NULL,
  id TEXT NOT NULL,
  layer BIGINT NOT NULL,
  shown BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  row TEXT,
  parent TEXT,
  rank BIGINT,
  time BIGINT,
  name TEXT,
  kind TEXT,
  state TEXT,
  category TEXT,
  department TEXT,
  author TEXT,
  votes BIGINT
);
CREATE UNIQUE INDEX record_id ON record (tbl, id, layer);
CREATE INDEX record_layer ON record (layer) WHERE layer = 1;
CREATE INDEX record_parent ON record (tbl, parent, rank, time, id) WHERE shown = 1;
CREATE INDEX record_newest ON record (tbl, time DESC, id DESC) WHERE shown = 1;
CREATE INDEX record_votes ON record (tbl, votes DESC, time DESC, id DESC) WHERE shown = 1;

CREATE VIRTUAL TABLE proposal_text USING fts5 (words, initials, tokenize = 'hangul_bigram');

-- The queue of mutations. An entry is sent while it is waiting, shown until a pull covers it, and kept until a backup does.
CREATE TABLE outbox (
  n INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  args TEXT NOT NULL,
  at BIGINT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'ok', 'rejected', 'conflict')),
  receipt TEXT
);
CREATE INDEX outbox_waiting ON outbox (n) WHERE status = 'waiting';

-- What the server refused, until the user puts it away: nothing typed is lost.
CREATE TABLE refused (
  key INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  args TEXT NOT NULL,
  at BIGINT NOT NULL,
  code TEXT,
  message TEXT,
  detail TEXT
);

-- Text while it is typed.
CREATE TABLE scratch (
  key TEXT PRIMARY KEY,
  text TEXT NOT NULL
);
