"""From a service draft to proposed codes and eligibility verdicts; pure: no store, clock or network."""
