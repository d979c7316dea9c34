-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a restored server gets again. origin: under which name it was acknowledged, where a copied replica took a new one.
ALTER TABLE outbox ADD COLUMN origin_replica TEXT;
ALTER TABLE outbox ADD COLUMN origin_n BIGINT;
ALTER TABLE outbox ADD COLUMN covered_at BIGINT; -- by the server's clock: when a pull first contained it
