-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a mutation is about. The overlay of one subject is made again alone: a long queue must not be replayed at each pull.
ALTER TABLE outbox ADD COLUMN subject TEXT;
UPDATE outbox SET subject = coalesce (json_extract (args, '$.proposal'), json_extract (args, '$.id'));
CREATE INDEX outbox_subject ON outbox (subject, n);
