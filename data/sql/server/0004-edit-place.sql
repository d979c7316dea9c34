-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where an edit or a save stands among all, and what it knew, so that what comes back after a restore takes its old place.
ALTER TABLE proposal_version ADD COLUMN place INTEGER;  -- as in its receipt; null for the first, and before this schema
ALTER TABLE proposal_version ADD COLUMN seen TEXT;      -- src/server/jip-proposal-place.h
ALTER TABLE proposal_version ADD COLUMN writers TEXT;   -- of each field then: the place of the edit that wrote it
CREATE INDEX proposal_version_place ON proposal_version (proposal, place);

ALTER TABLE draft_version ADD COLUMN place INTEGER;     -- as above
ALTER TABLE draft_version ADD COLUMN number INTEGER;    -- the version that it was when it was saved
CREATE INDEX draft_version_place ON draft_version (draft, place);
