-- phase: expand
-- needs: cases/0027
create table cases.objection (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    number text not null,
    title jsonb not null,
    org_ref uuid not null,
    words text not null check (length(words) between 1 and 2000),
    state text not null default 'open' check (state in ('open', 'accepted', 'rejected', 'ended')),
    at timestamptz not null,
    answer text not null default '',
    answered_at timestamptz,
    primary key (citizen_id, id),
    unique (citizen_id, number)
);
comment on table cases.objection is 'C: what somebody says against a case that is posted, and the answer';
alter table cases.objection enable row level security;
create policy own on cases.objection using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.objection to onedoor_app;

create table cases.objected (
    org_id uuid not null,
    id uuid not null,
    case_ref uuid not null,
    citizen_ref uuid,
    name text not null default '' check (length(name) <= 60),
    contact text not null default '' check (length(contact) <= 200),
    words text not null default '' check (length(words) <= 2000),
    state text not null default 'open' check (state in ('open', 'accepted', 'rejected', 'ended')),
    at timestamptz not null,
    answer text not null default '',
    answered_by text not null default '',
    answered_at timestamptz,
    primary key (org_id, id),
    check (citizen_ref is not null or (name <> '' and words <> ''))
);
comment on table cases.objected is 'O: objections before the department of the case; of whoever came without an account, with name and words';
create index objected_case on cases.objected (org_id, case_ref, at);
grant select, insert, update, delete on cases.objected to onedoor_app;

alter table cases.attachment add column objection_id uuid;
create index attachment_objection on cases.attachment (citizen_id, objection_id, at) where objection_id is not null;
comment on column cases.attachment.objection_id is 'the objection that this paper is for';
