# Adjusted p values; NA stays NA and is not counted.  Rscript multiplicity.R
source("archive.R")

each <- function(sets, f) do.call(rbind, lapply(names(sets), function(s) f(s, sets[[s]])))

families <- list(
  plain = c(0.01, 0.04, 0.03, 0.2, 0.5),
  gaps = c(NA, 0.02, 0.02, NA, 0.9, 0.001),
  one = c(NA, 0.3),
  none = c(NA, NA) + 0,
  above = c(0.6, 0.7, 0.8),
  zero = c(0, 1, 0.049)
)
adjusted <- each(families, function(s, p) {
  data.frame(set = s, p_value = p, holm = p.adjust(p, "holm"), benjamini_hochberg = p.adjust(p, "BH"))
})
archive(adjusted, "multiplicity_expected.csv", "Rscript multiplicity.R")
