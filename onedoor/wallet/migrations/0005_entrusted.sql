-- phase: expand
-- needs: wallet/0004
alter table wallet.cert_type add column guarded boolean not null default false;
alter table wallet.cert_type add column held_by text not null default 'person' check (held_by in ('person', 'firm', 'both'));
alter table wallet.present add column agent text not null default '' check (length(agent) <= 60);
alter table wallet.copy add column agent text not null default '' check (length(agent) <= 60);
alter table wallet.copy add column veiled boolean not null default false;
create index cert_claim_of_citizen on wallet.cert_claim (citizen_ref);
grant update on wallet.cert_claim, wallet.copy_claim, wallet.credential_claim to onedoor_app;
