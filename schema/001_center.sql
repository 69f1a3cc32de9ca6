-- 001: the center.  Every time is UTC microseconds (…_at_us); every id is below 2^53; `rev` counts the
-- changes of one object and travels with it (if_rev).  Words are those of DESIGN.md, section 2.
-- current.sql holds the schema as it is after the newest migration, with every column explained.

create table meta (
  key   text primary key check (length(key) between 1 and 64),
  value text not null
) strict, without rowid;

-- Erasable words: names of people, telephone numbers, free text.  The journal holds id and salted hash.
create table text (
  id   integer primary key,
  salt blob not null check (length(salt) = 16),
  body text
) strict;

create table journal (
  seq          integer primary key check (seq > 0),
  txn          integer not null check (txn <= seq),
  at_us        integer not null,
  boot_id      text not null,
  mono_us      integer not null,
  kind         text not null check (length(kind) between 1 and 64),
  subject      text not null check (length(subject) between 1 and 32),
  subject_id   integer not null,
  rev          integer not null,
  place_id     integer not null default 0,
  severity     integer not null default 0 check (severity between 0 and 4),
  actor_id     integer not null default 0,
  on_behalf_id integer not null default 0,
  command_id   text not null default '',
  body         text not null check (json_valid(body)),
  hash         blob not null check (length(hash) = 32)
) strict;
create index journal_subject on journal (subject, subject_id, seq);
create index journal_kind on journal (kind, seq);
create index journal_at on journal (at_us);
create index journal_place on journal (place_id, seq) where place_id > 0;

create table place (
  id             integer primary key,
  rev            integer not null default 1,
  code           text not null check (length(code) between 1 and 40),
  name           text not null check (length(name) between 1 and 80),
  kind           text not null check (kind in ('district','street','community','group','grid','micro_grid','building','unit','household','area','way','gate','room','other')),
  parent_id      integer references place (id),
  lat            real check (lat between -90 and 90),
  lon            real check (lon between -180 and 180),
  outline        text check (outline is null or json_valid(outline)),
  valid_from_us  integer not null,
  valid_to_us    integer,
  replaces_id    integer references place (id),
  check (valid_to_us is null or valid_to_us > valid_from_us)
) strict;
create unique index place_code on place (code) where valid_to_us is null;
create index place_parent on place (parent_id);

create table person (
  id            integer primary key,
  rev           integer not null default 1,
  code          text not null unique check (length(code) between 1 and 40),
  name_text_id  integer not null references text (id),
  phone_text_id integer references text (id)
) strict;

create table slot (
  id       integer primary key,
  rev      integer not null default 1,
  code     text not null unique check (length(code) between 1 and 40),
  name     text not null check (length(name) between 1 and 80),
  place_id integer not null references place (id)
) strict;

create table slot_person (
  slot_id   integer not null references slot (id),
  person_id integer not null references person (id),
  from_us   integer not null,
  to_us     integer,
  primary key (slot_id, person_id, from_us)
) strict, without rowid;

-- A team that goes out: guards, grid workers, volunteers, maintenance.
create table unit (
  id             integer primary key,
  rev            integer not null default 1,
  code           text not null unique check (length(code) between 1 and 40),
  name           text not null check (length(name) between 1 and 80),
  kind           text not null check (kind in ('guard','grid','volunteer','maintenance')),
  travel         text not null default 'foot' check (travel in ('foot','ebike')),
  phone_text_id  integer references text (id),
  radio_channel  text not null default '' check (length(radio_channel) <= 20),
  slot_id        integer references slot (id),
  on_duty        integer not null default 0 check (on_duty in (0, 1)),
  duty_at_us     integer not null default 0,
  ticket_id      integer,                       -- what it is busy with; null: free
  lat            real, lon real, accuracy_m real,
  position_at_us integer,                       -- server time of the last position; null: never
  presence       text not null default 'none' check (presence in ('none','visible','hidden')),
  presence_at_us integer,                       -- last sign of its page
  device         text not null default '' check (length(device) <= 80)
) strict;

create table unit_member (
  unit_id   integer not null references unit (id),
  person_id integer not null references person (id),
  primary key (unit_id, person_id)
) strict, without rowid;

create table user (
  id            integer primary key,
  rev           integer not null default 1,
  name          text not null unique check (length(name) between 1 and 40),
  role          text not null check (role in ('admin','supervisor','operator','patrol','warden','wall','source')),
  display       text not null default '' check (length(display) <= 80),
  password_hash text,                           -- Argon2id string; null: cannot log in with a password
  unit_id       integer references unit (id),   -- role patrol: the team it speaks for
  person_id     integer references person (id),
  most_priority integer not null default 1 check (most_priority between 1 and 4), -- role source: the highest it may claim
  created_at_us integer not null,
  disabled_at_us integer
) strict;

-- What a browser, a kiosk or a machine proves itself with; only hashes are kept.
create table session (
  id           integer primary key,
  token_hash   text not null unique check (length(token_hash) = 64),
  user_id      integer not null references user (id),
  kind         text not null check (kind in ('login','kiosk','source')),
  label        text not null default '' check (length(label) <= 80),
  address      text not null default '',
  agent        text not null default '' check (length(agent) <= 200),
  created_at_us integer not null,
  seen_at_us   integer not null,
  expires_at_us integer not null,
  revoked_at_us integer
) strict;
create index session_user on session (user_id);

create table camera (
  id            integer primary key,
  rev           integer not null default 1,
  code          text not null unique check (length(code) between 1 and 40),
  name          text not null check (length(name) between 1 and 80),
  place_id      integer references place (id),
  lat           real, lon real,
  zone          text not null default 'inside' check (zone in ('inside','perimeter')),
  url           text not null check (url like 'rtsp://%' or url like 'rtsps://%'), -- without credentials
  user_name     text not null default '',
  secret        blob,                           -- secretbox of the password; key outside the database
  transport     text not null default 'tcp' check (transport in ('tcp','udp')),
  recorder      text not null default '',
  switch        text not null default '',
  enabled       integer not null default 1 check (enabled in (0, 1)),
  state         text not null default 'unknown' check (state in ('unknown','connecting','live','stalled','lost','refused','unsupported')),
  cause         text not null default 'none',
  state_at_us   integer not null default 0,
  codec         text not null default '', width integer not null default 0, height integer not null default 0,
  removed_at_us integer
) strict;
create index camera_place on camera (place_id);

create table checkpoint (
  id       integer primary key,
  rev      integer not null default 1,
  code     text not null unique check (length(code) between 1 and 40),
  name     text not null check (length(name) between 1 and 80),
  place_id integer references place (id),
  lat      real not null, lon real not null,
  radius_m real not null default 30 check (radius_m between 1 and 1000),
  tag      text not null default '' check (length(tag) <= 64)
) strict;
create index checkpoint_tag on checkpoint (tag) where tag <> '';

create table reader (
  id         integer primary key,
  rev        integer not null default 1,
  name       text not null unique check (length(name) between 1 and 32),
  secret     blob not null,                     -- secretbox of the 32-byte key
  unit_id    integer references unit (id),
  epoch      integer not null default 1,
  last_seq   integer not null default 0,
  seen       integer not null default 0,        -- bit n: last_seq - n was taken
  seen_at_us integer,
  refused    integer not null default 0,        -- lines refused since the last journal row about it
  refused_at_us integer not null default 0,     -- when that row was written (one a minute)
  removed_at_us integer
) strict;

create table route (
  id        integer primary key,
  rev       integer not null default 1,
  code      text not null unique check (length(code) between 1 and 40),
  name      text not null check (length(name) between 1 and 80),
  unit_id   integer references unit (id),
  volunteer integer not null default 0 check (volunteer in (0, 1)),
  ordered   integer not null default 0 check (ordered in (0, 1)),
  plan      text not null check (json_valid(plan)), -- {"times":["20:00"],"weekdays":[1..7],"days":[..],"last_weekday":6}
  enabled   integer not null default 1 check (enabled in (0, 1))
) strict;

create table route_point (
  route_id      integer not null references route (id),
  idx           integer not null check (idx between 1 and 200),
  checkpoint_id integer not null references checkpoint (id),
  offset_s      integer not null check (offset_s between 0 and 86400),
  early_s       integer not null default 300 check (early_s between 0 and 7200),
  late_s        integer not null default 600 check (late_s between 0 and 7200),
  primary key (route_id, idx)
) strict, without rowid;

create table round (
  id            integer primary key,
  rev           integer not null default 1,
  route_id      integer not null references route (id),
  unit_id       integer references unit (id),
  name          text not null,
  volunteer     integer not null,
  ordered       integer not null,
  state         text not null check (state in ('PLANNED','OPEN','STARTED','COMPLETED','INCOMPLETE','ABANDONED','MISSED_RUN','CANCELLED')),
  planned_at_us integer not null,
  ends_at_us    integer not null,               -- the last point's window end
  started_at_us integer, done_at_us integer, life_at_us integer,
  unique (route_id, planned_at_us)
) strict;
create index round_planned on round (planned_at_us);

create table round_point (
  id            integer primary key,
  rev           integer not null default 1,
  round_id      integer not null references round (id),
  idx           integer not null,
  checkpoint_id integer not null references checkpoint (id),
  name          text not null, tag text not null, lat real not null, lon real not null, radius_m real not null, -- frozen when planned
  due_at_us     integer not null, from_us integer not null, to_us integer not null,
  state         text not null check (state in ('DUE','DONE','MISSED','UNKNOWN')),
  timing        text not null default '' check (timing in ('','on_time','early','late','late_sync','made_up')),
  flags         text not null default '[]' check (json_valid(flags)),
  checkin_id    integer, done_at_us integer,
  unique (round_id, idx)
) strict;
create index round_point_state on round_point (state, to_us);

-- Append-only records of a point: nothing is edited (LIFECYCLES, PATROL).
create table round_record (
  id         integer primary key,
  point_id   integer not null references round_point (id),
  kind       text not null check (kind in ('DONE','MISSED','DONE_LATE_SYNC','MADE_UP','EXCUSED','VOID')),
  at_us      integer not null,
  checkin_id integer,
  seq        integer not null                   -- the journal row that says so
) strict;
create index round_record_point on round_record (point_id);

-- The raw message of every check-in, stored before it is acknowledged; counted when the worker has read it.
create table checkin (
  id             integer primary key,
  received_at_us integer not null,
  source         text not null check (source in ('udp','tcp','phone','behalf','code','dump')),
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
create index checkin_state on checkin (state) where state = 'stored';
create unique index checkin_client on checkin (client_id) where client_id is not null;
create index checkin_unit on checkin (unit_id, device_at_us);

create table rule (
  id           integer not null,
  version      integer not null check (version > 0),
  kind         text not null check (kind in ('reported','sos','observed','camera_fault','reader_gone','worker_gone','point_missed','round_not_started','no_candidate')),
  priority     integer not null check (priority between 1 and 4),
  on_delay_us  integer not null check (on_delay_us >= 0),
  off_delay_us integer not null check (off_delay_us >= 0),
  latched      integer not null check (latched in (0, 1)),
  ack_us       integer not null, act_us integer not null, retone_us integer not null,
  response_zh  text not null check (length(response_zh) > 0), -- no response, no alert (ISA-18.2)
  response_en  text not null check (length(response_en) > 0),
  enabled      integer not null default 1 check (enabled in (0, 1)),
  at_us        integer not null,
  primary key (id, version)
) strict, without rowid;
create index rule_kind on rule (kind, version);

create table alert (
  id            integer primary key,
  rev           integer not null default 1,
  code          text not null unique,           -- A-20261121-0457
  rule_id       integer not null, rule_version integer not null,
  key           text not null,                  -- rule + source: the same again counts up, no new card
  category      text not null,                  -- fall, fire, sos, parking, camera_lost, point_missed …
  priority      integer not null check (priority between 1 and 4),
  state         text not null check (state in ('NORM','UNACKED','ACKED','RETURNED')), -- ISA-18.2 A, B, C, D
  active        integer not null check (active in (0, 1)),
  latched       integer not null check (latched in (0, 1)),
  disposition   text not null default '' check (disposition in ('','real','false','test','duplicate')),
  subject       text not null, subject_id integer not null, -- camera, unit, reader, worker, round_point, place
  place_id      integer references place (id), camera_id integer references camera (id),
  lat           real, lon real,
  floor         integer not null default 0 check (floor between 0 and 99), -- to be climbed to; 0: not known
  words_text_id integer references text (id),   -- what was said when it was reported
  ticket_id     integer,
  count         integer not null default 1,
  escalation    integer not null default 0,
  owner_id      integer references user (id),   -- who acknowledged
  reported_by   integer references user (id),
  still_hash    text not null default '',       -- the picture at the first sighting
  first_at_us   integer not null, last_at_us integer not null,
  toned_at_us   integer not null default 0,
  acked_at_us   integer, cleared_at_us integer, closed_at_us integer,
  foreign key (rule_id, rule_version) references rule (id, version)
) strict;
create unique index alert_open_key on alert (key) where state <> 'NORM';
create index alert_first on alert (first_at_us);
create index alert_place on alert (place_id, first_at_us);
create index alert_closed on alert (closed_at_us) where closed_at_us is not null;

-- What a machine or a person says holds, with its on- and off-delay; a row goes when it has really ended.
-- RISING raises nothing yet, so nothing of it is in the journal; the timer's subject is this row.
create table condition (
  id          integer primary key,
  key         text not null unique,             -- as in alert.key
  state       text not null check (state in ('RISING','ON','FALLING')),
  rule_kind   text not null,
  first_at_us integer not null,
  sighting    text not null check (json_valid(sighting)) -- what the alert will be made of: category, subject, place, position
) strict;

create table ticket (
  id            integer primary key,
  rev           integer not null default 1,
  code          text not null unique,           -- E-20261121-0132: kind, day, number
  kind          text not null check (kind in ('E','O','F','S','H','C','W')),
  state         text not null check (state in ('REPORTED','FILED','REJECTED','MERGED','DISPATCHED','ACCEPTED','EN_ROUTE','ON_SCENE','HANDLING','CLOSE_REQ','CLOSED','CANCELLED')),
  alert_id      integer references alert (id),
  category      text not null, priority integer not null check (priority between 1 and 4),
  place_id      integer references place (id), lat real, lon real,
  words_text_id integer references text (id),
  unit_id       integer references unit (id),   -- whom it is with, since DISPATCHED
  candidates    text not null default '[]' check (json_valid(candidates)), -- the recommendation of the last dispatch, with reasons
  returns       integer not null default 0, timeouts integer not null default 0, reworks integer not null default 0,
  needs_lead    integer not null default 0 check (needs_lead in (0, 1)),
  merged_into   integer references ticket (id),
  reporter_id   integer references user (id), dispatcher_id integer references user (id),
  handler_id    integer references user (id),   -- who asked to close
  checker_id    integer references user (id),
  result        text not null default '', reason text not null default '',
  origin_at_us  integer not null,               -- inherited from the alert's first sighting
  filed_at_us integer, dispatched_at_us integer, received_at_us integer, accepted_at_us integer, en_route_at_us integer,
  arrived_at_us integer, first_words_at_us integer, close_req_at_us integer, closed_at_us integer
) strict;
create index ticket_open on ticket (state) where state not in ('CLOSED','REJECTED','MERGED','CANCELLED');
create index ticket_origin on ticket (origin_at_us);
create index ticket_unit on ticket (unit_id, origin_at_us);
create index ticket_closed on ticket (closed_at_us) where closed_at_us is not null;

create table ticket_file (
  ticket_id integer not null references ticket (id),
  hash      text not null check (length(hash) = 64),
  role      text not null check (role in ('before','after','still')),
  at_us     integer not null,
  user_id   integer references user (id),
  primary key (ticket_id, hash, role)
) strict, without rowid;

-- The clocks of service: what was promised, until when, and whether it was kept.
create table clock (
  id            integer primary key,
  ticket_id     integer not null references ticket (id),
  kind          text not null check (kind in ('file','dispatch','accept','arrive','first_words','handle','check','rework')),
  started_at_us integer not null, due_at_us integer not null,
  stopped_at_us integer
) strict;
create index clock_ticket on clock (ticket_id);
create unique index clock_running on clock (ticket_id, kind) where stopped_at_us is null;

-- Timers are rows; a restart loses none.
create table timer (
  id         integer primary key,
  due_at_us  integer not null,
  kind       text not null,
  subject    text not null, subject_id integer not null,
  arg        integer not null default 0,
  basis      text not null check (basis in ('duration','calendar')),
  boot_id    text not null default '',          -- the boot of the machine in which it was set
  unique (kind, subject, subject_id, arg)
) strict;
create index timer_due on timer (due_at_us);

create table outbox (
  id             integer primary key,
  rev            integer not null default 1,
  channel        text not null check (channel in ('desk','phone')),
  target         text not null check (target in ('unit','user','role')), target_id integer not null, target_role text not null default '',
  subject        text not null, subject_id integer not null,
  template       text not null,                 -- dispatch, recall, rework, escalation, welfare …
  priority       integer not null check (priority between 1 and 4),
  state          text not null check (state in ('QUEUED','SENDING','ACCEPTED','DELIVERED','READ','ANSWERED','TEMP_FAIL','PERM_FAIL','UNKNOWN','EXPIRED')),
  attempts       integer not null default 0,
  queued_at_us   integer not null, sent_at_us integer, delivered_at_us integer, read_at_us integer, answered_at_us integer,
  deadline_at_us integer
) strict;
create index outbox_open on outbox (state) where state in ('QUEUED','SENDING','ACCEPTED','DELIVERED','TEMP_FAIL','UNKNOWN');
create index outbox_subject on outbox (subject, subject_id);

create table command (
  user_id  integer not null,
  uuid     text not null check (length(uuid) = 36),
  at_us    integer not null,
  payload_hash text not null,
  reply    text not null check (json_valid(reply)),
  primary key (user_id, uuid)
) strict, without rowid;
create index command_at on command (at_us);

create table shift (
  id         integer primary key,
  rev        integer not null default 1,
  kind       text not null check (kind in ('day','night')),
  starts_at_us integer not null unique, ends_at_us integer not null
) strict;

-- Who sits at the desk: one row per operator and sitting.
create table watch (
  id        integer primary key,
  rev       integer not null default 1,
  shift_id  integer not null references shift (id),
  user_id   integer not null references user (id),
  seat      integer not null check (seat between 1 and 20),
  from_us   integer not null, to_us integer,
  sound_at_us integer                           -- last heard sound test of this sitting
) strict;
create index watch_shift on watch (shift_id);

create table file (
  hash          text primary key check (length(hash) = 64),
  kind          text not null check (kind in ('jpg','png')),
  bytes         integer not null check (bytes > 0),
  user_id       integer references user (id),
  at_us         integer not null
) strict, without rowid;

-- Where units were and how cameras were, once a minute: for replay, not for the chain.
create table sample (
  at_us      integer not null,
  subject    text not null, subject_id integer not null,
  body       text not null check (json_valid(body)),
  primary key (at_us, subject, subject_id)
) strict, without rowid;

-- Numbers of the day for codes people read out (A-20261121-0457).
create table daily_number (
  day    text not null check (length(day) = 8),
  letter text not null check (length(letter) = 1),
  last   integer not null,
  primary key (day, letter)
) strict, without rowid;

insert into rule (id, version, kind, priority, on_delay_us, off_delay_us, latched, ack_us, act_us, retone_us, response_zh, response_en, at_us) values
  (1, 1, 'reported',          2, 0,        0,        0,  60000000,  120000000, 60000000, '核实情况，派最近的队伍', 'Verify, send the nearest unit', 0),
  (2, 1, 'sos',               1, 0,        0,        1,  20000000,   60000000, 20000000, '立即派最近的队伍，并呼叫求助人', 'Send the nearest unit at once and call the one who asks', 0),
  (3, 1, 'observed',          2, 0,        0,        0,  60000000,  120000000, 60000000, '看画面，核实后派单', 'Look at the picture, then dispatch', 0),
  (4, 1, 'camera_fault',      4, 30000000, 30000000, 0, 1800000000, 43200000000, 0,       '派维保查看供电、网线和密码', 'Send maintenance: power, cable, password', 0),
  (5, 1, 'reader_gone',       4, 180000000, 30000000, 0, 1800000000, 43200000000, 0,      '查看巡更机供电与网络', 'Check the reader''s power and network', 0),
  (6, 1, 'worker_gone',       4, 5000000,  5000000,  0, 1800000000, 43200000000, 0,       '查看服务日志，联系管理员', 'Read the log, call the administrator', 0),
  (7, 1, 'point_missed',      3, 0,        0,        0, 300000000,  900000000, 0,         '联系巡逻队，问明原因', 'Call the patrol and ask why', 0),
  (8, 1, 'round_not_started', 3, 0,        0,        0, 300000000,  900000000, 0,         '联系巡逻队，催促出发', 'Call the patrol to set out', 0),
  (9, 1, 'no_candidate',      3, 0,        0,        0, 300000000,  900000000, 0,         '值班长指定队伍，或调人增援', 'The lead chooses a unit or calls one in', 0);
