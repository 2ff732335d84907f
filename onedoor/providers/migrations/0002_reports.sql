-- needs: providers/0001
create table providers.matter (
    citizen_id uuid not null,
    id         uuid not null,
    app_id     uuid not null,
    org_ref    uuid not null,
    ref        text not null check (length(ref) between 1 and 80),
    title      jsonb not null,
    status     text not null check (status in ('open', 'waiting', 'done', 'cancelled')),
    words      jsonb not null,
    href       text check (length(href) <= 500),
    cancel_asked_at timestamptz,
    made_at    timestamptz not null,
    changed_at timestamptz not null,
    primary key (citizen_id, id)
);
create index matter_newest on providers.matter (citizen_id, changed_at desc, id desc);
comment on table providers.matter is 'C: 事项进展, a matter that an app handles on its own site and reports here';
alter table providers.matter enable row level security;
create policy own on providers.matter using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on providers.matter to onedoor_app;

create table providers.matter_step (
    citizen_id uuid not null,
    id         uuid not null,
    matter_id  uuid not null,
    at         timestamptz not null,
    status     text not null,
    words      jsonb not null,
    primary key (citizen_id, id),
    foreign key (citizen_id, matter_id) references providers.matter (citizen_id, id) on delete cascade
);
create index matter_step_matter on providers.matter_step (citizen_id, matter_id, id);
comment on table providers.matter_step is 'C: what was reported of a matter, append only';
alter table providers.matter_step enable row level security;
create policy own on providers.matter_step using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on providers.matter_step to onedoor_app;

create table providers.matter_claim (
    org_id      uuid not null,
    app_id      uuid not null,
    id          uuid not null,
    ref         text not null,
    citizen_ref uuid not null,
    primary key (org_id, app_id, id),
    unique (org_id, app_id, ref)
);
comment on table providers.matter_claim is 'O: whose matter is meant by an app''s number for it';
grant select, insert, update, delete on providers.matter_claim to onedoor_app;

create table providers.plan (
    code  text not null primary key check (code ~ '^[a-z][a-z0-9-]{0,30}$'),
    waits int[] not null check (cardinality(waits) between 1 and 20)
);
comment on table providers.plan is 'R: retry plans, the seconds to wait after each attempt that failed';
grant select, insert, update, delete on providers.plan to onedoor_app;
insert into providers.plan (code, waits) values ('standard', '{5,300,1800,7200,18000,36000,50400,72000,86400}');

create table providers.endpoint (
    org_id       uuid not null,
    id           uuid not null,
    app_id       uuid not null,
    url          text not null check (length(url) <= 500),
    kinds        text[] not null check (cardinality(kinds) between 1 and 30),
    plan         text not null references providers.plan (code),
    active       boolean not null default true,
    why          text not null default '',
    made_at      timestamptz not null,
    lease        uuid,
    leased_until timestamptz,
    primary key (org_id, id)
);
create index endpoint_app on providers.endpoint (org_id, app_id);
comment on table providers.endpoint is 'O: 回调地址, where an app is told of events; the lease is whose turn it is to deliver';
grant select, insert, update, delete on providers.endpoint to onedoor_app;

create table providers.endpoint_secret (
    org_id      uuid not null,
    endpoint_id uuid not null,
    secret_no   int  not null check (secret_no > 0),
    sealed      bytea not null,
    made_at     timestamptz not null,
    not_after   timestamptz,
    primary key (org_id, endpoint_id, secret_no),
    foreign key (org_id, endpoint_id) references providers.endpoint (org_id, id) on delete cascade
);
comment on table providers.endpoint_secret is 'O: signing secrets, encrypted with a key of this house; deliveries are signed with every live one';
grant select, insert, update, delete on providers.endpoint_secret to onedoor_app;

create table providers.delivery (
    org_id      uuid not null,
    id          uuid not null,
    endpoint_id uuid not null,
    event       uuid not null,
    kind        text not null,
    body        bytea not null,
    made_at     timestamptz not null,
    attempts    int  not null default 0,
    next_at     timestamptz not null,
    state       text not null default 'waiting' check (state in ('waiting', 'done', 'dead')),
    tries       jsonb not null default '[]',
    primary key (org_id, id),
    foreign key (org_id, endpoint_id) references providers.endpoint (org_id, id) on delete cascade
) with (fillfactor = 80);
create index delivery_due on providers.delivery (next_at) where state = 'waiting';
create index delivery_turn on providers.delivery (org_id, endpoint_id, id) where state = 'waiting';
create index delivery_newest on providers.delivery (org_id, endpoint_id, id desc);
comment on table providers.delivery is 'O: one event on its way to one endpoint; the bytes are made once and signed anew at each attempt';
grant select, insert, update, delete on providers.delivery to onedoor_app;
