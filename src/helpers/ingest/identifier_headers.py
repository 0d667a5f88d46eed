"""Recognise headers that name what identifies a patient directly: name, birth date, address.

A header may itself hold a name, so what comes back is the recognised word, never the header.
Words are English, French, German and Spanish, without accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final


def _flatten(groups: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(
        {word: what for what, words in groups.items() for word in words.split()}
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that identify wherever they stand, also as several words side by side ("first name").
_WORDS: Final = _flatten(
    {
        "name": "firstname lastname fullname givenname familyname middlename maidenname surname "
        "forename patientname patientsname nameofpatient nameofthepatient contactname "
        "physicianname doctorname vorname nachname familienname prenom nomdefamille nomdupatient "
        "apellido apellidos nombreyapellidos nombredelpaciente",
        "initials": "initials initialen initiales iniciales",
        "date of birth": "dob dateofbirth birthdate birthday dayofbirth geburtsdatum geburtstag "
        "datedenaissance fechadenacimiento",
        "health card": "ohip hcn ramq healthcard healthnumber healthinsurancenumber "
        "healthinsuranceno nhsnumber nhsno cartesante assurancemaladie versichertennummer",
        "medical record number": "mrn medicalrecordnumber medicalrecordno medicalrecordid "
        "medicalrecord hospitalnumber hospitalno chartnumber chartno",
        "social insurance number": "ssn sinnumber sinno socialinsurance socialsecurity "
        "assurancesociale",
        "phone": "tel phone phones telephone telefon telefono telefonnummer handynummer cellphone "
        "cellnumber cellno homephone mobilephone mobilenumber mobileno fax telefax",
        "e-mail": "email emails emailaddress courriel correoelectronico",
        "address": "address addresses adresse adressen anschrift direccion streetaddress "
        "streetname streetnumber strasse calle",
        "postal code": "postalcode postcode postleitzahl plz zip zipcode codepostal codigopostal",
    }
)
# Words that identify only as the whole header: beside other words they mean other things
# (street drugs, cell count, mobile patient; "nombre" is a name in Spanish, a number in French).
_ALONE: Final = _flatten(
    {
        "name": "nombre",
        "social insurance number": "sin",
        "phone": "mobile cell handy",
        "e-mail": "mail correo",
        "address": "street rue",
        "postal code": "postal",
    }
)
# Long enough to be found inside a word that is run together ("patientfirstname").
_LEAST_INSIDE: Final = 8
_MOST_SIDE_BY_SIDE: Final = 4

# A name is a person's unless one of these says of what it is the name.
_NAMES: Final = frozenset({"name", "names", "nom", "noms"})
_THINGS: Final = _words(
    "analgesic arm batch brand centre center clinic cohort comorbidity company condition "
    "device diagnosis disease drug event field file form generic group hospital infusion "
    "institution instrument lab laboratory manufacturer med medicament medication "
    "medicine medikament opioid pharmacy procedure product project protocol questionnaire "
    "scale sheet site study symptom table term test trade treatment trial unit variable "
    "visit"
)
# What was done by phone or mail, rather than a number or an address.
_MEDIA: Final = frozenset({"phone", "e-mail"})
_OCCASIONS: Final = _words(
    "assessed assessment by called consult consultation contacted follow followup "
    "interview interviewed reached reminder via visit"
)
_NUMBERS: Final = frozenset({"number", "numbers", "no", "nr", "num", "address"})


def find_identifier(header: str) -> str | None:
    """Return what a header names that identifies a patient directly, or None.

    ``Date of birth`` and ``dob`` are both ``date of birth``; ``Drug name`` and ``Phone follow-up
    (yes/no)`` name nothing of the kind.
    """
    words = _split_words(header)
    if len(words) == 1 and words[0] in _ALONE:
        return _ALONE[words[0]]
    found = [what for what in _find_words(words) if what not in _MEDIA or not _is_occasion(words)]
    if found:
        return found[0]
    return "name" if _names_a_person(words) else None


def _split_words(header: str) -> list[str]:
    """Return the words of a header in lower case, without accents, digits and punctuation."""
    asked = re.sub(r"\by(?:es)? ?/ ?no?\b", " ", header, flags=re.IGNORECASE)  # "no" is an answer
    parted = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", asked).replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", parted.lower())
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    return re.findall(r"[^\W\d_]+", bare)


def _find_words(words: Sequence[str]) -> Iterator[str]:
    """Yield what the words of a header identify: alone, side by side, or run together."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + _MOST_SIDE_BY_SIDE, len(words)) + 1):
            together = "".join(words[start:end])
            if together in _WORDS:
                yield _WORDS[together]
    for word in words:
        yield from (what for known, what in _WORDS.items()
                    if len(known) >= _LEAST_INSIDE and known in word)  # fmt: skip


def _is_occasion(words: Sequence[str]) -> bool:
    return bool(_OCCASIONS & set(words)) and not _NUMBERS & set(words)


def _names_a_person(words: Sequence[str]) -> bool:
    singular = {form for word in words for form in (word, word.removesuffix("s"))}
    singular |= {word.removesuffix("ies") + "y" for word in words if word.endswith("ies")}
    return bool(_NAMES & set(words)) and not _THINGS & singular
