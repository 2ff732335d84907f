-- phase: expand
-- needs: identity/0005
create table identity.heard (
    source text not null primary key,
    number bigint not null
);
comment on table identity.heard is 'L: up to which event the population register has been read';
grant select, insert, update, delete on identity.heard to onedoor_app;
