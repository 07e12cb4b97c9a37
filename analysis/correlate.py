"""Incidents that follow changes more often than chance would have it: report material in, findings out.

For each name of an incident and each name of a change (or any change, where no name stands out): how many of the incidents began within
an hour after such a change, and how many would if they came at any time (the share of the time that lies within an hour after one). Told
from three such incidents on, each after another change, at three times chance and p < 0.001 over all pairs tried (binomial, Bonferroni).
That one came after the other is all it says. Incidents of one name within an hour are one. Of the curves only the first sample's time
counts: there the time begins.
"""

import bisect
import math

from _series import HOUR, answer, finding

WINDOW = HOUR
LEAST_HITS = 3
LEAST_LIFT = 3
MOST_CHANCE = 0.001
# Stands for changes of whatever name.
ANY = None


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
    period = max(now - min(times, default=now), 1)
    incidents = {name: apart(times) for name, times in grouped(events, lambda kind: kind == "incident").items()}
    changes = grouped(events, lambda kind: kind != "incident")
    if len(changes) > 1:
        changes[ANY] = [at for times in changes.values() for at in times]
    # What happened less often cannot be told from chance, and is not tried.
    changes = {name: (sorted(times), min(covered(times, now) / period, 1)) for name, times in changes.items() if len(times) >= LEAST_HITS}
    pairs = [(incident, change) for incident, times in incidents.items() if len(times) >= LEAST_HITS for change in changes]
    found = {pair: pair_of(pair, incidents[pair[0]], changes[pair[1]], len(pairs)) for pair in pairs}
    named = {incident for (incident, change), one in found.items() if one and change is not ANY}
    return [one for (incident, change), one in found.items() if change is not ANY or incident not in named]


def pair_of(pair, incidents, changes, tried):
    """The finding of one pair of names, or None."""
    times, share = changes
    before = [times[place - 1] for at in incidents if (place := bisect.bisect_right(times, at)) and at - times[place - 1] <= WINDOW]
    hits, tries = len(set(before)), len(incidents)
    if hits < LEAST_HITS or hits / tries < LEAST_LIFT * share or by_chance(hits, tries, share) * tried >= MOST_CHANCE:
        return None
    incident, change = pair[0][:80], (pair[1] or "")[:80]
    figures = {"hits": hits, "incidents": tries, "chance": share * tries, "lift": hits / tries / share}
    after, afterwards = (f'"{change}"', f"“{change}”") if change else ("a change", "某次变更")
    en = f'{hits} of {tries} incidents "{incident}" happened within an hour after {after}; by chance it would be {share * tries:.1f}'
    zh = f"{tries} 次故障“{incident}”中有 {hits} 次发生在{afterwards}之后一小时内；若属偶然，应约为 {share * tries:.1f} 次"
    return finding({"name": "events", "labels": {}}, "AFTER-CHANGE", "medium", en, zh, figures)


if __name__ == "__main__":
    answer(judge)
