# derive.R -- populations and the index infusion, from the typed tables alone
truth <- function(x) ifelse(is.na(x), NA, toupper(x) %in% c("TRUE", "1"))
table_ <- function(dir, name, part) {
  d <- read.csv(file.path(dir, paste0(name, ".csv")), colClasses = "character", na.strings = c("", "NA", "NaT", "NaN"), check.names = FALSE)
  d <- d[d$part == part, , drop = FALSE]
  num <- c("age", "fm_diagnosis_year", "fm_years", "height_cm", "weight_kg", "phq9", "comorbidities", "prior_infusions", "infusion",
           "dose_mg", "dose_mg_per_kg", "hours", "nrs", "day", "relief_pct", "lower_days", "upper_days", "value")
  yes <- c("consent", "fm_diagnosed", "depression", "opioid_use", "prescribed", "safety_screen", "willing", "ketamine_allergy",
           "cognitive_impairment", "medical_condition", "other_trial", "stopped_early", "approximate", "serious", "coded")
  for (c in intersect(names(d), num)) d[[c]] <- as.numeric(d[[c]])
  for (c in intersect(names(d), yes)) d[[c]] <- as.logical(truth(d[[c]]))
  if ("date" %in% names(d)) d$date <- as.Date(substr(d$date, 1, 10))
  if (name == "relief") for (c in c("lower_days", "upper_days")) d[[c]] <- round(d[[c]], 12)   # joins what differs by floating point only
  d }
key2 <- function(d) paste(d$patient, d$infusion)
not_yes <- function(x) is.na(x) | !x
not_no <- function(x) is.na(x) | x

study <- function(dir, part, index) {
  s <- list(part = part, pt = table_(dir, "patients", part), inf = table_(dir, "infusions", part), nrs = table_(dir, "pain_ratings", part),
    fu = table_(dir, "follow_ups", part), rel = table_(dir, "relief", part), ae = table_(dir, "adverse_events", part), ms = table_(dir, "measurements", part))
  if (nrow(s$pt) == 0) return(NULL)
  pt <- s$pt; one <- part == "retrospective"; s$index <- if (one) index else 1
  count <- function(ids) vapply(pt$patient, function(i) sum(ids == i), 0)
  if (one) {
    w <- function(v) { d <- s$nrs[s$nrs$visit == v, ]; d$nrs[match(key2(s$inf), key2(d))] }
    s$inf$pre <- w("before"); s$inf$post <- w("after")
    f <- s$fu[s$fu$visit == "follow_up" & !is.na(s$fu$relief_pct), ]; f <- f[key2(f) %in% key2(s$rel), ]
    s$fail <- cbind(consent = not_yes(pt$consent), age = is.na(pt$age) | pt$age < 18, fm_diagnosed = not_yes(pt$fm_diagnosed),
      min_infusions = count(s$inf$patient) < 4, pain_ratings = count(s$inf$patient[!is.na(s$inf$pre) & !is.na(s$inf$post)]) < 1,
      follow_up = count(f$patient) < 1)
  } else s$fail <- cbind(consent = not_yes(pt$consent), age = is.na(pt$age) | pt$age < 18, fm_diagnosed = not_yes(pt$fm_diagnosed),
      prescribed = not_yes(pt$prescribed), safety_screen = not_yes(pt$safety_screen),
      min_prior_infusions = is.na(pt$prior_infusions) | pt$prior_infusions < 3, willing = not_yes(pt$willing),
      ketamine_allergy = not_no(pt$ketamine_allergy), cognitive_impairment = not_no(pt$cognitive_impairment),
      medical_condition = not_no(pt$medical_condition), other_trial = not_no(pt$other_trial))
  rownames(s$fail) <- pt$patient
  s$el <- pt$patient[!apply(s$fail, 1, any)]
  s$relall <- s$rel[s$rel$patient %in% s$el, ]                     # every duration of eligible patients
  # ---- one row per eligible patient, values of the index infusion
  x <- pt[match(s$el, pt$patient), ]; k <- paste(x$patient, s$index)
  i <- match(k, key2(s$inf)); x$has_infusion <- !is.na(i); x$date <- s$inf$date[i]
  if (!one) x$has_infusion <- x$has_infusion & !is.na(x$date)      # received: inf_date is there
  for (c in c("dose_mg", "dose_mg_per_kg", "hours", "stopped_early")) x[[c]] <- s$inf[[c]][i]
  at <- function(v) { d <- s$nrs[s$nrs$visit == v, ]; if (one) d$nrs[match(k, key2(d))] else d$nrs[match(x$patient, d$patient)] }
  x$pre <- at(if (one) "before" else "baseline"); x$post <- at(if (one) "after" else "post_40min")
  f <- s$fu[s$fu$visit == if (one) "follow_up" else "week_1", ]
  x$pct <- f$relief_pct[match(k, key2(f))]
  r <- match(k, key2(s$rel)); for (c in c("kind", "lower_days", "upper_days", "approximate", "basis")) x[[c]] <- s$rel[[c]][r]
  if (one) { x$fm_years <- as.numeric(format(x$date, "%Y")) - x$fm_diagnosis_year } else x$depression <- x$phq9 >= 10
  m <- function(e, n) { d <- s$ms[s$ms$event == e & s$ms$name == n, ]; d$value[match(x$patient, d$patient)] }
  if (!one) { x$cadss_change <- m("post_40min", "cadss_total") - m("baseline", "cadss_total")
    for (v in c("sbp", "dbp", "hr", "spo2")) x[[paste0(v, "_change")]] <- m("infusion", v) - m("baseline", v) } else x$cadss_change <- NA_real_
  x$bmi <- x$weight_kg/(x$height_cm/100)^2
  x$male <- ifelse(x$sex %in% "male", 1, ifelse(x$sex %in% "female", 0, NA))
  x$reduction <- x$pre - x$post; x$red_pct <- ifelse(!is.na(x$pre) & x$pre > 0, 100*x$reduction/x$pre, NA)
  x$responder_30 <- as.numeric(x$red_pct >= 30 - EPS)
  x$sustained <- sustained(x$kind, x$lower_days, x$upper_days, 14)
  s$x <- x; s }

# yes 1, no 0, open -1, no duration NA
sustained <- function(kind, lo, hi, t) vapply(seq_along(kind), function(i) { k <- kind[i]
  if (is.na(k)) return(NA_real_)
  if (k == "none") return(0)
  if (k == "left") return(if (hi[i] < t - EPS) 0 else -1)
  if (k == "right") return(if (lo[i] >= t - EPS) 1 else -1)
  if (lo[i] >= t - EPS) 1 else if (hi[i] < t - EPS) 0 else -1 }, 0)
