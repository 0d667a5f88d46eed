# boot.R -- every infusion of eligible patients, bootstrap over patients
km_reps <- function(D, W, ids, tau) { t <- sort(unique(round(D$time, 9))); D$t <- match(round(D$time, 9), t); m <- length(t); i <- match(D$patient, ids)
  ev <- matrix(0, length(ids), m); at <- ev; for (r in seq_len(nrow(D))) { if (D$event[r] == 1) ev[i[r], D$t[r]] <- ev[i[r], D$t[r]] + 1; at[i[r], seq_len(D$t[r])] <- at[i[r], seq_len(D$t[r])] + 1 }
  dn <- W %*% ev; rn <- W %*% at; med <- mean_ <- numeric(nrow(W)); short <- 0
  for (b in seq_len(nrow(W))) { h <- ifelse(rn[b, ] > 0, 1 - dn[b, ]/rn[b, ], 1); S <- cumprod(h); j <- which(S < .5 - EPS)[1]; e <- which(abs(S - .5) <= EPS)[1]
    med[b] <- if (!is.na(e)) (if (is.na(j)) Inf else (t[e] + t[j])/2) else if (is.na(j)) Inf else t[j]
    last <- max(t[rn[b, ] > 0]); if (last < tau - EPS && S[m] > 1e-12) short <- short + 1
    g <- t < tau; tt <- c(0, t[g], tau); SS <- c(1, S[g]); mean_[b] <- sum(diff(tt)*SS) }
  list(median = med, rmst = mean_, flat = short) }
all_infusions <- function(s) { r <- s$relall; D <- cbind(patient = r$patient, points(r$kind, r$lower_days, r$upper_days)); n <- nrow(D); bases <- c("retrospective.all_infusions.relief_days", "retrospective.sensitivity.all_infusions.relief_days")
  for (base in bases) { km <- paste0(base, ".median"); kr <- paste0(base, ".rmst"); if (n == 0) { no_number(km, "no data", n = 0); no_number(kr, "no data", n = 0); next }
    fit <- km_fit(D); km_median_key(km, D, fit, FALSE); km_rmst_key(kr, D, fit, FALSE); ids <- unique(D$patient); q <- km_reps(D, draw(length(ids), B_BOOT, 701), ids, km_tau(fit)); boot_limits(km, q$median); boot_limits(kr, q$rmst) }
  if (n) cat(sprintf("  all infusions: tau %g, replicates carried on flat %d of %d\n", km_tau(fit), q$flat, B_BOOT))
  d <- s$inf[s$inf$patient %in% s$el & !is.na(s$inf$pre) & !is.na(s$inf$post), ]; key <- "retrospective.sensitivity.all_infusions.nrs_reduction.mean"
  if (nrow(d) == 0) return(no_number(key, "no data", n = 0))
  v <- d$pre - d$post; add(key, "closed", estimate = mean(v), n = nrow(d)); a <- rowsum(v, d$patient)[, 1]; k <- as.numeric(table(d$patient)); W <- draw(length(k), B_BOOT, 702); boot_limits(key, as.vector(W %*% a)/as.vector(W %*% k)) }
