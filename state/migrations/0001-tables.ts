export const tables = `
create table environments (
  id integer primary key,
  name text not null unique,
  file text not null,
  provider text not null,
  created integer not null,
  fence integer not null default 0
) strict;

create table specs (
  digest text primary key,
  spec text not null
) strict;

create table runs (
  run integer primary key autoincrement,
  environment integer not null references environments,
  command text not null,
  fingerprint text not null,
  spec text not null references specs,
  tasks integer not null,
  outcome text not null,
  fence integer not null,
  host text not null,
  user text not null,
  pid integer not null,
  began integer not null,
  ended integer,
  done integer,
  failed integer,
  skipped integer
) strict;
create index runs_by_environment on runs (environment, run);

create table journal (
  run integer not null references runs,
  entry integer not null,
  addr text not null,
  action text not null,
  began integer,
  ended integer,
  outcome text,
  seconds real,
  fault text,
  primary key (run, entry)
) strict, without rowid;

create table resources (
  id integer primary key,
  environment integer not null references environments,
  addr text not null,
  kind text not null,
  spec text not null,
  wanted text not null,
  tool text not null,
  protect integer not null,
  identity text,
  run integer not null references runs,
  unique (environment, addr)
) strict;

create table durations (
  environment integer not null references environments,
  addr text not null,
  action text not null,
  seconds real not null,
  primary key (environment, addr, action)
) strict, without rowid;

create table locks (
  environment integer primary key references environments,
  fence integer not null,
  host text not null,
  user text not null,
  pid integer not null,
  process text not null,
  since integer not null,
  command text not null,
  run integer references runs
) strict;

create table secrets (
  environment text not null,
  name text not null,
  version integer not null,
  sealed blob not null,
  made integer not null,
  primary key (environment, name, version)
) strict, without rowid;

create table meta (
  name text primary key,
  value blob not null
) strict, without rowid;
`
