"""The command: what it prints, writes and refuses, and what it leaves to people."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from helpers.checkout import find_document
from helpers.cli import main
from helpers.export.registry.limitations import LIMITATIONS, LONGEST, SYNTHETIC
from helpers.study import AE_SYNONYMS, ORGAN_SYSTEMS, PARTS
from tests.export.exported import OUTCOMES, Exports, facts_of_json, facts_of_xml
from tests.export.schemas import POSTED_RECORD, needs_schemas
from tests.studies import SAMPLE, infusions, save, workbook

FILES = {"ctgov_results.json", "ctgov_results.xml", "ctgov_trace.json", "results.json", "todo.txt"}


def test_the_export_is_these_files_and_no_data_query(exports: Exports) -> None:
    out = exports.named("sample").out
    assert {path.name for path in out.iterdir()} == FILES


def test_the_command_prints_what_is_left_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["export", "ctgov", str(SAMPLE), "--out", str(tmp_path), "-P", "n_boot=100"]
    assert main(call) == 0
    printed = capsys.readouterr().out
    assert (tmp_path / "todo.txt").read_text(encoding="utf-8") in printed
    assert str(tmp_path / "ctgov_results.xml") in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ctgov", "SAMPLE", "-P", "profile=internal"], "profile must be release"),
        (["ctgov", "SAMPLE", "-P", "min_cell=1"], "min_cell must be at least 3"),
        (["ctgov", "SAMPLE", "-P", "data=x"], "given twice"),
        (["ctgov", "nowhere"], "no such folder"),
    ],
)
def test_a_wrong_call_is_one_message_and_writes_nothing(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(SAMPLE) if word == "SAMPLE" else word for word in arguments]
    out = tmp_path / "out"
    assert main(["export", *given, "--out", str(out)]) == 2
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.err.count("study export:") == 1
    assert "Traceback" not in captured.err
    assert not out.exists()


def test_a_folder_with_data_queries_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data_queries.csv").write_text("")
    call = ["export", "ctgov", str(SAMPLE), "--out", str(tmp_path), "-P", "n_boot=100"]
    assert main(call) == 2
    assert "must not leave the clinic" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["data_queries.csv"]


def test_two_exports_are_the_same_bytes(exports: Exports, tmp_path: Path) -> None:
    first = exports.named("bare sample")
    assert main(["export", "ctgov", str(SAMPLE), "--out", str(tmp_path), "-P", "n_boot=100"]) == 0
    for name in FILES:
        assert (tmp_path / name).read_bytes() == first.content(name), name


def test_two_parts_are_two_groups_and_one_part_is_one(exports: Exports) -> None:
    both = exports.named("sample").json["resultsSection"]
    first = exports.of(SAMPLE, "part=prospective").json["resultsSection"]
    for name, groups in (("participantFlowModule", "groups"), ("adverseEventsModule",
                         "eventGroups"), ("baselineCharacteristicsModule", "groups")):  # fmt: skip
        assert [group["title"][:6] for group in both[name][groups]] == ["Part 1", "Part 2"]
        assert [group["title"][:6] for group in first[name][groups]] == ["Part 2"]
    text = first["moreInfoModule"]["limitationsAndCaveats"]["description"]
    assert "Part 2" in text and "charts" not in text


def test_a_study_without_anybody_eligible_is_exported_too(tmp_path: Path) -> None:
    book = workbook(patients=[{"Consent signed": "no"}], infusions=infusions(count=4))
    folder = save(book, tmp_path / "data")
    (folder / "study.toml").write_text(OUTCOMES, encoding="utf-8")
    exported = Exports(tmp_path).of(folder)
    facts = facts_of_json(exported.json)
    assert facts == facts_of_xml(exported.xml)
    assert facts["flow", "started", "000"] == "0"
    assert facts["baseline", "Age, Continuous", "", "value", "000"] == "NA"
    assert facts["outcome", "0", "", "comment", "000"] == "No value: not enough data."
    assert "a total over both groups" not in exported.todo
    assert "serious events" not in exported.todo


# outcomes: their words come from study.toml alone


def test_outcomes_are_those_of_study_toml_in_its_words_and_order(exports: Exports) -> None:
    outcomes = exports.named("sample").json["resultsSection"]["outcomeMeasuresModule"]
    head = [(o.get("type"), o.get("title"), o.get("timeFrame"), o["reportingStatus"])
            for o in outcomes["outcomeMeasures"]]  # fmt: skip
    assert head == [
        ("PRIMARY", "Reduction of pain", "40 minutes", "POSTED"),
        ("SECONDARY", "Duration of relief", "12 weeks", "POSTED"),
        ("SECONDARY", "Relief beyond four weeks", "4 weeks", "POSTED"),
        ("SECONDARY", "Mean duration, lower bound", "12 weeks", "POSTED"),
        ("OTHER_PRE_SPECIFIED", "Pain over the visits, week 1", "1 week", "POSTED"),
        ("POST_HOC", "Dose and end of relief", "12 weeks", "POSTED"),
        ("POST_HOC", "Events per infusion", "an infusion", "POSTED"),
        (None, "No type and no time frame", None, "POSTED"),
        (None, "Quality of life", "12 weeks", "NOT_POSTED"),
        ("SECONDARY", None, "12 weeks", "NOT_POSTED"),
    ]


def test_what_kind_of_number_an_outcome_is_follows_from_its_key(exports: Exports) -> None:
    outcomes = exports.named("sample").json["resultsSection"]["outcomeMeasuresModule"]
    kinds = [(o["paramType"], o.get("dispersionType"), o["unitOfMeasure"], len(o["groups"]))
             for o in outcomes["outcomeMeasures"][:8]]  # fmt: skip
    interval = "95% Confidence Interval"
    assert kinds == [
        ("MEAN", interval, "score on a scale", 2),
        ("MEDIAN", interval, "days", 2),
        ("NUMBER", None, "proportion of participants", 2),
        ("NUMBER", None, "days", 2),
        ("LEAST_SQUARES_MEAN", interval, "score on a scale", 1),
        ("NUMBER", interval, "hazard ratio", 1),
        ("NUMBER", interval, "events per infusion", 1),
        ("NUMBER", interval, "proportion of participants", 2),
    ]


def test_each_group_says_who_was_analysed_and_at_least_how_many(exports: Exports) -> None:
    exported = exports.named("sample")
    facts = facts_of_json(exported.json)
    texts = facts["outcome", "0", "population"].split(". ")
    assert [text[:6] for text in texts] == ["Part 1", "Part 2"]
    least = {each["key"]: each.get("n_at_least") for each in exported.results["estimates"]}
    for part, text in zip(PARTS, texts, strict=True):
        number = least[f"{part}.short_term.nrs_reduction.mean"]
        assert ("at least" in text) == (number is not None)
        assert number is None or f"at least {number}" in text


def test_units_that_are_no_participants_are_counted_beside_them(exports: Exports) -> None:
    outcomes = exports.named("sample").json["resultsSection"]["outcomeMeasuresModule"]
    rate = outcomes["outcomeMeasures"][6]
    assert rate["typeUnitsAnalyzed"] == "Infusions"
    assert [denom["units"] for denom in rate["denoms"]] == ["Infusions"]


def test_another_level_of_confidence_is_named(exports: Exports) -> None:
    folder = exports.with_outcomes("sample")
    for level, words in (("0.9", "90% Confidence Interval"),
                         ("0.93", "Other Confidence Interval Level")):  # fmt: skip
        exported = exports.of(folder, f"ci_level={level}")
        facts = facts_of_json(exported.json)
        assert facts["outcome", "0", "dispersion"] == words
        assert facts["outcome", "0", "0", "ciPctValue"] == f"{100 * float(level):g}"
        assert exported.xml.findtext(".//outcomeMeasure/ciPctLevel") == f"{100 * float(level):g}"


def test_a_p_value_stands_beside_the_name_of_its_method_only(exports: Exports) -> None:
    outcomes = exports.named("sample").json["resultsSection"]["outcomeMeasuresModule"]
    analyses = [a for o in outcomes["outcomeMeasures"] for a in o.get("analyses", [])]
    assert {a["statisticalMethod"] for a in analyses if "pValue" in a} == {
        "t-test, 2 sided",
        "Mixed Models Analysis",
        "Regression, Cox",
    }  # fmt: skip; Wilcoxon's is withheld beside a withheld number of patients
    assert all("pValue" in a for a in analyses if "statisticalMethod" in a)
    assert any("pValue" not in a for a in analyses)


# what a release withholds, and what the data cannot give


def test_what_is_withheld_is_na_with_a_comment_and_on_the_list(exports: Exports) -> None:
    exported = exports.named("bare sample")
    facts = facts_of_json(exported.json)
    for group in ("000", "001"):
        for sex in ("Female", "Male"):
            where = ("baseline", "Sex: Female, Male", sex)
            assert facts[*where, "value", group] == "NA"
            assert facts[*where, "comment", group].startswith("Withheld")
    assert "Part 1, chart review, Sex: Female, Male: value" in exported.todo
    assert "do not hand out a second release" in exported.todo


def test_a_share_without_its_interval_says_why(exports: Exports) -> None:
    exported = exports.named("synthetic")
    outcomes = exported.json["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]
    text = outcomes[3]["description"]  # responders, of patients whose number is withheld
    assert "Interval of Part 1 and Part 2 withheld: with it their number could be computed" in text
    title = "Participants whose pain fell by at least 30 percent"
    listed = " ".join(exported.todo.split())
    assert f"'{title}': interval (Part 1, Part 2); number analysed (Part 1, Part 2)" in listed


def test_less_is_withheld_with_a_lower_bound(exports: Exports) -> None:
    facts = facts_of_json(exports.of(SAMPLE, "min_cell=3").json)
    sexes = [facts["baseline", "Sex: Female, Male", sex, "value", "001"]
             for sex in ("Female", "Male")]  # fmt: skip
    assert sum(map(int, sexes)) == int(facts["baseline", "Sex: Female, Male", "n", "001"])


def test_events_are_not_told_as_not_serious_where_serious_ones_are_withheld(
    exports: Exports,
) -> None:
    exported = exports.named("synthetic")
    facts = facts_of_json(exported.json)
    assert facts["events", "001", "seriousNumAffected"] == ""
    assert facts["events", "Nausea", "001", "numAffected"] == ""
    assert facts["events", "001", "otherNumAffected"] == ""
    assert "serious events, and with them the counts" in exported.todo
    told = facts_of_json(exports.named("sample").json)
    assert told["events", "001", "seriousNumAffected"] == "0"
    assert told["events", "Nausea", "001", "numAffected"] == "6"
    assert told["events", "001", "otherNumAffected"] == "18"


def test_a_term_that_occurs_in_one_part_counts_nobody_in_the_other(exports: Exports) -> None:
    exported = exports.named("synthetic")
    facts = facts_of_json(exported.json)
    assert facts["events", "Anxiety", "001", "numAffected"] == "0"
    rows = exported.results["tables"]["adverse_events"]
    assert "anxiety" in {row["term_key"] for row in rows["retrospective"]}
    assert "anxiety" not in {row["term_key"] for row in rows["prospective"]}


@pytest.mark.parametrize(
    "words",
    [
        "names no primary outcome",
        "point of contact",
        "certain agreements",
        "deaths from any cause",
        "no event is coded by MedDRA",
        "organ systems are the project's own choice: Anxiety (Psychiatric disorders)",
        "region of enrolment",
        "a total over both groups",
        "why patients did not complete",
        "newer one may exist",
    ],
)
def test_the_list_names_what_the_data_cannot_give(words: str, exports: Exports) -> None:
    assert words in exports.named("bare sample").todo


def test_the_list_says_what_is_wrong_with_each_registered_outcome(exports: Exports) -> None:
    found = exports.named("sample").todo
    assert "'No type and no time frame': no time_frame in study.toml" in found
    assert "'No type and no time frame': no type in study.toml" in found
    assert "'Quality of life': no estimate has the key 'long_term.quality_of_life.mean'" in found
    assert "'an outcome without title': no title in study.toml" in found
    assert "names no primary outcome" not in found


def test_nothing_is_invented_where_the_data_are_silent(exports: Exports) -> None:
    exported = exports.named("sample")
    text = exported.content("ctgov_results.json").decode()
    for field in ("deathsNum", "sourceVocabulary", "assessmentType", "pointOfContact",
                  "certainAgreement", "dropWithdraws", "Region of Enrollment"):  # fmt: skip
        assert field not in text, field
    root = exported.xml
    for tag in ("numDeaths", "sourceVocabulary", "assessmentType", "pointOfContact",
                "certainAgreement", "dropWithdrawReason"):  # fmt: skip
        assert root.find(f".//{tag}") is None, tag
    assert root.get("partialUpload") == "true"  # or what is entered by hand would be deleted


def test_uncoded_events_are_pooled_and_have_no_organ_system(exports: Exports) -> None:
    exported = exports.named("synthetic")
    facts = facts_of_json(exported.json)
    assert facts["events", "Other (uncoded)", "organ system"] == ""
    assert "no organ system for Other (uncoded)" in exported.todo
    assert facts["events", "Nausea", "organ system"] == "Gastrointestinal disorders"


def test_every_built_in_term_has_an_organ_system() -> None:
    assert set(ORGAN_SYSTEMS) == set(AE_SYNONYMS)


@needs_schemas
def test_an_organ_system_is_spelled_as_in_a_posted_record() -> None:
    posted = json.loads(POSTED_RECORD.read_text(encoding="utf-8"))
    events = posted["resultsSection"]["adverseEventsModule"]["otherEvents"]
    assert {event["organSystem"] for event in events} <= set(ORGAN_SYSTEMS.values())


def test_limitations_are_those_of_the_report_and_fit(exports: Exports) -> None:
    section = find_document().read_text(encoding="utf-8").partition("## Limitations")[2]
    headings = re.findall(r"^- \*\*(.+?)\.\*\*", section.partition("\n## ")[0], re.MULTILINE)
    assert {heading for heading, _, _ in LIMITATIONS} <= set(headings)
    text = exports.named("synthetic").json["resultsSection"]["moreInfoModule"]
    described = text["limitationsAndCaveats"]["description"]
    assert described.startswith(SYNTHETIC)
    assert len(described) <= LONGEST
    assert SYNTHETIC not in exports.named("sample").content("ctgov_results.xml").decode()


def test_made_up_data_are_not_to_be_uploaded(exports: Exports) -> None:
    assert "upload nothing of it" in exports.named("synthetic").todo
    assert "upload nothing of it" not in exports.named("sample").todo


def test_each_file_says_what_it_was_made_from(exports: Exports) -> None:
    exported = exports.named("sample")
    for name, digest in exported.results["provenance"]["data"].items():
        for file in ("ctgov_results.xml", "todo.txt", "ctgov_trace.json"):
            assert digest in exported.content(file).decode(), (name, file)
    assert exported.trace["provenance"] == exported.results["provenance"]
