"""What the analyses share: samples by hour and day, what is usual at an hour, and the way in and out.

Null samples are left out everywhere; hours and days without samples are gaps, never zeros. Times are epoch milliseconds, UTC.
"""

import bisect
import json
import statistics
import sys

HOUR = 3_600_000
DAY = 24 * HOUR
WEEK = 7 * DAY
SEVERITIES = ["critical", "high", "medium", "low", "info"]
MOST_FINDINGS = 10
# Of these more is worse, and known to be.
TROUBLE = ("restarts", "oom", "pods-pending", "api-errors")
# Endings of curves that say what was set up, not what happened.
SETTINGS = ("nodes", "allocatable", "limits", "largest-node", "firing")

# Differences that nobody would act on are smaller than these.
LEAST = {"bytes": 2**20, "cores": 0.05, "percent": 0.5, "count": 3, "seconds": 0.01}
BYTES = ("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)
UNITS = {"bytes": (" B", " B"), "cores": (" cores", " 核"), "percent": (" %", "%"), "seconds": (" s", " 秒")}


def hourly(points, since=0):
    """Means of each hour with samples, in order: [(start of the hour, mean)]."""
    hours = {}
    for at, value in points:
        if value is not None and at >= since:
            hours.setdefault(int(at // HOUR) * HOUR, []).append(value)
    return [(at, statistics.fmean(values)) for at, values in sorted(hours.items())]


def daily(points, now):
    """Medians of the whole days up to now: [(number of the day, median)]. A day with less than half of a day's samples is a gap."""
    days = {}
    for at, value in points:
        if value is not None:
            days.setdefault(-int((now - at) // DAY), []).append(value)
    if not days:
        return []
    enough = statistics.median(len(values) for values in days.values()) / 2
    return [(day, statistics.median(values)) for day, values in sorted(days.items()) if len(values) >= enough]


def spread(values):
    """A standard deviation that odd values do not move: 1.4826 times the median distance from the median."""
    middle = statistics.median(values)
    return 1.4826 * statistics.median([abs(value - middle) for value in values])


def period_of(line):
    """After what time the same is expected again: a week where three of them were seen, else a day."""
    return WEEK if line[-1][0] - line[0][0] >= 3 * WEEK - DAY else DAY


def usual(line):
    """What is usual at each time of `line`: the median of the same hour of the day, from three weeks on of the same hour of the week."""
    period = period_of(line)
    hours = {}
    for at, value in line:
        hours.setdefault(at % period, []).append(value)
    medians = {hour: statistics.median(values) for hour, values in hours.items()}
    return [medians[at % period] for at, _ in line]


def levels(line, width):
    """The running median over `width` milliseconds about each time; it moves as sharply as a level does."""
    first, last, begin, end, inside, found = line[0][0], line[-1][0], 0, 0, [], []
    for at, _ in line:
        start = max(min(at - width / 2, last - width), first)
        while end < len(line) and line[end][0] <= start + width:
            bisect.insort(inside, line[end][1])
            end += 1
        while line[begin][0] < start:
            del inside[bisect.bisect_left(inside, line[begin][1])]
            begin += 1
        found.append((inside[(len(inside) - 1) // 2] + inside[len(inside) // 2]) / 2)
    return found


def may_be_weekend(at):
    """Whether it is the weekend, or an edge of it, anywhere on Earth: from Friday noon to Monday noon, UTC."""
    # 1970-01-01 was a Thursday.
    return 1.5 * DAY <= at % WEEK < 4.5 * DAY


def observed(series):
    """Whether a curve is what was measured, told once: settings and the p95 and max beside a p50 are left out."""
    return series["labels"].get("stat", "p50") == "p50" and not series["name"].endswith(SETTINGS)


def title(series):
    """A curve's name as people read it."""
    return " ".join([series["name"], *(value for key, value in series["labels"].items() if key != "stat")])


def amount(value, unit):
    """A value with its unit, in English and in Chinese."""
    for name, size in BYTES if unit == "bytes" else ():
        if abs(value) >= size:
            return (f"{value / size:.3g} {name}",) * 2
    en, zh = UNITS.get(unit, ("", ""))
    return f"{value:.3g}{en}", f"{value:.3g}{zh}"


def finding(series, code, severity, en, zh, figures):
    """A finding of a curve, in the form that a report takes."""
    return {
        "code": code,
        "severity": severity,
        "series": series["name"],
        "labels": series["labels"],
        "text": {"en": one_line(en), "zh": one_line(zh)},
        "figures": {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()},
    }


def one_line(text):
    """A text as a report takes it: one line, without what cannot be seen, 400 characters at most."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:400]


def answer(judge):
    """Reads a report's material from stdin and prints the findings of `judge(given)` (None is none), the worst ten."""
    found = [one for one in judge(json.load(sys.stdin)) if one]
    found.sort(key=lambda one: SEVERITIES.index(one["severity"]))
    json.dump({"findings": found[:MOST_FINDINGS]}, sys.stdout, allow_nan=False)
