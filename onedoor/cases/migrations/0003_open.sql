-- needs: cases/0001
-- what is under way for one person: the home page asks for it on every visit
create index case_open on cases.case_file (citizen_id, due_on) where status in ('submitted', 'accepted', 'supplementing', 'paused');
create index draft_open on cases.draft (citizen_id, expires_at) where deleted_at is null;
