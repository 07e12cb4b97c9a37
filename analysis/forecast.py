"""Days until what grows is full: report material in, findings out.

Takes the curves that have a `capacity` and counts on a straight line through the last week (Theil-Sen: the median of the slopes of all
pairs of hourly means a day or more apart, which neither odd values nor the rhythm of the day move). Null samples are left out; with fewer
than 48 hours a curve is not judged. The interval is that of the middle half of the slopes: a guess at the pace, no confidence interval.
`volume-free` counts down to nothing, every other curve up to its capacity.
"""

import statistics

from _series import DAY, HOUR, answer, finding, hourly, title

SOON_DAYS = 14
LEAST_HOURS = 48


def slopes_of(line):
    """Slopes per day of all pairs that are a day apart or more, in order."""
    return sorted(
        (later - earlier) / (end - start) * DAY
        for at, (start, earlier) in enumerate(line)
        for end, later in line[at + 1 :]
        if end - start >= DAY
    )


def forecast(series, now):
    """A finding for a curve that will be full within two weeks, with the earliest and latest day; else None."""
    capacity = series.get("capacity")
    line = hourly(series["points"], now - 7 * DAY)
    if not capacity or not line or line[-1][0] - line[0][0] < (LEAST_HOURS - 1) * HOUR or len(line) < LEAST_HOURS / 2:
        return None
    counts_down = series["name"].endswith("-free")
    used = [(at, capacity - value if counts_down else value) for at, value in line]
    slopes = slopes_of(used)
    slow, slope, fast = slopes[len(slopes) // 4], statistics.median(slopes), slopes[(3 * len(slopes)) // 4]
    room = max(capacity - statistics.median(value + slope * (now - at) / DAY for at, value in used[-6:]), 0)
    # A quarter of all slopes going the other way is no growth to count on.
    if slow <= 0 or room / slope > SOON_DAYS:
        return None
    return told(series, room / slope, room / fast, room / slow)


def told(series, days, earliest, latest):
    severity = "high" if days < 3 else "medium" if days < 7 else "low"
    en = f"{title(series)} will be full in {days:.1f} days ({earliest:.1f} to {latest:.1f}) if it goes on as it did this week"
    zh = f"{title(series)} 若按本周的速度增长，将在 {days:.1f} 天后占满（{earliest:.1f} 到 {latest:.1f} 天）"
    return finding(series, "FULL", severity, en, zh, {"days": days, "earliest": earliest, "latest": latest})


if __name__ == "__main__":
    answer(lambda given: (forecast(series, given["now"]) for series in given["series"]))
