-- phase: expand
-- needs: wallet/0003
alter table wallet.cert_type add column fills jsonb not null default '{}';
