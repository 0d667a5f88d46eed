# compare.R OUT.csv expected.csv [tol]: keys in common with a file in the sample's format
a <- commandArgs(TRUE); o <- read.csv(a[1], comment.char = "#"); e <- read.csv(a[2]); tol <- if (length(a) > 2) as.numeric(a[3]) else 1e-6; bad <- 0; cmp <- 0; miss <- setdiff(e$key, o$key)
for (i in seq_len(nrow(e))) for (f in c("estimate", "lower", "upper", "p_value", "n")) { w <- e[[f]][i]; if (is.na(w)) next; v <- o$value[o$key == e$key[i] & o$field == f]; if (!length(v)) { if (!(e$key[i] %in% miss)) cat("no value", e$key[i], f, w, "\n"); next }
  cmp <- cmp + 1; if (is.na(v) || abs(v - w) > tol*max(1, abs(w))) { bad <- bad + 1; cat(e$key[i], f, "theirs", w, "ours", v, "\n") } }
cat(sprintf("%d keys of theirs, %d missing here (%s), %d values compared, %d differ\n", nrow(e), length(miss), paste(miss, collapse = " "), cmp, bad))
