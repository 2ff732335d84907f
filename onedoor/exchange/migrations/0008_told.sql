-- phase: expand
-- needs: exchange/0007
alter table exchange.circuit add column told boolean not null default false;
comment on column exchange.circuit.told is 'whether stewards were told that it is away';
