-- phase: expand
-- needs: cases/0031
create table cases.back_office (
    code text primary key check (code ~ '^[a-z][a-z0-9-]{0,39}$'),
    stages jsonb not null
);
comment on table cases.back_office is 'R: what the words of a department''s own system mean for how a matter stands';
comment on column cases.back_office.stages is 'word → received, reviewing or decided';
grant select, insert, update, delete on cases.back_office to onedoor_app;
