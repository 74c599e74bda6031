"""A project: the contracts, rules, standard views and policy that a night goes by, as one folder has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from huimin.contracts.contract import Contract, load_contracts
from huimin.errors import UsageError
from huimin.language import _
from huimin.matching.policy import Policy, load_policy
from huimin.matching.rule import Catalogue, Rule, View, load_rules, load_views
from huimin.store.root import Root

CARRIED = "carried"
"""The folder of the package in which a wheel has the project that it was built from."""


@dataclass(frozen=True)
class Project:
    """What one folder says is delivered and looked for. Each part is read once, when it is first asked for."""

    path: Path
    """The folder with ``expectations/`` and ``rules/``."""

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """Every contract by roster. Raises ContractError."""
        return load_contracts(self.path / "expectations")

    @cached_property
    def views(self) -> Mapping[str, View]:
        """The standard views by name. Raises RuleError."""
        return load_views(self.path / "rules" / "views", self.contracts)

    @cached_property
    def policy(self) -> Policy:
        """The policy as the project has it, without any root's own values. Raises RuleError."""
        return load_policy(self.path / "rules" / "policy.toml", None)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The whole catalogue by rule. Raises RuleError."""
        return load_rules(self.path / "rules", Catalogue(self.contracts, self.views, self.policy.parameters.keys()))

    def policy_of(self, root: Root) -> Policy:
        """The policy in force in a root: the project's, with the root's own values. Raises RuleError."""
        return load_policy(self.path / "rules" / "policy.toml", root.policy_override())

    def cases_of(self, rule: str) -> Path:
        """The file of a rule's given and expected cases."""
        return self.path / "tests" / "rules" / f"{rule}.toml"

    def __reduce__(self) -> tuple[type["Project"], tuple[Path]]:
        """Only the folder goes to another process, which reads it itself."""
        return Project, (self.path,)


def open_project(folder: Path) -> Project:
    """The project of that folder. Raises UsageError when it is none."""
    if not all((folder / part).is_dir() for part in ("expectations", "rules")):
        raise UsageError(str(folder), _("this is no project"), _("give the folder that holds expectations/ and rules/"))
    return Project(folder.resolve())


def own_project() -> Project:
    """The project that this code came with: its checkout's, or what its wheel carries."""
    package = Path(str(files("huimin")))
    carried = package / CARRIED
    return Project(carried if carried.is_dir() else package.parents[1])
