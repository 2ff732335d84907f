-- needs: passes/0010
-- phase: expand
create table passes.trace_order (
    id           uuid primary key,
    scheme       text not null,
    case_no      text not null check (length(case_no) between 3 and 40),
    disease      text not null check (length(disease) between 1 and 60),
    basis        text not null check (length(basis) between 4 and 200),
    purpose      text not null check (length(purpose) between 4 and 200),
    subject_ref  uuid not null,
    subject_name text not null,
    path         text not null,
    from_at      timestamptz not null,
    to_at        timestamptz not null,
    asked_by     uuid not null,
    asked_name   text not null,
    asked_org    uuid not null,
    asked_at     timestamptz not null,
    approved_by  uuid,
    approved_name text,
    approved_at  timestamptz,
    expires_at   timestamptz,
    delay_reason text check (length(delay_reason) between 4 and 200),
    state        text not null check (state in ('asked', 'approved', 'refused', 'closed')),
    closed_at    timestamptz,
    told_at      timestamptz,
    check (to_at > from_at),
    check (approved_by is null or approved_by <> asked_by)
);
comment on table passes.trace_order is 'L: 流调任务, who asked for whose itinerary, on which legal basis and for what, and who else agreed';
create index trace_order_latest on passes.trace_order (asked_at desc, id desc);
create index trace_order_untold on passes.trace_order (asked_at) where told_at is null;
grant select, insert, update, delete on passes.trace_order to onedoor_app;

create table passes.trace_contact (
    order_id  uuid not null,
    shard     smallint not null,
    row_no    int not null,
    seconds   int not null,
    class     text not null check (class in ('close', 'secondary', 'ventilated')),
    place_ref uuid not null,
    org_ref   uuid not null,
    first_at  timestamptz not null,
    places    int not null,
    opened_at timestamptz,
    opened_by uuid,
    told_at   timestamptz,
    primary key (order_id, shard, row_no)
);
comment on table passes.trace_contact is 'L: 密接, places of a list that were where the traced person was; a name only when it has been opened';
grant select, insert, update, delete on passes.trace_contact to onedoor_app;

create table passes.trace_log (
    seq      bigint primary key,
    order_id uuid not null,
    at       timestamptz not null,
    by_ref   uuid,
    body     text not null,
    hash     bytea not null check (length(hash) = 32)
);
comment on table passes.trace_log is 'L: every step of every order and each opening of a name, chained so that a change shows; only ever added to';
create index trace_log_order on passes.trace_log (order_id, seq);
grant select, insert on passes.trace_log to onedoor_app;

create table passes.trace_head (
    one  boolean primary key default true check (one),
    seq  bigint not null,
    hash bytea not null
);
comment on table passes.trace_head is 'L: the last line of the log; whoever adds one holds it';
insert into passes.trace_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));
grant select, update on passes.trace_head to onedoor_app;
