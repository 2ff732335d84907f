-- needs: passes/0012
-- phase: expand
alter table passes.recognised
    add column here text, add column shard smallint, add column row_no int, add column seq int not null default 0,
    add constraint recognised_placed check ((here is null) = (shard is null) and (shard is null) = (row_no is null));
