-- needs: catalog/0001
alter table catalog.item add column site text not null default '' check (site = '' or site ~ '^https://[^\s"<>]+$');
