-- needs: orgs/0003
alter table orgs.staff drop constraint staff_role_check;
alter table orgs.staff add constraint staff_role_check check (role in ('admin', 'editor', 'clerk', 'viewer')) not valid;
alter table orgs.invitation drop constraint invitation_role_check;
alter table orgs.invitation add constraint invitation_role_check check (role in ('admin', 'editor', 'clerk', 'viewer')) not valid;
