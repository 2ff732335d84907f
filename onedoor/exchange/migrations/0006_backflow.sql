-- phase: expand
-- needs: exchange/0005
alter table exchange.resource add column backflow text[] not null default '{}';
comment on column exchange.resource.backflow is 'which of its elements may be given back to districts and streets; none: nothing is';

alter table exchange.agreement
    add column scope text not null default '',
    add column every text not null default '' check (every in ('', 'once', 'monthly')),
    add constraint agreement_scope check ((scope = '') = (every = ''));
comment on column exchange.agreement.scope is 'the division whose people''s rows are given back, and how often; none: one person is asked about at a time';

alter table exchange.demand
    add column scope text not null default '',
    add column every text not null default '' check (every in ('', 'once', 'monthly')),
    add constraint demand_scope check ((scope = '') = (every = ''));
comment on column exchange.demand.scope is 'as in an agreement';

create table exchange.backflow (
    org_id    uuid not null,
    id        uuid not null,
    demand_id uuid not null,
    agreement text not null,
    resource  text not null,
    scope     text not null,
    period    text not null check (period ~ '^(once|\d{4}-\d{2})$'),
    state     text not null check (state in ('noting', 'ready', 'same', 'empty')),
    rows      int not null,
    unplaced  int not null,
    told      int not null default 0,
    sha256    bytea not null,
    as_of     date not null,
    taken_at  timestamptz not null,
    body      bytea,
    primary key (org_id, id),
    unique (org_id, agreement, period)
);
create index backflow_kept on exchange.backflow (taken_at) where body is not null;
comment on table exchange.backflow is 'O: 数据回流, rows given back to the district or street their people live in; the content, sealed, for fourteen days, its hash for good';
grant select, insert, update, delete on exchange.backflow to onedoor_app;
