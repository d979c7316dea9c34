-- SPDX-License-Identifier: GPL-3.0-or-later
-- Backups, and what comes back after one was restored. A place is the seq at which something was judged first: it keeps
-- growing over all restores, so that places of all epochs compare.

ALTER TABLE verdict ADD COLUMN mark TEXT;      -- what the receipt says beside the verdict: a version, a result
ALTER TABLE ballot ADD COLUMN place INTEGER;   -- of a ballot that was judged after a restore; null for all others

-- Every epoch but the first.
CREATE TABLE epoch (
  id TEXT PRIMARY KEY,
  previous TEXT NOT NULL,
  first_seq INTEGER NOT NULL,
  reason TEXT NOT NULL,              -- restore, cursor, receipt
  opened_at INTEGER NOT NULL
) STRICT;

CREATE TABLE backup (
  id TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  seq INTEGER NOT NULL,
  taken_at INTEGER NOT NULL,
  kept_at INTEGER                    -- when it was said to be kept elsewhere
) STRICT;

-- The newest place at which something that can be set again was set, since the first restore.
CREATE TABLE placed (
  name TEXT PRIMARY KEY,
  place INTEGER NOT NULL
) STRICT;

-- Acknowledged before, came back, and waits for what it is about.
CREATE TABLE parked (
  replica TEXT NOT NULL REFERENCES replica (id),
  n INTEGER NOT NULL,
  account TEXT NOT NULL REFERENCES account (id),
  name TEXT NOT NULL,
  args TEXT NOT NULL,
  status TEXT NOT NULL,
  code TEXT,
  mark TEXT,
  place INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  waits_for TEXT NOT NULL,
  PRIMARY KEY (replica, n)
) STRICT;
CREATE INDEX parked_waits_for ON parked (waits_for);

-- Numbers of a replica that nobody can send any more.
CREATE TABLE hole (
  replica TEXT NOT NULL REFERENCES replica (id),
  first_n INTEGER NOT NULL,
  last_n INTEGER NOT NULL,
  noted_at INTEGER NOT NULL,
  PRIMARY KEY (replica, first_n)
) STRICT;

-- Locked events that are being filled again. expected: the result of before; due: to be computed anew.
CREATE TABLE refill_event (
  event TEXT PRIMARY KEY REFERENCES event (id),
  lock_place INTEGER,
  expected TEXT,
  expected_place INTEGER NOT NULL,
  incomplete INTEGER NOT NULL,
  due INTEGER NOT NULL
) STRICT;
