"""The most memory that this process had, step by step, as Linux counts it."""

from pathlib import Path

OWN = Path("/proc/self")


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
