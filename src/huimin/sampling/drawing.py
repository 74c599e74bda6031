"""Sampling plans: who is checked again is drawn by lot from the ledger, stored, and can be drawn again as proof."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from huimin.contracts.contract import Contract
from huimin.errors import UsageError
from huimin.language import _
from huimin.ledger.current import LEDGER, place_of
from huimin.ledger.fold import lay_carried, move_on
from huimin.ledger.plans import (
    DRAWN,
    PLAN,
    POPULATION,
    STRATA,
    STREETS,
    STREETS_FILE,
    UNFOUNDED_KINDS,
    WITHDRAWS,
    PlanKind,
    PlanResult,
    SamplingPlan,
    plan_results,
    plans_of,
)
from huimin.ledger.records import Decision, Record, append, folder_of_records, held, records_of
from huimin.ledger.states import RECHECKING, UNFOUNDED
from huimin.sampling.draw import TARGETS, assign, draw, strata_of
from huimin.sampling.frame import (
    checkers,
    clue_faces,
    clues_and_households,
    household_faces,
    lay_rosters,
    relative_faces,
    relatives,
    reports_of_streets,
    unfounded,
)
from huimin.store.audit import note
from huimin.store.disk import written_whole
from huimin.store.encrypted import write_frame
from huimin.store.manifest import read_manifest
from huimin.store.root import RUN_NAME, Root
from huimin.store.rotated import now_of, rekey, under_todays_secret
from huimin.tables.work import open_work
from huimin.workbooks.cards import CARDS_FILE


@dataclass(frozen=True)
class Asked:
    """What was asked for: the kind of plan, the share to draw, and the seed that makes the draw repeatable."""

    kind: PlanKind
    rate: Decimal
    seed: int

    def drew(self, plan: SamplingPlan) -> bool:
        """Whether a stored plan was asked for with the same kind, rate and seed."""
        return (plan.kind, plan.rate, plan.seed) == (self.kind, self.rate, self.seed)


@dataclass(frozen=True)
class Draw:
    """What a plan would be."""

    population: pl.DataFrame
    drawn: pl.DataFrame
    streets: pl.DataFrame
    """`STREETS`: of a spot check in the order to be checked, of a cross check those that check; else empty."""
    strata: pl.DataFrame
    """street, item or sort, population, drawn; of a spot check also the street's beneficiaries and clues."""


@dataclass(frozen=True)
class Ground:
    """The ledger that a plan is drawn from: that of one run, moved on by the verification records taken in by then."""

    root: Root
    contracts: Mapping[str, Contract]
    run: str
    records: tuple[Record, ...]

    @property
    def as_of(self) -> str:
        """Its name in a plan: the run, and how many records there were (`20230822T020000-abc123+7`)."""
        return f"{self.run}+{len(self.records)}"

    @contextmanager
    def ledger(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection on which `previous_ledger` is that ledger. Raises PublishError when the run is gone."""
        folder = self.root.published / self.run
        inside = {used.path for used in read_manifest(folder).facts.records}
        since = [record.decisions for record in self.records if place_of(self.root, record) not in inside]
        with (
            tempfile.TemporaryDirectory(prefix="huimin-") as spill,
            closing(open_work(None, spill=Path(spill))) as con,
        ):
            lay_carried(con, folder / LEDGER)
            rekey(con, self.root, "carried_ledger")
            move_on(con, since)
            yield con


def plan_for(root: Root, contracts: Mapping[str, Contract], asked: Asked, now: datetime) -> SamplingPlan | None:
    """The stored plan; the first time it is asked for it is drawn and stored. None when there is nobody to draw.

    The same asked for again gives the plan that is open. Otherwise an open plan of the kind that has no result yet is
    withdrawn, and what it drew may be drawn again; one that has results keeps whoever it could have drawn. Raises
    UsageError before the first run, and where no plan can be; PublishError when the plan cannot be kept.
    """
    run = root.newest()
    with written_whole(root.state), held(root):
        ground = Ground(root, contracts, run, records_of(root))
        results = [result for result in plan_results(ground.records) if result.status != "withdrawn"]
        alike = [result for result in results if asked.drew(result.plan)][::-1]
        for result in alike:
            if result.status == "open" and asked.kind != "visits":
                return result.plan
        made = make(ground, asked)
        for result in alike:
            if made.population.is_empty() or same_targets(result.plan.population(), made.population):
                return result.plan
        if made.population.is_empty():
            return None
        return store(ground, asked, made, now)


def same_targets(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Whether two populations are the same, whatever the order of their rows."""
    return one.select(TARGETS.names()).sort("sort", "target").equals(other.sort("sort", "target"))


def draw_again(root: Root, contracts: Mapping[str, Contract], asked: Asked, as_of: str) -> Draw:
    """The same draw repeated from an earlier ledger, to prove a stored plan; nothing is stored.

    A plan of the kind that was drawn from it kept whom it could draw; without one the run's ledger and rosters give it.
    Raises UsageError for an `as_of` that no ledger of this root had, PublishError when what it needs is gone.
    """
    run, _plus, count = as_of.rpartition("+")
    records = records_of(root)
    if not (RUN_NAME.fullmatch(run) and (root.published / run).is_dir() and count.isdecimal()):
        raise UsageError("--as-of", _("no ledger of this root"), _("give it as `huimin sample --list` prints it"))
    if int(count) > len(records):
        raise UsageError(
            "--as-of",
            _("there are only {count} verification records", count=len(records)),
            _("see `huimin sample --list`"),
        )
    kept = next((plan for plan in plans_of(records) if plan.as_of == as_of and plan.kind == asked.kind), None)
    if kept:
        return under_todays_keys(root, drawn_from(asked, kept.lots(), kept.streets()))
    return make(Ground(root, contracts, run, records[: int(count)]), asked)


def under_todays_keys(root: Root, made: Draw) -> Draw:
    """A draw by the keys of then, told by today's: its plan is compared with it."""
    todays = pl.col("target", "evidence").replace(dict(now_of(root)))
    return replace(made, population=made.population.with_columns(todays), drawn=made.drawn.with_columns(todays))


def make(ground: Ground, asked: Asked) -> Draw:
    """The draw, with names and addresses of whoever was drawn."""
    results = [result for result in plan_results(ground.records) if result.plan.kind == asked.kind]
    with ground.ledger() as con:
        if asked.kind in UNFOUNDED_KINDS:
            population = unfounded(con, released_by(results), taken_by(results))
            streets = checkers(con) if asked.kind == "cross" else pl.DataFrame(schema=STREETS)
            return drawn_from(asked, population, streets)
        lay_rosters(con, ground.root, ground.run, ground.contracts)
        if asked.kind == "visits":
            population = relatives(con).join(taken_by(results), on=["target", "evidence"], how="anti", nulls_equal=True)
            made = drawn_from(asked, population, pl.DataFrame(schema=STREETS))
            return with_faces(made, relative_faces(con, made.drawn))
        made = drawn_from(asked, clues_and_households(con), reports_of_streets(con))
        cards = under_todays_secret(ground.root, ground.root.restricted / ground.run / CARDS_FILE)
        clues = clue_faces(con, cards, made.drawn)
        return with_faces(made, pl.concat([household_faces(con, made.drawn), clues]))


def drawn_from(asked: Asked, population: pl.DataFrame, streets: pl.DataFrame) -> Draw:
    """The plan drawn from the population. Raises UsageError for a cross check without two streets."""
    drawn = draw(population, asked.kind, asked.rate, asked.seed)
    strata = strata_of(population, drawn, asked.kind)
    if asked.kind == "cross":
        drawn = assign(drawn, streets["street"])
    else:
        drawn = drawn.with_columns(pl.lit(None, pl.String).alias("checker"))
    if asked.kind == "spot":
        order = streets.with_row_index("rank")
        strata = strata.join(order, on="street", how="left", nulls_equal=True).sort("rank", "sort").drop("rank")
        ranks = drawn.join(order, on="street", how="left", nulls_equal=True, maintain_order="left")["rank"]
        drawn = drawn.with_columns(ranks).sort("rank", maintain_order=True).drop("rank")
    return Draw(population, drawn, streets, strata)


def with_faces(made: Draw, faces: pl.DataFrame) -> Draw:
    """The draw with names, addresses and cards joined to whoever was drawn."""
    return replace(made, drawn=made.drawn.join(faces, on="target", how="left", maintain_order="left"))


def released_by(results: Sequence[PlanResult]) -> list[str]:
    """The ids of open plans without any result yet: a new draw of their kind withdraws them."""
    return [result.plan.plan for result in results if result.status == "open" and not result.checked]


def taken_by(results: Sequence[PlanResult]) -> pl.DataFrame:
    """Everybody whom an open plan with results could have drawn: not drawn again (columns target, evidence)."""
    none = pl.DataFrame(schema=TARGETS)
    begun = [result.plan.population() for result in results if result.status == "open" and result.checked]
    return pl.concat([none, *begun]).select("target", "evidence").unique()


def store(ground: Ground, asked: Asked, made: Draw, now: datetime) -> SamplingPlan:
    """The plan on disk, as a verification record that makes the drawn 查否 复核中. Raises PublishError."""
    results = [result for result in plan_results(ground.records) if result.plan.kind == asked.kind]
    released = released_by(results)
    drawn_by = {"kind": asked.kind, "rate": str(asked.rate), "seed": asked.seed}
    drawn_from = {"run": ground.run, "records": len(ground.records), "drawn": made.drawn.height}
    told = {PLAN: {**drawn_by, **drawn_from}, WITHDRAWS: released}
    with tempfile.TemporaryDirectory(prefix=".plan", suffix=".partial", dir=folder_of_records(ground.root)) as folder:
        files = {POPULATION: made.population, DRAWN: made.drawn, STREETS_FILE: made.streets, STRATA: made.strata}
        places = {name: Path(folder) / name for name in files}
        for name, frame in files.items():
            write_frame(frame, places[name])
        record = append(ground.root, decisions_of(ground, asked, made, released), now, files=places, told=told)
    plan = plans_of([record])[0]
    note(ground.root, now, "sample", plan=plan.plan, as_of=plan.as_of, withdraws=released, **drawn_by, drawn=plan.drawn)
    return plan


def decisions_of(ground: Ground, asked: Asked, made: Draw, released: Sequence[str]) -> list[Decision]:
    """Drawn 查否 are 复核中; those that a withdrawn plan had drawn, and this one has not, are 查否 again."""
    if asked.kind not in UNFOUNDED_KINDS:
        return []
    drawn = made.drawn["target"].to_list()
    with ground.ledger() as con:
        freed = con.execute(
            """select clue_id, plan from previous_ledger where state = $state and list_contains($plans::varchar[], plan)
               order by clue_id""",
            {"state": RECHECKING, "plans": list(released)},
        ).fetchall()
    return [
        *(
            Decision(kind="draw", plan=plan, clue_id=clue, state=UNFOUNDED)
            for clue, plan in freed
            if clue not in {*drawn}
        ),
        *(Decision(kind="draw", clue_id=clue, state=RECHECKING) for clue in drawn),
    ]
