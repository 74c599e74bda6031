"""A data root on disk: places, archive, seals, manifests, the audit log."""
