# Standardised differences of numbers and of counts.  Rscript standardised_difference.R
source("archive.R")

z_of <- function(level) qnorm(1 - (1 - level) / 2)
levels <- c(0.8, 0.95, 0.99)
each <- function(sets, f) do.call(rbind, lapply(names(sets), function(s) f(s, sets[[s]])))

groups <- list(
  age = list(r = c(41, 55, 38, 62, 47), n = c(50, 61, 44, 58, 66, 39, 71)),
  tied = list(r = c(2.3, 2.3, 2.3), n = c(1, 2, 3, 4)),
  two = list(r = c(1, 2), n = c(5, 9))
)
standardised <- function(d, n1, n0, level) {
  half <- z_of(level) * sqrt(1 / n1 + 1 / n0 + d^2 / (2 * (n1 + n0)))
  data.frame(level = level, estimate = d, lower = d - half, upper = d + half)
}
numbers <- each(groups, function(s, g) {
  d <- (mean(g$r) - mean(g$n)) / sqrt((var(g$r) + var(g$n)) / 2)
  cbind(set = s, standardised(d, length(g$r), length(g$n), levels), sd_r = sd(g$r), sd_n = sd(g$n))
})
counts <- expand.grid(c1 = 0:3, n1 = c(3L, 8L), c0 = c(0L, 2L, 5L), n0 = c(5L, 11L))
shares <- do.call(rbind, lapply(seq_len(nrow(counts)), function(i) {
  k <- counts[i, ]
  p1 <- k$c1 / k$n1
  p0 <- k$c0 / k$n0
  spread <- sqrt((p1 * (1 - p1) + p0 * (1 - p0)) / 2)
  if (spread == 0) return(NULL)
  cbind(k, standardised((p1 - p0) / spread, k$n1, k$n0, 0.95), row.names = NULL)
}))
values <- each(groups, function(s, g) rbind(data.frame(set = s, role = "responders", value = g$r),
                                            data.frame(set = s, role = "non_responders", value = g$n)))
archive(values, "standardised_difference_data.csv", "Rscript standardised_difference.R")
archive(numbers, "standardised_difference_numbers.csv", "Rscript standardised_difference.R")
archive(shares, "standardised_difference_shares.csv", "Rscript standardised_difference.R")
