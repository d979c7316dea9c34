-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where an edit stands among all, and what it knew, so that edits that come back after a restore take their old places.
ALTER TABLE proposal_version ADD COLUMN place INTEGER;  -- as in its receipt; null for the first, and before this schema
ALTER TABLE proposal_version ADD COLUMN seen TEXT;      -- src/server/jip-proposal-place.h
ALTER TABLE proposal_version ADD COLUMN writers TEXT;   -- of each field then: the place of the edit that wrote it
CREATE INDEX proposal_version_place ON proposal_version (proposal, place);
