-- needs: cases/0002
-- where applicants are asked for something is read by place too: in one with few such lines the department's others were all passed over
create index inbox_answering_district on cases.inbox (org_id, district, due_on, case_id) where status = 'supplementing';
create index inbox_answering_street on cases.inbox (org_id, street, due_on, case_id) where status = 'supplementing';
