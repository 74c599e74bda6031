"""What Great Expectations says of deliveries: of each one's own rows, and of each beside the others (the gate)."""

from huimin.quality.gate import gate
from huimin.quality.rows import check_deliveries, critical_failures

__all__ = ["check_deliveries", "critical_failures", "gate"]
