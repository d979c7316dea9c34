#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic of an idea-thon a second time, written from the page alone.

Slow and literal, so that each line can be held against the rules. Reads one event (a file, or - for standard input)
and prints its result; with an error it prints `PATH: what` on stderr and exits with 2.
"""
import json
import re
import sys
from fractions import Fraction

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
SCORE = re.compile(r"(0|[1-9][0-9]{0,5})(\.[0-9]{1,4})?", re.ASCII)
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class TallyError(Exception):
    def __init__(self, path, what):
        super().__init__(f"{path}: {what}")
        self.path = path


class Inexact:
    """A JSON number with a point or an exponent."""


# --- strict JSON -----------------------------------------------------------------------------------------------

def load(data):
    try:
        text = data.decode("utf-8")
        if text.startswith("\ufeff"):
            raise ValueError("byte order mark")
        check_depth(text)
        return json.loads(text, object_pairs_hook=pairs, parse_float=lambda _: Inexact(), parse_int=whole,
                          parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise TallyError("$", str(error)) from error


def check_depth(text):
    """Depth 64; lone surrogates and U+0000 in strings. Everything else json.loads() refuses itself."""
    depth, at = 0, 0
    while at < len(text):
        c = text[at]
        if c == '"':
            match = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S).match(text, at)
            if match is None:
                raise ValueError("a string does not end")
            decoded = json.loads(match.group(0))
            if "\0" in decoded or any(0xD800 <= ord(d) <= 0xDFFF for d in decoded):
                raise ValueError("a string holds what it may not")
            at = match.end()
            continue
        depth += (c in "[{") - (c in "]}")
        if depth > 64:
            raise ValueError("too deep")
        if c == "\0":
            raise ValueError("U+0000")
        at += 1


def pairs(members):
    result = dict(members)
    if len(result) != len(members):
        raise ValueError("a key stands twice")
    return result


def whole(text):
    if abs(int(text)) > 2**53:
        raise ValueError("a whole number is too large")
    return int(text)


def constant(text):
    raise ValueError(text)


# --- reading and checking --------------------------------------------------------------------------------------

def member_path(path, key):
    if IDENTIFIER.fullmatch(key):
        return f"{path}.{key}"
    return f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def need(condition, path, what):
    if not condition:
        raise TallyError(path, what)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def members(value, path):
    """The members of an object that are there: null counts as absent."""
    need(isinstance(value, dict), path, "an object is expected")
    return {key: item for key, item in value.items() if item is not None}


def elements(holder, key, path, required=False):
    path = f"{path}.{key}"
    value = holder.get(key)
    if value is None:
        need(not required, path, "is missing")
        return []
    need(isinstance(value, list), path, "a list is expected")
    return [(f"{path}[{i}]", item) for i, item in enumerate(value)]


def read_whole(holder, key, path, low, high=None, default=None, required=False):
    path = f"{path}.{key}"
    value = holder.get(key)
    if value is None:
        need(not required, path, "is missing")
        return default
    need(is_whole(value) and value >= low and (high is None or value <= high), path, "not a whole number in range")
    return value


def read_choice(holder, key, path, choices, default=None):
    path = f"{path}.{key}"
    value = holder.get(key)
    if value is None:
        need(default is not None, path, "is missing")
        return default
    need(isinstance(value, str) and value in choices, path, "not one of the choices")
    return value


def number(value, path, signed=False):
    if is_whole(value):
        need(abs(value) <= 999999, path, "too large")
        result = Fraction(value)
    else:
        need(isinstance(value, str), path, "no score")
        digits = value[1:] if signed and value.startswith("-") else value
        need(SCORE.fullmatch(digits), path, "no score")
        result = Fraction(value)
    need(signed or result >= 0, path, "below 0")
    return result


def read_number(holder, key, path, signed=False, default=None):
    path = f"{path}.{key}"
    if key not in holder:
        need(default is not None, path, "is missing")
        return default
    return number(holder[key], path, signed)


def read_max(holder, path):
    value = read_number(holder, "max", path)
    need(value > 0, f"{path}.max", "not above 0")
    return value


def read_new_id(holder, path, taken):
    value = holder.get("id")
    need(isinstance(value, str) and ID.fullmatch(value), f"{path}.id", "no id")
    need(value not in taken, f"{path}.id", "repeated")
    return value


def read_reference(holder, key, path, known):
    value = holder.get(key)
    need(isinstance(value, str) and value in known, f"{path}.{key}", "unknown")
    return value


def read_department(holder, path):
    value = holder.get("department")
    need(value is None or isinstance(value, str), f"{path}.department", "no text")
    return value


class Event:
    def __init__(self, root):
        root = members(root, "$")
        need(root.get("format") == "jip-tally/1", "$.format", "not jip-tally/1")
        self.read_categories(root)
        self.read_panels(root)
        self.read_entries(root)
        self.read_judges(root)
        self.read_recusals(root)
        self.read_ballots(root)
        self.precision = read_whole(root, "precision", "$", 0, 6)
        self.read_ties(root)
        self.read_lots(root)
        self.read_awards(root)

    def read_categories(self, root):
        self.categories = {}
        for path, item in elements(root, "categories", "$", True):
            item = members(item, path)
            self.categories[read_new_id(item, path, self.categories)] = {}

    def read_panels(self, root):
        self.panels = {}
        for path, item in elements(root, "panels", "$", True):
            item = members(item, path)
            name = read_new_id(item, path, self.panels)
            panel = {"weight": read_whole(item, "weight", path, 0, 100, required=True),
                     "mode": read_choice(item, "mode", path, ["rubric", "score", "pick"]),
                     "trim": read_choice(item, "trim", path, ["none", "one-each"], "none"),
                     "trim_min": read_whole(item, "trim_min", path, 3, default=5),
                     "quorum": read_whole(item, "quorum", path, 1, default=1),
                     "normalise": read_choice(item, "normalise", path, ["share", "top"], "share")}
            if panel["mode"] == "rubric":
                panel["criteria"] = self.read_criteria(item, path)
            elif panel["mode"] == "score":
                panel["max"] = read_max(item, path)
            else:
                panel["picks"] = read_whole(item, "picks", path, 1, required=True)
            self.panels[name] = panel
        need(sum(p["weight"] for p in self.panels.values()) == 100, "$.panels", "weights are not 100")

    @staticmethod
    def read_criteria(panel, panel_path):
        criteria = {}
        for path, item in elements(panel, "criteria", panel_path, True):
            item = members(item, path)
            name = read_new_id(item, path, criteria)
            criteria[name] = read_max(item, path)
        need(criteria, f"{panel_path}.criteria", "no criterion")
        return criteria

    def read_entries(self, root):
        self.entries = {}
        for path, item in elements(root, "entries", "$", True):
            item = members(item, path)
            name = read_new_id(item, path, self.entries)
            self.entries[name] = {
                "category": read_reference(item, "category", path, self.categories),
                "department": read_department(item, path),
                "status": read_choice(item, "status", path, ["active", "withdrawn"], "active"),
                "adjust": read_number(item, "adjust", path, True, Fraction(0))}

    def read_judges(self, root):
        self.judges = {}
        for path, item in elements(root, "judges", "$", True):
            item = members(item, path)
            name = read_new_id(item, path, self.judges)
            self.judges[name] = {"panel": read_reference(item, "panel", path, self.panels),
                                 "department": read_department(item, path)}

    def read_recusals(self, root):
        self.recusals = set()
        for path, item in elements(root, "recusals", "$"):
            item = members(item, path)
            judge = read_reference(item, "judge", path, self.judges)
            self.recusals.add((judge, read_reference(item, "entry", path, self.entries)))
        self.auto_recuse = set()
        for path, item in elements(root, "auto_recuse", "$"):
            need(isinstance(item, str) and item in self.panels, path, "unknown")
            self.auto_recuse.add(item)

    def read_ballots(self, root):
        self.ballots = []
        seen = set()
        for path, item in elements(root, "ballots", "$", True):
            item = members(item, path)
            ballot = {"judge": read_reference(item, "judge", path, self.judges)}
            panel = self.panels[self.judges[ballot["judge"]]["panel"]]
            shapes = [key for key in ("scores", "score", "picks") if key in item]
            shape = {"rubric": "scores", "score": "score", "pick": "picks"}[panel["mode"]]
            need(not shapes or shapes == [shape], path, "shaped for another mode")
            if shape == "picks":
                ballot["target"] = read_reference(item, "category", path, self.categories)
            else:
                ballot["target"] = read_reference(item, "entry", path, self.entries)
            ballot["version"] = read_whole(item, "version", path, 1, required=True)
            ballot["state"] = read_choice(item, "state", path, ["valid", "late-admitted", "late-refused"], "valid")
            need(shapes, f"{path}.{shape}", "is missing")
            if shape == "scores":
                ballot["scores"] = self.read_scores(item["scores"], f"{path}.scores", panel["criteria"])
            elif shape == "score":
                ballot["score"] = number(item["score"], f"{path}.score")
                need(ballot["score"] <= panel["max"], f"{path}.score", "above the maximum")
            else:
                ballot["picks"] = self.read_picks(item, path, ballot["target"], panel["picks"])
            key = (ballot["judge"], ballot["version"], ballot["target"])
            need(key not in seen, path, "a second ballot")
            seen.add(key)
            self.ballots.append(ballot)

    @staticmethod
    def read_scores(scores, path, criteria):
        result = {}
        for key, value in members(scores, path).items():
            here = member_path(path, key)
            need(key in criteria, here, "unknown")
            result[key] = number(value, here)
            need(result[key] <= criteria[key], here, "above the maximum")
        return result

    def read_picks(self, ballot, path, category, limit):
        picks = []
        for here, item in elements(ballot, "picks", path):
            need(isinstance(item, str) and item in self.entries, here, "unknown")
            need(item not in picks, here, "repeated")
            need(len(picks) < limit, here, "too many")
            need(self.entries[item]["category"] == category, here, "of another category")
            picks.append(item)
        return picks

    def read_ties(self, root):
        known = {"lot"} | {f"panel:{p}" for p in self.panels}
        for name, panel in self.panels.items():
            known |= {f"criterion:{name}/{c}" for c in panel.get("criteria", {})}
        self.ties = []
        for path, item in elements(root, "ties", "$"):
            need(isinstance(item, str) and item in known, path, "unknown")
            need(item not in self.ties, path, "repeated")
            self.ties.append(item)

    def read_lots(self, root):
        self.lots = {}
        for key, value in members(root.get("lots", {}), "$.lots").items():
            here = member_path("$.lots", key)
            need(key in self.entries, here, "unknown")
            need(is_whole(value) and value >= 1, here, "not a whole number of at least 1")
            need(value not in self.lots.values(), here, "repeated")
            self.lots[key] = value

    def read_awards(self, root):
        awards = members(root.get("awards", {}), "$.awards")
        self.awards = {}
        for path, item in elements(awards, "per_category", "$.awards"):
            item = members(item, path)
            name = read_new_id(item, path, self.awards)
            self.awards[name] = read_whole(item, "seats", path, 1, required=True)
        self.grand = None
        if "grand" in awards:
            item = members(awards["grand"], "$.awards.grand")
            name = read_new_id(item, "$.awards.grand", self.awards)
            self.grand = (name, read_choice(item, "mode", "$.awards.grand", ["promote", "succeed", "stack"]))


# --- the rules -------------------------------------------------------------------------------------------------

def mean(values):
    return sum(values, Fraction(0)) / len(values)


def half_away(value, decimals):
    scaled = abs(value) * 10**decimals + Fraction(1, 2)
    rounded = Fraction(scaled.numerator // scaled.denominator, 10**decimals)
    return -rounded if value < 0 else rounded


def display(value):
    value = half_away(value, 2)
    cents = abs(value.numerator * (100 // value.denominator))
    return f"{'-' if value < 0 else ''}{cents // 100}.{cents % 100:02d}"


class Tally:
    def __init__(self, event):
        self.event = event
        self.deciding = self.find_deciding()
        self.cells = {}
        self.totals = {}
        for entry, facts in event.entries.items():
            if facts["status"] == "active":
                self.cells[entry] = {panel: self.compute_cell(entry, panel) for panel in event.panels}
        self.normalise()
        for entry, cells in self.cells.items():
            if not any(self.below_quorum(panel, cell) for panel, cell in cells.items()):
                total = sum(Fraction(event.panels[p]["weight"]) * c["mean"] for p, c in cells.items()) / 100
                total += event.entries[entry]["adjust"]
                self.totals[entry] = total if event.precision is None else half_away(total, event.precision)
        self.overall = self.rank(list(self.totals))
        self.by_category = {c: self.rank([e for e in self.totals if event.entries[e]["category"] == c])
                            for c in event.categories}
        self.award()

    def find_deciding(self):
        newest = {}
        for ballot in self.event.ballots:
            if ballot["state"] == "late-refused":
                continue
            key = (ballot["judge"], ballot["target"])
            if key not in newest or newest[key]["version"] < ballot["version"]:
                newest[key] = ballot
        return newest

    def recused(self, judge, entry):
        facts = self.event.judges[judge]
        own = facts["panel"] in self.event.auto_recuse and facts["department"] \
            and facts["department"] == self.event.entries[entry]["department"]
        return bool(own) or (judge, entry) in self.event.recusals

    def compute_cell(self, entry, name):
        panel = self.event.panels[name]
        judges = [j for j, facts in self.event.judges.items() if facts["panel"] == name
                  and not self.recused(j, entry)]
        target = self.event.entries[entry]["category"] if panel["mode"] == "pick" else entry
        ballots = {j: self.deciding[j, target] for j in judges if (j, target) in self.deciding}
        cell = {"expected": len(judges), "trimmed": [], "mean": None}
        if panel["mode"] == "pick":
            cell["counted"] = len(ballots)
            votes = sum(entry in b["picks"] for b in ballots.values())
            if ballots:
                cell["mean"] = Fraction(100 * votes, len(ballots))
            return cell
        if panel["mode"] == "rubric":
            ballots = {j: b for j, b in ballots.items() if len(b["scores"]) == len(panel["criteria"])}
            top = sum(panel["criteria"].values())
            totals = {j: 100 * sum(b["scores"].values()) / top for j, b in ballots.items()}
            if ballots:
                cell["criteria"] = {c: mean([100 * b["scores"][c] / most for b in ballots.values()])
                                    for c, most in panel["criteria"].items()}
        else:
            totals = {j: 100 * b["score"] / panel["max"] for j, b in ballots.items()}
        cell["counted"] = len(totals)
        if panel["trim"] == "one-each" and len(totals) >= panel["trim_min"]:
            for pick in (min, max):
                extreme = pick(totals.values())
                out = min((j for j, t in totals.items() if t == extreme), key=str.encode)
                cell["trimmed"].append(out)
                del totals[out]
        if totals:
            cell["mean"] = mean(list(totals.values()))
        return cell

    def normalise(self):
        for name, panel in self.event.panels.items():
            if panel["mode"] != "pick" or panel["normalise"] != "top":
                continue
            for category in self.event.categories:
                cells = [cells[name] for entry, cells in self.cells.items()
                         if self.event.entries[entry]["category"] == category and cells[name]["mean"] is not None]
                highest = max((cell["mean"] for cell in cells), default=0)
                for cell in cells:
                    cell["mean"] = 100 * cell["mean"] / highest if highest > 0 else Fraction(0)

    def below_quorum(self, name, cell):
        return cell["counted"] < max(1, min(self.event.panels[name]["quorum"], cell["expected"]))

    def step_value(self, step, entry):
        """The larger one goes first."""
        if step == "lot":
            return -self.event.lots[entry]
        kind, _, rest = step.partition(":")
        if kind == "panel":
            return self.cells[entry][rest]["mean"]
        panel, _, criterion = rest.partition("/")
        return self.cells[entry][panel]["criteria"][criterion]

    def split(self, group, steps, broken):
        if len(group) == 1 or not steps:
            return [group]
        step = steps[0]
        if step == "lot" and any(entry not in self.event.lots for entry in group):
            return self.split(group, steps[1:], broken)
        values = {entry: self.step_value(step, entry) for entry in group}
        levels = sorted(set(values.values()), reverse=True)
        if len(levels) > 1:
            for entry in group:
                broken.setdefault(entry, step)
        return [part for level in levels
                for part in self.split([e for e in group if values[e] == level], steps[1:], broken)]

    def rank(self, entries):
        """The groups in order, each entry's rank, and the step that first separated it."""
        broken, groups, ranks = {}, [], {}
        for total in sorted({self.totals[e] for e in entries}, reverse=True):
            groups += self.split([e for e in entries if self.totals[e] == total], self.event.ties, broken)
        ahead = 0
        for group in groups:
            ranks.update({entry: ahead + 1 for entry in group})
            ahead += len(group)
        return {"groups": groups, "ranks": ranks, "broken": broken}

    def award(self):
        self.awards = {entry: [] for entry in self.event.entries}
        self.undecided = []
        winner = None
        if self.event.grand and self.overall["groups"]:
            first = self.overall["groups"][0]
            if len(first) == 1:
                winner = first[0]
                self.awards[winner].append(self.event.grand[0])
            else:
                self.undecided.append((self.event.grand[0], None, first))
        for category, order in self.by_category.items():
            size = len(order["ranks"])
            seats = [award for award, count in self.event.awards.items() for _ in range(min(count, size))]
            groups = order["groups"]
            if winner and self.event.entries[winner]["category"] == category and self.event.grand[1] != "stack":
                groups = [[e for e in group if e != winner] for group in groups]
                groups = [group for group in groups if group]
                if self.event.grand[1] == "promote":
                    seats = self.seats_without_first(size)
            self.seat(category, groups, seats)

    def seats_without_first(self, size):
        counts = dict(self.event.awards)
        for award in list(counts)[:1]:
            counts[award] -= 1
        return [award for award, count in counts.items() for _ in range(min(count, size))]

    def seat(self, category, groups, seats):
        for group in groups:
            taken, seats = seats[:len(group)], seats[len(group):]
            if len(taken) == len(group) and len(set(taken)) == 1:
                for entry in group:
                    self.awards[entry].append(taken[0])
            else:
                for award in dict.fromkeys(taken):
                    self.undecided.append((award, category, group))

    def result(self):
        order = list(self.event.entries)
        return {"format": "jip-result/1", "entries": [self.entry_result(e) for e in order],
                "undecided": [{"award": award, "category": category, "entries": sorted(group, key=order.index)}
                              for award, category, group in self.undecided]}

    def entry_result(self, entry):
        facts = self.event.entries[entry]
        own = self.by_category[facts["category"]]
        ranked = entry in self.totals
        cells = self.cells.get(entry, {})
        return {"id": entry, "category": facts["category"],
                "status": "ranked" if ranked else "held" if facts["status"] == "active" else "withdrawn",
                "adjust": str(facts["adjust"]),
                "total": str(self.totals[entry]) if ranked else None,
                "display": display(self.totals[entry]) if ranked else None,
                "rank": self.overall["ranks"].get(entry), "tie_broken_by": self.overall["broken"].get(entry),
                "category_rank": own["ranks"].get(entry), "category_tie_broken_by": own["broken"].get(entry),
                "awards": self.awards[entry],
                "panels": {p: {"mean": None if c["mean"] is None else str(c["mean"]), "counted": c["counted"],
                               "expected": c["expected"], "trimmed": c["trimmed"]} for p, c in cells.items()}}


def tally(data):
    """The result line of an event's bytes; raises TallyError."""
    result = Tally(Event(load(data))).result()
    return json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n"


def main():
    data = sys.stdin.buffer.read() if sys.argv[1] == "-" else open(sys.argv[1], "rb").read()
    try:
        sys.stdout.write(tally(data))
    except TallyError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
