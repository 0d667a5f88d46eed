"""Every estimator against a known truth: bias, coverage and false positives in simulated studies.

``python -m benchmarks.known_truth --replicates 2000 --out docs/known_truth.md``
"""
