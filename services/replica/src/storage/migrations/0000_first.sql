CREATE TABLE `meta` (
	`id` integer PRIMARY KEY NOT NULL,
	`format` integer NOT NULL,
	`ensemble` text NOT NULL,
	`server_id` integer NOT NULL,
	`store_id` integer NOT NULL,
	`incarnation` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `hard_state` (
	`id` integer PRIMARY KEY NOT NULL,
	`accepted_epoch` integer NOT NULL,
	`current_epoch` integer NOT NULL,
	`voice` integer NOT NULL,
	`committed` integer NOT NULL,
	`crc` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `log` (
	`last` integer PRIMARY KEY NOT NULL,
	`first` integer NOT NULL,
	`previous` integer NOT NULL,
	`kind` integer NOT NULL,
	`committed` integer NOT NULL,
	`crc` integer NOT NULL,
	`payload` blob NOT NULL
);
--> statement-breakpoint
CREATE TABLE `admission` (
	`zxid` integer PRIMARY KEY NOT NULL,
	`members` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `snapshot` (
	`id` integer PRIMARY KEY NOT NULL,
	`zxid` integer NOT NULL,
	`end_zxid` integer NOT NULL,
	`source` text NOT NULL,
	`complete` integer NOT NULL,
	`members` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `snapshot_chunk` (
	`snapshot_id` integer NOT NULL,
	`position` integer NOT NULL,
	`is_last` integer NOT NULL,
	`crc` integer NOT NULL,
	`chunk` blob NOT NULL,
	PRIMARY KEY(`snapshot_id`, `position`)
);
