-- phase: expand
-- needs: cases/0029
alter table cases.lookup drop constraint lookup_state_check;
alter table cases.lookup add constraint lookup_state_check
    check (state in ('waiting', 'away', 'agreed', 'differs', 'told', 'not_held', 'unanswered'));
