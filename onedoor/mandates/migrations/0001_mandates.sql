-- needs: identity/0004
create schema mandates;
grant usage on schema mandates to onedoor_app;

create table mandates.mandate (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    agent_ref uuid not null check (agent_ref <> citizen_id),
    principal_name text not null check (length(principal_name) between 1 and 60),
    agent_name text not null check (length(agent_name) between 1 and 60),
    kind text not null check (kind in ('guardian', 'family', 'carer', 'grid_worker', 'company_staff', 'once')),
    items text[] not null check (cardinality(items) <= 60),
    acts text[] not null check (cardinality(acts) between 1 and 10),
    hide text[] not null check (cardinality(hide) <= 40),
    uses_left int check (uses_left >= 0),
    from_on date not null,
    until_on date not null,
    ground text not null check (ground in ('register', 'court', 'paper', 'voice', 'sign_in')),
    state text not null check (state in ('asked', 'active', 'declined', 'ended', 'used_up', 'expired')),
    asked_by text not null check (asked_by in ('principal', 'agent', 'staff')),
    confirmed_via text check (confirmed_via in ('page', 'code', 'counter', 'register')),
    confirmed_by text not null default '' check (length(confirmed_by) <= 60),
    ended_via text check (ended_via in ('page', 'counter', 'sms', 'left', 'clock', 'code')),
    org_ref uuid,
    tries int not null default 0,
    asked_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (citizen_id, id),
    check (until_on >= from_on),
    check (kind = 'guardian' or until_on <= from_on + 366),
    check (kind = 'guardian' or cardinality(items) > 0),
    check ((state in ('asked', 'declined')) or confirmed_via is not null or ended_via is not null)
);
comment on table mandates.mandate is 'C: 委托, one person''s leave for another to act for them';
create index mandate_agent on mandates.mandate (agent_ref, id desc);
create index mandate_living on mandates.mandate (until_on) where state in ('asked', 'active');
alter table mandates.mandate enable row level security;
create policy own on mandates.mandate using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on mandates.mandate to onedoor_app;

create table mandates.use (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    mandate_id uuid not null,
    at timestamptz not null,
    on_day date not null,
    act text not null,
    item text not null,
    title jsonb not null,
    ref text not null check (length(ref) <= 60),
    primary key (citizen_id, id)
);
comment on table mandates.use is 'C: what an agent did under a mandate; looking at one thing is written down once a day';
create index use_mandate on mandates.use (citizen_id, mandate_id, id desc);
create unique index use_seen on mandates.use (citizen_id, mandate_id, ref, on_day) where act = 'see_status';
alter table mandates.use enable row level security;
create policy own on mandates.use using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on mandates.use to onedoor_app;

create table mandates.paper (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    mandate_id uuid not null,
    sha256 text not null,
    size bigint not null,
    kind text not null,
    name text not null,
    scan text not null default 'waiting' check (scan in ('waiting', 'clean', 'infected', 'unreadable')),
    at timestamptz not null,
    primary key (citizen_id, id)
);
comment on table mandates.paper is 'C: the signed paper of a mandate that was confirmed at a counter';
create index paper_mandate on mandates.paper (citizen_id, mandate_id);
alter table mandates.paper enable row level security;
create policy own on mandates.paper using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on mandates.paper to onedoor_app;

create table mandates.heard (
    source text not null primary key,
    number bigint not null
);
comment on table mandates.heard is 'L: up to which text message the replies of people have been read';
grant select, insert, update, delete on mandates.heard to onedoor_app;
