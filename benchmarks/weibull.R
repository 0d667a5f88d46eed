# Seconds of survreg on intervals, and its shape and scale.  Rscript weibull.R FILE LOOPS
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
loops <- as.integer(arguments[2])
y <- Surv(ifelse(d$lower == 0, NA, d$lower), ifelse(d$upper < 0, NA, d$upper), type = "interval2")
one <- function() survreg(y ~ 1, control = list(rel.tolerance = 1e-12, maxiter = 100))
f <- one()
seconds <- system.time(for (i in seq_len(loops)) one()) / loops
cat(seconds[["elapsed"]], sum(seconds[1:2]), format(c(1 / f$scale, exp(coef(f)[[1]])), digits = 17))
