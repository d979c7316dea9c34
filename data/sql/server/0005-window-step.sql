-- SPDX-License-Identifier: GPL-3.0-or-later
-- How the windows and the lock of an event were moved: after a restore, a ballot that was judged without knowing of a move is judged again.
CREATE TABLE window_step (
  event TEXT NOT NULL,
  subject TEXT NOT NULL,                         -- an entry or a category; empty: the lock
  place INTEGER NOT NULL,
  arrived INTEGER NOT NULL,                      -- the seq at which this server had it, for the first time or again
  state TEXT NOT NULL,                           -- what becomes of a ballot that comes then
  PRIMARY KEY (event, subject, place)
) STRICT;

INSERT INTO window_step SELECT event, '', lock_place, lock_place, 'late-refused' FROM refill_event WHERE lock_place > 0;
ALTER TABLE refill_event DROP COLUMN lock_place;

ALTER TABLE ballot ADD COLUMN known INTEGER;     -- the newest place at which its window had been moved, as far as the server knew
ALTER TABLE ballot ADD COLUMN judged TEXT;       -- what its receipt says: valid or late; null, as known, where that holds for good
ALTER TABLE ballot ADD COLUMN given INTEGER;     -- the version that it came with; null where it is the version
UPDATE ballot SET known = 0, judged = CASE WHEN state = 'valid' THEN 'valid' ELSE 'late' END WHERE place IS NOT NULL;

-- What a copied replica brings under a new name. The hash is of its contents under the number of before: both halves of a copy
-- go on with the same numbers.
CREATE TABLE origin (
  replica TEXT NOT NULL REFERENCES replica (id),
  n INTEGER NOT NULL,
  origin_replica TEXT NOT NULL,
  origin_n INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (replica, n)
) STRICT;
CREATE INDEX origin_of ON origin (origin_replica, origin_n);
