# Interval-censored Weibull by package survival's survreg.  Rscript weibull.R
source("archive.R")
library(survival)

set_of <- function(lower, upper, kind) data.frame(lower = lower, upper = upper, kind = kind)
kinds <- c(e = "exact", i = "interval", l = "left", r = "right")
coded <- function(letters) unname(kinds[strsplit(letters, "")[[1]]])
sets <- list(
  mixed = set_of(c(7, 14, 21, 0, 28, 84, 10, 30), c(14, 21, 28, 7, 28, Inf, 10, Inf),
                 coded("iiilerer")),
  exact = set_of(c(3, 5, 8, 13, 21, 34), c(3, 5, 8, 13, 21, 34), coded("eeeeee")),
  visits = set_of(c(0, 0, 7, 7, 7, 14, 14, 21, 28, 28, 56, 84, 84, 42),
                  c(7, 7, 14, 14, 14, 21, 21, 28, 42, 56, 84, Inf, Inf, Inf),
                  coded("lliiiiiiiiirrr")),
  left_heavy = set_of(c(0, 0, 0, 7, 14), c(7, 7, 3, 14, 28), coded("lllii")),
  interval_from_zero = set_of(c(0, 0, 7, 20), c(7, 14, 10, 20), coded("iiie")),
  three = set_of(c(0, 7, 14), c(7, 14, Inf), coded("lir")),
  two_ended = set_of(c(10, 14, 84, 84, 84), c(10, 21, Inf, Inf, Inf), coded("eirrr")),
  wide = set_of(c(1, 200, 0, 365), c(2, 400, 0.5, Inf), coded("iilr")),
  hours = set_of(c(1 / 24, 3 / 24, 0, 2, 0.5), c(1 / 24, 3 / 24, 0.25, 3, Inf), coded("eelir")),
  sharp = set_of(c(13, 14, 14, 15, 14), c(14, 15, 15, 15, Inf), coded("iiier")),
  left_or_right = set_of(c(0, 0, 0, 7, 14, 28), c(14, 28, 28, Inf, Inf, Inf), coded("lllrrr")),
  ovarian = set_of(ovarian$futime, ifelse(ovarian$fustat == 1, ovarian$futime, Inf),
                   ifelse(ovarian$fustat == 1, "exact", "right"))
)
# survreg marks an end that is not known by NA on its side.
fit_of <- function(d) {
  lower <- ifelse(d$lower == 0, NA, d$lower)
  upper <- ifelse(is.infinite(d$upper), NA, d$upper)
  survreg(Surv(lower, upper, type = "interval2") ~ 1, dist = "weibull",
          control = survreg.control(rel.tolerance = 1e-14, maxiter = 200))
}
row_of <- function(set, level, what, fit, log, se) {
  z <- qnorm(1 - (1 - level) / 2)
  data.frame(set = set, level = level, what = what, n = nrow(sets[[set]]), estimate = exp(log),
             lower = exp(log - z * se), upper = exp(log + z * se), loglik = fit$loglik[2])
}
# shape = 1/scale in survreg's words, and our scale is exp(intercept).
rows_of <- function(set, level) {
  fit <- fit_of(sets[[set]])
  se <- sqrt(diag(vcov(fit)))
  median <- predict(fit, newdata = data.frame(one = 1), type = "uquantile", p = 0.5, se.fit = TRUE)
  rbind(row_of(set, level, "median_given_relief", fit, unname(median$fit), unname(median$se.fit)),
        row_of(set, level, "shape", fit, -log(fit$scale), se[["Log(scale)"]]),
        row_of(set, level, "scale", fit, coef(fit)[["(Intercept)"]], se[["(Intercept)"]]))
}
data <- do.call(rbind, lapply(names(sets), function(s) data.frame(set = s, sets[[s]])))
expected <- do.call(rbind, lapply(names(sets), function(s) {
  do.call(rbind, lapply(c(0.8, 0.95), function(level) rows_of(s, level)))
}))
archive(data, "weibull_data.csv", "Rscript weibull.R", "survival")
archive(expected, "weibull_expected.csv", "Rscript weibull.R", "survival")
