"""What is kept for a while goes, and nothing younger."""

import re
from typing import Any

import asyncpg
import msgspec
import pytest

from onedoor.kernel.work import system


def test_old_answers_go_and_young_ones_stay(site) -> None:
    from onedoor.web.jobs import swept

    async def story() -> list[str]:
        conn: Any = await asyncpg.connect(site.house.settings.dsn)
        try:
            await conn.execute("delete from kernel.answer")
            await conn.execute(
                "insert into kernel.answer (who, key, digest, at) values "
                "('a', 'old', '', now() - interval '8 days'), ('a', 'young', '', now() - interval '6 days')"
            )
            await swept(site.house.begin, site.house.ports, {})
            return [row["key"] for row in await conn.fetch("select key from kernel.answer")]
        finally:
            await conn.close()

    assert site.run(story) == ["young"]


def test_a_token_of_metrics_is_compared_whatever_is_sent(site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no letters are refused like any other token, and leave no error behind."""
    monkeypatch.setattr(site.house, "settings", msgspec.structs.replace(site.house.settings, metrics_token="s3cret"))
    for sent, status in ((b"Bearer \xe4\xb8\xad", 403), (b"Bearer other", 403), (b"Bearer s3cret", 200)):
        answer = site.client().get("/metrics", headers={b"authorization": sent, b"accept": b"application/json"})
        assert answer.status_code == status


def test_metrics_count_every_job_that_was_given_up(site) -> None:
    kind = "test.given_up"

    async def put() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run(
                "insert into kernel.job_dead (id, queue, kind, args, attempts, created_at) "
                "select gen_random_uuid(), 'default', $kind, '{}', 10, now() from generate_series(1, 70)",
                kind=kind,
            )

    async def away() -> None:
        async with site.house.begin(actor=system("test")) as work:
            await work.db.run("delete from kernel.job_dead where kind = $kind", kind=kind)

    site.run(put)
    found = re.search(r"onedoor_jobs_dead ([0-9.]+)", site.client().get("/metrics").text)
    site.run(away)
    assert found
    assert float(found[1]) >= 70


def test_metrics_are_for_this_machine(site) -> None:
    assert site.client().get("/metrics").status_code == 200
    refused = site.client().get("/metrics", headers={"x-forwarded-for": "203.0.113.7", "accept": "application/json"})
    assert refused.status_code == 403


def test_an_address_typed_without_percent_signs_is_understood(site) -> None:
    found = site.client().get("/api/search?q=%E7%A4%BE%E4%BF%9D").json()["items"]
    assert found
