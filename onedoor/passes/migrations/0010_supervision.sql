-- needs: passes/0002
-- phase: expand
create table passes.watch (
    scope       text not null,
    scheme      text not null,
    citizen_ref uuid not null,
    colour      text not null check (colour in ('yellow', 'red', 'grey', 'popup')),
    since       timestamptz not null,
    path        text not null,
    name        text not null check (length(name) <= 60),
    primary key (scope, scheme, citizen_ref)
);
comment on table passes.watch is 'L: 分级查看, whoever is not green, once for each part of the city around them, so that every level reads one index';
create index watch_latest on passes.watch (scope, scheme, since desc, citizen_ref desc);
create index watch_person on passes.watch (citizen_ref, scheme);
alter table passes.watch enable row level security;
create policy seen on passes.watch for select using (
    string_to_array(path, '.') && string_to_array(current_setting('app.scopes', true), ',')
    or citizen_ref = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) = 'job');
create policy added on passes.watch for insert with check (
    citizen_ref = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
create policy moved on passes.watch for update using (
    citizen_ref = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
create policy ended on passes.watch for delete using (
    citizen_ref = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.watch to onedoor_app;

create table passes.people_now (
    scope  text not null,
    scheme text not null,
    colour text not null check (colour in ('green', 'yellow', 'red', 'grey', 'popup')),
    n      int not null check (n >= 0),
    at     timestamptz not null,
    primary key (scope, scheme, colour)
);
comment on table passes.people_now is 'L: how many people of a part of the city have which colour, as last counted';
grant select, insert, update, delete on passes.people_now to onedoor_app;

create table passes.rollup (
    scope    text not null,
    scheme   text not null,
    hour     timestamptz not null,
    declared int not null default 0,
    turned   int not null default 0,
    scans    int not null default 0,
    refused  int not null default 0,
    fever    int not null default 0,
    primary key (scope, scheme, hour)
);
comment on table passes.rollup is 'L: what happened in a part of the city by hour: declarations, colours turned from green, checks, refusals, high temperatures';
grant select, insert, update, delete on passes.rollup to onedoor_app;

create table passes.counted (
    what  text primary key check (what in ('scans', 'declarations', 'decisions')),
    up_to timestamptz not null
);
comment on table passes.counted is 'L: up to which moment of arrival the hours have been counted';
grant select, insert, update on passes.counted to onedoor_app;
-- Everything a question about a place or a person needs stands in the index itself.
drop index passes.scan_at_place, passes.scan_of_person;
create index scan_at_place on passes.scan (place_id, at) include (shard, row_no, direction, day, undone);
create index scan_of_person on passes.scan (shard, row_no, at) include (org_id, place_id, direction, day, undone);
create index scan_arrived on passes.scan using brin (arrived_at);
create index declaration_made on passes.declaration using brin (declared_at);
create index decision_made on passes.decision using brin (decided_at);

create table passes.alarm (
    scope text not null,
    id    uuid not null,
    kind  text not null check (kind in ('gate_silent', 'gate_log', 'fever')),
    at    timestamptz not null,
    path  text not null,
    said  jsonb not null,
    primary key (scope, id)
);
comment on table passes.alarm is 'L: what a supervisor should look at, once for each part of the city around it; places and gates, no person';
create index alarm_latest on passes.alarm (scope, kind, at desc);
grant select, insert, update, delete on passes.alarm to onedoor_app;

create table passes.member_consent (
    citizen_id uuid not null,
    org_ref    uuid not null,
    scheme     text not null,
    given_at   timestamptz not null,
    ended_at   timestamptz,
    primary key (citizen_id, org_ref, scheme)
);
comment on table passes.member_consent is 'C: 授权, which school or firm may see the colour of a person who belongs to it, and until when it could';
alter table passes.member_consent enable row level security;
create policy own on passes.member_consent using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.member_consent to onedoor_app;

create table passes.member (
    org_id      uuid not null,
    citizen_ref uuid not null,
    scheme      text not null,
    name        text not null check (length(name) <= 60),
    colour      text not null check (colour in ('green', 'yellow', 'red', 'grey', 'popup')),
    since       timestamptz not null,
    primary key (org_id, scheme, citizen_ref)
);
comment on table passes.member is 'O: an organisation''s own members who agreed, with their colour of now';
create index member_person on passes.member (citizen_ref, scheme);
grant select, insert, update, delete on passes.member to onedoor_app;

create table passes.export (
    id         uuid primary key,
    scope      text not null,
    scheme     text not null,
    by_ref     uuid not null,
    by_name    text not null,
    org_ref    uuid,
    purpose    text not null check (length(purpose) between 4 and 200),
    people     int not null,
    at         timestamptz not null
);
comment on table passes.export is 'L: which list left the house, by whom, for what; the mark on each of its lines is this id';
grant select, insert, delete on passes.export to onedoor_app;
