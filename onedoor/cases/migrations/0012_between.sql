-- needs: cases/0011
alter table cases.process_version add column silence boolean not null default false;
alter table cases.inbox add column level int not null default 0;

create table cases.opinion (
    org_id uuid not null,
    id uuid not null default uuidv7(),
    case_ref uuid not null,
    citizen_ref uuid not null,
    number text not null,
    title jsonb not null,
    district text not null,
    street text not null default '',
    asked_org uuid not null,
    asked_by text not null,
    question text not null,
    share jsonb not null default '[]',
    due_on date not null,
    state text not null default 'asked' check (state in ('asked', 'given', 'silent', 'recalled')),
    verdict text not null default '' check (verdict in ('', 'agree', 'object', 'none')),
    answer text not null default '',
    answered_by text not null default '',
    at timestamptz not null,
    primary key (org_id, id),
    check ((state = 'given') = (verdict <> ''))
);
comment on table cases.opinion is 'O: what another department is asked about a case, and what it says';
create index opinion_open on cases.opinion (org_id, due_on, id) where state = 'asked';
grant select, insert, update, delete on cases.opinion to onedoor_app;

create table cases.cover (
    staff_ref uuid primary key,
    org_ref uuid not null,
    by_ref uuid not null,
    from_on date not null,
    until_on date not null,
    check (from_on <= until_on),
    check (staff_ref <> by_ref)
);
comment on table cases.cover is 'R: who stands in for whom while they are away';
grant select, insert, update, delete on cases.cover to onedoor_app;
