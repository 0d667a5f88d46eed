#!/usr/bin/env Rscript
# plan.R TYPED_FOLDER OUT.csv [STUDY_FOLDER]: every key of the analysis plan from the typed tables, base R + survival + nlme + mice.
# STUDY_FOLDER (optional): only its study.toml is read, for index_infusion and whether data_cutoff is set.
# environment: PLAN_B, PLAN_B_NPMLE, PLAN_B_RIDGE, PLAN_MI_RUNS (resamples); PLAN_STEPS (closed,model,npmle,boot,imputed)
suppressMessages({ library(survival); library(nlme) }); options(warn = 1)
args <- commandArgs(TRUE); here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)[1]))
for (f in c("common", "derive", "closed", "models", "npmle", "boot", "sensitivity", "imputed")) source(file.path(here, paste0(f, ".R")))
toml <- if (length(args) > 2 && file.exists(file.path(args[3], "study.toml"))) readLines(file.path(args[3], "study.toml"), warn = FALSE) else character()
ii <- sub("^ *index_infusion *= *([0-9]+).*", "\\1", grep("^ *index_infusion *=", toml, value = TRUE)); INDEX <- if (length(ii)) as.integer(ii[1]) else 4L; CUTOFF <- any(grepl("^ *data_cutoff *=", toml))
steps <- strsplit(Sys.getenv("PLAN_STEPS", "closed,model,npmle,boot,imputed"), ",")[[1]]
cat(basename(args[1]), "\n"); parts <- lapply(c("retrospective", "prospective"), study, dir = args[1], index = INDEX); parts <- parts[!sapply(parts, is.null)]
for (s in parts) { one <- s$part == "retrospective"
  if ("closed" %in% steps) { flow(s); exposure(s); short_term(s); relief_pct(s); km_index(s); ipr(s); safety(s); if (!one) dissociation(s); responders(s); sens_closed(s, CUTOFF) }
  if ("model" %in% steps) { weibull_keys(s); if (one) { cox_keys(s); gee_keys(s); trajectory(s); icc_key(s) } else course(s); predictors(s) }
  if ("npmle" %in% steps) npmle_keys(s)
  if ("boot" %in% steps) { if (one) all_infusions(s); ridge_keys(s) }
  if ("imputed" %in% steps) imputed(s) }
d <- write_out(args[2], paste("Rscript plan.R", basename(args[1]), basename(args[2]))); cat(sprintf("%s: %d keys, %d values, %d lines of null\n", args[2], length(unique(d$key)), nrow(d), length(NUL)))
