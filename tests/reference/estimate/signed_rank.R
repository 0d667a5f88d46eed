# Hodges–Lehmann by all Walsh averages; p by Pratt (1959), Cureton (1967).  Rscript signed_rank.R
source("archive.R")

sets <- list(
  no_ties = c(1.1, -0.4, 2.3, 3.2, -1.7, 4.6, 0.9, 2.8, 5.3, 1.9),
  ties = c(1, 2, 2, 3, -1, 4, 2, 3, -2, 5, 1),
  zeros = c(0, 2, 0, 3, -1, 4, 0, 3, 1, 5, 2, 0),
  mostly_zeros = c(0, 0, 0, 0, 0, 0, 0, 2),
  nrs = c(3, 0, 4.5, 2, 2, 0, 5, -1, 1.5, 3, 3, 2, 0, 6, 4, 1, 2, 3, -0.5, 2, 2.5),
  worse = -c(3, 0, 4, 2, 2, 1, 5),
  balanced = c(-3, -2, -1, 1, 2, 3),
  all_equal = c(2, 2, 2, 2, 2, 2, 2),
  all_zero = c(0, 0, 0, 0, 0),
  four = c(1, 2, 3, 4),
  five = c(1, 2, 3, 4, 6),
  one = 3,
  sleep = sleep$extra[sleep$group == 2] - sleep$extra[sleep$group == 1]
)

pratt_p <- function(d) {
  n <- length(d)
  zeros <- sum(d == 0)
  if (zeros == n) return(NA_real_)
  ranks <- rank(abs(d))                              # zeros are ranked with the others ...
  plus <- sum(ranks[d > 0])                          # ... and then leave the sum
  centre <- (n * (n + 1) - zeros * (zeros + 1)) / 4
  ties <- table(abs(d[d != 0]))
  variance <- (n * (n + 1) * (2 * n + 1) - zeros * (zeros + 1) * (2 * zeros + 1)) / 24 -
    sum(ties^3 - ties) / 48
  z <- plus - centre
  z <- (z - sign(z) * 0.5) / sqrt(variance)
  2 * min(pnorm(z), pnorm(z, lower.tail = FALSE))
}

hodges_lehmann <- function(d, level) {
  n <- length(d)
  walsh <- outer(d, d, "+") / 2
  walsh <- sort(walsh[lower.tri(walsh, diag = TRUE)])
  k <- floor(n * (n + 1) / 4 - qnorm(1 - (1 - level) / 2) * sqrt(n * (n + 1) * (2 * n + 1) / 24))
  c(median(walsh),
    if (k >= 0) walsh[k + 1] else NA,
    if (k >= 0) walsh[length(walsh) - k] else NA)
}

# Without zeros Pratt's test is wilcox.test's own: the transcription must agree with it.
for (d in sets) if (all(d != 0) && length(d) > 1) {
  own <- suppressWarnings(wilcox.test(d, exact = FALSE, correct = TRUE)$p.value)
  stopifnot(abs(pratt_p(d) - own) < 1e-14)
}

data <- do.call(rbind, lapply(names(sets), function(s) data.frame(set = s, value = sets[[s]])))
expected <- do.call(rbind, lapply(names(sets), function(s) {
  do.call(rbind, lapply(c(0.8, 0.95, 0.99), function(level) {
    e <- hodges_lehmann(sets[[s]], level)
    data.frame(set = s, level = level, n = length(sets[[s]]), zeros = sum(sets[[s]] == 0),
               estimate = e[1], lower = e[2], upper = e[3], p_value = pratt_p(sets[[s]]))
  }))
}))
archive(data, "signed_rank_data.csv", "Rscript signed_rank.R")
archive(expected, "signed_rank_expected.csv", "Rscript signed_rank.R")
