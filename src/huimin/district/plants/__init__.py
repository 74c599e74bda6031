"""Anomalies and near misses planted in the clean district, one module a group of the rule catalogue.

Each module has `HITS` (rule to a function that plants the i-th hit for an item) and `NEAR` (rule to a function that
plants its near misses). A hit for which another rule must fire as well writes both down.
"""
