-- phase: expand
create schema identity;
grant usage on schema identity to onedoor_app;

create table identity.person (
    citizen_id        uuid not null primary key,
    phone             text not null check (length(phone) between 5 and 20),
    assurance         int  not null default 1 check (assurance between 1 and 4),
    name              text check (length(name) <= 60),
    id_number         text check (length(id_number) = 18),
    sex               text check (sex in ('male', 'female')),
    birth_on          date,
    nation            jsonb,
    household_address text check (length(household_address) <= 200),
    address           text check (length(address) <= 200),
    district          text check (length(district) <= 12),
    checked_on        date,
    joined_at         timestamptz not null,
    check (assurance < 2 or (name is not null and id_number is not null and birth_on is not null and checked_on is not null))
);
comment on table identity.person is 'C: 自然人, what the city knows about one citizen; empty until the real-name check';
alter table identity.person enable row level security;
create policy own on identity.person using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on identity.person to onedoor_app;

create table identity.phone_claim (
    tel        text not null primary key,
    citizen_id uuid not null
);
comment on table identity.phone_claim is 'C by tel: one phone is one account';
grant select, insert, update, delete on identity.phone_claim to onedoor_app;

create table identity.id_claim (
    id_hash    bytea not null primary key check (length(id_hash) = 32),
    citizen_id uuid not null
);
comment on table identity.id_claim is 'C by id_hash: one identity number is one account; keyed hash, the number itself is not kept here';
grant select, insert, update, delete on identity.id_claim to onedoor_app;

create table identity.access_record (
    citizen_id uuid not null,
    id         uuid not null default uuidv7(),
    at         timestamptz not null,
    staff_ref  uuid,
    staff_name text not null check (length(staff_name) <= 60),
    org_ref    uuid,
    purpose    jsonb not null,
    fields     text[] not null check (cardinality(fields) between 1 and 60),
    case_ref   text check (length(case_ref) <= 60),
    primary key (citizen_id, id)
);
comment on table identity.access_record is 'C: 我的数据访问记录, who of the staff looked at what of mine, and why';
alter table identity.access_record enable row level security;
create policy own on identity.access_record using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on identity.access_record to onedoor_app;

create table identity.session (
    id          uuid not null primary key,
    token_hash  bytea not null unique check (length(token_hash) = 32),
    citizen_ref uuid not null,
    kind        text not null check (kind in ('web', 'api')),
    device      text not null check (length(device) <= 80),
    assurance   int  not null,
    name        text not null,
    begun_at    timestamptz not null,
    seen_at     timestamptz not null,
    expires_at  timestamptz not null
) with (fillfactor = 80);
create index session_of_citizen on identity.session (citizen_ref, begun_at);
create index session_expiry on identity.session (expires_at);
comment on table identity.session is 'L: signed-in devices; the token itself is only on the device, here is its SHA-256';
grant select, insert, update, delete on identity.session to onedoor_app;

create table identity.one_time_code (
    tel        text not null primary key,
    id         uuid not null,
    sent_at    timestamptz not null,
    expires_at timestamptz not null,
    tries      int  not null default 0,
    used       boolean not null default false
) with (fillfactor = 70);
create index one_time_code_expiry on identity.one_time_code (expires_at);
comment on table identity.one_time_code is 'L: one-time codes on their way; the code is an HMAC over this row''s id and is stored nowhere';
grant select, insert, update, delete on identity.one_time_code to onedoor_app;
