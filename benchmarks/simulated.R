# Seconds per study of survfit's curve and median, and S at some days.  Rscript simulated.R FILE DAY …
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
days <- as.numeric(arguments[-1])
one <- function(i) {
  time <- d[[paste0("time_", i)]]
  f <- survfit(Surv(time, d[[paste0("event_", i)]]) ~ 1, conf.type = "log-log")
  quantile(f, 0.5)
  s <- summary(f, times = days, extend = TRUE)$surv
  ifelse(days > max(time) & min(f$surv) > 0, NaN, s)
}
studies <- seq_len(length(grep("^time_", names(d)))) - 1
invisible(lapply(studies, one))
seconds <- system.time(found <- vapply(studies, one, days)) / length(studies)
cat(seconds[["elapsed"]], sum(seconds[1:2]), format(found, digits = 17))
