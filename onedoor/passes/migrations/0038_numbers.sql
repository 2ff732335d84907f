-- needs: passes/0010
-- phase: expand
create table passes.number_list (
    scheme    text primary key references passes.scheme (code),
    day       int not null,
    bits      smallint not null check (bits between 0 and 29),
    many      int not null check (many >= 0),
    issued_at timestamptz not null,
    sha256    bytea not null check (length(sha256) = 32),
    body      bytea not null
);
comment on table passes.number_list is 'R: 输身份证号, marks of the classes into which the numbers of yellow and red people fall, for gates without a network; no number';
grant select, insert, update, delete on passes.number_list to onedoor_app;
