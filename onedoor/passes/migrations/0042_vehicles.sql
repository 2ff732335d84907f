-- needs: passes/0037
-- phase: expand
create table passes.vehicle (
    citizen_id   uuid not null,
    id           uuid not null,
    scheme       text not null,
    plate        text not null check (length(plate) between 7 and 8),
    use          text not null check (use in ('freight', 'passengers', 'service')),
    route        text[] not null check (cardinality(route) between 1 and 8),
    purpose      text not null check (length(purpose) between 2 and 120),
    starts_on    date not null,
    ends_on      date not null,
    state        text not null check (state in ('asked', 'issued', 'refused', 'withdrawn')),
    asked_at     timestamptz not null,
    decided_at   timestamptz,
    decided_name text,
    words        text check (length(words) <= 200),
    serial       bytea check (length(serial) = 8),
    code         text check (length(code) <= 400),
    primary key (citizen_id, id),
    check (ends_on >= starts_on),
    check ((state = 'issued') <= (code is not null and serial is not null))
);
comment on table passes.vehicle is 'C: 车辆通行证, which vehicle may take which route on which days, as asked for and as decided';
create index vehicle_open on passes.vehicle (scheme, asked_at) where state in ('asked', 'issued');
create index vehicle_withdrawn on passes.vehicle (ends_on) where state = 'withdrawn';
alter table passes.vehicle enable row level security;
create policy own on passes.vehicle using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.vehicle to onedoor_app;
