-- phase: expand
create schema providers;
grant usage on schema providers to onedoor_app;

create table providers.app (
    app_id     uuid not null primary key,
    org_ref    uuid not null,
    client_id  text not null unique check (client_id ~ '^od[0-9a-f]{16}$'),
    key        text not null unique check (key ~ '^[0-9a-z]{8}$'),
    name       jsonb not null,
    about      jsonb not null,
    public     boolean not null,
    redirects  text[] not null check (cardinality(redirects) <= 20),
    logouts    text[] not null default '{}' check (cardinality(logouts) <= 20),
    scopes     jsonb not null default '[]',
    wanted     jsonb,
    active     boolean not null default true,
    made_at    timestamptz not null
);
comment on table providers.app is 'R: 应用, the apps of organisations; scopes were approved by the city, wanted ones wait for it';
grant select, insert, update, delete on providers.app to onedoor_app;

create table providers.app_secret (
    app_id    uuid not null references providers.app (app_id) on delete cascade,
    secret_no int not null check (secret_no > 0),
    hash      bytea not null check (length(hash) = 32),
    made_at   timestamptz not null,
    not_after timestamptz,
    primary key (app_id, secret_no)
);
comment on table providers.app_secret is 'R: client secrets as SHA-256; two live ones are a rotation without an outage';
grant select, insert, update, delete on providers.app_secret to onedoor_app;

create table providers.subject (
    citizen_id uuid not null,
    app_id     uuid not null,
    sub        text not null check (sub ~ '^[A-Za-z0-9_-]{1,64}$'),
    imported   boolean not null default false,
    made_at    timestamptz not null,
    primary key (citizen_id, app_id)
);
comment on table providers.subject is 'C: how one app calls this person; stored or imported, never computed';
alter table providers.subject enable row level security;
create policy own on providers.subject using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on providers.subject to onedoor_app;

create table providers.subject_claim (
    org_id      uuid not null,
    app_id      uuid not null,
    sub         text not null,
    citizen_ref uuid not null,
    primary key (org_id, app_id, sub)
);
comment on table providers.subject_claim is 'O: who is meant by an app''s name for a person';
grant select, insert, update, delete on providers.subject_claim to onedoor_app;

create table providers.org_subject (
    citizen_id uuid not null,
    org_id     uuid not null,
    org_sub    text not null check (org_sub ~ '^[A-Za-z0-9_-]{1,64}$'),
    primary key (citizen_id, org_id)
);
comment on table providers.org_subject is 'C: how all apps of one organisation call this person';
alter table providers.org_subject enable row level security;
create policy own on providers.org_subject using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on providers.org_subject to onedoor_app;

create table providers.org_subject_claim (
    org_id      uuid not null,
    org_sub     text not null,
    citizen_ref uuid not null,
    primary key (org_id, org_sub)
);
comment on table providers.org_subject_claim is 'O: who is meant by an organisation''s name for a person';
grant select, insert, update, delete on providers.org_subject_claim to onedoor_app;

create table providers.import (
    org_id  uuid not null,
    app_id  uuid not null,
    who     bytea not null check (length(who) = 32),
    sub     text not null check (sub ~ '^[A-Za-z0-9_-]{1,64}$'),
    made_at timestamptz not null,
    primary key (org_id, app_id, who),
    unique (org_id, app_id, sub)
);
comment on table providers.import is 'O: names that an app gave to people before; who is a keyed hash of phone or identity number, waiting for its person';
grant select, insert, update, delete on providers.import to onedoor_app;

create table providers.consent (
    citizen_id uuid not null,
    app_id     uuid not null,
    org_ref    uuid not null,
    shown      jsonb not null,
    scopes     text[] not null,
    given_at   timestamptz not null,
    changed_at timestamptz not null,
    used_at    timestamptz,
    revoked_at timestamptz,
    primary key (citizen_id, app_id)
);
comment on table providers.consent is 'C: 授权, what an app may know of this person, in the words that were shown';
alter table providers.consent enable row level security;
create policy own on providers.consent using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on providers.consent to onedoor_app;

create table providers.asking (
    org_id     uuid not null,
    id         uuid not null,
    app_id     uuid not null,
    redirect   text not null,
    scopes     text[] not null,
    state      text not null,
    nonce      text not null,
    challenge  text not null,
    level      int  not null,
    made_at    timestamptz not null,
    after      timestamptz,
    anew       boolean not null,
    expires_at timestamptz not null,
    primary key (org_id, id)
);
create index asking_expiry on providers.asking (expires_at);
comment on table providers.asking is 'O: requests to sign somebody in, while the person signs in and reads';
grant select, insert, update, delete on providers.asking to onedoor_app;

create table providers.code (
    org_id      uuid not null,
    hash        bytea not null check (length(hash) = 32),
    app_id      uuid not null,
    citizen_ref uuid not null,
    family      uuid not null,
    redirect    text not null,
    scopes      text[] not null,
    nonce       text not null,
    challenge   text not null,
    auth_at     timestamptz not null,
    level       int  not null,
    expires_at  timestamptz not null,
    used_at     timestamptz,
    primary key (org_id, hash)
);
create index code_expiry on providers.code (expires_at);
comment on table providers.code is 'O: authorization codes as SHA-256, good once and for a minute';
grant select, insert, update, delete on providers.code to onedoor_app;

create table providers.token (
    org_id      uuid not null,
    hash        bytea not null check (length(hash) = 32),
    app_id      uuid not null,
    kind        text not null check (kind in ('odu', 'odr', 'oda')),
    citizen_ref uuid,
    family      uuid not null,
    scopes      text[] not null,
    auth_at     timestamptz not null,
    level       int  not null,
    made_at     timestamptz not null,
    expires_at  timestamptz not null,
    used_at     timestamptz,
    revoked_at  timestamptz,
    primary key (org_id, hash),
    check ((kind = 'oda') = (citizen_ref is null))
);
create index token_family on providers.token (org_id, family);
create index token_person on providers.token (org_id, app_id, citizen_ref);
create index token_expiry on providers.token (expires_at);
comment on table providers.token is 'O: access, refresh and app tokens as SHA-256';
grant select, insert, update, delete on providers.token to onedoor_app;
