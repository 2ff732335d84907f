-- needs: passes/0001
-- phase: expand
alter table passes.person_index add column waived jsonb not null default '{}';

create table passes.subject_claim (
    id_hash    bytea not null primary key,
    citizen_id uuid not null
);
comment on table passes.subject_claim is 'C by id_hash: which person without an account an identity number belongs to; the number as a keyed hash';
grant select, insert, update, delete on passes.subject_claim to onedoor_app;

create table passes.subject (
    citizen_id uuid not null primary key,
    name       text not null check (length(name) between 1 and 60),
    id_number  text not null check (length(id_number) = 18),
    birth_on   date not null,
    made_at    timestamptz not null
);
comment on table passes.subject is 'C: somebody who has a pass but no account: a child, an elder without a phone';
alter table passes.subject enable row level security;
create policy own on passes.subject using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.subject to onedoor_app;

create table passes.dependant (
    citizen_id   uuid not null,
    person_ref   uuid not null,
    name         text not null check (length(name) between 1 and 60),
    relation     text not null check (relation in ('child', 'elder', 'ward')),
    state        text not null check (state in ('waiting', 'confirmed', 'declined', 'ended')),
    path         text not null,
    made_at      timestamptz not null,
    confirmed_by text,
    confirmed_at timestamptz,
    primary key (citizen_id, person_ref)
);
create index dependant_of on passes.dependant (person_ref);
create index dependant_waiting on passes.dependant (made_at) where state = 'waiting';
comment on table passes.dependant is 'C: 代办, whom somebody declares and shows for, and who has confirmed that they may';
alter table passes.dependant enable row level security;
create policy own on passes.dependant using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.dependant to onedoor_app;

create table passes.evidence (
    citizen_id uuid not null,
    id         uuid not null,
    appeal_id  uuid not null,
    sha256     text not null,
    bytes      int not null,
    kind       text not null,
    name       text not null check (length(name) <= 120),
    made_at    timestamptz not null,
    primary key (citizen_id, id),
    foreign key (citizen_id, appeal_id) references passes.appeal (citizen_id, id) on delete cascade
);
create index evidence_appeal on passes.evidence (citizen_id, appeal_id);
comment on table passes.evidence is 'C: papers handed in with an appeal; their content is in the vault';
alter table passes.evidence enable row level security;
create policy own on passes.evidence using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, delete on passes.evidence to onedoor_app;

create table passes.scheme_act (
    id         uuid not null primary key,
    scheme     text not null references passes.scheme (code),
    act        text not null check (act in ('signed', 'suspended', 'resumed', 'extension_asked', 'extended', 'rules_signed', 'rules_in_force', 'level_set', 'replayed', 'ended', 'deleted')),
    at         timestamptz not null,
    person_ref uuid,
    name       text not null,
    org        text not null,
    detail     jsonb not null default '{}'
);
create index scheme_act_of on passes.scheme_act (scheme, at desc);
comment on table passes.scheme_act is 'R: who signed, suspended, extended or ended a scheme, and why';
grant select, insert on passes.scheme_act to onedoor_app;

create table passes.replay_run (
    scheme       text not null,
    from_version int not null,
    to_version   int not null,
    since        timestamptz not null,
    cursor       uuid not null,
    looked       int not null default 0,
    changes      jsonb not null default '{}',
    begun_at     timestamptz not null,
    ended_at     timestamptz,
    primary key (scheme, from_version, to_version, since)
);
comment on table passes.replay_run is 'L: how far everybody has been worked out again under a later version of the rules';
grant select, insert, update, delete on passes.replay_run to onedoor_app;

create table passes.deletion (
    scheme text not null primary key references passes.scheme (code),
    at     timestamptz not null,
    body   jsonb not null,
    jws    text not null
);
comment on table passes.deletion is 'R: 删除证明, what was deleted of a scheme, counted and hashed before, and signed by this house';
grant select, insert on passes.deletion to onedoor_app;
