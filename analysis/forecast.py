"""Days until what grows is full: report material in, findings out.

Takes the curves that have a `capacity` and counts on a straight line through the last week (Theil-Sen: the median of the slopes of all
pairs of hourly means, which a few odd values do not move). Null samples are left out; a curve with fewer than 48 hours is not judged. The
interval comes of the slopes' own spread. `volume-free` counts down to nothing, every other curve up to its capacity.
"""

import json
import statistics
import sys

HOUR = 3_600_000
DAY = 24 * HOUR
SOON_DAYS = 14
LEAST_HOURS = 48


def hourly(points, since):
    """Means of each hour with samples: [(hours since the first, mean)]."""
    hours = {}
    for at, value in points:
        if value is not None and at >= since:
            hours.setdefault(at // HOUR, []).append(value)
    if not hours:
        return []
    first = min(hours)
    return [(hour - first, statistics.fmean(values)) for hour, values in sorted(hours.items())]


def slopes_of(line):
    """Slopes per hour of all pairs that are six hours apart or more, in order."""
    return sorted(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for at, earlier in enumerate(line)
        for later in line[at + 1 :]
        if later[0] - earlier[0] >= 6
    )


def days_left(room, slope):
    return room / slope / 24 if slope > 0 else None


def forecast(series, now):
    """A finding for a curve that will be full within two weeks, with the earliest and latest day; else None."""
    capacity = series.get("capacity")
    line = hourly(series["points"], now - 7 * DAY)
    if not capacity or len(line) < LEAST_HOURS:
        return None
    counts_down = series["name"].endswith("-free")
    used = [(hour, capacity - value if counts_down else value) for hour, value in line]
    slopes = slopes_of(used)
    slope = statistics.median(slopes)
    # A quarter of all slopes going the other way is no growth to count on.
    slow, fast = slopes[len(slopes) // 4], slopes[(3 * len(slopes)) // 4]
    room = capacity - statistics.median(value for _, value in used[-6:])
    days = days_left(room, slope)
    if slow <= 0 or days is None or days > SOON_DAYS:
        return None
    return finding(series, days, days_left(room, fast), days_left(room, slow))


def finding(series, days, earliest, latest):
    name = " ".join([series["name"], *series["labels"].values()])
    days, earliest, latest = max(days, 0.0), max(earliest, 0.0), max(latest, 0.0)
    return {
        "code": "FULL",
        "severity": "high" if days < 3 else "medium" if days < 7 else "low",
        "series": series["name"],
        "labels": series["labels"],
        "text": {
            "en": f"{name} will be full in {days:.1f} days ({earliest:.1f} to {latest:.1f}) if it goes on as it did this week",
            "zh": f"{name} 若按本周的速度增长，将在 {days:.1f} 天后占满（{earliest:.1f} 到 {latest:.1f} 天）",
        },
        "figures": {"days": round(days, 2), "earliest": round(earliest, 2), "latest": round(latest, 2)},
    }


if __name__ == "__main__":
    given = json.load(sys.stdin)
    found = [forecast(series, given["now"]) for series in given["series"]]
    json.dump({"findings": [one for one in found if one]}, sys.stdout, allow_nan=False)
