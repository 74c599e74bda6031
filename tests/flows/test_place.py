"""A run whose place its server has forgotten."""

import time
from uuid import uuid4

import pytest
from prefect import flow_engine
from prefect.concurrency import _leases

import flows


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> bool:
        raise ConnectionError

    monkeypatch.setattr(_leases, "_lease_renewal_loop", gone)


def work(keeps) -> bool:
    """Whether a second of work under the lease is done to its end."""
    with keeps(uuid4(), 300, raise_on_lease_renewal_failure=True):
        for _ in range(10):
            time.sleep(0.1)
        return True


def test_the_run_goes_on() -> None:
    assert flows.__doc__
    assert work(flow_engine.maintain_concurrency_lease)


def test_prefect_would_end_it() -> None:
    with pytest.raises(BaseException, match=r"^$") as ended:
        work(_leases.maintain_concurrency_lease)
    assert "Cancel" in type(ended.value).__name__
