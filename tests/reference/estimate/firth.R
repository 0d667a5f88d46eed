# Firth's logistic regression on one predictor: the highest point of the whole profile, then Newton on
# the modified score; limits by uniroot, the outermost there are.  Rscript firth.R
source("archive.R")

# split_…: the predictor parts the outcome; tail_…: outliers, the profile has two hills.
sets <- list(
  age = list(x = c(31, 36, 40, 44, 45, 47, 50, 52, 53, 55, 58, 60, 61, 64, 70),
             y = c(1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0)),
  sex = list(x = c(0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1), y = c(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0)),
  score = list(x = c(3, 5, 5, 6, 7, 7, 8, 8, 8, 9, 9, 10, 4, 6, 7), y = c(0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 0, 0, 1)),
  split_sex = list(x = rep(0:1, each = 6), y = rep(0:1, each = 6)),
  split_age = list(x = c(23, 24, 32, 32, 33, 36, 37, 43, 58, 69), y = rep(0:1, each = 5)),
  split_dose = list(x = c(1.1, 1.2, 1.3, 1.4, 1.5, 1.5, 1.6, 1.7, 1.8, 1.9, 2), y = c(1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0)),
  split_years = list(x = c(1, 3, 4, 4, 5, 5, 6, 7, 29, 43), y = rep(0:1, each = 5)),
  tail_years = list(x = c(1, 1, 1, 2, 2, 3, 3, 3, 3, 4, 5, 7, 8, 9, 39, 63), y = c(1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1)),
  none = list(x = c(5, 7, 6, 8, 9, 4, 5, 7, 6, 8, 9, 4), y = rep(c(0, 1), each = 6))
)

# Penalised log-likelihood of many intercepts at one slope; ½ log det of the 2 x 2 information.
height <- function(intercepts, slope, x, y) {
  eta <- outer(intercepts, slope * x, "+")
  w <- plogis(eta) * plogis(-eta)
  total <- rowSums(w)
  centre <- drop(w %*% x) / total
  spread <- rowSums(w * outer(-centre, x, "+")^2)
  drop(plogis(eta, log.p = TRUE) %*% y + plogis(-eta, log.p = TRUE) %*% (1 - y)) + log(pmax(total * spread, 1e-300)) / 2
}
# The best of optimize() around the three highest local maxima of a grid.
peak <- function(f, grid) {
  h <- f(grid)
  inner <- seq(2, length(grid) - 1)
  maxima <- inner[h[inner] >= h[inner - 1] & h[inner] >= h[inner + 1]]
  maxima <- head(maxima[order(-h[maxima])], 3)
  found <- lapply(maxima, function(i) optimize(f, grid[i + c(-1, 1)], maximum = TRUE, tol = 1e-9))
  found[[which.max(vapply(found, function(o) o$objective, 0))]]
}
profile <- function(slope, x, y) {
  grid <- sort(c(-slope * seq(min(x), max(x), length.out = 300), outer(-slope * range(x), c(-8, -4, -2, 2, 4, 8), "+"), seq(-3, 3, 0.25)))
  peak(function(a) height(a, slope, x, y), unique(grid))
}
profiles <- function(slopes, x, y) vapply(slopes, function(b) profile(b, x, y)$objective, 0)
# Newton on Firth's modified score, from the highest point of the profile.
newton <- function(beta, x, y) {
  design <- cbind(1, x)
  for (step in 1:5000) {
    p <- plogis(drop(design %*% beta))
    information <- crossprod(design * sqrt(p * (1 - p)))
    h <- p * (1 - p) * rowSums((design %*% solve(information)) * design)
    change <- drop(solve(information, crossprod(design, y - p + h * (0.5 - p))))
    beta <- beta + change / 2
    if (max(abs(change)) < 1e-10) return(beta)
  }
  stop("no convergence")
}
steps <- exp(seq(log(0.1), log(200), length.out = 30))
slopes <- c(-rev(steps), 0, steps)
firth <- function(x, y, level) {
  best <- peak(function(b) profiles(b, x, y), slopes)
  beta <- newton(c(profile(best$maximum, x, y)$maximum, best$maximum), x, y)
  stopifnot(abs(beta[2] - best$maximum) < 1e-3)
  top <- profiles(beta[2], x, y)
  excess <- function(b) profiles(b, x, y) - (top - qchisq(level, 1) / 2)
  limit <- function(side) {
    tried <- c(beta[2], sort(slopes[side * slopes > side * beta[2]], decreasing = side < 0))
    outermost <- max(which(excess(tried) >= 0))
    uniroot(excess, sort(tried[outermost + 0:1]), tol = 1e-10)$root
  }
  c(log_odds_ratio = unname(beta[2]), lower = limit(-1), upper = limit(1),
    p_value = pchisq(max(0, 2 * (top - profiles(0, x, y))), 1, lower.tail = FALSE))
}

data <- do.call(rbind, lapply(names(sets), function(s) data.frame(set = s, x = as.double(sets[[s]]$x), y = as.integer(sets[[s]]$y))))
expected <- do.call(rbind, lapply(names(sets), function(s) {
  x <- sets[[s]]$x
  scale <- sd(x)
  z <- (x - mean(x)) / scale
  do.call(rbind, lapply(c(0.8, 0.95, 0.99), function(level) {
    found <- firth(z, sets[[s]]$y, level)
    data.frame(set = s, level = level, log_odds_ratio = found[["log_odds_ratio"]] / scale,
               log_lower = found[["lower"]] / scale, log_upper = found[["upper"]] / scale,
               p_value = found[["p_value"]])
  }))
}))
archive(data, "firth_data.csv", "Rscript firth.R")
archive(expected, "firth_expected.csv", "Rscript firth.R")
