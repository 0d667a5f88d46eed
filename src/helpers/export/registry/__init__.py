"""Results for ClinicalTrials.gov: as JSON, as XML, what is left to do, and where each is from."""
