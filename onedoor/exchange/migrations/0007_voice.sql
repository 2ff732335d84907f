-- phase: expand
-- needs: exchange/0006
alter table exchange.consent
    add column recording text not null default '' check (length(recording) <= 40),
    drop constraint consent_witnessed,
    add constraint consent_witnessed check ((channel in ('counter', 'voice', 'paper')) = (witness_ref is not null)),
    add constraint consent_spoken check ((channel = 'voice') = (recording <> ''));
comment on column exchange.consent.recording is 'under which number the house''s telephone system keeps the call in which it was agreed to';
