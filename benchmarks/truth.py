"""Precision and recall of every rule against planted truth, over several seeds. Run: ``python -m benchmarks.truth``.

Below them how often a rejected row with a damaged ID number has a candidate, and how often it is the right one.

Every field that a clue is judged by counts: rule, item, person, subject, first and last period, periods, amount, tier.
A rule of which nobody wrote a plant is planted out of its own cases, and measured over their people.
"""

import argparse
import tempfile
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks.repairs import candidates_of, lines
from huimin.clues.gather import gather
from huimin.district import RUN_DATE, build_district, write_district
from huimin.district.plants.plan import HITS
from huimin.nights import night as nights
from huimin.nights.case_plants import with_cases
from huimin.nights.run import read_inbox
from huimin.project import own_project
from huimin.store.root import Root
from huimin.tables.work import open_work

FIELDS = [
    "rule", "item", "id_number", "subject", "first_period", "last_period", "periods", "amount_at_risk", "tier",
]  # fmt: skip


def main() -> None:
    """Prints a line a rule; exits 1 when one is not exact."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seeds", type=int, default=3)
    words.add_argument("--persons", type=int, default=6_000)
    words.add_argument("--profile", choices=["campaign", "every_rule"], default="every_rule")
    words.add_argument("--show", action="store_true", help="print what is missing and what nobody planted")
    words.add_argument("--plain", action="store_true", help="plain CSV files instead of messy deliveries")
    chosen = words.parse_args()
    right, found, planted = Counter(), Counter(), Counter()
    for seed in range(chosen.seeds):
        truth, clues = one_district(chosen.persons, seed, chosen.profile, messy=not chosen.plain)
        right.update(row[0] for row in truth & clues)
        found.update(row[0] for row in clues)
        planted.update(row[0] for row in truth)
        if chosen.show:
            for row in sorted(truth - clues, key=str):
                print("missing", *row)
            for row in sorted(clues - truth, key=str):
                print("extra  ", *row)
    for rule in sorted(found | planted):
        precision = right[rule] / found[rule] if found[rule] else 0.0
        recall = right[rule] / planted[rule] if planted[rule] else 0.0
        counts = f"planted {planted[rule]:>5}  found {found[rule]:>5}"
        print(f"{rule:<28} {counts}  precision {precision:.3f}  recall {recall:.3f}")
    inexact = [rule for rule in found | planted if not right[rule] == found[rule] == planted[rule]]
    print(f"truth: {len(found | planted)} rules, {chosen.seeds} seeds, {len(inexact)} not exact")
    found = pl.concat(candidates_of(chosen.persons, seed) for seed in range(chosen.seeds))
    told = list(lines(found))
    print("\n".join(line for line, _ in told))
    raise SystemExit(1 if inexact or not all(holds for _, holds in told) else 0)


def one_district(persons: int, seed: int, profile: str, messy: bool) -> tuple[set, set]:
    """The clues planted in one district, and those found, of the rules that are in the catalogue."""
    with tempfile.TemporaryDirectory(prefix="huimin-truth-") as folder:
        project = own_project()
        night = nights.Night(Root(Path(folder)), project, "20230822T020000-aaaaaa", RUN_DATE, 0.0)
        unwritten = [rule for rule in project.rules if rule not in HITS]
        planted = with_cases(build_district(persons, seed, profile=profile), project, unwritten)
        for rule in set(unwritten) - planted.subjects.keys():
            print(f"{rule}: no plant is written, and none of its cases fits the district")
        write_district(planted.district, night.root.inbox, night.contracts, messy=messy)
        read_inbox(night, datetime.now(UTC))
        nights.match_step(night, nights.check_step(night))
        with closing(open_work(night.database)) as con:
            gather(con, night.rules)
            clues = con.execute(f"select {', '.join(FIELDS)} from clue_hits").pl()
        hits = planted.district.truth.filter(pl.col("kind") == "hit").select(FIELDS)
        return set(planted.measured(hits).rows()), set(planted.measured(clues).rows())


if __name__ == "__main__":
    main()
