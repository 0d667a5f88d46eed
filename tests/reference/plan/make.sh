#!/bin/sh
# make.sh TYPED [STUDIES]: plan.R over all folders of typed tables -> expected/<folder>.csv, expected/<folder>_null.csv
# STUDIES: where the study folders lie (only study.toml is read; default ../../data/reference). JOBS=n runs n at a time.
here=$(cd "$(dirname "$0")" && pwd); typed=$1; studies=${2:-$here/../../data/reference}; mkdir -p "$here/expected/log"
ls "$typed" | xargs -P "${JOBS:-1}" -I{} sh -c "nice Rscript '$here/plan.R' '$typed/{}' '$here/expected/{}.csv' '$studies/{}' > '$here/expected/log/{}.txt' 2>&1 && tail -1 '$here/expected/log/{}.txt' || echo 'FAILED {}'"
