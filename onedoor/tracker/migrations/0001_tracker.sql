-- needs: identity/0003
create schema tracker;
grant usage on schema tracker to onedoor_app;

create table tracker.challenge (
    citizen_id   uuid not null,
    id           uuid not null,
    access_seq   int  not null check (access_seq > 0),
    org_ref      uuid,
    kind         text not null check (kind in ('why', 'wrong', 'not_me')),
    words        text not null check (length(words) <= 1000),
    state        text not null check (state in ('asked', 'answered', 'contested', 'ruled')),
    asked_at     timestamptz not null,
    due_on       date not null,
    escalated_at timestamptz,
    basis        text not null default '' check (length(basis) <= 500),
    answer       text not null default '' check (length(answer) <= 2000),
    answered_at  timestamptz,
    contest      text not null default '' check (length(contest) <= 1000),
    contested_at timestamptz,
    ruling       text not null default '' check (length(ruling) <= 2000),
    ruled_at     timestamptz,
    primary key (citizen_id, id),
    unique (citizen_id, access_seq)
);
comment on table tracker.challenge is 'C: 为什么查我, what a person asks about one look at their data, and what was answered';
alter table tracker.challenge enable row level security;
create policy own on tracker.challenge using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update on tracker.challenge to onedoor_app;

create table tracker.question (
    org_id      uuid not null,
    id          uuid not null,
    citizen_ref uuid not null,
    access_seq  int  not null,
    kind        text not null,
    words       text not null,
    looked_at   timestamptz not null,
    reader      text not null,
    purpose     jsonb not null,
    elements    text[] not null,
    case_ref    text,
    state       text not null check (state in ('asked', 'answered', 'contested', 'ruled')),
    asked_at    timestamptz not null,
    due_on      date not null,
    escalated   boolean not null default false,
    answered_on date,
    primary key (org_id, id)
);
create index question_due on tracker.question (org_id, due_on, id) where state = 'asked';
create index question_done on tracker.question (org_id, asked_at desc, id desc) where state <> 'asked';
create index question_late on tracker.question (due_on) where state = 'asked' and not escalated;
create index question_contested on tracker.question (due_on, id) where state = 'contested';
comment on table tracker.question is 'O: the department''s line of each question, with what it needs for the answer';
grant select, insert, update on tracker.question to onedoor_app;

create table tracker.reader_day (
    day        date not null,
    actor      text not null,
    org        text not null,
    name       text not null,
    looks      int not null,
    people     int not null,
    bare       int not null,
    late       int not null,
    named      int not null,
    colleagues int not null,
    refused    int not null,
    exported   int not null,
    usual      int not null,
    rank       int not null,
    primary key (day, actor, org)
);
create index reader_flagged on tracker.reader_day (day desc, rank desc, actor, org) where rank > 0;
create index reader_refused on tracker.reader_day (day desc, refused desc) where refused > 0;
create index reader_usual on tracker.reader_day (actor, org, day);
comment on table tracker.reader_day is 'L: what each member of staff looked at on one day, counted; rank is how many things stand out';
grant select, insert, update, delete on tracker.reader_day to onedoor_app;

create table tracker.seal (
    n         int not null primary key,
    at        timestamptz not null,
    heads     int not null,
    root      bytea not null check (length(root) = 32),
    body      bytea not null,
    kid       text not null,
    signature bytea not null check (length(signature) = 64)
);
comment on table tracker.seal is 'L: 封签, the ends of all chains that grew, as one signed root that follows from the seal before it';
grant select, insert on tracker.seal to onedoor_app;

create table tracker.node (
    seal   int not null,
    level  int not null,
    chunk  int not null,
    hashes bytea not null,
    primary key (seal, level, chunk)
);
comment on table tracker.node is 'L: the tree under a seal, a thousand hashes a row, level 0 the leaves';
grant select, insert on tracker.node to onedoor_app;

create table tracker.leaf (
    citizen_id uuid not null,
    seal       int not null,
    place      int not null,
    seq        int not null,
    hash       bytea not null check (length(hash) = 32),
    primary key (citizen_id, seal)
);
comment on table tracker.leaf is 'C: where the end of a person''s chain stands in a seal';
alter table tracker.leaf enable row level security;
create policy own on tracker.leaf using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert on tracker.leaf to onedoor_app;

create table tracker.checked (
    kind   text not null primary key,
    at     timestamptz not null,
    people int not null,
    looks  bigint not null,
    after  uuid
);
comment on table tracker.checked is 'L: when chains were last worked out again, a sample or all of them, and how many';
grant select, insert, update on tracker.checked to onedoor_app;

create table tracker.finding (
    id          uuid not null primary key,
    fault       text not null,
    citizen_ref uuid,
    seq         int,
    seal        int,
    day         date,
    found_at    timestamptz not null,
    unique nulls not distinct (fault, citizen_ref, seq, seal)
);
comment on table tracker.finding is 'L: what does not fit in a chain or a seal; kept, so that nobody wonders later what the red line was';
grant select, insert on tracker.finding to onedoor_app;
