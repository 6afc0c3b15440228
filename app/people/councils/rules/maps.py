"""Where the wards of a council lie to each other, laid out on a picture of a given size."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, EDGE, LEAST_HEIGHT, MOST_HEIGHT = 600, 40, 200, 900


@dataclass(frozen=True, slots=True)
class MapMark:
    """One ward on the picture: its number in the table beside, and where its middle is, in units of the picture."""

    number: int
    x: float
    y: float


def laid_out(points: Sequence[tuple[float, float]]) -> tuple[list[MapMark], int]:
    """Marks for places of these longitudes and latitudes, numbered in order, north above; and the picture's height.

    A degree of longitude is shorter than one of latitude, by the cosine of how far north it is.
    """
    if not points:
        return [], LEAST_HEIGHT
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    narrower = cos(radians((south + north) / 2))
    wide, high = max((east - west) * narrower, 0.001), max(north - south, 0.001)
    scale = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / high)
    height = max(LEAST_HEIGHT, round(high * scale) + 2 * EDGE)
    return [
        MapMark(
            number,
            round(EDGE + (lon - west) * narrower * scale, 1),
            round(EDGE + (north - lat) * scale, 1),
        )
        for number, (lon, lat) in enumerate(points, start=1)
    ], height
