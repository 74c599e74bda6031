"""The one error tree: a class an exit code; a message says where, what and what to try, never a cell value."""

from huimin.language import _, in_chinese


class HuiminError(Exception):
    """A fault that the user can correct: ``where: problem`` on the first line, ``try: fix`` on the second."""

    exit_code = 1

    def __init__(self, where: str, problem: str, fix: str) -> None:
        super().__init__(where, problem, fix)
        self.where, self.problem, self.fix = where, problem, fix

    def __str__(self) -> str:
        return f"{self.told}\ntry: {self.fix}"

    @property
    def told(self) -> str:
        """Where and what, on one line that can be read in both languages."""
        return _("{where}: {problem}", where=self.where, problem=self.problem)

    def in_chinese(self) -> str:
        """The same two lines for whoever reads Chinese."""
        return f"{in_chinese(self.told)}\n怎样改：{in_chinese(self.fix)}"


class UnforeseenFault(Exception):  # noqa: N818  a fault of Huimin, named as such
    """A fault of Huimin itself: the kind of exception and its place, without its message, which can quote a cell."""


class UsageError(HuiminError):
    """The command's words are off."""

    exit_code = 2


class ContractError(HuiminError):
    """A contract under ``expectations/`` is wrong."""

    exit_code = 10


class DeliveryError(HuiminError):
    """A delivered file cannot be used; the delivery is refused. Beside the message, what is known of its header."""

    exit_code = 11

    def __init__(
        self,
        where: str,
        problem: str,
        fix: str,
        *,
        unknown_columns: tuple[str, ...] = (),
        nearly_known: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(where, problem, fix)
        self.unknown_columns, self.nearly_known = unknown_columns, nearly_known

    def read_as(self, title: str) -> "DeliveryError":
        """The same error of a file whose content was taken for something else than its name says."""
        told = f"内容按{title}读取：{self.problem}"
        return DeliveryError(
            self.where, told, self.fix, unknown_columns=self.unknown_columns, nearly_known=self.nearly_known
        )


class QualityError(HuiminError):
    """A critical expectation failed, or the gate itself is broken."""

    exit_code = 12


class RuleError(HuiminError):
    """A rule or the policy is wrong."""

    exit_code = 13


class PublishError(HuiminError):
    """Outputs could not be written whole."""

    exit_code = 14


class BusyError(HuiminError):
    """Another run holds the root."""

    exit_code = 15


class InterruptedRun(HuiminError):  # noqa: N818  no fault: somebody wanted it to end
    """Somebody ended the run: ctrl-C, SIGTERM, or a cancellation in Prefect's interface."""

    exit_code = 130

    def __init__(self) -> None:
        super().__init__("运行", "被中止，最新一次的结果不变", "再运行一次，或等下一夜")


HELD = 16
"""The exit code of a run that is published but held: no fault, and nothing to catch."""
