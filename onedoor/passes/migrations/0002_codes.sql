-- needs: passes/0001
-- phase: expand
create table passes.slot (
    citizen_id uuid not null,
    scheme     text not null,
    t0         bigint not null,
    device     uuid not null,
    seq        int not null check (seq between 1 and 16777215),
    anchor     bytea not null check (length(anchor) = 16),
    minted_at  timestamptz not null,
    primary key (citizen_id, scheme, t0, device)
);
comment on table passes.slot is 'C: 时段票, for which hour and device a ticket was signed; the seed stays on the phone';
alter table passes.slot enable row level security;
create policy own on passes.slot using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.slot to onedoor_app;

create table passes.paper (
    scheme     text not null references passes.scheme (code),
    shard      smallint not null,
    row_no     int not null,
    seq        int not null check (seq between 1 and 16777215),
    printed_at timestamptz not null,
    primary key (shard, row_no)
);
comment on table passes.paper is 'R: 纸质码, the newest printed code of each place of a list; whatever was printed before it is dead';
grant select, insert, update, delete on passes.paper to onedoor_app;

create table passes.colour_list (
    shard     smallint primary key,
    scheme    text not null unique references passes.scheme (code),
    seq       int not null,
    issued_at timestamptz not null,
    packed    bytea not null
);
comment on table passes.colour_list is 'R: 状态名单, two bits for each place of a scheme, as gates read them';
grant select, insert, update, delete on passes.colour_list to onedoor_app;

create table passes.colour_delta (
    scheme    text not null references passes.scheme (code),
    shard     smallint not null references passes.colour_list (shard),
    from_seq  int not null,
    to_seq    int not null,
    issued_at timestamptz not null,
    body      bytea not null,
    primary key (shard, from_seq)
);
comment on table passes.colour_delta is 'R: what has changed from one list to the next, signed; kept for a day';
grant select, insert, delete on passes.colour_delta to onedoor_app;

create table passes.gate (
    org_id      uuid not null,
    id          uuid not null,
    place_id    uuid not null,
    name        text not null check (length(name) between 1 and 60),
    kind        text not null check (kind in ('guard', 'turnstile')),
    direction   text not null check (direction in ('in', 'out', 'both')),
    state       text not null check (state in ('waiting', 'active', 'revoked')),
    public_key  bytea,
    secret_hash bytea,
    invite_hash bytea,
    invite_ends timestamptz,
    enrolled_by uuid not null,
    made_at     timestamptz not null,
    acked_seq   int not null default 0,
    pending     int not null default 0,
    chain_head  bytea not null default decode(repeat('00', 32), 'hex'),
    last_seen   timestamptz,
    primary key (org_id, id),
    foreign key (org_id, place_id) references passes.place (org_id, id)
);
comment on table passes.gate is 'O: 卡口, a device that checks passes: its key, its place, and how far its log has come';
grant select, insert, update, delete on passes.gate to onedoor_app;

create table passes.gate_fault (
    org_id  uuid not null,
    id      uuid not null,
    gate_id uuid not null,
    kind    text not null check (kind in ('gap', 'chain', 'reused')),
    seq     int not null,
    at      timestamptz not null,
    primary key (org_id, id),
    unique (org_id, gate_id, kind, seq),
    foreign key (org_id, gate_id) references passes.gate (org_id, id) on delete cascade
);
comment on table passes.gate_fault is 'O: where the log of a gate does not fit together';
grant select, insert, delete on passes.gate_fault to onedoor_app;

create table passes.scan (
    org_id     uuid not null,
    scan_id    bytea not null check (length(scan_id) = 16),
    day        date not null,
    gate_id    uuid not null,
    gate_seq   int not null,
    place_id   uuid not null,
    at         timestamptz not null,
    arrived_at timestamptz not null,
    method     text not null check (method in ('code', 'paper', 'id')),
    shard      smallint,
    row_no     int,
    scheme     text,
    colour     smallint,
    result     text not null,
    refused    text,
    direction  text not null check (direction in ('in', 'out')),
    companions smallint not null default 0 check (companions between 0 and 9),
    temp       smallint check (temp between 300 and 430),
    undone     boolean not null default false,
    link       bytea,
    prev       bytea,
    told       boolean not null default false,
    primary key (org_id, scan_id, day)
) partition by range (day);
comment on table passes.scan is 'O: 扫码核验, one row for each check of a code at a gate, however often it was sent';
create index scan_of_gate on passes.scan (org_id, gate_id, gate_seq);
create index scan_at_place on passes.scan (place_id, at) include (shard, row_no, direction);
create index scan_of_person on passes.scan (shard, row_no, at) include (place_id, direction) where row_no is not null;
create index scan_untold on passes.scan (org_id, at) where not told and row_no is not null;
create table passes.scan_other partition of passes.scan default;
grant select, insert, update, delete on passes.scan, passes.scan_other to onedoor_app;

-- A day's partition. Only the owner makes tables, so the clock's job asks for it here; a day whose scans already lie elsewhere stays there.
create function passes.make_day(wanted date) returns boolean language plpgsql security definer set search_path = passes, pg_temp as $$
declare
    named text := 'scan_' || to_char(wanted, 'YYYYMMDD');
begin
    if to_regclass('passes.' || named) is not null or exists (select from passes.scan_other where day = wanted) then
        return false;
    end if;
    execute format('create table passes.%I partition of passes.scan for values from (%L) to (%L)', named, wanted, wanted + 1);
    execute format('grant select, insert, update, delete on passes.%I to onedoor_app', named);
    return true;
end $$;
revoke all on function passes.make_day(date) from public;
grant execute on function passes.make_day(date) to onedoor_app;

create table passes.visit (
    citizen_id uuid not null,
    at         timestamptz not null,
    scan_id    bytea not null,
    scheme     text not null,
    org_ref    uuid not null,
    place_ref  uuid not null,
    gate_ref   uuid not null,
    direction  text not null,
    result     text not null,
    primary key (citizen_id, at, scan_id)
);
comment on table passes.visit is 'C: where a person''s code was read, as that person reads it';
alter table passes.visit enable row level security;
create policy own on passes.visit using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, delete on passes.visit to onedoor_app;
