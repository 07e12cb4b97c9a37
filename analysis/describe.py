"""Describes a series of numbers: {"values": [number or null]} -> count, missing, mean, deviation, least, greatest, percentiles.

Percentiles are interpolated linearly between neighbours; the deviation is the sample's (n - 1). Without numbers only the counts are given.
"""

import json
import math
import statistics
import sys


def percentile(ordered, share):
    """The value below which `share` (0 to 1) of the ordered values lie."""
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = math.ceil(place)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def describe(values):
    """The findings for one series; null stands for a missing sample."""
    ordered = sorted(value for value in values if value is not None)
    counts = {"count": len(ordered), "missing": len(values) - len(ordered)}
    if not ordered:
        return counts
    return counts | {
        "mean": statistics.fmean(ordered),
        "deviation": statistics.stdev(ordered) if len(ordered) > 1 else 0.0,
        "min": ordered[0],
        "max": ordered[-1],
        **{f"p{share}": percentile(ordered, share / 100) for share in (50, 90, 95, 99)},
    }


if __name__ == "__main__":
    json.dump(describe(json.load(sys.stdin)["values"]), sys.stdout, allow_nan=False)
