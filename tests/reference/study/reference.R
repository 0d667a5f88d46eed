#!/usr/bin/env Rscript
# reference.R <truth dir> <out dir>  -- every key from truth CSVs alone. base R + survival + nlme.
# writes expected.csv (key,estimate,lower,upper,p_value,n), expected_null.csv (key,field,why: must be null),
# expected_identified.csv (key, lower_identified, upper_identified, estimate)
suppressMessages({library(survival); library(nlme)})
args <- commandArgs(TRUE); TD <- args[1]; OD <- args[2]
alpha <- .05; Z <- qnorm(1-alpha/2); EPS <- 1e-9; H <- 84; TT <- c(7,14,28,56,84)
OUT <- list(); NUL <- list(); IDN <- list(); SKIP <- character()
num <- function(x) suppressWarnings(as.numeric(x))
rd <- function(f) { p <- file.path(TD,f); if(!file.exists(p)) return(NULL)
  read.csv(p, colClasses="character", na.strings="", check.names=FALSE, fileEncoding="UTF-8") }
add <- function(key, est=NA, lo=NA, hi=NA, p=NA, n=NA)
  OUT[[length(OUT)+1]] <<- data.frame(key=key, estimate=est, lower=lo, upper=hi, p_value=p, n=n)
nul <- function(key, field, why="") NUL[[length(NUL)+1]] <<- data.frame(key=key, field=field, why=why)
skip <- function(key, why) SKIP <<- c(SKIP, paste(key, why, sep=": "))

## ---------- closed forms
tmean <- function(key, x, p=FALSE) { x <- x[!is.na(x)]; n <- length(x)
  if(n==0){ add(key, n=0); nul(key,"estimate","no data"); return(invisible()) }
  if(n<3){ skip(key, sprintf("n = %d: the plan does not say the least n", n)); return(invisible()) }
  m <- mean(x); s <- sd(x); e <- qt(1-alpha/2,n-1)*s/sqrt(n)
  pv <- if(p && s>1e-12) 2*pt(-abs(m/(s/sqrt(n))), n-1) else NA
  if(s<1e-12) { skip(key,"sd is 0: interval of width 0 or null is left open, only the estimate is listed"); e <- NA }
  add(key, m, m-e, m+e, pv, n) }
omed <- function(key, x) { x <- sort(x[!is.na(x)]); n <- length(x)
  if(n==0){ add(key, n=0); nul(key,"estimate","no data"); return(invisible()) }
  if(n<3){ skip(key,"n < 3"); return(invisible()) }
  l <- qbinom(alpha/2, n, .5)
  if(l<1){ nul(key,"lower","l = 0"); nul(key,"upper","l = 0"); add(key, median(x), n=n) }
  else add(key, median(x), x[l], x[n-l+1], NA, n) }
wilson <- function(key, k, n) { if(n==0){ add(key,n=0); nul(key,"estimate","no data"); return(invisible()) }
  p <- k/n; d <- 1+Z^2/n; c0 <- (p+Z^2/(2*n))/d; h <- Z/d*sqrt(p*(1-p)/n+Z^2/(4*n^2))
  add(key, p, max(0,c0-h), min(1,c0+h), NA, n) }
cp <- function(key, k, n) { if(n==0){ add(key,n=0); nul(key,"estimate","no data"); return(invisible()) }
  add(key, k/n, if(k==0) 0 else qbeta(alpha/2,k,n-k+1), if(k==n) 1 else qbeta(1-alpha/2,k+1,n-k), NA, n) }
wilcox <- function(key, d) { n <- length(d)
  if(n==0){ add(key,n=0); nul(key,"estimate","no data"); return(invisible()) }
  if(n<3){ skip(key,"n < 3"); return(invisible()) }
  w <- outer(d,d,"+")/2; w <- sort(w[upper.tri(w,TRUE)])
  k <- floor(n*(n+1)/4 - Z*sqrt(n*(n+1)*(2*n+1)/24))
  lo <- hi <- NA
  if(k<0){ nul(key,"lower","k < 0"); nul(key,"upper","k < 0") } else { lo <- w[k+1]; hi <- w[length(w)-k] }
  a <- round(abs(d),9); r <- rank(a); z <- a==0; t0 <- sum(z)
  W <- sum(r[d>0 & !z]); mu <- (n*(n+1)-t0*(t0+1))/4
  ti <- table(a[!z]); v <- (n*(n+1)*(2*n+1)-t0*(t0+1)*(2*t0+1))/24 - sum(ti^3-ti)/48
  pv <- NA
  if(v>0){ df <- W-mu; zz <- (df - sign(df)*.5)/sqrt(v); pv <- min(1, 2*pnorm(-abs(zz))) 
    if(abs(df)<.5){ pv <- NA; skip(paste0(key," p"),"|W - mean| < 1/2: continuity correction past the mean is a convention") } }
  add(key, median(w), lo, hi, pv, n) }
hedges <- function(key, pre, post) { n <- length(pre); if(n<3) return(skip(key,"n < 3"))
  s <- sqrt((var(pre)+var(post))/2); if(s<1e-12) return(skip(key,"sd 0"))
  add(key, mean(pre-post)/s*(1-3/(4*(n-1)-1)), n=n) }
short <- function(P, pre, post) { ok <- !is.na(pre)&!is.na(post); pre <- pre[ok]; post <- post[ok]; d <- pre-post
  k <- function(s) paste0(P,".short_term.",s)
  add(paste0(P,".flow.analysed_short_term"), sum(ok))
  tmean(k("nrs_pre.mean"),pre); tmean(k("nrs_post.mean"),post); tmean(k("nrs_reduction.mean"),d,TRUE)
  wilcox(k("nrs_reduction.wilcoxon"),d); hedges(k("nrs_reduction.hedges_g"),pre,post)
  g <- pre>0; rp <- 100*d[g]/pre[g]
  tmean(k("nrs_reduction_pct.mean"),rp); omed(k("nrs_reduction_pct.median"),rp)
  for(c0 in c(30,50)) wilson(k(sprintf("responders_%d.proportion",c0)), sum(rp>=c0-EPS), length(rp)) }

## ---------- survival
evt <- function(D) { # kind, lower, upper -> time, event (midpoints)
  D$time <- ifelse(D$kind=="right", D$lower, ifelse(D$kind=="exact"|D$kind=="none", D$lower, (D$lower+D$upper)/2))
  D$event <- as.integer(D$kind!="right"); D }
rmst <- function(fit, tau) { t <- fit$time; keep <- t<=tau+EPS
  tt <- c(0, t[keep & t>0 & t<tau], tau); S0 <- if(any(t==0)) fit$surv[t==0] else 1
  S <- sapply(tt, function(u) { i <- which(t<=u+EPS); if(length(i)) fit$surv[max(i)] else 1 })
  A <- function(a) { b <- pmax(tt[-length(tt)],a); sum(pmax(tt[-1]-b,0)*S[-length(S)]) }
  v <- 0; for(i in which(t<=tau+EPS & fit$n.event>0)) { a <- A(t[i]); d <- fit$n.event[i]; n <- fit$n.risk[i]
    if(a>0) v <- v + a^2*d/(n*(n-d)) }
  c(A(0), sqrt(v)) }
km <- function(B, D, full=TRUE, point=FALSE) { D <- evt(D); n <- nrow(D); k <- function(s) paste0(B,".",s)
  if(n==0){ add(k("median"),n=0); nul(k("median"),"estimate","no data"); return(invisible()) }
  fit <- survfit(Surv(time,event)~1, data=D, conf.type="log-log", conf.int=1-alpha)
  q <- quantile(fit, .5); m <- as.numeric(q$quantile); lo <- as.numeric(q$lower); hi <- as.numeric(q$upper)
  last <- max(D$time); S <- min(fit$surv)
  if(point) { add(k("median"), m, n=n) }
  else { if(is.na(m)) nul(k("median"),"estimate","not reached")
    if(all(D$time==0)) { lo <- hi <- NA; skip(k("median limits"),"all at 0") } else { if(is.na(hi)) nul(k("median"),"upper","not reached"); if(is.na(lo)) nul(k("median"),"lower","not reached") }
    add(k("median"), m, lo, hi, NA, n) }
  reached <- S<1e-12; tau <- if(reached) H else min(H,last); r <- rmst(fit,tau)
  if(full) for(t0 in TT) for(w in c("survival_","at_least_")) { key <- k(paste0(w,t0))
    if(t0>last+EPS && !reached) { nul(key,"estimate","beyond the last observed time"); add(key,n=n); next }
    u <- if(w=="survival_") t0 else t0-1e-6
    s <- summary(fit, times=u, extend=TRUE); e <- s$surv; lo <- s$lower; hi <- s$upper
    if(e<1e-12 || e>1-1e-12) { lo <- hi <- NA; nul(key,"lower","S is 0 or 1"); nul(key,"upper","S is 0 or 1"); if(e<1e-12) e <- 0 }
    add(key,e,lo,hi,NA,n) }
  if(point) add(k("rmst"), r[1], n=n)
  else if(r[2]<1e-12) { skip(k("rmst limits"),"variance 0"); add(k("rmst"),r[1],n=n) }
  else add(k("rmst"), r[1], r[1]-Z*r[2], r[1]+Z*r[2], NA, n)
  if(full) { base <- rmst(fit, min(H,last))[1]
    add(k("rmst_84_lower_bound"), base)
    add(k("rmst_84_upper_bound"), base + max(0,H-last)*(if(last<H) S else 0))
    wilson(k("any_relief.proportion"), sum(D$upper>0), n) } }
npmle <- function(B, D) { n <- nrow(D); if(n==0) return(invisible())
  pt <- D$kind %in% c("exact","none"); L <- D$lower; R <- D$upper
  E <- rbind(data.frame(v=L, o=ifelse(pt,0,2), s="L"), data.frame(v=R, o=1, s="R")); E <- E[order(E$v,E$o),]
  i <- which(E$s[-nrow(E)]=="L" & E$s[-1]=="R"); J <- unique(data.frame(p=E$v[i], po=E$o[i], q=E$v[i+1]))
  # observation contains set j?
  A <- sapply(seq_len(nrow(J)), function(j) { lo_ok <- L<J$p[j] | (L==J$p[j] & (ifelse(pt,0,2)<=J$po[j])); as.numeric(lo_ok & R>=J$q[j]) })
  A <- matrix(A,n); m <- ncol(A); w <- rep(1/m,m)
  for(it in 1:200000) { f <- as.vector(A%*%w); g <- colSums(A/f); if(max(g)-n<1e-9*n) break; w <- w*g/n
    if(it%%2000==0) { w[w<1e-13] <- 0; w <- w/sum(w) } }
  f <- as.vector(A%*%w); g <- colSums(A/f); act <- g>n-1e-5
  if(qr(A[,act,drop=FALSE])$rank<sum(act)) { skip(paste0(B,".npmle"),"weights not unique"); return(invisible()) }
  if(max(g)-n>1e-6) { skip(paste0(B,".npmle"),sprintf("gap %g",max(g)-n)); return(invisible()) }
  w[w<1e-9] <- 0; w <- w/sum(w)
  pts <- J$po==0 
  for(t0 in TT) { key <- sprintf("%s.npmle_survival_%d",B,t0)
    beyond <- if(m) ifelse(pts, J$p>t0+EPS, J$p>=t0-EPS); str <- !pts & J$p<t0-EPS & J$q>t0+EPS
    lo <- sum(w[beyond]); hi <- lo+sum(w[str])
    est <- if(sum(w[str])<1e-9) lo else if(any(is.infinite(J$q[str]))) NA else (lo+hi)/2
    if(is.na(est)) nul(key,"estimate","inside an unbounded interval")
    IDN[[length(IDN)+1]] <<- data.frame(key=key, lower_identified=lo, upper_identified=hi, estimate=est)
    add(key, est, n=n) }
  key <- paste0(B,".npmle_median"); o <- order(J$q, J$p); cw <- cumsum(w[o]); 
  if(any(abs(cw-.5)<1e-6)) { a <- max(which(abs(cw-.5)<1e-6 & w[o]>0)); b <- which(w[o]>0); b <- b[b>a][1]
    if(all(pts[o][c(a,b)])) { est <- (J$q[o][a]+J$q[o][b])/2; add(key,est,n=n) } else skip(key,"plateau between intervals") }
  else { a <- which(cw>.5)[1]; lo <- J$p[o][a]; hi <- J$q[o][a]
    if(is.infinite(hi)) { nul(key,"estimate","not reached"); add(key,n=n) } else {
      IDN[[length(IDN)+1]] <<- data.frame(key=key, lower_identified=lo, upper_identified=hi, estimate=(lo+hi)/2); add(key,(lo+hi)/2,n=n) } } }
ipr <- function(B, pct, D) { ok <- !is.na(pct)&!is.na(D$kind); if(!any(ok)) return(invisible()); pct <- pct[ok]; D <- D[ok,]
  lo <- pct/100*pmin(D$lower,H); hi <- pct/100*pmin(D$upper,H); z <- D$kind=="none"; lo[z] <- hi[z] <- 0
  add(paste0(B,".ipr_84.lower_bound.mean"),mean(lo),n=sum(ok)); add(paste0(B,".ipr_84.upper_bound.mean"),mean(hi),n=sum(ok)) }

## ---------- random-intercept model, REML by profile over rho = var_b/var_e >= 0
reml <- function(y, g, id) { X <- model.matrix(~g); id <- as.character(id); n <- length(y); p <- ncol(X); sp <- split(seq_len(n), id)
  parts <- function(r) { A <- matrix(0,p,p); b <- numeric(p); yy <- 0; ld <- 0
    for(s in sp) { k <- length(s); c0 <- r/(1+k*r); x <- X[s,,drop=FALSE]; u <- y[s]; sx <- colSums(x); su <- sum(u)
      A <- A+crossprod(x)-c0*tcrossprod(sx); b <- b+as.vector(crossprod(x,u))-c0*sx*su; yy <- yy+sum(u^2)-c0*su^2; ld <- ld+log(1+k*r) }
    be <- solve(A,b); rss <- yy-sum(b*be); list(A=A,be=be,rss=rss, dev=ld+(n-p)*log(rss)+as.numeric(determinant(A)$modulus)) }
  f <- function(l) parts(exp(l))$dev
  o <- optimize(f, c(-15,8), tol=1e-10); for(z in list(c(-6,0),c(-2,3),c(0,6))) { o2 <- optimize(f,z,tol=1e-10); if(o2$objective<o$objective) o <- o2 }
  dv <- function(l,h=1e-3) (f(l+h)-f(l-h))
  if(o$objective<parts(0)$dev) { u <- try(uniroot(dv, o$minimum+c(-.05,.05), tol=1e-12), silent=TRUE); if(!inherits(u,'try-error') && f(u$root)<=o$objective+1e-9) o$minimum <- u$root }
  r <- if(parts(0)$dev<=o$objective) 0 else exp(o$minimum)
  q <- parts(r); list(beta=q$be, se=sqrt(diag(solve(q$A))*q$rss/(n-p)), rho=r, names=colnames(X)) }
mixed <- function(keyf, y, g, id) { g <- droplevels(g); m <- reml(y,g,id); n <- length(y)
  chk <- try(lme(y~g, random=~1|id, data=data.frame(y,g,id=factor(id)), method="REML", control=lmeControl(opt="optim")), silent=TRUE)
  d <- if(inherits(chk,"try-error")) NA else max(abs(fixef(chk)-m$beta)); cat(sprintf("  mixed %s: n %d rho %.6g, max |own - nlme| %.2g\n", keyf("*"), n, m$rho, d))
  for(j in seq_along(levels(g))[-1]) { pv <- 2*pnorm(-abs(m$beta[j]/m$se[j])); add(keyf(levels(g)[j]), m$beta[j], m$beta[j]-Z*m$se[j], m$beta[j]+Z*m$se[j], pv, n) } }
gee <- function(key, y, X, id, j) { n <- length(y)
  if(length(unique(y))<2) { add(key); nul(key,"estimate","outcome is constant"); return(invisible()) }
  f <- glm.fit(X,y,family=binomial(),control=glm.control(1e-14,100)); p <- f$fitted.values
  if(!f$converged || max(abs(f$coefficients))>15) { skip(key,"separation"); return(invisible()) }
  B <- solve(crossprod(X,X*(p*(1-p)))); U <- rowsum(X*(y-p),id); V <- B%*%crossprod(U)%*%B; b <- f$coefficients[j]; s <- sqrt(V[j,j])
  add(key, exp(b), exp(b-Z*s), exp(b+Z*s), 2*pnorm(-abs(b/s)), n) }
flow <- function(P, F, ids, failed=TRUE) { first <- apply(F,1,function(r) if(any(r)) names(r)[which(r)[1]] else "")
  add(paste0(P,".flow.screened"), nrow(F)); add(paste0(P,".flow.eligible"), sum(first==""))
  for(c0 in colnames(F)) { add(paste0(P,".flow.excluded.",c0), sum(first==c0)); add(paste0(P,".flow.failed.",c0), sum(F[,c0])) }
  ids[first==""] }
tkey <- function(t) gsub("[^a-z0-9]","_",tolower(t))
aes <- function(P, elig, E) { n <- length(elig); E <- E[E$id %in% elig,]
  cp(paste0(P,".safety.any_ae.proportion"), length(unique(E$id)), n)
  cp(paste0(P,".safety.any_serious_ae.proportion"), length(unique(E$id[E$serious==1])), n)
  for(t0 in sort(unique(na.omit(E$term)))) { if(grepl("[^a-z0-9 -]",t0)) { skip(paste0("ae ",t0),"not ASCII"); next }
    cp(sprintf("%s.safety.ae.%s.proportion",P,tkey(t0)), length(unique(E$id[!is.na(E$term)&E$term==t0])), n) } }
expo <- function(P, dose, kg, h) { b <- paste0(P,".exposure."); pk <- dose/kg
  tmean(paste0(b,"dose_mg.mean"),dose); tmean(paste0(b,"dose_mg_per_kg.mean"),pk); tmean(paste0(b,"hours.mean"),h)
  ok <- !is.na(dose)&!is.na(h); wilson(paste0(b,"guideline_met.proportion"), sum(dose[ok]>=80-EPS & h[ok]>=2-EPS), sum(ok))
  ok <- !is.na(pk)&!is.na(h); wilson(paste0(b,"in_target_range.proportion"), sum(pk[ok]>=1.5-EPS & pk[ok]<=2+EPS & h[ok]>=3-EPS & h[ok]<=4+EPS), sum(ok)) }

## ---------- Part 1
P <- rd("patients.csv")
if(!is.null(P)) { R1 <- "retrospective"
  I <- rd("infusions.csv"); F <- rd("followups.csv"); E <- rd("events.csv"); idx <- 4
  for(v in c("age","weight","consent","fm_dx")) P[[v]] <- num(P[[v]])
  for(v in c("num","dose_mg","hours","nrs_before","nrs_after","stopped")) I[[v]] <- num(I[[v]])
  for(v in c("num","relief_pct","lower","upper")) F[[v]] <- num(F[[v]])
  E$num <- num(E$num); E$serious <- num(E$serious); stopifnot(!anyDuplicated(P$id), !anyDuplicated(I[c("id","num")]), !anyDuplicated(F[c("id","num")]))
  bad <- function(x) is.na(x) | x!=1
  per <- function(x, ids) vapply(P$id, function(i) sum(x[ids==i]), 0)
  FL <- cbind(consent=bad(P$consent), age=is.na(P$age)|P$age<18, fm_diagnosed=bad(P$fm_dx),
    min_infusions=per(rep(1,nrow(I)),I$id)<4,
    pain_ratings=per(as.numeric(!is.na(I$nrs_before)&!is.na(I$nrs_after)),I$id)<1,
    follow_up=per(as.numeric(!is.na(F$relief_pct)&!is.na(F$kind)),F$id)<1)
  el <- flow(R1, FL, P$id)
  I$w <- P$weight[match(I$id,P$id)]; I$dpk <- I$dose_mg/I$w
  k1 <- paste(I$id,I$num); fk <- match(k1, paste(F$id,F$num))
  I$pct <- F$relief_pct[fk]; I$kind <- F$kind[fk]; I$lower <- F$lower[fk]; I$upper <- F$upper[fk]
  con <- P$id[!bad(P$consent)]; con <- con[con %in% I$id]
  cp("retrospective.safety_consented.any_ae.proportion", sum(con %in% E$id), length(con))
  X <- I[I$id %in% el & I$num==idx,]
  short(R1, X$nrs_before, X$nrs_after)
  D <- X[!is.na(X$kind),]; add("retrospective.flow.analysed_duration", nrow(D))
  km("retrospective.long_term.relief_days", D); npmle("retrospective.long_term.relief_days", D)
  tmean("retrospective.long_term.relief_pct.mean", X$pct); omed("retrospective.long_term.relief_pct.median", X$pct)
  ipr("retrospective.long_term", X$pct, X)
  expo(R1, X$dose_mg, X$w, X$hours)
  A <- I[I$id %in% el & !is.na(I$kind),]; km("retrospective.all_infusions.relief_days", A, FALSE, TRUE)
  G <- A[!is.na(A$dpk),]; gee("retrospective.all_infusions.dose.any_relief_odds_ratio", as.numeric(G$upper>0), cbind(1,G$dpk,G$num), G$id, 2)
  C <- evt(G[G$upper>0,]); key <- "retrospective.all_infusions.dose.hazard_ratio"
  if(sum(C$event)==0) { add(key); nul(key,"estimate","no events") } else {
    m <- suppressWarnings(coxph(Surv(time,event)~dpk+num, data=C, cluster=id, ties="efron", control=coxph.control(eps=1e-12,iter.max=100)))
    if(abs(coef(m)[1])>15) skip(key,"diverges") else {
    b <- coef(m)[1]; s <- sqrt(vcov(m)[1,1]); add(key, exp(b), exp(b-Z*s), exp(b+Z*s), 2*pnorm(-abs(b/s)), nrow(C)) } }
  T4 <- I[I$id %in% el & I$num %in% 1:4 & !is.na(I$nrs_before) & !is.na(I$nrs_after),]
  mixed(function(l) paste0("retrospective.trajectory.nrs_reduction.infusion_",l), T4$nrs_before-T4$nrs_after, factor(T4$num,levels=1:4), T4$id)
  aes(R1, el, E)
  S <- I[I$id %in% el,]; st <- tapply(S$stopped, S$id, function(x) if(any(x==1,na.rm=TRUE)) 1 else if(anyNA(x)) NA else 0)
  if(anyNA(st)) skip("retrospective.safety.stopped_early.proportion","missing answers: denominator left open") else cp("retrospective.safety.stopped_early.proportion", sum(st), length(st))
  add("retrospective.safety.ae_per_infusion.rate", sum(E$id %in% el)/nrow(S), n=nrow(S)) }

## ---------- Part 2
Q <- rd("p2_patients.csv")
if(!is.null(Q)) { R2 <- "prospective"; V <- rd("p2_visits.csv"); E <- rd("p2_events.csv"); E$serious <- num(E$serious)
  for(v in setdiff(names(Q),c("id","inf_date","kind"))) Q[[v]] <- num(Q[[v]])
  for(v in c("week","nrs","relief_pct","day")) V[[v]] <- num(V[[v]])
  no <- function(x,good) is.na(x) | x!=good
  FL <- cbind(consent=no(Q$icf_signed,1), age=is.na(Q$age)|Q$age<18, fm_diagnosed=no(Q$fm_dx,1), prescribed=no(Q$prescribed,1),
    safety_screen=no(Q$screen_pass,1), min_prior_infusions=is.na(Q$prior_infusions)|Q$prior_infusions<3, willing=no(Q$willing,1),
    ketamine_allergy=no(Q$ket_allergy,0), cognitive_impairment=no(Q$dementia,0), medical_condition=no(Q$med_condition,0), other_trial=no(Q$other_trial_3m,0))
  el <- flow(R2, FL, Q$id); X <- Q[Q$id %in% el,]; V <- V[V$id %in% el,]
  short(R2, X$nrs_base, X$nrs_post)
  D <- X[!is.na(X$kind),]; add("prospective.flow.analysed_duration", nrow(D))
  km("prospective.long_term.relief_days", D); npmle("prospective.long_term.relief_days", D)
  for(w in c(1,2,4,8,12)) { x <- V$relief_pct[V$week==w]
    if(w==1) { tmean("prospective.long_term.relief_pct.mean",x); omed("prospective.long_term.relief_pct.median",x) }
    tmean(sprintf("prospective.long_term.relief_pct.week_%d.mean",w),x) }
  w1 <- V[V$week==1,]; ipr("prospective.long_term", w1$relief_pct[match(X$id,w1$id)], X)
  # serial IPR: only where no visit has a percentage without a date, and week 12 has both
  odd <- any(is.na(V$day)&!is.na(V$relief_pct)) || any(V$week==12 & !is.na(V$day) & is.na(V$relief_pct))
  s <- sapply(X$id, function(i) { v <- V[V$id==i & !is.na(V$day) & !is.na(V$relief_pct),]; if(!any(V$id==i & V$week==12 & !is.na(V$day))) return(NA)
    if(nrow(v)==0) return(NA); v <- v[order(v$day),]; a <- 0; t <- 0
    for(r in seq_len(nrow(v))) { b <- min(H,v$day[r]); a <- a+max(0,b-t)*v$relief_pct[r]/100; t <- max(t,b) }
    a+max(0,H-t)*v$relief_pct[nrow(v)]/100 })
  if(odd) skip("prospective.long_term.ipr_84.serial.mean","undated percentage or week 12 without one: left open") else if(any(!is.na(s))) add("prospective.long_term.ipr_84.serial.mean", mean(s,na.rm=TRUE), n=sum(!is.na(s)))
  got <- X[!is.na(X$inf_date),]
  expo(R2, got$dose_mg, got$weight, got$inf_hours)
  if(anyNA(got$stopped)) skip("prospective.safety.stopped_early.proportion","missing answers") else cp("prospective.safety.stopped_early.proportion", sum(got$stopped), nrow(got))
  L <- rbind(data.frame(id=X$id,v="baseline",y=X$nrs_base), data.frame(id=X$id,v="post_40min",y=X$nrs_post), data.frame(id=V$id,v=paste0("week_",V$week),y=V$nrs))
  L <- L[!is.na(L$y),]
  mixed(function(l) paste0("prospective.course.nrs.",l), L$y, factor(L$v,levels=c("baseline","post_40min",paste0("week_",c(1,2,4,8,12)))), L$id)
  aes(R2, got$id, E)
  tmean("prospective.safety.cadss_change.mean", X$cadss_post-X$cadss_base)
  for(v in c("sbp","dbp","hr","spo2")) tmean(sprintf("prospective.safety.%s_change.mean",v), X[[paste0(v,"_inf")]]-X[[paste0(v,"_base")]]) }

O <- do.call(rbind,OUT); stopifnot(!anyDuplicated(O$key)); dir.create(OD,FALSE,TRUE)
amb <- file.path(TD,"drop_keys.txt"); if(file.exists(amb)) { dk <- readLines(amb); dk <- sub(" .*","",dk[nzchar(dk)]); for(k in dk) { hit <- grepl(glob2rx(k),O$key); O <- O[!hit,] } }
w <- function(x,f) { num <- sapply(x,is.numeric); x[num] <- lapply(x[num], function(v) ifelse(is.na(v),NA,formatC(v,digits=15,format="g",flag="#"))); 
  x[num] <- lapply(x[num], function(v) sub("\\.$","",sub("(\\.[0-9]*?)0+$","\\1",v,perl=TRUE)))
  con <- file(file.path(OD,f),"w"); writeLines(paste0('"',names(x),'"',collapse=","),con)
  q <- ifelse(num,"",'"'); M <- do.call(paste,c(lapply(seq_along(x),function(j) ifelse(is.na(x[[j]]),"NA",paste0(q[j],x[[j]],q[j]))),sep=",")); writeLines(M,con); close(con) }
w(O,"expected.csv")
N <- if(length(NUL)) do.call(rbind,NUL) else data.frame(key=character(),field=character(),why=character()); N <- N[N$key %in% O$key,,drop=FALSE]
write.csv(N,file.path(OD,"expected_null.csv"),row.names=FALSE)
if(length(IDN)) { ID <- do.call(rbind,IDN); w(ID[ID$key %in% O$key,,drop=FALSE],"expected_identified.csv") }
writeLines(SKIP, file.path(OD,"not_compared.txt"))
cat(sprintf("%s: %d keys, %d nulls, %d skipped\n", OD, nrow(O), nrow(N), length(SKIP)))
