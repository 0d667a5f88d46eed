"""The closed list of data-query codes: severity, what was seen, and what the clinic should do."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

ERROR: Final = "error"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of data query.

    ``message`` holds the place of a detail; ``action`` tells the clinic what to correct;
    ``group`` gathers what is mended in the same way.
    """

    name: str
    severity: str
    message: str
    action: str
    group: str

    def describe(self, detail: str = "") -> str:
        """Return the message, completed with what the place needs where there is something."""
        return self.message.replace(" ({detail})", f" ({detail})" if detail else "")


def _code(severity: str, group: str, name: str, message: str, action: str) -> Code:
    return Code(name, severity, message, action, group)


_ALL = (
    # values that cannot be read
    _code(ERROR, "value that cannot be used", "not_a_number", "Not a plain number.",
          "Type digits with a decimal point, no unit and no words."),
    _code(ERROR, "value that cannot be used", "not_a_whole_number", "Not a whole number.",
          "Type a whole number."),
    _code(ERROR, "value that cannot be used", "not_yes_or_no", "Neither yes nor no.",
          "Type yes or no, or leave the cell empty if it is not known."),
    _code(ERROR, "value that cannot be used", "not_a_choice",
          "Not one of the allowed words ({detail}).",
          "Use one of the allowed words."),
    _code(ERROR, "value that cannot be used", "not_a_weight", "Not a body weight.",
          "Type kilograms (72 or 72 kg) or pounds (154 lb)."),
    _code(ERROR, "value that cannot be used", "not_a_dose", "Not a dose.",
          "Type the total in mg (120 or 120 mg) or per weight (1.5 mg/kg)."),
    _code(ERROR, "value that cannot be used", "dose_without_weight",
          "A dose per kg, but the patient has no usable weight, so the total is not known.",
          "Give the patient's weight, or the total dose in mg."),
    _code(ERROR, "value that cannot be used", "not_hours", "Not a length of time in hours.",
          "Type hours (3.5), 3h30, 3:30 or 210 min."),
    _code(ERROR, "value that cannot be used", "not_a_pain_score", "Not a pain score.",
          "Type one number from 0 to 10."),
    _code(ERROR, "value that cannot be used", "not_a_percentage", "Not a percentage.",
          "Type one number from 0 to 100."),
    _code(ERROR, "value that cannot be used", "not_a_date", "Not a date that can be read.",
          "Type it as year-month-day, as 2022-07-01 for 1 July 2022."),
    _code(ERROR, "value that cannot be used", "not_a_duration",
          "The duration of relief cannot be turned into days.",
          "Write a number and a unit (10 days, 2-3 weeks, >1 month), 'none', 'ongoing' "
          "or 'until next infusion'."),
    _code(ERROR, "value that cannot be used", "range_not_ascending",
          "The second end of the range is not above the first.",
          "Write the smaller number first, or one number."),
    _code(ERROR, "value that cannot be used", "out_of_range",
          "Outside the possible range ({detail}).",
          "Check the value against the source document."),
    _code(ERROR, "value that cannot be used", "year_out_of_range",
          "Not a year between 1900 and the year of this report.", "Type the year as four digits."),
    _code(ERROR, "value that cannot be used", "date_out_of_range",
          "The date lies before 2000 or after the date of this report.", "Correct the date."),
    _code(ERROR, "value that cannot be used", "invalid_value",
          "Not of the type that the REDCap dictionary asks for ({detail}).",
          "Correct the value in REDCap."),
    _code(ERROR, "value that cannot be used", "invalid_choice",
          "Not one of the codes that the REDCap dictionary allows ({detail}).",
          "Correct the value in REDCap; export raw codes, not labels."),
    # what a spreadsheet does behind people's backs
    _code(ERROR, "changed by the spreadsheet", "date_in_other_column",
          "The cell holds a date, but this column holds no dates: the spreadsheet has probably "
          "turned what was typed (6-7, 7/10, 2-3) into a date.",
          "Format the cell as text and type the value again."),
    _code(ERROR, "changed by the spreadsheet", "time_in_other_column",
          "The cell holds a time of day, which this column cannot hold.",
          "Format the cell as text and type the value again."),
    _code(ERROR, "changed by the spreadsheet", "serial_number_as_date",
          "The cell holds a bare number where a date belongs.",
          "Format the cell as a date, or type it as year-month-day, as 2022-07-01."),
    _code(ERROR, "changed by the spreadsheet", "spreadsheet_error",
          "The cell holds an error of the spreadsheet, or a number that is no date although the "
          "cell is formatted as one (######## in Excel).",
          "Replace it by the value itself."),
    _code(ERROR, "changed by the spreadsheet", "formula_without_result",
          "The cell holds a formula whose result was not saved.",
          "Open and save the workbook in Excel, or type the value itself."),
    _code(ERROR, "changed by the spreadsheet", "merged_cell",
          "The cell is merged with another one, which holds the only value: whether it is meant "
          "here too is not known.",
          "Unmerge the cells and type the value into each of them."),
    # rows
    _code(ERROR, "rows that contradict or miss each other", "key_missing",
          "The row cannot be assigned to a patient or an infusion ({detail}).",
          "Complete or correct it."),
    _code(ERROR, "rows that contradict or miss each other", "duplicate_conflict",
          "Several rows stand for the same and differ; none of them is used ({detail}).",
          "Keep the right row and remove the others."),
    _code(WARNING, "rows that contradict or miss each other", "duplicate_identical",
          "The row repeats an earlier one ({detail}); it is used once.", "Remove the repetition."),
    _code(ERROR, "rows that contradict or miss each other", "orphan",
          "The row points at a patient or infusion that is not there or could not be used "
          "({detail}).",
          "Correct the patient or infusion, or add the missing row."),
    _code(WARNING, "rows that contradict or miss each other", "infusion_number_gap",
          "An infusion number is left out before this one.",
          "Check the numbering, or add the missing infusion."),
    _code(WARNING, "rows that contradict or miss each other", "infusion_order",
          "The infusion is dated before one with a lower number.",
          "Check the dates and numbers of this patient's infusions."),
    # cells that contradict each other
    _code(ERROR, "cells that contradict each other", "follow_up_before_infusion",
          "The follow-up is dated before the infusion.", "Correct one of the two dates."),
    _code(ERROR, "cells that contradict each other", "relief_beyond_follow_up",
          "The relief is said to have lasted longer than was known at the follow-up ({detail}).",
          "Correct the duration or the dates."),
    _code(ERROR, "cells that contradict each other", "ongoing_without_follow_up",
          "Relief was ongoing at a follow-up whose date, or whose infusion's date, is not known.",
          "Give the dates of the infusion and the follow-up."),
    _code(ERROR, "cells that contradict each other", "next_infusion_unknown",
          "Relief lasted until the next infusion, but no later infusion with a usable date "
          "is there.", "Give the duration itself, or the date of the next infusion."),
    _code(WARNING, "cells that contradict each other", "relief_beyond_next_infusion",
          "The relief is said to have outlasted the next infusion; it is kept.",
          "Check the duration."),
    _code(WARNING, "cells that contradict each other", "no_relief_with_duration",
          "0% relief, but a duration above zero; both are kept.", "Check which one is right."),
    _code(WARNING, "cells that contradict each other", "relief_without_duration",
          "Relief above 0%, but a duration of none; both are kept.", "Check which one is right."),
    _code(WARNING, "cells that contradict each other", "phq9_total_differs",
          "The PHQ-9 total is not the sum of its nine items; the sum is used ({detail}).",
          "Correct the total or the items in REDCap."),
    _code(ERROR, "cells that contradict each other", "relief_days_after_visit",
          "The relief is said to have lasted longer than was known at the visit ({detail}).",
          "Correct the days of relief or the date of the visit."),
    _code(WARNING, "cells that contradict each other", "relief_days_contradicted",
          "The days of relief disagree with whether relief was ongoing at a visit; "
          "the days are used.", "Check which one is right."),
    _code(WARNING, "cells that contradict each other", "ongoing_after_end",
          "Relief is ongoing at a visit after one at which it had ended; the first end is used.",
          "Check the answers."),
    _code(WARNING, "cells that contradict each other", "relief_after_end",
          "Relief had ended, but its percentage is above 0; both are kept.", "Check the answers."),
    _code(WARNING, "cells that contradict each other", "visit_off_schedule",
          "The visit took place more than 7 days off its week ({detail}).", "Check the date."),
    _code(WARNING, "cells that contradict each other", "visit_without_date",
          "The visit has no usable date: what it says about the duration of relief is not used.",
          "Give the date of the visit."),
    _code(WARNING, "cells that contradict each other", "infusion_without_date",
          "The infusion has no usable date: it counts as not received, and when visits took place "
          "after it is not known.", "Give the date of the infusion."),
    _code(WARNING, "read as stated: please confirm", "answer_not_yes_or_no",
          "The dictionary allows this answer, but it is neither yes nor no; it counts as missing.",
          "Answer yes or no, if it is known."),
    _code(ERROR, "cells that contradict each other", "value_outside_event",
          "The event does not collect this field; the value is not used.",
          "Move the value to the event it belongs to."),
    # interpreted as stated in the data dictionary
    _code(WARNING, "read as stated: please confirm", "date_order_assumed",
          "Day and month could be read the other way round; read by date_order ({detail}).",
          "Type it as year-month-day, as 2022-07-01 for 1 July 2022."),
    _code(WARNING, "read as stated: please confirm", "nrs_range",
          "A range of pain scores; its midpoint is used.",
          "Type one number."),
    _code(WARNING, "read as stated: please confirm", "nrs_of_100",
          "A score out of 100; a tenth of it is used.",
          "Type a number from 0 to 10."),
    _code(WARNING, "read as stated: please confirm", "percent_approximate",
          "An approximate percentage; used as it stands.", "Type the number alone, if known."),
    _code(WARNING, "read as stated: please confirm", "percent_range",
          "A range of percentages; its midpoint is used.",
          "Type one number."),
    _code(WARNING, "read as stated: please confirm", "duration_without_unit",
          "No unit; read as days.",
          "Add the unit."),
    _code(WARNING, "read as stated: please confirm", "duration_approximate",
          "An approximate duration; used as it stands and flagged.", "Nothing, if this is known."),
    _code(WARNING, "read as stated: please confirm", "duration_vague",
          "'A few' is read as 2 to 4 days or hours, or 14 to 28 days for weeks.",
          "Give a number, if known."),
    _code(WARNING, "read as stated: please confirm", "event_uncoded",
          "The adverse event is in no list of synonyms; it stands as written.",
          "Use a listed word, or add the synonym to study.toml."),
    _code(WARNING, "read as stated: please confirm", "event_pooled",
          "The adverse event is in no list of synonyms and is more than a plain term of up to "
          "three words; it counts as 'other (uncoded)', and its words are shown here alone.",
          "Use a listed word or a short clinical term, or add the synonym to study.toml."),
    _code(WARNING, "read as stated: please confirm", "event_missing",
          "An adverse event without a term; it counts as an event.", "Name the event."),
    _code(WARNING, "read as stated: please confirm", "serious_missing",
          "Not stated whether the event was serious; it counts as not serious.",
          "State yes or no."),
    _code(WARNING, "read as stated: please confirm", "instrument_incomplete",
          "The form is not marked complete; its values are used.",
          "Complete the form in REDCap."),
    _code(WARNING, "read as stated: please confirm", "hidden_rows",
          "Rows are hidden, by hand or by a filter; they are read like all others ({detail}).",
          "Show all rows (Data, Clear filter), and remove those that do not belong to the study."),
    _code(WARNING, "read as stated: please confirm", "hidden_columns",
          "Columns are hidden; they are read like all others ({detail}).",
          "Show all columns, and check what they hold."),
    _code(WARNING, "read as stated: please confirm", "hidden_sheet",
          "The sheet is hidden; it is read like all others.", "Show the sheet, and check it."),
    _code(WARNING, "rows that are no patient", "summary_row",
          "The row holds a sum, a mean or the like instead of a patient; it is not used.",
          "Nothing, or delete the row. If it is a patient, give the study code."),
    _code(WARNING, "rows that are no patient", "note_row",
          "The row holds a note instead of a patient; it is not used.",
          "Nothing, or move the note to another sheet. If it is a patient, give the study code."),
    _code(WARNING, "rows that are no patient", "header_row",
          "The row repeats or explains the header; it is not used.",
          "Nothing, or delete the row: only row 1 is the header."),
    _code(WARNING, "may identify a patient", "looks_like_identifier",
          "The value looks like what identifies a patient directly ({detail}).",
          "Remove it from the file; study files hold study codes and no names, numbers or "
          "addresses of people. Where it is none of these, nothing."),
    _code(WARNING, "ignored", "extra_column", "A column the study does not know; it is ignored.",
          "Nothing, or correct the header if it should be read."),
    _code(WARNING, "ignored", "extra_sheet", "A sheet the study does not know; it is ignored.",
          "Nothing, or correct its name if it should be read."),
)  # fmt: skip

CODES: Final = MappingProxyType({code.name: code for code in _ALL})

# Why a row is excluded: the words of the row accounting.
EXCLUSIONS: Final = MappingProxyType(
    {
        "key_missing": "patient or infusion not readable",
        "duplicate_conflict": "conflicting duplicate",
        "duplicate_identical": "identical duplicate, used once",
        "orphan": "points at no patient or infusion",
        "after_cutoff": "after the data cutoff",
        "summary_row": "sum or mean, not a patient",
        "note_row": "note, not a patient",
        "header_row": "header again, not a patient",
    }
)
