-- phase: expand
-- needs: cases/0034
alter table cases.registration add column told_at timestamptz;
comment on column cases.registration.told_at is 'when what their system told last has happened';

create table cases.back_event (
    event_id text not null check (length(event_id) <= 100),
    back_office text not null,
    citizen_id uuid not null,
    case_id uuid not null,
    word text not null,
    occurred_at timestamptz not null,
    arrived_at timestamptz not null,
    outcome text not null check (outcome in ('taken', 'late', 'odd')),
    primary key (event_id, back_office)
);
comment on table cases.back_event is 'C by event_id: what a department''s own system has told of a case by itself, and what became of it';
create index back_event_case on cases.back_event (citizen_id, case_id, occurred_at);
grant select, insert, update, delete on cases.back_event to onedoor_app;
