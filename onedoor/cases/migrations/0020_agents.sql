-- needs: cases/0001
-- who stood in for the applicant; null is the applicant
alter table cases.case_file add column agent_ref uuid, add column mandate_ref uuid;
alter table cases.attachment add column agent_ref uuid;
