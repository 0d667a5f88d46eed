# models.R -- Weibull, Cox and its proportional-hazards check, GEE, mixed models, Firth, ridge
# ---- Weibull given relief (survreg, interval2): exact density, F(b) - F(a), F(t), S(t)
weibull_fit <- function(kind, lo, hi) {
  L <- lo; R <- hi; L[kind == "left" | L == 0] <- NA; R[kind == "right"] <- NA; ok <- !(is.na(L) & is.na(R))   # right-censored at 0: S(0) = 1, no information
  m <- survreg(Surv(L[ok], R[ok], type = "interval2") ~ 1, dist = "weibull", control = survreg.control(maxiter = 500, rel.tolerance = 1e-14))
  # polish on the stated likelihood, with its own second derivatives
  nll <- function(p) { k <- exp(p[2]); H <- function(t) (t/exp(p[1]))^k; S <- function(t) exp(-H(t)); v <- numeric(length(kind))
    for (i in seq_along(kind)) v[i] <- switch(kind[i], exact = log(k) - p[1] + (k - 1)*(log(lo[i]) - p[1]) - H(lo[i]), right = -H(lo[i]),
      left = log(-expm1(-H(hi[i]))), interval = if (hi[i] - lo[i] < EPS) log(k) - p[1] + (k - 1)*(log(lo[i]) - p[1]) - H(lo[i]) else -H(lo[i]) + log(-expm1(-(H(hi[i]) - H(lo[i])))))
    -sum(v) }
  p <- c(unname(coef(m)), -log(m$scale))
  gr <- function(p, h = 1e-5) sapply(1:2, function(j) { e <- replace(c(0, 0), j, h); (8*(nll(p + e) - nll(p - e)) - (nll(p + 2*e) - nll(p - 2*e)))/(12*h) })
  he <- function(p, h = 1e-4) { J <- sapply(1:2, function(j) { e <- replace(c(0, 0), j, h); (8*(gr(p + e) - gr(p - e)) - (gr(p + 2*e) - gr(p - 2*e)))/(12*h) }); (J + t(J))/2 }
  for (it in 1:3) p <- p - solve(he(p), gr(p))
  # variance of (log scale, log shape): survreg's is of (log scale, log sigma), log shape = -log sigma
  Vs <- m$var*outer(c(1, -1), c(1, -1)); V <- solve(he(p)); list(p = p, V = V, gap = max(abs(p - c(coef(m), -log(m$scale)))), vgap = max(abs(V/Vs - 1)), ll = -nll(p), llR = m$loglik[2]) }
weibull_keys <- function(s) { x <- s$x[!is.na(s$x$kind) & s$x$kind != "none", ]; k <- function(v) paste0(s$part, ".long_term.relief_days.weibull_", v); n <- nrow(x)
  keys <- c(k("median_given_relief"), k("shape"), k("scale"))
  ex <- ifelse(x$kind == "exact" | (x$kind == "interval" & x$upper_days - x$lower_days < EPS), x$lower_days, NA)
  why <- if (n < 3) "fewer than 3 patients with relief" else if (sum(x$kind != "right") < 2) "fewer than 2 not right-censored" else if (!anyNA(ex) && diff(range(ex)) < EPS) "all at one exact value" else ""
  if (nzchar(why)) { for (q in keys) no_number(q, why, "model", n); return(invisible()) }
  f <- try(suppressWarnings(weibull_fit(x$kind, x$lower_days, x$upper_days)), silent = TRUE)
  if (inherits(f, "try-error") || !all(is.finite(f$p)) || !is.finite(f$ll) || any(diag(f$V) <= 0) || f$p[2] > 5) { for (q in keys) no_number(q, "likelihood has no maximum", "model", n, "open"); return(invisible()) }
  cat(sprintf("  weibull %s: n %d, |own - survreg| %.1e, var ratio - 1: %.1e, loglik diff %.1e\n", s$part, n, f$gap, f$vgap, f$ll - f$llR))
  ll2 <- log(log(2)); sig <- exp(-f$p[2]); g <- c(1, -sig*ll2); lm <- f$p[1] + sig*ll2
  w <- function(q, v, se) add(q, "model", estimate = exp(v), lower = exp(v - Z*se), upper = exp(v + Z*se), n = n)
  w(keys[1], lm, sqrt(drop(g %*% f$V %*% g))); w(keys[2], f$p[2], sqrt(f$V[2, 2])); w(keys[3], f$p[1], sqrt(f$V[1, 1])) }

# ---- all infusions: Cox, its check, GEE
dose_data <- function(s) { r <- s$relall; i <- match(key2(r), key2(s$inf)); r$dose <- s$inf$dose_mg_per_kg[i]; r <- r[!is.na(r$dose), ]; r$num <- r$infusion; cbind(r, points(r$kind, r$lower_days, r$upper_days)) }
# Efron: score and information of x*g(t) for column d added, at theta = 0 (Grambsch-Therneau, one step)
gt_check <- function(time, event, X, beta, d) { p <- ncol(X); lp <- drop(X %*% beta); r <- exp(lp); et <- sort(unique(time[event == 1]))
  km <- survfit(Surv(time, event) ~ 1); g <- function(t) { i <- which(km$time < t - 1e-10); 1 - (if (length(i)) km$surv[max(i)] else 1) }
  I <- matrix(0, p + 1, p + 1); U <- numeric(p + 1)
  for (t in et) { at <- time >= t; D <- which(time == t & event == 1); m <- length(D); gt <- g(t)
    for (l in seq_len(m) - 1) { w <- r*at; w[D] <- w[D]*(1 - l/m); w <- w/sum(w); mu <- colSums(X*w); V <- crossprod(X, X*w) - tcrossprod(mu)
      I[1:p, 1:p] <- I[1:p, 1:p] + V; I[p + 1, 1:p] <- I[p + 1, 1:p] + gt*V[d, ]; I[p + 1, p + 1] <- I[p + 1, p + 1] + gt^2*V[d, d]
      u <- colMeans(X[D, , drop = FALSE]) - mu; U[1:p] <- U[1:p] + u; U[p + 1] <- U[p + 1] + gt*u[d] } }
  I[1:p, p + 1] <- I[p + 1, 1:p]; J <- solve(I); list(theta = drop(J %*% U)[p + 1], se = sqrt(J[p + 1, p + 1]), U = U) }
cox_keys <- function(s) { G <- dose_data(s); C <- G[G$kind != "none", ]; hr <- "retrospective.all_infusions.dose.hazard_ratio"; ph <- "retrospective.all_infusions.dose.ph_slope"
  bad <- function(why, state = "null") for (q in c(hr, ph)) no_number(q, why, "model", nrow(C), state)
  if (nrow(C) == 0 || sum(C$event) == 0) return(bad("no events"))
  X <- cbind(dose = C$dose, num = C$num); C$X1 <- C$dose; C$X2 <- C$num
  if (qr(cbind(1, X))$rank < 3) return(bad("a covariate is constant or collinear", "open"))
  m <- try(suppressWarnings(coxph(Surv(time, event) ~ X1 + X2, data = C, cluster = patient, ties = "efron", control = coxph.control(eps = 1e-14, iter.max = 200, toler.chol = 1e-14))), silent = TRUE)
  if (inherits(m, "try-error") || max(abs(coef(m)*apply(X, 2, sd))) > 12) return(bad("diverges", "open"))
  b <- coef(m)[1]; se <- sqrt(vcov(m)[1, 1]); add(hr, "model", estimate = exp(b), lower = exp(b - Z*se), upper = exp(b + Z*se), p_value = 2*pnorm(-abs(b/se)), n = nrow(C))
  q <- try(gt_check(C$time, C$event, X, coef(m), 1), silent = TRUE); zp <- try(cox.zph(m, transform = "km", terms = FALSE), silent = TRUE)
  if (inherits(q, "try-error")) return(no_number(ph, "information is singular", "model", nrow(C), "open"))
  pv <- 2*pnorm(-abs(q$theta/q$se)); pr <- if (inherits(zp, "try-error")) NA else zp$table[1, "p"]; cat(sprintf("  ph_slope %.6g p own %.8g cox.zph %.8g score at fit %.1e\n", q$theta, pv, pr, max(abs(q$U[1:2]))))
  add(ph, "model", estimate = q$theta, lower = q$theta - Z*q$se, upper = q$theta + Z*q$se, p_value = pv, n = nrow(C)) }
gee_keys <- function(s) { G <- dose_data(s); key <- "retrospective.all_infusions.dose.any_relief_odds_ratio"; y <- as.numeric(G$kind != "none"); X <- cbind(1, G$dose, G$num); n <- nrow(G)
  if (n == 0 || length(unique(y)) < 2) return(no_number(key, "outcome is constant", "model", n))
  if (qr(X)$rank < 3) return(no_number(key, "a covariate is constant or collinear", "model", n, "open"))
  f <- suppressWarnings(glm.fit(X, y, family = binomial(), control = glm.control(1e-15, 200))); p <- f$fitted.values
  if (max(abs(f$coefficients*c(1, sd(X[, 2]), sd(X[, 3])))) > 15 || min(p, 1 - p) < 1e-9) return(no_number(key, "separation", "model", n))
  B <- solve(crossprod(X, X*(p*(1 - p)))); U <- rowsum(X*(y - p), G$patient); V <- B %*% crossprod(U) %*% B; b <- f$coefficients[2]; se <- sqrt(V[2, 2])
  add(key, "model", estimate = exp(b), lower = exp(b - Z*se), upper = exp(b + Z*se), p_value = 2*pnorm(-abs(b/se)), n = n)
  if (requireNamespace("geepack", quietly = TRUE)) { o <- order(G$patient); gp <- try(geepack::geeglm(y[o] ~ X[o, 2] + X[o, 3], id = as.integer(factor(G$patient[o])), family = binomial, corstr = "independence"), silent = TRUE)
    if (!inherits(gp, "try-error")) cat(sprintf("  gee: |own - geepack| %.1e, se %.1e\n", abs(b - coef(gp)[2]), abs(se - summary(gp)$coefficients[2, 2]))) } }

# ---- random-intercept model, REML, profiled over rho = between/residual variance >= 0
reml <- function(y, X, id) { id <- as.integer(factor(id)); n <- length(y); p <- ncol(X); k <- tabulate(id); sX <- rowsum(X, id); sy <- rowsum(y, id)[, 1]; XX <- crossprod(X); Xy <- drop(crossprod(X, y)); yy <- sum(y^2)
  parts <- function(r) { c0 <- r/(1 + k*r); A <- XX - crossprod(sX, sX*c0); b <- Xy - drop(crossprod(sX, c0*sy)); be <- solve(A, b); rss <- yy - sum(c0*sy^2) - sum(b*be)
    list(A = A, be = be, rss = rss, dev = sum(log1p(k*r)) + (n - p)*log(rss) + as.numeric(determinant(A)$modulus)) }
  # derivative of the profile deviance in rho, in closed form
  grad <- function(r) { q <- parts(r); dc <- 1/(1 + k*r)^2; e <- sy - drop(sX %*% q$be); sum(k/(1 + k*r)) - (n - p)*sum(dc*e^2)/q$rss - sum(diag(solve(q$A, crossprod(sX, sX*dc)))) }
  if (parts(0)$rss < 1e-10) return(NULL)
  grid <- c(0, exp(seq(-12, 9, length.out = 200))); gv <- sapply(grid, grad); cand <- if (gv[1] >= 0) 0 else numeric(0)
  for (i in which(gv[-length(gv)] < 0 & gv[-1] >= 0)) cand <- c(cand, uniroot(grad, grid[i + 0:1], tol = 1e-14)$root)
  if (!length(cand)) return(NULL)
  r <- cand[which.min(sapply(cand, function(c0) parts(c0)$dev))]; q <- parts(r); s2 <- q$rss/(n - p)
  list(beta = q$be, se = sqrt(diag(solve(q$A))*s2), rho = r, s2 = s2, icc = r/(1 + r), dev = q$dev) }
mixed <- function(keyf, y, g, id, levs) { levs_used <- levs[levs %in% g]; n <- length(y); all_keys <- sapply(levs[-1], keyf)
  if (!(levs[1] %in% levs_used) || length(levs_used) < 2) { for (q in all_keys) no_number(q, "no data for a comparison", "model", n, "open"); return(invisible()) }
  g <- factor(g, levels = levs_used); X <- model.matrix(~g); m <- if (n > ncol(X)) reml(y, X, id) else NULL
  if (is.null(m)) { for (q in all_keys) no_number(q, "no residual variance", "model", n, "open"); return(invisible()) }
  ck <- try(nlme::lme(y ~ g, random = ~1 | id, data = data.frame(y, g, id = factor(id)), method = "REML", control = nlme::lmeControl(opt = "optim", reltol = 1e-14, maxIter = 500, msMaxIter = 500)), silent = TRUE)
  cat(sprintf("  mixed %s: n %d, rho %.6g, |own - nlme| %.1e\n", keyf("*"), n, m$rho, if (inherits(ck, "try-error")) NA else max(abs(nlme::fixef(ck) - m$beta))))
  A <- solve(crossprod(X)); be <- drop(A %*% crossprod(X, y)); U <- rowsum(X*(y - drop(X %*% be)), id); gs <- sqrt(diag(A %*% crossprod(U) %*% A)); p <- 2*pnorm(-abs(m$beta/m$se)); pa <- c(NA, p.adjust(p[-1], "holm"))
  for (l in setdiff(levs[-1], levs_used)) no_number(keyf(l), "no data", "model", n)
  for (j in seq_along(levs_used)[-1]) { q <- keyf(levs_used[j]); add(q, "model", estimate = m$beta[j], lower = m$beta[j] - Z*m$se[j], upper = m$beta[j] + Z*m$se[j], p_value = p[j], p_adjusted = pa[j], icc = m$icc,
    gee_estimate = be[j], gee_lower = be[j] - Z*gs[j], gee_upper = be[j] + Z*gs[j], n = n) } }
trajectory <- function(s) { d <- s$inf[s$inf$patient %in% s$el & s$inf$infusion %in% 1:4 & !is.na(s$inf$pre) & !is.na(s$inf$post), ]
  mixed(function(l) paste0("retrospective.trajectory.nrs_reduction.infusion_", l), d$pre - d$post, as.character(d$infusion), d$patient, as.character(1:4)) }
course <- function(s) { v <- c("baseline", "post_40min", paste0("week_", WEEKS)); d <- s$nrs[s$nrs$patient %in% s$el & s$nrs$visit %in% v, ]
  if (any(!s$x$has_infusion & s$el %in% d$patient)) for (l in v[-1]) note(paste0("prospective.course.nrs.", l), "estimate", "scores of eligible patients without an infusion are in: the plan does not say")
  mixed(function(l) paste0("prospective.course.nrs.", l), d$nrs, d$visit, d$patient, v) }
# intercept-only REML of many resamples at once: weights w per patient, sums k, sy, per patient; within sum of squares
icc_fast <- function(w, k, sy, yy) { n <- sum(w*k); if (sum(w > 0) < 2 && sum(w) < 2) return(NaN); Y <- sum(w*yy)
  parts <- function(r) { c0 <- 1/(1 + k*r); A <- sum(w*k*c0); mu <- sum(w*sy*c0)/A; rss <- Y - sum(w*sy^2*r*c0) - mu^2*A; list(A = A, mu = mu, rss = rss) }
  grad <- function(r) { q <- parts(r); d <- 1/(1 + k*r)^2; sum(w*k/(1 + k*r)) - (n - 1)*sum(w*d*(sy - k*q$mu)^2)/q$rss - sum(w*k^2*d)/q$A }
  if (n < 2 || parts(0)$rss < 1e-10) return(NaN)
  g0 <- grad(0); if (g0 >= 0) return(0); hi <- 1; while (grad(hi) < 0) { hi <- hi*4; if (hi > 1e9) return(NaN) }
  r <- uniroot(grad, c(0, hi), tol = 1e-9)$root; r/(1 + r) }
icc_key <- function(s) { d <- s$inf[s$inf$patient %in% s$el & !is.na(s$inf$pre), ]; key <- "retrospective.regression_to_the_mean.icc"; n <- nrow(d)
  if (n < 3) return(no_number(key, "too few scores", "model", n, "open"))
  m <- reml(d$pre, matrix(1, n, 1), d$patient); if (is.null(m)) return(no_number(key, "no residual variance", "model", n, "open"))
  add(key, "model", estimate = m$icc, n = n); k <- as.numeric(table(d$patient)); sy <- rowsum(d$pre, d$patient)[, 1]; yy <- rowsum(d$pre^2, d$patient)[, 1]
  if (all(k == 1)) return(limits(key, "boot", NA, NA, "one score per patient"))
  W <- draw(length(k), B_BOOT, 401); boot_limits(key, apply(W, 1, icc_fast, k = k, sy = sy, yy = yy)) }

# ---- Firth logistic regression, intercept + one predictor
firth <- function(x, y) { X <- cbind(1, x); sx <- sd(x)
  info <- function(b) { p <- plogis(drop(X %*% b)); w <- p*(1 - p); list(p = p, w = w, I = crossprod(X, X*w)) }
  pll <- function(b) { eta <- drop(X %*% b); q <- info(b); sum(y*eta - log1p(exp(-abs(eta))) - pmax(eta, 0)) + .5*as.numeric(determinant(q$I)$modulus) }
  score <- function(b) { q <- info(b); h <- q$w*rowSums((X %*% solve(q$I))*X); list(U = drop(crossprod(X, y - q$p + h*(.5 - q$p))), I = q$I) }
  climb <- function(b, free) { for (it in 1:500) { q <- score(b); if (max(abs(q$U[free])*c(1, sx)[free]) < 1e-11) break; st <- numeric(2); st[free] <- solve(q$I[free, free, drop = FALSE], q$U[free]); m <- max(abs(st)*c(1, sx)); if (m > 3) st <- st*3/m
      f0 <- pll(b); h <- 1; while (h > 1e-8 && !(isTRUE(pll(b + h*st) >= f0 - 1e-13))) h <- h/2; b <- b + h*st; if (max(abs(h*st)) < 1e-14) break }; b }
  hat <- climb(c(qlogis(mean(y)), 0), 1:2); top <- pll(hat); 
  # Over the intercept the penalised likelihood of a separated predictor has two maxima; the profile is the higher one.
  prof <- function(b1) max(sapply(c(mean(x), quantile(x, 0:8/8)), function(m) pll(climb(c(hat[1] - m*(b1 - hat[2]), b1), 1)))); q <- qchisq(1 - ALPHA, 1)/2; f <- function(b1) top - prof(b1) - q
  side <- function(sgn) { st <- 1/sx; b <- hat[2]; for (i in 1:60) { b2 <- hat[2] + sgn*st; if (f(b2) > 0) return(uniroot(f, sort(c(b, b2)), tol = 1e-12/max(1, sx))$root); b <- b2; st <- st*1.6 }; NA }
  list(b = hat[2], lo = side(-1), hi = side(1), p = pchisq(2*(top - prof(0)), 1, lower.tail = FALSE)) }
SCALE <- c(age = 10, bmi = 5, fm_years = 5, phq9 = 5)
predictors <- function(s) for (o in c("responder_30", "sustained_14")) { x <- s$x; y <- outcome(x, o); ps <- list(); key <- function(t) sprintf("%s.predictors.%s.%s.odds_ratio", s$part, o, t)
  for (t in TRAITS) { k <- key(t); if (t == "cadss_change" && s$part == "retrospective") { no_number(k, "not recorded in Part 1", "model"); next }
    v <- trait(x, t)/(if (t %in% names(SCALE)) SCALE[[t]] else 1)
    one <- function(y) { ok <- !is.na(y) & !is.na(v); list(v = v[ok], y = y[ok], ok = sum(ok), e = sum(y[ok]), ne = sum(1 - y[ok])) }
    d <- one(y); emit(k, "n", d$ok, "closed")
    fit <- function(d) if (min(d$e, d$ne) < 5) "gate" else if (diff(range(d$v)) < EPS) "constant" else firth(d$v, d$y)
    f <- fit(d)
    if (is.list(f)) { ps[[t]] <- f$p; add(k, "model", estimate = exp(f$b), p_value = f$p); limits(k, "model", exp(f$lo), exp(f$hi), "profile does not reach the limit") }
    else for (q in c("estimate", "lower", "upper", "p_value", "p_adjusted")) nul(k, q, if (f == "gate") sprintf("%d events, %d non-events", d$e, d$ne) else "constant predictor", "model")
    if (o == "sustained_14") for (a in 0:1) { q <- c("estimate_open_as_not_sustained", "estimate_open_as_sustained")[a + 1]; g <- fit(one(ifelse(x$sustained %in% -1, a, y)))
      if (is.list(g)) { if (is.list(f)) emit(k, q, exp(g$b), "model") else open_(k, q, "the main estimate has a status: whether the extreme stands is not stated", "model") } else nul(k, q, g, "model") } }
  if (length(ps)) { pa <- p.adjust(unlist(ps), "BH"); for (t in names(ps)) emit(key(t), "p_adjusted", pa[[t]], "model") } }

# ---- ridge logistic model with the penalty by effective AIC
LAMBDA <- 10^seq(-2, 3, length.out = 26)
conc <- function(lp, y) { a <- lp[y == 1]; b <- lp[y == 0]; d <- outer(a, b, "-"); mean((d > 1e-12) + .5*(abs(d) <= 1e-12)) }
ridge <- function(X, y, w = rep(1, length(y))) { p <- ncol(X); X1 <- cbind(1, X); b <- c(qlogis(sum(w*y)/sum(w)), rep(0, p)); best <- NULL
  for (l in rev(LAMBDA)) { P <- diag(c(0, rep(l, p)))                       # from strong to weak, warm starts
    obj <- function(b) { eta <- drop(X1 %*% b); sum(w*(y*eta - log1p(exp(-abs(eta))) - pmax(eta, 0))) - l*sum(b[-1]^2)/2 }
    f0 <- obj(b); for (it in 1:100) { q <- plogis(drop(X1 %*% b)); I <- crossprod(X1, X1*(w*q*(1 - q))); U <- drop(crossprod(X1, w*(y - q))) - drop(P %*% b); st <- solve(I + P, U); h <- 1
      while (h > 1e-6 && obj(b + h*st) < f0 - 1e-12) h <- h/2; b <- b + h*st; f0 <- obj(b); if (max(abs(h*st)) < 1e-10) break }
    q <- plogis(drop(X1 %*% b)); I <- crossprod(X1, X1*(w*q*(1 - q))); df <- sum(diag(solve(I + P, I))); ll <- f0 + l*sum(b[-1]^2)/2
    aic <- 2*ll - 2*df; if (is.null(best) || aic > best$aic + 1e-10) best <- list(b = b, lambda = l, aic = aic, df = df) }
  best }
slope <- function(lp, y, w = rep(1, length(y))) { if (diff(range(lp)) < 1e-10) return(NaN); a <- lp[y == 1 & w > 0]; b <- lp[y == 0 & w > 0]
  if (min(a) >= max(b) - 1e-12 || max(a) <= min(b) + 1e-12) return(NaN)      # separated: no finite slope
  z <- (lp - mean(lp))/sd(lp); f <- suppressWarnings(glm.fit(cbind(1, z), y, weights = w, family = binomial(), control = glm.control(1e-12, 200))); unname(f$coefficients[2])/sd(lp) }
ridge_keys <- function(s) for (o in c("responder_30", "sustained_14")) { x <- s$x; y <- outcome(x, o); kc <- sprintf("%s.predictors.%s.model.c_statistic", s$part, o); kb <- sprintf("%s.predictors.%s.model.calibration_slope", s$part, o)
  bad <- function(why, n, state = "null") for (q in c(kc, kb)) no_number(q, why, "model", n, state)
  x <- x[!is.na(y), ]; y <- y[!is.na(y)]; V <- sapply(setdiff(TRAITS, "cadss_change"), function(t) trait(x, t)); V <- matrix(V, nrow = length(y), dimnames = list(NULL, setdiff(TRAITS, "cadss_change")))
  keep <- apply(V, 2, function(v) mean(is.na(v)) <= .2 + EPS && length(v) > 0 && any(!is.na(v)) && diff(range(v, na.rm = TRUE)) > EPS); V <- V[, keep, drop = FALSE]
  ok <- rowSums(is.na(V)) == 0; V <- V[ok, , drop = FALSE]; yy <- y[ok]; n <- length(yy)
  if (min(sum(yy), n - sum(yy)) < 10) { bad(sprintf("%d events, %d non-events", sum(yy), n - sum(yy)), n); next }
  k2 <- apply(V, 2, function(v) diff(range(v)) > EPS); if (!all(k2)) { V <- V[, k2, drop = FALSE]; cat("  ridge: constant among complete cases:", names(k2)[!k2], "\n") }
  if (ncol(V) == 0) { bad("no predictor", n, "open"); next }
  X <- sweep(sweep(V, 2, colMeans(V)), 2, sqrt(colMeans(sweep(V, 2, colMeans(V))^2)), "/"); f <- ridge(X, yy); lp <- drop(X %*% f$b[-1]); c0 <- conc(lp, yy); s0 <- slope(lp, yy)
  cat(sprintf("  ridge %s %s: n %d, p %d, lambda %.4g, df %.3f, c %.6f, slope %.6f\n", s$part, o, n, ncol(X), f$lambda, f$df, c0, s0)); set.seed(501); C <- S <- matrix(NaN, B_RIDGE, 2)
  for (b in seq_len(B_RIDGE)) { i <- sample.int(n, n, TRUE); if (length(unique(yy[i])) < 2) next; g <- ridge(X[i, , drop = FALSE], yy[i]); l <- drop(X %*% g$b[-1]); C[b, ] <- c(conc(l[i], yy[i]), conc(l, yy)); S[b, ] <- c(slope(l[i], yy[i]), slope(l, yy)) }
  put <- function(q, M, app) { add(q, "model", apparent = app); emit(q, "n", n, "closed"); d <- M[, 1] - M[, 2]; d <- d[is.finite(d)]; emit(q, "estimate", app - mean(d), "boot"); emit(q, "mc_error_estimate", sd(d)/sqrt(length(d)), "boot")
    emit(q, "optimism_median", median(d), "boot"); emit(q, "mc_error_optimism_median", mc_se(d, .5), "boot"); r <- app - d; emit(q, "spread_lower", q1(r, ALPHA/2), "boot"); emit(q, "spread_upper", q1(r, 1 - ALPHA/2), "boot")
    emit(q, "mc_error_spread_lower", mc_se(r, ALPHA/2), "boot"); emit(q, "mc_error_spread_upper", mc_se(r, 1 - ALPHA/2), "boot"); emit(q, "undefined_resamples", B_RIDGE - length(d), "boot") }
  put(kc, C, c0); if (is.finite(s0)) put(kb, S, s0) else no_number(kb, "the linear predictor separates the outcome or is constant", "model", n, "open") }
