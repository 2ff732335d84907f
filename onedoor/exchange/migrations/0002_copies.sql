-- phase: expand
-- needs: exchange/0001
create table exchange.taken (
    register text not null primary key,
    mark     text not null check (length(mark) <= 300),
    at       timestamptz not null,
    note     text not null default '' check (length(note) <= 300)
);
comment on table exchange.taken is 'L: how far the files and events of a register have been taken';
grant select, insert, update, delete on exchange.taken to onedoor_app;

create table exchange.drop (
    org_id   uuid not null,
    resource text not null,
    sha256   bytea not null,
    name     text not null,
    as_of    date not null,
    serial   text not null,
    rows     int not null,
    fit      boolean not null,
    state    text not null check (state in ('checked', 'live', 'refused')),
    report   jsonb not null,
    at       timestamptz not null,
    primary key (org_id, resource, sha256)
);
comment on table exchange.drop is 'O: 文件批次, a file that a department laid down, and what was found in it';
grant select, insert, update, delete on exchange.drop to onedoor_app;

create table exchange.replica (
    org_id      uuid not null,
    resource    text not null,
    key_hash    bytea not null,
    body        bytea not null,
    as_of       date not null,
    occurred_at timestamptz not null,
    event_id    text not null default '',
    primary key (org_id, resource, key_hash)
);
comment on table exchange.replica is 'O: last night''s copy of a register that cannot be asked, each row sealed, found by an HMAC of its key';
grant select, insert, update, delete on exchange.replica to onedoor_app;
