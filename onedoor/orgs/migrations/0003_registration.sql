-- needs: orgs/0002
create table orgs.registration (
    citizen_id    uuid not null,
    id            uuid not null,
    uscc          text not null check (length(uscc) = 18),
    name          text not null check (length(name) between 2 and 100),
    kind          text not null check (kind in ('government', 'institution', 'enterprise', 'individual', 'social', 'other')),
    legal_name    text not null check (length(legal_name) between 1 and 60),
    contact_name  text not null check (length(contact_name) between 1 and 60),
    contact_phone text not null check (length(contact_phone) between 7 and 20),
    state         text not null check (state in ('submitted', 'asked', 'accepted', 'declined', 'withdrawn')),
    reason        text not null default '',
    rev           int not null default 1,
    submitted_at  timestamptz not null,
    changed_at    timestamptz not null,
    org_ref       uuid,
    submit_key    uuid not null,
    primary key (citizen_id, id),
    unique (citizen_id, submit_key)
);
comment on table orgs.registration is 'C: 机构入驻, applications of organisations by the person who made them';
alter table orgs.registration enable row level security;
create policy own on orgs.registration using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on orgs.registration to onedoor_app;

create table orgs.registration_step (
    citizen_id      uuid not null,
    id              uuid not null default uuidv7(),
    registration_id uuid not null,
    at              timestamptz not null,
    state           text not null,
    actor_ref       uuid,
    by_staff        boolean not null,
    note            text not null default '',
    primary key (citizen_id, id),
    foreign key (citizen_id, registration_id) references orgs.registration (citizen_id, id) on delete cascade
);
comment on table orgs.registration_step is 'C: what happened to a registration, append only';
alter table orgs.registration_step enable row level security;
create policy own on orgs.registration_step using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on orgs.registration_step to onedoor_app;

create table orgs.proof (
    citizen_id      uuid not null,
    id              uuid not null,
    registration_id uuid,
    sha256          text not null,
    size            bigint not null,
    kind            text not null,
    name            text not null,
    scan            text not null default 'waiting' check (scan in ('waiting', 'clean', 'infected', 'unreadable')),
    at              timestamptz not null,
    primary key (citizen_id, id),
    foreign key (citizen_id, registration_id) references orgs.registration (citizen_id, id) on delete cascade
);
comment on table orgs.proof is 'C: papers that prove who an organisation is; loose until the registration is handed in';
alter table orgs.proof enable row level security;
create policy own on orgs.proof using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on orgs.proof to onedoor_app;

create table orgs.uscc_claim (
    uscc            text primary key,
    citizen_id      uuid not null,
    registration_id uuid not null
);
comment on table orgs.uscc_claim is 'C by uscc: whose registration a unified social credit code belongs to';
grant select, insert, update, delete on orgs.uscc_claim to onedoor_app;

create table orgs.registration_queue (
    id          uuid primary key,
    citizen_ref uuid not null,
    uscc        text not null,
    name        text not null,
    state       text not null,
    since       timestamptz not null
);
comment on table orgs.registration_queue is 'L: what the operator''s list shows of registrations';
create index registration_waiting on orgs.registration_queue (since, id) where state = 'submitted';
grant select, insert, update, delete on orgs.registration_queue to onedoor_app;

create table orgs.organisation (
    id    uuid primary key,
    uscc  text not null unique,
    name  text not null,
    kind  text not null,
    since timestamptz not null
);
comment on table orgs.organisation is 'R: 机构, organisations that registered themselves and were accepted';
grant select, insert, update, delete on orgs.organisation to onedoor_app;

-- a post is in a department of the city or, with a role, in an organisation that registered itself
alter table orgs.staff drop constraint staff_org_id_fkey;
alter table orgs.staff add column role text check (role in ('admin', 'editor', 'viewer'));

create table orgs.invitation (
    org_id     uuid not null,
    id         uuid not null,
    tel        text not null,
    name       text not null check (length(name) between 1 and 60),
    role       text not null check (role in ('admin', 'editor', 'viewer')),
    by_name    text not null,
    at         timestamptz not null,
    expires_at timestamptz not null,
    state      text not null check (state in ('open', 'accepted', 'declined', 'revoked')),
    primary key (org_id, id)
);
comment on table orgs.invitation is 'O: who is asked to join an organisation, by phone';
grant select, insert, update, delete on orgs.invitation to onedoor_app;

create table orgs.invitation_claim (
    tel           text not null,
    org_id        uuid not null,
    invitation_id uuid not null,
    primary key (tel, org_id)
);
comment on table orgs.invitation_claim is 'C by tel: which organisations have asked this phone to join';
grant select, insert, update, delete on orgs.invitation_claim to onedoor_app;

create table orgs.deed (
    org_id     uuid not null,
    id         uuid not null default uuidv7(),
    at         timestamptz not null,
    actor_ref  uuid,
    actor_name text not null,
    act        text not null,
    subject    text not null default '',
    detail     text not null default '',
    primary key (org_id, id)
);
comment on table orgs.deed is 'O: 机构记录, what somebody did in an organisation, append only';
grant select, insert, update, delete on orgs.deed to onedoor_app;
