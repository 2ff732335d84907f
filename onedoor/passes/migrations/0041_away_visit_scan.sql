-- needs: passes/0039
-- no-transaction
create index concurrently away_visit_scan on passes.away_visit (scan_id);
