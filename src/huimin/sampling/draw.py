"""Who is drawn: a pure function of (kind, rate, seed, population), whatever the order of the population's rows."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from hashlib import sha256

import polars as pl

from huimin.errors import UsageError
from huimin.language import _
from huimin.ledger.plans import PlanKind

TITLES: Mapping[PlanKind, str] = {"recheck": "查否复核", "spot": "抽查", "visits": "近亲属走访", "cross": "交叉复核"}
FLOORS: Mapping[PlanKind, Decimal] = {
    "recheck": Decimal("0.2"),
    "spot": Decimal("0.3"),
    "visits": Decimal(1),
    "cross": Decimal("0.2"),
}
"""The smallest rate of each kind; also the rate when none is said."""

STRATA: Mapping[PlanKind, tuple[str, ...]] = {
    "recheck": ("street", "item"),
    "cross": ("street", "item"),
    "spot": ("street", "sort"),
    "visits": ("street", "sort"),
}
"""Within each of these the rate holds; a missing street is a stratum of its own."""

TARGETS = pl.Schema(
    {
        "sort": pl.String(),  # clue, household, person
        "target": pl.String(),  # clue_id, household_key, person_key
        "street": pl.String(),
        "item": pl.String(),  # of a clue
        "evidence": pl.String(),  # of a clue found 查否: the evidence it was decided on
    }
)
"""Columns of a population, one row a target; those of a plan have `checker` too."""


def rate_of(text: str | None, kind: PlanKind) -> Decimal:
    """The rate as it was typed, exact; the kind's floor when nothing was. Raises UsageError below it or above 1."""
    if text is None:
        return FLOORS[kind]
    try:
        rate = Decimal(text.strip())
    except InvalidOperation:
        raise unusable_rate(kind) from None
    if not rate.is_finite() or not FLOORS[kind] <= rate <= 1:
        raise unusable_rate(kind)
    return rate.normalize()


def unusable_rate(kind: PlanKind) -> UsageError:
    """The error for a rate that no plan of the kind may have."""
    floor = FLOORS[kind]
    allowed = (
        _("exactly 1.0: every one of them") if floor == 1 else _("at least {floor:.2f} and at most 1", floor=floor)
    )
    return UsageError(
        "--rate",
        _("the rate of a {kind} plan is {allowed}", kind=kind, allowed=allowed),
        _("leave --rate out, or give {floor:.2f}", floor=floor),
    )


def quota(rate: Decimal, size: int) -> int:
    """How many of a stratum are drawn: the rate times its size, rounded up, without a float between."""
    share = Fraction(rate) * size
    return -(-share.numerator // share.denominator)


def draw(population: pl.DataFrame, kind: PlanKind, rate: Decimal, seed: int) -> pl.DataFrame:
    """The drawn rows of the population (`TARGETS`), by stratum and within it in the order to be checked.

    In each stratum those come first whose hash of seed, kind and target is smallest: adding or taking others away
    moves nobody else's place, and no list, machine or library has a say.
    """
    strata = list(STRATA[kind])
    sizes = population.group_by(strata).len("size")
    quotas = sizes.with_columns(pl.Series("quota", [quota(rate, size) for size in sizes["size"]], dtype=pl.Int64))
    places = pl.Series("place", [place_of(seed, kind, target) for target in population["target"]], dtype=pl.String)
    return (
        population.with_columns(places)
        .sort(*strata, "place", nulls_last=True)
        .with_columns(pl.int_range(pl.len()).over(strata).alias("rank"))
        .join(quotas, on=strata, nulls_equal=True, how="left", maintain_order="left")
        .filter(pl.col("rank") < pl.col("quota"))
        .select(population.columns)
    )


def place_of(seed: int, kind: PlanKind, target: str) -> str:
    """Where a target stands in the seed's order."""
    return sha256(f"{seed}\x1f{kind}\x1f{target}".encode()).hexdigest()


def assign(drawn: pl.DataFrame, streets: Iterable[str]) -> pl.DataFrame:
    """The drawn clues with `checker`: another street than the clue's own, each with as even a load as can be.

    A clue without a street goes to any. Raises UsageError when there are not two streets.
    """
    checkers = sorted(set(streets))
    if len(checkers) < 2:
        raise UsageError(
            "--kind cross", _("there is no other street that could check"), _("draw --kind recheck instead")
        )
    waiting: defaultdict[str | None, deque[int]] = defaultdict(deque)
    for row, street in enumerate(drawn["street"]):
        waiting[street].append(row)
    room = shared_out(drawn.height, checkers, Counter(drawn["street"].to_list()))
    names = sorted({*checkers, *waiting}, key=lambda name: (name is None, name or ""))

    def pressing(name: str | None) -> int:
        """Clues that it still owns or takes. One with as many as are left may not wait: a clue would stay its own."""
        return len(waiting[name]) + room[name]

    chosen = [""] * drawn.height
    for _turn in range(drawn.height):
        first = max(names, key=pressing)
        owner = first if waiting[first] else max((n for n in names if n != first and waiting[n]), key=pressing)
        checker = first if owner != first else max((n for n in names if n != first and room[n]), key=pressing)
        chosen[waiting[owner].popleft()] = str(checker)
        room[checker] -= 1
    return drawn.with_columns(pl.Series("checker", chosen, dtype=pl.String))


def shared_out(size: int, checkers: Sequence[str], owned: Counter[str | None]) -> Counter[str | None]:
    """How many each street checks: as even as can be, and no more than there are of others."""
    room: Counter[str | None] = Counter()
    for _turn in range(size):
        room[min((name for name in checkers if room[name] + owned[name] < size), key=lambda name: room[name])] += 1
    return room


def strata_of(population: pl.DataFrame, drawn: pl.DataFrame, kind: PlanKind) -> pl.DataFrame:
    """One row a stratum: its columns, `population` and `drawn`, ordered by them, nulls last."""
    strata = list(STRATA[kind])
    sizes = population.group_by(strata).len("population")
    counts = drawn.group_by(strata).len("drawn")
    return (
        sizes.join(counts, on=strata, nulls_equal=True, how="left")
        .with_columns(pl.col("population", "drawn").cast(pl.Int64).fill_null(0))
        .sort(strata, nulls_last=True)
    )
