# Spearman's correlation (mid-ranks by rank()), Bonett and Wright's interval.  Rscript rank_correlation.R
source("archive.R")

z_of <- function(level) qnorm(1 - (1 - level) / 2)
levels <- c(0.8, 0.95, 0.99)
each <- function(sets, f) do.call(rbind, lapply(names(sets), function(s) f(s, sets[[s]])))

pairs <- list(
  plain = list(x = c(1, 2, 3, 4, 5, 6, 7), y = c(2.5, 1.5, 4, 3, 7, 5, 6)),
  ties = list(x = c(0, 0, 0, 4, 8, 8, 12, 20, 2, 0), y = c(2, 3, 3, 1, 5, 4, 4, 6, 2, 2)),
  down = list(x = c(3, 1, 2, 5, 4, 9), y = c(2, 9, 7, 3, 1, 0)),
  four = list(x = c(1, 2, 3, 4), y = c(1, 3, 2, 4))
)
correlations <- each(pairs, function(s, g) {
  n <- length(g$x)
  r <- cor(g$x, g$y, method = "spearman")
  half <- z_of(levels) * sqrt((1 + r^2 / 2) / (n - 3))
  data.frame(set = s, level = levels, estimate = r, lower = tanh(atanh(r) - half), upper = tanh(atanh(r) + half),
             p_value = 2 * pnorm(-abs(atanh(r)) * sqrt(n - 3)))
})
archive(each(pairs, function(s, g) data.frame(set = s, x = g$x, y = g$y)), "rank_correlation_data.csv", "Rscript rank_correlation.R")
archive(correlations, "rank_correlation_expected.csv", "Rscript rank_correlation.R")
