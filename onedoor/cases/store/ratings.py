"""What applicants think of how their cases were handled."""
from onedoor.cases.models import CaseId
from onedoor.cases.rated import Rating
from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


async def add(db: Db, rating: Rating) -> bool:
    """Once per case and stage; False when it was rated before."""
    return bool(
        await db.run(
            """insert into cases.rating (citizen_id, case_id, stage, stars, tags, words, at)
               values ($citizen, $case, $stage, $stars, $tags, $words, $at) on conflict do nothing""",
            citizen=rating.citizen_id, case=rating.case_id, stage=rating.stage, stars=rating.stars, tags=rating.tags,
            words=rating.words, at=rating.at,
        )
    )  # fmt: skip


async def of_case(db: Db, citizen: PersonId, case: CaseId) -> Rating | None:
    """The rating of a case, if there is one."""
    return await db.maybe(
        Rating,
        """select citizen_id, case_id, stage, stars, tags, words, at from cases.rating
            where citizen_id = $citizen and case_id = $case and stage = 'end'""",
        citizen=citizen, case=case,
    )  # fmt: skip
