-- needs: wallet/0001
alter table wallet.status_list add column bound boolean not null default false;
alter table wallet.cert_type add column derived text[] not null default '{}';
alter table wallet.present drop constraint present_channel_check;
alter table wallet.present add constraint present_channel_check
    check (channel in ('screen', 'device', 'download', 'verify', 'staff', 'wallet', 'asked', 'consent', 'copy', 'paper'));
create index present_of_citizen on wallet.present (citizen_id, id desc);

create table wallet.type_document (
    integrity text primary key,
    code text not null,
    body text not null,
    since timestamptz not null
);
comment on table wallet.type_document is 'R: every text of a type that certificates have been signed with, by its hash';
grant select, insert on wallet.type_document to onedoor_app;

create table wallet.credential (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    cert_id uuid not null,
    holder_key text not null,
    list_ref uuid not null,
    idx int not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    offer_ref uuid,
    ended_at timestamptz,
    primary key (citizen_id, id),
    foreign key (citizen_id, cert_id) references wallet.cert (citizen_id, id) on delete cascade
);
comment on table wallet.credential is 'C: certificates as other wallets hold them, each bound to a key of its own';
create index credential_of_cert on wallet.credential (citizen_id, cert_id);
alter table wallet.credential enable row level security;
create policy own on wallet.credential using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on wallet.credential to onedoor_app;

create table wallet.credential_claim (
    org_id uuid not null,
    list_ref uuid not null,
    idx int not null,
    citizen_ref uuid not null,
    cert_ref uuid not null,
    credential_ref uuid not null,
    primary key (org_id, list_ref, idx)
);
comment on table wallet.credential_claim is 'O: places in the lists of bound credentials that an issuer has given out; never reused';
create index credential_claim_of_cert on wallet.credential_claim (org_id, cert_ref);
grant select, insert on wallet.credential_claim to onedoor_app;

create table wallet.offer (
    digest bytea primary key,
    id uuid not null default uuidv7(),
    citizen_ref uuid not null,
    cert_ref uuid not null,
    tries int not null default 0,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    token bytea unique,
    token_until timestamptz,
    taken int not null default 0
);
comment on table wallet.offer is 'L: certificates on their way into another wallet, for minutes';
grant select, insert, update, delete on wallet.offer to onedoor_app;

create table wallet.used_nonce (
    digest bytea primary key,
    expires_at timestamptz not null
);
comment on table wallet.used_nonce is 'L: nonces that have been answered, until they would have run out';
grant select, insert, delete on wallet.used_nonce to onedoor_app;

create table wallet.verifier (
    code text primary key check (code ~ '^[a-z0-9-]{2,40}$'),
    org_ref uuid not null,
    name jsonb not null,
    purposes jsonb not null
);
comment on table wallet.verifier is 'R: who may ask wallets for what, and why';
grant select, insert, update, delete on wallet.verifier to onedoor_app;

create table wallet.asking (
    id uuid primary key default uuidv7(),
    org_ref uuid not null,
    by_ref uuid,
    verifier text not null,
    purpose text not null,
    nonce text not null,
    state text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    answered_at timestamptz,
    result text,
    claims jsonb,
    response bytea unique,
    seen_at timestamptz
);
comment on table wallet.asking is 'L: what a verifier asks of a wallet, and what came back; swept after a day';
create index asking_of_org on wallet.asking (org_ref, id desc);
grant select, insert, update, delete on wallet.asking to onedoor_app;

create table wallet.consent (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    cert_id uuid not null,
    claims text[] not null,
    to_org uuid not null,
    to_name jsonb not null,
    purpose jsonb not null,
    basis text not null default '',
    case_ref text not null,
    mode text not null check (mode in ('once', 'case', 'until')),
    given_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    reads int not null default 0,
    read_at timestamptz,
    presentation text,
    primary key (citizen_id, id),
    foreign key (citizen_id, cert_id) references wallet.cert (citizen_id, id) on delete cascade
);
comment on table wallet.consent is 'C: which department may read which fields of a certificate, for what and how long';
create index consent_of_case on wallet.consent (citizen_id, case_ref);
alter table wallet.consent enable row level security;
create policy own on wallet.consent using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on wallet.consent to onedoor_app;

create table wallet.copy (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    cert_id uuid not null,
    purpose text not null,
    to_name text not null,
    made_by text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    most_reads int check (most_reads between 1 and 100),
    reads int not null default 0,
    code text not null,
    revoked_at timestamptz,
    primary key (citizen_id, id),
    foreign key (citizen_id, cert_id) references wallet.cert (citizen_id, id) on delete cascade
);
comment on table wallet.copy is 'C: copies of a certificate for one purpose, which end';
create index copy_of_cert on wallet.copy (citizen_id, cert_id);
alter table wallet.copy enable row level security;
create policy own on wallet.copy using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on wallet.copy to onedoor_app;

create table wallet.copy_claim (
    code text primary key,
    citizen_ref uuid not null,
    copy_ref uuid not null
);
comment on table wallet.copy_claim is 'C by code: whose copy a code belongs to';
grant select, insert, delete on wallet.copy_claim to onedoor_app;
