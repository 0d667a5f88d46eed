# npmle.R -- Turnbull's estimate for (lower, upper] and points, by the constrained Newton method
# a point is [t, t]; position of an end: [v -> 0, v] -> 1, (v -> 2
turnbull_sets <- function(L, R, pt) {
  v <- c(L, R); o <- c(ifelse(pt, 0, 2), rep(1, length(R))); left <- rep(c(TRUE, FALSE), each = length(L)); u <- order(v, o); v <- v[u]; o <- o[u]; left <- left[u]
  i <- which(left[-length(left)] & !left[-1]); J <- unique(data.frame(p = v[i], q = v[i + 1], point = o[i] == 0))
  A <- outer(seq_along(L), seq_len(nrow(J)), Vectorize(function(i, j) if (J$point[j]) (if (pt[i]) L[i] == J$p[j] else L[i] < J$p[j] && J$q[j] <= R[i]) else !pt[i] && L[i] <= J$p[j] && J$q[j] <= R[i]))
  list(J = J, A = matrix(as.numeric(A), length(L))) }
# min x'Qx/2 - c'x over x >= 0 (Lawson-Hanson, started on the support of x)
nn_qp <- function(Q, c, x) { m <- length(x); S <- x > 0; x[!S] <- 0
  for (it in 1:(10*m + 50)) { if (any(S)) repeat { z <- numeric(m); z[S] <- solve(Q[S, S, drop = FALSE], c[S]); if (all(z[S] > 0)) { x <- z; break }
      b <- S & z <= 0; a <- min(1, x[b]/(x[b] - z[b])); x <- x + a*(z - x); S[S & (x < 1e-14 | (b & x <= 1e-12))] <- FALSE; if (any(b & S)) { j <- which(b & S)[which.min(x[b & S])]; S[j] <- FALSE }; x[!S] <- 0; if (!any(S)) break }
    w <- c - drop(Q %*% x); w[S] <- -Inf; if (max(w) <= 1e-13*max(abs(c), 1)) break; S[which.max(w)] <- TRUE }
  x }
npmle_weights <- function(A, w = rep(1, nrow(A))) { m <- ncol(A); n <- sum(w); x <- rep(1/m, m)
  for (it in 1:15) { g <- colSums(w*A/drop(A %*% x))/n; x <- x*g }          # some EM steps first
  f <- function(x) { v <- drop(A %*% x); if (any(v <= 0)) -Inf else sum(w*log(v)) - n*sum(x) }
  for (it in 1:500) { S <- A/drop(A %*% x); g <- colSums(w*S); if (max(g)/n - 1 < 1e-12 && all(abs(g[x > 0]/n - 1) < 1e-10)) break
    Q <- crossprod(S, S*w); e <- 1e-12*max(diag(Q)); y <- nn_qp(Q + diag(e, m), 2*g - n + e*x, x); d <- y - x; sl <- sum((g - n)*d); if (sl < 1e-16*n) break
    h <- 1; f0 <- f(x); while (h > 1e-12 && !(f(x + h*d) >= f0 + 1e-4*h*sl - 1e-13*abs(f0))) h <- h/2; x <- pmax(x + h*d, 0); x[x < 1e-13] <- 0; x <- x/sum(x) }
  x[x < 1e-10] <- 0; P <- x > 0; for (it in 1:3) { S <- (A/drop(A %*% x))[, P, drop = FALSE]; d <- try(solve(crossprod(S, S*w), colSums(w*S) - n), silent = TRUE); if (inherits(d, "try-error") || any(x[P] + d <= 0)) break; x[P] <- x[P] + d }   # Newton on the support
  x <- x/sum(x); g <- colSums(w*A/drop(A %*% x)); list(x = x, gap = max(g)/n - 1, loglik = sum(w*log(drop(A %*% x))), g = g/n) }
npmle_fit <- function(kind, lo, hi) { pt <- kind %in% c("none", "exact") | hi - lo < EPS; L <- ifelse(kind == "left", 0, lo); R <- ifelse(kind == "right", Inf, hi); k <- paste(L, R, pt); u <- !duplicated(k); w <- as.numeric(table(factor(k, levels = k[u])))
  t <- turnbull_sets(L[u], R[u], pt[u]); f <- npmle_weights(t$A, w); o <- order(t$J$p, !t$J$point); act <- f$g > 1 - 1e-9
  c(list(J = t$J[o, ], x = f$x[o], unique = qr(t$A[, act, drop = FALSE])$rank == sum(act)), f[c("gap", "loglik")]) }
npmle_surv <- function(f, t) { J <- f$J; x <- f$x; beyond <- ifelse(J$point, J$p > t + EPS, J$p >= t - EPS); st <- !J$point & J$p < t - EPS & J$q > t + EPS
  a <- sum(x[beyond]); b <- a + sum(x[st]); c(a, b, if (any(is.infinite(J$q[st]) & x[st] > 0)) NA else (a + b)/2) }
npmle_median <- function(f) { i <- which(f$x > 0); J <- f$J[i, ]; c0 <- cumsum(f$x[i]); h <- which(abs(c0 - .5) <= EPS)
  if (length(h) && h[1] < length(i)) { a <- h[1]; b <- a + 1; qb <- if (is.infinite(J$q[b])) J$p[b] else J$q[b]; return(c((J$p[a] + J$p[b])/2, if (is.infinite(J$q[b])) NA else (J$q[a] + J$q[b])/2, (J$p[a] + J$q[a] + J$p[b] + qb)/4, 1)) }
  a <- which(c0 > .5 + EPS)[1]; c(J$p[a], J$q[a], (J$p[a] + J$q[a])/2, 0) }
npmle_keys <- function(s) { x <- s$x[!is.na(s$x$kind), ]; n <- nrow(x); base <- paste0(s$part, ".long_term.relief_days.npmle_"); ks <- c(paste0(base, "survival_", TIMES), paste0(base, "median"))
  if (n == 0) { for (q in ks) no_number(q, "no data", "npmle", 0); return(invisible()) }
  f <- npmle_fit(x$kind, x$lower_days, x$upper_days); cat(sprintf("  npmle %s: n %d, %d sets, %d with mass, gap %.1e, unique %s\n", s$part, n, nrow(f$J), sum(f$x > 0), f$gap, f$unique))
  set.seed(601); B <- B_NPMLE; RS <- matrix(NaN, B, length(TIMES)); RM <- numeric(B)
  for (b in seq_len(B)) { i <- sample.int(n, n, TRUE); g <- npmle_fit(x$kind[i], x$lower_days[i], x$upper_days[i]); for (j in seq_along(TIMES)) { v <- npmle_surv(g, TIMES[j]); RS[b, j] <- if (is.na(v[3])) (v[1] + v[2])/2 else v[3] }
    m <- npmle_median(g); RM[b] <- if (is.infinite(m[3])) Inf else m[3] }
  for (j in seq_along(TIMES)) { key <- ks[j]; v <- npmle_surv(f, TIMES[j]); emit(key, "n", n, "closed")
    if (!f$unique) { for (q in c("estimate", "lower_identified", "upper_identified")) open_(key, q, "the weights are not unique", "npmle") } else {
      emit(key, "lower_identified", v[1], "npmle"); emit(key, "upper_identified", v[2], "npmle"); if (is.na(v[3])) nul(key, "estimate", "inside an unbounded set", "npmle") else emit(key, "estimate", v[3], "npmle") }
    boot_limits(key, RS[, j]) }
  key <- ks[length(ks)]; m <- npmle_median(f); emit(key, "n", n, "closed")
  if (!f$unique) for (q in c("estimate", "lower_identified", "upper_identified")) open_(key, q, "the weights are not unique", "npmle") else {
    emit(key, "lower_identified", m[1], "npmle"); if (is.na(m[2]) || is.infinite(m[2])) nul(key, "upper_identified", "unbounded", "npmle") else emit(key, "upper_identified", m[2], "npmle")
    if (is.infinite(m[3])) nul(key, "estimate", "not reached", "npmle") else emit(key, "estimate", m[3], "npmle"); if (m[4] == 1) cat("    plateau at exactly 1/2\n") }
  boot_limits(key, RM) }
