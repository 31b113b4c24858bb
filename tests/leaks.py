"""What must never stand in a log: credentials, keys and certificates' bodies."""

import re

# Canaries: whatever passes a test with one of these must not print it.
PASSWORD = "hunter2-canary"

_SECRETS = {
    "a password of a test's": re.compile(re.escape(PASSWORD)),
    "PEM": re.compile(r"-----BEGIN [A-Z ]+-----"),
    "DER in base64": re.compile(r"\bMII[A-Za-z0-9+/]{60}"),
    "bytes as CloudTrail records them": re.compile(r'\\*"hb\\*":\s*\['),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    "an access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a session's credentials": re.compile(
        r"aws_?(?:secret_?access_?key|session_?token)|SecretAccessKey|SessionToken",
        re.IGNORECASE,
    ),
}


def leaks(text: str) -> list[str]:
    """Name the kinds of secrets that stand in *text*."""
    return [kind for kind, pattern in _SECRETS.items() if pattern.search(text)]
