-- needs: passes/0037
-- phase: expand
create table passes.trace_request (
    node          text not null,
    jti           uuid not null,
    order_name    text not null,
    scheme        text not null,
    wants         text not null check (wants in ('people', 'names')),
    case_no       text not null,
    disease       text not null,
    basis         text not null,
    purpose       text not null,
    asked_name    text not null,
    approved_name text not null,
    from_at       timestamptz not null,
    to_at         timestamptz not null,
    expires_at    timestamptz not null,
    shown_after   timestamptz,
    at            timestamptz not null,
    scans         bytea[] not null,
    people        int not null,
    primary key (node, jti)
);
comment on table passes.trace_request is 'L: 跨地区流调, what another region asked of our people under which order of two of its people; answered once each';
create index trace_request_latest on passes.trace_request (at desc);
create index trace_request_order on passes.trace_request (node, order_name);
grant select, insert, delete on passes.trace_request to onedoor_app;

create table passes.trace_away (
    order_id  uuid not null,
    node      text not null,
    mark      text not null,
    scheme    text not null,
    scans     text[] not null,
    seconds   int not null,
    class     text not null check (class in ('close', 'secondary', 'ventilated')),
    first_at  timestamptz not null,
    places    int not null,
    opened_at timestamptz,
    primary key (order_id, node, mark)
);
comment on table passes.trace_away is 'L: 密接 from another region, as pseudonyms of their own node under one order; their names are never kept here';
grant select, insert, update, delete on passes.trace_away to onedoor_app;
