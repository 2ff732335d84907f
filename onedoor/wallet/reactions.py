"""What happens to people that their certificates go along with."""

from onedoor.identity.events import LifeChanged, WardProven

from .service import freezing, moving

listeners = [(WardProven, moving.of_age), (LifeChanged, freezing.changed)]
