BEGIN TRANSACTION;
CREATE TABLE breakers (
	account VARCHAR(200) NOT NULL, 
	failures INTEGER NOT NULL, 
	closed_until DATETIME, 
	held BOOLEAN NOT NULL, 
	why TEXT NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "breakers" VALUES('pixazo',1,NULL,1,'HTTP 402: Insufficient Balance');
CREATE TABLE paces (
	account VARCHAR(200) NOT NULL, 
	empty_at_s DOUBLE NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "paces" VALUES('empiriolabs',1795165200.5);
CREATE TABLE purchases (
	"key" VARCHAR(64) NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	provider VARCHAR(200) NOT NULL, 
	model VARCHAR(200) NOT NULL, 
	photo_sha256 VARCHAR(64) NOT NULL, 
	settings JSON NOT NULL, 
	attempt INTEGER NOT NULL, 
	product VARCHAR(200) NOT NULL, 
	wish VARCHAR(64) NOT NULL, 
	run VARCHAR(200) NOT NULL, 
	owner VARCHAR(300) NOT NULL, 
	price_micros BIGINT NOT NULL, 
	quoted_micros BIGINT, 
	effective JSON, 
	measured JSON, 
	note TEXT, 
	request_id VARCHAR(500), 
	poll_url VARCHAR(2000), 
	hook_token VARCHAR(64), 
	nudged_at DATETIME, 
	raw_sha256 VARCHAR(64), 
	raw_size_bytes BIGINT, 
	error TEXT, 
	posts INTEGER NOT NULL, 
	claimed_at DATETIME NOT NULL, 
	submitting_at DATETIME, 
	submitted_at DATETIME, 
	completed_at DATETIME, 
	fetched_at DATETIME, 
	ended_at DATETIME, 
	PRIMARY KEY ("key")
);
INSERT INTO "purchases" VALUES('2c5b274f65621fe46d46f142f09f08bc857a68dc93f1238f1bddfcf3010c74e6','fetched','empiriolabs','trellis-2-4b','a19ee2577879b76a5b98cb022b10b3e5c5d07122267089a0505cd9ca792d304f','{"resolution": "1024", "pipeline_type": "1024_cascade", "seed": 7}',1,'mug','','nightly','builder:f11d8387:4026531836/1857/268293',249000,NULL,NULL,'{"texture_size": 2048}',NULL,'job-mug','/v1/jobs/job-mug',NULL,NULL,'cc1d4e49a3d0d99633ec34fb402deae3959b32c9cf6105de500c4827fc060de7',21000000,NULL,1,'2026-11-20 09:00:07.000000','2026-11-20 09:00:14.000000','2026-11-20 09:00:21.000000','2026-11-20 09:00:28.000000','2026-11-20 09:00:35.000000',NULL);
INSERT INTO "purchases" VALUES('6dd56800500b0a8e410592d72e67b1cd893e2022331d2cf1ad8b3df2c336a22c','fetched','empiriolabs','trellis-2-4b','c98e85f249002f03068e2a61e1a1df5c0db035d6cdf41d00ff6056ed63060947','{"resolution": "1536", "pipeline_type": "1536_cascade", "seed": 7}',1,'lamp','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','nightly','builder:f11d8387:4026531836/1857/268293',249000,499000,'{"resolution": "1024"}','{"texture_size": 2048}','resolution 1536 was ordered, and it was made at 1024 px, by its provider''s own word','job-lamp','/v1/jobs/job-lamp',NULL,NULL,'450ee876f69fd87a67aa626a86cef0d5db451ba866acf8f5daa09dc22086609b',21000000,NULL,1,'2026-11-20 09:00:42.000000','2026-11-20 09:00:49.000000','2026-11-20 09:00:56.000000','2026-11-20 09:01:03.000000','2026-11-20 09:01:10.000000',NULL);
INSERT INTO "purchases" VALUES('80949d2e5163cdef61cc4b67e4c3ead77534711b2a26e62dbdff577cea87d4b4','submitted','pixazo','trellis-2-image-to-3d','3d7eb3d3dab17ee509a6911e0feb928eb46e956adcada792493614bfb97a7a9c','{"resolution": 1024}',1,'chair','eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee','nightly','builder:f11d8387:4026531836/1857/268293',350000,NULL,NULL,NULL,NULL,'job-chair','/v1/jobs/job-chair','3d7eb3d3dab17ee509a6911e0feb928eb46e956adca','2026-11-20 09:03:44.000000',NULL,NULL,NULL,1,'2026-11-20 09:01:17.000000','2026-11-20 09:01:24.000000','2026-11-20 09:01:31.000000',NULL,NULL,NULL);
INSERT INTO "purchases" VALUES('8343db8a5f6da5b0ad8079205ac963fa0ee805e8872da098963b4fae8984547b','unknown','pixazo','trellis-2-image-to-3d','30e436cb382491bb1f039032641fea80d45e142485fe3031fe0742ddd7de7d2a','{"resolution": 1024}',1,'vase','','nightly','builder:f11d8387:4026531836/1857/268293',350000,NULL,NULL,NULL,NULL,NULL,NULL,'30e436cb382491bb1f039032641fea80d45e142485f',NULL,NULL,NULL,'OutcomeUnknown: answer-timeout',1,'2026-11-20 09:01:38.000000','2026-11-20 09:01:45.000000',NULL,NULL,NULL,'2026-11-20 09:01:52.000000');
INSERT INTO "purchases" VALUES('97d7456987f6eba4fcd663afd5df448a602fecd5dda29af1b578f82258dd0549','refused','empiriolabs','trellis-2-4b','d9f2babb167353d055843c7d537e6a663023561f921f831369ea1d657aa3051a','{"resolution": "1024", "pipeline_type": "1024_cascade", "seed": 7}',1,'bowl','','nightly','builder:f11d8387:4026531836/1857/268293',249000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'HTTP 429: too many requests',0,'2026-11-20 09:01:59.000000',NULL,NULL,NULL,NULL,'2026-11-20 09:02:06.000000');
INSERT INTO "purchases" VALUES('e2017973b61d72c84a0c620b265e636091eeb96f7c5d4caa6c10a7380a5cb9db','failed','empiriolabs','trellis-2-4b','44b2255326ec1b073f52f569db4aa7baae174433a60e9ddad28459d08b2904f1','{"resolution": "1024", "pipeline_type": "1024_cascade", "seed": 7}',1,'jug','','nightly','builder:f11d8387:4026531836/1857/268293',0,NULL,NULL,NULL,NULL,'job-jug','/v1/jobs/job-jug',NULL,NULL,NULL,NULL,'the model did not fit',1,'2026-11-20 09:02:13.000000','2026-11-20 09:02:20.000000','2026-11-20 09:02:27.000000',NULL,NULL,'2026-11-20 09:02:34.000000');
INSERT INTO "purchases" VALUES('5facdecd8982657b74e17c207d3e03ee622e21f1fee98e1701d8b8ccd12c7636','expired','empiriolabs','trellis-2-4b','c6171781d65f3ccce1135e3c89850cfbaa7f332fd72a1f8f6a841fbcf7fd362a','{"resolution": "1024", "pipeline_type": "1024_cascade", "seed": 7}',1,'cup','','nightly','builder:f11d8387:4026531836/1857/268293',249000,NULL,NULL,NULL,NULL,'job-cup','/v1/jobs/job-cup',NULL,NULL,NULL,NULL,'HTTP 404',1,'2026-11-20 09:02:41.000000','2026-11-20 09:02:48.000000','2026-11-20 09:02:55.000000',NULL,NULL,'2026-11-20 09:03:02.000000');
INSERT INTO "purchases" VALUES('fcaa3dbce12491124bc4e297b949d2a3268bd8b34892e0f36de2012076c46517','claimed','empiriolabs','trellis-2-4b','ad9a0cab12eef90639233b67f4e8fec1a6b87333519f84eb42d912d3fe13e2fb','{"resolution": "1024", "pipeline_type": "1024_cascade", "seed": 7}',1,'tray','','nightly','builder:f11d8387:4026531836/1857/268293',249000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,'2026-11-20 09:03:09.000000',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "purchases" VALUES('018de3c80ab229690e1b12c61d5afcf8a3874dd87225c1597659a31ed4a63510','completed','empiriolabs','trellis-2-4b','00e37ffae0562ab6818d8f4f97457ac5f9679723c1b57f4b371b93f379f1c17a','{"resolution": "1024", "pipeline_type": "1024_cascade", "seed": 7}',1,'pan','','nightly','builder:f11d8387:4026531836/1857/268293',249000,NULL,NULL,NULL,NULL,'job-pan','/v1/jobs/job-pan',NULL,NULL,NULL,NULL,NULL,1,'2026-11-20 09:03:16.000000','2026-11-20 09:03:23.000000','2026-11-20 09:03:30.000000','2026-11-20 09:03:37.000000',NULL,NULL);
CREATE TABLE vitrine_schema (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "vitrine_schema" VALUES(3);
CREATE INDEX purchases_by_job ON purchases (provider, request_id);
CREATE INDEX ix_purchases_claimed_at ON purchases (claimed_at);
CREATE INDEX ix_purchases_run ON purchases (run);
CREATE INDEX ix_purchases_state ON purchases (state);
CREATE UNIQUE INDEX purchases_by_hook ON purchases (hook_token);
CREATE INDEX ix_purchases_wish ON purchases (wish);
COMMIT;
