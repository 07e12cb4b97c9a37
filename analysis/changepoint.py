"""Where a curve moved to another level and stayed there: report material in, findings out.

Means of six hours, less the rhythm of the day (of the week from three weeks on), are split where the squared distances from the parts'
means fall by more than a penalty (optimal partitioning, which finds the best split of all). A part has at least a day. The newest move is
told if it is a third of the level before, six times what the parts scatter, and no trifle. In less than three weeks a weekend cannot be
told from a move: one that begins from Friday noon to Monday noon (UTC) is left out there. Blocks without samples are left out.
"""

import math
import statistics

from _series import DAY, HOUR, LEAST, TROUBLE, WEEK, amount, answer, finding, hourly, levels, may_be_weekend
from _series import observed, period_of, spread, title, usual

BLOCK = 6 * HOUR
LEAST_BLOCKS = 4
LEAST_DAYS = 4
LEAST_SHARE = 1 / 3


def blocks_of(line):
    """Means of each six hours, less how that hour usually differs from the level about it: [(start, mean)]."""
    about = levels(line, period_of(line))
    rhythm = usual([(at, value - level) for (at, value), level in zip(line, about)])
    blocks = {}
    for (at, value), expected in zip(line, rhythm):
        blocks.setdefault(at // BLOCK * BLOCK, []).append(value - expected)
    return [(at, statistics.fmean(values)) for at, values in sorted(blocks.items())]


def partition(values, penalty):
    """Starts of the parts of the best split: least squared distances from the parts' means, plus `penalty` for each part."""
    sums, squares = [0.0], [0.0]
    for value in values:
        sums.append(sums[-1] + value)
        squares.append(squares[-1] + value * value)
    cost = lambda start, end: squares[end] - squares[start] - (sums[end] - sums[start]) ** 2 / (end - start)
    best, came = [-penalty], [0]
    for end in range(1, len(values) + 1):
        starts = [start for start in range(end - LEAST_BLOCKS + 1) if start == 0 or start >= LEAST_BLOCKS]
        total, start = min(((best[start] + cost(start, end) + penalty, start) for start in starts), default=(math.inf, 0))
        best.append(total)
        came.append(start)
    parts, end = [], len(values)
    while end > 0:
        end = came[end]
        parts.insert(0, end)
    return parts


def changepoint(series):
    """The finding of the newest move of one curve, or None."""
    line = hourly(series["points"]) if observed(series) else []
    if len(line) < 24 or line[-1][0] - line[0][0] < LEAST_DAYS * DAY:
        return None
    blocks = blocks_of(line)
    values = [value for _, value in blocks]
    steps = [later - earlier for earlier, later in zip(values, values[1:])]
    noise = max(spread(steps) / math.sqrt(2), 0.02 * statistics.median(abs(value) for _, value in line), 1e-9)
    parts = partition(values, 12 * noise**2 * math.log(len(values)))
    if len(parts) < 2:
        return None
    start, middle = (parts[-2], parts[-1])
    at = blocks[middle][0]
    if period_of(line) < WEEK and may_be_weekend(at):
        return None
    return told(series, line, at, blocks[start][0], noise)


def told(series, line, at, since, noise):
    before = statistics.median(value for time, value in line if since <= time < at)
    after = statistics.median(value for time, value in line if time >= at)
    least = max(LEAST_SHARE * abs(before), 6 * noise, LEAST.get(series["unit"], 0))
    if abs(after - before) < least:
        return None
    rose = after > before
    severity = "info" if not rose else "medium" if series["name"] in TROUBLE else "low"
    low, high = amount(before, series["unit"]), amount(after, series["unit"])
    en = f"{title(series)} {'rose' if rose else 'fell'} from {low[0]} to {high[0]} and stayed there"
    zh = f"{title(series)} 从 {low[1]} {'升' if rose else '降'}至 {high[1]} 并保持不变"
    return finding(series, "LEVEL-ROSE" if rose else "LEVEL-FELL", severity, en, zh, {"at": at, "before": before, "after": after})


if __name__ == "__main__":
    answer(lambda given: map(changepoint, (series for series in given["series"] if not series["name"].endswith("-free"))))
