"""Benchmarks: speed beside peers, and estimators against a known truth."""
