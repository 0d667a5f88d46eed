# imputed.R -- multiple imputation by mice (pmm, 5 donors, type 1, 10 cycles, m = 50), Barnard-Rubin
pool_mean <- function(q, u, dfcom) { m <- length(q); Q <- mean(q); U <- mean(u); B <- var(q); T <- U + (1 + 1/m)*B; lam <- (1 + 1/m)*B/T
  df <- if (T <= 0) NA else { obs <- (dfcom + 1)/(dfcom + 3)*dfcom*(1 - lam); if (lam < 1e-12) obs else { old <- (m - 1)/lam^2; old*obs/(old + obs) } }
  e <- if (is.na(df)) NA else qt(1 - ALPHA/2, df)*sqrt(T); c(Q, Q - e, Q + e) }
imputed <- function(s) { P <- s$part; k <- function(v) paste0(P, ".sensitivity.", v); one <- P == "retrospective"; x <- if (one) s$x else s$x[s$x$has_infusion, ]; n <- nrow(x)
  K <- c(k("multiple_imputation.nrs_reduction.mean"), k("multiple_imputation.responders_30.proportion"), k("multiple_imputation.responders_50.proportion"), k("delta_adjusted.nrs_reduction.crosses_2"), k("delta_adjusted.nrs_reduction.crosses_0"))
  if (n < 5 || sum(!is.na(x$reduction)) < 3) { for (q in K) no_number(q, "too few patients", "imputed", n, "open"); return(invisible()) }
  V <- data.frame(pre = x$pre, post = x$post)
  if (one) { for (j in seq_len(s$index - 1)) { d <- s$inf[s$inf$infusion == j & s$inf$patient %in% s$el, ]; if (nrow(d) < n/2) next; i <- match(x$patient, d$patient); V[[paste0("pre", j)]] <- d$pre[i]; V[[paste0("post", j)]] <- d$post[i] } }
  else for (w in WEEKS) { d <- s$nrs[s$nrs$visit == paste0("week_", w), ]; V[[paste0("week", w)]] <- d$nrs[match(x$patient, d$patient)] }
  V$age <- x$age; V$phq9 <- x$phq9; V <- V[, sapply(V, function(v) sum(!is.na(v)) >= 2), drop = FALSE]; mp <- is.na(x$post); R <- matrix(NA, 0, 11)
  for (run in seq_len(MI_RUNS)) { if (anyNA(V[c("pre", "post")])) { im <- try(suppressWarnings(mice::mice(V, m = 50, maxit = 10, method = "pmm", donors = 5, matchtype = 1, printFlag = FALSE, seed = 800 + run)), silent = TRUE)
      if (inherits(im, "try-error")) { for (q in K) no_number(q, "mice failed", "imputed", n, "open"); return(invisible()) }; cs <- lapply(1:50, function(i) mice::complete(im, i)) } else cs <- rep(list(V), 50)
    if (anyNA(cs[[1]][c("pre", "post")])) { for (q in K) no_number(q, "mice left a score missing", "imputed", n, "open"); return(invisible()) }
    red <- function(dl) { z <- sapply(cs, function(c) { po <- c$post; po[mp] <- pmin(10, pmax(0, po[mp] + dl)); d <- c$pre - po; c(mean(d), var(d)/n) }); pool_mean(z[1, ], z[2, ], n - 1) }
    prop <- function(c0) { z <- sapply(cs, function(c) { g <- c$pre > 0; p <- mean((100*(c$pre - c$post)/c$pre)[g] >= c0 - EPS); c(p, p*(1 - p)/sum(g)) }); v <- pool_mean(z[1, ], z[2, ], n - 1); c(v[1], max(0, v[2]), min(1, v[3])) }
    lows <- sapply(seq(0, 10, .1), function(d) red(d)[2]); cr <- function(b) { i <- which(lows <= b + EPS)[1]; if (is.na(i)) NA else (i - 1)/10 }
    R <- rbind(R, c(red(0), prop(30), prop(50), cr(2), cr(0))); if (!anyNA(V[c("pre", "post")])) break }
  put <- function(q, j, f) { v <- R[, j]; if (anyNA(v)) { if (all(is.na(v))) nul(q, f, "none up to 10 or not defined", "imputed") else open_(q, f, "some runs cross, some do not", "imputed"); return(invisible()) }
    emit(q, f, mean(v), "imputed"); if (nrow(R) > 1) emit(q, paste0("mc_error_", f), sd(v), "imputed") }
  for (g in 1:3) { for (f in 1:3) put(K[g], 3*(g - 1) + f, c("estimate", "lower", "upper")[f]); emit(K[g], "n", n, "imputed") }
  put(K[4], 10, "estimate"); put(K[5], 11, "estimate"); for (q in K[4:5]) emit(q, "n", n, "imputed")
  cat(sprintf("  imputed %s: n %d, missing pre %d post %d, variables %s\n", P, n, sum(is.na(x$pre)), sum(mp), paste(names(V), collapse = " "))) }
