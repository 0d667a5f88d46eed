# Random-intercept models by lme4, by nlme and by dense matrices; GEE by geepack.  Rscript mixed_model.R
source("archive.R")
suppressMessages({
  library(lme4)
  library(nlme)
  library(geepack)
})
set.seed(20201130)

# NRS-like scores at occasions 1 … k, some of them missing.
clinic <- function(patients, k, between, residual, kept = 1, whole = FALSE) {
  d <- expand.grid(occasion = seq_len(k), patient = seq_len(patients))
  d$y <- 7 - 0.6 * sqrt(d$occasion) + between * rnorm(patients)[d$patient] + residual * rnorm(nrow(d))
  if (whole) d$y <- round(d$y)
  d[runif(nrow(d)) < kept, ]
}
orthodont <- with(as.data.frame(Orthodont), {
  data.frame(occasion = match(age, c(8, 10, 12, 14)), patient = as.integer(Subject), y = distance)
})
sleep <- with(sleepstudy, {
  data.frame(occasion = Days + 1, patient = as.integer(Subject), y = Reaction)
})
sets <- list(
  orthodont = orthodont,
  sleep = sleep,
  infusions = clinic(20, 4, 1, 1, 0.8),
  whole = clinic(24, 4, 1.5, 1, 0.9, TRUE),
  weeks = clinic(15, 6, 2, 1, 0.7),
  alike = clinic(18, 4, 0, 1, 0.85),       # variance between patients estimated as 0
  unlike = clinic(12, 4, 30, 0.01, 0.9),   # ratio of variances near ten million
  small = clinic(4, 3, 1, 1)
)
levels <- c(0.8, 0.95)

# REML in plain matrices: the score of the variance ratio, solved to the last digits.
dense <- function(d, formula) {
  x <- model.matrix(formula, d)
  j <- outer(d$patient, d$patient, "==") * 1
  n <- nrow(x)
  freedom <- n - ncol(x)
  parts <- function(ratio) {
    v <- solve(diag(n) + ratio * j)
    information <- t(x) %*% v %*% x
    p <- v - v %*% x %*% solve(information, t(x) %*% v)
    list(p = p, covariance = solve(information), beta = solve(information, t(x) %*% v %*% d$y))
  }
  score <- function(ratio) {
    p <- parts(ratio)$p
    py <- p %*% d$y
    freedom * drop(t(py) %*% j %*% py) / sum(d$y * py) - sum(p * j)
  }
  ratio <- 0
  if (score(0) > 0) {
    ratio <- exp(uniroot(function(u) score(exp(u)), c(-15, 20), tol = 1e-15, maxiter = 10000)$root)
  }
  best <- parts(ratio)
  residual <- sum(d$y * (best$p %*% d$y)) / freedom
  list(beta = drop(best$beta), errors = sqrt(residual * diag(best$covariance)),
       between = ratio * residual, residual = residual)
}
by_lme4 <- function(d, formula) {
  f <- suppressMessages(lmer(update(formula, y ~ . + (1 | patient)), data = d,
                             control = lmerControl(optimizer = "bobyqa",
                                                   optCtrl = list(rhoend = 1e-12))))
  v <- as.data.frame(VarCorr(f))$vcov
  list(beta = fixef(f), errors = sqrt(diag(as.matrix(vcov(f)))), between = v[1], residual = v[2])
}
by_nlme <- function(d, formula) {
  f <- lme(update(formula, y ~ .), random = ~ 1 | patient, data = d,
           control = lmeControl(tolerance = 1e-12, msTol = 1e-12, msMaxIter = 500, maxIter = 500))
  v <- as.numeric(VarCorr(f)[, "Variance"])
  list(beta = fixef(f), errors = sqrt(diag(vcov(f))), between = v[1], residual = v[2])
}
by_geepack <- function(d) {
  s <- summary(geeglm(y ~ factor(occasion), id = patient, data = d[order(d$patient), ],
                      corstr = "independence"))$coefficients
  list(beta = s$Estimate, errors = s$Std.err)
}
programs <- list(dense = dense, lme4 = by_lme4, nlme = by_nlme)

rows_of <- function(set, program, level) {
  d <- sets[[set]]
  fit <- programs[[program]](d, ~ factor(occasion))
  gee <- by_geepack(d)
  z <- qnorm(0.5 + level / 2)
  shown <- seq_along(fit$beta)[-1]
  data.frame(set = set, program = program, level = level, occasion = sort(unique(d$occasion))[shown],
             n = nrow(d), estimate = fit$beta[shown], lower = (fit$beta - z * fit$errors)[shown],
             upper = (fit$beta + z * fit$errors)[shown],
             p_value = 2 * pnorm(-abs(fit$beta / fit$errors))[shown],
             standard_error = fit$errors[shown],
             variance_between = fit$between, variance_residual = fit$residual,
             gee_estimate = gee$beta[shown], gee_lower = (gee$beta - z * gee$errors)[shown],
             gee_upper = (gee$beta + z * gee$errors)[shown])
}
icc_row <- function(set, program) {
  fit <- programs[[program]](sets[[set]], ~ 1)
  data.frame(set = set, program = program, n = nrow(sets[[set]]),
             icc = fit$between / (fit$between + fit$residual),
             variance_between = fit$between, variance_residual = fit$residual)
}
cells <- expand.grid(set = names(sets), program = names(programs), level = levels,
                     stringsAsFactors = FALSE)
expected <- do.call(rbind, Map(rows_of, cells$set, cells$program, cells$level))
iccs <- unique(cells[c("set", "program")])
data <- do.call(rbind, lapply(names(sets), function(s) cbind(set = s, sets[[s]])))
used <- c("lme4", "nlme", "geepack")
archive(data, "mixed_model_data.csv", "Rscript mixed_model.R", used)
archive(expected, "mixed_model_expected.csv", "Rscript mixed_model.R", used)
archive(do.call(rbind, Map(icc_row, iccs$set, iccs$program)), "intraclass_expected.csv",
        "Rscript mixed_model.R", used)
