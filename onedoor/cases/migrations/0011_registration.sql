-- needs: cases/0010
alter table cases.process_version add column back_office text not null default '';

create table cases.registration (
    citizen_id uuid not null,
    case_id uuid not null,
    back_office text not null,
    request_id uuid not null,
    state text not null default 'waiting'
        check (state in ('waiting', 'looking', 'writing', 'uncertain', 'attaching', 'done', 'for_a_person')),
    their_number text not null default '',
    documents jsonb not null default '{}',
    pending text not null default '',
    attempts int not null default 0,
    began_at timestamptz not null,
    wrote_at timestamptz,
    next_at timestamptz not null,
    problem text not null default '',
    rev int not null default 1,
    primary key (citizen_id, case_id),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade,
    check (state not in ('attaching', 'done') or their_number <> '')
);
comment on table cases.registration is 'C: how far a case has got into a department''s own system, part by part';
alter table cases.registration enable row level security;
create policy own on cases.registration using (current_setting('app.role', true) in ('staff', 'job') or citizen_id = nullif(current_setting('app.citizen', true), '')::uuid);
grant select, insert, update, delete on cases.registration to onedoor_app;

create table cases.back_number (
    number text not null,
    back_office text not null,
    citizen_id uuid not null,
    case_id uuid not null,
    primary key (number, back_office)
);
comment on table cases.back_number is 'C by number: which of our cases a department''s own number belongs to';
grant select, insert, update, delete on cases.back_number to onedoor_app;
