-- phase: expand
-- needs: mandates/0001
alter table mandates.mandate add column types text[] not null default '{}' check (cardinality(types) <= 60);
alter table mandates.mandate drop constraint mandate_check3;
alter table mandates.mandate drop constraint mandate_ended_via_check;
alter table mandates.mandate add constraint mandate_ended_via_check
    check (ended_via in ('page', 'counter', 'sms', 'left', 'clock', 'code', 'register'));
create index mandate_by_register on mandates.mandate (id) where state = 'active' and ground = 'register';
alter table mandates.mandate add constraint mandate_reaches
    check (kind = 'guardian' or cardinality(items) > 0 or cardinality(types) > 0);
