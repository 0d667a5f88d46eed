# expected_format.R PLAN.csv FOLDER: the closed, model and npmle values in the format of the shared sample
# -> FOLDER/expected.csv, expected_null.csv (must be null), expected_identified.csv
a <- commandArgs(TRUE); d <- read.csv(a[1], comment.char = "#"); N <- read.csv(sub("\\.csv$", "_null.csv", a[1])); d <- d[d$kind %in% c("closed", "model", "npmle"), ]; N <- N[paste(N$key, N$field) %in% paste(d$key, d$field), ]
k <- unique(d$key); v <- function(f) { x <- d[d$field == f, ]; x$value[match(k, x$key)] }
E <- data.frame(key = k, estimate = v("estimate"), lower = v("lower"), upper = v("upper"), p_value = v("p_value"), n = v("n")); E <- E[!is.na(E$estimate), ]
g <- function(x) ifelse(is.na(x), "NA", formatC(x, digits = 15, format = "g")); q <- function(x) paste0('"', x, '"')
put <- function(x, f) writeLines(c(paste(q(names(x)), collapse = ","), do.call(paste, c(lapply(x, function(c) if (is.numeric(c)) trimws(g(c)) else q(c)), sep = ","))), file.path(a[2], f))
put(E, "expected.csv"); M <- N[grepl("^null: ", N$why), ]; M <- M[!(M$field %in% c("p_value", "p_adjusted")) & !grepl("^estimate_open", M$field), ]; M$why <- sub("^null: ", "", M$why); put(M, "expected_null.csv")
L <- data.frame(key = k, lower_identified = v("lower_identified"), upper_identified = v("upper_identified"), estimate = v("estimate")); put(L[!is.na(L$lower_identified), ], "expected_identified.csv")
cat(nrow(E), "keys,", nrow(M), "nulls\n")
