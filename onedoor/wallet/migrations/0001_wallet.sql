-- needs: kernel/0001
create schema if not exists wallet;
grant usage on schema wallet to onedoor_app;

create table wallet.cert_type (
    code text primary key check (code ~ '^[0-9]{3}$'),
    name jsonb not null,
    issuer text not null,
    issuer_ref uuid not null,
    issuer_name jsonb not null,
    definer text not null check (length(definer) = 18),
    holder jsonb,
    claims jsonb not null,
    look jsonb not null,
    prefix text not null check (prefix ~ '^[A-Z]{2,8}$'),
    valid_days int not null default 0 check (valid_days between 0 and 36525),
    version int not null default 1,
    valid_from timestamptz not null default now()
);
comment on table wallet.cert_type is 'R: kinds of certificates, their fields and looks';
grant select, insert, update, delete on wallet.cert_type to onedoor_app;

create table wallet.status_list (
    org_id uuid not null,
    id uuid not null default uuidv7(),
    size int not null check (size > 0),
    seq bigint not null default 0,
    body bytea not null,
    changed_at timestamptz not null,
    primary key (org_id, id)
);
comment on table wallet.status_list is 'O: two bits for each certificate of an issuer, as verifiers read them';
grant select, insert, update, delete on wallet.status_list to onedoor_app;

create table wallet.status_change (
    org_id uuid not null,
    list_id uuid not null,
    idx int not null,
    seq bigint not null,
    from_status int not null,
    to_status int not null,
    reason text not null,
    by_ref uuid,
    at timestamptz not null,
    primary key (org_id, list_id, idx, seq),
    foreign key (org_id, list_id) references wallet.status_list (org_id, id)
);
comment on table wallet.status_change is 'O: every change of a certificate''s status, who made it and why';
grant select, insert on wallet.status_change to onedoor_app;

create table wallet.cert_claim (
    org_id uuid not null,
    type text not null references wallet.cert_type (code),
    number text not null,
    version int not null check (version between 1 and 999),
    citizen_ref uuid not null,
    cert_ref uuid not null,
    list_ref uuid not null,
    idx int not null,
    primary key (org_id, type, number, version),
    unique (org_id, cert_ref),
    unique (org_id, list_ref, idx)
);
comment on table wallet.cert_claim is 'O: which number and which place in a list an issuer has given out, and to whom; never reused';
grant select, insert on wallet.cert_claim to onedoor_app;

create table wallet.cert (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    type text not null references wallet.cert_type (code),
    identifier text not null,
    number text not null,
    serial text not null,
    version int not null check (version between 1 and 999),
    holder jsonb not null,
    for_ref uuid,
    issuer_ref uuid not null,
    issued_on date not null,
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    state text not null check (state in ('10', '01', '03', '04', '05', '09')),
    claims jsonb not null,
    seal jsonb not null,
    list_ref uuid not null,
    idx int not null,
    source text not null check (source in ('issued', 'register', 'imported')),
    decision_ref text,
    reason jsonb,
    fetched_at timestamptz,
    changed_at timestamptz not null,
    sha256 text not null,
    primary key (citizen_id, id)
);
comment on table wallet.cert is 'C: certificates as their holders keep them, with the issuer''s signature';
create index cert_type_of_citizen on wallet.cert (citizen_id, type);
alter table wallet.cert enable row level security;
create policy own on wallet.cert using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on wallet.cert to onedoor_app;

create table wallet.present (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    at timestamptz not null,
    cert_id uuid not null,
    fields text[] not null default '{}',
    verifier jsonb,
    channel text not null check (channel in ('screen', 'device', 'download', 'verify', 'staff')),
    result text not null,
    offline boolean not null default false,
    primary key (citizen_id, id),
    foreign key (citizen_id, cert_id) references wallet.cert (citizen_id, id) on delete cascade
);
comment on table wallet.present is 'C: one row for each show and each check of a certificate';
create index present_of_cert on wallet.present (citizen_id, cert_id, at desc);
alter table wallet.present enable row level security;
create policy own on wallet.present using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on wallet.present to onedoor_app;
