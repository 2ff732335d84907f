"""Counting what has happened to cases, day by day, from the steps themselves. Reports alone ask for it."""
from datetime import date

from msgspec import Struct

from onedoor.kernel.db import Db
from onedoor.orgs.models import OrgId


class Tally(Struct, frozen=True):
    """How often something happened to an item's cases on one day in one department; `part` says to which question, paper or reason."""

    day: date
    item: str
    org_ref: OrgId
    what: str
    part: str
    n: int


async def of_moves(db: Db, zone: str) -> list[Tally]:
    """From every step. The department is the one that had the case then: the step's own, else what the transfers around it say."""
    return await db.all(
        Tally,
        """-- scatter
           with move as (
             select s.kind, s.detail, (s.at at time zone $zone)::date as day, c.item, c.channel, c.legal_due_on, s.due_after,
                    row_number() over (partition by s.citizen_id, s.case_id, s.kind order by s.at, s.id) as nth,
                    coalesce(s.org_ref, (
                      select substr(t.detail ->> 'to', 5)::uuid from cases.step t
                       where t.citizen_id = s.citizen_id and t.case_id = s.case_id and t.kind in ('transfer', 'bounce')
                         and (t.at, t.id) < (s.at, s.id)
                       order by t.at desc, t.id desc limit 1
                    ), (
                      select substr(t.detail ->> 'from', 5)::uuid from cases.step t
                       where t.citizen_id = s.citizen_id and t.case_id = s.case_id and t.kind in ('transfer', 'bounce')
                         and (t.at, t.id) > (s.at, s.id)
                       order by t.at, t.id limit 1
                    ), c.org_ref) as org_ref
               from cases.step s join cases.case_file c on c.citizen_id = s.citizen_id and c.id = s.case_id and c.channel <> 'trial'
              where s.kind in ('submit', 'decide', 'decline', 'withdraw', 'lapse', 'ask') and (s.kind, s.by) <> ('ask', 'system'))
           select m.day, m.item, m.org_ref, w.what, w.part, count(*)::int as n
             from move m cross join lateral (
               select m.kind as what, '' as part
               union all select 'no_trip', '' where m.kind = 'submit' and m.detail ->> 'trips' = '0'
               union all select 'trips_known', '' where m.kind = 'submit' and m.detail ->> 'trips' is not null
               union all select 'by_draft', '' where m.kind = 'submit' and m.channel = 'web'
               union all select 'again', '' where m.kind = 'submit' and jsonb_array_length(coalesce(m.detail -> 'again', '[]')) > 0
               union all select 'again', q.name from jsonb_array_elements_text(coalesce(m.detail -> 'again', '[]')) as q (name)
                where m.kind = 'submit'
               union all select 'granted', '' where m.kind = 'decide' and m.detail ->> 'outcome' = 'granted'
               union all select 'on_time', '' where m.kind = 'decide' and m.day <= m.due_after
               union all select 'in_law', '' where m.kind = 'decide' and m.day <= m.legal_due_on
               union all select 'supplemented', '' where m.kind = 'ask' and m.nth = 1
               union all select 'missing', case when a.thing ->> 'ref' like 'extra-%' then 'other' else a.thing ->> 'ref' end
                 from jsonb_array_elements(coalesce(m.detail -> 'asked', '[]')) as a (thing) where m.kind = 'ask'
             ) w
            group by 1, 2, 3, 4, 5""",
        zone=zone,
    )


async def of_ratings(db: Db, zone: str, reasons: list[str]) -> list[Tally]:
    """From every rating: grades, and the known reasons; never anybody's words."""
    return await db.all(
        Tally,
        """-- scatter
           select (r.at at time zone $zone)::date as day, c.item, c.org_ref, w.what, w.part, count(*)::int as n
             from cases.rating r join cases.case_file c on c.citizen_id = r.citizen_id and c.id = r.case_id
            cross join lateral (
               select 'rated' as what, '' as part
               union all select 'stars', r.stars::text
               union all select distinct 'reason', t.tag from jsonb_array_elements_text(r.tags) as t (tag) where t.tag = any($reasons)
             ) w
            group by 1, 2, 3, 4, 5""",
        zone=zone, reasons=reasons,
    )  # fmt: skip


async def of_drafts(db: Db) -> list[Tally]:
    """From what the sweep has written down of drafts that nobody finished."""
    return await db.all(
        Tally,
        """-- scatter
           select e.on_day as day, e.item, e.org_ref, 'left' as what, w.part, sum(e.drafts)::int as n
             from cases.ended_draft e cross join lateral (select '' as part union all select e.page) w
            group by 1, 2, 3, 4, 5""",
    )
