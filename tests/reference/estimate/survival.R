# Curves, medians, S(t), P(T >= t) and restricted means by package survival.  Rscript survival.R
source("archive.R")
library(survival)

set_of <- function(time, event) data.frame(time = time, event = as.integer(event))
sets <- list(
  aml = set_of(survival::aml$time, survival::aml$status),
  ovarian = set_of(ovarian$futime, ovarian$fustat),
  veteran = set_of(veteran$time[1:60], veteran$status[1:60]),
  lung = set_of(lung$time[1:80], lung$status[1:80] == 2),
  weeks = set_of(c(0, 7, 7, 7, 14, 14, 21, 28, 28, 28, 42, 56, 84, 84, 84),
                 c(1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0)),
  early_end = set_of(c(0, 0, 3, 7, 7, 10, 14, 21, 28, 28), c(1, 1, 1, 1, 0, 1, 0, 1, 0, 0)),
  events_at_zero = set_of(c(0, 0, 1, 2, 3, 0), c(1, 1, 1, 0, 1, 0)),
  censored_at_zero = set_of(c(0, 0, 5, 9, 12), c(0, 0, 1, 1, 0)),
  half_at_zero = set_of(c(0, 0, 1, 2), c(1, 1, 1, 0)),
  plateau = set_of(c(1, 2, 3, 4), c(1, 1, 1, 1)),
  plateau_with_censoring = set_of(c(1, 2, 3, 4, 5, 6), c(1, 1, 1, 0, 1, 1)),
  plateau_to_the_end = set_of(c(1, 2, 3, 4), c(1, 1, 0, 0)),
  plateau_by_rounding = set_of(1:14, rep(1, 14)),     # S = 0.5 as a product of seven fractions
  just_above_half = set_of(1:9, c(1, 1, 1, 1, 0, 0, 0, 0, 0)),
  noisy_ties = set_of(c(0.3, 0.1 + 0.2, 0.3, 1 - 0.9, 0.1, 0.7), c(1, 1, 0, 1, 0, 1)),
  all_events = set_of(c(5, 8, 8, 13, 21, 34, 55), rep(1, 7)),
  all_at_once = set_of(c(4, 4, 4), c(1, 1, 1)),
  all_zero = set_of(c(0, 0, 0), c(1, 1, 1)),
  all_censored = set_of(c(3, 6, 9), c(0, 0, 0)),
  one_event = set_of(5, 1),
  one_censored = set_of(5, 0)
)
levels <- c(0.8, 0.95)
days <- c(0, 0.3, 1, 3, 7, 14, 28, 56, 84, 400)
horizons <- c(2, 14, 84, 500)
before <- 1e-6

fit_of <- function(set, level) {
  survfit(Surv(time, event) ~ 1, data = sets[[set]], conf.type = "log-log", conf.int = level)
}
observed_until <- function(fit, t) max(fit$time) >= t || min(fit$surv) == 0

curve_rows <- function(set, level, fit) {
  data.frame(set = set, level = level, time = fit$time, at_risk = fit$n.risk, events = fit$n.event,
             censored = fit$n.censor, survival = fit$surv, lower = fit$lower, upper = fit$upper)
}
reading <- function(set, level, what, at, estimate, lower = NA, upper = NA, extra = NA) {
  data.frame(set = set, level = level, what = what, at = at, estimate = as.double(estimate),
             lower = as.double(lower), upper = as.double(upper), extra = as.double(extra))
}
median_row <- function(set, level, fit) {
  q <- quantile(fit, 0.5)
  reading(set, level, "median", NA, q$quantile, q$lower, q$upper)
}
# S at `at`, reported for day t; R has no number for a time after the last, and the plan neither
# unless the curve has reached 0.
survival_row <- function(set, level, fit, what, t, at) {
  if (!observed_until(fit, t)) return(reading(set, level, what, t, NA))
  if (at < min(fit$time)) return(reading(set, level, what, t, 1))
  s <- summary(fit, times = at, extend = TRUE)
  reading(set, level, what, t, s$surv, s$lower, s$upper)
}
rmst_rows <- function(set, level, fit, horizon) {
  tau <- if (min(fit$surv) == 0) horizon else min(horizon, max(fit$time))
  table_at <- function(limit) {
    if (limit < min(fit$time)) return(list(rmean = limit, `se(rmean)` = 0))  # S = 1: R refuses
    summary(fit, rmean = limit)$table
  }
  z <- qnorm(1 - (1 - level) / 2)
  area <- table_at(tau)[["rmean"]]
  se <- table_at(tau)[["se(rmean)"]]
  rbind(
    reading(set, level, "rmst", horizon, area, area - z * se, area + z * se, tau),
    reading(set, level, "bound_lower", horizon, area),
    reading(set, level, "bound_upper", horizon, table_at(horizon)[["rmean"]])  # R carries S on flat
  )
}

data <- do.call(rbind, lapply(names(sets), function(s) cbind(set = s, sets[[s]])))
curves <- NULL
readings <- NULL
for (set in names(sets)) for (level in levels) {
  fit <- fit_of(set, level)
  curves <- rbind(curves, curve_rows(set, level, fit))
  readings <- rbind(
    readings,
    median_row(set, level, fit),
    do.call(rbind, lapply(days, function(t) survival_row(set, level, fit, "survival_at", t, t))),
    do.call(rbind, lapply(days, function(t) survival_row(set, level, fit, "at_least", t, t - before))),
    do.call(rbind, lapply(horizons, function(h) rmst_rows(set, level, fit, h)))
  )
}
archive(data, "survival_data.csv", "Rscript survival.R", "survival")
archive(curves, "survival_curves.csv", "Rscript survival.R", "survival")
archive(readings, "survival_readings.csv", "Rscript survival.R", "survival")
