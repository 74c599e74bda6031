"""惠民: which welfare subsidies should be looked at, and why. The core: no Prefect, no environment, no clock."""
