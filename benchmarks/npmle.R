# Seconds of survfit on interval-censored durations, and S at some days.  Rscript npmle.R FILE DAY …
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
upper <- ifelse(d$upper < 0, NA, d$upper)
y <- Surv(ifelse(d$lower == 0, NA, d$lower), upper, type = "interval2")
seconds <- system.time(f <- survfit(y ~ 1, se.fit = FALSE))
s <- summary(f, times = as.numeric(arguments[-1]), extend = TRUE)$surv
cat(seconds[["elapsed"]], sum(seconds[1:2]), format(s, digits = 17))
