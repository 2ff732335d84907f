-- phase: expand
-- needs: cases/0028
alter table cases.process_version add column extend_days int not null default 10 check (extend_days between 0 and 10);
comment on column cases.process_version.extend_days is 'by how many working days a supervisor may extend a case, once; 0: not at all';
