-- needs: passes/0043
-- no-transaction
create index concurrently subject_number on passes.subject (id_number);
