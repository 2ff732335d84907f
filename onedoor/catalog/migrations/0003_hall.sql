-- phase: expand
create table catalog.life_event (
    code     text primary key,
    name     jsonb not null,
    icon     text not null,
    tone     text not null,
    words    jsonb not null,
    sort_key int not null
);
comment on table catalog.life_event is 'R: 人生大事, what happens in a life; items say by its Chinese name that they belong to it';
grant select, insert, update, delete on catalog.life_event to onedoor_app;

alter table catalog.frequent add column place int not null default 0;
