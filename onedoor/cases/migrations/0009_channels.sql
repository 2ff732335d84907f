-- needs: cases/0007
alter table cases.case_file drop constraint case_file_channel_check;
alter table cases.case_file add constraint case_file_channel_check
    check (channel in ('web', 'api', 'counter', 'trial', 'journey', 'entitled')) not valid;
