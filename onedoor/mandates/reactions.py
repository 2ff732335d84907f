"""What an organisation's people do to the mandates they hold for it."""

from onedoor.orgs.events import MemberLeft

from .service import firm

listeners = [(MemberLeft, firm.left)]
