-- needs: cases/0022
alter table cases.process_version add column specials jsonb not null default '[]';

create table cases.special (
    citizen_id uuid not null,
    case_id uuid not null,
    kind text not null check (kind in ('inspection', 'hearing', 'expert_review', 'public_notice', 'assessment')),
    reason text not null,
    began_on date not null,
    until_on date not null,
    ended_on date,
    result text not null default '',
    primary key (citizen_id, case_id, kind),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade,
    check (until_on > began_on)
);
comment on table cases.special is 'C: procedures for which the clock of a case stood still, each kind once';
create unique index special_running on cases.special (citizen_id, case_id) where ended_on is null;
create index special_over on cases.special (until_on) where ended_on is null;
alter table cases.special enable row level security;
create policy own on cases.special using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.special to onedoor_app;

create table cases.public_notice (
    number text primary key,
    item text not null,
    title jsonb not null,
    holder text not null,
    org_ref uuid not null,
    began_on date not null,
    until_on date not null
);
comment on table cases.public_notice is 'R: cases that everybody may object to, under a masked name, until their day is over';
create index public_notice_until on cases.public_notice (until_on, number);
grant select, insert, update, delete on cases.public_notice to onedoor_app;
