"""Results for the registry, made of what the results of a release tell and of nothing else."""
