-- phase: expand
-- needs: wallet/0002
create table wallet.abroad_list (
    uri       text not null primary key check (length(uri) <= 300),
    node      text not null,
    body      bytea not null,
    signed_at timestamptz not null
);
comment on table wallet.abroad_list is 'R: a status list of another city as it was signed last, kept for when that city does not answer';
grant select, insert, update, delete on wallet.abroad_list to onedoor_app;

alter table wallet.asking add column citizen_ref uuid;
alter table wallet.asking add column node text;
alter table wallet.asking add column item text not null default '';
alter table wallet.asking add column back text not null default '';
