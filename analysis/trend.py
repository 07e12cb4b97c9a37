"""What rises or falls from day to day: report material in, findings out.

The median of each whole day counts, so that the rhythm of the day does not: Theil-Sen gives the slope (median of the slopes of all pairs
of days), the Mann-Kendall test says whether it could be chance. Told from seven days on, at p < 0.005, when the change over the whole time
is a quarter of the usual level, four times what the days scatter about the line, and no trifle. Days without samples are left out.
"""

import math
import statistics

from _series import LEAST, TROUBLE, amount, answer, daily, finding, observed, spread, title

LEAST_DAYS = 7
LEAST_SHARE = 0.25
MOST_CHANCE = 0.005


def theil_sen(line):
    """The median slope per day."""
    return statistics.median(
        (later - earlier) / (end - start)
        for at, (start, earlier) in enumerate(line)
        for end, later in line[at + 1 :]
    )


def mann_kendall(values):
    """The two-sided p of a trend in the order of the values; ties are allowed for."""
    n = len(values)
    score = sum((later > earlier) - (later < earlier) for at, earlier in enumerate(values) for later in values[at + 1 :])
    ties = [values.count(value) for value in set(values)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if variance == 0 or score == 0:
        return 1.0
    return math.erfc((abs(score) - 1) / math.sqrt(variance) / math.sqrt(2))


def trend(series, now):
    """The finding of one curve, or None."""
    line = daily(series["points"], now) if observed(series) else []
    if len(line) < LEAST_DAYS:
        return None
    values = [value for _, value in line]
    slope, p = theil_sen(line), mann_kendall(values)
    days = line[-1][0] - line[0][0]
    change = slope * days
    scatter = spread([value - slope * day for day, value in line])
    level = abs(statistics.median(values))
    least = max(LEAST_SHARE * level, 4 * scatter, LEAST.get(series["unit"], 0))
    if p >= MOST_CHANCE or abs(change) < least:
        return None
    figures = {"perDay": slope, "change": change, "level": level, "p": p, "days": len(line)}
    much, usual = amount(abs(slope), series["unit"]), amount(level, series["unit"])
    rises = slope > 0
    severity = "info" if not rises else "medium" if series["name"] in TROUBLE else "low"
    en = f"{title(series)} {'rises' if rises else 'falls'} by {much[0]} a day over {days + 1} days (median {usual[0]})"
    zh = f"{title(series)} 在 {days + 1} 天内每天{'上升' if rises else '下降'} {much[1]}（中位数 {usual[1]}）"
    return finding(series, "RISING" if rises else "FALLING", severity, en, zh, figures)


if __name__ == "__main__":
    answer(lambda given: (trend(series, given["now"]) for series in given["series"] if not series["name"].endswith("-free")))
