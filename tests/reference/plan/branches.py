#!/usr/bin/env python3
"""branches.py [OUT]: the study folder `branches`, which reaches every branch of the estimators.

Truth is chosen first and the raw files are written for it; truth/ holds it in the columns of the
typed tables (source_row apart). Clean values only: warnings may come, errors must not.
"""

import csv
import datetime as dt
import random
import sys
import zipfile
from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).resolve().parent
OUT = (
    Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "data" / "reference" / "branches"
)
SAMPLE = Path(__file__).parents[2] / "data" / "sample"
RNG = random.Random(20240611)
DAY = dt.timedelta(days=1)
INF = float("inf")
TRUTH = {
    name: []
    for name in (
        "patients",
        "infusions",
        "pain_ratings",
        "follow_ups",
        "relief",
        "adverse_events",
        "measurements",
    )
}


def add(table, **row):
    TRUTH[table].append(row)


# --------------------------------------------------------------------------- Part 1
# index duration of each patient: text, kind, lower, upper, approximate, basis, days to infusion 5.
# Twelve end by day 14 and twelve last longer: S is exactly 1/2 between the point 14 and (28, 35].
INDEX = [
    ("no relief", "none", 0, 0, False, "stated", 90),
    ("0 days", "none", 0, 0, False, "stated", None),
    ("<1 week", "left", 0, 7, False, "stated", 80),
    ("under 2 weeks", "left", 0, 14, False, "stated", 80),  # sustained_14 open
    ("3 days", "exact", 3, 3, False, "stated", 90),
    ("7d", "exact", 7, 7, False, "stated", 90),
    ("a week", "exact", 7, 7, False, "stated", None),
    ("7-14 days", "interval", 7, 14, False, "stated", 90),  # open
    ("10-14 days", "interval", 10, 14, False, "stated", 12),  # open; straddles infusion 5
    ("10 days", "exact", 10, 10, False, "stated", 90),
    ("2 weeks", "exact", 14, 14, False, "stated", 90),
    ("a couple of weeks", "exact", 14, 14, True, "stated", 60),
    ("3-5 weeks", "interval", 21, 35, False, "stated", 90),
    ("4 to 7 weeks", "interval", 28, 49, False, "stated", 90),
    ("6 weeks", "exact", 42, 42, False, "stated", 90),
    ("42 days", "exact", 42, 42, False, "stated", None),
    ("8 weeks", "exact", 56, 56, False, "stated", 90),
    ("56 days", "exact", 56, 56, False, "stated", 56),  # exactly at infusion 5
    (">6 weeks", "right", 42, INF, False, "stated", 45),  # censored before infusion 5
    ("until next infusion", "right", 49, INF, False, "next infusion", 49),
    ("still ongoing", "right", 60, INF, False, "ongoing", 58),  # censored beyond infusion 5
    ("about 2 months", "exact", 60, 60, True, "stated", None),
    ("70 days", "exact", 70, 70, False, "stated", 63),  # beyond infusion 5
    ("6-10 weeks", "interval", 42, 70, False, "stated", 55),  # straddles infusion 5
    (None, None, 0, 0, False, "stated", 90),  # no duration at the index
]
# patient 26 has no duration either, and no NRS after
INDEX.append((None, None, 0, 0, False, "stated", 90))


def other_duration(gap, last):
    """A duration at another infusion: text, kind, lower, upper, approximate, basis."""
    n = RNG.choice([2, 4, 5, 7, 7, 10, 14, 14, 21, 28])
    forms = [
        (f"{n} days", "exact", n, n, False, "stated"),
        (f"{n} d", "exact", n, n, False, "stated"),
        ("no relief", "none", 0, 0, False, "stated"),
        ("none", "none", 0, 0, False, "stated"),
        ("1-2 weeks", "interval", 7, 14, False, "stated"),
        ("2-3 weeks", "interval", 14, 21, False, "stated"),
        ("a few days", "interval", 2, 4, True, "stated"),
        ("<1 week", "left", 0, 7, False, "stated"),
        (f"~{n} days", "exact", n, n, True, "stated"),
        (f">{n} days", "right", n, INF, False, "stated"),
        ("ongoing", "right", None, INF, False, "ongoing"),
        ("until next infusion", "right", gap, INF, False, "next infusion"),
    ]
    return RNG.choice(forms[:-1] if last or gap is None else forms)


def scores(n, responder):
    """Reductions at infusions 1 to 4 whose sum is 10: no variance between patients is left."""
    r4 = RNG.choice([3, 4, 4, 5]) if responder else RNG.choice([0, 1, 1, 2])
    rest = 10 - r4
    while True:
        a, b = RNG.randint(0, 6), RNG.randint(0, 6)
        if 0 <= rest - a - b <= 6:
            return [a, b, rest - a - b, r4]


def part1():
    sheets = {
        "Patients": [
            [
                "Patient ID",
                "Consent signed",
                "Age (years)",
                "Sex",
                "FM diagnosed",
                "FM diagnosis year",
                "Height (cm)",
                "Weight (kg)",
                "Depression",
                "PHQ-9",
                "Opioid use",
                "Comorbidities",
            ]
        ],
        "Infusions": [
            [
                "Patient ID",
                "Infusion #",
                "Date",
                "Dose",
                "Duration (h)",
                "NRS before",
                "NRS after",
                "Stopped early",
            ]
        ],
        "Follow-ups": [
            ["Patient ID", "Infusion #", "Follow-up date", "Pain relief (%)", "Duration of relief"]
        ],
        "Adverse events": [["Patient ID", "Infusion #", "Event", "Severity", "Serious", "Related"]],
    }
    order = list(range(26))
    RNG.shuffle(order)  # durations do not come in order of the patients
    responders = set(RNG.sample(range(26), 14))
    for i in range(26):
        responder = i in responders
        index = INDEX[order[i]]
        part1_patient(
            sheets, f"B{i + 1:03d}", i, responder, index, short=index[1] is None and order[i] == 25
        )
    ineligible(sheets)
    return sheets


def part1_patient(sheets, code, i, responder, index, short):
    patient = code.lower()
    age, year = RNG.randint(28, 71), RNG.choice([None, *list(range(2001, 2019))])
    height = None if i == 4 else RNG.randint(152, 184)
    weight = None if i == 9 else RNG.randint(52, 98) + RNG.choice([0, 0.5])
    male = RNG.random() < 0.3
    depression = (not responder) and i % 2 == 0  # nobody who responds: quasi-separation
    phq9 = None if i % 3 == 0 else RNG.randint(3, 22)  # missing in more than a fifth
    comorbidities = 2 if responder else RNG.randint(0, 4)  # constant in one group
    names = ["IBS", "migraine", "hypothyroidism", "asthma"]
    sheets["Patients"].append(
        [
            code,
            "yes",
            age,
            "M" if male else "F",
            "yes",
            year,
            height,
            weight,
            ("history" if i == 2 else "yes") if depression else "no",
            phq9,
            "no",
            "; ".join(names[:comorbidities]) or "none",
        ]
    )
    add(
        "patients",
        part="retrospective",
        patient=patient,
        consent=True,
        age=age,
        sex="male" if male else "female",
        fm_diagnosed=True,
        fm_diagnosis_year=year,
        fm_years=None,
        height_cm=height,
        weight_kg=weight,
        depression=depression,
        phq9=phq9,
        opioid_use=False,
        comorbidities=comorbidities,
    )
    number = 4 if index[6] is None else RNG.choice([5, 5, 6])
    gaps = [RNG.choice([35, 42, 49, 56, 63]) for _ in range(3)] + [index[6], 84]
    date = dt.date(2020, 1, 6) + 17 * i * DAY
    red = scores(4, responder)
    for k in range(1, number + 1):
        gap = gaps[k - 1] if k < number else None
        part1_infusion(sheets, code, i, k, date, gap, red, weight, index, short)
        date = date + (gap or 0) * DAY


def part1_infusion(sheets, code, i, k, date, gap, red, weight, index, short):
    patient = code.lower()
    dose = round((weight or 70) * RNG.choice([1.2, 1.4, 1.5, 1.6, 1.8, 2.0]) / 5) * 5
    if i == 11 and k == 4:
        dose = 75  # below the guideline
    hours, stopped = RNG.choice([2, 2.5, 3, 3, 3.5, 4]), i in (3, 17) and k == 2
    reduction = red[k - 1] if k <= 4 else RNG.randint(0, 5)
    low = max(6, int(reduction) + 1)
    pre = min(10, max(low, RNG.choice([6, 7, 7, 8, 8, 9, 10]) + (1 if i % 4 == 0 else 0)))
    post = pre - reduction
    if k == 4 and reduction >= 3 and pre == 10:
        post = 7  # exactly 30 %
    if k == 4 and i == 6:
        pre, post = 7, 4.9  # exactly 30 % in decimals
    missing_before = (i, k) in {(5, 2), (8, 1), (14, 3)}
    missing_after = (i, k) in {(7, 3), (20, 2)} or (short and k == 4)
    written = date if k % 2 else date.strftime("%d-%b-%Y")
    sheets["Infusions"].append(
        [
            code,
            k,
            written,
            f"{dose} mg" if k == 2 else dose,
            hours,
            None if missing_before else pre,
            None if missing_after else post,
            "yes" if stopped else "no",
        ]
    )
    add(
        "infusions",
        part="retrospective",
        patient=patient,
        infusion=k,
        date=date,
        dose_mg=dose,
        dose_mg_per_kg=dose / weight if weight else None,
        hours=hours,
        stopped_early=stopped,
    )
    for visit, value, missing in (("before", pre, missing_before), ("after", post, missing_after)):
        if not missing:
            add(
                "pain_ratings",
                part="retrospective",
                patient=patient,
                infusion=k,
                visit=visit,
                nrs=value,
            )
    part1_follow_up(sheets, code, i, k, date, gap, index)
    part1_events(sheets, code, k)


def part1_follow_up(sheets, code, i, k, date, gap, index):
    patient = code.lower()
    if k != 4 and RNG.random() < 0.15:
        return
    text, kind, lower, upper, approximate, basis = (
        index[:6] if k == 4 else other_duration(gap, gap is None)
    )
    wait = {None: 20}.get(kind, 0) or int(
        max(lower or 0, upper if upper != INF else 0, 14)
    ) + RNG.randint(1, 6)
    if basis == "next infusion":
        wait = max(7, gap - 5)
    if basis == "ongoing":
        wait = 60 if k == 4 else RNG.choice([10, 14, 21, 28])
        lower = wait
    pct = 0 if kind == "none" else RNG.choice([20, 30, 30, 40, 50, 60, 70, 80])
    if k == 4 and i == 13:
        pct = None
    sheets["Follow-ups"].append([code, k, date + wait * DAY, pct, text])
    add(
        "follow_ups",
        part="retrospective",
        patient=patient,
        infusion=k,
        visit="follow_up",
        date=date + wait * DAY,
        day=wait,
        relief_pct=pct,
    )
    if kind:
        add(
            "relief",
            part="retrospective",
            patient=patient,
            infusion=k,
            kind=kind,
            lower_days=lower,
            upper_days=upper,
            approximate=approximate,
            basis=basis,
        )


def part1_events(sheets, code, k):
    for _ in range(RNG.choice([0, 0, 1, 1, 2])):
        event, term = RNG.choice(
            [
                ("nausea", "nausea"),
                ("dizzy", "dizziness"),
                ("headache", "headache"),
                ("drowsy", "sedation"),
                ("out of body", "dissociation"),
                ("dry mouth", "dry mouth"),
            ]
        )
        severity, serious = RNG.choice(["mild", "mild", "moderate", "severe"]), RNG.random() < 0.03
        related = RNG.choice(["yes", "possible", "no"])
        sheets["Adverse events"].append(
            [code, k, event, severity, "yes" if serious else "no", related]
        )
        add(
            "adverse_events",
            part="retrospective",
            patient=code.lower(),
            infusion=k,
            term=term,
            coded=term != "dry mouth",
            severity=severity,
            serious=serious,
            serious_stated=True,
            related=related,
        )


def ineligible(sheets):
    """No consent; 17 years old; three infusions only; no follow-up."""
    for j, (consent, age, number) in enumerate(
        [("no", 50, 4), ("yes", 17, 4), ("yes", 44, 3), ("yes", 39, 4)]
    ):
        code, date = f"X{j + 1:03d}", dt.date(2021, 2, 1) + 3 * j * DAY
        sheets["Patients"].append(
            [code, consent, age, "female", "yes", 2010, 165, 70, "no", 8, "no", "IBS"]
        )
        add(
            "patients",
            part="retrospective",
            patient=code.lower(),
            consent=consent == "yes",
            age=age,
            sex="female",
            fm_diagnosed=True,
            fm_diagnosis_year=2010,
            fm_years=None,
            height_cm=165,
            weight_kg=70,
            depression=False,
            phq9=8,
            opioid_use=False,
            comorbidities=1,
        )
        for k in range(1, number + 1):
            d = date + 40 * (k - 1) * DAY
            sheets["Infusions"].append([code, k, d, 120, 3, 8, 6, "no"])
            add(
                "infusions",
                part="retrospective",
                patient=code.lower(),
                infusion=k,
                date=d,
                dose_mg=120,
                dose_mg_per_kg=120 / 70,
                hours=3,
                stopped_early=False,
            )
            for visit, value in (("before", 8), ("after", 6)):
                add(
                    "pain_ratings",
                    part="retrospective",
                    patient=code.lower(),
                    infusion=k,
                    visit=visit,
                    nrs=value,
                )
            if j != 3:
                sheets["Follow-ups"].append([code, k, d + 20 * DAY, 40, "10 days"])
                add(
                    "follow_ups",
                    part="retrospective",
                    patient=code.lower(),
                    infusion=k,
                    visit="follow_up",
                    date=d + 20 * DAY,
                    day=20,
                    relief_pct=40,
                )
                add(
                    "relief",
                    part="retrospective",
                    patient=code.lower(),
                    infusion=k,
                    kind="exact",
                    lower_days=10,
                    upper_days=10,
                    approximate=False,
                    basis="stated",
                )


# --------------------------------------------------------------------------- Part 2
WEEKS = (1, 2, 4, 8, 12)


# visits: week -> (day, ongoing, relief_days); then what the rules make of them
def stays(days, last, end=None):
    """Visits at `days`; ongoing up to day `last`, then over; `end` is the stated duration."""
    return {
        w: (
            d,
            1 if d <= last else 0,
            end
            if d > last and end is not None and d == min(x for x in days.values() if x > last)
            else None,
        )
        for w, d in days.items()
    }


FULL = {1: 7, 2: 16, 4: 28, 8: 55, 12: 84}
LATE = {1: 8, 2: 17, 4: 29, 8: 57, 12: 86}


def durations():
    """No end lies between 12 and 16: the set (12, 16] straddles day 14. No end is after 57."""
    plan = []
    for days in (2, 3, 5, 5, 10, 4, 6, 10, 3):  # stated, short: not sustained
        plan.append(
            (stays(FULL if days < 10 else LATE, days - 1, days), ("exact", days, days, "stated"), 0)
        )
    for days in (20, 21, 21, 28, 35, 40, 19, 21, 42, 30, 28, 35):  # stated, long
        plan.append(
            (stays(FULL if days % 2 else LATE, days, days), ("exact", days, days, "stated"), 1)
        )
    for _ in range(7):  # none, by both rules
        plan.append((stays(FULL, -1), ("none", 0, 0, "visits"), 0))
    plan[-1] = (stays(FULL, -1, 0), ("none", 0, 0, "stated"), 0)
    for seen, lower, upper, y in (
        (FULL, 0, 7, 0),
        (LATE, 0, 8, 0),
        ({1: 6, 2: 16, 4: 27}, 0, 6, 0),
        ({1: 5, 2: 12, 4: 30, 12: 84}, 5, 12, 0),
        (FULL, 0, 7, 0),
        (LATE, 0, 8, 0),
        ({1: 6, 2: 12, 4: 28, 8: 55}, 6, 12, 0),
        (FULL, 7, 16, -1),
        (FULL, 7, 16, -1),
        ({1: 7, 4: 28, 12: 84}, 7, 28, -1),
        ({1: 12, 2: 16, 4: 28}, 12, 16, -1),
        ({1: 12, 2: 16, 4: 29, 12: 84}, 12, 16, -1),
        ({1: 11, 2: 17, 4: 29}, 11, 17, -1),
        (FULL, 16, 28, 1),
        (LATE, 17, 29, 1),
        (FULL, 28, 55, 1),
        ({1: 7, 4: 29, 8: 55}, 29, 55, 1),
        (FULL, 28, 55, 1),
        (FULL, 16, 28, 1),
        (LATE, 29, 57, 1),
    ):
        plan.append((stays(seen, lower if lower else -1), ("interval", lower, upper, "visits"), y))
    for seen, y in (
        ({1: 7}, -1),
        ({1: 8, 2: 11}, -1),
        ({1: 7, 2: 18}, 1),
        ({1: 7, 4: 28, 8: 57}, 1),
        ({1: 6, 2: 17, 4: 30, 8: 57}, 1),
        ({1: 8, 4: 30}, 1),
        ({1: 7, 2: 17, 4: 28, 8: 57}, 1),
    ):
        plan.append(
            (stays(seen, max(seen.values())), ("right", max(seen.values()), INF, "ongoing"), y)
        )
    plan.append(({}, None, None))  # no visit attended
    return plan


def part2():
    with (SAMPLE / "redcap_records.csv").open(newline="", encoding="utf-8-sig") as f:
        header = next(csv.reader(f))
    rows = []
    plan = durations()
    RNG.shuffle(plan)
    n = len(plan)
    responders = set(RNG.sample(range(n), n // 2))
    for i, (visits, relief, y) in enumerate(plan):
        part2_patient(rows, i, visits, relief, y, i in responders)
    for j, field in enumerate(("icf_signed", "willing", "ket_allergy", "prior_infusions")):
        part2_ineligible(rows, n + 1 + j, field)
    return header, rows


def part2_patient(rows, i, visits, relief, y, responder):
    record = str(i + 1)
    pull = (1 if y == 1 else 0) + (1 if responder else 0)
    male = RNG.random() < 0.3
    age = RNG.randint(28, 66) - 3 * pull
    height, weight = RNG.randint(150, 185), RNG.randint(50, 99)
    fm_years = None if i == 8 else RNG.randint(1, 25)
    opioid = (1 if RNG.random() < 0.35 else 0) if y in (0, -1) else 0  # nobody sustained
    boxes = [1 if RNG.random() < 0.35 else 0 for _ in range(5)]
    items = [RNG.choice([0, 1, 1, 2, 3]) for _ in range(9)]
    no_phq9 = i in (5, 19)
    base = 0 if i == 12 else min(10, max(4, RNG.randint(5, 9) - (1 if y == 1 else 0)))
    drop = RNG.choice([3, 4, 5]) if responder else RNG.choice([-1, 0, 0, 1])
    post = min(10, max(0, base - drop)) if base else 1
    if responder and i % 5 == 0 and base == 10:
        post = 7
    no_base, no_post = i == 22, i == 27
    cadss0 = RNG.randint(0, 3)
    change = RNG.randint(14, 30) if responder else RNG.randint(0, 10)  # complete separation
    no_cadss = i in (2, 30)
    date = dt.date(2022, 3, 1) + 5 * i * DAY
    dose = round(weight * (RNG.choice([1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0]) + 0.1 * pull) / 5) * 5
    hours = RNG.choice([3, 3, 3.5, 4, 2])
    vit = {
        e: {
            "sbp": RNG.randint(105, 140) + u,
            "dbp": RNG.randint(65, 88) + u,
            "hr": RNG.randint(60, 90) + u // 2,
            "spo2": RNG.randint(94, 99),
        }
        for e, u in (("baseline", 0), ("infusion", 12), ("post_40min", 4))
    }
    stopped = 1 if i in (4, 21) else 0
    eligibility = {
        "icf_signed": 1,
        "age": age,
        "sex": 2 if male else 1,
        "fm_dx": 1,
        "prescribed": 1,
        "screen_pass": 1,
        "prior_infusions": 3 if i == 0 else RNG.randint(3, 12),
        "willing": 1,
        "ket_allergy": 0,
        "dementia": 0,
        "med_condition": 0,
        "other_trial_3m": 0,
        "eligibility_complete": 2,
    }
    body = dict(
        height_cm=height,
        weight_kg=weight,
        fm_years="" if fm_years is None else fm_years,
        opioid_use=opioid,
        **{f"comorbid___{b + 1}": boxes[b] for b in range(5)},
        baseline_complete=2,
    )
    if not no_phq9:
        body |= {f"phq9_{q + 1}": items[q] for q in range(9)} | {"phq9_total": sum(items)}
    nrs = "-99" if no_base else base
    rows.append(
        dict(
            record_id=record,
            redcap_event_name="baseline_arm_1",
            **eligibility,
            **body,
            nrs=nrs,
            pain_complete=2,
            cadss_total=cadss0,
            cadss_complete=2,
            **vit["baseline"],
            vitals_complete=2,
        )
    )
    rows.append(
        dict(
            record_id=record,
            redcap_event_name="infusion_arm_1",
            inf_date=date.isoformat(),
            dose_mg=dose,
            inf_hours=hours,
            stopped_early=stopped,
            infusion_complete=2,
            **vit["infusion"],
            vitals_complete=2,
        )
    )
    rows.append(
        dict(
            record_id=record,
            redcap_event_name="post_40min_arm_1",
            nrs="-88" if no_post else post,
            pain_complete=2,
            cadss_total="" if no_cadss else cadss0 + change,
            cadss_complete=2,
            **vit["post_40min"],
            vitals_complete=2,
        )
    )
    add(
        "patients",
        part="prospective",
        patient=record,
        consent=True,
        age=age,
        sex="male" if male else "female",
        fm_diagnosed=True,
        fm_diagnosis_year=None,
        fm_years=fm_years,
        height_cm=height,
        weight_kg=weight,
        depression=None,
        phq9=None if no_phq9 else sum(items),
        opioid_use=bool(opioid),
        comorbidities=sum(boxes),
        prescribed=True,
        safety_screen=True,
        prior_infusions=eligibility["prior_infusions"],
        willing=True,
        ketamine_allergy=False,
        cognitive_impairment=False,
        medical_condition=False,
        other_trial=False,
    )
    add(
        "infusions",
        part="prospective",
        patient=record,
        infusion=1,
        date=date,
        dose_mg=dose,
        dose_mg_per_kg=dose / weight,
        hours=hours,
        stopped_early=bool(stopped),
    )
    for visit, value, missing in (("baseline", base, no_base), ("post_40min", post, no_post)):
        if not missing:
            add(
                "pain_ratings",
                part="prospective",
                patient=record,
                infusion=1,
                visit=visit,
                nrs=value,
            )
    for event in vit:
        if event != "infusion" and not (event == "post_40min" and no_cadss):
            add(
                "measurements",
                part="prospective",
                patient=record,
                event=event,
                name="cadss_total",
                value=cadss0 + (change if event == "post_40min" else 0),
            )
        for name, value in vit[event].items():
            add(
                "measurements",
                part="prospective",
                patient=record,
                event=event,
                name=name,
                value=value,
            )
    part2_visits(rows, record, i, visits, relief, date, base)
    part2_events(rows, record)


def part2_visits(rows, record, i, visits, relief, date, base):
    for week in WEEKS:
        if week not in visits and not (i in (6, 25) and week == 4):
            continue
        row = {
            "record_id": record,
            "redcap_event_name": f"week_{week}_arm_1",
            "followup_complete": 2,
            "pain_complete": 2,
        }
        nrs = None if RNG.random() < 0.1 else min(10, max(0, base - RNG.choice([0, 0, 1, 2, 3])))
        row["nrs"] = "" if nrs is None else nrs
        if week in visits:
            day, ongoing, end = visits[week]
            none = relief and relief[0] == "none"
            pct = (
                0
                if none
                else RNG.choice([20, 30, 40, 50, 60, 70])
                if ongoing
                else RNG.choice([0, 0, 10, 20])
            )
            if relief and relief[0] == "interval" and relief[1] == 0 and not ongoing:
                pct = max(pct, 10)  # 0 % there would make it `none`
            if not none and week == 12 and i % 7 == 3:
                pct = None  # attended, no percentage
            if not none and week == 2 and i % 9 == 1:
                pct = None
            row |= {
                "fu_date": (date + day * DAY).isoformat(),
                "relief_pct": "" if pct is None else pct,
                "relief_ongoing": ongoing,
                "relief_days": "" if end is None else end,
            }
        else:
            day, pct = None, 35  # a percentage without a date
            row |= {"relief_pct": pct}
        rows.append(row)
        add(
            "follow_ups",
            part="prospective",
            patient=record,
            infusion=1,
            visit=f"week_{week}",
            date=None if day is None else date + day * DAY,
            day=day,
            relief_pct=pct,
        )
        if nrs is not None:
            add(
                "pain_ratings",
                part="prospective",
                patient=record,
                infusion=1,
                visit=f"week_{week}",
                nrs=nrs,
            )
    if relief:
        kind, lower, upper, basis = relief
        add(
            "relief",
            part="prospective",
            patient=record,
            infusion=1,
            kind=kind,
            lower_days=lower,
            upper_days=upper,
            approximate=False,
            basis=basis,
        )


def part2_events(rows, record):
    for k in range(RNG.choice([0, 0, 1, 1, 2])):
        event, term = RNG.choice(
            [
                ("Nausea", "nausea"),
                ("lightheaded", "dizziness"),
                ("HA", "headache"),
                ("floating", "dissociation"),
                ("tired", "fatigue"),
            ]
        )
        severity, related = RNG.randint(1, 3), RNG.randint(1, 3)
        rows.append(
            {
                "record_id": record,
                "redcap_event_name": "infusion_arm_1",
                "redcap_repeat_instrument": "adverse_event",
                "redcap_repeat_instance": k + 1,
                "ae_term": event,
                "ae_severity": severity,
                "ae_serious": 0,
                "ae_related": related,
                "adverse_event_complete": 2,
            }
        )
        add(
            "adverse_events",
            part="prospective",
            patient=record,
            infusion=1,
            term=term,
            coded=True,
            severity=("mild", "moderate", "severe")[severity - 1],
            serious=False,
            serious_stated=True,
            related=("yes", "possible", "no")[related - 1],
        )


def part2_ineligible(rows, record, field):
    fields = {
        "icf_signed": 1,
        "age": 50,
        "sex": 1,
        "fm_dx": 1,
        "prescribed": 1,
        "screen_pass": 1,
        "prior_infusions": 5,
        "willing": 1,
        "ket_allergy": 0,
        "dementia": 0,
        "med_condition": 0,
        "other_trial_3m": 0,
    }
    fields[field] = {"ket_allergy": 1, "prior_infusions": 2}.get(field, 0)
    rows.append(
        dict(
            record_id=str(record),
            redcap_event_name="baseline_arm_1",
            **fields,
            eligibility_complete=2,
        )
    )
    add(
        "patients",
        part="prospective",
        patient=str(record),
        consent=bool(fields["icf_signed"]),
        age=50,
        sex="female",
        fm_diagnosed=True,
        prescribed=True,
        safety_screen=True,
        prior_infusions=fields["prior_infusions"],
        willing=bool(fields["willing"]),
        ketamine_allergy=bool(fields["ket_allergy"]),
        cognitive_impairment=False,
        medical_condition=False,
        other_trial=False,
        comorbidities=None,
    )


# --------------------------------------------------------------------------- writing
def write_workbook(sheets, path):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.properties.created = book.properties.modified = dt.datetime(2024, 1, 1)
    book.save(path)
    with zipfile.ZipFile(path) as z:  # fixed times: the same bytes every time
        parts = [(name, z.read(name)) for name in z.namelist()]
    import re

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts:
            if name == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2024-01-01T00:00:00Z", data
                )
            z.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data)


COLUMNS = {
    "patients": "part patient consent age sex fm_diagnosed fm_diagnosis_year fm_years "
    "height_cm weight_kg depression phq9 opioid_use comorbidities prescribed safety_screen "
    "prior_infusions willing ketamine_allergy cognitive_impairment medical_condition other_trial",
    "infusions": "part patient infusion date dose_mg dose_mg_per_kg hours stopped_early",
    "pain_ratings": "part patient infusion visit nrs",
    "follow_ups": "part patient infusion visit date day relief_pct",
    "relief": "part patient infusion kind lower_days upper_days approximate basis",
    "adverse_events": "part patient infusion term coded severity serious serious_stated related",
    "measurements": "part patient event name value",
}


def main():
    (OUT / "truth").mkdir(parents=True, exist_ok=True)
    write_workbook(part1(), OUT / "chart_review.xlsx")
    header, rows = part2()
    with (OUT / "redcap_records.csv").open("w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, header, lineterminator="\n")
        w.writeheader()
        w.writerows(rows)
    (OUT / "redcap_dictionary.csv").write_bytes((SAMPLE / "redcap_dictionary.csv").read_bytes())
    (OUT / "expected_errors.json").write_text("[]\n")
    for name, columns in COLUMNS.items():
        with (OUT / "truth" / f"{name}.csv").open("w", newline="", encoding="utf-8") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(columns.split())
            for row in TRUTH[name]:
                w.writerow(["NA" if row.get(c) is None else row.get(c) for c in columns.split()])


main()
