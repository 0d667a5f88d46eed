# Seconds of survfit's curve, and S with its log-log limits at some days.  Rscript curve.R FILE DAY …
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
seconds <- system.time(f <- survfit(Surv(time, event) ~ 1, data = d, conf.type = "log-log"))
s <- summary(f, times = as.numeric(arguments[-1]))
cat(seconds[["elapsed"]], sum(seconds[1:2]), format(c(s$surv, s$lower, s$upper), digits = 17))
