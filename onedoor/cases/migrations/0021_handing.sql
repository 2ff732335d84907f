-- needs: cases/0020
alter table cases.process_version add column assessment jsonb;
alter table cases.process_version add column report jsonb not null default '[]';

create table cases.handing (
    citizen_id uuid not null,
    case_id uuid not null,
    register text not null,
    operation text not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'done', 'for_a_person')),
    their_number text not null default '',
    attempts int not null default 0,
    began_at timestamptz not null,
    next_at timestamptz not null,
    problem text not null default '',
    primary key (citizen_id, case_id, register, operation),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade
);
comment on table cases.handing is 'C: what of a case goes to other departments'' systems, and how far it has got';
alter table cases.handing enable row level security;
create policy own on cases.handing using (current_setting('app.role', true) in ('staff', 'job') or citizen_id = nullif(current_setting('app.citizen', true), '')::uuid);
grant select, insert, update, delete on cases.handing to onedoor_app;
