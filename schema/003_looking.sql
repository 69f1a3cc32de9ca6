-- 003: looking.  Evidence (clips), recorders and looking back, tours, the wall's spots, presets of cameras.

-- Where a camera hangs at its recorder, and how it is turned.
alter table camera add column channel integer not null default 0 check (channel between 0 and 4096);
alter table camera add column control_url text not null default '' check (control_url = '' or control_url like 'http://%' or control_url like 'https://%');
alter table camera add column home_preset text not null default '' check (length(home_preset) <= 64);
alter table camera add column away_preset text not null default '' check (length(away_preset) <= 64);

-- What a camera can be turned to, as it said itself.
create table preset (
  camera_id integer not null references camera (id),
  token     text not null check (length(token) between 1 and 64),
  name      text not null check (length(name) <= 80),
  primary key (camera_id, token)
) strict, without rowid;

-- A recorder: the name that cameras carry in `camera.recorder`, and how its footage is asked for.
create table recorder (
  id             integer primary key,
  rev            integer not null default 1,
  name           text not null check (length(name) between 1 and 80),
  make           text not null check (length(make) between 1 and 40),
  url_template   text not null check (length(url_template) <= 500 and (url_template like 'rtsp://%' or url_template like 'rtsps://%')),
  user_name      text not null default '' check (length(user_name) <= 80),
  secret         blob,
  playbacks_most integer not null default 1 check (playbacks_most between 1 and 64),
  days_held      integer check (days_held >= 0),
  held_at_us     integer,
  removed_at_us  integer
) strict;
create unique index recorder_name on recorder (name) where removed_at_us is null;

-- Somebody looks at what was: one row each time a camera is opened at a time that is over.
create table playback (
  id          integer primary key,
  camera_id   integer not null references camera (id),
  user_id     integer not null references user (id),
  at_us       integer not null,
  asked_at_us integer not null
) strict;
create index playback_camera on playback (camera_id, asked_at_us);

-- What a camera showed for a while, as evidence: cut from what is kept in memory, or taken from a recorder.
create table clip (
  id            integer primary key,
  rev           integer not null default 1,
  source        text not null check (source in ('ring','recorder')),
  alert_id      integer references alert (id),
  camera_id     integer not null references camera (id),
  state         text not null check (state in ('asked','waiting','saved','failed','refused','removed')),
  why           text not null default '' check (length(why) <= 40),
  hash          text not null default '' check (hash = '' or length(hash) = 64),
  from_us       integer not null, to_us integer not null,
  bytes         integer not null default 0, frames integer not null default 0,
  width         integer not null default 0, height integer not null default 0,
  codecs        text not null default '' check (length(codecs) <= 40),
  broken        integer not null default 0,
  asked_by      integer references user (id), asked_at_us integer not null,
  words_text_id integer references text (id),
  allowed_by    integer references user (id), allowed_at_us integer,
  saved_at_us   integer,
  keep_until_us integer not null,
  locked_by     integer references user (id), locked_at_us integer,
  check (state <> 'saved' or (hash <> '' and saved_at_us is not null))
) strict;
create index clip_alert on clip (alert_id) where alert_id is not null;
create index clip_camera on clip (camera_id, from_us);
create index clip_from on clip (from_us);
create index clip_asked on clip (asked_at_us);
create index clip_hash on clip (hash) where hash <> '';
create index clip_open on clip (state) where state in ('asked','waiting');
create index clip_keep on clip (keep_until_us) where state = 'saved' and locked_by is null;

-- Tours: all cameras in turn, page by page.
create table tour (
  id            integer primary key,
  rev           integer not null default 1,
  name          text not null check (length(name) between 1 and 80),
  tiles         integer not null check (tiles in (4, 9, 16)),
  dwell_s       integer not null check (dwell_s between 5 and 300),
  per_shift     integer not null check (per_shift between 0 and 24),
  selector      text not null check (json_valid(selector)),
  enabled       integer not null default 1 check (enabled in (0, 1)),
  removed_at_us integer
) strict;

create table tour_run (
  id            integer primary key,
  rev           integer not null default 1,
  tour_id       integer not null references tour (id),
  shift_id      integer not null references shift (id),
  state         text not null check (state in ('due','running','done','missed','left')),
  due_from_us   integer, due_to_us integer,
  user_id       integer references user (id),
  pages         text not null default '[]' check (json_valid(pages)),
  started_at_us integer, ended_at_us integer
) strict;
create index tour_run_shift on tour_run (shift_id, tour_id);
create index tour_run_open on tour_run (state) where state in ('due','running');

create table tour_look (
  run_id    integer not null references tour_run (id),
  page      integer not null check (page >= 0),
  user_id   integer not null references user (id),
  at_us     integer not null,
  looked_us integer not null check (looked_us >= 0),
  seen      text not null check (json_valid(seen)),
  unseen    text not null check (json_valid(unseen)),
  primary key (run_id, page)
) strict, without rowid;

-- The wall's two large pictures.
create table spot (
  id        integer primary key check (id in (1, 2)),
  rev       integer not null default 1,
  camera_id integer references camera (id),
  alert_id  integer references alert (id),
  pinned_by integer references user (id),
  at_us     integer not null
) strict;
insert into spot (id, at_us) values (1, 0), (2, 0);

-- Files may be video.
create table file_new (
  hash          text primary key check (length(hash) = 64),
  kind          text not null check (kind in ('jpg','png','mp4')),
  bytes         integer not null check (bytes > 0),
  user_id       integer references user (id),
  at_us         integer not null
) strict, without rowid;
insert into file_new select * from file;
drop table file;
alter table file_new rename to file;
create index file_clip on file (hash) where kind = 'mp4';
