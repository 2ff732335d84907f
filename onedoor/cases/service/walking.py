"""走一遍 The form that new drafts of an item get, walked from end to end before anybody fills it in."""
from onedoor.cases.forms.walking import Stuck as Stuck
from onedoor.cases.forms.walking import Walked as Walked
from onedoor.cases.forms.walking import walked
from onedoor.kernel.work import Work

from .definitions import form_of


async def walk(work: Work, item: str) -> Walked:
    """Every way through it, up to a number; nothing of it is kept."""
    return walked(await form_of(work, item), work.locale, work.today)
