"""Analysis datasets: typed tables, analysis sets and estimates, with their codebook."""
