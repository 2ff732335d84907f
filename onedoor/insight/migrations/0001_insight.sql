-- needs: kernel/0001
create schema insight;
grant usage on schema insight to onedoor_app;

create table insight.tally (
    day     date not null,
    item    text not null,
    org_ref uuid not null,
    what    text not null check (what ~ '^[a-z_]{1,30}$'),
    part    text not null default '' check (length(part) <= 80),
    source  text not null check (source in ('cases', 'demo')),
    n       int not null check (n > 0),
    primary key (day, item, org_ref, what, part, source)
);
comment on table insight.tally is 'L: 统计, how often something happened to an item by day and department; counts only, no person';
create index tally_item on insight.tally (item, day);
create index tally_org on insight.tally (org_ref, day);
create index tally_whole on insight.tally (day) include (item, org_ref, what, source, n) where part = '' or what = 'stars';
grant select, insert, update, delete on insight.tally to onedoor_app;

create table insight.covered (
    event uuid primary key,
    at    timestamptz not null default now()
);
comment on table insight.covered is 'L: events still on their way whose facts a new count has included already';
grant select, insert, update, delete on insight.covered to onedoor_app;
