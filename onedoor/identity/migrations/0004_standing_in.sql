-- needs: identity/0003
-- whom a device has turned to, and by which power; whether that still holds is asked anew at every request
alter table identity.session add column acting_for uuid, add column power_ref uuid;

alter table identity.person drop constraint person_phone_check;
alter table identity.person add constraint person_phone_check check (phone = '' or length(phone) between 5 and 20) not valid;

create table identity.ward_claim (
    id_hash    bytea not null primary key check (length(id_hash) = 32),
    citizen_id uuid not null
);
comment on table identity.ward_claim is 'C by id_hash: somebody others act for, who has no phone and so no account; keyed hash, the number itself is not kept here';
grant select, insert, update, delete on identity.ward_claim to onedoor_app;
