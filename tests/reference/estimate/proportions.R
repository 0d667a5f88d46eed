# Wilson: prop.test(correct = FALSE). Clopper–Pearson: binom.test.  Rscript proportions.R
source("archive.R")

rows <- list()
for (n in c(1, 2, 5, 12, 21, 22, 29, 74, 400)) {
  for (events in unique(c(0, 1, n %/% 3, n %/% 2, n - 1, n))) {
    for (level in c(0.8, 0.95, 0.99)) {
      score <- suppressWarnings(prop.test(events, n, correct = FALSE, conf.level = level))$conf.int
      exact <- binom.test(events, n, conf.level = level)$conf.int
      rows[[length(rows) + 1]] <- data.frame(
        events = events, n = n, level = level,
        wilson_lower = score[1], wilson_upper = score[2],
        exact_lower = exact[1], exact_upper = exact[2]
      )
    }
  }
}
archive(do.call(rbind, rows), "proportions_expected.csv", "Rscript proportions.R")
