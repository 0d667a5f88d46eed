# Means, paired reductions and medians: t.test, qbinom.  Rscript means.R
source("archive.R")

samples <- list(
  whole = c(3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5),
  halves = c(6.5, 4, 7.5, 8, 5.5, 6, 7, 3.5),
  two = c(1, 4),
  percent = 100 * c(3, 0, 5, 2, 7) / c(7, 6, 9, 8, 7),
  negative = -c(0.2, 3.1, 2.7, 0.9, 1.4, 5.8),
  sleep = sleep$extra[sleep$group == 2]
)
pairs <- list(
  nrs = list(pre = c(8, 7, 9, 6, 7, 8, 5, 9, 7, 10), post = c(4, 7, 5, 3, 8, 4, 5, 6, 2, 5)),
  halves = list(pre = c(6.5, 5.3, 7.7, 8), post = c(4.2, 3, 5.5, 8)),
  worse = list(pre = c(3, 4, 2, 5), post = c(5, 5, 4, 9)),
  sleep = list(pre = sleep$extra[sleep$group == 2], post = sleep$extra[sleep$group == 1])
)
levels <- c(0.8, 0.95, 0.99)

data <- rbind(
  do.call(rbind, lapply(names(samples), function(s) {
    data.frame(set = s, role = "values", value = samples[[s]])
  })),
  do.call(rbind, lapply(names(pairs), function(s) {
    rbind(data.frame(set = s, role = "pre", value = pairs[[s]]$pre),
          data.frame(set = s, role = "post", value = pairs[[s]]$post))
  }))
)

mean_row <- function(set, level) {
  x <- samples[[set]]
  test <- t.test(x, conf.level = level)
  data.frame(set = set, what = "mean", level = level, n = length(x),
             estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2],
             sd = sd(x), p_value = NA_real_, t = NA_real_)
}
paired_row <- function(set, level) {
  pair <- pairs[[set]]
  test <- t.test(pair$pre, pair$post, paired = TRUE, conf.level = level)
  data.frame(set = set, what = "paired", level = level, n = length(pair$pre),
             estimate = unname(test$estimate), lower = test$conf.int[1], upper = test$conf.int[2],
             sd = sd(pair$pre - pair$post), p_value = test$p.value, t = unname(test$statistic))
}
median_row <- function(set, level) {
  x <- sort(samples[[set]])
  l <- qbinom((1 - level) / 2, length(x), 0.5)
  data.frame(set = set, what = "median", level = level, n = length(x), estimate = median(x),
             lower = if (l > 0) x[l] else NA_real_,
             upper = if (l > 0) x[length(x) - l + 1] else NA_real_,
             sd = NA_real_, p_value = NA_real_, t = NA_real_)
}
over <- function(row, sets) {
  do.call(rbind, lapply(sets, function(s) do.call(rbind, lapply(levels, function(v) row(s, v)))))
}
expected <- rbind(over(mean_row, names(samples)), over(paired_row, names(pairs)),
                  over(median_row, names(samples)))
ranks <- expand.grid(n = c(1:40, 74, 100, 250, 500), level = c(0.5, 0.8, 0.9, 0.95, 0.99))
ranks$rank <- qbinom((1 - ranks$level) / 2, ranks$n, 0.5)

archive(data, "means_data.csv", "Rscript means.R")
archive(expected, "means_expected.csv", "Rscript means.R")
archive(ranks, "means_ranks.csv", "Rscript means.R")
