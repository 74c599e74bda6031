"""Masking, keyed hashes and Chinese dates as SQL macros of one connection: what `identity` does, for whole tables."""

from hashlib import sha256

import duckdb

from huimin.identity import IDS_INSIDE, INSIDE_TEXTS
from huimin.tables.sql import literal

BLOCK = 64
"""Bytes of a SHA-256 block (FIPS 198-1)."""
NAME_AT_THE_END = r"(?s)\p{Han}.{0,2}\p{Han}.{0,2}$"
"""Two Han characters among the last four: clerks write a name behind a number, and a lone character is none."""


def lay_masks(con: duckdb.DuckDBPyConnection, secret: bytes) -> None:
    """Temporary macros on the connection; they and the secret in them are never written to the database file.

    `masked_id`, `masked_name`, `masked_account`, `masked_plate`, `keyed(domain, value)`: as in `identity`.
    `masked_code(text)`: the last four characters, but none of a number that an ID number is part of (disability
    certificates, school registers), and none where they may be a name.
    `scrubbed(text)`: what looks like an ID number, a phone number, a bank card or a plate inside a text is masked.
    `shown_day(day, form)`: the day in Chinese, form month, year, term or day. `form_of(starts_on, ends_on)`: that form.
    Nulls give null.
    """
    lay_keyed(con, "keyed", secret)
    for macro in MACROS:
        con.execute(f"create or replace temp macro {macro}")
    con.execute(f"create or replace temp macro scrubbed(x) as {scrubbed_sql('x')}")
    hidden = (*IDS_INSIDE, NAME_AT_THE_END)
    holds = " or ".join(f"regexp_matches(x, {literal(pattern)})" for pattern in hidden)
    con.execute(
        f"create or replace temp macro masked_code(x) as case when {holds} then '****' else masked_account(x) end"
    )


def lay_keyed(con: duckdb.DuckDBPyConnection, name: str, secret: bytes) -> None:
    """The macro `name(domain, value)` on the connection: `identity.keyed_hash` under that secret."""
    key = sha256(secret).digest() if len(secret) > BLOCK else secret
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(BLOCK, b"\0")).hex() for pad in (0x36, 0x5C))
    con.execute(
        f"create or replace temp macro {name}(domain, value) as left(sha256(from_hex('{outer}') || from_hex("
        f"sha256(from_hex('{inner}') || encode(domain || ':' || value)))), 16)"
    )


def scrubbed_sql(text: str) -> str:
    """The SQL expression for `identity.mask_ids_in` of a text."""
    for pattern, shown in INSIDE_TEXTS:
        for _ in range(2):
            text = f"regexp_replace({text}, {literal(pattern)}, {literal(shown)}, 'g')"
    return text


MACROS = (
    "masked_id(x) as case when length(x) = 18 then left(x, 6) || repeat('*', 12) else repeat('*', length(x)) end",
    "masked_name(x) as case when length(x) = 1 then '*' else left(x, 1) || repeat('*', length(x) - 1) end",
    "masked_account(x) as '****' || case when length(x) > 4 then right(x, 4) else left(x, 0) end",
    "masked_plate(x) as case when length(x) < 6 or unicode(right(left(x, 2), 1)) > 127 then '****' "
    "else left(x, 2) || '****' || right(x, 1) end",
    "form_of(starts_on, ends_on) as case "
    "when day(starts_on) = 1 and ends_on = last_day(starts_on) then 'month' "
    "when starts_on = make_date(year(starts_on), 1, 1) and ends_on = make_date(year(starts_on), 12, 31) then 'year' "
    "when starts_on = make_date(year(starts_on), 2, 1) and ends_on = make_date(year(starts_on), 7, 31) then 'term' "
    "when starts_on = make_date(year(starts_on), 9, 1) and ends_on = make_date(year(starts_on) + 1, 1, 31) then 'term' "
    "else 'day' end",
    "shown_day(x, form) as year(x) || '年' || case form when 'year' then '' "
    "when 'term' then case when month(x) < 9 then '春季学期' else '秋季学期' end "
    "when 'month' then month(x) || '月' else month(x) || '月' || day(x) || '日' end",
)
