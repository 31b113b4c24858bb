"""
The recommendations of Atlassian's two guides, in our own short words.

The ids are ours: S for "Securing Stash in AWS", D for "Data Center security
checklist and best practices", numbered as they come in the guide.
What can decide each: A the AWS account, N a look from the network, P people.
"""

from typing import NamedTuple


class Guide(NamedTuple):
    """A guide with the letter of its recommendations."""

    letter: str
    title: str
    url: str


class Recommendation(NamedTuple):
    """*decided_by* holds the letters A, N and P."""

    id: str
    decided_by: str
    text: str


GUIDES = (
    Guide(
        "S",
        "Securing Stash in AWS",
        "https://confluence.atlassian.com/stash/securing-stash-in-aws-734233334.html",
    ),
    Guide(
        "D",
        "Data Center security checklist and best practices",
        "https://confluence.atlassian.com/security/"
        "data-center-security-checklist-and-best-practices-1388158655.html",
    ),
)

RECOMMENDATIONS = tuple(
    Recommendation(*line.split(maxsplit=2))
    for line in """
S01 A Use public subnets only for resources that must reach the internet
S02 A Use private subnets for everything else (database, shared home, search, peers)
S03 AP Optional: Put a firewall appliance/AMI in front of the VPC
S04 AP Optional: Site-to-site VPN between users and Stash
S05 AP Optional: Intrusion detection/prevention appliance
S06 A Optional: Enable CloudTrail to log VPC API calls
S07 A Restrict security groups on the instance to the absolute minimum
S08 A Condense the applied security groups to as few as possible
S09 AN Do not serve over plain HTTP to users who are not on a VGW-connected network
S10 AN If internet facing set ATL_SSL_SELF_CERT_ENABLED=true at launch
S11 P Do not leave Git clients with http.sslVerify=false (consequence of self-signed)
S12 AN Replace the self-signed certificate with a trusted authority's, soon
S13 AN Have a static public domain name for the instance
S14 AN Update DNS when the instance IP changes
S15 A Use an Elastic IP
S16 P Install the CA certificate following the guide (self-signed first)
S17 N Keep the Stash instance up to date with patches
S18 AP Always back up before attempting any update
S19 A Apply Amazon Linux's security updates to running instances
S20 A Use a current AMI for new instances
S21 AP Only update packages to ones the Stash version supports
S22 N Keep Stash as up to date as possible
S23 P Follow the Stash upgrade guide when updating
D01 AN Operate Atlassian software on private networks
D02 N Apply security fixes promptly once released
D03 A Put a web application firewall in front
D04 AP Let users come through a VPN
D05 P Ask for a second factor
D06 NP Sign on through one identity provider
D07 AN Encrypt in transit and at rest
D08 AP Control who may do what
D09 A Back up regularly
D10 AP Audit security regularly
D11 N Upgrade soon after a release
D12 P Download installers only from the official portal
D13 P Set the products up for security
D14 AP Keep access rights in order
D15 A Encrypt as your policies ask
D16 AP Check the supported platforms (OS, Java, database)
D17 A Install latest OS security updates
D18 AP Harden the operating system
D19 AN Keep software dependencies current and secure
D20 A Secure servers, network and storage (encryption, restricted access)
D21 P Select the right infrastructure and follow set-up recommendations
D22 P Tailor security configuration to the environment
D23 AN Do the initial set-up isolated from public networks
D24 AP Least privilege for each user and service account during set-up
D25 P Enable websudo for admin access
D26 AN IP allow-list for installation and configuration pages
D27 P Strong unique passwords for all accounts made at set-up
D28 A Install within private networks or VPN
D29 AP Encrypt sensitive configuration (passwords, files)
D30 P Prepare and implement MFA when Atlassian offers it
D31 A Firewall: allow only the connections needed to run and manage the product
D32 AN All software incl. OS and dependencies at latest security level at installation
D33 AP Document the configuration
D34 AN Review default settings
D35 AP Protect data: encryption, backup and recovery, disaster recovery plan
D36 AP Run products under a dedicated non-root user
D37 AP Limit who can access the product directories
D38 AP Monitor binaries for malicious changes
D39 NP Integrate with an identity provider for SSO and MFA
D40 P Use personal access tokens for integrations
D41 NP Disable basic authentication when SSO is used
D42 P Disable or delete accounts of leavers
D43 P Restrict the number of users with powerful roles
D44 P Minimise admins; no shared accounts; no guessable names such as admin
D45 P Keep the admin group small
D46 P Do not create new groups with the system-admin permission
D47 P Use secure admin sessions
D48 P Set a short time-out for admin sessions
D49 AN Lock the admin interface to specific IP addresses at the reverse proxy
D50 AP Reduce brute force with Fail2Ban
D51 P Enable CAPTCHA on login
D52 AN Rate-limit or block anonymous REST requests
D53 P Review audit log settings
D54 AN Logs must not be reachable from the external network
D55 AP Use access logs to spot unusual activity
D56 A Keep and back up logs for longer-term needs
D57 A Integrate a WAF with dynamic rules against the listed attacks, tuned
D58 AP Use Atlassian tools or native database backups; regular and testable
D59 A Use the database engine native backup for production
D60 A Move backup files to dedicated secure storage
D61 P Do not rely on XML backups of a live product
D62 P Keep contact details and advisory subscriptions current
D63 P Know the incident process and escalation path
D64 AP Run regular security audits
D65 P What-if planning exercises
D66 A Document measures and keep checking that all are in place
D67 P Security check-up when preparing a major upgrade
D68 N Keep software up to date; move to the latest LTS
D69 AP Incident, stage 1: isolate the compromised instance
D70 AP Incident, stage 1: preserve logs and evidence
D71 P Incident, stage 1: change all admin passwords
D72 P Incident, stage 1: review accounts for unauthorised changes
D73 P Incident, stage 1: report to Atlassian (SECREP/GSAC)
D74 P Incident, stage 2: isolate, assess scope
D75 P Incident, stage 2: check which pages/repos/issues were visited (access logs)
D76 P Incident, stage 2: beware of installing apps
D77 P Incident, stage 2: find exposed data, rotate credentials found in it
D78 AP Incident, stage 2: plan recovery: restore backups, rebuild
D79 AP Incident, stage 2: strengthen posture (firewall, passwords, MFA)
D80 P Incident, stage 2: communicate internally and externally
D81 P Incident, stage 2: find the root cause, mend the response plan
D82 P Incident, stage 3: review, update policies, educate, stay engaged
D83 A Incident, stage 3: schedule periodic security checks
""".strip().splitlines()
)
