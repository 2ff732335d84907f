-- needs: cases/0001
create table cases.ended_draft (
    id uuid primary key default uuidv7(),
    item text not null,
    org_ref uuid not null,
    page text not null,
    on_day date not null,
    drafts int not null check (drafts > 0)
);
comment on table cases.ended_draft is 'L: how many drafts nobody finished ended at which page, by day; counts only, no person';
grant select, insert, update, delete on cases.ended_draft to onedoor_app;
