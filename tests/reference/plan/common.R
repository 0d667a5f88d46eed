# common.R -- constants, output, small helpers. Everything here is base R.
ALPHA <- 0.05; Z <- qnorm(1 - ALPHA/2); EPS <- 1e-9; HORIZON <- 84
TIMES <- c(7, 14, 28, 56, 84); WEEKS <- c(1, 2, 4, 8, 12)
B_BOOT <- as.integer(Sys.getenv("PLAN_B", "10000"))        # cheap bootstraps
B_NPMLE <- as.integer(Sys.getenv("PLAN_B_NPMLE", "500"))
B_RIDGE <- as.integer(Sys.getenv("PLAN_B_RIDGE", "1000"))
MI_RUNS <- as.integer(Sys.getenv("PLAN_MI_RUNS", "3"))    # independent runs of m = 50

OUT <- list(); NUL <- list()
emit <- function(key, field, value, kind)
  OUT[[length(OUT) + 1]] <<- list(key = key, field = field, value = as.numeric(value)[1], kind = kind)
# a value that must be null ("null: ...") or that this script leaves open ("open: ...": do not compare)
nul <- function(key, field, why, kind = "closed", state = "null") {
  emit(key, field, NA, kind)
  NUL[[length(NUL) + 1]] <<- list(key = key, field = field, why = paste0(state, ": ", why)) }
open_ <- function(key, field, why, kind = "closed") nul(key, field, why, kind, "open")
# several fields at once; NA fields need their own nul()/open_() line
add <- function(key, kind, ...) { f <- list(...); for (n in names(f)) if (!is.na(f[[n]])) emit(key, n, f[[n]], kind) }
no_number <- function(key, why, kind = "closed", n = NULL, state = "null") {
  if (!is.null(n)) emit(key, "n", n, "closed")
  for (f in c("estimate", "lower", "upper")) nul(key, f, why, kind, state) }
limits <- function(key, kind, lo, hi, why = "limit does not exist") {
  for (f in c("lower", "upper")) { v <- if (f == "lower") lo else hi
    if (is.na(v) || is.infinite(v)) nul(key, f, why, kind) else emit(key, f, v, kind) } }

# ---- bootstrap tools
draw <- function(n, B, seed) { set.seed(seed)              # B x n matrix of multiplicities
  t(vapply(seq_len(B), function(b) tabulate(sample.int(n, n, TRUE), n), numeric(n))) }
q1 <- function(x, p) { x <- sort(x[!is.nan(x) & !is.na(x)]); n <- length(x); x[min(n, max(1, ceiling(n*p - 1e-9)))] }
# standard error of a quantile from the order statistics 3 standard errors of its rank to either side
mc_se <- function(x, p) { x <- sort(x[!is.nan(x) & !is.na(x)]); n <- length(x); s <- 3*sqrt(n*p*(1 - p)); r <- n*p
  a <- x[max(1, floor(r - s))]; b <- x[min(n, ceiling(r + s))]; if (is.finite(a) && is.finite(b)) (b - a)/6 else NA }
note <- function(key, field, why) NUL[[length(NUL) + 1]] <<- list(key = key, field = field, why = paste("note:", why))
boot_limits <- function(key, reps, p = c(ALPHA/2, 1 - ALPHA/2)) {
  nan <- sum(is.nan(reps) | is.na(reps)); if (all(is.nan(reps) | is.na(reps))) { nul(key, "lower", "no replicate defined", "boot"); nul(key, "upper", "no replicate defined", "boot"); return(invisible()) }
  for (i in 1:2) { f <- c("lower", "upper")[i]; v <- q1(reps, p[i])
    if (is.infinite(v)) nul(key, f, "infinite limit", "boot") else { emit(key, f, v, "boot")
      s <- mc_se(reps, p[i]); if (!is.na(s)) emit(key, paste0("mc_error_", f), s, "boot") } }
  invisible(nan) }
bca <- function(reps, est, jack) { r <- reps[is.finite(reps)]
  z0 <- qnorm((sum(r < est - 1e-12) + sum(abs(r - est) <= 1e-12)/2)/length(r)); d <- mean(jack) - jack
  a <- sum(d^3)/(6*sum(d^2)^1.5); zz <- c(-Z, Z); pnorm(z0 + (z0 + zz)/(1 - a*(z0 + zz))) }

# ---- output
write_out <- function(file, cmd) {
  d <- data.frame(key = sapply(OUT, `[[`, "key"), field = sapply(OUT, `[[`, "field"),
    value = sapply(OUT, function(o) if (is.na(o$value)) "NA" else sprintf("%.17g", o$value)), kind = sapply(OUT, `[[`, "kind"))
  dup <- duplicated(d[c("key", "field")]); if (any(dup)) { print(d[dup, ]); stop("duplicate key/field") }
  v <- function(p) paste(p, tryCatch(as.character(packageVersion(p)), error = function(e) "not installed"))
  con <- file(file, "w"); writeLines(paste0("# ", cmd, "; ", R.version.string, "; ", paste(sapply(c("survival", "nlme", "mice"), v), collapse = ", ")), con)
  write.table(d, con, sep = ",", row.names = FALSE, quote = FALSE); close(con)
  N <- if (length(NUL)) data.frame(key = sapply(NUL, `[[`, "key"), field = sapply(NUL, `[[`, "field"), why = sapply(NUL, `[[`, "why")) else data.frame(key = character(), field = character(), why = character())
  write.csv(N, sub("\\.csv$", "_null.csv", file), row.names = FALSE); invisible(d) }
