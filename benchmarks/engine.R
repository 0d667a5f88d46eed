# Resamples per second of survfit's median and restricted mean in a loop.  Rscript engine.R FILE
suppressMessages(library(survival))
d <- read.csv(commandArgs(TRUE)[1])
rows <- split(seq_len(nrow(d)), d$patient)
one <- function() {
  s <- d[unlist(rows[sample.int(length(rows), replace = TRUE)]), ]
  f <- survfit(Surv(time, event) ~ 1, data = s, se.fit = FALSE)
  t <- c(0, f$time[f$time <= 84], 84)
  c(median = unname(quantile(f, 0.5, conf.int = FALSE)),
    mean = sum(diff(t) * c(1, f$surv[f$time <= 84])))
}
set.seed(1)
invisible(replicate(20, one()))
n <- 400
seconds <- system.time(for (i in seq_len(n)) one())[["elapsed"]]
cat(n / seconds)
