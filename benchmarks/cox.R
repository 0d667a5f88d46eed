# Seconds of coxph, with a sandwich over patients or plain, and its coefficients.  Rscript cox.R FILE LOOPS cluster|plain
suppressMessages(library(survival))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1])
loops <- as.integer(arguments[2])
one <- function() coxph(Surv(time, event) ~ dose + number, data = d)
if (arguments[3] == "cluster") {
  one <- function() coxph(Surv(time, event) ~ dose + number, data = d, cluster = patient)
}
f <- one()
seconds <- system.time(for (i in seq_len(loops)) one()) / loops
cat(seconds[["elapsed"]], sum(seconds[1:2]), format(unname(coef(f)), digits = 17))
