-- What is found beside items, words that need help at once, learnt names of items, and what people typed.
create table catalog.thing (
    kind text not null check (kind in ('certificate')),
    ref text not null,
    name jsonb not null,
    href text not null,
    also text[] not null,
    sort_key int not null,
    primary key (kind, ref)
);
comment on table catalog.thing is 'R: things of rooms beside the catalogue that its search finds';
grant select, insert, update, delete on catalog.thing to onedoor_app;

create table catalog.urgent (
    code text primary key,
    words text[] not null,
    title jsonb not null,
    detail jsonb not null,
    phone text not null,
    sort_key int not null
);
comment on table catalog.urgent is 'R: words that need help at once, and the number that helps';
grant select, insert, update, delete on catalog.urgent to onedoor_app;

create table catalog.alias (
    item text not null references catalog.item (code),
    words text not null check (length(words) between 1 and 60),
    staff_ref uuid not null,
    added_at timestamptz not null,
    primary key (item, words)
);
comment on table catalog.alias is 'R: names of items learnt from what people typed';
grant select, insert, update, delete on catalog.alias to onedoor_app;

create table catalog.query (
    words text not null check (length(words) between 1 and 64),
    on_day date not null,
    strength text not null check (strength in ('sure', 'fair', 'weak', 'none')),
    times bigint not null check (times >= 0),
    opened bigint not null default 0 check (opened >= 0),
    primary key (words, on_day)
);
comment on table catalog.query is 'L: what people typed, by day; masked, counts only, no person';
create index query_day on catalog.query (on_day);
grant select, insert, update, delete on catalog.query to onedoor_app;

create table catalog.opened (
    words text not null,
    item text not null,
    on_day date not null,
    times bigint not null check (times >= 0),
    primary key (words, item, on_day)
);
comment on table catalog.opened is 'L: what people opened after typing; counts only, no person';
create index opened_day on catalog.opened (on_day);
grant select, insert, update, delete on catalog.opened to onedoor_app;

create table catalog.settled (
    words text primary key,
    staff_ref uuid not null,
    settled_at timestamptz not null
);
comment on table catalog.settled is 'L: typed words that somebody has looked at and put aside';
grant select, insert, update, delete on catalog.settled to onedoor_app;

create table catalog.wish (
    id uuid primary key,
    words text not null check (length(words) between 1 and 200),
    query text not null check (length(query) <= 64),
    district text not null,
    wished_at timestamptz not null,
    done_at timestamptz
);
comment on table catalog.wish is 'L: what people say they did not find; no person';
create index wish_open on catalog.wish (wished_at desc) where done_at is null;
grant select, insert, update, delete on catalog.wish to onedoor_app;
