-- phase: expand
-- needs: cases/0024
create table cases.lookup (
    citizen_id uuid not null,
    id uuid not null,
    case_id uuid not null,
    element text not null check (length(element) <= 60),
    source jsonb not null,
    reason text not null check (length(reason) between 1 and 300),
    by_ref uuid not null,
    by_name text not null,
    asked_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'away', 'agreed', 'differs', 'told', 'not_held')),
    as_of date,
    answered_at timestamptz,
    primary key (citizen_id, id),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade
);
create index lookup_case on cases.lookup (citizen_id, case_id, asked_at desc);
comment on table cases.lookup is 'C: 核验, what a clerk has asked a register for a case and why, and how it came out; never the value';
alter table cases.lookup enable row level security;
create policy own on cases.lookup using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.lookup to onedoor_app;
