"""Published journeys and benefits. Reference data: read into memory once per process."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from onedoor.journeys.models import Benefit, Journey
from onedoor.kernel.db import Db


class Latest(Struct, frozen=True):
    """The newest version of a journey or benefit, by its content."""

    code: str
    version: int
    sha256: str
    retired: bool


class Source(Struct, frozen=True):
    """A journey as the city's file has it, to be put together again when a form of its items is another."""

    code: str
    source: dict[str, Any]


async def journeys(db: Db) -> list[Journey]:
    """The newest version of each, in the city's order."""
    return await db.all(
        Journey,
        """select code, version, name, summary, icon, tone, situations, legs, life_events, aliases, also, retired from (
             select distinct on (code) code, version, name, summary, icon, tone, situations, legs, life_events, aliases, also, retired,
                    place
               from journeys.journey_version order by code, version desc
           ) newest order by place, code""",
    )


async def sources(db: Db) -> list[Source]:
    """Every journey that is offered."""
    return await db.all(
        Source,
        """select code, source from (
             select distinct on (code) code, source, retired, place from journeys.journey_version order by code, version desc
           ) newest where not retired order by place, code""",
    )


async def latest_journeys(db: Db) -> list[Latest]:
    return await db.all(
        Latest, "select distinct on (code) code, version, sha256, retired from journeys.journey_version order by code, version desc"
    )


async def put_journey(db: Db, journey: Journey, source: dict[str, Any], place: int, sha256: str, at: datetime) -> int:
    """A new version."""
    return await db.run(
        """insert into journeys.journey_version (code, version, name, summary, icon, tone, situations, legs, life_events, aliases, also,
                  place, source, sha256, published_at)
           values ($code, $version, $name, $summary, $icon, $tone, $situations, $legs, $life_events, $aliases, $also, $place, $source,
                  $sha256, $at)""",
        code=journey.code, version=journey.version, name=journey.name, summary=journey.summary, icon=journey.icon, tone=journey.tone,
        situations=journey.situations, legs=journey.legs, life_events=journey.life_events, aliases=journey.aliases, also=journey.also,
        place=place, source=source, sha256=sha256, at=at,
    )  # fmt: skip


async def retire_journeys(db: Db, keep: list[str]) -> int:
    """Those not named are no longer begun; runs of theirs go on."""
    return await db.run("update journeys.journey_version set retired = true where code <> all($keep) and not retired", keep=keep)


async def benefits(db: Db) -> list[Benefit]:
    """The newest version of each that is offered, in the city's order."""
    return await db.all(
        Benefit,
        """select code, version, name, summary, gives, item, department, ground, rule, reasons, elements, answers, ask, pause_days from (
             select distinct on (code) code, version, name, summary, gives, item, department, ground, rule, reasons, elements, answers,
                    ask, pause_days, retired, place
               from journeys.benefit_version order by code, version desc
           ) newest where not retired order by place, code""",
    )


async def latest_benefits(db: Db) -> list[Latest]:
    return await db.all(
        Latest, "select distinct on (code) code, version, sha256, retired from journeys.benefit_version order by code, version desc"
    )


async def put_benefit(db: Db, one: Benefit, place: int, sha256: str, at: datetime) -> int:
    """A new version."""
    return await db.run(
        """insert into journeys.benefit_version (code, version, name, summary, gives, item, department, ground, rule, reasons, elements,
                  answers, ask, pause_days, place, sha256, published_at)
           values ($code, $version, $name, $summary, $gives, $item, $department, $ground, $rule, $reasons, $elements, $answers, $ask,
                  $pause_days, $place, $sha256, $at)""",
        code=one.code, version=one.version, name=one.name, summary=one.summary, gives=one.gives, item=one.item, department=one.department,
        ground=one.ground, rule=one.rule, reasons=one.reasons, elements=one.elements, answers=one.answers, ask=one.ask,
        pause_days=one.pause_days, place=place, sha256=sha256, at=at,
    )  # fmt: skip


async def retire_benefits(db: Db, keep: list[str]) -> int:
    """Those not named are no longer looked for."""
    return await db.run("update journeys.benefit_version set retired = true where code <> all($keep) and not retired", keep=keep)
