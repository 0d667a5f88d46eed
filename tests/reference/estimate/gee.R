# Logistic and linear GEE, independence working correlation, by package geepack.  Rscript gee.R
source("archive.R")
library(geepack)
set.seed(20201130)

clinic <- function(infusions, intercept, effect, spread) {
  patients <- length(infusions)
  patient <- rep(seq_len(patients), infusions)
  x1 <- 1.5 + 0.5 * runif(length(patient)) + 0.2 * rnorm(patients)[patient]
  x2 <- sequence(infusions)
  eta <- intercept + effect * (x1 - 1.75) + spread * rnorm(patients)[patient]
  data.frame(y = as.integer(runif(length(patient)) < plogis(eta)), x1 = x1, x2 = x2,
             patient = patient)
}
sets <- list(
  clinic = clinic(rep(c(4, 5, 3, 6, 4), 4), 0, 1, 1),
  frequent = clinic(rep(c(2, 7), 8), 2, 2, 0.5),
  rare = clinic(rep(6, 30), -3, 2, 1),
  strong = clinic(rep(5, 15), 0, 12, 0.5),
  independent = transform(clinic(rep(1, 40), 0, 1, 0), x2 = rnorm(40)),
  four_patients = clinic(rep(8, 4), 0, 0, 0.5),
  ohio = { data(ohio); with(ohio, data.frame(y = resp, x1 = age, x2 = smoke, patient = id)) },
  milligrams = transform(clinic(rep(4, 12), 0, 1, 1), x1 = 70 * x1)
)
sets$ohio <- sets$ohio[sets$ohio$patient %% 5 == 0, ]
models <- list(both = y ~ x1 + x2, one = y ~ x1)
levels <- c(0.8, 0.95)

rows_of <- function(set, name) {
  d <- sets[[set]]
  f <- geeglm(models[[name]], id = patient, data = d, family = binomial, corstr = "independence",
              std.err = "san.se", control = geese.control(epsilon = 1e-13, maxit = 100))
  s <- summary(f)$coefficients["x1", ]
  do.call(rbind, lapply(levels, function(level) {
    half <- qnorm(0.5 + level / 2) * s$Std.err
    data.frame(set = set, model = name, level = level, n = nrow(d), n_events = sum(d$y),
               n_patients = length(unique(d$patient)), estimate = exp(s$Estimate),
               lower = exp(s$Estimate - half), upper = exp(s$Estimate + half),
               p_value = s[["Pr(>|W|)"]], log_odds_ratio = s$Estimate, standard_error = s$Std.err)
  }))
}
expected <- do.call(rbind, lapply(names(sets), function(s) {
  do.call(rbind, lapply(names(models), function(m) rows_of(s, m)))
}))
data <- do.call(rbind, lapply(names(sets), function(s) cbind(set = s, sets[[s]])))
archive(data, "gee_data.csv", "Rscript gee.R", "geepack")
archive(expected, "gee_expected.csv", "Rscript gee.R", "geepack")
