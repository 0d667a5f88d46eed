# Rubin's rules with Barnard–Rubin df: mice::pool.scalar on fixed numbers.  Rscript pooling.R
source("archive.R")
suppressPackageStartupMessages(library(mice))

set_of <- function(estimate, variance, df) data.frame(estimate = estimate, variance = variance, df = df)
sets <- list(
  nrs = set_of(c(2.1, 2.4, 1.9, 2.3, 2.2), c(0.21, 0.19, 0.25, 0.2, 0.22), 19),
  two = set_of(c(1, 2), c(0.5, 0.6), 9),
  far_apart = set_of(c(-3, 0, 4, 9), c(1, 2, 1, 3), 11),
  large = set_of(c(0.31, 0.3, 0.32, 0.29), c(0.002, 0.0021, 0.0019, 0.002), 999),
  one_df = set_of(c(5, 6, 5.5), c(1, 2, 1), 1),
  fifty = set_of(2 + sin(1:50) / 5, 0.2 + cos(1:50) / 20, 24)
)
# The formula written out again; mice takes a lambda of at least 1e-4 in it, so no set is below.
barnard_rubin <- function(m, b, t, df) {
  lambda <- (1 + 1 / m) * b / t
  stopifnot(lambda > 1e-4)
  1 / (lambda^2 / (m - 1) + 1 / ((df + 1) / (df + 3) * df * (1 - lambda)))
}
row_of <- function(set, level) {
  d <- sets[[set]]
  # pool.scalar takes n − k for the complete-data df.
  pooled <- pool.scalar(d$estimate, d$variance, n = d$df[1] + 1, k = 1)
  stopifnot(all.equal(pooled$df, barnard_rubin(pooled$m, pooled$b, pooled$t, d$df[1]), tolerance = 1e-13))
  half <- qt(1 - (1 - level) / 2, pooled$df) * sqrt(pooled$t)
  data.frame(set = set, level = level, m = as.double(pooled$m), estimate = pooled$qbar,
             lower = pooled$qbar - half, upper = pooled$qbar + half,
             p_value = 2 * pt(-abs(pooled$qbar / sqrt(pooled$t)), pooled$df), df = pooled$df,
             within_variance = pooled$ubar, between_variance = pooled$b,
             fraction_missing = pooled$fmi)
}
data <- do.call(rbind, lapply(names(sets), function(s) data.frame(set = s, sets[[s]])))
expected <- do.call(rbind, lapply(names(sets), function(s) {
  do.call(rbind, lapply(c(0.8, 0.95, 0.99), function(level) row_of(s, level)))
}))
archive(data, "pooling_data.csv", "Rscript pooling.R", "mice")
archive(expected, "pooling_expected.csv", "Rscript pooling.R", "mice")
