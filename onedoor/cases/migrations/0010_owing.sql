-- needs: cases/0008
alter table cases.draft add column later jsonb not null default '{}';
alter table cases.case_file add column pause_kind text not null default '';

create table cases.owed (
    citizen_id uuid not null,
    case_id uuid not null,
    document text not null,
    label jsonb not null,
    before text not null check (before in ('decision', 'delivery')),
    due_on date not null,
    state text not null default 'owed' check (state in ('owed', 'late', 'given')),
    given_at timestamptz,
    primary key (citizen_id, case_id, document),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade
);
comment on table cases.owed is 'C: papers that a case was taken on without, and by when each is due';
create index owed_due on cases.owed (due_on) where state <> 'given';
alter table cases.owed enable row level security;
create policy own on cases.owed using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.owed to onedoor_app;

create table cases.promise (
    citizen_id uuid not null,
    id uuid not null default uuidv7(),
    case_id uuid not null,
    org_ref uuid not null,
    document text not null,
    label jsonb not null,
    words jsonb not null,
    signed_at timestamptz not null,
    check_on date not null,
    result text not null default '' check (result in ('', 'kept', 'broken')),
    checked_at timestamptz,
    checked_by text not null default '',
    why text not null default '',
    barred_until date,
    appeal text not null default '',
    appealed_at timestamptz,
    appeal_state text not null default '' check (appeal_state in ('', 'open', 'upheld', 'lifted')),
    appeal_answer text not null default '',
    primary key (citizen_id, id),
    foreign key (citizen_id, case_id) references cases.case_file (citizen_id, id) on delete cascade,
    check ((result = 'broken') = (barred_until is not null))
);
comment on table cases.promise is 'C: what somebody has promised instead of proving it, whether it was so, and until when a broken one bars others';
create index promise_case on cases.promise (citizen_id, case_id);
create index promise_check on cases.promise (check_on) where result = '';
alter table cases.promise enable row level security;
create policy own on cases.promise using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on cases.promise to onedoor_app;

-- the parts of the list that go by a mark read these lines alone: open ones with any, and those of whatever age that wait for somebody
create index inbox_paused on cases.inbox (org_id, due_on, case_id) where status = 'paused';
create index inbox_marked on cases.inbox (org_id, due_on, case_id)
    where flags <> '[]'::jsonb and status in ('submitted', 'accepted', 'supplementing', 'paused');
create index inbox_waiting on cases.inbox (org_id, due_on, case_id) where flags ?| array['promise', 'appeal', 'unregistered'];
