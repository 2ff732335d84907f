"""Who may: a run is pressed by whoever has proven their name, because certificates and payments come of it."""

from onedoor.identity.errors import NeedsRealName
from onedoor.identity.models import Assurance
from onedoor.kernel.work import Actor


def may_press(actor: Actor, next: str) -> None:
    """Departments act upon a proven name alone."""
    if actor.assurance < Assurance.REAL_NAME:
        raise NeedsRealName(step_up=f"/identity/real-name?next={next}")
