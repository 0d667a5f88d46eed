# How often mice (pmm, 5 donors, 10 cycles) puts which value in which cell.
# Rscript imputation.R  (about four minutes)
source("archive.R")
suppressPackageStartupMessages(library(mice))

imputations <- 2000
# Columns: pre, post, pre_1, post_1, age, phq9; NA where missing.
scores <- data.frame(
  pre = c(8, 7, 9, 6, NA, 8, 5, 9, 7, 10, 6, 8, 7, 9, 4, 6, 8, 7, 5, 9, 8, 6, NA, 7),
  post = c(4, NA, 5, 3, 8, 4, NA, 6, 2, NA, 3, 5, 4, 7, 1, NA, 5, 3, 2, 6, NA, 2, 5, 4),
  pre_1 = c(9, 8, 9, 6, 9, NA, 6, 9, 8, 10, 7, 8, 6, NA, 5, 7, 8, 8, 6, 9, 9, 5, 8, 7),
  post_1 = c(5, 4, 6, 4, 8, 5, 3, NA, 4, 8, 4, 5, 4, 6, 2, 3, NA, 4, 3, 7, 6, 2, 6, 5),
  age = c(44, 51, 38, 60, 47, 55, 33, 42, 58, 49, 62, 36, 45, 52, 40, 57, 39, 48, 54, 43, 61, 35, 50, 46),
  phq9 = c(12, 9, 17, 6, 15, 11, 4, 14, NA, 20, 7, 12, 8, 16, 3, 6, 13, 10, 5, 15, 14, NA, 12, 9)
)
# Few patients: 12, a third of one column missing, and ties among the predictions.
few <- data.frame(
  pre = c(8, 7, 8, 6, 7, 8, 5, 9, 7, 8, 6, 7),
  post = c(4, NA, 5, 3, NA, 4, 2, NA, 4, 5, NA, 3)
)
sets <- list(scores = scores, few = few)

count_rows <- function(set) {
  table <- sets[[set]]
  done <- mice(table, m = imputations, maxit = 10, method = "pmm", donors = 5, seed = 20201130,
               printFlag = FALSE)
  # Nothing was dropped as collinear, and no ridge was needed.
  stopifnot(is.null(done$loggedEvents))
  do.call(rbind, lapply(names(table)[colSums(is.na(table)) > 0], function(column) {
    imputed <- as.matrix(done$imp[[column]])
    do.call(rbind, lapply(rownames(imputed), function(patient) {
      counts <- table(imputed[patient, ])
      data.frame(set = set, row = as.double(patient) - 1, column = match(column, names(table)) - 1.0,
                 value = as.double(names(counts)), count = as.double(counts))
    }))
  }))
}
data <- do.call(rbind, lapply(names(sets), function(s) {
  do.call(rbind, lapply(names(sets[[s]]), function(column) {
    data.frame(set = s, column = column, value = sets[[s]][[column]])
  }))
}))
archive(data, "imputation_data.csv", "Rscript imputation.R")
archive(do.call(rbind, lapply(names(sets), count_rows)), "imputation_counts.csv",
        "Rscript imputation.R", "mice")
