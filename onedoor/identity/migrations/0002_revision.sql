-- needs: identity/0001
-- counts what has changed for the person of this session, so that what was made for them may be kept until it does
alter table identity.session add column rev bigint not null default 0;
