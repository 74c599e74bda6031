"""A run goes on when the server has forgotten that it holds the one place of its deployment.

The server keeps the place in its memory, and Prefect ends a run whose place is gone: one that only outlived a restart
of its server. The pool takes one run at a time, so that no other can have come meanwhile.
"""

from contextlib import AbstractContextManager
from uuid import UUID

from prefect import flow_engine
from prefect.concurrency._leases import maintain_concurrency_lease


def kept_without_end(lease: UUID, seconds: float, **_: bool) -> AbstractContextManager[None]:
    """Keeps the place of a run; one that cannot be kept is given up in silence."""
    return maintain_concurrency_lease(lease, seconds, raise_on_lease_renewal_failure=False, suppress_warnings=True)


def outlive_the_server() -> None:
    """From now on no run of this process ends for want of its place."""
    flow_engine.maintain_concurrency_lease = kept_without_end  # type: ignore[assignment, attr-defined]
