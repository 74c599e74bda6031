"""CPU seconds, wall seconds and peak memory of this process and its children, by part."""

import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager


def cpu() -> float:
    """CPU seconds of this process and of its ended children so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


class Stopwatch:
    """Starts when made; `tell` prints one line of JSON."""

    def __init__(self) -> None:
        self.began, self.cpu_before, self.parts = time.perf_counter(), cpu(), {}
        self.taken, self.running = {}, None

    def begins(self, name: str) -> None:
        """From now on the wall seconds are those of this part."""
        now = time.perf_counter()
        if self.running:
            self.parts[self.running[0]] = now - self.running[1]
        self.running = (name, now)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Wall seconds of one part."""
        began = time.perf_counter()
        yield
        self.parts[name] = time.perf_counter() - began

    def stop(self) -> None:
        """Takes the figures; what comes after does not count."""
        self.begins("")
        wall, used = time.perf_counter() - self.began, cpu() - self.cpu_before
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        self.taken = {"cpu": used, "wall": wall, "peak_mb": peak / 1024, "parts": self.parts}

    def tell(self, **more: object) -> None:
        """Prints what was taken, and more."""
        print(json.dumps({**self.taken, **more}))
