-- needs: passes/0012
-- phase: expand
create table passes.sms_wish (
    citizen_id uuid not null,
    scheme     text not null,
    phone      text check (phone ~ '^1[0-9]{10}$'),
    locale     text not null check (locale in ('zh-CN', 'en')),
    asked_at   timestamptz not null,
    by_name    text check (length(by_name) <= 60),
    primary key (citizen_id, scheme)
);
comment on table passes.sms_wish is 'C: 短信说明, who wants the reasons of their colour as a text message, and on which phone when it is not the own account''s';
alter table passes.sms_wish enable row level security;
create policy own on passes.sms_wish using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update, delete on passes.sms_wish to onedoor_app;
