-- phase: expand
-- needs: cases/0036
alter table cases.draft add column reminded int not null default 0;
comment on column cases.draft.reminded is 'how often its person was told that it ends soon, since it was changed last';
