"""How much memory the machine has, and the most that this process had, step by step, as Linux counts it."""

import os
from pathlib import Path

OWN = Path("/proc/self")
CONFINED = Path("/sys/fs/cgroup/memory.max")
"""What a control group may use; absent, or `max`, where there is no limit."""


def reset_peak() -> None:
    """From now on the peak is counted anew, where the system lets it."""
    try:
        (OWN / "clear_refs").write_text("5")
    except OSError:
        return  # the peak is then that since the process began


def peak_mb() -> float | None:
    """The most MB that this process had since `reset_peak`; None where the system does not tell."""
    try:
        lines = (OWN / "status").read_text("utf-8").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)


def machine_bytes() -> int:
    """Memory that this machine has, or the control group that it is confined to (a container's), in bytes."""
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        return min(whole, int(CONFINED.read_text()))
    except (OSError, ValueError):
        return whole
