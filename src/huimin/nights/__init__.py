"""The steps of a night in order, each leaving on disk what the next needs."""
