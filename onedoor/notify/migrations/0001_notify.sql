-- phase: expand
create schema notify;
grant usage on schema notify to onedoor_app;

create table notify.message (
    citizen_id uuid not null,
    id         uuid not null,
    at         timestamptz not null,
    kind       text not null check (length(kind) between 1 and 40),
    title      jsonb not null,
    body       jsonb not null,
    href       text check (href like '/%' and href not like '//%' and length(href) <= 300),
    case_ref   text check (length(case_ref) <= 60),
    read_at    timestamptz,
    primary key (citizen_id, id)
);
create index message_unread on notify.message (citizen_id, id) where read_at is null;
comment on table notify.message is 'C: 消息, the inbox of one person';
alter table notify.message enable row level security;
create policy own on notify.message using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on notify.message to onedoor_app;

create table notify.notice (
    code       text not null primary key check (code ~ '^[a-z0-9][a-z0-9-]{0,60}$'),
    level      text not null check (level in ('red', 'orange', 'yellow', 'blue')),
    title      jsonb not null,
    detail     jsonb not null,
    body       jsonb not null,
    area       text not null check (area ~ '^[0-9]{4,12}$'),
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    department text not null,
    check (ends_at > starts_at)
);
comment on table notify.notice is 'R: 公告, warnings for an area while they hold';
grant select, insert, update, delete on notify.notice to onedoor_app;
