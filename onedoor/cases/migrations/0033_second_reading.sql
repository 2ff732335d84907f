-- phase: expand
-- needs: cases/0032
create table cases.second_reading (
    org_id uuid not null,
    id uuid not null default uuidv7(),
    case_ref uuid not null,
    citizen_ref uuid not null,
    number text not null,
    title jsonb not null,
    asked_by uuid not null,
    asked_name text not null,
    reason text not null check (length(reason) between 1 and 200),
    asked_at timestamptz not null,
    state text not null default 'asked' check (state in ('asked', 'allowed', 'refused')),
    answered_by uuid,
    answered_name text not null default '',
    words text not null default '' check (length(words) <= 200),
    answered_at timestamptz,
    until timestamptz,
    primary key (org_id, id),
    check ((state = 'asked') = (answered_by is null)),
    check (answered_by <> asked_by and answered_by <> citizen_ref),
    check ((state = 'allowed') = (until is not null))
);
comment on table cases.second_reading is 'O: 重点保护, who asked a colleague to allow a case, why, and what the colleague said';
create unique index second_reading_asked on cases.second_reading (org_id, case_ref, asked_by) where state = 'asked';
create index second_reading_reader on cases.second_reading (org_id, case_ref, asked_by, asked_at desc);
create index second_reading_open on cases.second_reading (org_id, id) where state = 'asked';
grant select, insert, update, delete on cases.second_reading to onedoor_app;
