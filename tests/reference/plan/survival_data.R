#!/usr/bin/env Rscript
# survival_data.R: data sets that R ships and constructed ones, with R's answers.
# -> survival_data.csv (set,row,variable,value), survival_expected.csv (set,quantity,value,tolerance,how),
#    npmle_sets.csv (set,row,kind,lower,upper), npmle_expected.csv (set,n,loglik_survfit,loglik_own,gap_own,sets_with_mass)
suppressMessages({ library(survival); library(nlme) }); args <- commandArgs(); here <- dirname(sub("^--file=", "", grep("^--file=", args, value = TRUE)[1]))
for (f in c("common", "derive", "closed", "models", "npmle")) source(file.path(here, paste0(f, ".R")))
DATA <- list(); EXP <- list(); sv <- function(x) sprintf("%.17g", x)
data_ <- function(set, d) for (v in names(d)) DATA[[length(DATA) + 1]] <<- data.frame(set = set, row = seq_len(nrow(d)), variable = v, value = ifelse(is.na(d[[v]]), "NA", sv(as.numeric(d[[v]]))))
ans <- function(set, q, v, tol, how) EXP[[length(EXP) + 1]] <<- data.frame(set = set, quantity = q, value = sv(unname(v)), tolerance = tol, how = how)

# ---- clustered Cox, Efron, two covariates; cox.zph(transform = "km", terms = FALSE) per covariate; own one-step slope for the first
cox_set <- function(set, time, event, X, id) { d <- data.frame(time, event, x1 = X[, 1], x2 = X[, 2], cluster = as.integer(factor(id))); data_(set, d)
  m <- coxph(Surv(time, event) ~ x1 + x2, data = d, cluster = cluster, ties = "efron", control = coxph.control(eps = 1e-12, iter.max = 100, toler.chol = 1e-14)); z <- cox.zph(m, transform = "km", terms = FALSE)
  for (j in 1:2) { h <- "coxph(Surv(time, event) ~ x1 + x2, cluster = cluster, ties = 'efron')"; n <- c("x1", "x2")[j]; ans(set, paste0("coef_", n), coef(m)[j], 1e-7, h); ans(set, paste0("robust_se_", n), sqrt(vcov(m)[j, j]), 1e-7, h); ans(set, paste0("naive_se_", n), sqrt(m$naive.var[j, j]), 1e-7, h)
    ans(set, paste0("zph_chisq_", n), z$table[j, "chisq"], 1e-6, "cox.zph(transform = 'km', terms = FALSE)"); ans(set, paste0("zph_p_", n), z$table[j, "p"], 1e-6, "cox.zph(transform = 'km', terms = FALSE)")
    q <- gt_check(d$time, d$event, as.matrix(d[c("x1", "x2")]), coef(m), j); stopifnot(abs((q$theta/q$se)^2 - z$table[j, "chisq"]) < 1e-7*max(1, z$table[j, "chisq"])); ans(set, paste0("slope_", n), q$theta, 1e-6, "one Newton step with x g(t), g = 1 - KM(t-); own, its chi-square equals cox.zph's"); ans(set, paste0("slope_se_", n), q$se, 1e-6, "the same") }
  ans(set, "loglik", m$loglik[2], 1e-7, "partial log-likelihood, Efron"); cat("cox", set, nrow(d), "rows\n") }
b <- survival::bladder[survival::bladder$enum < 4 + 1, ]; cox_set("bladder", b$stop, b$event, cbind(b$rx, b$size), b$id)       # heavy ties
k <- survival::kidney; cox_set("kidney", k$time, k$status, cbind(k$age, k$sex), k$id)
l <- survival::lung[!is.na(survival::lung$inst) & !is.na(survival::lung$age), ]; cox_set("lung_inst", l$time, l$status - 1, cbind(l$age, l$sex), l$inst)

# ---- Weibull: S(t) = exp(-(t/scale)^shape); NA lower = left-censored, NA upper = right-censored
weib_set <- function(set, lower, upper) { d <- data.frame(lower, upper); data_(set, d); kind <- ifelse(is.na(lower), "left", ifelse(is.na(upper), "right", ifelse(lower == upper, "exact", "interval")))
  f <- weibull_fit(kind, ifelse(is.na(lower), 0, lower), ifelse(is.na(upper), Inf, upper)); m <- survreg(Surv(lower, upper, type = "interval2") ~ 1, dist = "weibull", control = survreg.control(rel.tolerance = 1e-14, maxiter = 500)); h <- "survreg(Surv(lower, upper, type = 'interval2') ~ 1, dist = 'weibull')"
  stopifnot(abs(f$p - c(coef(m), -log(m$scale))) < 1e-8, abs(f$vgap) < 1e-3); ans(set, "scale", exp(coef(m)), 1e-7, h); ans(set, "shape", 1/m$scale, 1e-7, h); s <- unname(sqrt(diag(m$var))); ans(set, "se_log_scale", s[1], 1e-4, h); ans(set, "se_log_shape", s[2], 1e-4, h)
  ll2 <- log(log(2)); g <- c(1, m$scale*ll2); ans(set, "median", exp(coef(m) + m$scale*ll2), 1e-7, h); ans(set, "se_log_median", sqrt(drop(g %*% m$var %*% g)), 1e-4, paste(h, "delta method")); ans(set, "loglik", m$loglik[2], 1e-7, h); cat("weibull", set, nrow(d), "rows\n") }
l <- survival::lung; weib_set("lung", l$time, ifelse(l$status == 2, l$time, NA)); weib_set("kidney_time", k$time, ifelse(k$status == 1, k$time, NA))
o <- survival::ovarian; weib_set("ovarian", o$futime, ifelse(o$fustat == 1, o$futime, NA)); t <- survival::tobin; weib_set("tobin_left", ifelse(t$durable > 0, t$durable, NA), ifelse(t$durable > 0, t$durable, 1))  # zeros: left-censored at 1
set.seed(11); v <- c(7, 14, 28, 56, 84); x <- rweibull(60, .8, 20); i <- findInterval(x, v); weib_set("visits_60", ifelse(i == 0, NA, v[pmax(i, 1)]), c(v, NA)[i + 1])
set.seed(12); x <- round(rweibull(25, 1.4, 15), 1) + .1; y <- x; q <- sample(4, 25, TRUE); lo <- ifelse(q == 2, pmax(x - 3, .1), ifelse(q == 3, NA, x)); hi <- ifelse(q == 2, x + 4, ifelse(q == 4, NA, x)); weib_set("mixed_25", lo, hi)

# ---- random-intercept models, REML
mixed_set <- function(set, y, g, id) { g <- factor(g); d <- data.frame(y = y, level = as.integer(g), patient = as.integer(factor(id))); data_(set, d); X <- model.matrix(~factor(d$level)); m <- reml(d$y, X, d$patient)
  ck <- lme(y ~ factor(level), random = ~1 | patient, data = d, method = "REML", control = lmeControl(opt = "optim", reltol = 1e-14, msMaxIter = 500)); vc <- as.numeric(VarCorr(ck)[, 1]); how <- "nlme::lme, REML; own profile REML for zero variance"
  cat(sprintf("mixed %s: |own - lme| fixed %.1e, se %.1e, between %.1e, residual %.1e\n", set, max(abs(fixef(ck) - m$beta)), max(abs(sqrt(diag(vcov(ck))) - m$se)), abs(vc[1] - m$rho*m$s2), abs(vc[2] - m$s2)))
  if (requireNamespace("lme4", quietly = TRUE)) { l4 <- suppressMessages(lme4::lmer(y ~ factor(level) + (1 | patient), data = d, control = lme4::lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12)))); cat(sprintf("      |own - lme4| fixed %.1e, log-lik %.1e\n", max(abs(lme4::fixef(l4) - m$beta)), abs(as.numeric(logLik(l4)) + (m$dev + (nrow(d) - ncol(X))*(1 + log(2*pi/(nrow(d) - ncol(X)))))/2))) }
  for (j in seq_along(m$beta)) { ans(set, paste0("beta_", j), m$beta[j], 1e-6, how); ans(set, paste0("se_", j), m$se[j], 1e-6, how) }; ans(set, "between_variance", m$rho*m$s2, 1e-6, how); ans(set, "residual_variance", m$s2, 1e-6, how); ans(set, "icc", m$icc, 1e-6, how) }
O <- as.data.frame(nlme::Orthodont); mixed_set("orthodont", O$distance, O$age, O$Subject); E <- as.data.frame(nlme::ergoStool); mixed_set("ergostool", E$effort, E$Type, E$Subject)
R <- as.data.frame(nlme::Rail); mixed_set("rail_unbalanced", R$travel[-c(2, 5, 11)], rep(1:3, 6)[-c(2, 5, 11)], R$Rail[-c(2, 5, 11)])
set.seed(13); y <- as.vector(t(sapply(1:12, function(i) { e <- rnorm(4); e - mean(e) }))) + rep(c(1, 2, 3, 2.5), each = 12); mixed_set("zero_variance", round(y, 3), rep(1:4, each = 12), rep(1:12, 4))
set.seed(14); y <- round(rnorm(40) + rep(rnorm(10, 0, .1), 4), 2); keep <- runif(40) > .2; mixed_set("near_zero_unbalanced", y[keep], rep(1:4, each = 10)[keep], rep(1:10, 4)[keep])

# ---- NPMLE: 20 random sets; survfit takes intervals as closed, so left ends are moved up by 1e-4 (all ends are multiples of 0.5)
set.seed(20); S <- list(); NE <- list(); sizes <- c(15, 15, 16, 18, 20, 20, 25, 25, 30, 30, 40, 40, 50, 60, 75, 90, 110, 130, 160, 200)
for (s in 1:20) { n <- sizes[s]; pr <- rbind(c(.5, .1, .2, .2), c(.2, .2, .2, .4), c(.05, .1, .25, .6), c(0, .2, .2, .6))[(s - 1) %% 4 + 1, ]; grid <- c(1, 7, 3.5, .5)[(s - 1) %/% 5 + 1]
  x <- pmax(grid, round(rweibull(n, c(.7, 1, 1.6)[s %% 3 + 1], 25)/grid)*grid); kind <- sample(c("exact", "left", "right", "interval"), n, TRUE, pr); a <- pmax(0, x - grid*sample(0:6, n, TRUE)); b <- x + grid*sample(1:6, n, TRUE)
  lo <- ifelse(kind %in% c("exact"), x, ifelse(kind == "left", 0, a)); hi <- ifelse(kind == "exact", x, ifelse(kind == "right", Inf, b)); if (s %% 5 == 0) { z <- sample(n, 2); kind[z] <- "none"; lo[z] <- hi[z] <- 0 }; kind[kind == "interval" & lo == 0] <- "left"
  f <- npmle_fit(kind, lo, hi); pt <- kind %in% c("exact", "none"); L <- ifelse(pt, lo, lo + 1e-4); U <- ifelse(is.infinite(hi), NA, hi)
  sf <- survfit(Surv(L + 1, U + 1, type = "interval2") ~ 1) # shifted by 1: 0 is an ordinary time
  Sf <- function(t) { i <- which(sf$time - 1 <= t + 1e-9); if (length(i)) sf$surv[max(i)] else 1 }
  # survfit keeps the mass of a set at one time inside it: P(observation) from the steps
  mass <- -diff(c(1, sf$surv)); tm <- sf$time - 1; last <- tail(sf$surv, 1); pr0 <- sapply(seq_len(n), function(i) if (pt[i]) sum(mass[abs(tm - lo[i]) < 1e-6]) else sum(mass[tm > lo[i] + 1e-9 & tm <= hi[i] + 1e-6]) + (if (is.infinite(hi[i])) last else 0)); ll <- sum(log(pr0))
  S[[s]] <- data.frame(set = s, row = seq_len(n), kind = kind, lower = sv(lo), upper = ifelse(is.infinite(hi), "inf", sv(hi))); NE[[s]] <- data.frame(set = s, n = n, loglik_survfit = sv(ll), loglik_own = sv(f$loglik), gap_own = sprintf("%.3g", f$gap), sets_with_mass = sum(f$x > 0), unique = f$unique)
  m <- npmle_median(f); for (t in TIMES) { q <- npmle_surv(f, t); NE[[s]][[paste0("lower_identified_", t)]] <- sv(q[1]); NE[[s]][[paste0("upper_identified_", t)]] <- sv(q[2]) }; NE[[s]]$median_lower <- sv(m[1]); NE[[s]]$median_upper <- if (is.finite(m[2])) sv(m[2]) else "inf"; NE[[s]]$median <- if (is.finite(m[3])) sv(m[3]) else "NA"
  cat(sprintf("npmle %2d: n %3d, %2d sets, gap %.1e, loglik own %.8f, own - survfit %.2e, unique %s\n", s, n, nrow(f$J), f$gap, f$loglik, f$loglik - ll, f$unique)) }
head_ <- paste0("# Rscript survival_data.R; ", R.version.string, "; survival ", packageVersion("survival"), ", nlme ", packageVersion("nlme"))
out <- function(x, f) { con <- file(file.path(here, f), "w"); writeLines(head_, con); write.table(x, con, sep = ",", row.names = FALSE, quote = which(names(x) == "how")); close(con) }
out(do.call(rbind, DATA), "survival_data.csv"); out(do.call(rbind, EXP), "survival_expected.csv"); out(do.call(rbind, S), "npmle_sets.csv"); out(do.call(rbind, NE), "npmle_expected.csv")
