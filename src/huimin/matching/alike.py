"""What SQL DuckDB and Spark read alike, and in which words anything else is refused."""

from sqlglot import exp

from huimin.language import _
from huimin.matching.intervals import multiplies_an_interval
from huimin.matching.quotients import is_quotient

ALIKE: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.And, exp.Or, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least, exp.Exists,
        exp.Cast, exp.TryCast,
        exp.Count, exp.CountIf, exp.Sum, exp.Min, exp.Max, exp.LogicalAnd, exp.LogicalOr, exp.Grouping,
        exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue,
        exp.Abs, exp.Ceil, exp.Floor, exp.Round, exp.Sign,
        exp.Length, exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Pad, exp.Repeat,
        exp.Replace, exp.Translate, exp.Concat, exp.ConcatWs, exp.Contains, exp.StartsWith, exp.EndsWith,
        exp.StrPosition, exp.SplitPart, exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace,
        exp.DateFromParts, exp.Day, exp.Month, exp.Quarter, exp.Year, exp.DayOfYear, exp.WeekOfYear, exp.LastDay,
        exp.TimestampTrunc, exp.Extract, exp.TimeToStr,
    }
)  # fmt: skip
"""The functions that give the same on both (`tests/unit/matching/test_alike.py`)."""

REFUSED: dict[type[exp.Expr], str] = {
    exp.Pivot: "PIVOT",
    exp.Lambda: "a lambda",
    exp.Slice: "a slice",
    exp.Bracket: _("a list or map element"),
    exp.Array: "a list",
    exp.Struct: "a struct",
    exp.ArrayAgg: _("list() and array_agg()"),
    exp.GroupConcat: _("string_agg() (return one hit a row: the engine joins facts)"),
    exp.Unnest: "unnest()",
    exp.Explode: "unnest()",
    exp.DateDiff: _("date_diff() (compare dates, or years and months)"),
    exp.DateSub: _("date_sub() (use - interval)"),
    exp.DateAdd: _("date_add() (use + interval)"),
    exp.TimestampDiff: _("date_diff() (compare dates, or years and months)"),
    exp.Avg: _("avg() (write sum(x) / nullif(count(x), 0))"),
    exp.IntDiv: _("// (write floor(a / b))"),
    exp.First: _("first() (order is undefined: use min or max)"),
    exp.Last: _("last() (order is undefined: use min or max)"),
    exp.AnyValue: _("any_value() (order is undefined: use min or max)"),
    exp.CurrentDate: _("current_date (use run.run_date)"),
    exp.CurrentTimestamp: _("now() (use run.run_date)"),
    exp.ToDays: _("to_days() (use interval)"),
    exp.ILike: "ilike",
    exp.SimilarTo: "similar to",
    exp.Collate: "collate",
    exp.Any: "any",
    exp.All: "all",
    exp.Limit: "limit",
    exp.Offset: "offset",
    exp.TableSample: "a sample",
    exp.Parameter: _("a parameter (use the tables run and policy_…)"),
    exp.Placeholder: _("a parameter (use the tables run and policy_…)"),
}  # fmt: skip
"""Syntax that the engines read differently, or whose answer depends on order or clock."""

ORDERED = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
PARTS = ("YEAR", "QUARTER", "MONTH", "DAY")
FORMATS = ("%Y", "%m", "%d")
WHOLE = ("tinyint", "smallint", "int", "bigint", "int128")
TEXT = ("text", "varchar", "char")
MADE_WHOLE = (
    exp.Null, exp.Boolean, exp.Predicate, exp.Not, exp.Count, exp.CountIf, exp.Length, exp.StrPosition, exp.Year,
    exp.Quarter, exp.Month, exp.Day, exp.Extract, exp.Round, exp.Floor, exp.Ceil, exp.RowNumber, exp.Rank,
    exp.DenseRank,
    exp.Trim, exp.Substring, exp.Left, exp.Right, exp.Replace, exp.Translate, exp.RegexpReplace, exp.RegexpExtract,
    exp.SplitPart,
)  # fmt: skip
"""What can be cast to a whole number: it is one, or a text."""
MADE_DAYS = (exp.DateFromParts, exp.LastDay, exp.TimestampTrunc)


def node_fault(node: exp.Expr) -> str | None:
    """What is wrong with one node of a parsed query."""
    for kind, words in REFUSED.items():
        if isinstance(node, kind):
            return words
    if isinstance(node, exp.Anonymous):
        return f"{node.name.lower()}()"
    if isinstance(node, exp.Func) and type(node) not in ALIKE:
        return f"{called(node)}()"
    return clause_fault(node) or number_fault(node) or text_fault(node) or day_fault(node)


def called(function: exp.Expr) -> str:
    """What rules call the function."""
    return function.sql(dialect="duckdb").split("(", 1)[0].lower()


def clause_fault(node: exp.Expr) -> str | None:
    """What is wrong with a clause, a join or a table."""
    if isinstance(node, exp.Select) and node.args.get("qualify"):
        return "QUALIFY"
    if isinstance(node, exp.Having) and (names := aliases_meant_as_columns(node)):
        return _("{names} in HAVING, a column and a result of that name (qualify the column)", names=names)
    if isinstance(node, exp.Join) and str(node.method).upper() in ("ASOF", "POSITIONAL"):
        return _("a {method} join", method=node.method.lower())
    if isinstance(node, exp.Star) and (node.args.get("except_") or node.args.get("replace")):
        return _("* exclude, * replace")
    if isinstance(node, exp.With) and node.args.get("recursive"):
        return _("a recursive CTE")
    if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
        return "union by name"
    if isinstance(node, exp.Distinct) and node.args.get("on"):
        return _("distinct on (use row_number() in an order without ties)")
    if isinstance(node, exp.Filter) and isinstance(node.parent, exp.Window):
        return _("a filter of a window (use case)")
    if isinstance(node, exp.Window) and isinstance(node.this, ORDERED) and not node.args.get("order"):
        return _("{name}() without an order", name=called(node.this))
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        return _("a table function")
    if isinstance(node, exp.Table) and (node.args.get("db") or "/" in node.name or "." in node.name):
        return _("a file or another database as a table")
    return None


def number_fault(node: exp.Expr) -> str | None:
    """What is wrong with a division, a sum of quotients, or a cast to a whole number; None when it is sound."""
    if isinstance(node, exp.Div | exp.Mod) and not nonzero(node.expression):
        return _("a division whose divisor may be zero (wrap it in nullif)")
    if isinstance(node, exp.Sum) and is_quotient(node.this):
        return _("a sum of quotients, which depends on their order (cast them to a decimal first)")
    if isinstance(node, exp.Cast) and node.is_type(*WHOLE) and not is_whole_or_text(node.this.unnest()):
        return _("a cast to a whole number, which rounds or cuts (round() or floor() a number, trim() a text)")
    return None


def is_whole_or_text(node: exp.Expr) -> bool:
    """Whether the expression gives a whole number or a text, so that casting it to a whole number rounds nothing."""
    if isinstance(node, exp.Window):
        return is_whole_or_text(node.this)
    if isinstance(node, exp.Cast):
        return bool(node.is_type(*WHOLE, *TEXT, "boolean"))
    return isinstance(node, MADE_WHOLE) or (isinstance(node, exp.Literal) and (node.is_string or node.is_int))


def text_fault(node: exp.Expr) -> str | None:
    """What is wrong with a function of texts, or with what is made one."""
    parts = made_texts(node)
    if any(map(is_quotient, parts)):
        return _("a quotient as text (cast it to a decimal first)")
    if any(isinstance(part.unnest(), exp.Add | exp.Sub) and part.find(exp.Interval) for part in parts):
        return _("a day with an interval added as text (cast it to date first)")
    if isinstance(node, exp.Substring) and not begins_within(node.args.get("start")):
        return _("substring() from a place before the first (places count from 1)")
    if isinstance(node, exp.Left | exp.Right) and isinstance(node.expression, exp.Neg):
        return _("left() or right() of a negative length")
    if isinstance(node, exp.RegexpLike | exp.RegexpExtract) and (node.args.get("flag") or node.args.get("parameters")):
        return _("a regular expression with options")
    if isinstance(node, exp.RegexpReplace) and not replaces_all(node):
        return _("regexp_replace() that does not replace all ('g'), or whose replacement has \\ or $")
    return None


def made_texts(node: exp.Expr) -> list[exp.Expr]:
    """What the node makes texts of."""
    if isinstance(node, exp.Cast):
        return [node.this] if node.is_type(*TEXT) else []
    if isinstance(node, exp.DPipe):
        return [node.this, node.expression]
    return list(node.expressions) if isinstance(node, exp.Concat | exp.ConcatWs) else []


def begins_within(start: exp.Expr | None) -> bool:
    """Whether the start of a substring may be 1 or more; anything but a literal may."""
    return not isinstance(start, exp.Neg) and not (isinstance(start, exp.Literal) and start.name == "0")


def replaces_all(node: exp.RegexpReplace) -> bool:
    """Whether it replaces every match by a literal that means itself."""
    by, how = node.args.get("replacement"), node.args.get("modifiers")
    return isinstance(by, exp.Literal) and not {*by.name} & {*"\\$"} and how is not None and how.name == "g"


def day_fault(node: exp.Expr) -> str | None:
    """What is wrong with days and intervals."""
    if multiplies_an_interval(node):
        return _("a multiplied interval (write day + n * interval '1' year, month, week or day)")
    if isinstance(node, exp.Sub) and is_day(node.this) and is_day(node.expression):
        return _("a difference of two days (compare dates, or years and months)")
    if isinstance(node, exp.Interval) and not isinstance(node.parent, exp.Add | exp.Sub | exp.Mul | exp.WindowSpec):
        return _("an interval that is not added to a day")
    if isinstance(node, exp.Extract) and node.name.upper() not in PARTS:
        return _("extract() of anything but year, quarter, month, day")
    if isinstance(node, exp.TimeToStr) and not is_plain_format(node.args["format"]):
        return _("strftime() with anything but %Y, %m, %d")
    return None


def is_day(node: exp.Expr) -> bool:
    """Whether it is a day, by how it is made or how days are named."""
    node = node.unnest()
    if isinstance(node, exp.Column):
        return node.name.endswith("_on")
    return isinstance(node, MADE_DAYS) or (isinstance(node, exp.Cast) and bool(node.is_type("date")))


def is_plain_format(form: exp.Expr) -> bool:
    """Whether both engines write a day so."""
    if not isinstance(form, exp.Literal):
        return False
    rest = form.name
    for one in FORMATS:
        rest = rest.replace(one, "")
    return "%" not in rest


def aliases_meant_as_columns(having: exp.Having) -> str:
    """Columns in HAVING that Spark takes for results of the SELECT and DuckDB for columns, since both have the name."""
    select = having.parent
    results = select.expressions if isinstance(select, exp.Select) else []
    renamed = {one.alias for one in results if isinstance(one, exp.Alias) and not isinstance(one.this, exp.Column)}
    named = {column.name for column in having.find_all(exp.Column) if not column.table}
    return ", ".join(sorted(renamed & named))


def nonzero(divisor: exp.Expr) -> bool:
    """Whether a divisor is a literal other than 0, or guarded by nullif."""
    inner = divisor.unnest()
    if isinstance(inner, exp.Literal):
        return inner.is_number and float(inner.name) != 0
    return isinstance(inner, exp.Nullif)
