"""What citizens are told: a file per kind of event, wording and template fields together."""
