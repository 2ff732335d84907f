-- phase: expand
-- needs: cases/0035
alter table cases.rating add column answer text not null default '';
alter table cases.rating add column answered_at timestamptz;
comment on column cases.rating.answer is 'what the department says to whoever was not content';

create table cases.call_back (
    org_id uuid not null,
    case_id uuid not null,
    citizen_ref uuid not null,
    number text not null,
    title jsonb not null,
    district text not null,
    street text not null default '',
    stars int not null check (stars between 1 and 2),
    at timestamptz not null,
    call_by date not null,
    mend_by date not null,
    called_at timestamptz,
    called_by text not null default '',
    heard text not null default '',
    answered_at timestamptz,
    answered_by text not null default '',
    primary key (org_id, case_id)
);
comment on table cases.call_back is 'O: 差评回访, which ended cases somebody was not content with, by when they are called and answered';
create index call_back_open on cases.call_back (org_id, mend_by, case_id) where answered_at is null;
grant select, insert, update, delete on cases.call_back to onedoor_app;
