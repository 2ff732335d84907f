-- phase: expand
-- needs: tracker/0001
alter table tracker.reader_day add column kin int not null default 0;
comment on column tracker.reader_day.kin is 'people of the reader''s family name and household who were looked at';

create index question_not_me on tracker.question (citizen_ref) where kind = 'not_me' and state in ('asked', 'contested');
