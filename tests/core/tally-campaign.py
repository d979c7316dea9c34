#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random events, with and without planted errors: `jipctl tally` against the reference, byte for byte.

tally-campaign.py --jipctl _build/src/cli/jipctl --count 20000 --seed 1
"""
import argparse
import copy
import importlib.util
import json
import os
import random
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("reference", os.path.join(HERE, "tally-reference.py"))
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)

DEPARTMENTS = ["재무국", "복지국", "", None, "안전총괄과"]
NAMES = ["e", "E-", "x.", "9", "Z_z", "a-"]
JUNK = [None, True, False, 1.5, -1, 0, 3, 2**53, "", "x y", "none", "1", "01", "1.", ".5", "-1", "1e2", "1.00001",
        "1000000", 1000000, -1000000, "-0", "+1", "١", "1\n", " 1", [], {}, [None], "에너지", "a" * 65, "-x", "lot",
        "panel:nobody", "criterion:p/c", "criterion:", "panel:", "1.2345", "999999.9999", 100, 101, 7]


def chance(rng, probability):
    return rng.random() < probability


def names(rng, count, prefix):
    style = rng.choice(NAMES)
    result = [f"{style}{prefix}{i}" for i in range(count)]
    rng.shuffle(result)
    return result


def weights(rng, count):
    if chance(rng, 0.3):
        return rng.sample([100] + [0] * (count - 1), count)
    cuts = sorted(rng.randint(0, 100) for _ in range(count - 1))
    return [b - a for a, b in zip([0] + cuts, cuts + [100])]


def decimal(rng, scaled):
    """A whole number of ten-thousandths in one of the ways to write it."""
    if scaled % 10000 == 0 and chance(rng, 0.6):
        return scaled // 10000
    sign, size = ("-" if scaled < 0 else ""), abs(scaled)
    text = f"{size // 10000}.{size % 10000:04d}"
    if chance(rng, 0.8):
        text = text.rstrip("0").rstrip(".")
    return sign + text


def score(rng, most, coarse):
    step = rng.choice([10000, 5000, 2500, 1]) if not coarse else max(1, most // 2)
    return decimal(rng, min(most, rng.randint(0, most // step) * step))


def make_panel(rng, name, weight):
    panel = {"id": name, "weight": weight, "mode": rng.choice(["rubric", "rubric", "score", "pick"])}
    if chance(rng, 0.5):
        panel["trim"] = rng.choice(["none", "one-each", "one-each"])
    if chance(rng, 0.5):
        panel["trim_min"] = rng.randint(3, 5)
    if chance(rng, 0.3):
        panel["quorum"] = rng.randint(1, 6)
    if chance(rng, 0.4):
        panel["normalise"] = rng.choice(["share", "top"])
    if panel["mode"] == "rubric":
        same = rng.choice([None, 100000])
        panel["criteria"] = [{"id": c, "max": decimal(rng, same or rng.choice([100000, 400000, 5000, 30001, 300000]))}
                             for c in names(rng, rng.randint(1, 3), "c")]
    elif panel["mode"] == "score":
        panel["max"] = decimal(rng, rng.choice([100000, 1000000, 70000, 33333, 9999999999]))
    else:
        panel["picks"] = rng.randint(1, 3)
    return panel


def scaled(value):
    return int(reference.Fraction(value) * 10000)


def make_ballot(rng, event, judge, coarse, target, version):
    panel = next(p for p in event["panels"] if p["id"] == judge["panel"])
    ballot = {"judge": judge["id"], "version": version}
    if chance(rng, 0.15):
        ballot["state"] = rng.choice(["valid", "late-admitted", "late-refused"])
    if panel["mode"] == "pick":
        ballot["category"] = target
        own = [e["id"] for e in event["entries"] if e["category"] == target]
        ballot["picks"] = rng.sample(own, min(len(own), rng.randint(0, panel["picks"])))
        return ballot
    ballot["entry"] = target
    if panel["mode"] == "score":
        ballot["score"] = score(rng, scaled(panel["max"]), coarse)
        return ballot
    ballot["scores"] = {c["id"]: score(rng, scaled(c["max"]), coarse) for c in panel["criteria"]}
    if chance(rng, 0.05):
        ballot["scores"].pop(rng.choice(panel["criteria"])["id"])
    elif chance(rng, 0.02):
        ballot["scores"][rng.choice(panel["criteria"])["id"]] = None
    return ballot


def make_ballots(rng, event, calm):
    coarse, missing = chance(rng, 0.7), rng.choice([0] if calm else [0, 0.1, 0.4])
    history = [1] if calm else rng.choice([[1], [1, 1, 1, 2, 3]])
    ballots = []
    for judge in event["judges"]:
        mode = next(p["mode"] for p in event["panels"] if p["id"] == judge["panel"])
        for target in event["categories"] if mode == "pick" else event["entries"]:
            for version in rng.sample(range(1, 5), rng.choice(history)):
                if not chance(rng, missing):
                    ballots.append(make_ballot(rng, event, judge, coarse, target["id"], version))
                    if calm:
                        ballots[-1].pop("state", None)
    if event["entries"] and chance(rng, 0.6):
        ballots = make_twins(rng, event, ballots)
    if chance(rng, 0.7):
        rng.shuffle(ballots)
    return ballots


def make_twins(rng, event, ballots):
    """Gives several entries the ballots of one, but for panels without weight, some with their scores turned round:
    ties at every step."""
    model = rng.choice(event["entries"])["id"]
    twins = [e["id"] for e in event["entries"] if e["id"] != model and chance(rng, 0.6)]
    even = chance(rng, 0.6)
    result = []
    for ballot in ballots:
        own = panel_of(event, ballot)["weight"] == 0
        if even and not own and "picks" in ballot:
            ballot["picks"] = []
        if own or ballot.get("entry") not in twins:
            result.append(ballot)
        if not own and ballot.get("entry") == model:
            result += [{**copy.deepcopy(ballot), "entry": twin} for twin in twins]
    for twin in twins:
        if chance(rng, 0.5):
            turn_round(rng, event, [b for b in result if b.get("entry") == twin])
    return result


def panel_of(event, ballot):
    name = next(j["panel"] for j in event["judges"] if j["id"] == ballot["judge"])
    return next(p for p in event["panels"] if p["id"] == name)


def turn_round(rng, event, ballots):
    """Two ballots of one panel change their scores, or ballots their criteria: sums stay the same."""
    if chance(rng, 0.5):
        for ballot in ballots:
            if "scores" in ballot and len({c["max"] for c in panel_of(event, ballot)["criteria"]}) == 1:
                keys = list(ballot["scores"])
                ballot["scores"].update(zip(keys, sorted(ballot["scores"].values(), key=str)))
    elif len(ballots) > 1:
        one, other = rng.sample(ballots, 2)
        if panel_of(event, one) is panel_of(event, other):
            key = "score" if "score" in one else "scores"
            one[key], other[key] = other[key], one[key]


def make_ties(rng, event):
    steps = ["lot"] + [f"panel:{p['id']}" for p in event["panels"]]
    steps += [f"criterion:{p['id']}/{c['id']}" for p in event["panels"] for c in p.get("criteria", [])]
    ties = rng.sample(steps, rng.randint(0, len(steps)))
    return sorted(ties, key=lambda step: step != "lot") if chance(rng, 0.4) else ties


def make_lots(rng, event):
    share, only = rng.choice([1, 1, 0.8]), rng.choice(event["categories"])["id"] if chance(rng, 0.5) else None
    numbers = rng.sample(range(1, 20), len(event["entries"]))
    return {entry["id"]: number for entry, number in zip(event["entries"], numbers)
            if chance(rng, share) and only in (None, entry["category"])}


def make_awards(rng):
    ids = names(rng, 5, "a")
    awards = {"per_category": [{"id": i, "seats": rng.randint(1, 3)} for i in ids[:rng.randint(0, 4)]]}
    if chance(rng, 0.6):
        awards["grand"] = {"id": ids[4], "mode": rng.choice(["promote", "succeed", "stack"])}
    return awards


def make_event(rng):
    """An event without errors; a calm one has every vote cast and little else, so that much is ranked and tied."""
    calm = chance(rng, 0.4)
    event = {"format": "jip-tally/1", "categories": [{"id": c} for c in names(rng, rng.randint(1, 3), "k")]}
    count = rng.randint(1, 3)
    event["panels"] = [make_panel(rng, *pair) for pair in zip(names(rng, count, "p"), weights(rng, count))]
    for panel in event["panels"] if calm else []:
        panel.pop("quorum", None)
    event["entries"] = [{"id": e, "category": rng.choice(event["categories"])["id"]}
                        for e in names(rng, rng.randint(0, 12), "e")]
    same = rng.choice(["0", "-1.5", 3]) if chance(rng, 0.3) else None
    for entry in event["entries"]:
        if chance(rng, 0.4):
            entry["department"] = rng.choice(DEPARTMENTS)
        if chance(rng, 0.1):
            entry["status"] = rng.choice(["active", "withdrawn", "withdrawn"])
        if same is not None or chance(rng, 0.1):
            entry["adjust"] = same or decimal(rng, rng.randint(-300000, 300000))
    event["judges"] = [{"id": j, "panel": event["panels"][i % count if calm or chance(rng, 0.9) else 0]["id"]}
                       for i, j in enumerate(names(rng, rng.randint(count, 14), "j"))]
    for judge in event["judges"]:
        if chance(rng, 0.4):
            judge["department"] = rng.choice(DEPARTMENTS)
    if event["entries"] and chance(rng, 0.1 if calm else 0.4):
        event["recusals"] = [{"judge": rng.choice(event["judges"])["id"], "entry": rng.choice(event["entries"])["id"]}
                             for _ in range(rng.randint(0, 6))]
    if chance(rng, 0.1 if calm else 0.4):
        event["auto_recuse"] = rng.choices([p["id"] for p in event["panels"]], k=rng.randint(0, 2))
    event["ballots"] = make_ballots(rng, event, calm)
    if chance(rng, 0.5):
        event["precision"] = rng.choice([None, 0, 0, 0, 1, 2, 6])
    event["ties"] = make_ties(rng, event)
    if chance(rng, 0.6):
        event["lots"] = make_lots(rng, event)
    if chance(rng, 0.8):
        event["awards"] = make_awards(rng)
    return event


# --- planted errors --------------------------------------------------------------------------------------------

def places(value, path=()):
    """The path of every member and element."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield path + (key,)
        yield from places(item, path + (key,))


def holder_of(event, path):
    for key in path[:-1]:
        event = event[key]
    return event


def plant_value(rng, event):
    path = rng.choice(list(places(event)))
    holder_of(event, path)[path[-1]] = copy.deepcopy(rng.choice(JUNK))


def plant_section(rng, event):
    """Like plant_value(), with each part of the event as likely as the next."""
    key = rng.choice(list(event))
    inside = list(places(event[key]))
    if not inside:
        event[key] = copy.deepcopy(rng.choice(JUNK))
        return
    path = rng.choice(inside)
    holder_of(event[key], path)[path[-1]] = copy.deepcopy(rng.choice(JUNK))


def plant_removal(rng, event):
    path = rng.choice([p for p in places(event) if isinstance(p[-1], str)])
    del holder_of(event, path)[path[-1]]


def plant_member(rng, event):
    path = rng.choice([p for p in places(event) if isinstance(p[-1], str)])
    holder_of(event, path)[rng.choice(["score", "scores", "picks", "max", "criteria", "trim", "normalise", "state",
                                       "status", "adjust", "department", "x", "a-b", "한글", "", "q\"\n\\"])] \
        = copy.deepcopy(rng.choice(JUNK))


def plant_repetition(rng, event):
    lists = [p for p in places(event) if isinstance(holder_of(event, p)[p[-1]], list) and holder_of(event, p)[p[-1]]]
    path = rng.choice(lists)
    target = holder_of(event, path)[path[-1]]
    target.insert(rng.randint(0, len(target)), copy.deepcopy(rng.choice(target)))


def plant_swap(rng, event):
    """Puts the value of one place into another with the same key: references and shapes that do not fit."""
    path = rng.choice(list(places(event)))
    others = [p for p in places(event) if p[-1] == path[-1] or (isinstance(p[-1], int) and len(p) == len(path))]
    other = rng.choice(others)
    holder_of(event, path)[path[-1]] = copy.deepcopy(holder_of(event, other)[other[-1]])


PLANTS = [plant_value, plant_section, plant_section, plant_removal, plant_member, plant_repetition, plant_swap]
DAMAGES = [b"", b"[]", b"null", b"\xef\xbb\xbf{}", b"{} {}", b"{\"a\":1,\"a\":2}", b"{'a':1}", b"\"\\ud800\"",
           b"{\"a\":\"\\u0000\"}", b"[" * 65 + b"]" * 65, b"{\"format\":01}", b"// x\n{}", b"\xff", b"[9007199254740993]"]


def make_input(rng):
    """The bytes of one case, and what was done to them."""
    event = make_event(rng)
    planted = []
    if chance(rng, 0.45):
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            plant = rng.choice(PLANTS)
            try:
                plant(rng, event)
            except (IndexError, TypeError, KeyError):
                continue
            planted.append(plant.__name__)
    data = json.dumps(event, ensure_ascii=chance(rng, 0.3), indent=rng.choice([None, 1])).encode()
    if chance(rng, 0.02):
        planted.append("damage")
        data = rng.choice(DAMAGES + [data[:-1], data[:len(data) // 2], data + b"x", data.replace(b":", b":,", 1)])
    return data, planted


def expected_of(data):
    try:
        return reference.tally(data).encode(), None
    except reference.TallyError as error:
        return b"", error.path


def compare(jipctl, data):
    """What differs, or None."""
    output, path = expected_of(data)
    run = subprocess.run([jipctl, "tally", "-"], input=data, capture_output=True, check=False)
    if path is None:
        same = (run.returncode, run.stdout, run.stderr) == (0, output, b"")
    else:
        start = f"jipctl tally: {path}: ".encode()
        same = run.returncode == 2 and run.stdout == b"" and run.stderr.startswith(start) \
            and run.stderr.count(b"\n") == 1 and run.stderr.endswith(b"\n")
    if same:
        return None
    wanted = output.decode() if path is None else f"{path}: …\n"
    return f"expected {wanted}got status {run.returncode}\n{run.stdout.decode()}{run.stderr.decode()}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jipctl", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="a folder for the events that differ")
    args = parser.parse_args()
    failed = results = undecided = broken = 0
    kinds = {}
    for number in range(args.count):
        seed = f"{args.seed}/{number}"
        data, planted = make_input(random.Random(seed))
        output, path = expected_of(data)
        results += path is None
        undecided += b'"award":' in output
        broken += b'tie_broken_by":"' in output
        if path is not None:
            kind = "".join("#" if c.isdigit() else c for c in path.split("[")[0] + path.rpartition(".")[2][:8])
            kinds[kind] = kinds.get(kind, 0) + 1
        problem = compare(args.jipctl, data)
        if problem is None:
            continue
        failed += 1
        print(f"seed {seed} ({', '.join(planted) or 'no error planted'}): {problem}")
        if args.keep:
            with open(os.path.join(args.keep, f"{args.seed}-{number}.json"), "wb") as file:
                file.write(data)
    print(f"{args.count - failed} of {args.count} equal; {results} results ({undecided} with undecided awards, "
          f"{broken} with broken ties), {args.count - results} errors at {len(kinds)} kinds of places")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
