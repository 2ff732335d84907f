-- needs: passes/0030
-- phase: expand
create table passes.hub (
    hub         text primary key check (hub ~ '^https?://[^/]+$'),
    signers     text[] not null check (cardinality(signers) >= 2),
    state       text not null check (state in ('asked', 'active', 'withdrawn')),
    asked_by    text not null,
    approved_by text,
    seq         int not null default 0,
    document    text,
    fetched_at  timestamptz,
    fault       text
);
comment on table passes.hub is 'R: 互认, whose list of nodes and whose maps of levels are adopted, by which signers'' keys, and what it last said';
grant select, insert, update, delete on passes.hub to onedoor_app;
