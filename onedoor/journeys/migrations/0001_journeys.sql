-- needs: cases/0009
create schema journeys;
grant usage on schema journeys to onedoor_app;

create table journeys.journey_version (
    code text not null,
    version int not null check (version > 0),
    name jsonb not null,
    summary jsonb not null,
    icon text not null,
    tone text not null,
    situations jsonb not null,
    legs jsonb not null,
    life_events jsonb not null default '[]',
    aliases jsonb not null default '[]',
    also jsonb not null default '[]',
    place int not null,
    source jsonb not null,
    sha256 text not null,
    published_at timestamptz not null,
    retired boolean not null default false,
    primary key (code, version)
);
comment on table journeys.journey_version is 'R: 一件事, each version of a journey: its legs put together with the forms of their items';
grant select, insert, update, delete on journeys.journey_version to onedoor_app;

create table journeys.benefit_version (
    code text not null,
    version int not null check (version > 0),
    name jsonb not null,
    summary jsonb not null,
    gives jsonb not null,
    item text not null,
    department text not null,
    ground jsonb not null,
    rule jsonb not null,
    reasons jsonb not null,
    elements jsonb not null,
    answers jsonb not null,
    ask jsonb not null,
    pause_days int not null check (pause_days between 1 and 3660),
    place int not null,
    sha256 text not null,
    published_at timestamptz not null,
    retired boolean not null default false,
    primary key (code, version)
);
comment on table journeys.benefit_version is 'R: 免申即享, each version of a benefit: the duty for which people are looked for, the rule and what it reads';
grant select, insert, update, delete on journeys.benefit_version to onedoor_app;

create table journeys.run (
    citizen_id uuid not null,
    id uuid not null,
    journey text not null,
    version int not null,
    title jsonb not null,
    measure jsonb not null,
    submit_key uuid not null,
    digest text not null default '',
    pressed_at timestamptz not null,
    ended_at timestamptz,
    primary key (citizen_id, id),
    unique (citizen_id, submit_key)
);
comment on table journeys.run is 'C: one person''s run of a journey';
create index run_newest on journeys.run (citizen_id, pressed_at desc, id desc);
alter table journeys.run enable row level security;
create policy own on journeys.run using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on journeys.run to onedoor_app;

create table journeys.leg (
    citizen_id uuid not null,
    run_id uuid not null,
    code text not null,
    place int not null,
    item text not null,
    title jsonb not null,
    state text not null check (state in ('not_needed', 'waiting', 'ready', 'case', 'done', 'failed')),
    cause text not null default '' check (cause in ('', 'situation', 'before', 'taken_back')),
    why jsonb,
    after jsonb not null default '[]',
    answers jsonb not null default '{}',
    takes jsonb not null default '{}',
    files jsonb not null default '{}',
    case_ref uuid,
    outcome text not null default '',
    changed_at timestamptz not null,
    primary key (citizen_id, run_id, code),
    foreign key (citizen_id, run_id) references journeys.run (citizen_id, id) on delete cascade
);
comment on table journeys.leg is 'C: 环节, one leg of a run, and the case it has become';
create unique index leg_case on journeys.leg (citizen_id, case_ref) where case_ref is not null;
create index leg_ready on journeys.leg (changed_at) where state = 'ready';
alter table journeys.leg enable row level security;
create policy own on journeys.leg using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on journeys.leg to onedoor_app;

create table journeys.proposal (
    citizen_id uuid not null,
    id uuid not null,
    benefit text not null,
    version int not null,
    title jsonb not null,
    state text not null check (state in ('open', 'taken', 'declined', 'over')),
    found_on date not null,
    seen jsonb not null,
    case_ref uuid,
    changed_at timestamptz not null,
    primary key (citizen_id, id)
);
comment on table journeys.proposal is 'C: 可享待遇, one benefit offered to one person, and what they said';
create unique index proposal_open on journeys.proposal (citizen_id, benefit) where state = 'open';
create index proposal_mine on journeys.proposal (citizen_id, found_on desc, id desc);
alter table journeys.proposal enable row level security;
create policy own on journeys.proposal using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on journeys.proposal to onedoor_app;
