-- needs: wallet/0007
-- no-transaction
create index concurrently cert_ending on wallet.cert (valid_to) where state = '10' and valid_to is not null;
