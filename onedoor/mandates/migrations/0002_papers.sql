-- phase: expand
-- needs: mandates/0001
alter table mandates.mandate add column types text[] not null default '{}' check (cardinality(types) <= 60);
alter table mandates.mandate drop constraint mandate_check3;
alter table mandates.mandate drop constraint mandate_ended_via_check;
alter table mandates.mandate add constraint mandate_ended_via_check
    check (ended_via in ('page', 'counter', 'sms', 'left', 'clock', 'code', 'register'));
create index mandate_by_register on mandates.mandate (id) where state = 'active' and ground = 'register';

-- 单位: whoever represents an organisation by law acts for it, and gives to its members
alter table mandates.mandate drop constraint mandate_kind_check;
alter table mandates.mandate add constraint mandate_kind_check
    check (kind in ('guardian', 'family', 'carer', 'grid_worker', 'legal', 'company_staff', 'once'));
alter table mandates.mandate add constraint mandate_reaches
    check (kind in ('guardian', 'legal') or cardinality(items) > 0 or cardinality(types) > 0);
alter table mandates.mandate drop constraint mandate_principal_name_check;
alter table mandates.mandate add constraint mandate_principal_name_check check (length(principal_name) between 1 and 100);
