-- needs: cases/0004
-- needs: kernel/0002
-- no-transaction
create index concurrently inbox_words on cases.inbox using gin (org_id, kernel.grams(words)) with (gin_pending_list_limit = 256);
