-- phase: expand
alter table notify.notice
    add column audience   text not null default 'everyone' check (audience in ('everyone', 'residents', 'staff')),
    add column origin     text not null default 'city' check (origin in ('city', 'staff')),
    add column rev        int not null default 1,
    add column changed_at timestamptz,
    add column ended_at   timestamptz;

create table notify.notice_text (
    code        text not null references notify.notice (code) on delete cascade,
    rev         int not null,
    level       text not null,
    title       jsonb not null,
    detail      jsonb not null,
    body        jsonb not null,
    replaced_at timestamptz not null,
    reason      jsonb,
    primary key (code, rev)
);
comment on table notify.notice_text is 'R: 更正, earlier texts of notices, and why each was replaced';
grant select, insert, update, delete on notify.notice_text to onedoor_app;

create table notify.notice_act (
    id         uuid not null primary key,
    code       text not null,
    at         timestamptz not null,
    act        text not null check (act in ('published', 'corrected', 'ended')),
    person_ref uuid not null,
    name       text not null
);
create index notice_act_code on notify.notice_act (code, at);
comment on table notify.notice_act is 'R: which member of staff published, corrected or ended a notice';
grant select, insert on notify.notice_act to onedoor_app;

create table notify.notice_read (
    citizen_id uuid not null,
    code       text not null,
    rev        int not null,
    at         timestamptz not null,
    primary key (citizen_id, code)
);
comment on table notify.notice_read is 'C: which text of which notice a person has said to have read';
alter table notify.notice_read enable row level security;
create policy own on notify.notice_read using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on notify.notice_read to onedoor_app;
