# Cox models with clusters, cox.zph and scaled Schoenfeld residuals by package survival.  Rscript cox.R
source("archive.R")
library(survival)
set.seed(20201130)

clean <- function(time, event, x1, x2, patient) {
  d <- data.frame(time = time, event = as.integer(event), x1 = x1, x2 = x2,
                  patient = as.integer(as.factor(patient)))
  d[complete.cases(d), ]
}
# Infusions of some twenty patients who differ, in whole weeks, by dose and infusion number.
clinic <- function(patients, infusions, coarse, effect) {
  patient <- rep(seq_len(patients), infusions)
  dose <- 1.5 + 0.5 * runif(length(patient)) + 0.2 * rnorm(patients)[patient]
  number <- sequence(infusions)
  rate <- exp(0.7 * rnorm(patients)[patient] + effect * (dose - 1.75)) / 30
  time <- rexp(length(patient), rate)
  censored <- rexp(length(patient), 1 / 80)
  observed <- pmin(time, censored)
  clean(if (coarse) 7 * ceiling(observed / 7) else observed, time <= censored, dose, number, patient)
}
sets <- list(
  bladder = clean(bladder$stop, bladder$event, bladder$number, bladder$size, bladder$id),
  kidney = clean(kidney$time, kidney$status, kidney$age, kidney$sex, kidney$id),
  lung = clean(lung$time, lung$status == 2, lung$age, lung$ph.ecog, lung$inst),
  weeks = clinic(20, rep(c(4, 5, 3, 6, 4), 4), TRUE, -0.5),
  weeks_strong = clinic(15, rep(5, 15), TRUE, -6),
  days = clinic(12, rep(c(2, 7), 6), FALSE, 1),
  independent = clinic(40, rep(1, 40), TRUE, 0),
  four_patients = clinic(4, rep(6, 4), TRUE, 0),
  noisy_ties = clean(c(0.3, 0.1 + 0.2, 0.3, 1 - 0.9, 0.1, 0.7, 0.5, 0.7), c(1, 1, 0, 1, 1, 1, 1, 0),
                     c(1, 3, 2, 5, 1, 4, 2, 2), c(1, 0, 1, 0, 0, 1, 1, 0), c(1, 2, 3, 4, 1, 2, 3, 4))
)
sets$independent$x2 <- rnorm(40)  # infusion number is 1 throughout
models <- list(both = ~ x1 + x2, one = ~ x1)
levels <- c(0.8, 0.95)
exact <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 50)

fit_of <- function(d, model, ...) {
  do.call(coxph, list(update(model, Surv(time, event) ~ .), data = d, ...))
}
# 1 - KM just before t, as cox.zph(transform = "km") takes it.
g_of <- function(d) {
  km <- survfit(Surv(time, event) ~ 1, data = d)
  function(t) {
    1 - c(1, km$surv)[1 + findInterval(t - 1e-7, km$time)]
  }
}
# theta: one Newton step of the model with x1 * g(t) added; its standard error before the step.
step_of <- function(d, model, beta) {
  g <- g_of(d)
  added <- update(model, ~ . + tt(x1))
  at <- function(steps) {
    suppressWarnings(fit_of(d, added, init = c(beta, 0), tt = function(x, t, ...) x * g(t),
                            control = coxph.control(iter.max = steps, toler.chol = 1e-14, eps = 1e-13)))
  }
  k <- length(beta) + 1
  c(theta = unname(coef(at(1))[k]), error = sqrt(at(0)$var[k, k]))
}
rows_of <- function(set, name) {
  d <- sets[[set]]
  f <- fit_of(d, models[[name]], cluster = d$patient, control = exact)
  s <- summary(f)$coefficients
  z <- cox.zph(f, transform = "km")
  step <- step_of(d, models[[name]], coef(f))
  do.call(rbind, lapply(levels, function(level) {
    limits <- exp(confint(f, level = level))
    half <- qnorm(0.5 + level / 2) * step[["error"]]
    data.frame(set = set, model = name, level = level, n = f$n, n_events = f$nevent,
               estimate = s[1, "exp(coef)"], lower = limits[1, 1], upper = limits[1, 2],
               p_value = s[1, "Pr(>|z|)"], log_hazard_ratio = s[1, "coef"],
               standard_error = s[1, "robust se"], naive_standard_error = s[1, "se(coef)"],
               coefficient_2 = if (name == "both") s[2, "coef"] else NA_real_,
               ph_chi_square = z$table["x1", "chisq"], ph_p_value = z$table["x1", "p"],
               ph_slope = step[["theta"]], ph_error = step[["error"]],
               ph_lower = step[["theta"]] - half, ph_upper = step[["theta"]] + half)
  }))
}
residuals_of <- function(set, name) {
  z <- cox.zph(fit_of(sets[[set]], models[[name]], control = exact), transform = "km")
  data.frame(set = set, model = name, time = z$time, transformed = z$x, residual = z$y[, "x1"])
}
over <- function(rows) {
  do.call(rbind, lapply(names(sets), function(s) {
    do.call(rbind, lapply(names(models), function(m) rows(s, m)))
  }))
}
data <- do.call(rbind, lapply(names(sets), function(s) cbind(set = s, sets[[s]])))
archive(data, "cox_data.csv", "Rscript cox.R", "survival")
archive(over(rows_of), "cox_expected.csv", "Rscript cox.R", "survival")
archive(over(residuals_of), "cox_residuals.csv", "Rscript cox.R", "survival")
