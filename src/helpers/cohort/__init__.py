"""Eligibility, analysis sets and endpoints."""
