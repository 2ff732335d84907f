-- phase: expand
-- needs: cases/0033
alter table cases.counter add column code_hash text not null default '';
comment on column cases.counter.code_hash is 'the code by which a draft was handed over; empty for whoever came with a card';
