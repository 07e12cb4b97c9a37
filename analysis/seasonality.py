"""What has a rhythm of a day or a week: report material in, findings out.

Autocorrelation of the hourly means, with gaps left out of the pairs. A day's rhythm: at 24 and 48 hours alike (0.5 or more), and clearly
more than at 12 and 36. A week's, from three weeks on: at 7 days, and clearly more than at 3 and 4 days. Told only where a schedule could
make use of it: for use and traffic whose usual hours differ by half the median or more.
"""

import statistics

from _series import DAY, HOUR, answer, finding, hourly, observed, title

LEAST = 0.5
CLEARLY = 0.25
LEAST_SWING = 0.5
# By whether it is daily and weekly.
SPANS = {(True, False): ("day", "日"), (False, True): ("week", "周"), (True, True): ("day and of the week", "日和周")}
RHYTHMIC = ("-used", "network")


def autocorrelation(line, lag):
    """Correlation of values with those `lag` milliseconds later, -1 to 1; 0 when fewer than 24 pairs have both."""
    at_time = dict(line)
    mean = statistics.fmean(at_time.values())
    scale = statistics.fmean((value - mean) ** 2 for value in at_time.values())
    pairs = [(value - mean) * (at_time[at + lag] - mean) for at, value in line if at + lag in at_time]
    return statistics.fmean(pairs) / scale if len(pairs) >= 24 and scale > 1e-12 * mean * mean else 0.0


def by_hour(line):
    """The median at each hour of the day, UTC."""
    hours = {}
    for at, value in line:
        hours.setdefault(at % DAY // HOUR, []).append(value)
    return {hour: statistics.median(values) for hour, values in hours.items()}


def seasonality(series):
    """The finding of one curve, or None."""
    line = hourly(series["points"]) if observed(series) and series["name"].endswith(RHYTHMIC) else []
    if len(line) < 60 or line[-1][0] - line[0][0] < 4 * DAY:
        return None
    near = {hours: autocorrelation(line, hours * HOUR) for hours in (12, 24, 36, 48, 72, 96, 168)}
    day, week = min(near[24], near[48]), near[168]
    daily = day >= LEAST and day >= max(near[12], near[36]) + CLEARLY
    weekly = line[-1][0] - line[0][0] >= 20 * DAY and week >= LEAST and week >= max(near[72], near[96]) + CLEARLY
    usual = by_hour(line)
    swing = max(usual.values()) - min(usual.values())
    if not (daily or weekly) or (daily and swing < LEAST_SWING * statistics.median(value for _, value in line)):
        return None
    return told(series, (daily, weekly), usual, {"day": day, "week": week})


def told(series, found, usual, figures):
    peak, trough = max(usual, key=usual.get), min(usual, key=usual.get)
    figures = figures | {"peakHour": peak, "troughHour": trough, "peak": usual[peak], "trough": usual[trough]}
    en, zh = SPANS[found]
    en, zh = f"{title(series)} has a rhythm of the {en}", f"{title(series)} 有按{zh}的规律"
    if found[0]:
        en += f": highest at {peak:02d}:00, lowest at {trough:02d}:00 (UTC)"
        zh += f"：最高在 {peak:02d}:00，最低在 {trough:02d}:00（UTC）"
    return finding(series, "RHYTHM", "info", en, zh, figures)


if __name__ == "__main__":
    answer(lambda given: map(seasonality, given["series"]))
