-- needs: catalog/0001
-- tens of thousands of phrases are read only by who does not hold them already
create table catalog.thesaurus (
    one boolean primary key default true check (one),
    seal text not null
);
comment on table catalog.thesaurus is 'R: what all of catalog.term together is known by; one row, none before the first load';
grant select, insert, update on catalog.thesaurus to onedoor_app;
insert into catalog.thesaurus (seal)
select encode(sha256(convert_to(string_agg(say || e'\t' || array_to_string(means, ' '), e'\n' order by say collate "C"), 'UTF8')), 'hex')
  from catalog.term having count(*) > 0;
