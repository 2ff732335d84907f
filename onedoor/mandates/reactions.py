"""What happens in other rooms that mandates are about: somebody leaves an organisation, a certificate is used in its holder's stead."""

from onedoor.identity.events import LifeChanged, WardProven
from onedoor.orgs.events import MemberLeft
from onedoor.wallet.events import CertUsed

from .service import family, firm, standing

listeners = [(MemberLeft, firm.left), (CertUsed, standing.card_used), (WardProven, family.grown), (LifeChanged, family.life_changed)]
