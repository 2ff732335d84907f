-- needs: cases/0012
create table cases.counter (
    org_id uuid not null,
    id uuid not null default uuidv7(),
    staff_ref uuid not null,
    citizen_ref uuid not null,
    ticket text not null,
    item text not null,
    draft_id uuid not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    code_no int not null default 0,
    code_until timestamptz,
    tries int not null default 0,
    confirmed text not null default '' check (confirmed in ('', 'code', 'paper')),
    case_ref uuid,
    primary key (org_id, id)
);
comment on table cases.counter is 'O: a person at a counter, and the one draft that staff fill in for them while the ticket is open';
grant select, insert, update, delete on cases.counter to onedoor_app;

create table cases.handover (
    code_hash text primary key,
    citizen_id uuid not null,
    draft_id uuid not null,
    until timestamptz not null
);
comment on table cases.handover is 'C by code_hash: a draft that its person shows at a counter, for ten minutes';
grant select, insert, update, delete on cases.handover to onedoor_app;
