-- needs: cases/0005
-- no-transaction
create index concurrently inbox_person on cases.inbox (org_id, citizen_ref);
