# Seconds per resample of survfit's median and restricted mean, and the means.
# Rscript resamples.R FILE HORIZON
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
horizon <- as.numeric(arguments[2])
one <- function(times) {
  s <- d[rep(seq_len(nrow(d)), times), c("time", "event")]
  f <- survfit(Surv(time, event) ~ 1, data = s, se.fit = FALSE)
  t <- c(0, f$time[f$time <= horizon], horizon)
  c(median = unname(quantile(f, 0.5, conf.int = FALSE)),
    mean = sum(diff(t) * c(1, f$surv[f$time <= horizon])))
}
counts <- d[grep("^resample_", names(d))]
invisible(lapply(counts, one))
seconds <- system.time(found <- vapply(counts, one, numeric(2))) / ncol(counts)
cat(seconds[["elapsed"]], sum(seconds[1:2]), format(found["mean", ], digits = 17))
