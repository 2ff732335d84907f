-- phase: expand
-- needs: wallet/0009
create table wallet.standstill (
    citizen_id uuid primary key,
    reason     jsonb not null,
    since      timestamptz not null
);
comment on table wallet.standstill is 'C: whose wallet stands still for what the population register told, and why; an empty one too';
alter table wallet.standstill enable row level security;
create policy own on wallet.standstill using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on wallet.standstill to onedoor_app;
insert into wallet.standstill (citizen_id, reason, since)
    select distinct on (citizen_id) citizen_id, reason, changed_at from wallet.cert
     where frozen and state = '10' and reason is not null and reason->>'zh' <> '另一张证照也用了这个编号，颁发部门核实前先停用。'
     order by citizen_id, changed_at desc;
alter table wallet.cert add column doubted boolean not null default false;
update wallet.cert set doubted = true where frozen and reason->>'zh' = '另一张证照也用了这个编号，颁发部门核实前先停用。';
