create schema if not exists kernel;
grant usage on schema kernel to onedoor_app;

create table kernel.job (
    id           uuid primary key default uuidv7(),
    queue        text not null default 'default' check (length(queue) <= 40),
    kind         text not null check (length(kind) <= 100),
    args         jsonb not null default '{}',
    key          text,
    order_key    text,
    run_at       timestamptz not null default now(),
    priority     int not null default 100,
    attempts     int not null default 0,
    max_attempts int not null default 10,
    leased_until timestamptz,
    lease_token  uuid,
    last_error   text,
    created_at   timestamptz not null default now()
);
comment on table kernel.job is 'L: work to be done after the commit that asked for it';
create unique index job_key on kernel.job (kind, key) where key is not null and leased_until is null;
create index job_next on kernel.job (queue, priority, run_at, id);
grant select, insert, update, delete on kernel.job to onedoor_app;

create table kernel.job_dead (
    id uuid primary key, queue text not null, kind text not null, args jsonb not null, attempts int not null,
    last_error text, created_at timestamptz not null, died_at timestamptz not null default now()
);
comment on table kernel.job_dead is 'L: jobs that failed too often, kept for the operator';
grant select, insert, update, delete on kernel.job_dead to onedoor_app;

create table kernel.cron_tick (
    kind text not null, tick_at timestamptz not null, primary key (kind, tick_at)
);
comment on table kernel.cron_tick is 'L: who inserts the tick runs it';
grant select, insert, delete on kernel.cron_tick to onedoor_app;

create table kernel.event_seen (
    listener text not null, event uuid not null, at timestamptz not null default now(), primary key (listener, event)
);
comment on table kernel.event_seen is 'L: which listener has dealt with which event';
create index event_seen_at on kernel.event_seen (at);
grant select, insert, delete on kernel.event_seen to onedoor_app;

create table kernel.answer (
    who text not null check (length(who) <= 80), key text not null check (length(key) <= 200),
    digest bytea not null, status int not null default 0, body text not null default '',
    at timestamptz not null default now(), primary key (who, key)
);
comment on table kernel.answer is 'L: first answers by Idempotency-Key';
create index answer_at on kernel.answer (at);
grant select, insert, update, delete on kernel.answer to onedoor_app;

create table kernel.bucket (
    key text primary key check (length(key) <= 200), tokens double precision not null, at timestamptz not null default now()
);
comment on table kernel.bucket is 'L: token buckets of rate limits';
grant select, insert, update, delete on kernel.bucket to onedoor_app;

create table kernel.version (
    name text primary key, version bigint not null default 1, changed_at timestamptz not null default now()
);
comment on table kernel.version is 'L: counts the changes of what each process keeps in memory';
grant select, insert, update on kernel.version to onedoor_app;

create table kernel.fault (
    trace text primary key, at timestamptz not null default now(), route text not null, kind text not null, detail text not null
);
comment on table kernel.fault is 'L: unexpected errors, for the operator';
create index fault_at on kernel.fault (at desc);
grant select, insert, delete on kernel.fault to onedoor_app;
