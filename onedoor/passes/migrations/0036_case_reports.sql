-- needs: passes/0011
-- phase: expand
create table passes.case_report (
    org_id        uuid not null,
    id            uuid not null,
    scheme        text not null,
    subject_hash  bytea not null,
    subject_ref   uuid,
    subject_mask  text not null,
    disease       text not null check (length(disease) between 1 and 60),
    onset_on      date not null,
    path          text not null,
    phone         text not null,
    reporter_ref  uuid not null,
    reporter_name text not null,
    at            timestamptz not null,
    linked        uuid,
    primary key (org_id, id)
);
comment on table passes.case_report is 'O: 疫情直报, a suspected case as a clinic reported it; the person by a keyed hash';
create index case_report_latest on passes.case_report (at desc, id desc);
create index case_report_subject on passes.case_report (scheme, subject_hash, at);
grant select, insert, delete on passes.case_report to onedoor_app;
