"""What is kept for a while goes, and nothing younger."""

from typing import Any

import asyncpg


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


def test_metrics_are_for_this_machine(site) -> None:
    assert site.client().get("/metrics").status_code == 200
    refused = site.client().get("/metrics", headers={"x-forwarded-for": "203.0.113.7", "accept": "application/json"})
    assert refused.status_code == 403


def test_an_address_typed_without_percent_signs_is_understood(site) -> None:
    found = site.client().get("/api/search?q=%E7%A4%BE%E4%BF%9D").json()["items"]
    assert found
