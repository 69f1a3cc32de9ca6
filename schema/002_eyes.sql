-- 002: the eyes.  What the pictures of a camera say (findings, zones, references), what cameras hang on and
-- fail by together (outages), how long they were there and saw (uptime), and rules that choose.

-- A camera's sub-stream, what feeds it, which of its streams is watched, and what it is looked at for.
alter table camera add column sub_url text not null default '' check (sub_url = '' or sub_url like 'rtsp://%' or sub_url like 'rtsps://%');
alter table camera add column watch text not null default 'sub' check (watch in ('sub','main'));
alter table camera add column power text not null default '' check (length(power) <= 80);
alter table camera add column metadata integer not null default 1 check (metadata in (0, 1));
alter table camera add column checkpoint_id integer references checkpoint (id);
alter table camera add column via text not null default '' check (via in ('','lean','rtspsrc'));
alter table camera add column sees text not null default 'unknown' check (sees in ('yes','no','unknown'));

-- An area of a picture where something that comes and stays is of interest, at some hours.
create table zone (
  id            integer primary key,
  rev           integer not null default 1,
  camera_id     integer not null references camera (id),
  name          text not null check (length(name) between 1 and 80),
  category      text not null check (length(category) between 1 and 40),
  points        text not null check (json_valid(points)), -- [[x,y],…], 3 to 32, fractions of width and height
  from_min      integer not null default 0 check (from_min between 0 and 1439),
  to_min        integer not null default 0 check (to_min between 0 and 1439), -- equal: all day
  dwell_s       integer not null check (dwell_s between 10 and 86400),
  enabled       integer not null default 1 check (enabled in (0, 1)),
  removed_at_us integer
) strict;
create index zone_camera on zone (camera_id);

-- How a camera should look: what the scene compares with.  One a camera, the newest.
create table reference (
  camera_id integer primary key references camera (id),
  at_us     integer not null,
  user_id   integer references user (id),       -- who renewed it; null: learned by itself
  hash      text not null check (length(hash) = 64), -- the picture, for people
  body      blob not null check (length(body) <= 262144) -- what the scene keeps, opaque
) strict;

-- One thing that is wrong with a picture, or that came and stayed in a zone; open until ended.
create table finding (
  id          integer primary key,
  rev         integer not null default 1,
  camera_id   integer not null references camera (id),
  kind        text not null check (kind in ('black','washed','covered','sprayed','defocused','moved','frozen','zone','fps_low','bitrate_low','time_jump')),
  zone_id     integer references zone (id),
  measure     real not null, threshold real not null, -- of this kind; above is worse
  before_hash text not null default '', now_hash text not null default '', -- pictures; '' while they are written
  alert_id    integer references alert (id),
  first_at_us integer not null, ended_at_us integer
) strict;
create unique index finding_open on finding (camera_id, kind, coalesce(zone_id, 0)) where ended_at_us is null;
create index finding_camera on finding (camera_id, first_at_us);
create index finding_first on finding (first_at_us);
create index finding_before on finding (before_hash) where before_hash <> '';
create index finding_now on finding (now_hash) where now_hash <> '';

-- One cause that took several cameras.
create table outage (
  id          integer primary key,
  rev         integer not null default 1,
  cause       text not null check (cause in ('recorder','switch','power','building','link')),
  name        text not null check (length(name) <= 80), -- of the recorder, switch, feed; of the building
  place_id    integer references place (id),
  alert_id    integer references alert (id),
  members     integer not null,                 -- how many cameras hang on it
  began_at_us integer not null, ended_at_us integer
) strict;
create unique index outage_open on outage (cause, name, coalesce(place_id, 0)) where ended_at_us is null;
create index outage_began on outage (began_at_us);

create table outage_camera (
  outage_id  integer not null references outage (id),
  camera_id  integer not null references camera (id),
  fell_at_us integer not null, back_at_us integer,
  primary key (outage_id, camera_id)
) strict, without rowid;
create index outage_camera_down on outage_camera (camera_id) where back_at_us is null;

-- Per camera and local day, added up from the journal after the day has ended.
create table uptime (
  day        text not null check (length(day) = 8), -- 20261121
  camera_id  integer not null references camera (id),
  watched_us integer not null,                  -- enabled, and a worker of ours was there to see
  online_us  integer not null,                  -- of it: live
  seeing_us  integer not null,                  -- of it: live and no finding that blinds
  primary key (day, camera_id)
) strict, without rowid;

-- Rules choose: `selector` says what of its kind a rule is for, `makes` what comes of it.
create table rule_new (
  id           integer not null,
  version      integer not null check (version > 0),
  kind         text not null check (kind in ('reported','sos','observed','camera_fault','reader_gone','worker_gone','point_missed','round_not_started','no_candidate','outage','sight','zone','camera_observed')),
  priority     integer not null check (priority between 1 and 4),
  on_delay_us  integer not null check (on_delay_us >= 0),
  off_delay_us integer not null check (off_delay_us >= 0),
  latched      integer not null check (latched in (0, 1)),
  ack_us       integer not null, act_us integer not null, retone_us integer not null,
  response_zh  text not null check (length(response_zh) > 0), -- no response, no alert (ISA-18.2)
  response_en  text not null check (length(response_en) > 0),
  enabled      integer not null default 1 check (enabled in (0, 1)),
  at_us        integer not null,
  name         text not null default '' check (length(name) <= 80),
  selector     text not null default '{}' check (json_valid(selector)),
  makes        text not null default 'alert' check (makes in ('alert','event')),
  category     text not null default '' check (length(category) <= 40), -- of its alerts; '': its noun says
  primary key (id, version)
) strict, without rowid;
insert into rule_new (id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, response_zh, response_en, enabled, at_us)
  select id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, response_zh, response_en, enabled, at_us from rule;
drop table rule;
alter table rule_new rename to rule;
create index rule_kind on rule (kind, version);

insert into rule (id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, response_zh, response_en, at_us, name, selector, makes, category) values
  (10, 1, 'outage',          4, 0, 30000000, 0, 1800000000, 43200000000, 0, '查看该设备的供电、网线和端口，派维保', 'Look at power, cable and port of this device, send maintenance', 0, '', '{}', 'alert', ''),
  (11, 1, 'sight',           4, 0, 0,        0, 1800000000, 43200000000, 0, '对照前后画面，派人清理、扶正或检修', 'Compare before and now; send somebody to clean, straighten or repair it', 0, '', '{}', 'alert', ''),
  (12, 1, 'sight',           3, 0, 0,        0, 300000000,  900000000,   0, '疑似人为遮挡，对照前后画面，派人查看', 'Perhaps done on purpose: compare before and now, send somebody to look', 0, '', '{"kinds":["covered","sprayed"]}', 'alert', ''),
  (13, 1, 'zone',            3, 0, 30000000, 0, 300000000,  900000000,   0, '看画面，联系车主或物业清走', 'Look at the picture; have it removed', 0, '', '{}', 'alert', ''),
  (14, 1, 'zone',            2, 0, 30000000, 0, 60000000,   120000000, 60000000, '消防通道被占：派人清走', 'The fire lane is blocked: send somebody to clear it', 0, '', '{"categories":["fire_lane"]}', 'alert', 'fire_lane'),
  (15, 1, 'camera_observed', 4, 0, 30000000, 0, 1800000000, 43200000000, 0, '看画面，确认摄像机是否被动过', 'Look at the picture: was the camera touched?', 0, '', '{"topics":["tamper"]}', 'alert', 'camera_tamper'),
  (16, 1, 'camera_observed', 3, 0, 30000000, 0, 300000000,  900000000,   0, '看画面，核实后派单', 'Look at the picture, then dispatch', 0, '', '{"topics":["line","field"],"zones":["perimeter"],"from_min":1320,"to_min":360}', 'alert', 'intrusion');

-- A check-in may be read by a camera.
create table checkin_new (
  id             integer primary key,
  received_at_us integer not null,
  source         text not null check (source in ('udp','tcp','phone','behalf','code','dump','camera')),
  raw            blob not null check (length(raw) <= 524288),
  state          text not null check (state in ('stored','counted','refused')),
  verdict        text not null default '',
  client_id      text,                          -- UUID made by the phone: the same twice is one
  reader_id      integer references reader (id), epoch integer, sequence integer,
  unit_id        integer references unit (id),
  user_id        integer references user (id),  -- who sent it, or who entered it on behalf
  checkpoint_id  integer references checkpoint (id),
  point_id       integer references round_point (id), -- the round point it was counted for
  device_at_us   integer, lat real, lon real, accuracy_m real,
  method         text not null default '', tag text not null default '',
  flags          text not null default '[]' check (json_valid(flags)),
  words_text_id  integer references text (id), channel text not null default ''
) strict;
insert into checkin_new select * from checkin;
drop table checkin;
alter table checkin_new rename to checkin;
create index checkin_state on checkin (state) where state = 'stored';
create unique index checkin_client on checkin (client_id) where client_id is not null;
create index checkin_unit on checkin (unit_id, device_at_us);

-- What a patrol shows to a camera.
alter table unit add column badge text not null default '' check (length(badge) <= 64);
create unique index unit_badge on unit (badge) where badge <> '';
