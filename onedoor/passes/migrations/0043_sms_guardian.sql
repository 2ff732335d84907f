-- needs: passes/0042
-- phase: expand
alter table passes.sms_wish
    add column guardian_id uuid,
    add constraint sms_wish_whose check (phone is null or guardian_id is null) not valid;
comment on table passes.sms_wish is 'C: 短信说明, who wants the reasons of their colour as a text message, and whose phone it goes to when it is not the own account''s: that of who stands in for them, or one given at a counter';
