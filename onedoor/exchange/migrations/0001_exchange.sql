-- phase: expand
-- needs: identity/0001
-- needs: orgs/0001
create schema exchange;
grant usage on schema exchange to onedoor_app;

create table exchange.element (
    code        text not null primary key check (code ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$' and length(code) <= 60),
    title       jsonb not null,
    schema      jsonb not null,
    sensitivity int not null check (sensitivity between 1 and 4),
    mask        text not null,
    source      text not null
);
comment on table exchange.element is 'R: 数据元, one fact with the one register that is its source';
grant select, insert, update, delete on exchange.element to onedoor_app;

create table exchange.register (
    code      text not null primary key check (code ~ '^[a-z][a-z0-9_-]{1,30}$'),
    org_ref   uuid not null,
    title     jsonb not null,
    transport text not null check (transport in ('rest', 'soap', 'sql', 'file', 'queue')),
    hours     text not null,
    contact   text not null,
    limits    jsonb not null,
    settings  jsonb not null,
    state     text not null default 'on' check (state in ('on', 'off', 'blocked')),
    sha256    text not null
);
comment on table exchange.register is 'R: 数源系统, a system of a department that can be asked';
grant select, insert, update, delete on exchange.register to onedoor_app;

create table exchange.resource (
    code      text not null primary key check (code ~ '^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$'),
    version   int not null,
    register  text not null references exchange.register,
    title     jsonb not null,
    way       text not null check (way in ('interface', 'table', 'file', 'event')),
    operation text not null,
    keys      text[] not null,
    elements  text[] not null,
    sharing   text not null check (sharing in ('open', 'conditional', 'none')),
    basis     text not null check (sharing = 'open' or basis <> ''),
    cycle     text not null check (cycle in ('live', 'daily', 'monthly')),
    fresh_s   int not null check (fresh_s between 60 and 31622400),
    review_on date
);
comment on table exchange.resource is 'R: 数据资源, what can be asked of a register in one call';
grant select, insert, update, delete on exchange.resource to onedoor_app;

create table exchange.mapping (
    resource   text not null references exchange.resource on delete cascade,
    version    int not null,
    rules      jsonb not null,
    codes      jsonb not null,
    samples    jsonb not null default '[]',
    live       boolean not null,
    origin     text not null check (origin in ('city', 'steward')),
    checked_at timestamptz,
    by_ref     uuid,
    primary key (resource, version)
);
create unique index mapping_live on exchange.mapping (resource) where live;
comment on table exchange.mapping is 'R: 对照, how the answers of a resource are read';
grant select, insert, update, delete on exchange.mapping to onedoor_app;

create table exchange.purpose (
    code      text not null primary key,
    title     jsonb not null,
    law       text not null,
    keep_days int not null check (keep_days between 1 and 3660)
);
comment on table exchange.purpose is 'R: 用途, what a look at somebody may be for';
grant select, insert, update, delete on exchange.purpose to onedoor_app;

create table exchange.agreement (
    id         text not null primary key check (id ~ '^[a-z0-9][a-z0-9-]{1,60}$'),
    asker      uuid not null,
    resource   text not null,
    elements   text[] not null check (cardinality(elements) > 0),
    purposes   text[] not null,
    items      text[] not null,
    ground     text not null check (ground in ('duty', 'consent')),
    basis      text not null check (basis <> ''),
    per_day    int not null check (per_day between 1 and 10000000),
    from_on    date not null,
    until_on   date not null check (until_on >= from_on and until_on <= from_on + 1098),
    state      text not null default 'granted' check (state in ('granted', 'ended')),
    origin     text not null default 'city' check (origin in ('city', 'demand')),
    granted_by uuid,
    ended_at   timestamptz,
    ended_by   uuid,
    reason     text not null default ''
);
comment on table exchange.agreement is 'R: 共享授权, who may ask which register for what and until when';
grant select, insert, update, delete on exchange.agreement to onedoor_app;

create table exchange.spent (
    agreement text not null,
    on_day    date not null,
    asks      int not null,
    primary key (agreement, on_day)
);
comment on table exchange.spent is 'L: how often an agreement was used on a day';
grant select, insert, update, delete on exchange.spent to onedoor_app;

create table exchange.circuit (
    register text not null primary key,
    since    timestamptz not null,
    until    timestamptz not null,
    rest_s   int not null,
    failures int not null,
    by_hand  boolean not null default false,
    note     text not null default ''
);
comment on table exchange.circuit is 'L: 熔断, registers that are left alone for a while';
grant select, insert, update, delete on exchange.circuit to onedoor_app;

create table exchange.incident (
    id       uuid not null primary key,
    register text not null,
    resource text not null,
    kind     text not null check (kind in ('wrong', 'not_me', 'unmapped', 'future')),
    note     text not null check (length(note) <= 300),
    at       timestamptz not null
);
create index incident_of on exchange.incident (register, at desc);
comment on table exchange.incident is 'L: answers that could not be used, without any value of a person';
grant select, insert, update, delete on exchange.incident to onedoor_app;

create table exchange.consent (
    citizen_id uuid not null,
    id         uuid not null,
    agreement  text not null,
    elements   text[] not null check (cardinality(elements) > 0),
    purpose    text not null,
    item       text not null,
    matter     uuid,
    mode       text not null check (mode in ('once', 'case', 'until')),
    shown      jsonb not null,
    sha256     text not null,
    locale     text not null,
    channel    text not null default 'phone' check (channel in ('phone', 'counter', 'voice', 'paper')),
    given_at   timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz,
    revoked_at timestamptz,
    primary key (citizen_id, id)
);
create index consent_live on exchange.consent (citizen_id, agreement) where revoked_at is null;
comment on table exchange.consent is 'C: 授权, what a person allowed, in the words that were shown';
alter table exchange.consent enable row level security;
create policy own on exchange.consent using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on exchange.consent to onedoor_app;

create table exchange.ask (
    citizen_id  uuid not null,
    id          uuid not null,
    resource    text not null,
    elements    text[] not null,
    purpose     text not null,
    item        text not null,
    matter      uuid,
    agreement   text not null,
    consent_id  uuid,
    asker_ref   uuid not null,
    actor_ref   uuid,
    actor_kind  text not null check (actor_kind in ('self', 'clerk', 'agent', 'system')),
    state       text not null check (state in ('logged', 'held', 'not_held', 'late', 'down', 'refused', 'wrong', 'dropped')),
    at          timestamptz not null,
    deadline_at timestamptz not null,
    attempts    int not null default 0,
    took_ms     int,
    problem     text not null default '',
    done_at     timestamptz,
    primary key (citizen_id, id)
);
create index ask_newest on exchange.ask (citizen_id, agreement, at desc);
create index ask_consent on exchange.ask (citizen_id, consent_id) where consent_id is not null;
create index ask_old on exchange.ask (at);
comment on table exchange.ask is 'C: 取数, one question to one register about one person';
alter table exchange.ask enable row level security;
create policy own on exchange.ask using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on exchange.ask to onedoor_app;

create table exchange.answer (
    citizen_id  uuid not null,
    ask_id      uuid not null,
    resource    text not null,
    agreement   text not null,
    elements    text[] not null,
    purpose     text not null,
    body        bytea not null,
    as_of       date not null,
    received_at timestamptz not null,
    fresh_until timestamptz not null,
    delete_on   date not null,
    via         text not null check (via in ('live', 'kept', 'replica')),
    sha256      bytea not null,
    unmapped    text[] not null,
    consent_id  uuid,
    held        int not null,
    primary key (citizen_id, ask_id),
    foreign key (citizen_id, ask_id) references exchange.ask on delete cascade
);
create index answer_newest on exchange.answer (citizen_id, agreement, received_at desc);
create index answer_gone on exchange.answer (delete_on);
comment on table exchange.answer is 'C: what a register said of a person, sealed, until the day it is deleted';
alter table exchange.answer enable row level security;
create policy own on exchange.answer using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on exchange.answer to onedoor_app;

create table exchange.challenge (
    citizen_id uuid not null,
    id         uuid not null,
    org_ref    uuid not null,
    element    text not null,
    resource   text not null,
    item       text not null,
    words      text not null check (length(words) between 1 and 1000),
    state      text not null check (state in ('open', 'corrected', 'kept')),
    at         timestamptz not null,
    due_on     date not null,
    answer     text not null default '',
    answered_at timestamptz,
    primary key (citizen_id, id)
);
comment on table exchange.challenge is 'C: 异议, what a person says is wrong at a register, and the answer';
alter table exchange.challenge enable row level security;
create policy own on exchange.challenge using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on exchange.challenge to onedoor_app;

create table exchange.correction (
    org_id      uuid not null,
    id          uuid not null,
    citizen_ref uuid not null,
    element     text not null,
    resource    text not null,
    holder      text not null,
    state       text not null check (state in ('open', 'corrected', 'kept')),
    at          timestamptz not null,
    due_on      date not null,
    primary key (org_id, id)
);
create index correction_open on exchange.correction (org_id, due_on, id) where state = 'open';
comment on table exchange.correction is 'O: 校核, a fact that the department of its register is asked to look at again';
grant select, insert, update, delete on exchange.correction to onedoor_app;

create table exchange.demand (
    org_id     uuid not null,
    id         uuid not null,
    resource   text not null,
    elements   text[] not null check (cardinality(elements) > 0),
    purpose    text not null,
    items      text[] not null,
    ground     text not null check (ground in ('duty', 'consent')),
    basis      text not null,
    words      text not null,
    supplier   uuid not null,
    state      text not null check (state in ('drafted', 'checked', 'asked', 'granted', 'refused', 'disputed', 'ruled')),
    due_on     date,
    prolonged  boolean not null default false,
    reason     text not null default '',
    ruling     text not null default '',
    agreement  text not null default '',
    at         timestamptz not null,
    changed_at timestamptz not null,
    primary key (org_id, id)
);
create index demand_due on exchange.demand (state, due_on);
comment on table exchange.demand is 'O: 需求, what one department would like to ask another for';
grant select, insert, update, delete on exchange.demand to onedoor_app;

create table exchange.demand_step (
    org_id    uuid not null,
    id        uuid not null,
    demand_id uuid not null,
    kind      text not null,
    actor_ref uuid,
    actor     text not null,
    at        timestamptz not null,
    note      text not null default '',
    primary key (org_id, id)
);
create index demand_step_of on exchange.demand_step (org_id, demand_id, id);
comment on table exchange.demand_step is 'O: what happened to a demand';
grant select, insert on exchange.demand_step to onedoor_app;
