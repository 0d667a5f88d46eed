# closed.R -- counts, means, medians, proportions, Kaplan-Meier, responders
tmean <- function(key, x, p = FALSE) { x <- x[!is.na(x)]; n <- length(x)
  if (n == 0) return(no_number(key, "no data", n = 0))
  if (n < 3) return(no_number(key, sprintf("n = %d, the least n is not stated", n), n = n, state = "open"))
  m <- mean(x); s <- sd(x); e <- qt(1 - ALPHA/2, n - 1)*s/sqrt(n); emit(key, "estimate", m, "closed"); emit(key, "n", n, "closed"); emit(key, "sd", s, "closed")
  if (s < 1e-12) { open_(key, "lower", "sd 0"); open_(key, "upper", "sd 0"); return(invisible()) }
  emit(key, "lower", m - e, "closed"); emit(key, "upper", m + e, "closed")
  if (p) emit(key, "p_value", 2*pt(-abs(m/(s/sqrt(n))), n - 1), "closed") }
omed <- function(key, x) { x <- sort(x[!is.na(x)]); n <- length(x)
  if (n == 0) return(no_number(key, "no data", n = 0))
  if (n < 3) return(no_number(key, "n < 3", n = n, state = "open"))
  l <- qbinom(ALPHA/2, n, .5); emit(key, "estimate", median(x), "closed"); emit(key, "n", n, "closed")
  if (l < 1) { nul(key, "lower", "l = 0"); nul(key, "upper", "l = 0") } else add(key, "closed", lower = x[l], upper = x[n - l + 1]) }
wilson_ci <- function(k, n) { p <- k/n; d <- 1 + Z^2/n; c0 <- (p + Z^2/(2*n))/d; h <- Z/d*sqrt(p*(1 - p)/n + Z^2/(4*n^2)); c(max(0, c0 - h), min(1, c0 + h)) }
wilson <- function(key, k, n) { if (n == 0) return(no_number(key, "no data", n = 0))
  w <- wilson_ci(k, n); add(key, "closed", estimate = k/n, lower = w[1], upper = w[2], n = n) }
cpearson <- function(key, k, n) { if (n == 0) return(no_number(key, "no data", n = 0))
  add(key, "closed", estimate = k/n, lower = if (k == 0) 0 else qbeta(ALPHA/2, k, n - k + 1), upper = if (k == n) 1 else qbeta(1 - ALPHA/2, k + 1, n - k), n = n) }

flow <- function(s) { P <- s$part; F <- s$fail; first <- apply(F, 1, function(r) if (any(r)) which(r)[1] else 0)
  e <- function(k, v) emit(paste0(P, ".flow.", k), "estimate", v, "closed")
  e("screened", nrow(F)); e("eligible", length(s$el)); e("analysed_short_term", sum(!is.na(s$x$reduction))); e("analysed_duration", sum(!is.na(s$x$kind)))
  for (j in seq_len(ncol(F))) { e(paste0("excluded.", colnames(F)[j]), sum(first == j)); e(paste0("failed.", colnames(F)[j]), sum(F[, j])) } }

exposure <- function(s) { x <- s$x[s$x$has_infusion, ]; b <- paste0(s$part, ".exposure.")
  tmean(paste0(b, "dose_mg.mean"), x$dose_mg); tmean(paste0(b, "dose_mg_per_kg.mean"), x$dose_mg_per_kg); tmean(paste0(b, "hours.mean"), x$hours)
  ok <- !is.na(x$dose_mg) & !is.na(x$hours); wilson(paste0(b, "guideline_met.proportion"), sum(x$dose_mg[ok] >= 80 - EPS & x$hours[ok] >= 2 - EPS), sum(ok))
  ok <- !is.na(x$dose_mg_per_kg) & !is.na(x$hours); d <- x$dose_mg_per_kg[ok]; h <- x$hours[ok]
  wilson(paste0(b, "in_target_range.proportion"), sum(d >= 1.5 - EPS & d <= 2 + EPS & h >= 3 - EPS & h <= 4 + EPS), sum(ok)) }

wilcox_hl <- function(key, d) { n <- length(d)
  if (n == 0) return(no_number(key, "no data", n = 0)); if (n < 3) return(no_number(key, "n < 3", n = n, state = "open"))
  w <- outer(d, d, "+")/2; w <- sort(w[upper.tri(w, TRUE)]); k <- floor(n*(n + 1)/4 - Z*sqrt(n*(n + 1)*(2*n + 1)/24))
  emit(key, "estimate", median(w), "closed"); emit(key, "n", n, "closed")
  if (k < 0) { nul(key, "lower", "k < 0"); nul(key, "upper", "k < 0") } else add(key, "closed", lower = w[k + 1], upper = w[length(w) - k])
  a <- round(abs(d), 9); r <- rank(a); z <- a == 0; t0 <- sum(z); W <- sum(r[d > 0 & !z]); mu <- (n*(n + 1) - t0*(t0 + 1))/4
  ti <- table(a[!z]); v <- (n*(n + 1)*(2*n + 1) - t0*(t0 + 1)*(2*t0 + 1))/24 - sum(ti^3 - ti)/48; df <- W - mu
  if (v <= 0) open_(key, "p_value", "all differences 0") else if (abs(df) < .5) open_(key, "p_value", "|W - mean| < 1/2: continuity correction past the mean")
  else emit(key, "p_value", min(1, 2*pnorm(-abs((df - sign(df)*.5)/sqrt(v)))), "closed") }
hedges <- function(pre, post) { s <- sqrt((var(pre) + var(post))/2); if (is.na(s) || s < 1e-12) NaN else mean(pre - post)/s*(1 - 3/(4*(length(pre) - 1) - 1)) }

short_term <- function(s) { x <- s$x[!is.na(s$x$reduction), ]; k <- function(v) paste0(s$part, ".short_term.", v)
  tmean(k("nrs_pre.mean"), x$pre); tmean(k("nrs_post.mean"), x$post); tmean(k("nrs_reduction.mean"), x$reduction, TRUE)
  wilcox_hl(k("nrs_reduction.wilcoxon"), x$reduction)
  g <- if (nrow(x) > 2) hedges(x$pre, x$post) else NaN; key <- k("nrs_reduction.hedges_g")
  if (is.nan(g)) no_number(key, if (nrow(x) < 3) "n < 3" else "sd 0", n = nrow(x), state = if (nrow(x) == 0) "null" else "open") else {
    add(key, "closed", estimate = g, n = nrow(x))
    set.seed(101); n <- nrow(x); reps <- replicate(B_BOOT, { i <- sample.int(n, n, TRUE); hedges(x$pre[i], x$post[i]) })
    jack <- sapply(seq_len(n), function(i) hedges(x$pre[-i], x$post[-i]))
    if (anyNA(jack) || sd(jack) < 1e-12) { open_(key, "lower", "jackknife undefined", "boot"); open_(key, "upper", "jackknife undefined", "boot") } else boot_limits(key, reps, bca(reps, g, jack)) }
  rp <- x$red_pct[!is.na(x$red_pct)]
  tmean(k("nrs_reduction_pct.mean"), rp); omed(k("nrs_reduction_pct.median"), rp)
  for (c0 in c(30, 50)) wilson(k(sprintf("responders_%d.proportion", c0)), sum(rp >= c0 - EPS), length(rp)) }

relief_pct <- function(s) { b <- paste0(s$part, ".long_term.relief_pct.")
  tmean(paste0(b, "mean"), s$x$pct); omed(paste0(b, "median"), s$x$pct)
  if (s$part == "prospective") for (w in WEEKS) { f <- s$fu[s$fu$visit == paste0("week_", w) & s$fu$patient %in% s$el, ]
    tmean(sprintf("%sweek_%d.mean", b, w), f$relief_pct) } }

# ---- Kaplan-Meier
points <- function(kind, lo, hi) data.frame(time = round(ifelse(kind == "right", lo, ifelse(kind %in% c("exact", "none"), lo, (lo + hi)/2)), 10), event = as.integer(kind != "right"))
km_fit <- function(D) survfit(Surv(time, event) ~ 1, data = D, conf.type = "log-log", conf.int = 1 - ALPHA)
rmst <- function(fit, tau) { t <- fit$time
  tt <- c(0, t[t <= tau + EPS & t > 0 & t < tau], tau); S <- sapply(tt, function(u) { i <- which(t <= u + EPS); if (length(i)) fit$surv[max(i)] else 1 })
  A <- function(a) { b <- pmax(tt[-length(tt)], a); sum(pmax(tt[-1] - b, 0)*S[-length(S)]) }
  v <- 0; for (i in which(t <= tau + EPS & fit$n.event > 0)) { a <- A(t[i]); d <- fit$n.event[i]; n <- fit$n.risk[i]; if (a > 0) v <- v + a^2*d/(n*(n - d)) }
  c(A(0), sqrt(v)) }
km_tau <- function(fit) if (min(fit$surv) < 1e-12) HORIZON else min(HORIZON, max(fit$time))
km_median_key <- function(key, D, fit, with_limits = TRUE) { q <- quantile(fit, .5); m <- as.numeric(q$quantile); emit(key, "n", nrow(D), "closed")
  flat <- any(abs(fit$surv - .5) < EPS) && min(fit$surv) > .5 - EPS          # the curve ends on the plateau at exactly 1/2
  if (flat) open_(key, "estimate", "plateau at 1/2 without an end") else if (is.na(m)) nul(key, "estimate", "not reached") else emit(key, "estimate", m, "closed")
  if (!with_limits) return(invisible())
  if (all(D$time == 0)) { open_(key, "lower", "all at 0"); open_(key, "upper", "all at 0") } else limits(key, "closed", as.numeric(q$lower), as.numeric(q$upper), "not reached") }
km_rmst_key <- function(key, D, fit, with_limits = TRUE) { r <- rmst(fit, km_tau(fit)); add(key, "closed", estimate = r[1], n = nrow(D))
  if (!with_limits) return(invisible())
  if (r[2] < 1e-12) { open_(key, "lower", "variance 0"); open_(key, "upper", "variance 0") } else add(key, "closed", lower = r[1] - Z*r[2], upper = r[1] + Z*r[2]) }
km_keys <- function(base, D) { k <- function(v) paste0(base, ".", v); n <- nrow(D)
  if (n == 0) { for (v in c("median", "rmst")) no_number(k(v), "no data", n = 0); return(invisible()) }
  fit <- km_fit(D); km_median_key(k("median"), D, fit); km_rmst_key(k("rmst"), D, fit) }
km_index <- function(s) { x <- s$x[!is.na(s$x$kind), ]; base <- paste0(s$part, ".long_term.relief_days"); k <- function(v) paste0(base, ".", v)
  D <- points(x$kind, x$lower_days, x$upper_days); n <- nrow(D); km_keys(base, D); wilson(k("any_relief.proportion"), sum(x$kind != "none"), n)
  if (n == 0) return(invisible())
  fit <- km_fit(D); last <- max(D$time); S <- min(fit$surv); done <- S < 1e-12
  for (t0 in TIMES) for (w in c("survival_", "at_least_")) { key <- k(paste0(w, t0)); emit(key, "n", n, "closed")
    if (t0 > last + EPS && !done) { for (f in c("estimate", "lower", "upper")) nul(key, f, "beyond the last observed time"); next }
    r <- summary(fit, times = if (w == "survival_") t0 + 1e-7 else t0 - 1e-6, extend = TRUE); e <- r$surv
    emit(key, "estimate", if (e < 1e-12) 0 else e, "closed")
    if (e < 1e-12 || e > 1 - 1e-12) { nul(key, "lower", "S is 0 or 1"); nul(key, "upper", "S is 0 or 1") } else add(key, "closed", lower = r$lower, upper = r$upper) }
  b <- rmst(fit, min(HORIZON, last))[1]; emit(k("rmst_84_lower_bound"), "estimate", b, "closed")
  emit(k("rmst_84_upper_bound"), "estimate", b + max(0, HORIZON - last)*(if (last < HORIZON) S else 0), "closed") }

# ---- Integral of Pain Relief: estimate and bootstrap of the mean
boot_mean <- function(key, v, seed) { n <- length(v); emit(key, "estimate", mean(v), "closed"); emit(key, "n", n, "closed")
  if (n < 2) { open_(key, "lower", "n < 2", "boot"); open_(key, "upper", "n < 2", "boot"); return(invisible()) }
  boot_limits(key, as.vector(draw(n, B_BOOT, seed) %*% v)/n) }
ipr <- function(s) { x <- s$x[!is.na(s$x$pct) & !is.na(s$x$kind), ]; b <- paste0(s$part, ".long_term.ipr_84.")
  if (nrow(x) == 0) { for (v in c("lower_bound.mean", "upper_bound.mean")) no_number(paste0(b, v), "no data", n = 0) } else {
    lo <- x$pct/100*ifelse(x$kind == "none", 0, pmin(x$lower_days, HORIZON)); hi <- x$pct/100*ifelse(x$kind == "none", 0, pmin(x$upper_days, HORIZON))
    boot_mean(paste0(b, "lower_bound.mean"), lo, 201); boot_mean(paste0(b, "upper_bound.mean"), hi, 202) }
  if (s$part == "prospective") { v <- sapply(s$el, serial, s = s); v <- as.numeric(v[!is.na(v)]); key <- paste0(b, "serial.mean")
    if (length(v)) boot_mean(key, v, 203) else no_number(key, "no data", n = 0) } }
serial <- function(id, s) { f <- s$fu[s$fu$patient == id, ]; if (!any(f$visit == "week_12" & !is.na(f$date))) return(NA)
  f <- f[!is.na(f$relief_pct) & !is.na(f$day) & !is.na(f$date), ]; if (nrow(f) == 0) return(NA); f <- f[order(f$day), ]
  d <- c(0, pmin(f$day, HORIZON), HORIZON); sum(diff(d)*c(f$relief_pct, f$relief_pct[nrow(f)])/100) }

# ---- safety
term_key <- function(t) gsub("[^[:alnum:]]", "_", tolower(t))
safety <- function(s) { P <- s$part; one <- P == "retrospective"; ids <- if (one) s$el else s$x$patient[s$x$has_infusion]; n <- length(ids); E <- s$ae[s$ae$patient %in% ids, ]
  k <- function(v) paste0(P, ".safety.", v)
  cpearson(k("any_ae.proportion"), length(unique(E$patient)), n); cpearson(k("any_serious_ae.proportion"), length(unique(E$patient[E$serious %in% TRUE])), n)
  for (t in sort(unique(E$term[!is.na(E$term)]))) { if (grepl("[^ -~]", t)) next
    cpearson(k(sprintf("ae.%s.proportion", term_key(t))), length(unique(E$patient[E$term %in% t])), n) }
  I <- s$inf[s$inf$patient %in% ids & (one | s$inf$infusion == 1), ]; st <- tapply(I$stopped_early, I$patient, function(v) if (any(v %in% TRUE)) 1 else if (anyNA(v)) NA else 0)
  if (anyNA(st)) no_number(k("stopped_early.proportion"), "missing answers: denominator left open", state = "open") else cpearson(k("stopped_early.proportion"), sum(st), length(st))
  if (one) { con <- unique(s$pt$patient[s$pt$consent %in% TRUE]); con <- con[con %in% s$inf$patient]
    cpearson("retrospective.safety_consented.any_ae.proportion", sum(con %in% s$ae$patient), length(con))
    key <- k("ae_per_infusion.rate"); e <- vapply(ids, function(i) sum(E$patient == i), 0); m <- vapply(ids, function(i) sum(s$inf$patient == i), 0)
    if (n == 0) return(no_number(key, "no data", n = 0))
    add(key, "closed", estimate = sum(e)/sum(m), n = sum(m)); W <- draw(n, B_BOOT, 301); boot_limits(key, as.vector(W %*% e)/as.vector(W %*% m))
  } else for (v in c("cadss", "sbp", "dbp", "hr", "spo2")) tmean(k(paste0(v, "_change.mean")), s$x[[paste0(v, "_change")]]) }

dissociation <- function(s) { x <- s$x[!is.na(s$x$cadss_change) & !is.na(s$x$reduction), ]; n <- nrow(x); key <- "prospective.dissociation.nrs_reduction.spearman"
  if (n < 4) return(no_number(key, "n < 4", n = n))
  if (sd(x$cadss_change) < EPS || sd(x$reduction) < EPS) return(no_number(key, "a constant variable", n = n))
  r <- cor(rank(round(x$cadss_change, 9)), rank(round(x$reduction, 9))); add(key, "closed", estimate = r, n = n)
  if (abs(r) > 1 - 1e-12) { for (f in c("lower", "upper", "p_value")) open_(key, f, "r is 1"); return(invisible()) }
  se <- sqrt((1 + r^2/2)/(n - 3)); add(key, "closed", lower = tanh(atanh(r) - Z*se), upper = tanh(atanh(r) + Z*se), p_value = 2*pnorm(-abs(atanh(r))*sqrt(n - 3))) }

# ---- responders
TRAITS <- c("age", "sex", "bmi", "fm_years", "depression", "phq9", "comorbidities", "opioid_use", "nrs_pre", "dose_mg_per_kg", "cadss_change")
YES_NO <- c("sex", "depression", "opioid_use")
trait <- function(x, t) as.numeric(switch(t, sex = x$male, nrs_pre = x$pre, x[[t]]))
outcome <- function(x, o) if (o == "responder_30") x$responder_30 else ifelse(x$sustained == -1, NA, x$sustained)
responders <- function(s) for (o in c("responder_30", "sustained_14")) for (t in TRAITS) { x <- s$x; key <- sprintf("%s.responders.%s.%s.difference", s$part, o, t)
  if (t == "cadss_change" && s$part == "retrospective") { no_number(key, "not recorded in Part 1"); next }
  y <- outcome(x, o); v <- trait(x, t); ok <- !is.na(y) & !is.na(v); a <- v[ok & y == 1]; b <- v[ok & y == 0]; n1 <- length(a); n0 <- length(b)
  emit(key, "n", n1 + n0, "closed"); emit(key, "n_responders", n1, "closed"); emit(key, "n_non_responders", n0, "closed")
  if (o == "sustained_14") emit(key, "n_open", sum(x$sustained %in% -1), "closed")
  yn <- t %in% YES_NO
  if (yn) { emit(key, "count_responders", sum(a), "closed"); emit(key, "count_non_responders", sum(b), "closed") } else {
    if (n1) emit(key, "mean_responders", mean(a), "closed"); if (n0) emit(key, "mean_non_responders", mean(b), "closed")
    if (n1 > 1) emit(key, "sd_responders", sd(a), "closed"); if (n0 > 1) emit(key, "sd_non_responders", sd(b), "closed") }
  least <- if (yn) 1 else 2; den <- if (min(n1, n0) < least) NA else if (yn) sqrt((mean(a)*(1 - mean(a)) + mean(b)*(1 - mean(b)))/2) else sqrt((var(a) + var(b))/2)
  if (is.na(den) || den < 1e-12) { why <- if (is.na(den)) "too few in a group" else "no spread in either group"; for (f in c("estimate", "lower", "upper")) nul(key, f, why); next }
  d <- (mean(a) - mean(b))/den; h <- Z*sqrt(1/n1 + 1/n0 + d^2/(2*(n1 + n0))); add(key, "closed", estimate = d, lower = d - h, upper = d + h) }
