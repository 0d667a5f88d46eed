# Writes a reference table: full precision, and above it what made it.
archive <- function(table, file, command, packages = character()) {
  numeric_columns <- vapply(table, is.double, logical(1))
  table[numeric_columns] <- lapply(table[numeric_columns], function(x) {
    ifelse(is.na(x), "NA", sprintf("%.17g", x))
  })
  versions <- vapply(packages, function(p) paste(p, packageVersion(p)), character(1))
  header <- paste(c(paste("#", command), R.version.string, versions), collapse = "; ")
  connection <- file(file, "w")
  writeLines(header, connection)
  write.csv(table, connection, row.names = FALSE, quote = FALSE)
  close(connection)
}
