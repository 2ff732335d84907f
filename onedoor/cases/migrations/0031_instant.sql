-- phase: expand
-- needs: cases/0030
alter table cases.process_version add column instant jsonb;
comment on column cases.process_version.instant is 'the rule by which a case is granted at once; null: a clerk decides';
