-- needs: kernel/0001
create schema if not exists cases;
grant usage on schema cases to onedoor_app;

create table cases.form_version (
    item text not null,
    version int not null check (version > 0),
    definition jsonb not null,
    sha256 text not null,
    published_at timestamptz not null,
    retired_at timestamptz,
    primary key (item, version)
);
comment on table cases.form_version is 'R: what each version of an item''s form asks';
grant select, insert, update, delete on cases.form_version to onedoor_app;

create table cases.process_version (
    item text not null,
    version int not null check (version > 0),
    title jsonb not null,
    org_ref uuid not null,
    prefix text not null,
    accept_days int not null check (accept_days between 1 and 60),
    promised_days int not null check (promised_days between 0 and 400),
    statutory_days int not null check (statutory_days between 0 and 400),
    supplement_days int not null check (supplement_days between 1 and 180),
    cert_type text,
    valid_days int not null default 0,
    claims jsonb not null default '{}',
    rating boolean not null default true,
    min_assurance int not null default 2,
    day_ends text not null default '17:00',
    zone text not null,
    decline_to jsonb,
    sha256 text not null,
    published_at timestamptz not null,
    primary key (item, version),
    check (promised_days <= statutory_days)
);
comment on table cases.process_version is 'R: how each version of an item is handled: days, department, outcome';
grant select, insert, update, delete on cases.process_version to onedoor_app;

create table cases.draft (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    item text not null,
    title jsonb not null,
    form_version int not null,
    answers jsonb not null default '{}',
    prefilled jsonb not null default '{}',
    page text not null default '',
    rev int not null default 1,
    moved jsonb not null default '[]',
    submit_key uuid not null,
    changed_at timestamptz not null,
    expires_at timestamptz not null,
    deleted_at timestamptz,
    primary key (citizen_id, id)
);
comment on table cases.draft is 'C: answers on their way to a case';
create index draft_item on cases.draft (citizen_id, item, changed_at desc);
create index draft_expiry on cases.draft (expires_at);
alter table cases.draft enable row level security;
create policy own on cases.draft using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.draft to onedoor_app;

create table cases.case_file (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    number text not null,
    item text not null,
    title jsonb not null,
    form_version int not null,
    process_version int not null,
    org_ref uuid not null,
    district text not null,
    street text not null default '',
    status text not null check (status in ('submitted', 'accepted', 'supplementing', 'paused', 'decided', 'declined', 'withdrawn', 'lapsed')),
    answers jsonb not null,
    evidence jsonb not null default '[]',
    submitted_at timestamptz not null,
    received_on date not null,
    accepted_on date,
    due_on date not null,
    legal_due_on date not null,
    paused_on date,
    answer_by date,
    supplements int not null default 0,
    asked jsonb not null default '[]',
    decided_at timestamptz,
    outcome text check (outcome in ('granted', 'refused')),
    letter text not null default '',
    certificate_ref text not null default '',
    channel text not null default 'web' check (channel in ('web', 'api', 'counter')),
    submit_key uuid not null,
    answers_sha256 text not null,
    rev int not null default 1,
    primary key (citizen_id, id),
    unique (citizen_id, submit_key),
    check (due_on <= legal_due_on),
    check ((status = 'decided') = (outcome is not null)),
    check (status <> 'supplementing' or (paused_on is not null and answer_by is not null))
);
comment on table cases.case_file is 'C: one application on its way to a decision';
create index case_newest on cases.case_file (citizen_id, submitted_at desc, id desc);
create index case_waiting on cases.case_file (status, received_on) where status = 'submitted';
create index case_answering on cases.case_file (status, answer_by) where status = 'supplementing';
alter table cases.case_file enable row level security;
create policy own on cases.case_file using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.case_file to onedoor_app;

create table cases.step (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    case_id uuid not null,
    kind text not null,
    at timestamptz not null,
    by text not null check (by in ('applicant', 'staff', 'system')),
    actor_ref uuid,
    org_ref uuid,
    from_status text,
    to_status text not null,
    due_before date,
    due_after date,
    note text not null default '',
    inner_only boolean not null default false,
    detail jsonb not null default '{}',
    primary key (citizen_id, id),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade
);
comment on table cases.step is 'C: each move of a case, append only';
create index step_case on cases.step (citizen_id, case_id, at, id);
alter table cases.step enable row level security;
create policy own on cases.step using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.step to onedoor_app;

create table cases.number_claim (
    number text primary key,
    citizen_id uuid not null,
    case_id uuid not null
);
comment on table cases.number_claim is 'C by number: whose case a number is';
grant select, insert, update, delete on cases.number_claim to onedoor_app;

create table cases.attachment (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    draft_id uuid,
    case_id uuid,
    document text not null,
    sha256 text not null,
    size bigint not null,
    kind text not null,
    name text not null,
    scan text not null default 'waiting' check (scan in ('waiting', 'clean', 'infected', 'unreadable')),
    at timestamptz not null,
    primary key (citizen_id, id),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade
);
comment on table cases.attachment is 'C: one uploaded file of a draft or a case';
create index attachment_draft on cases.attachment (citizen_id, draft_id, at) where draft_id is not null;
create index attachment_case on cases.attachment (citizen_id, case_id, at) where case_id is not null;
alter table cases.attachment enable row level security;
create policy own on cases.attachment using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.attachment to onedoor_app;

create table cases.rating (
    citizen_id uuid not null,
    case_id uuid not null,
    stage text not null default 'end',
    stars int not null check (stars between 1 and 5),
    tags jsonb not null default '[]',
    words text not null default '',
    at timestamptz not null,
    primary key (citizen_id, case_id, stage),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade
);
comment on table cases.rating is 'C: what the applicant thinks of how a case was handled';
alter table cases.rating enable row level security;
create policy own on cases.rating using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.rating to onedoor_app;

create table cases.inbox (
    org_id uuid not null,
    case_id uuid not null,
    citizen_ref uuid not null,
    number text not null,
    item text not null,
    title jsonb not null,
    holder text not null,
    district text not null,
    street text not null default '',
    status text not null,
    due_on date not null,
    legal_due_on date not null,
    light text not null default 'green' check (light in ('green', 'yellow', 'red')),
    assignee_ref uuid,
    since timestamptz not null,
    flags jsonb not null default '[]',
    words text not null default '',
    primary key (org_id, case_id)
);
comment on table cases.inbox is 'O: what a clerk''s list shows of a case';
create index inbox_due on cases.inbox (org_id, due_on, case_id) where status in ('submitted', 'accepted', 'supplementing', 'paused');
create index inbox_district on cases.inbox (org_id, district, due_on, case_id) where status in ('submitted', 'accepted', 'supplementing', 'paused');
create index inbox_street on cases.inbox (org_id, street, due_on, case_id) where status in ('submitted', 'accepted', 'supplementing', 'paused');
create index inbox_assignee on cases.inbox (org_id, assignee_ref, due_on, case_id) where status in ('submitted', 'accepted', 'supplementing', 'paused');
create index inbox_number on cases.inbox (org_id, number);
create index inbox_done on cases.inbox (org_id, since desc, case_id) where status in ('decided', 'declined', 'withdrawn', 'lapsed');
grant select, insert, update, delete on cases.inbox to onedoor_app;
