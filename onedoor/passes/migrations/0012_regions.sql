-- needs: passes/0011
-- phase: expand
create table passes.peer (
    node        text primary key check (node ~ '^https?://[^/]+$'),
    fingerprint text not null,
    divisions   text[] not null,
    mode        text not null check (mode in ('verify', 'convert', 'adopt')),
    state       text not null check (state in ('asked', 'active', 'withdrawn')),
    vouched_by  text not null,
    asked_by    text not null,
    approved_by text,
    seq         int not null default 0,
    document    text,
    fetched_at  timestamptz,
    fault       text
);
comment on table passes.peer is 'R: 互认, which other regions'' nodes are believed, by which root key, for which divisions, and what they last said';
grant select, insert, update, delete on passes.peer to onedoor_app;

create table passes.level_map (
    node   text not null,
    scheme text not null,
    level  text not null,
    becomes text not null check (becomes in ('green', 'popup', 'grey', 'yellow', 'red', 'ask')),
    signed_by text not null,
    since  timestamptz not null,
    primary key (node, scheme, level)
);
comment on table passes.level_map is 'R: what a level of another region is here; it can only keep or worsen';
grant select, insert, update, delete on passes.level_map to onedoor_app;

create table passes.trust_seq (
    one boolean primary key default true check (one),
    seq int not null,
    body_sha256 bytea not null
);
comment on table passes.trust_seq is 'L: how often this house''s own trust document has changed; it never goes back';
insert into passes.trust_seq (seq, body_sha256) values (0, decode('', 'hex'));
grant select, update on passes.trust_seq to onedoor_app;

create table passes.sealed_scan (
    org_id  uuid not null,
    scan_id bytea not null check (length(scan_id) = 16),
    node    text not null,
    at      timestamptz not null,
    sealed  bytea not null check (length(sealed) <= 2048),
    sent_at timestamptz,
    primary key (org_id, scan_id)
);
comment on table passes.sealed_scan is 'O: checks of other regions'' people, sealed to their own node; this house cannot read whose they are';
create index sealed_scan_waiting on passes.sealed_scan (node, at) where sent_at is null;
grant select, insert, update, delete on passes.sealed_scan to onedoor_app;

create table passes.away_visit (
    citizen_id uuid not null,
    at         timestamptz not null,
    scan_id    bytea not null,
    node       text not null,
    scheme     text not null,
    place      text not null check (length(place) <= 120),
    division   text not null,
    direction  text not null,
    primary key (citizen_id, at, scan_id)
);
comment on table passes.away_visit is 'C: where a person''s code was read in another region, as that region''s node told';
alter table passes.away_visit enable row level security;
create policy own on passes.away_visit using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, delete on passes.away_visit to onedoor_app;

create table passes.recognised (
    citizen_id uuid not null,
    scheme     text not null,
    node       text not null,
    jti        text not null,
    level      text not null,
    colour     text not null check (colour in ('green', 'popup', 'grey', 'yellow', 'red')),
    ask        boolean not null,
    at         timestamptz not null,
    until      timestamptz not null,
    primary key (citizen_id, scheme, node)
);
comment on table passes.recognised is 'C: what another region''s node asserted of a person who came from there, and what it is worth here, for a day at most';
alter table passes.recognised enable row level security;
create policy own on passes.recognised using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.recognised to onedoor_app;

create table passes.foreign_trust (
    system      text primary key check (system in ('certificates')),
    document    jsonb not null,
    sha256      bytea not null,
    imported_by text not null,
    imported_at timestamptz not null
);
comment on table passes.foreign_trust is 'R: whose HC1 certificates and SMART Health Cards gates believe, and what has been revoked, as imported';
grant select, insert, update, delete on passes.foreign_trust to onedoor_app;
