-- SPDX-License-Identifier: GPL-3.0-or-later
-- Since the first restore: all that set what can be set again, of which placed has the newest place. A request that a copy brings
-- without its receipt stands at a later place than its receipt may say; once that is back, the next newest holds.
CREATE TABLE claim (
  name TEXT NOT NULL,
  place INTEGER NOT NULL,
  replica TEXT NOT NULL REFERENCES replica (id),
  n INTEGER NOT NULL,
  account TEXT NOT NULL REFERENCES account (id),
  mutation TEXT NOT NULL,
  args TEXT NOT NULL,
  code TEXT,
  mark TEXT,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (name, place, replica, n)
) STRICT;
CREATE INDEX claim_of ON claim (replica, n);
