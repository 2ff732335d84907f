"""What happens to people that their certificates go along with."""

from onedoor.identity.events import WardProven

from .service import moving

listeners = [(WardProven, moving.of_age)]
