-- phase: expand
-- needs: wallet/0006
alter table wallet.cert add column told_ending int;
alter table wallet.cert add column hidden boolean not null default false;
alter table wallet.asking add column beyond int not null default 0 check (beyond >= 0);
