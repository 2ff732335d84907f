-- phase: expand
-- needs: identity/0004
-- 单位: an organisation that people act for is kept as somebody without an account, with what the company register says of it
alter table identity.person add column firm jsonb;
alter table identity.person drop constraint person_name_check;
alter table identity.person add constraint person_name_check check (length(name) <= 100) not valid;
alter table identity.person drop constraint person_check;
alter table identity.person add constraint person_check check (
    assurance < 2 or (name is not null and id_number is not null and checked_on is not null and (birth_on is not null or firm is not null))
) not valid;
