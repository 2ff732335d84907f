-- phase: expand
-- needs: cases/0026
create table cases.counter_sheet (
    org_id uuid not null,
    counter_id uuid not null,
    chosen jsonb not null,
    mode text not null check (mode in ('case', 'until')),
    locale text not null,
    at timestamptz not null,
    code_no int not null default 0,
    code_until timestamptz,
    tries int not null default 0,
    primary key (org_id, counter_id)
);
comment on table cases.counter_sheet is 'O: what a person at a counter is asked to let registers tell, until they have agreed';
grant select, insert, update, delete on cases.counter_sheet to onedoor_app;
