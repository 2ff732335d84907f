-- phase: expand
-- needs: exchange/0002
create table exchange.city (
    node        text not null primary key check (node ~ '^https?://[^/?#@ ]+$' and length(node) <= 200),
    id          uuid not null unique,
    fingerprint text not null,
    divisions   text[] not null check (cardinality(divisions) > 0),
    state       text not null check (state in ('on', 'off')),
    seq         bigint not null,
    document    text not null,
    fetched_at  timestamptz not null,
    fault       text not null default '',
    added_by    text not null,
    added_at    timestamptz not null
);
comment on table exchange.city is 'R: 互认城市, another city whose trust document is believed, and what it said last';
grant select, insert, update, delete on exchange.city to onedoor_app;

alter table exchange.register drop constraint register_transport_check;
alter table exchange.register add constraint register_transport_check check (transport in ('rest', 'soap', 'sql', 'file', 'queue', 'city'));
alter table exchange.agreement drop constraint agreement_origin_check;
alter table exchange.agreement add constraint agreement_origin_check check (origin in ('city', 'demand', 'between'));

create table exchange.answered (
    node    text not null,
    id      uuid not null,
    meaning bytea not null,
    reply   text,
    at      timestamptz not null,
    primary key (node, id)
);
create index answered_old on exchange.answered (at);
comment on table exchange.answered is 'L: another city''s question by its own name, and the reply, which that city alone can open; swept after an hour';
grant select, insert, update, delete on exchange.answered to onedoor_app;

create table exchange.waiting (
    citizen_id uuid not null,
    id         uuid not null,
    node       text not null,
    agreement  text not null,
    elements   text[] not null check (cardinality(elements) > 0),
    purpose    text not null,
    item       text not null,
    title      jsonb not null,
    asker      jsonb not null,
    matter     uuid not null,
    at         timestamptz not null,
    until      timestamptz not null,
    state      text not null default 'open' check (state in ('open', 'agreed', 'declined')),
    primary key (citizen_id, id),
    unique (citizen_id, agreement, matter)
);
comment on table exchange.waiting is 'C: what another city would like to know of somebody who has not agreed to it yet';
alter table exchange.waiting enable row level security;
create policy own on exchange.waiting using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on exchange.waiting to onedoor_app;

create table exchange.presented (
    citizen_id  uuid not null,
    id          uuid not null,
    item        text not null,
    elements    text[] not null check (cardinality(elements) > 0),
    source      jsonb not null,
    body        bytea not null,
    received_at timestamptz not null,
    fresh_until timestamptz not null,
    primary key (citizen_id, id)
);
create index presented_gone on exchange.presented (fresh_until);
comment on table exchange.presented is 'C: facts of another city''s certificate that a person showed for a service, sealed, good for a day';
alter table exchange.presented enable row level security;
create policy own on exchange.presented using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on exchange.presented to onedoor_app;
