-- phase: expand
create table orgs.office (
    code        text not null primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,40}$'),
    name        jsonb not null,
    district    text not null references orgs.district (code),
    address     jsonb not null,
    lat         double precision not null check (lat between -90 and 90),
    lon         double precision not null check (lon between -180 and 180),
    hours       jsonb not null,
    phone       text not null,
    counters    int not null check (counters >= 0),
    facilities  text[] not null,
    departments text[] not null,
    items       text[] not null,
    pt          point generated always as (point(lon, lat)) stored,
    check (cardinality(departments) + cardinality(items) > 0)
);
create index office_pt on orgs.office using gist (pt);
comment on table orgs.office is 'R: 办事网点, where departments serve; pt is the place for nearest-first';
grant select, insert, update, delete on orgs.office to onedoor_app;
