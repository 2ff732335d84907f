-- needs: cases/0001
create table cases.trial (
    item text primary key,
    people uuid[] not null,
    until timestamptz not null
);
comment on table cases.trial is 'R: services on trial and who may try them';
grant select, insert, update, delete on cases.trial to onedoor_app;

alter table cases.case_file drop constraint case_file_channel_check;
alter table cases.case_file add constraint case_file_channel_check check (channel in ('web', 'api', 'counter', 'trial')) not valid;
