"""What the checks of one subject share: wording, evidence, commands that mend."""
