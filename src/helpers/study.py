"""The protocol of NCT06916403 as data: every choice that is made once and not by the data.

Sources: the registry record of NCT06916403, the study's data contract and its statistical
analysis plan. Nothing here reads a file or computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

REGISTRY_ID: Final = "NCT06916403"
TREATMENT: Final = "ketamine"
CONDITION: Final = "fibromyalgia"
RETROSPECTIVE: Final = "retrospective"
PROSPECTIVE: Final = "prospective"
PARTS: Final = (RETROSPECTIVE, PROSPECTIVE)
PART_NAMES: Final = MappingProxyType({RETROSPECTIVE: "Part 1", PROSPECTIVE: "Part 2"})
PART_TITLES: Final = MappingProxyType(
    {
        RETROSPECTIVE: f"{PART_NAMES[RETROSPECTIVE]}, chart review",
        PROSPECTIVE: f"{PART_NAMES[PROSPECTIVE]}, prospective cohort",
    }
)

INFUSION_NAMES: Final = MappingProxyType(
    {RETROSPECTIVE: "index infusion", PROSPECTIVE: "study infusion"}
)

CHART_REVIEW_FILE: Final = "chart_review.xlsx"
REDCAP_RECORDS_FILE: Final = "redcap_records.csv"
REDCAP_DICTIONARY_FILE: Final = "redcap_dictionary.csv"
STUDY_FILE: Final = "study.toml"
# Each sheet of the chart review as a file of its own, where a workbook cannot hold them.
CHART_REVIEW_TABLES: Final = MappingProxyType(
    {
        "Patients": "chart_review_patients",
        "Infusions": "chart_review_infusions",
        "Follow-ups": "chart_review_follow_ups",
        "Adverse events": "chart_review_adverse_events",
    }
)
TABLE_SUFFIXES: Final = (".csv", ".parquet")
CHART_REVIEW_TABLE_FILES: Final = tuple(
    f"{stem}{suffix}" for stem in CHART_REVIEW_TABLES.values() for suffix in TABLE_SUFFIXES
)
FILES_OF_PART: Final = MappingProxyType(
    {
        RETROSPECTIVE: (CHART_REVIEW_FILE, *CHART_REVIEW_TABLE_FILES),
        PROSPECTIVE: (REDCAP_RECORDS_FILE, REDCAP_DICTIONARY_FILE),
    }
)
PART_OF_FILE: Final = MappingProxyType(
    {name: part for part, names in FILES_OF_PART.items() for name in names}
)
DATA_FILES: Final = (*PART_OF_FILE, STUDY_FILE)

DEFAULT_TITLE: Final = f"Intravenous {TREATMENT} infusions for {CONDITION}"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One eligibility criterion: its key, what it asks, and what a failure is called."""

    key: str
    asks: str
    failure: str


MIN_AGE_YEARS: Final = 18
MIN_INFUSIONS: Final = 4
MIN_PRIOR_INFUSIONS: Final = 3

CRITERIA: Final = MappingProxyType(
    {
        RETROSPECTIVE: (
            Criterion("consent", "consent signed", "no signed consent"),
            Criterion("age", f"age at least {MIN_AGE_YEARS} years", "younger than 18 years"),
            Criterion("fm_diagnosed", f"{CONDITION} diagnosed", f"no diagnosis of {CONDITION}"),
            Criterion(
                "min_infusions",
                f"at least {MIN_INFUSIONS} infusions in the chart",
                f"fewer than {MIN_INFUSIONS} infusions",
            ),
            Criterion(
                "pain_ratings",
                "at least one infusion with pain before and after",
                "no infusion with pain before and after",
            ),
            Criterion(
                "follow_up",
                "at least one follow-up with percentage and duration of relief",
                "no follow-up with percentage and duration of relief",
            ),
        ),
        PROSPECTIVE: (
            Criterion("consent", "consent signed", "no signed consent"),
            Criterion("age", f"age at least {MIN_AGE_YEARS} years", "younger than 18 years"),
            Criterion("fm_diagnosed", f"{CONDITION} diagnosed", f"no diagnosis of {CONDITION}"),
            Criterion("prescribed", f"{TREATMENT} prescribed", f"{TREATMENT} not prescribed"),
            Criterion("safety_screen", "safety screen passed", "safety screen not passed"),
            Criterion(
                "min_prior_infusions",
                f"at least {MIN_PRIOR_INFUSIONS} earlier infusions",
                f"fewer than {MIN_PRIOR_INFUSIONS} earlier infusions",
            ),
            Criterion("willing", "willing to take part", "not willing to take part"),
            Criterion("ketamine_allergy", f"no allergy to {TREATMENT}", f"allergy to {TREATMENT}"),
            Criterion("cognitive_impairment", "no cognitive impairment", "cognitive impairment"),
            Criterion("medical_condition", "no excluding condition", "excluding condition"),
            Criterion("other_trial", "in no other trial within 3 months", "in another trial"),
        ),
    }
)

# Routine treatment: what is given outside it is described, not a deviation.
TARGET_MG_PER_KG: Final = (1.5, 2.0)
TARGET_HOURS: Final = (3.0, 4.0)
GUIDELINE_MIN_MG: Final = 80.0
GUIDELINE_MIN_HOURS: Final = 2.0

KG_PER_LB: Final = 0.45359237

DEFAULT_INDEX_INFUSION: Final = 4
FIRST_INFUSIONS: Final = (1, 2, 3, 4)  # of Part 1: the trajectory of the reduction
# Infusion that Part 2 patients are followed through: it has no number in the export.
STUDY_INFUSION: Final = 1
RESPONDER_THRESHOLDS: Final = (30, 50)  # percent; IMMPACT: moderate, substantial improvement
MILD_NRS: Final = 3  # points; no worse than mild pain: Moore, Straube and Aldington (2013)
SUSTAINED_DAYS: Final = 14
PHQ9_MODERATE: Final = 10  # points: moderate depression, Kroenke, Spitzer and Williams (2001)
HORIZON_DAYS: Final = 84
SURVIVAL_DAYS: Final = (7, 14, 28, 56, 84)
THRESHOLD_TOLERANCE: Final = 1e-9

BEFORE: Final = "before"
AFTER: Final = "after"
BASELINE: Final = "baseline"
POST_40MIN: Final = "post_40min"
INFUSION_EVENT: Final = "infusion"
FOLLOW_UP: Final = "follow_up"
WEEKS: Final = (1, 2, 4, 8, 12)
WEEK_VISITS: Final = tuple(f"week_{week}" for week in WEEKS)
VISITS: Final = (BASELINE, POST_40MIN, *WEEK_VISITS)
VISIT_WINDOW_DAYS: Final = 7

DAYS_PER_UNIT: Final = MappingProxyType(
    {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
)
FOLLOW_UP_SLACK_DAYS: Final = 2
FOLLOW_UP_SLACK_MONTHS_DAYS: Final = 10

EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2100

# Missing in Part 1 besides the empty cell, in normalised text (lower case, dashes as "-").
MISSING_WORDS: Final = frozenset(
    {"nr", "n/a", "na", "nd", "not recorded", "unknown", "?", "-", "-99", "-88"}
)
REDCAP_MISSING: Final = frozenset({"", "-99", "-88"})

AE_SYNONYMS: Final = MappingProxyType(
    {
        "nausea": ("nausea", "nauseous", "nauseated"),
        "vomiting": ("vomiting", "emesis", "vomited"),
        "dizziness": ("dizziness", "dizzy", "light-headed", "lightheaded", "vertigo"),
        "headache": ("headache", "head ache", "ha"),
        "dissociation": ("dissociation", "dissociative symptoms", "out of body", "floating"),
        "sedation": ("sedation", "drowsiness", "drowsy", "sleepy", "somnolence"),
        "hypertension": ("hypertension", "high bp", "elevated blood pressure", "bp increased"),
        "anxiety": ("anxiety", "anxious", "panic"),
        "hallucination": ("hallucination", "hallucinations", "visual disturbance"),
        "fatigue": ("fatigue", "tired", "tiredness"),
    }
)
# The one term for adverse events whose words are shown in the data queries alone.
OTHER_EVENT: Final = "other (uncoded)"
# MedDRA's primary organ system of each built-in term, in the registry's spelling. Nobody coded the
# events by MedDRA: an export has these confirmed.
ORGAN_SYSTEMS: Final = MappingProxyType(
    {
        "nausea": "Gastrointestinal disorders",
        "vomiting": "Gastrointestinal disorders",
        "dizziness": "Nervous system disorders",
        "headache": "Nervous system disorders",
        "sedation": "Nervous system disorders",
        "dissociation": "Psychiatric disorders",
        "anxiety": "Psychiatric disorders",
        "hallucination": "Psychiatric disorders",
        "hypertension": "Vascular disorders",
        "fatigue": "General disorders",
    }
)
AE_REPORTING_THRESHOLD_PERCENT: Final = 0  # every event is reported, however rare
SEVERITIES: Final = ("mild", "moderate", "severe")
RELATEDNESS: Final = ("yes", "possible", "no")


@dataclass(frozen=True, slots=True)
class Instrument:
    """One REDCap instrument: its fields and the events that collect it."""

    fields: tuple[str, ...]
    events: tuple[str, ...]


ARM: Final = "_arm_1"
REDCAP_BASELINE: Final = f"baseline{ARM}"
REDCAP_INFUSION: Final = f"infusion{ARM}"
REDCAP_POST_40MIN: Final = f"post_40min{ARM}"
REDCAP_WEEKS: Final = tuple(f"{visit}{ARM}" for visit in WEEK_VISITS)
REDCAP_EVENTS: Final = (REDCAP_BASELINE, REDCAP_INFUSION, REDCAP_POST_40MIN, *REDCAP_WEEKS)
REDCAP_KEYS: Final = (
    "record_id",
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
)
PHQ9_ITEMS: Final = tuple(f"phq9_{item}" for item in range(1, 10))
COMORBID_BOXES: Final = tuple(f"comorbid___{box}" for box in range(1, 6))
VITALS: Final = ("sbp", "dbp", "hr", "spo2")
MEASUREMENT_UNITS: Final = MappingProxyType(
    {"cadss_total": "points", "sbp": "mmHg", "dbp": "mmHg", "hr": "beats/min", "spo2": "%"}
)
REPEATING_INSTRUMENT: Final = "adverse_event"
INSTRUMENTS: Final = MappingProxyType(
    {
        "eligibility": Instrument(
            (
                "icf_signed",
                "age",
                "sex",
                "fm_dx",
                "prescribed",
                "screen_pass",
                "prior_infusions",
                "willing",
                "ket_allergy",
                "dementia",
                "med_condition",
                "other_trial_3m",
            ),
            (REDCAP_BASELINE,),
        ),
        "baseline": Instrument(
            (
                "height_cm",
                "weight_kg",
                "fm_years",
                "opioid_use",
                *COMORBID_BOXES,
                *PHQ9_ITEMS,
                "phq9_total",
            ),
            (REDCAP_BASELINE,),
        ),
        "pain": Instrument(("nrs",), (REDCAP_BASELINE, REDCAP_POST_40MIN, *REDCAP_WEEKS)),
        "infusion": Instrument(
            ("inf_date", "dose_mg", "inf_hours", "stopped_early"), (REDCAP_INFUSION,)
        ),
        "cadss": Instrument(("cadss_total",), (REDCAP_BASELINE, REDCAP_POST_40MIN)),
        "vitals": Instrument(VITALS, (REDCAP_BASELINE, REDCAP_INFUSION, REDCAP_POST_40MIN)),
        "followup": Instrument(
            ("fu_date", "relief_pct", "relief_ongoing", "relief_days"), REDCAP_WEEKS
        ),
        REPEATING_INSTRUMENT: Instrument(
            ("ae_term", "ae_severity", "ae_serious", "ae_related"), (REDCAP_INFUSION,)
        ),
    }
)
STUDY_FIELDS: Final = tuple(name for form in INSTRUMENTS.values() for name in form.fields)
# Upper limits of the data contract, used where the clinic's dictionary states none of its own.
REDCAP_MAXIMA: Final = MappingProxyType({"nrs": 10.0, "cadss_total": 92.0, "relief_pct": 100.0})
# What a code means when the dictionary's label does not say it.
REDCAP_MEANINGS: Final = MappingProxyType(
    {
        "sex": MappingProxyType({"1": "female", "2": "male"}),
        "ae_severity": MappingProxyType({"1": "mild", "2": "moderate", "3": "severe"}),
        "ae_related": MappingProxyType({"1": "yes", "2": "possible", "3": "no"}),
    }
)
