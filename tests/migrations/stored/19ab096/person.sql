BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE assets (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id VARCHAR(36) NOT NULL, 
	type VARCHAR(100) NOT NULL, 
	cents BIGINT NOT NULL, 
	FOREIGN KEY(person_id) REFERENCES persons (id)
);
INSERT INTO "assets" VALUES(1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','car',1000000);
INSERT INTO "assets" VALUES(2,'01a223dc-b8b2-76e3-bf24-260511f00d13','boat',88800);
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
CREATE TABLE debts (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id VARCHAR(36) NOT NULL, 
	cents BIGINT NOT NULL, 
	FOREIGN KEY(person_id) REFERENCES persons (id)
);
INSERT INTO "debts" VALUES(1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd',50000);
INSERT INTO "debts" VALUES(2,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd',66600);
INSERT INTO "debts" VALUES(3,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd',77700);
INSERT INTO "debts" VALUES(4,'01a223dc-b8b2-76e3-bf24-260511f00d13',800);
CREATE TABLE epochs (
	epoch VARCHAR(36) NOT NULL, 
	previous VARCHAR(36), 
	start BIGINT NOT NULL, 
	PRIMARY KEY (epoch)
);
INSERT INTO "epochs" VALUES('01a223dc-b537-7762-aa52-daa991faf49a',NULL,0);
CREATE TABLE idempotency_keys (
	id VARCHAR(64) NOT NULL, 
	request VARCHAR(64) NOT NULL, 
	status INTEGER, 
	headers TEXT, 
	body TEXT, 
	about VARCHAR(200), 
	kept_since VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "idempotency_keys" VALUES('1e2d862b4ca8e228162b3965761508728464f6e232893f157c81c0f354f3b136','6286acf189dba7837a46ca6ea7c0afd514b84b476ca62325959b844c14e68635',201,'{"Location":"/api/person/01a223dc-b8b2-76e3-bf24-260511f00d13"}','{"id":3,"type":"salary","value":"1234.50"}','01a223dc-b8b2-76e3-bf24-260511f00d13','2026-11-28T20:33:17.529582+00:00');
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
CREATE TABLE incomes (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	person_id VARCHAR(36) NOT NULL, 
	type VARCHAR(100) NOT NULL, 
	cents BIGINT NOT NULL, 
	FOREIGN KEY(person_id) REFERENCES persons (id)
);
INSERT INTO "incomes" VALUES(1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','salary',200000);
INSERT INTO "incomes" VALUES(3,'01a223dc-b8b2-76e3-bf24-260511f00d13','salary',123450);
INSERT INTO "incomes" VALUES(5,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','bonus',10000);
INSERT INTO "incomes" VALUES(6,'01a223dc-c923-730a-90bd-8163ba972b55','salary',5000);
CREATE TABLE log (
	id INTEGER NOT NULL, 
	epoch VARCHAR(36) NOT NULL, 
	confirmed BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "log" VALUES(1,'01a223dc-b537-7762-aa52-daa991faf49a',NULL);
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
INSERT INTO "outbox" VALUES(1,1,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8ab-75e9-afbc-7b6995c01ce3','person.person_registered',1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','2026-11-28T20:33:17.483749Z','01a223dc-b8ab-75e9-afbc-7b68cefe0449',NULL,NULL,'{"person_id":"01a223dc-b8a9-75e1-9d01-e2a4970e2ffd","cpf":"00000011111"}',NULL);
INSERT INTO "outbox" VALUES(2,2,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8b3-733a-8854-7986535279ac','person.person_registered',1,'01a223dc-b8b2-76e3-bf24-260511f00d13','2026-11-28T20:33:17.491412Z','01a223dc-b8b3-733a-8854-79850fbe613c',NULL,NULL,'{"person_id":"01a223dc-b8b2-76e3-bf24-260511f00d13","cpf":"00000022222"}',NULL);
INSERT INTO "outbox" VALUES(3,3,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8b8-70e8-87df-537a435ec632','person.person_registered',1,'01a223dc-b8b7-7542-8fc1-1c16e3d3eea8','2026-11-28T20:33:17.496574Z','01a223dc-b8b8-70e8-87df-5379c548c857',NULL,NULL,'null',NULL);
INSERT INTO "outbox" VALUES(4,4,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8bc-761b-8b8b-806bb54e739c','person.income_added',1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','2026-11-28T20:33:17.500984Z','01a223dc-b8bc-761b-8b8b-806a2d2c2950',NULL,NULL,'{"person_id":"01a223dc-b8a9-75e1-9d01-e2a4970e2ffd","entry_id":1,"type":"salary","value":"2000.00"}',NULL);
INSERT INTO "outbox" VALUES(5,5,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8bf-70ba-9cad-60bdc7927450','person.asset_added',1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','2026-11-28T20:33:17.503167Z','01a223dc-b8bf-70ba-9cad-60bcabd80324',NULL,NULL,'{"person_id":"01a223dc-b8a9-75e1-9d01-e2a4970e2ffd","entry_id":1,"type":"car","value":"10000.00"}',NULL);
INSERT INTO "outbox" VALUES(6,6,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8c1-70e8-86e6-8ea14e38316b','person.debt_added',1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','2026-11-28T20:33:17.505884Z','01a223dc-b8c1-70e8-86e6-8ea0a22e9797',NULL,NULL,'{"person_id":"01a223dc-b8a9-75e1-9d01-e2a4970e2ffd","entry_id":1,"value":"500.00"}',NULL);
INSERT INTO "outbox" VALUES(7,7,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8c9-77e4-91b2-fbd83ca26994','person.income_added',1,'01a223dc-b8b2-76e3-bf24-260511f00d13','2026-11-28T20:33:17.513471Z','01a223dc-b8c9-77e4-91b2-fbd71a97c9e9',NULL,NULL,'{"person_id":"01a223dc-b8b2-76e3-bf24-260511f00d13","entry_id":2,"type":"rent","value":"300.00"}',NULL);
INSERT INTO "outbox" VALUES(8,8,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8cb-766b-b652-25876e11f3e8','person.income_removed',1,'01a223dc-b8b2-76e3-bf24-260511f00d13','2026-11-28T20:33:17.515821Z','01a223dc-b8cb-766b-b652-2586e1d5e0b3',NULL,NULL,'{"person_id":"01a223dc-b8b2-76e3-bf24-260511f00d13","entry_id":2}',NULL);
INSERT INTO "outbox" VALUES(9,9,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8dc-709a-bbe8-1a4aebe86e14','person.income_added',1,'01a223dc-b8b2-76e3-bf24-260511f00d13','2026-11-28T20:33:17.532322Z','01a223dc-b8cf-7570-9ed6-2d1eafb67f34',NULL,NULL,'{"person_id":"01a223dc-b8b2-76e3-bf24-260511f00d13","entry_id":3,"type":"salary","value":"1234.50"}','POST /person/{cpf}/income');
INSERT INTO "outbox" VALUES(10,10,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-b8e4-74c6-bb75-b992bfc2f6ef','person.income_added',1,'01a223dc-b8b7-7542-8fc1-1c16e3d3eea8','2026-11-28T20:33:17.540743Z','01a223dc-b8e4-74c6-bb75-b991d922295f',NULL,NULL,'null',NULL);
INSERT INTO "outbox" VALUES(11,11,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-bddd-75a4-a5b5-9fc39606df00','person.person_erased',1,'01a223dc-b8b7-7542-8fc1-1c16e3d3eea8','2026-11-28T20:33:18.813502Z','01a223dc-bddd-75a4-a5b5-9fc2dfadafcd',NULL,NULL,'{"person_id":"01a223dc-b8b7-7542-8fc1-1c16e3d3eea8"}',NULL);
INSERT INTO "outbox" VALUES(12,12,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-c3f3-77cc-a67a-def2298e2755','person.debt_added',1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','2026-11-28T20:33:20.371277Z','01a223dc-c3f3-77cc-a67a-def13a68442c',NULL,NULL,'{"person_id":"01a223dc-b8a9-75e1-9d01-e2a4970e2ffd","entry_id":2,"value":"666.00"}',NULL);
INSERT INTO "outbox" VALUES(13,13,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-c425-75bb-8d28-7656e2716e6d','person.debt_added',1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','2026-11-28T20:33:20.421129Z','01a223dc-c425-75bb-8d28-765540313487',NULL,NULL,'{"person_id":"01a223dc-b8a9-75e1-9d01-e2a4970e2ffd","entry_id":3,"value":"777.00"}',NULL);
INSERT INTO "outbox" VALUES(14,14,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-c42a-76ae-bb06-6f7a75142e73','person.income_added',1,'01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','2026-11-28T20:33:20.426053Z','01a223dc-c42a-76ae-bb06-6f7906392a2e',NULL,NULL,'{"person_id":"01a223dc-b8a9-75e1-9d01-e2a4970e2ffd","entry_id":5,"type":"bonus","value":"100.00"}',NULL);
INSERT INTO "outbox" VALUES(15,15,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-c448-70e3-90c4-cd37c229fbdf','person.asset_added',1,'01a223dc-b8b2-76e3-bf24-260511f00d13','2026-11-28T20:33:20.456657Z','01a223dc-c448-70e3-90c4-cd365872ee10',NULL,NULL,'{"person_id":"01a223dc-b8b2-76e3-bf24-260511f00d13","entry_id":2,"type":"boat","value":"888.00"}',NULL);
INSERT INTO "outbox" VALUES(16,16,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-c44a-73a8-8e34-372237a148bc','person.debt_added',1,'01a223dc-b8b2-76e3-bf24-260511f00d13','2026-11-28T20:33:20.458751Z','01a223dc-c44a-73a8-8e34-3721f39c2e16',NULL,NULL,'{"person_id":"01a223dc-b8b2-76e3-bf24-260511f00d13","entry_id":4,"value":"8.00"}',NULL);
INSERT INTO "outbox" VALUES(17,17,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-c923-730a-90bd-8165be69b9e8','person.person_registered',1,'01a223dc-c923-730a-90bd-8163ba972b55','2026-11-28T20:33:21.699954Z','01a223dc-c923-730a-90bd-81641d10e300',NULL,NULL,'{"person_id":"01a223dc-c923-730a-90bd-8163ba972b55","cpf":"00000044444"}',NULL);
INSERT INTO "outbox" VALUES(18,18,'01a223dc-b537-7762-aa52-daa991faf49a','01a223dc-c925-71fc-b41b-2e4980eaf714','person.income_added',1,'01a223dc-c923-730a-90bd-8163ba972b55','2026-11-28T20:33:21.701325Z','01a223dc-c925-71fc-b41b-2e481958a8ac',NULL,NULL,'{"person_id":"01a223dc-c923-730a-90bd-8163ba972b55","entry_id":6,"type":"salary","value":"50.00"}',NULL);
CREATE TABLE persons (
	id VARCHAR(36) NOT NULL, 
	cpf VARCHAR(11) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	folded_name TEXT NOT NULL, 
	address VARCHAR(500) NOT NULL, 
	date_of_birth DATE NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT one_person_per_cpf UNIQUE (cpf)
);
INSERT INTO "persons" VALUES('01a223dc-b8a9-75e1-9d01-e2a4970e2ffd','00000011111','abc','abc','Example Street','1990-01-31');
INSERT INTO "persons" VALUES('01a223dc-b8b2-76e3-bf24-260511f00d13','00000022222','def','def','Example Street','1990-01-31');
INSERT INTO "persons" VALUES('01a223dc-c923-730a-90bd-8163ba972b55','00000044444','jkl','jkl','Example Street','1990-01-31');
CREATE UNIQUE INDEX outbox_position ON outbox (position);
CREATE INDEX outbox_unstamped ON outbox (id) WHERE position IS NULL;
CREATE INDEX inbox_subject ON inbox (source, subject, epoch, position);
CREATE INDEX inbox_due ON inbox (state, next_attempt);
CREATE INDEX ix_person_idempotency_keys_about ON idempotency_keys (about);
CREATE INDEX ix_person_idempotency_keys_kept_since ON idempotency_keys (kept_since);
CREATE INDEX incomes_of_person ON incomes (person_id, id);
CREATE INDEX assets_of_person ON assets (person_id, id);
CREATE INDEX debts_of_person ON debts (person_id, id);
CREATE INDEX moves_position ON moves (source, epoch, position);
CREATE INDEX outbox_correlation ON outbox (correlation_id) WHERE position IS NOT NULL;
CREATE INDEX outbox_time ON outbox (time) WHERE position IS NOT NULL;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('outbox',18);
INSERT INTO "sqlite_sequence" VALUES('incomes',6);
INSERT INTO "sqlite_sequence" VALUES('assets',2);
INSERT INTO "sqlite_sequence" VALUES('debts',4);
COMMIT;
