# Rscript rmarkdown.R           prints the versions; or, with status 1, in words what is missing
# Rscript rmarkdown.R FILE.Rmd  renders FILE.html beside it; RETICULATE_PYTHON runs its chunks
# Rscript rmarkdown.R FILE.Rmd mended  the same without reticulate's detour; see mend()
stop_with <- function(words) {
  cat(words)
  quit(status = 1)
}

probe <- function() {
  packages <- c("rmarkdown", "knitr", "reticulate")
  for (package in packages) {
    if (!requireNamespace(package, quietly = TRUE)) {
      stop_with(paste("R has no working package", package))
    }
  }
  if (!rmarkdown::pandoc_available()) stop_with("rmarkdown finds no pandoc")
  if (!rmarkdown::pandoc_available("1.14")) stop_with("the pandoc that rmarkdown finds is too old")
  tryCatch(
    reticulate::import("helpers.report"),
    error = function(e) {
      reason <- strsplit(conditionMessage(e), "\n")[[1]][1]
      stop_with(paste("reticulate cannot use this Python:", reason))
    }
  )
  versions <- vapply(packages, function(name) as.character(packageVersion(name)), "")
  cat(paste0(packages, " ", versions, ","), paste0("R ", getRversion(), ","),
      "pandoc", as.character(rmarkdown::pandoc_version()))
}

# Left to itself reticulate saves pyplot's current figure, which is an empty one: our cells return
# figures that pyplot no longer holds. This saves what the cell returned, as Jupyter does.
show_returned <- function(plt, options) {
  file <- tempfile(fileext = ".png")
  reticulate::py_eval("_")$savefig(file, bbox_inches = "tight")
  knitr::include_graphics(file)
}

# Before every chunk reticulate asks five times whether a module is loaded, and each time turns all
# of sys.modules into R objects: 0.6 s a chunk in 1.28, whatever is in it. This asks for the names.
mend <- function() {
  name <- "py_module_loaded"
  if (!exists(name, asNamespace("reticulate"))) return()
  ask <- function(module) module %in% reticulate::py_eval("[*__import__('sys').modules]")
  utils::assignInNamespace(name, ask, "reticulate")
}

render <- function(file) {
  options(reticulate.engine.matplotlib.show = show_returned)
  # fig_retina would halve what savefig gives the size of Jupyter's figures.
  page <- rmarkdown::html_document(self_contained = TRUE, fig_retina = NULL)
  rmarkdown::render(file, page, quiet = TRUE)
}

arguments <- commandArgs(TRUE)
if (identical(arguments[2], "mended")) mend()
if (length(arguments)) render(arguments[1]) else probe()
