-- needs: catalog/0004
-- what several services make up together is found too, by the words of what it is made of
alter table catalog.thing drop constraint thing_kind_check;
alter table catalog.thing add constraint thing_kind_check check (kind in ('certificate', 'journey'));
alter table catalog.thing add column around text[] not null default '{}';
