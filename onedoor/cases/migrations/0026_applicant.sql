-- phase: expand
-- needs: cases/0025
alter table cases.process_version add column applicant text not null default 'person' check (applicant in ('person', 'firm', 'both'));
