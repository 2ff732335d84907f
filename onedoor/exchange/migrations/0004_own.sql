-- phase: expand
-- needs: exchange/0003
alter table exchange.presented add column cert uuid;
create index presented_cert on exchange.presented (citizen_id, cert) where cert is not null;
comment on column exchange.presented.cert is 'the certificate of this city''s own wallet that was shown; none: of another city''s';
