-- SPDX-License-Identifier: GPL-3.0-or-later
-- A database of the server as schema 1 left it; never changed again.
BEGIN TRANSACTION;
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
INSERT INTO "account" VALUES('01a206be-63d7-7fda-ae92-10909da1129c','kim','김철수','01a206be-63d7-77da-91eb-8a2342980800','["staff"]',0,'$argon2id$v=19$m=19456,t=2,p=1$czH4wjyMjLOwMow+68hkzg$cV10qlUKdbcb7Wa2xq7nTya7O73OfVtCclSgf1W6b5c',1795409470423);
INSERT INTO "account" VALUES('01a206be-63d7-7635-9da5-e42d3a8e7e12','host','주최','01a206be-63d7-75b2-9837-fd7f9f5d6824','["staff","organiser"]',0,'$argon2id$v=19$m=19456,t=2,p=1$B20czYS+dmHNePi0wGEhyQ$F8ElEWo8PaWIjj3Bjd+raOL1CdMFobX9sm5Z+1NJgzg',1795409470423);
INSERT INTO "account" VALUES('01a206be-63d7-72df-9213-7e180f80d2ff','admin','관리',NULL,'["staff","admin"]',0,'$argon2id$v=19$m=19456,t=2,p=1$mBxclSgmlvxCMEJ8B3EZQQ$PbVzMvLvCO5EhTpR4nG5SDDWZvD9fLfGb73LmMjM5VA',1795409470423);
CREATE TABLE audit (
  n INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
INSERT INTO "audit" VALUES(1,1795409470423,'account','{"account":"01a206be-63d7-7fda-ae92-10909da1129c","roles":["staff"]}','0000000000000000000000000000000000000000000000000000000000000000','2fcb4e26d34328ac32e0fde7429d46244d75ec0cae46534d6e52034e3c5a169a');
INSERT INTO "audit" VALUES(2,1795409470423,'account','{"account":"01a206be-63d7-7635-9da5-e42d3a8e7e12","roles":["staff","organiser"]}','2fcb4e26d34328ac32e0fde7429d46244d75ec0cae46534d6e52034e3c5a169a','9b2144f5dc0113feb356a97505c971b07ee11e92c021090af702f51f2b1b42ee');
INSERT INTO "audit" VALUES(3,1795409470423,'account','{"account":"01a206be-63d7-72df-9213-7e180f80d2ff","roles":["staff","admin"]}','9b2144f5dc0113feb356a97505c971b07ee11e92c021090af702f51f2b1b42ee','de16b47e45b0a08533612c91d458bbac54ee526702b7bd24f0ec7968daadaebb');
INSERT INTO "audit" VALUES(4,1795409470564,'login','{"account":"01a206be-63d7-7fda-ae92-10909da1129c","by":"password"}','de16b47e45b0a08533612c91d458bbac54ee526702b7bd24f0ec7968daadaebb','0fa16dc67c752a2d1ab8b56ec08740dd7b961469bd60e540c6c505c49e061d39');
INSERT INTO "audit" VALUES(5,1795409470620,'login','{"account":"01a206be-63d7-7635-9da5-e42d3a8e7e12","by":"password"}','0fa16dc67c752a2d1ab8b56ec08740dd7b961469bd60e540c6c505c49e061d39','f6cb47a485b6bd23bd24ccbd5e91dc29601080597bcc5e73b3054fc9daedf16e');
INSERT INTO "audit" VALUES(6,1795409470627,'event','{"account":"01a206be-63d7-7635-9da5-e42d3a8e7e12","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","step":"create"}','f6cb47a485b6bd23bd24ccbd5e91dc29601080597bcc5e73b3054fc9daedf16e','58957552b4c1a8ce490772b8dd99ed4e90f6bb66a86df81b9769b892d05e702d');
INSERT INTO "audit" VALUES(7,1795409470640,'event','{"account":"01a206be-63d7-7fda-ae92-10909da1129c","entry":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","step":"open"}','58957552b4c1a8ce490772b8dd99ed4e90f6bb66a86df81b9769b892d05e702d','30bebc2bf8ff358137ce38790c2f3c29e3bf20aba3f6b62691f24356a7aa05a3');
INSERT INTO "audit" VALUES(8,1795409470641,'ballot','{"account":"01a206be-63d7-7635-9da5-e42d3a8e7e12","ballot":"f0fb48f3-a1ad-41b5-be82-4ee2e99c1f8b","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","receipt":"D84XNYBPBC","state":"valid"}','30bebc2bf8ff358137ce38790c2f3c29e3bf20aba3f6b62691f24356a7aa05a3','7c8eee7c6f2c93ab888e7a951de46925b5556b96045deef848d54aece2f94b77');
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
INSERT INTO "ballot" VALUES('f0fb48f3-a1ad-41b5-be82-4ee2e99c1f8b','3a2fd84a-59ef-40c0-b69a-25ab096e6abc','f1026c53-3b30-4791-b081-5e1c4d788a9e','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee',NULL,1,NULL,'"8.5"',NULL,1,'valid',NULL,'1f339a3d1eb7349852eb199f798ad30825c45cdb188d5d44e0ba493552e4fd03','D84XNYBPBC',1795409470641);
CREATE TABLE blob (
  sha256 TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE blob_use (
  sha256 TEXT NOT NULL,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  PRIMARY KEY (sha256, table_name, row_id)
) STRICT;
CREATE TABLE comment (
  id TEXT PRIMARY KEY,
  proposal TEXT NOT NULL REFERENCES proposal (id),
  author TEXT NOT NULL REFERENCES account (id),
  body TEXT NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
INSERT INTO "comment" VALUES('61c086a6-48c0-404f-889d-1664de3cd7ca','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc','01a206be-63d7-7635-9da5-e42d3a8e7e12','좋습니다',1795409470639);
CREATE TABLE counter (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;
INSERT INTO "counter" VALUES('seq',40);
INSERT INTO "counter" VALUES('audit',8);
CREATE TABLE department (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "department" VALUES('01a206be-63d7-77da-91eb-8a2342980800','재무국');
INSERT INTO "department" VALUES('01a206be-63d7-75b2-9837-fd7f9f5d6824','총무과');
CREATE TABLE document_type (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL
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
INSERT INTO "draft" VALUES('11ce6791-650f-461c-924f-c17e743e40ea','01a206be-63d7-7fda-ae92-10909da1129c','press-release','제목','{"format":"jip-draft/1","sections":[],"title":"제목","type":"press-release"}',1,0,1795409470643);
CREATE TABLE draft_version (
  id TEXT PRIMARY KEY,
  draft TEXT NOT NULL REFERENCES draft (id),
  version INTEGER NOT NULL,
  document TEXT NOT NULL,
  lost INTEGER NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;
INSERT INTO "draft_version" VALUES('11ce6791-650f-461c-924f-c17e743e40ea:1','11ce6791-650f-461c-924f-c17e743e40ea',1,'{"format":"jip-draft/1","sections":[],"title":"제목","type":"press-release"}',0,1795409470643);
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
INSERT INTO "entry" VALUES('c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee','3a2fd84a-59ef-40c0-b69a-25ab096e6abc',1,'inner','제안 1','요약','1팀','0과','active',NULL,'0',NULL,'open',NULL,NULL);
INSERT INTO "entry" VALUES('9e8a8500-7f26-46ad-84c0-4dfc89f531be','3a2fd84a-59ef-40c0-b69a-25ab096e6abc',2,'citizen','제안 2','요약','2팀','1과','active',NULL,'0',NULL,'waiting',NULL,NULL);
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
INSERT INTO "event" VALUES('3a2fd84a-59ef-40c0-b69a-25ab096e6abc','아이디어톤','대강당','live','{"auto_recuse":["staff"],"awards":{"grand":{"id":"grand","mode":"promote","name":"대상"},"per_category":[{"id":"best","name":"최우수","seats":1},{"id":"excellence","name":"우수","seats":1},{"id":"encouragement","name":"장려","seats":3}]},"categories":[{"id":"inner","name":"내부 프로세스"},{"id":"citizen","name":"대시민 서비스"}],"panels":[{"criteria":[{"id":"creativity","max":40,"name":"창의성"},{"id":"feasibility","max":30,"name":"실현성"},{"id":"effect","max":30,"name":"효과"}],"id":"expert","mode":"rubric","name":"전문가","quorum":1,"trim":"one-each","weight":70},{"id":"staff","max":10,"mode":"score","name":"직원","weight":30}],"ties":["panel:expert","criterion:expert/creativity","panel:staff","lot"]}','c3c80b252a29ace80e71fbfd19d045d393c99fcf99aaf16181ae4d86f39ddccb','01a206be-63d7-7fda-ae92-10909da1129c','01a206be-63d7-7635-9da5-e42d3a8e7e12',NULL,NULL,'{}',0,NULL,2,1795409470627);
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
INSERT INTO "feed" VALUES(1,'department','01a206be-63d7-77da-91eb-8a2342980800',1,NULL,NULL,NULL,'{"id":"01a206be-63d7-77da-91eb-8a2342980800","name":"재무국"}','867aba582de21c19e8804208bba30346e1deac2a7a23e592888995365567addc');
INSERT INTO "feed" VALUES(2,'user','01a206be-63d7-7fda-ae92-10909da1129c',4,'01a206be-63d7-7fda-ae92-10909da1129c',NULL,NULL,'{"department":"01a206be-63d7-77da-91eb-8a2342980800","disabled":false,"id":"01a206be-63d7-7fda-ae92-10909da1129c","login":"kim","name":"김철수","roles":["staff"]}','62a32ef5362dc77eff232be16367809c082b803fb655ddcbe5fafa8df0d2989c');
INSERT INTO "feed" VALUES(3,'department','01a206be-63d7-75b2-9837-fd7f9f5d6824',1,NULL,NULL,NULL,'{"id":"01a206be-63d7-75b2-9837-fd7f9f5d6824","name":"총무과"}','e7d6c516f50d2ce4f2b15d78c76744c58ba5b7bafe3906a869a02a7bbdce61fa');
INSERT INTO "feed" VALUES(4,'user','01a206be-63d7-7635-9da5-e42d3a8e7e12',4,'01a206be-63d7-7635-9da5-e42d3a8e7e12',NULL,NULL,'{"department":"01a206be-63d7-75b2-9837-fd7f9f5d6824","disabled":false,"id":"01a206be-63d7-7635-9da5-e42d3a8e7e12","login":"host","name":"주최","roles":["staff","organiser"]}','018cc5ec30f09f3c5f7056eb69e97eedf26741651e97e1f708e566d75fdc3729');
INSERT INTO "feed" VALUES(5,'user','01a206be-63d7-72df-9213-7e180f80d2ff',4,'01a206be-63d7-72df-9213-7e180f80d2ff',NULL,NULL,'{"department":null,"disabled":false,"id":"01a206be-63d7-72df-9213-7e180f80d2ff","login":"admin","name":"관리","roles":["staff","admin"]}','25b66565367a2e82f5a64ef92eec1ece78a87b2b3ff6efc7b4ac852b11ac8051');
INSERT INTO "feed" VALUES(20,'entry','9e8a8500-7f26-46ad-84c0-4dfc89f531be',1,NULL,NULL,NULL,'{"adjust":"0","adjust_reason":null,"category":"citizen","department":"1과","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","id":"9e8a8500-7f26-46ad-84c0-4dfc89f531be","number":2,"slides":null,"status":"active","summary":"요약","team":"2팀","title":"제안 2","window":"waiting"}','3f2ec67bb684f44b692ba686d2bc33a7de7a8bed697b597185f35bd8dfc65a63');
INSERT INTO "feed" VALUES(21,'judge','f1026c53-3b30-4791-b081-5e1c4d788a9e',2,'01a206be-63d7-7635-9da5-e42d3a8e7e12','01a206be-63d7-7fda-ae92-10909da1129c','01a206be-63d7-7635-9da5-e42d3a8e7e12','{"department":"총무과","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","id":"f1026c53-3b30-4791-b081-5e1c4d788a9e","label":"직원 1","name":"주최","panel":"staff","user":"01a206be-63d7-7635-9da5-e42d3a8e7e12"}','b820f657aad9657b71fa81ff5a3565888f79f5f9da1d628c874b1a59c9ad1406');
INSERT INTO "feed" VALUES(22,'progress','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee:expert',1,NULL,NULL,NULL,'{"counted":0,"entry":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","expected":0,"id":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee:expert","panel":"expert"}','03d527364dcdcac6f7b833d331235c82dd4b3575cb55c8a26bf04ac5458f7bc5');
INSERT INTO "feed" VALUES(24,'progress','9e8a8500-7f26-46ad-84c0-4dfc89f531be:expert',1,NULL,NULL,NULL,'{"counted":0,"entry":"9e8a8500-7f26-46ad-84c0-4dfc89f531be","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","expected":0,"id":"9e8a8500-7f26-46ad-84c0-4dfc89f531be:expert","panel":"expert"}','3978e48f29c37f68f1f88dc3c1f9edaffa5b1c53ac6e0d851f9f6067cc410b0c');
INSERT INTO "feed" VALUES(25,'progress','9e8a8500-7f26-46ad-84c0-4dfc89f531be:staff',1,NULL,NULL,NULL,'{"counted":0,"entry":"9e8a8500-7f26-46ad-84c0-4dfc89f531be","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","expected":1,"id":"9e8a8500-7f26-46ad-84c0-4dfc89f531be:staff","panel":"staff"}','e2f3f8f5238419d4d26115ac92b4e3007615dd6d1bfbf38f606e1f2e54499196');
INSERT INTO "feed" VALUES(27,'own_proposal','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc',0,'01a206be-63d7-7fda-ae92-10909da1129c',NULL,NULL,'{"id":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc","proposal":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc"}','1ffe9121e3145cc841d1364f10a7888c6e73db2201b0b8b98ab2afbb344d7058');
INSERT INTO "feed" VALUES(28,'proposal_version','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:1',1,NULL,NULL,NULL,'{"body":"야간 도서관","by_name":"김철수","category":null,"department":null,"id":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:1","lost":false,"proposal":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc","received_at":"2026-11-23T04:51:10.635Z","title":null,"version":1}','d025bb2b5ce5c16d667ab3c3ef7e2cf3326455cbd98fa5691703fd4b6f82c9c9');
INSERT INTO "feed" VALUES(29,'proposal_step','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:1',1,NULL,NULL,NULL,'{"by_name":"김철수","from":null,"id":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:1","proposal":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc","reason":null,"received_at":"2026-11-23T04:51:10.635Z","to":"received"}','968d134d8f540ec9d12dd25888150450f0ff9f5a25b7cdfe3163318285605165');
INSERT INTO "feed" VALUES(30,'vote','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:01a206be-63d7-7635-9da5-e42d3a8e7e12',0,'01a206be-63d7-7635-9da5-e42d3a8e7e12',NULL,NULL,'{"id":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:01a206be-63d7-7635-9da5-e42d3a8e7e12","proposal":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc","user":"01a206be-63d7-7635-9da5-e42d3a8e7e12"}','eecba1b3894874ba51e2878bff801d5a173826701fe170595b296f3878d160bb');
INSERT INTO "feed" VALUES(32,'comment','61c086a6-48c0-404f-889d-1664de3cd7ca',1,NULL,NULL,NULL,'{"author":"01a206be-63d7-7635-9da5-e42d3a8e7e12","author_department":"총무과","author_name":"주최","body":"좋습니다","id":"61c086a6-48c0-404f-889d-1664de3cd7ca","proposal":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc","received_at":"2026-11-23T04:51:10.639Z"}','b06043d3858a8f07aba6fcd5660022e5ffb6006a91a03adc3553aff75e0ee808');
INSERT INTO "feed" VALUES(33,'proposal','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc',1,NULL,NULL,NULL,'{"anonymous":false,"author":"01a206be-63d7-7fda-ae92-10909da1129c","author_department":"재무국","author_name":"김철수","body":"야간 도서관","category":null,"comments":1,"department":null,"id":"3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc","kind":"proposal","received_at":"2026-11-23T04:51:10.635Z","state":"received","title":null,"updated_at":"2026-11-23T04:51:10.635Z","version":1,"votes":1}','9a89c03d64e463886991ae77c7f0464e0186eb1d4485685e2f177c5aa496d58a');
INSERT INTO "feed" VALUES(34,'entry','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee',1,NULL,NULL,NULL,'{"adjust":"0","adjust_reason":null,"category":"inner","department":"0과","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","id":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee","number":1,"slides":null,"status":"active","summary":"요약","team":"1팀","title":"제안 1","window":"open"}','fddc18e10f86673fd7ab0570417c8bed2358285a918afa8d75f751961dfdb8b1');
INSERT INTO "feed" VALUES(35,'event','3a2fd84a-59ef-40c0-b69a-25ab096e6abc',1,NULL,NULL,NULL,'{"category_windows":{},"chair":"01a206be-63d7-7fda-ae92-10909da1129c","id":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","organiser":"01a206be-63d7-7635-9da5-e42d3a8e7e12","place":"대강당","presenting":null,"reveal_steps":null,"revealed":0,"rules":{"auto_recuse":["staff"],"awards":{"grand":{"id":"grand","mode":"promote","name":"대상"},"per_category":[{"id":"best","name":"최우수","seats":1},{"id":"excellence","name":"우수","seats":1},{"id":"encouragement","name":"장려","seats":3}]},"categories":[{"id":"inner","name":"내부 프로세스"},{"id":"citizen","name":"대시민 서비스"}],"panels":[{"criteria":[{"id":"creativity","max":40,"name":"창의성"},{"id":"feasibility","max":30,"name":"실현성"},{"id":"effect","max":30,"name":"효과"}],"id":"expert","mode":"rubric","name":"전문가","quorum":1,"trim":"one-each","weight":70},{"id":"staff","max":10,"mode":"score","name":"직원","weight":30}],"ties":["panel:expert","criterion:expert/creativity","panel:staff","lot"]},"rules_hash":"c3c80b252a29ace80e71fbfd19d045d393c99fcf99aaf16181ae4d86f39ddccb","state":"live","timer_ends_at":null,"title":"아이디어톤","version":2}','33d3b0e09fbf27b901de3a34682e5c2197ac1d23b4b1856c35c2011fc59053cc');
INSERT INTO "feed" VALUES(36,'ballot','f0fb48f3-a1ad-41b5-be82-4ee2e99c1f8b',0,'01a206be-63d7-7635-9da5-e42d3a8e7e12',NULL,NULL,'{"category":null,"entry":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","id":"f0fb48f3-a1ad-41b5-be82-4ee2e99c1f8b","judge":"f1026c53-3b30-4791-b081-5e1c4d788a9e","picks":null,"receipt_code":"D84XNYBPBC","received_at":"2026-11-23T04:51:10.641Z","score":"8.5","scores":null,"state":"valid","version":1}','a8da42a861b6f00ce39f176200697f727d6ae7dd3586fd09cd491586f5f498ae');
INSERT INTO "feed" VALUES(37,'submission','f1026c53-3b30-4791-b081-5e1c4d788a9e:c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee',0,'01a206be-63d7-7635-9da5-e42d3a8e7e12','01a206be-63d7-7fda-ae92-10909da1129c','01a206be-63d7-7635-9da5-e42d3a8e7e12','{"category":null,"complete":true,"entry":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","id":"f1026c53-3b30-4791-b081-5e1c4d788a9e:c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee","judge":"f1026c53-3b30-4791-b081-5e1c4d788a9e"}','36b4bcdbc093ef796368529085e610551a266304b4287f1e0562f6cfe3c66871');
INSERT INTO "feed" VALUES(38,'progress','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee:staff',1,NULL,NULL,NULL,'{"counted":1,"entry":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee","event":"3a2fd84a-59ef-40c0-b69a-25ab096e6abc","expected":1,"id":"c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee:staff","panel":"staff"}','3d8e5c319ad1dbe4c4d8ac829e2ddbcaf287884c1f8ae8c20fdd08318bdd3df6');
INSERT INTO "feed" VALUES(39,'draft','11ce6791-650f-461c-924f-c17e743e40ea',0,'01a206be-63d7-7fda-ae92-10909da1129c',NULL,NULL,'{"document":{"format":"jip-draft/1","sections":[],"title":"제목","type":"press-release"},"id":"11ce6791-650f-461c-924f-c17e743e40ea","received_at":"2026-11-23T04:51:10.643Z","title":"제목","type":"press-release","version":1}','62966c38f69644c5697dc349fbc3f802015331f50bbf2f63e4847c2254d28dc2');
INSERT INTO "feed" VALUES(40,'draft_version','11ce6791-650f-461c-924f-c17e743e40ea:1',0,'01a206be-63d7-7fda-ae92-10909da1129c',NULL,NULL,'{"document":{"format":"jip-draft/1","sections":[],"title":"제목","type":"press-release"},"draft":"11ce6791-650f-461c-924f-c17e743e40ea","id":"11ce6791-650f-461c-924f-c17e743e40ea:1","lost":false,"received_at":"2026-11-23T04:51:10.643Z","version":1}','9f9d02a038d0180f6c0627e48b449111d74267a833cff4ec4ef7acdcfb08bab4');
CREATE TABLE feed_drop (
  seq INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  account TEXT NOT NULL
) STRICT;
CREATE TABLE feed_sum (
  table_name TEXT PRIMARY KEY,
  sum TEXT NOT NULL
) STRICT;
INSERT INTO "feed_sum" VALUES('department','6e517f6f22ef48fedb319f81830a480c6d8463e5785cec3af229bfb213360fd6');
INSERT INTO "feed_sum" VALUES('event','33d3b0e09fbf27b901de3a34682e5c2197ac1d23b4b1856c35c2011fc59053cc');
INSERT INTO "feed_sum" VALUES('entry','3d0adf5cc60b5b8b40d6abf71438bf9501d2b447fb0653fefbeaad6efdc41314');
INSERT INTO "feed_sum" VALUES('progress','5dd060ec35e73fe980ea83c6240008fe4043b782b34ab278fbdad28cf1f7565d');
INSERT INTO "feed_sum" VALUES('proposal','9a89c03d64e463886991ae77c7f0464e0186eb1d4485685e2f177c5aa496d58a');
INSERT INTO "feed_sum" VALUES('proposal_version','d025bb2b5ce5c16d667ab3c3ef7e2cf3326455cbd98fa5691703fd4b6f82c9c9');
INSERT INTO "feed_sum" VALUES('proposal_step','968d134d8f540ec9d12dd25888150450f0ff9f5a25b7cdfe3163318285605165');
INSERT INTO "feed_sum" VALUES('comment','b06043d3858a8f07aba6fcd5660022e5ffb6006a91a03adc3553aff75e0ee808');
CREATE TABLE join_code (
  code_hash TEXT PRIMARY KEY,
  judge TEXT NOT NULL REFERENCES judge (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
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
INSERT INTO "judge" VALUES('f1026c53-3b30-4791-b081-5e1c4d788a9e','3a2fd84a-59ef-40c0-b69a-25ab096e6abc',1,'01a206be-63d7-7635-9da5-e42d3a8e7e12','staff','직원 1','주최','총무과');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO "meta" VALUES('schema','1');
INSERT INTO "meta" VALUES('epoch','01a206be-6359-740b-aa61-ae79be8dc148');
INSERT INTO "meta" VALUES('receipt_key','546f126ed640abe56af5079913b078dbabf72d29b934faf8388897451245f1d7');
INSERT INTO "meta" VALUES('cursor_key','6f8c16252712bbf54ad3d5a9559e999d29e4df131444a2cc35f4d1c562a24d5e');
CREATE TABLE progress (
  id TEXT PRIMARY KEY,               -- ENTRY:PANEL
  event TEXT NOT NULL REFERENCES event (id),
  entry TEXT NOT NULL REFERENCES entry (id),
  panel TEXT NOT NULL,
  counted INTEGER NOT NULL,
  expected INTEGER NOT NULL
) STRICT;
INSERT INTO "progress" VALUES('c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee:expert','3a2fd84a-59ef-40c0-b69a-25ab096e6abc','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee','expert',0,0);
INSERT INTO "progress" VALUES('c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee:staff','3a2fd84a-59ef-40c0-b69a-25ab096e6abc','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee','staff',1,1);
INSERT INTO "progress" VALUES('9e8a8500-7f26-46ad-84c0-4dfc89f531be:expert','3a2fd84a-59ef-40c0-b69a-25ab096e6abc','9e8a8500-7f26-46ad-84c0-4dfc89f531be','expert',0,0);
INSERT INTO "progress" VALUES('9e8a8500-7f26-46ad-84c0-4dfc89f531be:staff','3a2fd84a-59ef-40c0-b69a-25ab096e6abc','9e8a8500-7f26-46ad-84c0-4dfc89f531be','staff',0,1);
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
INSERT INTO "proposal" VALUES('3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc','proposal',NULL,'야간 도서관',NULL,NULL,0,'01a206be-63d7-7fda-ae92-10909da1129c','received',1,1,1,1795409470635,1795409470635);
CREATE TABLE proposal_step (
  id TEXT PRIMARY KEY,
  proposal TEXT NOT NULL REFERENCES proposal (id),
  from_state TEXT,
  to_state TEXT NOT NULL,
  actor TEXT NOT NULL REFERENCES account (id),
  reason TEXT,
  received_at INTEGER NOT NULL
) STRICT;
INSERT INTO "proposal_step" VALUES('3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:1','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc',NULL,'received','01a206be-63d7-7fda-ae92-10909da1129c',NULL,1795409470635);
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
INSERT INTO "proposal_version" VALUES('3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:1','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc',1,NULL,'야간 도서관',NULL,NULL,'01a206be-63d7-7fda-ae92-10909da1129c',0,1795409470635);
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
CREATE TABLE replica (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  last_n INTEGER NOT NULL,
  safe_n INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;
INSERT INTO "replica" VALUES('5fbcf64a-289b-4973-80bc-80453a89a924','01a206be-63d7-7635-9da5-e42d3a8e7e12',4,0,1795409470627);
INSERT INTO "replica" VALUES('dbfb6159-d053-4f91-a762-b796e07e52cb','01a206be-63d7-7fda-ae92-10909da1129c',3,0,1795409470635);
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
CREATE TABLE session (
  token_hash TEXT PRIMARY KEY,
  account TEXT NOT NULL REFERENCES account (id),
  device TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
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
INSERT INTO "submission" VALUES('f1026c53-3b30-4791-b081-5e1c4d788a9e:c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee','3a2fd84a-59ef-40c0-b69a-25ab096e6abc','f1026c53-3b30-4791-b081-5e1c4d788a9e','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee','c9efdb6c-bfaa-4f0e-be74-6b2e099e0bee',NULL,'f0fb48f3-a1ad-41b5-be82-4ee2e99c1f8b',1);
CREATE TABLE upload (
  account TEXT NOT NULL REFERENCES account (id),
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account, sha256)
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
INSERT INTO "verdict" VALUES('5fbcf64a-289b-4973-80bc-80453a89a924',1,'e9be9e5882cfddb2a41076089a52270deed0733b845bf32be27d869a95cabf20','ok',NULL,NULL,NULL,25,1795409470627);
INSERT INTO "verdict" VALUES('dbfb6159-d053-4f91-a762-b796e07e52cb',1,'f714f22113068ddc2e53905b85927162d6ac268b6364f9cd2d4975456fe9e035','ok',NULL,NULL,NULL,29,1795409470635);
INSERT INTO "verdict" VALUES('5fbcf64a-289b-4973-80bc-80453a89a924',2,'9b6f9641a6f069fbd9b26b418b92dfd221b9fbac1646d20c645fff52f7e6ccef','ok',NULL,NULL,NULL,31,1795409470638);
INSERT INTO "verdict" VALUES('5fbcf64a-289b-4973-80bc-80453a89a924',3,'881eb549644d0cca7c0b85776d31245f13ed68f1175e67286492b2d35863ca2d','ok',NULL,NULL,NULL,33,1795409470639);
INSERT INTO "verdict" VALUES('dbfb6159-d053-4f91-a762-b796e07e52cb',2,'f53380ea71ef491dcddfe682ecb844310b3c06130c3d1869eee9daa833e3016a','ok',NULL,NULL,NULL,35,1795409470640);
INSERT INTO "verdict" VALUES('5fbcf64a-289b-4973-80bc-80453a89a924',4,'8eaa43646dd34dfa904f2fa1abf33de5a259e786dc1cf0a2669fcb2459548a49','ok',NULL,NULL,NULL,38,1795409470641);
INSERT INTO "verdict" VALUES('dbfb6159-d053-4f91-a762-b796e07e52cb',3,'8a9ed493a2a2378f0757d06db8f909d2d17a6a59597a55d4e5648e60ba69b018','ok',NULL,NULL,NULL,40,1795409470643);
CREATE TABLE vote (
  id TEXT PRIMARY KEY,               -- PROPOSAL:ACCOUNT
  proposal TEXT NOT NULL REFERENCES proposal (id),
  account TEXT NOT NULL REFERENCES account (id)
) STRICT;
INSERT INTO "vote" VALUES('3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc:01a206be-63d7-7635-9da5-e42d3a8e7e12','3eacbce9-ad87-43e9-8af7-4ed9f3d65bbc','01a206be-63d7-7635-9da5-e42d3a8e7e12');
CREATE INDEX session_account ON session (account);
CREATE INDEX feed_reader_a ON feed (reader_a) WHERE reader_a IS NOT NULL;
CREATE INDEX feed_reader_b ON feed (reader_b) WHERE reader_b IS NOT NULL;
CREATE INDEX feed_reader_c ON feed (reader_c) WHERE reader_c IS NOT NULL;
CREATE INDEX feed_roles ON feed (roles) WHERE roles > 1;
CREATE INDEX feed_drop_account ON feed_drop (account, seq);
CREATE INDEX proposal_version_proposal ON proposal_version (proposal, version);
CREATE INDEX proposal_step_proposal ON proposal_step (proposal);
CREATE INDEX comment_proposal ON comment (proposal);
CREATE INDEX event_chair ON event (chair);
CREATE INDEX judge_account ON judge (account);
CREATE INDEX recusal_event ON recusal (event);
CREATE INDEX recusal_entry ON recusal (entry);
CREATE INDEX ballot_event ON ballot (event);
CREATE INDEX submission_subject ON submission (event, subject);
CREATE INDEX draft_version_draft ON draft_version (draft, version);
COMMIT;
