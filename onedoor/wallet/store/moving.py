"""Certificates from one wallet into another."""

from onedoor.identity.models import PersonId
from onedoor.kernel.db import Db


async def move(db: Db, ward: PersonId, citizen: PersonId) -> None:
    """In one statement: what refers to a certificate moves in the same moment."""
    await db.run(
        """-- scatter
           with claims as (update wallet.cert_claim set citizen_ref = $citizen where citizen_ref = $ward),
                codes as (update wallet.copy_claim set citizen_ref = $citizen where citizen_ref = $ward),
                places as (update wallet.credential_claim set citizen_ref = $citizen where citizen_ref = $ward),
                presents as (update wallet.present set citizen_id = $citizen where citizen_id = $ward),
                copies as (update wallet.copy set citizen_id = $citizen where citizen_id = $ward),
                consents as (update wallet.consent set citizen_id = $citizen where citizen_id = $ward),
                credentials as (update wallet.credential set citizen_id = $citizen where citizen_id = $ward)
           update wallet.cert set citizen_id = $citizen where citizen_id = $ward""",
        citizen=citizen, ward=ward,
    )  # fmt: skip
