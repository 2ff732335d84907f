-- phase: expand
create table catalog.article (
    code       text primary key,
    title      jsonb not null,
    summary    jsonb not null,
    body       jsonb not null,
    department text not null,
    items      text[] not null,
    on_day     date not null
);
comment on table catalog.article is 'R: 文章, what a department explains in plain words; it names the items it is about';
grant select, insert, update, delete on catalog.article to onedoor_app;
