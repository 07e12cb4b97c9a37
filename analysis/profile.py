"""How full what is limited runs: report material in, percentiles out.

A curve of use stands against its `capacity`, or else the newest `…-allocatable` with the same labels. Told is p95 from 85 % on, and p95 of
20 % or less (two days of samples or more). Percentiles are interpolated linearly between neighbours; null samples are counted and left out.
"""

import math

from _series import HOUR, answer, finding, title

TIGHT, FULL, IDLE = 0.85, 0.95, 0.2
LEAST_HOURS = 48
SHARES = (50, 90, 95, 99, 100)


def percentile(ordered, share):
    """The value below which `share` (0 to 1) of the ordered values lie."""
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    return ordered[low] + (ordered[math.ceil(place)] - ordered[low]) * (place - low)


def describe(points):
    """Counts and percentiles of the samples."""
    ordered = sorted(value for _, value in points if value is not None)
    counts = {"count": len(ordered), "missing": len(points) - len(ordered)}
    return counts | {f"p{share}": percentile(ordered, share / 100) for share in SHARES} if ordered else counts


def limits(given):
    """The newest allocatable by resource and labels."""
    found = {}
    for series in given["series"]:
        values = [value for _, value in series["points"] if value is not None]
        if series["name"].endswith("-allocatable") and values:
            found[key(series, "-allocatable")] = values[-1]
    return found


def key(series, ending):
    labels = {name: value for name, value in series["labels"].items() if name != "stat"}
    return series["name"].removesuffix(ending), tuple(sorted(labels.items()))


def profile(series, allocatable):
    """The finding of one curve of use, or None."""
    if not series["name"].endswith("-used") or series["labels"].get("stat", "p95") != "p95":
        return None
    limit = series.get("capacity") or allocatable.get(key(series, "-used"))
    times = [at for at, value in series["points"] if value is not None]
    if not limit or len(times) < 24 or times[-1] - times[0] < (LEAST_HOURS - 2) * HOUR:
        return None
    figures = describe(series["points"]) | {"limit": limit}
    share = figures["p95"] / limit
    if IDLE < share < TIGHT:
        return None
    low = share <= IDLE
    severity = "info" if low else "high" if share >= FULL else "medium"
    if low:
        en = f"{title(series)} stays at or below {share:.0%} of what there is for 95% of the time"
        zh = f"{title(series)} 有 95% 的时间不超过可用量的 {share:.0%}"
    else:
        en = f"{title(series)} is at {share:.0%} of what there is, or above, for 5% of the time"
        zh = f"{title(series)} 有 5% 的时间达到或超过可用量的 {share:.0%}"
    return finding(series, "IDLE" if low else "TIGHT", severity, en, zh, figures)


def judge(given):
    allocatable = limits(given)
    return [profile(series, allocatable) for series in given["series"]]


if __name__ == "__main__":
    answer(judge)
