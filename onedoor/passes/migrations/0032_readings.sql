-- needs: passes/0002
-- phase: expand
create table passes.reading (
    org_id  uuid not null,
    id      bytea not null check (length(id) = 16),
    gate_id uuid not null,
    scan_id bytea check (length(scan_id) = 16),
    at      timestamptz not null,
    temp    smallint not null check (temp between 300 and 430),
    method  text not null check (method in ('forehead', 'wrist', 'ear', 'camera', 'typed')),
    primary key (org_id, id)
);
comment on table passes.reading is 'O: 体温, what a thermometer or a camera at a gate measured, beside the check it belongs to; goes after two weeks';
create index reading_of_scan on passes.reading (org_id, scan_id) where scan_id is not null;
create index reading_old on passes.reading (at);
grant select, insert, delete on passes.reading to onedoor_app;
