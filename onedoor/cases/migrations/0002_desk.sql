-- needs: cases/0001
create index inbox_unclaimed on cases.inbox (org_id, due_on, case_id) where status in ('submitted', 'accepted') and assignee_ref is null;
create index inbox_answering on cases.inbox (org_id, due_on, case_id) where status = 'supplementing';
