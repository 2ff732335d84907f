"""Use cases of identity: signing in and out, proving a real name, what is known of a person, and who looked at it."""

from onedoor.identity.policy import id_number, id_number_fault, person_name

from .people import (
    access_records,
    age,
    district_of,
    facts,
    me,
    person,
    person_of_id_number,
    person_of_phone,
    phone_of,
    proven,
    put_people,
    record_access,
    record_accesses,
    set_district,
)
from .proof import prove
from .signing import (
    actor_of,
    code_address,
    deliver_code,
    end_everywhere,
    end_session,
    phone_shown,
    request_code,
    sessions,
    sign_in,
    sign_out,
    still_signed_in,
    stored_phone,
    sweep,
    touch,
)

__all__ = [
    "access_records", "actor_of", "age", "code_address", "deliver_code", "district_of", "end_everywhere", "end_session", "facts",
    "id_number", "id_number_fault", "me", "person", "person_name", "person_of_id_number", "person_of_phone", "phone_of", "phone_shown",
    "prove", "proven", "put_people", "record_access", "record_accesses", "request_code", "sessions", "set_district", "sign_in", "sign_out",
    "still_signed_in",
    "stored_phone", "sweep", "touch",
]  # fmt: skip
