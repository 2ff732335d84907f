-- needs: exchange/0009
-- no-transaction
create index concurrently beheld_latest on exchange.beheld (seen_at desc);
