-- phase: expand
-- needs: identity/0006
create table identity.guarded (
    citizen_ref uuid not null primary key,
    reason text not null check (length(reason) between 1 and 200),
    by_ref uuid not null,
    by_name text not null,
    at timestamptz not null,
    until_on date not null
);
comment on table identity.guarded is 'R: 重点保护, whose cases staff read only when a colleague has allowed it, why, and until which day';
grant select, insert, update, delete on identity.guarded to onedoor_app;
