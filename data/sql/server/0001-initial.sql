-- SPDX-License-Identifier: GPL-3.0-or-later
-- The server's tables. Ids are UUIDs as text, moments are milliseconds since 1970, JSON is canonical text.

CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
INSERT INTO counter (name, value) VALUES ('seq', 0), ('audit', 0);

CREATE TABLE department (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE account (
  id TEXT PRIMARY KEY,
  login TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  department TEXT REFERENCES department (id),
  roles TEXT NOT NULL,               -- JSON list
  disabled INTEGER NOT NULL DEFAULT 0,
  password TEXT,                     -- Argon2id; null: signs in with a judge's code only
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  device TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_account ON session (account);

-- What each copy of the data has pushed, and what was answered.
CREATE TABLE replica (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  last_n INTEGER NOT NULL,
  safe_n INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE verdict (
  replica TEXT NOT NULL REFERENCES replica (id),
  n INTEGER NOT NULL,
  hash TEXT NOT NULL,                -- SHA-256 of the canonical {n, name, args, at}
  status TEXT NOT NULL,
  code TEXT,
  message TEXT,
  detail TEXT,
  seq INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  PRIMARY KEY (replica, n)
) STRICT;

-- One row for each row that clients hold or have held, under its newest seq: what it looks like and who may see it.
-- roles: 1 everybody, 2 auditors, 4 admins; reader_*: single accounts. A deleted row has neither body nor digest.
CREATE TABLE feed (
  seq INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  roles INTEGER NOT NULL,
  reader_a TEXT,
  reader_b TEXT,
  reader_c TEXT,
  body TEXT,
  digest TEXT,
  UNIQUE (table_name, row_id)
) STRICT;
CREATE INDEX feed_reader_a ON feed (reader_a) WHERE reader_a IS NOT NULL;
CREATE INDEX feed_reader_b ON feed (reader_b) WHERE reader_b IS NOT NULL;
CREATE INDEX feed_reader_c ON feed (reader_c) WHERE reader_c IS NOT NULL;
CREATE INDEX feed_roles ON feed (roles) WHERE roles > 1;

-- Who lost sight of which row, and when.
CREATE TABLE feed_drop (
  seq INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  account TEXT NOT NULL
) STRICT;
CREATE INDEX feed_drop_account ON feed_drop (account, seq);

-- The running sum of the digests of the rows that everybody sees.
CREATE TABLE feed_sum (
  table_name TEXT PRIMARY KEY,
  sum TEXT NOT NULL
) STRICT;

CREATE TABLE audit (
  n INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;

CREATE TABLE document_type (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE proposal (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT,
  body TEXT NOT NULL,
  category TEXT,
  department TEXT REFERENCES department (id),
  anonymous INTEGER NOT NULL,
  author TEXT NOT NULL REFERENCES account (id),
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  votes INTEGER NOT NULL DEFAULT 0,
  comments INTEGER NOT NULL DEFAULT 0,
  received_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE proposal_version (
  id TEXT PRIMARY KEY,
  proposal TEXT NOT NULL REFERENCES proposal (id),
  version INTEGER NOT NULL,
  title TEXT,
  body TEXT NOT NULL,
  category TEXT,
  department TEXT REFERENCES department (id),
  author TEXT NOT NULL REFERENCES account (id),
  lost INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX proposal_version_proposal ON proposal_version (proposal, version);

CREATE TABLE proposal_step (
  id TEXT PRIMARY KEY,
  proposal TEXT NOT NULL REFERENCES proposal (id),
  from_state TEXT,
  to_state TEXT NOT NULL,
  actor TEXT NOT NULL REFERENCES account (id),
  reason TEXT,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX proposal_step_proposal ON proposal_step (proposal);

CREATE TABLE comment (
  id TEXT PRIMARY KEY,
  proposal TEXT NOT NULL REFERENCES proposal (id),
  author TEXT NOT NULL REFERENCES account (id),
  body TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX comment_proposal ON comment (proposal);

CREATE TABLE vote (
  id TEXT PRIMARY KEY,               -- PROPOSAL:ACCOUNT
  proposal TEXT NOT NULL REFERENCES proposal (id),
  account TEXT NOT NULL REFERENCES account (id)
) STRICT;

CREATE TABLE event (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  place TEXT,
  state TEXT NOT NULL,
  rules TEXT NOT NULL,
  rules_hash TEXT,
  chair TEXT NOT NULL REFERENCES account (id),
  organiser TEXT NOT NULL REFERENCES account (id),
  presenting TEXT,
  timer_ends_at INTEGER,
  category_windows TEXT NOT NULL,    -- JSON object
  revealed INTEGER NOT NULL DEFAULT 0,
  reveal_steps INTEGER,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX event_chair ON event (chair);

CREATE TABLE entry (
  id TEXT PRIMARY KEY,
  event TEXT NOT NULL REFERENCES event (id),
  number INTEGER NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  team TEXT NOT NULL,
  department TEXT,
  status TEXT NOT NULL,
  status_reason TEXT,
  adjust TEXT NOT NULL,
  adjust_reason TEXT,
  voting TEXT NOT NULL,              -- waiting, open, closed
  lot INTEGER,
  slides TEXT,                       -- JSON object
  UNIQUE (event, number)
) STRICT;

CREATE TABLE judge (
  id TEXT PRIMARY KEY,
  event TEXT NOT NULL REFERENCES event (id),
  number INTEGER NOT NULL,
  account TEXT NOT NULL REFERENCES account (id),
  panel TEXT NOT NULL,
  label TEXT NOT NULL,
  name TEXT NOT NULL,
  department TEXT,
  UNIQUE (event, account)
) STRICT;
CREATE INDEX judge_account ON judge (account);

CREATE TABLE recusal (
  id TEXT PRIMARY KEY,               -- JUDGE:ENTRY
  event TEXT NOT NULL REFERENCES event (id),
  judge TEXT NOT NULL REFERENCES judge (id),
  entry TEXT NOT NULL REFERENCES entry (id),
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL REFERENCES account (id),
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX recusal_event ON recusal (event);
CREATE INDEX recusal_entry ON recusal (entry);

-- subject: the entry, or for picks the category. Scores, score and picks are JSON as sent.
CREATE TABLE ballot (
  id TEXT PRIMARY KEY,
  event TEXT NOT NULL REFERENCES event (id),
  judge TEXT NOT NULL REFERENCES judge (id),
  subject TEXT NOT NULL,
  entry TEXT REFERENCES entry (id),
  category TEXT,
  version INTEGER NOT NULL,
  scores TEXT,
  score TEXT,
  picks TEXT,
  complete INTEGER NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  hash TEXT NOT NULL,
  receipt_code TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  UNIQUE (judge, subject, version)
) STRICT;
CREATE INDEX ballot_event ON ballot (event);

-- The ballot that counts for each judge and subject.
CREATE TABLE submission (
  id TEXT PRIMARY KEY,               -- JUDGE:SUBJECT
  event TEXT NOT NULL REFERENCES event (id),
  judge TEXT NOT NULL REFERENCES judge (id),
  subject TEXT NOT NULL,
  entry TEXT REFERENCES entry (id),
  category TEXT,
  ballot TEXT NOT NULL REFERENCES ballot (id),
  complete INTEGER NOT NULL
) STRICT;
CREATE INDEX submission_subject ON submission (event, subject);

CREATE TABLE progress (
  id TEXT PRIMARY KEY,               -- ENTRY:PANEL
  event TEXT NOT NULL REFERENCES event (id),
  entry TEXT NOT NULL REFERENCES entry (id),
  panel TEXT NOT NULL,
  counted INTEGER NOT NULL,
  expected INTEGER NOT NULL
) STRICT;

CREATE TABLE result (
  event TEXT PRIMARY KEY REFERENCES event (id),
  result TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;

CREATE TABLE reveal (
  id TEXT PRIMARY KEY,               -- EVENT:N
  event TEXT NOT NULL REFERENCES event (id),
  n INTEGER NOT NULL,
  award TEXT NOT NULL,
  award_name TEXT NOT NULL,
  category TEXT,
  entries TEXT NOT NULL              -- JSON list
) STRICT;

CREATE TABLE join_code (
  code_hash TEXT PRIMARY KEY,
  judge TEXT NOT NULL REFERENCES judge (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE draft (
  id TEXT PRIMARY KEY,
  author TEXT NOT NULL REFERENCES account (id),
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  document TEXT NOT NULL,
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0,
  received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE draft_version (
  id TEXT PRIMARY KEY,
  draft TEXT NOT NULL REFERENCES draft (id),
  version INTEGER NOT NULL,
  document TEXT NOT NULL,
  lost INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX draft_version_draft ON draft_version (draft, version);

-- A file that is whole and verified; its bytes lie in the data folder under its hash.
CREATE TABLE blob (
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE upload (
  account TEXT NOT NULL REFERENCES account (id),
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account, sha256)
) STRICT;

-- Which rows of the feed refer to a file: who sees one of them may read it.
CREATE TABLE blob_use (
  sha256 TEXT NOT NULL,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  PRIMARY KEY (sha256, table_name, row_id)
) STRICT;
