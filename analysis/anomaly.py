"""Hours that were unlike what is usual: report material in, findings out.

Each hour's mean is compared with the median of the same hour of other days (of the week from three weeks on). Told is the farthest stretch
that lasts three hours or more, ends within a day, and is all beyond eight robust deviations (MAD) and half of what is usual. In less than
three weeks a weekend is unusual by itself: Friday noon to Monday noon (UTC) is left out there. Gaps end a stretch.
"""

import statistics

from _series import DAY, HOUR, LEAST, TROUBLE, WEEK, amount, answer, finding, hourly, may_be_weekend
from _series import observed, period_of, spread, title, usual

DEVIATIONS = 8
LEAST_HOURS = 3
MOST_HOURS = 24
LEAST_SHARE = 0.5


def stretches(line, expected, far):
    """Runs of hours that are far off on one side, in order: [[(at, value, usual)]]."""
    runs, step = [], max(HOUR, statistics.median(later[0] - earlier[0] for earlier, later in zip(line, line[1:])))
    for (at, value), normal in zip(line, expected):
        if abs(value - normal) <= max(far, LEAST_SHARE * abs(normal)):
            continue
        last = runs[-1][-1] if runs else None
        if last and at - last[0] <= step and (value > normal) == (last[1] > last[2]):
            runs[-1].append((at, value, normal))
        else:
            runs.append([(at, value, normal)])
    return [run for run in runs if LEAST_HOURS * HOUR <= run[-1][0] - run[0][0] + step <= MOST_HOURS * HOUR]


def anomaly(series):
    """The finding of the farthest stretch of one curve, or None."""
    line = hourly(series["points"]) if observed(series) else []
    if len(line) < 60 or line[-1][0] - line[0][0] < 5 * DAY:
        return None
    expected = usual(line)
    deviation = spread([value - normal for (_, value), normal in zip(line, expected)])
    # Of what hardly ever moves, a hair's breadth would be far.
    floor = max(deviation, 0.02 * statistics.median(abs(value) for _, value in line), LEAST.get(series["unit"], 0) / DEVIATIONS, 1e-9)
    runs = stretches(line, expected, DEVIATIONS * floor)
    if period_of(line) < WEEK:
        runs = [run for run in runs if not any(may_be_weekend(at) for at, _, _ in run)]
    if not runs:
        return None
    run = max(runs, key=lambda run: sum(abs(value - normal) for _, value, normal in run))
    at, value, normal = max(run, key=lambda hour: abs(hour[1] - hour[2]))
    high = value > normal
    severity = "info" if not high else "medium" if series["name"] in TROUBLE else "low"
    seen, often = amount(value, series["unit"]), amount(normal, series["unit"])
    en = f"{title(series)} was unusually {'high' if high else 'low'}: {seen[0]}, where {often[0]} is usual at that hour"
    zh = f"{title(series)} 异常偏{'高' if high else '低'}：{seen[1]}，该时段通常为 {often[1]}"
    figures = {"from": run[0][0], "to": run[-1][0], "at": at, "value": value, "usual": normal, "deviations": abs(value - normal) / floor}
    return finding(series, "UNUSUAL", severity, en, zh, figures)


if __name__ == "__main__":
    answer(lambda given: map(anomaly, given["series"]))
