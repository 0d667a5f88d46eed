# sensitivity.R -- closed sensitivity analyses; imputation is in imputed.R
sens_closed <- function(s, cutoff) { P <- s$part; x <- s$x; k <- function(v) paste0(P, ".sensitivity.", v); n <- length(s$el)
  for (c0 in c(30, 50)) wilson(k(sprintf("missing_as_non_responder.responders_%d.proportion", c0)), sum(x$red_pct >= c0 - EPS, na.rm = TRUE), n)
  d <- x[!is.na(x$kind), ]; a <- d[!(d$approximate %in% TRUE), ]; km_keys(k("without_approximate.relief_days"), points(a$kind, a$lower_days, a$upper_days))
  D <- points(d$kind, d$lower_days, d$upper_days); D$event <- rep(1L, nrow(D)); km_keys(k("censored_as_ended.relief_days"), D)
  base <- k("ended_at_next_infusion.relief_days")
  if (P == "prospective") { for (v in c(".median", ".rmst")) no_number(paste0(base, v), "later infusions are not recorded") } else if (cutoff) { for (v in c(".median", ".rmst")) no_number(paste0(base, v), "data_cutoff: removed infusions' dates are not in the typed tables", state = "open")
  } else if (nrow(d) == 0) km_keys(base, D) else { gap <- vapply(seq_len(nrow(d)), function(i) { q <- s$inf[s$inf$patient == d$patient[i] & s$inf$infusion > s$index, ]; if (!nrow(q)) return(Inf); g <- as.numeric(q$date[which.min(q$infusion)] - d$date[i]); if (is.na(g) || g < 0) Inf else g }, 0)
    kind <- d$kind; lo <- pmin(d$lower_days, gap); hi <- pmin(d$upper_days, gap); ends <- d$basis %in% "next infusion" | d$lower_days > gap - EPS; kind[ends] <- ifelse(kind[ends] == "none", "none", "exact"); hi <- ifelse(kind == "exact", lo, hi)
    E <- points(kind, lo, hi); km_keys(base, E)
    M <- points(d$kind, d$lower_days, d$upper_days); M$event[d$basis %in% "next infusion"] <- 1L; b <- M$time > gap; M$event[b] <- 1L; M$time[b] <- gap[b]
    if (!isTRUE(all.equal(E, M))) { cat("  ended_at_next_infusion: the reading matters here (interval straddling the next infusion)\n"); note(paste0(base, ".rmst"), "estimate", sprintf("an interval straddles the next infusion; ends cut first (the value given), midpoint cut after: %.10g", rmst(km_fit(M), km_tau(km_fit(M)))[1])) } }
  for (v in c("as_sustained", "as_not_sustained")) { y <- x$sustained[!is.na(x$sustained)]; y[y == -1] <- as.numeric(v == "as_sustained"); wilson(k(sprintf("open_%s.sustained_14.proportion", v)), sum(y), length(y)) } }
