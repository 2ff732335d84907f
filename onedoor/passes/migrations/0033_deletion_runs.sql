-- needs: passes/0020
-- phase: expand
create table passes.deletion_run (
    scheme text not null,
    part   text not null,
    rows   bigint not null default 0,
    sha256 bytea not null default '',
    cursor text not null default '',
    done   boolean not null default false,
    primary key (scheme, part)
);
comment on table passes.deletion_run is 'L: how far each table of an ended scheme has been deleted, so that a run that was killed goes on';
grant select, insert, update, delete on passes.deletion_run to onedoor_app;
alter table passes.scheme_act drop constraint scheme_act_act_check, add constraint scheme_act_act_check check (act in (
    'signed', 'suspended', 'resumed', 'extension_asked', 'extended', 'rules_signed', 'rules_in_force', 'level_set', 'replayed', 'ended',
    'deleted', 'deletion_signed'));
