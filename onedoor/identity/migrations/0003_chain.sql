-- needs: identity/0002
-- Each look at a person is one row that follows from the one before it: hash = sha256(hash before || body). Rows are added, never changed:
-- what is older than the city keeps them loses its body and keeps its hash, by the one function that may.
create table identity.access (
    citizen_id  uuid not null,
    seq         int  not null check (seq > 0),
    at          timestamptz not null,
    id          uuid not null,
    body        bytea not null check (length(body) <= 16000),
    hash        bytea not null check (length(hash) = 32),
    shown_after timestamptz,
    primary key (citizen_id, seq)
);
create index access_at on identity.access (at);
comment on table identity.access is 'C: 数据足迹, each look at a person: who, for what, which fields; a chain of hashes for each person';
alter table identity.access enable row level security;
create policy own on identity.access for select using (current_setting('app.role', true) in ('staff', 'job')
    or citizen_id = nullif(current_setting('app.citizen', true), '')::uuid and (shown_after is null or shown_after <= now()));
create policy written on identity.access for insert with check (current_setting('app.role', true) in ('staff', 'job')
    or citizen_id = nullif(current_setting('app.citizen', true), '')::uuid);
grant select, insert on identity.access to onedoor_app;

create table identity.access_head (
    citizen_id uuid not null primary key,
    seq        int not null check (seq > 0),
    hash       bytea not null check (length(hash) = 32)
) with (fillfactor = 70);
comment on table identity.access_head is 'C: the last row of each person''s chain, which the next one follows from';
alter table identity.access_head enable row level security;
create policy own on identity.access_head using (citizen_id = nullif(current_setting('app.citizen', true), '')::uuid or current_setting('app.role', true) in ('staff', 'job'));
grant select, insert, update on identity.access_head to onedoor_app;

create function identity.expire_access(before timestamptz, most int) returns int language sql security definer set search_path = '' as $$
    with old as (
        select a.citizen_id, a.seq from identity.access a
         where a.at < before and before <= now() - interval '1 year' and length(a.body) > 0 order by a.at limit most
    ), gone as (
        update identity.access a set body = '' from old where a.citizen_id = old.citizen_id and a.seq = old.seq returning 1
    ) select count(*)::int from gone
$$;
comment on function identity.expire_access is 'empties what is older than the city keeps it, never what is younger than a year';
revoke all on function identity.expire_access from public;
grant execute on function identity.expire_access to onedoor_app;

-- What workers of the version before still write while this one starts is carried over by the clock.
create function identity.carry_over() returns int language plpgsql security definer set search_path = '' as $$
declare r record; said bytea; n int := 0;
begin
    for r in with gone as (delete from identity.access_record returning *) select * from gone order by citizen_id, id loop
        said := convert_to('{"action":"read"' || coalesce(',"actor":"' || encode(substr(sha256(uuid_send(r.staff_ref)), 1, 12), 'hex') || '"', '')
            || ',"actor_kind":"' || case when r.staff_ref is null then 'system' else 'clerk' end
            || '","at":"' || to_char(r.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"'
            || coalesce(',"case":' || to_json(r.case_ref)::text, '')
            || ',"elements":[' || (select string_agg(to_json(f)::text, ',' order by k) from unnest(r.fields) with ordinality u (f, k)) || ']'
            || ',"name":' || to_json(r.staff_name)::text
            || coalesce(',"org":"org_' || replace(r.org_ref::text, '-', '') || '"', '')
            || ',"purpose":{"en":' || to_json(coalesce(r.purpose->>'en', ''))::text || ',"zh":' || to_json(coalesce(r.purpose->>'zh', ''))::text
            || '},"v":1}', 'UTF8');
        with h as (
            insert into identity.access_head as h values (r.citizen_id, 1, sha256(said))
            on conflict (citizen_id) do update set seq = h.seq + 1, hash = sha256(h.hash || said) returning h.seq, h.hash
        ) insert into identity.access (citizen_id, seq, at, id, body, hash) select r.citizen_id, h.seq, r.at, r.id, said, h.hash from h;
        n := n + 1;
    end loop;
    return n;
end $$;
revoke all on function identity.carry_over from public;
grant execute on function identity.carry_over to onedoor_app;
revoke update, delete on identity.access_record from onedoor_app;
comment on table identity.access_record is 'C: looks written by workers of the version before, until they are carried over into the chains';
select identity.carry_over();
