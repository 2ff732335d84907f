-- phase: expand
-- needs: cases/0037
create table cases.calendar (
    name text primary key,
    off_days date[] not null,
    on_days date[] not null,
    counted_at timestamptz not null
);
comment on table cases.calendar is 'L: the working days by which open cases were counted last, so that a calendar published later is noticed';
grant select, insert, update, delete on cases.calendar to onedoor_app;
