-- The schema as it is after the newest migration, every column explained.  A test holds it to what the
-- migrations make, so it can be read instead of them.  For the words see DESIGN.md, section 2, for examples and
-- for the journal's hash README.md.
--
-- Every time ending in _at_us (and from_us, to_us) is UTC in microseconds since 1970; lengths of time end in _us
-- or _s.  Every id is an integer below 2^53.  All tables are STRICT.  The ledger, one thread of gridwardend,
-- writes all of it; everybody else reads.


-- Single facts of the center.
create table meta (
  key text primary key check (length(key) between 1 and 64), -- center.name, center.community, center.demo, center.rev, worker.camera, worker.checkin …
  value text not null                                      -- as text; the key says what it means
) strict, without rowid;

-- Erasable words: names of people, telephone numbers, free text. Everything else holds the id; the journal
-- also holds the salted hash (README.md), so that erasing a person does not break the chain.
create table text (
  id integer primary key,                                  -- given by the ledger, below 2^53
  salt blob not null check (length(salt) = 16),            -- 16 random bytes before the words in the hash; zeros after erasing
  body text                                                -- the words, UTF-8; null: erased
) strict;

-- What happened: one row per changed object, never changed, each with the hash of the one before (README.md).
-- Written by the ledger alone.
create table journal (
  seq integer primary key check (seq > 0),                 -- counts from 1, without gaps
  txn integer not null check (txn <= seq),                 -- seq of the first row of the same transaction
  at_us integer not null,                                  -- server time, UTC; never less than in the row before
  boot_id text not null,                                   -- which boot of the machine: 32 hex digits
  mono_us integer not null,                                -- CLOCK_MONOTONIC within that boot: true distances when the wall clock was set
  kind text not null check (length(kind) between 1 and 64), -- what happened: "alert.acked", "ticket.arrived", "camera.state", "journal.signed" …
  subject text not null check (length(subject) between 1 and 32), -- what kind of object it happened to: alert, ticket, camera, unit, round, user …
  subject_id integer not null,                             -- its id
  rev integer not null,                                    -- its rev after the change; 0 where it has none
  place_id integer not null default 0,                     -- where it happened; 0: nowhere in particular
  severity integer not null default 0 check (severity between 0 and 4), -- 0 nothing to see … 4 the gravest; the ticker shows 1 and above
  actor_id integer not null default 0,                     -- user who did it; 0: the center itself (a timer, a worker)
  on_behalf_id integer not null default 0,                 -- unit for whom the actor spoke (radio, telephone); 0: for himself
  command_id text not null default '',                     -- UUID of the command that asked for it; empty: none did
  body text not null check (json_valid(body)),             -- canonical JSON object: compact, keys sorted; words only as {"text_id","text_hash"}
  hash blob not null check (length(hash) = 32)             -- BLAKE2b-256 of the hash before and all fields above
) strict;
create index journal_subject on journal (subject, subject_id, seq);
create index journal_kind on journal (kind, seq);
create index journal_at on journal (at_us);
create index journal_place on journal (place_id, seq) where place_id > 0;

-- A node of the place tree, of any depth. Re-districting ends a row and makes a new one: what happened before
-- keeps the old place.
create table place (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null check (length(code) between 1 and 40), -- short name that people and import files use; unique among those valid now
  name text not null check (length(name) between 1 and 80), -- shown
  kind text not null check (kind in ('district','street','community','group','grid','micro_grid','building','unit','household','area','way','gate','room','other')), -- what it is; way: a line that people walk, for finding the nearest unit
  parent_id integer references place (id),                 -- the place it lies in; null: a root
  lat real check (lat between -90 and 90),                 -- WGS-84 degrees of its middle; null: unknown
  lon real check (lon between -180 and 180),               -- WGS-84 degrees
  outline text check (outline is null or json_valid(outline)), -- GeoJSON geometry: a polygon, of a way a line string; null: unknown
  valid_from_us integer not null,                          -- from when it was so
  valid_to_us integer,                                     -- until when; null: still
  replaces_id integer references place (id),               -- the row that this one took over from
  check (valid_to_us is null or valid_to_us > valid_from_us)
) strict;
create unique index place_code on place (code) where valid_to_us is null;
create index place_parent on place (parent_id);

-- Somebody who fills a slot or goes out with a unit; not necessarily a user.
create table person (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique check (length(code) between 1 and 40), -- short name in import files, never shown
  name_text_id integer not null references text (id),      -- the name, erasable
  phone_text_id integer references text (id)               -- the telephone number, erasable; null: none known
) strict;

-- A duty attached to a place (grid head, building chief): one addresses the slot, not the person.
create table slot (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique check (length(code) between 1 and 40), -- short name in import files
  name text not null check (length(name) between 1 and 80), -- shown: 网格长, 楼长 …
  place_id integer not null references place (id)          -- the place it is the duty for
) strict;

-- Who fills a slot, and since when.
create table slot_person (
  slot_id integer not null references slot (id),           -- the slot
  person_id integer not null references person (id),       -- the person
  from_us integer not null,                                -- from when
  to_us integer,                                           -- until when; null: now
  primary key (slot_id, person_id, from_us)
) strict, without rowid;

-- A team that goes out. Position and presence are state, not journaled: sampled once a minute (sample).
create table unit (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique check (length(code) between 1 and 40), -- short name in import files and on the map
  name text not null check (length(name) between 1 and 80), -- shown
  kind text not null check (kind in ('guard','grid','volunteer','maintenance')), -- guard, grid worker, volunteer (夕阳红) or maintenance; says which tickets it may get
  travel text not null default 'foot' check (travel in ('foot','ebike')), -- how it goes
  phone_text_id integer references text (id),              -- its duty telephone, erasable; null: none
  radio_channel text not null default '' check (length(radio_channel) <= 20), -- as spoken; empty: no radio
  slot_id integer references slot (id),                    -- the slot it answers to; null: none
  on_duty integer not null default 0 check (on_duty in (0, 1)), -- 1: may be sent
  duty_at_us integer not null default 0,                   -- when on_duty last changed
  ticket_id integer,                                       -- what it is busy with; null: free
  lat real,                                                -- WGS-84 degrees of its last position; null: never known
  lon real,                                                -- WGS-84 degrees
  accuracy_m real,                                         -- radius in metres as its phone said
  position_at_us integer,                                  -- server time of that position; null: never
  presence text not null default 'none' check (presence in ('none','visible','hidden')), -- its page: none connected, visible, or hidden (then radio and telephone come first)
  presence_at_us integer,                                  -- last sign of its page, server time
  device text not null default '' check (length(device) <= 80), -- what its browser called itself
  badge text not null default '' check (length(badge) <= 64) -- the code that its members show to a camera; empty: none
) strict;
create unique index unit_badge on unit (badge) where badge <> '';

-- Who goes out with a unit.
create table unit_member (
  unit_id integer not null references unit (id),           -- the unit
  person_id integer not null references person (id),       -- the person
  primary key (unit_id, person_id)
) strict, without rowid;

-- Somebody or something that logs in.
create table user (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  name text not null unique check (length(name) between 1 and 40), -- login name
  role text not null check (role in ('admin','supervisor','operator','patrol','warden','wall','source')), -- what it may do; checked at every command
  display text not null default '' check (length(display) <= 80), -- shown instead of the login name; empty: the login name
  password_hash text,                                      -- Argon2id string; null: cannot log in with a password
  unit_id integer references unit (id),                    -- role patrol: the team it speaks for
  person_id integer references person (id),                -- the person behind it; null: a machine, or nobody in particular
  most_priority integer not null default 1 check (most_priority between 1 and 4), -- role source: the highest priority it may claim (1 is the highest)
  created_at_us integer not null,                          -- when it was made
  disabled_at_us integer                                   -- when it was shut out; null: it may log in
) strict;

-- What a browser, a kiosk or a machine proves itself with. Tokens are never kept, only their hashes.
create table session (
  id integer primary key,                                  -- given by the ledger, below 2^53
  token_hash text not null unique check (length(token_hash) = 64), -- BLAKE2b-256 of the token, 64 hex digits
  user_id integer not null references user (id),           -- whose it is
  kind text not null check (kind in ('login','kiosk','source')), -- login (a person), kiosk (a wall that may only look) or source (a machine)
  label text not null default '' check (length(label) <= 80), -- what an administrator called it
  address text not null default '',                        -- where it came from last
  agent text not null default '' check (length(agent) <= 200), -- what the browser called itself
  created_at_us integer not null,                          -- when it was made
  seen_at_us integer not null,                             -- last use
  expires_at_us integer not null,                          -- end of its life
  revoked_at_us integer                                    -- when it was taken back; null: never
) strict;
create index session_user on session (user_id);

-- A camera. Its state is the workers' word, through the ledger.
create table camera (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique check (length(code) between 1 and 40), -- short name: C-087
  name text not null check (length(name) between 1 and 80), -- shown
  place_id integer references place (id),                  -- where it looks; null: unknown
  lat real,                                                -- WGS-84 degrees of where it hangs; null: unknown
  lon real,                                                -- WGS-84 degrees
  zone text not null default 'inside' check (zone in ('inside','perimeter')), -- inside the community or at its edge
  url text not null check (url like 'rtsp://%' or url like 'rtsps://%'), -- RTSP address without credentials
  user_name text not null default '',                      -- for Digest; empty: none
  secret blob,                                             -- password, secretbox (nonce and box); the key is in a file outside; null: none
  transport text not null default 'tcp' check (transport in ('tcp','udp')), -- how RTP comes
  recorder text not null default '',                       -- name of the recorder it hangs on: they share a limit of connections; empty: none
  switch text not null default '',                         -- name of its network switch: a common cause; empty: unknown
  enabled integer not null default 1 check (enabled in (0, 1)), -- 0: not watched, on purpose
  state text not null default 'unknown' check (state in ('unknown','connecting','live','stalled','lost','refused','unsupported')), -- as a worker saw it last; unknown: its worker is gone
  cause text not null default 'none',                      -- why it is so, as the worker said; none: nothing is wrong
  state_at_us integer not null default 0,                  -- since when, server time
  codec text not null default '',                          -- H264 …; empty: never seen
  width integer not null default 0,                        -- pixels; 0: never seen
  height integer not null default 0,                       -- pixels
  removed_at_us integer,                                   -- when it was taken away; null: it is there
  sub_url text not null default '' check (sub_url = '' or sub_url like 'rtsp://%' or sub_url like 'rtsps://%'), -- RTSP address of its small stream, without credentials; empty: it has none
  watch text not null default 'sub' check (watch in ('sub','main')), -- which stream is watched: the small one where there is one, or always the main one
  power text not null default '' check (length(power) <= 80), -- name of what feeds it: a common cause; empty: unknown
  metadata integer not null default 1 check (metadata in (0, 1)), -- 1: its ONVIF metadata are taken too
  checkpoint_id integer references checkpoint (id),        -- its pictures are read for badges and codes of this checkpoint; null: not
  via text not null default '' check (via in ('','lean','rtspsrc')), -- which of our two readers receives it; empty: never was live
  sees text not null default 'unknown' check (sees in ('yes','no','unknown')), -- no: a finding that blinds it is open; unknown: not live, or not looked at yet
  channel integer not null default 0 check (channel between 0 and 4096), -- its number at its recorder; 0: none, there is no looking back
  control_url text not null default '' check (control_url = '' or control_url like 'http://%' or control_url like 'https://%'), -- its ONVIF device service, by which it is turned; empty: it cannot be
  home_preset text not null default '' check (length(home_preset) <= 64), -- token of the preset it belongs at; empty: none
  away_preset text not null default '' check (length(away_preset) <= 64) -- token of where somebody turned it; empty: it is home
) strict;
create index camera_place on camera (place_id);

-- What a camera can be turned to, as it said itself.
create table preset (
  camera_id integer not null references camera (id),       -- the camera
  token text not null check (length(token) between 1 and 64), -- what it calls it
  name text not null check (length(name) <= 80),           -- shown; the token where it gave none
  primary key (camera_id, token)
) strict, without rowid;

-- A recorder: the name that cameras carry in camera.recorder, and how its footage is asked for.
create table recorder (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  name text not null check (length(name) between 1 and 80), -- as cameras name it; unique among those that are there
  make text not null check (length(make) between 1 and 40), -- hikvision, dahua … other: which example its address came from
  url_template text not null check (length(url_template) <= 500 and (url_template like 'rtsp://%' or url_template like 'rtsps://%')), -- RTSP address of its footage with {channel}, {start:…} and {end:…} in it, without credentials ({user} and {password} stand for them)
  user_name text not null default '' check (length(user_name) <= 80), -- for Digest; empty: none
  secret blob,                                             -- password, secretbox (nonce and box); null: none
  playbacks_most integer not null default 1 check (playbacks_most between 1 and 64), -- so many may play at once, ours and clips together
  days_held integer check (days_held >= 0),                -- so many days back it has footage, as last asked; null: never asked
  held_at_us integer,                                      -- when that was asked; null: never
  removed_at_us integer                                    -- when it was taken away; null: it is there
) strict;
create unique index recorder_name on recorder (name) where removed_at_us is null;

-- Somebody looks at what was: one row each time a camera is opened at a time that is over.
create table playback (
  id integer primary key,                                  -- given by the ledger, below 2^53
  camera_id integer not null references camera (id),       -- the camera
  user_id integer not null references user (id),           -- who looks; nobody else may play it
  at_us integer not null,                                  -- the time that is looked at
  asked_at_us integer not null                             -- when; it may be played for twelve hours
) strict;
create index playback_camera on playback (camera_id, asked_at_us);

-- An area of a camera's picture where something that comes and stays is of interest, at some hours.
create table zone (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  camera_id integer not null references camera (id),       -- whose picture
  name text not null check (length(name) between 1 and 80), -- shown
  category text not null check (length(category) between 1 and 40), -- what an alert about it is called: fire_lane, dumping, parking …
  points text not null check (json_valid(points)),         -- JSON [[x,y],…], 3 to 32 corners, fractions of width and height
  from_min integer not null default 0 check (from_min between 0 and 1439), -- minute of the local day from which it counts
  to_min integer not null default 0 check (to_min between 0 and 1439), -- and until which; equal to from_min: all day
  dwell_s integer not null check (dwell_s between 10 and 86400), -- something must stay so long
  enabled integer not null default 1 check (enabled in (0, 1)), -- 0: not looked at, on purpose
  removed_at_us integer                                    -- when it was taken away; null: it is there
) strict;
create index zone_camera on zone (camera_id);

-- How a camera should look: what the scene compares with. One a camera, the newest.
create table reference (
  camera_id integer primary key references camera (id),    -- the camera
  at_us integer not null,                                  -- when the picture was taken
  user_id integer references user (id),                    -- who renewed it; null: learned by itself
  hash text not null check (length(hash) = 64),            -- the picture, for people (file)
  body blob not null check (length(body) <= 262144)        -- what the scene element keeps, opaque
) strict;

-- A patrol point.
create table checkpoint (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique check (length(code) between 1 and 40), -- short name in import files
  name text not null check (length(name) between 1 and 80), -- shown
  place_id integer references place (id),                  -- where it lies; null: unknown
  lat real not null,                                       -- WGS-84 degrees
  lon real not null,                                       -- WGS-84 degrees
  radius_m real not null default 30 check (radius_m between 1 and 1000), -- how near in metres counts as being there
  tag text not null default '' check (length(tag) <= 64)   -- what its NFC tag or QR says; empty: none
) strict;
create index checkpoint_tag on checkpoint (tag) where tag <> '';

-- A guard-tour reader: a device that reads tags and sends signed lines.
create table reader (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  name text not null unique check (length(name) between 1 and 32), -- as in its lines
  secret blob not null,                                    -- its 32-byte key, secretbox
  unit_id integer references unit (id),                    -- who carries it; null: nobody yet
  epoch integer not null default 1,                        -- counts pairings; a line of another epoch is refused
  last_seq integer not null default 0,                     -- highest number taken in this epoch
  seen integer not null default 0,                         -- bit n: last_seq - n was taken; a replay finds its bit set
  seen_at_us integer,                                      -- server time of its last good line; null: never
  refused integer not null default 0,                      -- lines refused since the last journal row about it
  refused_at_us integer not null default 0,                -- when that row was written: one a minute
  removed_at_us integer                                    -- when it was taken away; null: it is there
) strict;

-- Where and when a patrol walks.
create table route (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique check (length(code) between 1 and 40), -- short name in import files
  name text not null check (length(name) between 1 and 80), -- shown
  unit_id integer references unit (id),                    -- who walks it; null: nobody fixed
  volunteer integer not null default 0 check (volunteer in (0, 1)), -- 1: no alerts for missed points
  ordered integer not null default 0 check (ordered in (0, 1)), -- 1: its points in their order
  plan text not null check (json_valid(plan)),             -- when: {"times":["20:00"],"weekdays":[1..7],"days":[..],"last_weekday":6}, local time
  enabled integer not null default 1 check (enabled in (0, 1)) -- 0: no more rounds are planned
) strict;

-- The points of a route.
create table route_point (
  route_id integer not null references route (id),         -- the route
  idx integer not null check (idx between 1 and 200),      -- 1 is the first
  checkpoint_id integer not null references checkpoint (id), -- the checkpoint
  offset_s integer not null check (offset_s between 0 and 86400), -- due so many seconds after the start of the round
  early_s integer not null default 300 check (early_s between 0 and 7200), -- the window opens so many seconds before that
  late_s integer not null default 600 check (late_s between 0 and 7200), -- and closes so many seconds after it
  primary key (route_id, idx)
) strict, without rowid;

-- One walk of a route, planned 24 h ahead.
create table round (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  route_id integer not null references route (id),         -- the route
  unit_id integer references unit (id),                    -- who walks it; null: nobody
  name text not null,                                      -- of the route, as it was when planned
  volunteer integer not null,                              -- of the route, as it was when planned
  ordered integer not null,                                -- of the route, as it was when planned
  state text not null check (state in ('PLANNED','OPEN','STARTED','COMPLETED','INCOMPLETE','ABANDONED','MISSED_RUN','CANCELLED')), -- LIFECYCLES, PATROL
  planned_at_us integer not null,                          -- its start
  ends_at_us integer not null,                             -- end of the last point's window
  started_at_us integer,                                   -- first check-in, or the word to start; null: not yet
  done_at_us integer,                                      -- when it came to its end
  life_at_us integer,                                      -- last sign of life on it: check-in, call, radio word or position
  unique (route_id, planned_at_us)
) strict;
create index round_planned on round (planned_at_us);

-- The points of a round, frozen when it was planned.
create table round_point (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  round_id integer not null references round (id),         -- the round
  idx integer not null,                                    -- 1 is the first
  checkpoint_id integer not null references checkpoint (id), -- the checkpoint as it is now
  name text not null,                                      -- of the checkpoint, as it was when planned
  tag text not null,                                       -- of the checkpoint, as it was when planned
  lat real not null,                                       -- WGS-84 degrees, as when planned
  lon real not null,                                       -- WGS-84 degrees
  radius_m real not null,                                  -- as when planned
  due_at_us integer not null,                              -- when it should be
  from_us integer not null,                                -- the window opens
  to_us integer not null,                                  -- the window closes
  state text not null check (state in ('DUE','DONE','MISSED','UNKNOWN')), -- UNKNOWN: nobody can say yet, raw check-ins wait or their worker is down
  timing text not null default '' check (timing in ('','on_time','early','late','late_sync','made_up')), -- how it was done; empty: not done
  flags text not null default '[]' check (json_valid(flags)), -- JSON array: out_of_radius, no_fix, too_fast, clock_skew, tag_two_devices, jump
  checkin_id integer,                                      -- the check-in that counted
  done_at_us integer,                                      -- when it was done, in server time
  unique (round_id, idx)
) strict;
create index round_point_state on round_point (state, to_us);

-- What was found about a point; append-only: nothing is edited (LIFECYCLES, PATROL).
create table round_record (
  id integer primary key,                                  -- given by the ledger, below 2^53
  point_id integer not null references round_point (id),   -- the round point
  kind text not null check (kind in ('DONE','MISSED','DONE_LATE_SYNC','MADE_UP','EXCUSED','VOID')), -- what was found
  at_us integer not null,                                  -- server time
  checkin_id integer,                                      -- the check-in that proves it; null: none
  seq integer not null                                     -- the journal row that says so
) strict;
create index round_record_point on round_record (point_id);

-- The raw message of every check-in, stored before it is acknowledged; counted when a worker has read it.
create table checkin (
  id integer primary key,                                  -- given by the ledger, below 2^53
  received_at_us integer not null,                         -- server time it was stored
  source text not null check (source in ('udp','tcp','phone','behalf','code','dump','camera')), -- the door: reader over udp or tcp, phone, on behalf, picture of a code, dump of a baton reader, a camera
  raw blob not null check (length(raw) <= 524288),         -- as it came
  state text not null check (state in ('stored','counted','refused')), -- stored: waits for the worker
  verdict text not null default '',                        -- why it was refused, or what it counted for
  client_id text,                                          -- UUID made by the phone: the same twice is one
  reader_id integer references reader (id),                -- from a reader
  epoch integer,                                           -- of the reader
  sequence integer,                                        -- number of the line in that epoch
  unit_id integer references unit (id),                    -- who did it
  user_id integer references user (id),                    -- who sent it, or who entered it on behalf
  checkpoint_id integer references checkpoint (id),        -- what it says it was at
  point_id integer references round_point (id),            -- the round point it was counted for; null: none
  device_at_us integer,                                    -- when it was done by the device's clock, corrected; UTC
  lat real,                                                -- WGS-84 degrees the device gave; null: no fix
  lon real,                                                -- WGS-84 degrees
  accuracy_m real,                                         -- radius in metres the device gave
  method text not null default '',                         -- how it was done: tag, code, position, words
  tag text not null default '',                            -- what was read
  flags text not null default '[]' check (json_valid(flags)), -- JSON array, as in round_point
  words_text_id integer references text (id),              -- what was heard, when entered on behalf; erasable
  channel text not null default ''                         -- how it was heard, when entered on behalf: radio or phone
) strict;
create index checkin_state on checkin (state) where state = 'stored';
create unique index checkin_client on checkin (client_id) where client_id is not null;
create index checkin_unit on checkin (unit_id, device_at_us);

-- When something becomes an alert, and how it must be answered. A change makes a new version; alerts keep theirs.
create table rule (
  id integer not null,                                     -- given by the ledger, below 2^53
  version integer not null check (version > 0),            -- 1 is the first
  kind text not null check (kind in ('reported','sos','observed','camera_fault','reader_gone','worker_gone','point_missed','round_not_started','no_candidate','outage','sight','zone','camera_observed')), -- what it watches
  priority integer not null check (priority between 1 and 4), -- 1 life … 4 technical
  on_delay_us integer not null check (on_delay_us >= 0),   -- the condition must hold so long
  off_delay_us integer not null check (off_delay_us >= 0), -- and be gone so long
  latched integer not null check (latched in (0, 1)),      -- 1: never ends by itself
  ack_us integer not null,                                 -- to be acknowledged within, after it was raised
  act_us integer not null,                                 -- to be acted upon within, after it was acknowledged
  retone_us integer not null,                              -- the tone sounds again after; 0: never
  response_zh text not null check (length(response_zh) > 0), -- what the operator is to do; no response, no alert (ISA-18.2)
  response_en text not null check (length(response_en) > 0), -- the same in English
  enabled integer not null default 1 check (enabled in (0, 1)), -- 0: raises nothing
  at_us integer not null,                                  -- when this version was made
  name text not null default '' check (length(name) <= 80), -- what people call it; empty: its kind says enough
  selector text not null default '{}' check (json_valid(selector)), -- which of its kind it is for: JSON {kinds, categories, topics, classes, zones, cameras, from_min, to_min}; {}: all
  makes text not null default 'alert' check (makes in ('alert','event')), -- what comes of it: an alert, or a row of the journal
  category text not null default '' check (length(category) <= 40), -- what its alerts are called; empty: what it is about says
  primary key (id, version)
) strict, without rowid;
create index rule_kind on rule (kind, version);

-- One raised condition on one subject that needs a person.
create table alert (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique,                               -- what people read out: A-20261121-0457
  rule_id integer not null,                                -- the rule that raised it
  rule_version integer not null,                           -- and its version
  key text not null,                                       -- rule and source: while it is open the same again counts up, no new card
  category text not null,                                  -- fall, fire, sos, parking, camera_lost, point_missed …
  priority integer not null check (priority between 1 and 4), -- 1 … 4; may differ from the rule's (a blind grid)
  state text not null check (state in ('NORM','UNACKED','ACKED','RETURNED')), -- ISA-18.2: NORM A, UNACKED B, ACKED C, RETURNED D
  active integer not null check (active in (0, 1)),        -- 1: the condition holds
  latched integer not null check (latched in (0, 1)),      -- 1: does not end by itself; copied from the rule
  disposition text not null default '' check (disposition in ('','real','false','test','duplicate')), -- what it was in the end; empty: nobody has said
  subject text not null,                                   -- what it is about: camera, unit, reader, worker, round_point, place
  subject_id integer not null,                             -- its id
  place_id integer references place (id),                  -- where; null: unknown
  camera_id integer references camera (id),                -- which camera shows it; null: none
  lat real,                                                -- WGS-84 degrees; null: unknown
  lon real,                                                -- WGS-84 degrees
  floor integer not null default 0 check (floor between 0 and 99), -- the storey somebody must climb to; 0: not known
  words_text_id integer references text (id),              -- what was said when it was reported; erasable
  ticket_id integer,                                       -- the ticket it was dispatched as; null: none
  count integer not null default 1,                        -- sightings
  escalation integer not null default 0,                   -- last step taken: 0, 1, 2, 4 times T_ack
  owner_id integer references user (id),                   -- user who acknowledged
  reported_by integer references user (id),                -- user who reported it; null: a machine of ours
  still_hash text not null default '',                     -- picture at the first sighting (file); empty: none
  first_at_us integer not null,                            -- first sighting; the five minutes count from here
  last_at_us integer not null,                             -- last sighting
  toned_at_us integer not null default 0,                  -- when a tone last sounded
  acked_at_us integer,                                     -- null: not yet
  cleared_at_us integer,                                   -- when the condition ended; null: not yet
  closed_at_us integer,                                    -- null: open
  foreign key (rule_id, rule_version) references rule (id, version)
) strict;
create unique index alert_open_key on alert (key) where state <> 'NORM';
create index alert_first on alert (first_at_us);
create index alert_place on alert (place_id, first_at_us);
create index alert_closed on alert (closed_at_us) where closed_at_us is not null;

-- What a machine or a person says holds, with its on- and off-delay; a row goes when it has really ended.
-- RISING raises nothing yet, so nothing of it is in the journal; the timer's subject is this row.
create table condition (
  id integer primary key,                                  -- given by the ledger, below 2^53
  key text not null unique,                                -- as in alert.key
  state text not null check (state in ('RISING','ON','FALLING')), -- RISING: the on-delay runs; ON: an alert is raised; FALLING: the off-delay runs
  rule_kind text not null,                                 -- as in rule.kind
  first_at_us integer not null,                            -- when it was first seen
  sighting text not null check (json_valid(sighting))      -- what the alert will be made of: category, subject, place, position
) strict;

-- One thing that is wrong with a picture, or that came and stayed in a zone; open until ended.
create table finding (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  camera_id integer not null references camera (id),       -- the camera
  kind text not null check (kind in ('black','washed','covered','sprayed','defocused','moved','frozen','zone','fps_low','bitrate_low','time_jump')), -- what is wrong; zone: something stayed there
  zone_id integer references zone (id),                    -- with kind zone; null else
  measure real not null,                                   -- how much of it was measured; above is worse
  threshold real not null,                                 -- from where on it counts
  before_hash text not null default '',                    -- picture of how it looked (file); empty: none yet
  now_hash text not null default '',                       -- picture of how it looks (file); empty: none yet
  alert_id integer references alert (id),                  -- the alert it raised; null: none
  first_at_us integer not null,                            -- when it began
  ended_at_us integer                                      -- when it was so no more; null: it still is
) strict;
create unique index finding_open on finding (camera_id, kind, coalesce(zone_id, 0)) where ended_at_us is null;
create index finding_camera on finding (camera_id, first_at_us);
create index finding_first on finding (first_at_us);
create index finding_before on finding (before_hash) where before_hash <> '';
create index finding_now on finding (now_hash) where now_hash <> '';

-- What a camera showed for a while, as evidence: cut from what is kept in memory, or taken from a recorder.
create table clip (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  source text not null check (source in ('ring','recorder')), -- ring: the worker's memory; recorder: played and kept
  alert_id integer references alert (id),                  -- what it is evidence of; null: of nothing in particular
  camera_id integer not null references camera (id),       -- whose picture
  state text not null check (state in ('asked','waiting','saved','failed','refused','removed')), -- asked: somebody must allow it; waiting: it is being made; removed: its time was over, the file is gone
  why text not null default '' check (length(why) <= 40),  -- of failed and refused: not_live, no_footage, worker_gone, storage_full, denied …
  hash text not null default '' check (hash = '' or length(hash) = 64), -- of the file; empty until saved; stays when it is removed
  from_us integer not null,                                -- asked for; once saved, what it really holds
  to_us integer not null,                                  -- the same
  bytes integer not null default 0,                        -- size of the file; 0 until saved
  frames integer not null default 0,                       -- how many pictures; 0 until saved
  width integer not null default 0,                        -- pixels; 0 until saved
  height integer not null default 0,                       -- pixels
  codecs text not null default '' check (length(codecs) <= 40), -- RFC 6381; empty until saved
  broken integer not null default 0,                       -- pictures that depend on something that was lost on the way
  asked_by integer references user (id),                   -- who asked; null: a rule
  asked_at_us integer not null,                            -- when
  words_text_id integer references text (id),              -- what for; erasable
  allowed_by integer references user (id),                 -- who allowed or refused it; null: nobody yet, or nobody had to
  allowed_at_us integer,                                   -- when; null: not
  saved_at_us integer,                                     -- when the file was there; null: it never was
  keep_until_us integer not null,                          -- then the file goes, unless it is locked
  locked_by integer references user (id),                  -- who wants it kept for good; null: nobody
  locked_at_us integer,                                    -- since when; null: it is not locked
  check (state <> 'saved' or (hash <> '' and saved_at_us is not null))
) strict;
create index clip_alert on clip (alert_id) where alert_id is not null;
create index clip_camera on clip (camera_id, from_us);
create index clip_from on clip (from_us);
create index clip_asked on clip (asked_at_us);
create index clip_hash on clip (hash) where hash <> '';
create index clip_open on clip (state) where state in ('asked','waiting');
create index clip_keep on clip (keep_until_us) where state = 'saved' and locked_by is null;

-- The wall's two large pictures.
create table spot (
  id integer primary key check (id in (1, 2)),             -- 1 and 2
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  camera_id integer references camera (id),                -- what it shows; null: it is empty
  alert_id integer references alert (id),                  -- the alert that put it there; null: pinned, or empty
  pinned_by integer references user (id),                  -- who keeps it there; null: it follows alerts
  at_us integer not null                                   -- since when; 0: never used
) strict;

-- One cause that took several cameras.
create table outage (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  cause text not null check (cause in ('recorder','switch','power','building','link')), -- what they have in common; link: our own network
  name text not null check (length(name) <= 80),           -- of the recorder, switch or feed, as cameras name it; of the building; empty for link
  place_id integer references place (id),                  -- the building, or the place that holds them all; null: none does
  alert_id integer references alert (id),                  -- the alert it raised; null: its rule is off
  members integer not null,                                -- how many cameras hang on it
  began_at_us integer not null,                            -- when the first of them fell
  ended_at_us integer                                      -- when the last was back, or nothing more came back; null: it lasts
) strict;
create unique index outage_open on outage (cause, name, coalesce(place_id, 0)) where ended_at_us is null;
create index outage_began on outage (began_at_us);

-- The cameras that an outage took.
create table outage_camera (
  outage_id integer not null references outage (id),       -- the outage
  camera_id integer not null references camera (id),       -- the camera
  fell_at_us integer not null,                             -- when it fell, for the first time in this outage
  back_at_us integer,                                      -- since when it is back; null: it is not
  primary key (outage_id, camera_id)
) strict, without rowid;
create index outage_camera_down on outage_camera (camera_id) where back_at_us is null;

-- Per camera and local day, added up from the journal after the day has ended (在线率, 完好率).
create table uptime (
  day text not null check (length(day) = 8),               -- local date, YYYYMMDD
  camera_id integer not null references camera (id),       -- the camera
  watched_us integer not null,                             -- so long it was enabled and a worker of ours was there to see it
  online_us integer not null,                              -- of it: live
  seeing_us integer not null,                              -- of it: live, and no finding that blinds it was open
  primary key (day, camera_id)
) strict, without rowid;

-- A matter to be handled by somebody (LIFECYCLES, TICKET).
create table ticket (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  code text not null unique,                               -- E-20261121-0132: kind, local day, number of the day
  kind text not null check (kind in ('E','O','F','S','H','C','W')), -- E emergency, O order, F facility, S service, H hotline, C campaign, W works
  state text not null check (state in ('REPORTED','FILED','REJECTED','MERGED','DISPATCHED','ACCEPTED','EN_ROUTE','ON_SCENE','HANDLING','CLOSE_REQ','CLOSED','CANCELLED')), -- where it stands
  alert_id integer references alert (id),                  -- the alert it came from; null: none
  category text not null,                                  -- as of an alert
  priority integer not null check (priority between 1 and 4), -- 1 … 4
  place_id integer references place (id),                  -- where; null: unknown
  lat real,                                                -- WGS-84 degrees; null: unknown
  lon real,                                                -- WGS-84 degrees
  words_text_id integer references text (id),              -- what it is about; erasable
  unit_id integer references unit (id),                    -- whom it is with, since DISPATCHED; null: nobody
  candidates text not null default '[]' check (json_valid(candidates)), -- the recommendation of the last dispatch with its reasons: JSON array as in objects.json
  returns integer not null default 0,                      -- how often a unit gave it back
  timeouts integer not null default 0,                     -- how often nobody accepted in time
  reworks integer not null default 0,                      -- how often the check sent it back
  needs_lead integer not null default 0 check (needs_lead in (0, 1)), -- 1: the shift lead must choose the next unit
  merged_into integer references ticket (id),              -- the ticket that carries the matter on
  reporter_id integer references user (id),                -- user who reported it
  dispatcher_id integer references user (id),              -- user who dispatched it last
  handler_id integer references user (id),                 -- user who handled it and asked to close
  checker_id integer references user (id),                 -- user who checked it; never the handler
  result text not null default '',                         -- the result code at closing
  reason text not null default '',                         -- why it was rejected, sent back, or closed from afar
  origin_at_us integer not null,                           -- the start of its clocks: the alert's first sighting, or the report
  filed_at_us integer,                                     -- null: not yet, as in all that follow
  dispatched_at_us integer,                                -- of the last dispatch
  received_at_us integer,                                  -- the unit's phone has it
  accepted_at_us integer,                                  -- the unit took it
  en_route_at_us integer,                                  -- the unit set out
  arrived_at_us integer,                                   -- the unit is there
  first_words_at_us integer,                               -- the first answer a person got
  close_req_at_us integer,                                 -- the unit asked to close
  closed_at_us integer                                     -- closed, rejected or merged
) strict;
create index ticket_open on ticket (state) where state not in ('CLOSED','REJECTED','MERGED','CANCELLED');
create index ticket_origin on ticket (origin_at_us);
create index ticket_unit on ticket (unit_id, origin_at_us);
create index ticket_closed on ticket (closed_at_us) where closed_at_us is not null;

-- Pictures that belong to a ticket.
create table ticket_file (
  ticket_id integer not null references ticket (id),       -- the ticket
  hash text not null check (length(hash) = 64),            -- of the file
  role text not null check (role in ('before','after','still')), -- before, after, or the camera's still
  at_us integer not null,                                  -- when it was attached
  user_id integer references user (id),                    -- who attached it; null: the center
  primary key (ticket_id, hash, role)
) strict, without rowid;

-- The clocks of service: what was promised, until when, and whether it was kept.
create table clock (
  id integer primary key,                                  -- given by the ledger, below 2^53
  ticket_id integer not null references ticket (id),       -- the ticket
  kind text not null check (kind in ('file','dispatch','accept','arrive','first_words','handle','check','rework')), -- what is to be done
  started_at_us integer not null,                          -- when it began to run
  due_at_us integer not null,                              -- when it must be done
  stopped_at_us integer                                    -- when it was done; null: it runs. Kept when not after due_at_us
) strict;
create index clock_ticket on clock (ticket_id);
create unique index clock_running on clock (ticket_id, kind) where stopped_at_us is null;

-- What is to happen later; a restart loses none.
create table timer (
  id integer primary key,                                  -- given by the ledger, below 2^53
  due_at_us integer not null,                              -- UTC
  kind text not null,                                      -- alert.ack, ticket.accept, round.point …
  subject text not null,                                   -- what it is for
  subject_id integer not null,                             -- its id
  arg integer not null default 0,                          -- a number that the kind gives a meaning
  basis text not null check (basis in ('duration','calendar')), -- duration: a step of the wall clock moves it; calendar: it does not
  boot_id text not null default '',                        -- the boot of the machine in which it was set: a clock that is put right after a boot moves only those
  unique (kind, subject, subject_id, arg)
) strict;
create index timer_due on timer (due_at_us);

-- Messages to somebody, and how far each came.
create table outbox (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  channel text not null check (channel in ('desk','phone')), -- desk or phone
  target text not null check (target in ('unit','user','role')), -- unit, user or role
  target_id integer not null,                              -- unit or user; 0: a role
  target_role text not null default '',                    -- with target role; empty else
  subject text not null,                                   -- what it is about
  subject_id integer not null,                             -- its id
  template text not null,                                  -- dispatch, recall, rework, escalation …
  priority integer not null check (priority between 1 and 4), -- 1 … 4
  state text not null check (state in ('QUEUED','SENDING','ACCEPTED','DELIVERED','READ','ANSWERED','TEMP_FAIL','PERM_FAIL','UNKNOWN','EXPIRED')), -- UNKNOWN: no receipt in time, call instead
  attempts integer not null default 0,                     -- how often it was sent
  queued_at_us integer not null,                           -- when it was made
  sent_at_us integer,                                      -- last attempt; null: none yet
  delivered_at_us integer,                                 -- the device has it
  read_at_us integer,                                      -- a person opened it
  answered_at_us integer,                                  -- accepted, refused, or answered by radio or telephone
  deadline_at_us integer                                   -- when the receipt is due; null: none runs
) strict;
create index outbox_open on outbox (state) where state in ('QUEUED','SENDING','ACCEPTED','DELIVERED','TEMP_FAIL','UNKNOWN');
create index outbox_subject on outbox (subject, subject_id);

-- What was asked, for seven days: the same UUID answers the same, and with another payload is a conflict.
create table command (
  user_id integer not null,                                -- who asked
  uuid text not null check (length(uuid) = 36),            -- made by the client
  at_us integer not null,                                  -- when it was done
  payload_hash text not null,                              -- BLAKE2b-256 of command and arguments, 64 hex digits
  reply text not null check (json_valid(reply)),           -- the answer it got, as JSON
  primary key (user_id, uuid)
) strict, without rowid;
create index command_at on command (at_us);

-- Day and night.
create table shift (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  kind text not null check (kind in ('day','night')),      -- day 08:00-20:00, night 20:00-08:00, local time
  starts_at_us integer not null unique,                    -- UTC
  ends_at_us integer not null                              -- UTC
) strict;

-- Who sits at the desk: one row per operator and sitting.
create table watch (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  shift_id integer not null references shift (id),         -- the shift
  user_id integer not null references user (id),           -- the user
  seat integer not null check (seat between 1 and 20),     -- number of the desk
  from_us integer not null,                                -- when it began
  to_us integer,                                           -- null: sits there now
  sound_at_us integer                                      -- last heard sound test of this sitting; null: none
) strict;
create index watch_shift on watch (shift_id);

-- Tours: all cameras in turn, page by page.
create table tour (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  name text not null check (length(name) between 1 and 80), -- shown
  tiles integer not null check (tiles in (4, 9, 16)),      -- pictures on a page
  dwell_s integer not null check (dwell_s between 5 and 300), -- how long a page stands before the next is offered
  per_shift integer not null check (per_shift between 0 and 24), -- how often in each shift; 0: when somebody wants to
  selector text not null check (json_valid(selector)),     -- JSON: {} all cameras, {"cameras":[ids]}, or {"places":[ids]} with all that lies in them
  enabled integer not null default 1 check (enabled in (0, 1)), -- 0: no more runs are due
  removed_at_us integer                                    -- when it was taken away; null: it is there
) strict;

-- One tour of one shift: due by its window, or begun because somebody wanted to.
create table tour_run (
  id integer primary key,                                  -- given by the ledger, below 2^53
  rev integer not null default 1,                          -- changes of this object so far; travels with it, and a command may name it (if_rev)
  tour_id integer not null references tour (id),           -- the tour
  shift_id integer not null references shift (id),         -- the shift
  state text not null check (state in ('due','running','done','missed','left')), -- left: begun and not finished, and there was no duty to
  due_from_us integer,                                     -- its window opens; null: an extra one
  due_to_us integer,                                       -- its window closes: then it is missed; null: an extra one
  user_id integer references user (id),                    -- who began or went on with it last; null: nobody yet
  pages text not null default '[]' check (json_valid(pages)), -- JSON array of arrays of camera ids, fixed when it starts
  started_at_us integer,                                   -- when somebody began it; null: not yet
  ended_at_us integer                                      -- when it was done, missed or left; null: not yet
) strict;
create index tour_run_shift on tour_run (shift_id, tour_id);
create index tour_run_open on tour_run (state) where state in ('due','running');

-- A page of a run that somebody confirmed.
create table tour_look (
  run_id integer not null references tour_run (id),        -- the run
  page integer not null check (page >= 0),                 -- number of the page, from 0
  user_id integer not null references user (id),           -- who looked
  at_us integer not null,                                  -- when it was confirmed
  looked_us integer not null check (looked_us >= 0),       -- so long after the start of the run, or the look before
  seen text not null check (json_valid(seen)),             -- JSON array of ids: cameras whose picture was live
  unseen text not null check (json_valid(unseen)),         -- and those whose picture was not
  primary key (run_id, page)
) strict, without rowid;

-- Pictures and clips on disk, as media/ab/HASH.kind.
create table file (
  hash text primary key check (length(hash) = 64),         -- BLAKE2b-256 of its bytes, 64 hex digits: its name
  kind text not null check (kind in ('jpg','png','mp4')),  -- jpg, png, or mp4: a clip
  bytes integer not null check (bytes > 0),                -- its size
  user_id integer references user (id),                    -- who uploaded it; null: a worker
  at_us integer not null                                   -- when
) strict, without rowid;
create index file_clip on file (hash) where kind = 'mp4';

-- Where units were and which cameras did not see, once a minute: for replay, not for the chain.
create table sample (
  at_us integer not null,                                  -- the minute
  subject text not null,                                   -- unit, or camera
  subject_id integer not null,                             -- the unit's id; of camera 0: all of them in one row
  body text not null check (json_valid(body)),             -- unit {"lat","lon","on_duty","presence","ticket_id"}; camera {"lost":[ids], …}
  primary key (at_us, subject, subject_id)
) strict, without rowid;

-- Numbers of the day, for codes that people read out (A-20261121-0457).
create table daily_number (
  day text not null check (length(day) = 8),               -- local date, YYYYMMDD
  letter text not null check (length(letter) = 1),         -- A alerts, E O F … tickets
  last integer not null,                                   -- the last number given
  primary key (day, letter)
) strict, without rowid;
