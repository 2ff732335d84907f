-- phase: expand
-- needs: wallet/0005
alter table wallet.cert add column frozen boolean not null default false;
