-- needs: passes/0020
-- phase: expand
alter table passes.evidence add column scan text not null default 'waiting' check (scan in ('waiting', 'clean', 'infected', 'unreadable'));
grant update (scan) on passes.evidence to onedoor_app;
