-- needs: cases/0023
alter table cases.registration add column their_stage text not null default '';
alter table cases.registration add column odd_stage text not null default '';
alter table cases.registration add column asked_at timestamptz;
alter table cases.registration add column watched boolean not null default true;
create index registration_watched on cases.registration (asked_at nulls first) where state = 'done' and watched;
