-- phase: expand
create schema passes;
grant usage on schema passes to onedoor_app;

create table passes.scheme (
    code           text not null primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,30}$'),
    kind           text not null check (kind in ('health', 'resident', 'visitor', 'worker', 'vehicle', 'event', 'area')),
    shard          smallint not null unique check (shard >= 0),
    name           jsonb not null,
    about          jsonb not null,
    authority      text not null,
    basis          jsonb not null,
    purposes       jsonb not null,
    starts_on      date not null,
    ends_on        date not null,
    retention_days int not null check (retention_days between 0 and 1830),
    tracing_days   int not null check (tracing_days between 0 and 14),
    gate           jsonb not null,
    state          text not null check (state in ('draft', 'in_force', 'suspended', 'ended', 'deleted')),
    signed_by      jsonb not null default '[]',
    changed_at     timestamptz not null,
    check (ends_on > starts_on)
);
comment on table passes.scheme is 'R: 通行方案, a scheme of passes: legal basis, purposes, beginning and end, and who signed it';
grant select, insert, update, delete on passes.scheme to onedoor_app;

create table passes.ruleset (
    scheme      text not null references passes.scheme (code),
    version     int  not null check (version > 0),
    fresh_days  int  not null check (fresh_days between 1 and 366),
    questions   jsonb not null,
    rules       jsonb not null,
    tests       jsonb not null,
    sha256      bytea not null,
    made_at     timestamptz not null,
    preview     jsonb,
    approved_by jsonb not null default '[]',
    valid_from  timestamptz,
    primary key (scheme, version)
);
comment on table passes.ruleset is 'R: 规则版本, questions, rules and their tests; never changed once valid_from is set';
grant select, insert, update, delete on passes.ruleset to onedoor_app;

create table passes.region_level (
    scheme     text not null references passes.scheme (code),
    division   text not null check (division ~ '^[0-9]{4,12}$'),
    valid_from timestamptz not null,
    level      text not null check (level in ('low', 'mid', 'high')),
    source     text not null check (length(source) between 1 and 300),
    primary key (scheme, division, valid_from)
);
comment on table passes.region_level is 'R: 风险等级, which part of the city has which level since when, and by which document';
grant select, insert, update, delete on passes.region_level to onedoor_app;

create table passes.declaration (
    citizen_id       uuid not null,
    id               uuid not null,
    scheme           text not null,
    by_ref           uuid,
    by_name          text,
    channel          text not null check (channel in ('page', 'api', 'counter', 'paper')),
    division         text not null,
    answers          jsonb not null,
    declared_at      timestamptz not null,
    supersedes       uuid,
    corrected_reason text check (length(corrected_reason) <= 400),
    primary key (citizen_id, id)
);
create index declaration_latest on passes.declaration (citizen_id, scheme, declared_at desc);
comment on table passes.declaration is 'C: 健康申报, what a person answered, who filled it in and by which way; a correction is another row';
alter table passes.declaration enable row level security;
create policy own on passes.declaration using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, delete on passes.declaration to onedoor_app;

create table passes.decision (
    citizen_id      uuid not null,
    id              uuid not null,
    scheme          text not null,
    ruleset_version int not null,
    declaration_id  uuid,
    inputs_sha256   bytea not null,
    inputs          jsonb not null,
    fired           text[] not null,
    colour          text not null check (colour in ('green', 'yellow', 'red', 'grey', 'popup')),
    since           timestamptz not null,
    until           timestamptz,
    decided_at      timestamptz not null,
    cause           text not null check (cause in ('declaration', 'age', 'region', 'replay', 'appeal', 'case')),
    replaces        uuid,
    words           jsonb,
    primary key (citizen_id, id)
);
create index decision_latest on passes.decision (citizen_id, scheme, decided_at desc, id desc);
comment on table passes.decision is 'C: 转码, each colour with the rules that gave it and everything they were given';
alter table passes.decision enable row level security;
create policy own on passes.decision using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, delete on passes.decision to onedoor_app;

create table passes.person_index (
    citizen_id     uuid not null,
    scheme         text not null,
    shard          smallint not null,
    row_no         int not null check (row_no between 0 and 16777215),
    seq            int not null default 0,
    state          text not null default 'active' check (state in ('active', 'left')),
    colour         text not null check (colour in ('green', 'yellow', 'red', 'grey', 'popup')),
    division       text not null,
    divisions      text[] not null,
    declaration_id uuid,
    decision_id    uuid not null,
    version        int not null,
    since          timestamptz not null,
    until          timestamptz,
    changed_at     timestamptz not null,
    primary key (citizen_id, scheme)
);
create index person_index_until on passes.person_index (scheme, until) where until is not null;
create index person_index_divisions on passes.person_index using gin (divisions);
create index person_index_list on passes.person_index (shard, changed_at);
comment on table passes.person_index is 'C: what holds now for a person in a scheme: place in the list, colour, the decision it comes from, until when';
alter table passes.person_index enable row level security;
create policy own on passes.person_index using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.person_index to onedoor_app;

create table passes.index_claim (
    org_id      uuid not null,
    shard       smallint not null,
    row_no      int not null,
    citizen_ref uuid not null,
    scheme      text not null,
    taken_at    timestamptz not null,
    primary key (org_id, shard, row_no)
);
comment on table passes.index_claim is 'O: which place in a list of colours is whose; a place is never given twice while the scheme keeps data';
grant select, insert, delete on passes.index_claim to onedoor_app;

create table passes.appeal (
    citizen_id  uuid not null,
    id          uuid not null,
    scheme      text not null,
    decision_id uuid not null,
    by_ref      uuid not null,
    words       text not null check (length(words) between 1 and 2000),
    evidence    jsonb not null default '[]',
    made_at     timestamptz not null,
    due_at      timestamptz not null,
    state       text not null check (state in ('open', 'changed', 'kept', 'withdrawn')),
    answer      text check (length(answer) <= 2000),
    answered_at timestamptz,
    answered_by text,
    primary key (citizen_id, id)
);
create unique index appeal_one_open on passes.appeal (citizen_id, scheme) where state = 'open';
comment on table passes.appeal is 'C: 申诉, why a person thinks a colour is wrong, with evidence, and what came of it';
alter table passes.appeal enable row level security;
create policy own on passes.appeal using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.appeal to onedoor_app;

create table passes.appeal_inbox (
    org_id      uuid not null,
    id          uuid not null,
    citizen_ref uuid not null,
    scheme      text not null,
    path        text not null,
    colour      text not null,
    made_at     timestamptz not null,
    due_at      timestamptz not null,
    state       text not null check (state in ('open', 'changed', 'kept', 'withdrawn')),
    raised_at   timestamptz,
    answered_at timestamptz,
    primary key (org_id, id)
);
create index appeal_inbox_open on passes.appeal_inbox (org_id, due_at, id) where state = 'open';
comment on table passes.appeal_inbox is 'O: appeals that an authority has to answer, the nearest due first; no words of the person';
grant select, insert, update, delete on passes.appeal_inbox to onedoor_app;

create table passes.place (
    org_id        uuid not null,
    id            uuid not null,
    name          jsonb not null,
    class         text not null check (class in ('compound', 'office', 'school', 'clinic', 'transit', 'shop', 'road')),
    division      text not null check (division ~ '^[0-9]{4,12}$'),
    dwell_minutes int not null check (dwell_minutes between 1 and 1440),
    indoor        boolean not null,
    policy        jsonb not null default '{}',
    active        boolean not null default true,
    primary key (org_id, id)
);
comment on table passes.place is 'O: 场所, where passes are checked';
grant select, insert, update, delete on passes.place to onedoor_app;
