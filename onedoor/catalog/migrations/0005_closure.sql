-- needs: catalog/0001
create table catalog.closure (
    item text primary key,
    state text not null check (state in ('suspended', 'retired')),
    notice jsonb not null,
    successor text not null default '',
    since timestamptz not null
);
comment on table catalog.closure is 'R: services that rest or have ended, and what people are told';
grant select, insert, update, delete on catalog.closure to onedoor_app;
