"""Places on the earth: whether numbers are a place, and how far two of them are apart. WGS-84, degrees, metres.

A nearest-neighbour index counts in degrees, and a degree of longitude is shorter than one of latitude; so a statement takes more candidates
than it wants and sorts them by true distance. How many more is told here; the statement itself stands in the store that asks.
"""

import math

DIAMETER = 12_742_017.6
FAR = 200_000.0
"""Metres beyond which somebody is not in the city at all."""


def is_place(lat: float, lon: float) -> bool:
    """Two finite numbers in range; 0, 0 is what a broken receiver says."""
    return math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0)


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Along the surface (haversine)."""
    north, east = math.radians(other_lat - lat), math.radians(other_lon - lon)
    a = math.sin(north / 2) ** 2 + math.cos(math.radians(lat)) * math.cos(math.radians(other_lat)) * math.sin(east / 2) ** 2
    return DIAMETER * math.asin(math.sqrt(min(a, 1.0)))


def candidates(limit: int, lat: float) -> int:
    """How many to take by degrees, so that the nearest `limit` by metres are among them."""
    return max(64, math.ceil(limit / max(math.cos(math.radians(lat)), 0.05) * 2))
