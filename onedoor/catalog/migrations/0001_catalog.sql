-- Service items and their categories; how often they are used; what each person uses most.
create schema catalog;
grant usage on schema catalog to onedoor_app;

create table catalog.category (
    code text primary key,
    name jsonb not null,
    icon text not null,
    tone text not null,
    source text not null,
    sort_key int not null,
    status text not null default 'live' check (status in ('live', 'retired')),
    sha256 text not null
);
comment on table catalog.category is 'R: ways into the services hall';
grant select, insert, update, delete on catalog.category to onedoor_app;

create table catalog.item (
    code text primary key check (length(code) between 1 and 64),
    name jsonb not null,
    short jsonb not null,
    department text not null,
    department_name jsonb,
    category text not null references catalog.category (code),
    path text[] not null,
    audience text not null check (audience in ('citizen', 'business', 'both')),
    aliases text[] not null,
    online text not null check (online in ('online', 'counter', 'info')),
    districts text[] not null,
    area text not null,
    popular int not null,
    icon text not null,
    tone text not null,
    life_events text[] not null,
    guide jsonb,
    source text not null,
    status text not null default 'live' check (status in ('live', 'retired')),
    version int not null default 1,
    sha256 text not null,
    changed_at timestamptz not null default now()
);
comment on table catalog.item is 'R: service items, named outside by their public code';
create index item_category on catalog.item (category);
grant select, insert, update, delete on catalog.item to onedoor_app;

create table catalog.term (
    say text primary key,
    means text[] not null
);
comment on table catalog.term is 'R: what people say, and the words the items use for it';
grant select, insert, update, delete on catalog.term to onedoor_app;

create table catalog.item_use (
    item text not null,
    on_day date not null,
    opens bigint not null check (opens >= 0),
    submissions bigint not null check (submissions >= 0),
    primary key (item, on_day)
);
comment on table catalog.item_use is 'L: how often each item was opened and applied for, by day; counts only, no person';
create index item_use_day on catalog.item_use (on_day);
grant select, insert, update, delete on catalog.item_use to onedoor_app;

create table catalog.frequent (
    citizen_id uuid not null,
    item_code text not null,
    uses int not null default 0,
    last_at timestamptz not null,
    pinned boolean not null default false,
    hidden boolean not null default false,
    primary key (citizen_id, item_code)
);
comment on table catalog.frequent is 'C: what a person applies for often, and what they pinned or hid';
alter table catalog.frequent enable row level security;
create policy own on catalog.frequent using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on catalog.frequent to onedoor_app;
