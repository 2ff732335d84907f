-- phase: expand
create schema orgs;
grant usage on schema orgs to onedoor_app;

create table orgs.district (
    code   text not null primary key check (code ~ '^[0-9]{4,12}$'),
    level  text not null check (level in ('city', 'district', 'street', 'grid')),
    parent text references orgs.district (code),
    name   jsonb not null,
    path   text not null unique
);
comment on table orgs.district is 'R: 区划, the city, its districts, streets and grids; path names all that hold it';
grant select, insert, update, delete on orgs.district to onedoor_app;

create table orgs.department (
    code    text not null primary key check (code ~ '^[a-z][a-z0-9-]{1,30}$'),
    id      uuid not null unique,
    name    jsonb not null,
    short   jsonb not null,
    uscc    text not null,
    phone   text not null,
    address jsonb not null,
    hours   jsonb not null,
    lat     double precision not null check (lat between -90 and 90),
    lon     double precision not null check (lon between -180 and 180),
    icon    text not null,
    tone    text not null,
    summary jsonb not null
);
comment on table orgs.department is 'R: 部门, the organisations that serve; the id never changes once a code is known';
grant select, insert, update, delete on orgs.department to onedoor_app;

create table orgs.staff (
    person_ref uuid not null primary key,
    org_id     uuid not null references orgs.department (id),
    name       text not null check (length(name) between 1 and 60),
    post       jsonb not null
);
comment on table orgs.staff is 'R: 经办人, a person with a post in a department';
grant select, insert, update, delete on orgs.staff to onedoor_app;

create table orgs.staff_grant (
    person_ref uuid not null references orgs.staff (person_ref) on delete cascade,
    name       text not null check (name ~ '^[a-z]+:[a-z]+$'),
    district   text not null references orgs.district (code),
    primary key (person_ref, name, district)
);
comment on table orgs.staff_grant is 'R: what a post may do, and in which district with all below it';
grant select, insert, update, delete on orgs.staff_grant to onedoor_app;
