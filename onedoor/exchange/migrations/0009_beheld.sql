-- phase: expand
-- needs: exchange/0008
create table exchange.beheld (
    node      text not null,
    n         int not null check (n > 0),
    sha256    bytea not null check (length(sha256) = 32),
    seen_at   timestamptz not null,
    broken_at timestamptz,
    primary key (node, n)
);
comment on table exchange.beheld is 'L: 见证, seals of other cities as they were first seen here; broken_at: later it was another one, or none';
grant select, insert, update on exchange.beheld to onedoor_app;
