-- needs: passes/0010
-- phase: expand
-- What is counted is the newest, which an index of summaries does not know before the next vacuum: each count read all that had come since.
drop index passes.scan_arrived, passes.declaration_made, passes.decision_made;
create index scan_arrived on passes.scan (arrived_at);
create index declaration_made on passes.declaration (declared_at);
create index decision_made on passes.decision (decided_at);
