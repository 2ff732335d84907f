-- phase: expand
-- needs: exchange/0004
alter table exchange.consent
    add column witness_ref uuid,
    add column office_ref uuid,
    add column paper_id uuid,
    add column revoked_by uuid,
    add constraint consent_witnessed check ((channel in ('counter', 'paper')) = (witness_ref is not null)),
    add constraint consent_signed check ((channel = 'paper') = (paper_id is not null)),
    add constraint consent_own check (witness_ref <> citizen_id);
comment on column exchange.consent.witness_ref is 'who of the staff was there, of the department office_ref; revoked_by as well, when it was taken back at a counter';

create table exchange.paper (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    sha256 text not null,
    size bigint not null,
    kind text not null,
    name text not null,
    scan text not null default 'waiting' check (scan in ('waiting', 'clean', 'infected', 'unreadable')),
    at timestamptz not null,
    primary key (citizen_id, id)
);
comment on table exchange.paper is 'C: the signed sheet of a consent that was given at a counter';
alter table exchange.paper enable row level security;
create policy own on exchange.paper using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on exchange.paper to onedoor_app;
