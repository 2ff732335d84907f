-- needs: catalog/0001
create table catalog.standing (
    kind      text not null check (kind in ('item', 'department')),
    code      text not null,
    decided   int not null,
    on_time   double precision check (on_time between 0 and 100),
    satisfied double precision check (satisfied between 0 and 100),
    no_trip   double precision check (no_trip between 0 and 100),
    primary key (kind, code)
);
comment on table catalog.standing is 'R: how a service or a department has been doing of late, in one line, as the room above has worked it out';
grant select, insert, update, delete on catalog.standing to onedoor_app;
