-- needs: catalog/0004
create table catalog.proposal (
    words text not null check (length(words) between 1 and 60),
    item text not null references catalog.item (code),
    times bigint not null check (times > 0),
    opened bigint not null check (opened > 0),
    state text not null default 'proposed' check (state in ('proposed', 'approved', 'refused')),
    proposed_at timestamptz not null,
    primary key (words, item)
);
comment on table catalog.proposal is 'L: names of items that openings after a search suggest; counts only, no person';
grant select, insert, update, delete on catalog.proposal to onedoor_app;
