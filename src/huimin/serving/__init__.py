"""One machine serves a root: PostgreSQL, Prefect's server with a login, the deployments, a worker."""
