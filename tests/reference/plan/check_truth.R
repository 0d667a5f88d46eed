# check_truth.R TYPED TRUTH: the typed tables against what a generator put in (order and source_row aside)
a <- commandArgs(TRUE); ok <- TRUE
for (f in c("patients", "infusions", "pain_ratings", "follow_ups", "relief", "adverse_events", "measurements")) {
  r <- lapply(a, function(d) read.csv(file.path(d, paste0(f, ".csv")), colClasses = "character", na.strings = c("NA", ""))); k <- intersect(names(r[[2]]), names(r[[1]]))
  n <- lapply(r, function(d) sort(apply(d[k], 1, function(v) { v[v %in% c("True", "False")] <- toupper(v[v %in% c("True", "False")]); x <- suppressWarnings(as.numeric(v)); v[!is.na(x)] <- sprintf("%.9g", x[!is.na(x)]); v <- sub(" 00:00:00", "", v); paste(v, collapse = "|") })))
  cat(f, length(n[[1]]), length(n[[2]]), "only typed:", length(setdiff(n[[1]], n[[2]])), "only truth:", length(setdiff(n[[2]], n[[1]])), "\n")
  if (!identical(n[[1]], n[[2]])) { ok <- FALSE; print(head(setdiff(n[[1]], n[[2]]), 12)); print(head(setdiff(n[[2]], n[[1]]), 12)) } }
quit(status = !ok)
