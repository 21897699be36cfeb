"""What reviewing rests on: its rules, intake and the provider's form, what stands, what is likely in."""
