"""Use cases of identity: signing in and out, proving a real name, what is known of a person, and who looked at it."""

from onedoor.identity import chain
from onedoor.identity.policy import id_number, id_number_fault, person_name

from .access import (
    access_records,
    carry_over,
    chain_of,
    changed_heads,
    expire_access,
    heads,
    hidden_looks,
    links_between,
    links_of,
    look,
    looks,
    looks_between,
    looks_of_reader,
    looks_sought,
    readings,
    record_access,
    record_accesses,
    sampled,
    span_of_chain,
)
from .guarding import all_guarded, guard, guarded, kin, unguard
from .people import (
    account_of,
    age,
    district_of,
    facts,
    firm_of,
    holder_of_id_number,
    holders_of_id_numbers,
    known_firm,
    me,
    names_of,
    numbers_of,
    person,
    person_of_id_number,
    person_of_phone,
    phone_of,
    proven,
    put_people,
    set_district,
    ward_of,
)
from .proof import prove
from .signing import (
    actor_of,
    code_address,
    deliver_code,
    end_everywhere,
    end_session,
    phone_shown,
    reached_here,
    request_code,
    sessions,
    sign_in,
    sign_out,
    still_signed_in,
    stored_phone,
    sweep,
    touch,
    turn_back,
    turn_to,
)

__all__ = [
    "access_records", "account_of", "actor_of", "age", "all_guarded", "carry_over", "chain", "chain_of", "changed_heads",
    "code_address", "deliver_code", "district_of", "end_everywhere", "end_session", "expire_access", "facts", "firm_of", "guard",
    "guarded", "heads", "hidden_looks", "holder_of_id_number", "holders_of_id_numbers", "id_number", "id_number_fault",
    "kin", "known_firm", "links_between", "links_of", "look", "looks", "looks_between", "looks_of_reader", "looks_sought", "me",
    "names_of", "numbers_of", "person", "person_name", "person_of_id_number", "person_of_phone", "phone_of", "phone_shown", "prove",
    "proven", "put_people", "reached_here", "readings", "record_access", "record_accesses", "request_code", "sampled", "sessions",
    "set_district", "sign_in", "sign_out", "span_of_chain", "still_signed_in", "stored_phone", "sweep", "touch", "turn_back",
    "turn_to", "unguard", "ward_of",
]  # fmt: skip
