-- needs: passes/0012
-- phase: expand
alter table passes.peer drop constraint peer_mode_check, add constraint peer_mode_check check (mode in ('verify', 'convert', 'adopt', 'report'));

create table passes.region_figures (
    node   text not null,
    scheme text not null,
    at     timestamptz not null,
    said   jsonb not null,
    primary key (node, scheme)
);
comment on table passes.region_figures is 'L: 分级查看, what other regions'' nodes last told of themselves in numbers; no person, no count below ten';
grant select, insert, update, delete on passes.region_figures to onedoor_app;
