"""The estimates of the analysis plan, by key: cohort in, estimates out."""
