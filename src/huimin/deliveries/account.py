"""The receipt of a delivery: every row of its file counted once, what each slot gives, and why it is refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from huimin.cells.types import MONEY
from huimin.contracts.contract import Contract
from huimin.deliveries.frames import frames_in
from huimin.deliveries.shares import PERSON, Shares, persons_by_slot
from huimin.deliveries.told import slot_of_nothing
from huimin.errors import DeliveryError, HuiminError
from huimin.language import _
from huimin.sheets.shapes import Reading, Table
from huimin.store.delivery import Delivery, Receipt, Share

FILL = "在表头之下填入数据；确实没有发放对象的，在表头下写一行“本月无发放对象”"
BY_REASON = "按各行退回的原因改正后重新报送"
"""What a department can do where no row can be used."""


def refused(delivery: Delivery, read_on: date, digest: str, fault: DeliveryError) -> Receipt:
    """The receipt of a delivery that gives nothing, and says why. `digest` is the contract's, empty without one."""
    return Receipt(
        delivery,
        "refused",
        read_on,
        digest,
        problem=fault.problem,
        fix=fault.fix,
        unknown_columns=fault.unknown_columns,
        nearly_known=fault.nearly_known,
    )


class Account:
    """What is counted of a file while its tables are taken in."""

    def __init__(self, contract: Contract, delivery: Delivery, read_on: date) -> None:
        self._contract, self._delivery, self._read_on = contract, delivery, read_on
        self._counted, self._records, self._accepted, self._rejected, self._last_row = 0, 0, 0, 0, 0
        self._columns: set[str] = set()
        # dictionaries, for their order
        self._unknown_columns: dict[str, None] = {}
        self._nearly_known: dict[tuple[str, str], None] = {}
        self._nil: list[Table] = []
        self._shares = Shares(contract)
        self._reasons = [pl.DataFrame(schema={"column": pl.String, "reason": pl.String, "len": pl.get_index_type()})]
        self.fault: DeliveryError | None = None
        """Why the delivery is refused, though every row of it can be read."""

    def take(self, table: Table) -> None:
        """Counts the table's rows, and notes its headers."""
        self._counted += table.rows
        self._records += table.records.height + table.faults.height
        self._columns |= set(table.records.columns)
        self._unknown_columns |= dict.fromkeys(table.unknown_columns)
        self._nearly_known |= dict.fromkeys(table.nearly_known)
        if table.is_nil:
            self._nil.append(table)

    def count(self, rows: pl.DataFrame, rejects: pl.DataFrame, rejected: int) -> None:
        """Counts what became of a table's rows: some accepted, with their slots, and so many rejected."""
        self._accepted += rows.height
        self._rejected += rejected
        self._last_row = max([self._last_row, *rows["row"].tail(1)])
        self._shares.add(rows)
        if rejects.is_empty():
            return
        reasons = rejects.group_by("column", "reason").len()
        self._reasons = [pl.concat([*self._reasons, reasons]).group_by("column", "reason").agg(pl.col("len").sum())]

    def receipt(self, reading: Reading, rows: Path) -> Receipt:
        """The receipt once all tables are taken in; `rows`: where the accepted ones are.

        Raises:
            HuiminError: the rows do not balance.
        """
        contract, delivery, digest = self._contract, self._delivery, self._contract.digest
        common = replace(
            Receipt(delivery, "refused", self._read_on, digest),
            columns=tuple(column.name for column in contract.columns if column.name in self._columns),
            unknown_columns=tuple(self._unknown_columns),
            nearly_known=tuple(self._nearly_known),
            read_as=reading.read_as,
            other_sheets=reading.other_sheets,
        )
        try:
            if self.fault:
                raise self.fault
            layout = self._layout()
            common = replace(common, records=self._records, accepted=self._accepted)
            shares = tuple(self._told(rows) if self._records else self._nil_shares())
        except DeliveryError as fault:
            return replace(common, problem=fault.problem, fix=fault.fix)
        if not shares:
            return replace(common, problem=self._unusable(), fix=BY_REASON if self._records else FILL)
        return replace(
            common,
            outcome="accepted_with_rejects" if self._rejected else "accepted",
            slots=tuple(share.slot for share in shares),
            shares=shares,
            last_row=self._last_row,
            rows_in_file=self._counted,
            rows_layout=layout,
            rows_accepted=self._accepted,
            rows_rejected=self._rejected,
        )

    def _layout(self) -> int:
        """How many rows are layout. Raises HuiminError when the rows do not balance."""
        counted, read, accepted, rejected = self._counted, self._records, self._accepted, self._rejected
        if counted < read or accepted + rejected != read:
            problem = _(
                "{counted} rows counted, {read} read, {accepted} accepted, {rejected} rejected",
                counted=counted,
                read=read,
                accepted=accepted,
                rejected=rejected,
            )
            fix = _("report this file's layout as a defect")
            raise HuiminError(self._delivery.file, _("the rows do not balance: {problem}", problem=problem), fix)
        return counted - read

    def _told(self, rows: Path) -> Iterator[Share]:
        """The share of the delivery that falls into each slot: rows, money and persons."""
        has_persons = any(column.name == "id_number" for column in self._contract.columns)
        columns = ("slot", PERSON)
        return self._shares.told(
            persons_by_slot(lambda: frames_in(rows, columns), self._accepted) if has_persons else None
        )

    def _nil_shares(self) -> Iterator[Share]:
        """What a delivery without rows gives that says there is nothing to pay: slots without rows."""
        slots = {slot_of_nothing(table, self._contract, self._delivery) for table in self._nil}
        columns = {column.name: column.type for column in self._contract.columns}
        money = {name: "0.00" for name, type_ in columns.items() if type_ is MONEY}
        for slot in sorted(slots):
            yield Share(slot, 0, money, 0 if "id_number" in columns else None)

    def _unusable(self) -> str:
        """Why no row could be used, for the department: how many rows for which reason."""
        if not self._records:
            return "无可用记录：表头之下没有数据行"
        counts = pl.concat(self._reasons).sort("len", "column", "reason", descending=[True, False, False])
        reasons = "；".join(f"{column}: {reason} {count} 行" for column, reason, count in counts.iter_rows())
        return f"无可用记录：{self._records} 行全部退回（{reasons}）"
