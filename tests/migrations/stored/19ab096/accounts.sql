BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	user_id VARCHAR(36) NOT NULL, 
	name VARCHAR(100) NOT NULL, 
	name_key VARCHAR(100) NOT NULL, 
	password_hash VARCHAR(255) NOT NULL, 
	role VARCHAR(10) NOT NULL, 
	UNIQUE (user_id), 
	UNIQUE (name_key)
);
INSERT INTO "accounts" VALUES(1,'01a223dc-bde2-70d9-b2b6-2954946591c4','admin','admin','$argon2id$v=19$m=65536,t=3,p=4$xk0PfsRqJ5aa+8itLbEVIw$JczXWWpTx8hHKIYWY+Cu3eq6eetVKJN7iByf/VsY4Ss','admin');
INSERT INTO "accounts" VALUES(2,'ann','customer','customer','$argon2id$v=19$m=65536,t=3,p=4$FBeolPUFc9eOR2TlGPvfwg$pB2QYObJ4fg7ehFYNkI0z1VXcpa2/+QFCKVvByQdEbA','customer');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE cursors (
	source VARCHAR(200) NOT NULL, 
	epoch VARCHAR(36) NOT NULL, 
	position BIGINT NOT NULL, 
	last_event_id VARCHAR(36), 
	parked INTEGER NOT NULL, 
	trial BOOLEAN NOT NULL, 
	resend BOOLEAN NOT NULL, 
	fault TEXT, moved VARCHAR(27), 
	PRIMARY KEY (source, epoch)
);
CREATE TABLE epochs (
	epoch VARCHAR(36) NOT NULL, 
	previous VARCHAR(36), 
	start BIGINT NOT NULL, 
	PRIMARY KEY (epoch)
);
INSERT INTO "epochs" VALUES('01a223dc-b56f-7136-9056-e905d4785736',NULL,0);
CREATE TABLE inbox (
	id VARCHAR(12) NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	source VARCHAR(200) NOT NULL, 
	epoch VARCHAR(36) NOT NULL, 
	position BIGINT NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	type VARCHAR(200) NOT NULL, 
	event_id VARCHAR(36), 
	correlation_id VARCHAR(200), 
	message BLOB NOT NULL, 
	attempts INTEGER NOT NULL, 
	causes TEXT NOT NULL, 
	next_attempt FLOAT, 
	stored VARCHAR(27) NOT NULL, 
	settled VARCHAR(27), 
	reason TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE log (
	id INTEGER NOT NULL, 
	epoch VARCHAR(36) NOT NULL, 
	confirmed BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "log" VALUES(1,'01a223dc-b56f-7136-9056-e905d4785736',NULL);
CREATE TABLE moves (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	source VARCHAR(200) NOT NULL, 
	epoch VARCHAR(36) NOT NULL, 
	position BIGINT NOT NULL, 
	time VARCHAR(27) NOT NULL
);
CREATE TABLE outbox (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	position BIGINT, 
	epoch VARCHAR(36), 
	event_id VARCHAR(36) NOT NULL, 
	type VARCHAR(200) NOT NULL, 
	version INTEGER NOT NULL, 
	subject VARCHAR(200) NOT NULL, 
	time VARCHAR(27) NOT NULL, 
	correlation_id VARCHAR(200) NOT NULL, 
	causation_id VARCHAR(200), 
	traceparent VARCHAR(200), 
	data TEXT NOT NULL
, origin VARCHAR(200));
CREATE UNIQUE INDEX outbox_position ON outbox (position);
CREATE INDEX outbox_unstamped ON outbox (id) WHERE position IS NULL;
CREATE INDEX inbox_subject ON inbox (source, subject, epoch, position);
CREATE INDEX inbox_due ON inbox (state, next_attempt);
CREATE INDEX moves_position ON moves (source, epoch, position);
CREATE INDEX outbox_correlation ON outbox (correlation_id) WHERE position IS NOT NULL;
CREATE INDEX outbox_time ON outbox (time) WHERE position IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('accounts',2);
COMMIT;
