"""Simulated studies: truths, draws, and what the plan's estimators do with thousands of studies."""
