"""Settings: read once from the environment and the city's folder. Every one is listed in docs/reference/settings.md."""

import os
import tomllib
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from .calendar import Calendar
from .i18n import Text
from .ids import convert

REGISTER = "ONEDOOR_REGISTER_"


class City(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`city.toml`: what the whole product needs to know of its city."""

    code: str
    name: Text
    zone: str
    locale: str
    hotline: str
    slogan: Text
    day_ends: str = "17:00"
    supplement_days: int = 15
    default_district: str = ""
    map: str = "geo:{lat},{lon}?q={lat},{lon}({name})"
    """Where a link to directions leads; the page itself asks no map service for anything."""
    outside: tuple[str, ...] = ()
    """Hosts of other organisations that services may send residents to."""
    exchange: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    """Days of the room of this name, as `clocks`; what they are is that room's to say."""


class Settings(Struct, frozen=True, kw_only=True):
    """Where this process keeps its data, how it reaches PostgreSQL, and which city it serves."""

    home: Path
    dsn: str
    city_dir: Path
    city: City
    calendar: Calendar
    demo: bool = False
    public_url: str = "http://127.0.0.1:8000"
    pool: int = 10
    log_level: str = "info"
    metrics_token: str = ""
    behind_proxy: bool = False
    """Whether the last X-Forwarded-For entry is to be believed: only when a proxy of ours writes it."""
    receivers: frozenset[str] = frozenset()
    """`host:port` on this machine that webhooks may go to without TLS: the example of a demo, and nothing outside of one."""
    compress: bool = True
    """Whether texts are packed here; a proxy in front that does it leaves more to the other cores."""
    connectors: dict[str, str] = field(default_factory=dict)
    registers: dict[str, str] = field(default_factory=dict)
    """Where each register answers, by its code."""

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.city.zone)

    @property
    def secure(self) -> bool:
        """Cookies carry `Secure` and the `__Host-` prefix when the public address is https."""
        return self.public_url.startswith("https://")


def calendar_of(folder: Path) -> Calendar:
    """The working days of a city, from `calendar/<year>.toml`."""
    off: set[date] = set()
    on: set[date] = set()
    for path in sorted((folder / "calendar").glob("*.toml")):
        year = tomllib.loads(path.read_text("utf-8"))
        off.update(_date(d) for d in year.get("off", []))
        on.update(_date(d) for d in year.get("on", []))
    return Calendar(frozenset(off), frozenset(on))


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def city_of(folder: Path) -> City:
    return convert(tomllib.loads((folder / "city.toml").read_text("utf-8")), City)


def cities_folder() -> Path:
    """Where city folders are looked for: $ONEDOOR_CITIES, else `cities/` beside the package."""
    told = os.environ.get("ONEDOOR_CITIES")
    return Path(told) if told else Path(__file__).parent.parent.parent / "cities"


def from_environment() -> Settings:
    """The settings of this process; KeyError names a variable that must be set."""
    env = os.environ
    folder = cities_folder() / env.get("ONEDOOR_CITY", "qinghe")
    prefix, suffix = "ONEDOOR_", "_URL"
    known = {"ONEDOOR_DATABASE_URL", "ONEDOOR_CONTROL_URL", "ONEDOOR_PUBLIC_URL"}
    return Settings(
        home=Path(env["ONEDOOR_HOME"]),
        dsn=env["ONEDOOR_DATABASE_URL"],
        city_dir=folder,
        city=city_of(folder),
        calendar=calendar_of(folder),
        demo=env.get("ONEDOOR_DEMO") == "1",
        public_url=env.get("ONEDOOR_PUBLIC_URL", "http://127.0.0.1:8000"),
        pool=int(env.get("ONEDOOR_POOL", "10")),
        log_level=env.get("ONEDOOR_LOG", "info"),
        metrics_token=env.get("ONEDOOR_METRICS_TOKEN", ""),
        behind_proxy=env.get("ONEDOOR_BEHIND_PROXY") == "1",
        receivers=frozenset(env.get("ONEDOOR_LOOPBACK_RECEIVERS", "").split()) if env.get("ONEDOOR_DEMO") == "1" else frozenset(),
        compress=env.get("ONEDOOR_COMPRESS", "1") != "0",
        connectors={
            k.removeprefix(prefix).removesuffix(suffix).lower(): v
            for k, v in env.items() if k.startswith(prefix) and k.endswith(suffix) and k not in known and not k.startswith(REGISTER)
        },
        registers={k.removeprefix(REGISTER).lower().replace("_", "-"): v for k, v in env.items() if k.startswith(REGISTER)},
    )  # fmt: skip
