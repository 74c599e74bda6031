"""CPU seconds, wall seconds and peak memory of this process and its children, by part."""

import json
import resource
import time
from collections.abc import Callable

from huimin.nights.memory import peak_mb, reset_peak


def cpu() -> float:
    """CPU seconds of this process and of its ended children so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


class Stopwatch:
    """Starts when made; `tell` prints one line of JSON. A part lasts until the next begins."""

    def __init__(self, between: Callable[[], None] = lambda: None) -> None:
        self.between, self.running = between, ""
        self.parts: dict[str, dict[str, float]] = {}
        self.taken: dict[str, object] = {}
        self.highest = 0.0
        self.began, self.cpu_before = self.here = (time.perf_counter(), cpu())
        reset_peak()

    def begins(self, name: str) -> None:
        """What was running ends (`between` is called to end its children), and this part begins."""
        self.between()
        now, peak = (time.perf_counter(), cpu()), peak_mb() or 0.0
        if self.running:
            wall, used = (after - before for after, before in zip(now, self.here))
            self.parts[self.running] = {"wall": wall, "cpu": used, "peak_mb": peak}
        self.highest = max(self.highest, peak)
        self.running, self.here = name, now
        reset_peak()

    def stop(self) -> None:
        """Takes the figures; what comes after does not count."""
        self.begins("")
        wall, used = self.here[0] - self.began, self.here[1] - self.cpu_before
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        self.taken = {"cpu": used, "wall": wall, "peak_mb": max(self.highest, children), "parts": self.parts}

    def tell(self, **more: object) -> None:
        """Prints what was taken, and more."""
        print(json.dumps({**self.taken, **more}))
