"""Incidents that follow changes more often than chance would have it: report material in, findings out.

For each name of an incident and each name of a change: how many of the incidents began within an hour after such a change, and how many
would if they came at any time (the share of the time that lies within an hour after one). Told from three such incidents on, each after
another change, at three times chance and p < 0.001 over all pairs tried (binomial, Bonferroni). That one came after the other is all it
says. Incidents of one name within an hour are one. Curves are not looked at, but the first sample begins the time.
"""

import math

from _series import HOUR, answer, finding

WINDOW = HOUR
LEAST_HITS = 3
LEAST_LIFT = 3


def apart(times):
    """Times in order, without those that come within an hour after the one before."""
    kept = []
    for at in sorted(times):
        if not kept or at - kept[-1] > WINDOW:
            kept.append(at)
    return kept


def covered(changes, now):
    """How much time lies within an hour after a change."""
    total, end = 0, -math.inf
    for at in sorted(changes):
        total += max(0, min(at + WINDOW, now) - max(at, end))
        end = max(end, at + WINDOW)
    return total


def by_chance(hits, tries, share):
    """The probability of so many hits or more."""
    return sum(math.comb(tries, k) * share**k * (1 - share) ** (tries - k) for k in range(hits, tries + 1))


def grouped(events, wanted):
    names = {}
    for event in events:
        if wanted(event["kind"]):
            names.setdefault(event["name"], []).append(event["at"])
    return names


def judge(given):
    now, events = given["now"], [event for event in given["events"] if event["at"] <= given["now"]]
    times = [series["points"][0][0] for series in given["series"] if series["points"]] + [event["at"] for event in events]
    incidents = grouped(events, lambda kind: kind == "incident")
    changes = grouped(events, lambda kind: kind != "incident")
    pairs = [(incident, change) for incident in incidents for change in changes]
    period = max(now - min(times, default=now), 1)
    return [pair_of(pair, apart(incidents[pair[0]]), changes[pair[1]], (now, period, len(pairs))) for pair in pairs]


def pair_of(pair, incidents, changes, bounds):
    """The finding of one pair of names, or None."""
    now, period, tried = bounds
    after = [at for at in incidents if any(0 <= at - change <= WINDOW for change in changes)]
    moved = {max(change for change in changes if change <= at) for at in after}
    share = min(covered(changes, now) / period, 1)
    hits, tries = len(moved), len(incidents)
    if hits < LEAST_HITS or hits / tries < LEAST_LIFT * share or by_chance(hits, tries, share) * tried >= 0.001:
        return None
    incident, change = (name[:80] for name in pair)
    figures = {"hits": hits, "incidents": tries, "chance": share * tries, "lift": hits / tries / share}
    en = f'{hits} of {tries} incidents "{incident}" happened within an hour after "{change}"; by chance it would be {share * tries:.1f}'
    zh = f"{tries} 次故障“{incident}”中有 {hits} 次发生在“{change}”之后一小时内；若属偶然，应约为 {share * tries:.1f} 次"
    return finding({"name": "events", "labels": {}}, "AFTER-CHANGE", "medium", en, zh, figures)


if __name__ == "__main__":
    answer(judge)
