"""
The demo estate: Atlassian products as they are found, good and bad.

Built with plain calls to AWS. What each resource must give is said beside it:
`Estate.expected` and `Estate.quiet` are the estate's own account of itself, and
the tests hold Ringfence to it.
"""

from datetime import datetime

from local import fleet, images, legacy, network, services, stores
from local.ledger import Estate
from local.network import WORLD, allow
from local.server import Server
from local.tools import Tools

OFFICE = "198.51.100.0/24"
POLICY = f"""\
version: 1
trusted:
  office: [{OFFICE}]
"""


class Builder(Tools):
    """Builds the estate step by step; later steps use what earlier ones made."""

    def build(self) -> Estate:
        """Build all of it."""
        self._bitbucket()
        self._jira()
        self._stash()
        self._confluence()
        self._crowd_and_bamboo()
        self._database()
        self._bastion()
        self._open_in_disguise()
        self._open_but_isolated()
        self._staging()
        self._stores()
        self._backups()
        self._behind_the_scenes()
        self._lone_server()
        fleet.build(self._server, self._net.subnets, self.estate, self._now)
        return self.estate

    def _bitbucket(self) -> None:
        """Bitbucket Data Center as it should be, and a mirror that faces the world."""
        front = self._group("bitbucket-alb", [allow(443, WORLD), allow(80, WORLD)])
        node = self._group("bitbucket-node", [allow(7990, front)])
        self._ec2.authorize_security_group_ingress(
            GroupId=node, IpPermissions=[allow(5701, node)]
        )
        nodes = [
            self._instance(f"bitbucket-{number}", f"private-{zone}", [node])
            for number, zone in ((1, "a"), (2, "b"))
        ]
        good = self._import(
            "bitbucket-certificate",
            self._authority.issue("bitbucket.example.com", days_left=200),
        )
        balancer = self._balancer("bitbucket", [front], is_public=True)
        self._forward(balancer, "bitbucket", nodes, 7990, certificate=good)
        self._redirect(balancer)
        self.estate.add("web-acl", services.protect(self._client, balancer))
        self._zone.alias("bitbucket.example.com", self._dns_name(balancer))
        for port in (443, 80):
            self._silent(f"bitbucket.example.com:{port}")
        self._git_over_ssh(node, nodes)
        mirror = self._group(
            "bitbucket-mirror", [allow(443, WORLD), allow(7999, WORLD)]
        )
        instance = self._instance("bitbucket-mirror-1", "public-a", [mirror])
        address = network.elastic_address(self._ec2, instance)
        self._zone.address("mirror.example.com", address)
        self._silent("mirror.example.com:443")

    def _git_over_ssh(self, node: str, nodes: list[str]) -> None:
        """Offer Git over SSH, on the product's own port, through a network balancer."""
        front = self._group("bitbucket-nlb", [allow(7999, WORLD)])
        self._ec2.authorize_security_group_ingress(
            GroupId=node, IpPermissions=[allow(7999, front)]
        )
        balancer = self._balancer(
            "bitbucket-ssh", [front], is_public=True, kind="network"
        )
        self._forward(balancer, "bitbucket-ssh", nodes, 7999, protocol="TCP", port=7999)

    def _jira(self) -> None:
        """Serve Jira in plain HTTP, from an image that nobody has any more."""
        front = self._group("jira-alb", [allow(80, WORLD)])
        node = self._group("jira-node", [allow(8080, front)])
        jira = self._instance(
            "jira-1",
            "private-a",
            [node],
            "EXP-004",
            "AMI-003",
            image=images.DEREGISTERED,
        )
        balancer = self._balancer("jira", [front], "DNS-003", "WAF-001", is_public=True)
        self._forward(balancer, "jira", [jira], 8080)
        self._silent(f"{self._dns_name(balancer)}:80")

    def _stash(self) -> None:
        """Leave an old Stash as it was installed in 2015 and patched around since."""
        groups = [
            self._group("stash-web", [allow(80, WORLD), allow(443, WORLD)]),
            self._group("stash-ssh", [allow(22, WORLD)], "SG-008"),
            self._group("stash-temp", [allow(22, OFFICE), allow(7990, WORLD)]),
            self._group("stash-admins", [allow(22, OFFICE, "10.0.0.0/8")]),
        ]
        self._net.allow_everywhere(self._groups["stash-ssh"])
        stash = self._instance(
            "stash",
            "public-a",
            groups,
            "EXP-001",
            "EXP-003",
            "EXP-004",
            "SG-004",
            "AMI-001",
            "AMI-004",
            "DNS-002",
            "DNS-003",
            "BAK-004",
            "ENC-001",
            "PATCH-001",
            image=images.AMAZON_LINUX_1,
            disks=stores.disks(has_data=True, is_careless=True),
        )
        stores.age(self._ec2, [stash], days=2)

    def _confluence(self) -> None:
        """Open a Confluence node's cluster port, and let its certificate run out."""
        front = self._group("confluence-alb", [allow(443, network.CIDR)])
        node = self._group("confluence-node", [allow(8090, front), allow(5801, WORLD)])
        confluence = self._instance(
            "confluence-1",
            "public-b",
            [node],
            "EXP-003",
            "EXP-007",
            "AMI-001",
            "AMI-004",
            image=images.ATLASSIAN_MADE,
        )
        expiring = self._import(
            "confluence-certificate",
            self._authority.issue("confluence.example.com", days_left=20),
            "CERT-002",
        )
        balancer = self._balancer("confluence", [front], is_public=False)
        self._forward(balancer, "confluence", [confluence], 8090, certificate=expiring)

    def _crowd_and_bamboo(self) -> None:
        """Run Crowd and Bamboo privately, Crowd updated without a backup before."""
        crowd = self._group("crowd-node", [allow(8095, network.CIDR)])
        kept = stores.disks(has_data=True)
        made = self._instance(
            "crowd-1",
            "private-b",
            [crowd],
            "BAK-007",
            image=images.RECENT,
            disks=kept,
        )
        stores.restart_unkept(self._ec2, made)
        agents = self._group("bamboo-agents", [])
        bamboo = self._group(
            "bamboo-node", [allow(8085, network.CIDR), allow(54663, agents)]
        )
        server = self._instance("bamboo-1", "private-a", [bamboo], "VER-002", "VER-003")
        stated = {"Key": "ringfence:version", "Value": "9.6.20"}
        self._ec2.create_tags(Resources=[server], Tags=[stated])
        self._instance("bamboo-agent-1", "private-b", [agents], image=images.GOLDEN)
        self.estate.add("golden-image", images.GOLDEN, "AMI-007")

    def _database(self) -> None:
        """Keep PostgreSQL private, for the products' nodes alone."""
        users = [self._groups[f"{name}-node"] for name in ("bitbucket", "jira")]
        group = self._group("postgresql", [allow(5432, *users)])
        subnets = [self._net.subnets[name] for name in ("private-a", "private-b")]
        services.keep_database(self._client, subnets, group)
        described = [{"Name": "description", "Values": ["RDSNetworkInterface"]}]
        [interface] = self._ec2.describe_network_interfaces(Filters=described)[
            "NetworkInterfaces"
        ]
        self.estate.add("postgresql-interface", interface["NetworkInterfaceId"])

    def _bastion(self) -> None:
        """Let the office, and nobody else, in to a bastion."""
        group = self._group("bastion", [allow(22, OFFICE)])
        self._instance("bastion", "public-b", [group])

    def _open_in_disguise(self) -> None:
        """Open groups to the world in three ways that do not say 0.0.0.0/0."""
        halves = self._group("ci-runner", [allow(22, "0.0.0.0/1", "128.0.0.0/1")])
        runner = self._instance(
            "ci-runner-1", "public-a", [halves], "EXP-001", "EXP-012"
        )
        services.rule_the_account(self._client, "ci-runner", runner)
        listed = self._net.prefix_list("partners", [WORLD])
        search = self._group("search", [allow(9200, listed)])
        self._instance("search-1", "public-b", [search], "EXP-002")
        sixth = self._group("metrics", [allow(22, "::/0")])
        metrics = self._instance("metrics-1", "public-a", [sixth], "EXP-001", "EXP-006")
        [found] = self._ec2.describe_instances(InstanceIds=[metrics])["Reservations"]
        interface = found["Instances"][0]["NetworkInterfaces"][0]["NetworkInterfaceId"]
        self._ec2.assign_ipv6_addresses(
            NetworkInterfaceId=interface, Ipv6AddressCount=1
        )

    def _open_but_isolated(self) -> None:
        """Open a group on an instance with a public address and no route outside."""
        group = self._group("lab", [allow(22, WORLD)], "SG-001")
        lab = self._instance("lab-1", "isolated-a", [group])
        network.elastic_address(self._ec2, lab)

    def _staging(self) -> None:
        """Forget about a staging system: its certificates, its image."""
        front = self._group(
            "staging-alb", [allow(443, network.CIDR), allow(8443, network.CIDR)]
        )
        node = self._group("staging-node", [allow(8080, front)])
        staging = self._instance(
            "staging-1", "private-b", [node], "AMI-002", image=images.DEPRECATED
        )
        balancer = self._balancer("staging", [front], is_public=False)
        expired = self._import(
            "staging-certificate",
            self._authority.issue("staging.example.com", days_left=-40),
            "CERT-001",
        )
        own = self._import(
            "self-signed-certificate",
            self._authority.self_signed("staging-admin.example.com", days_left=90),
            "CERT-003",
        )
        self._forward(balancer, "staging", [staging], 8080, certificate=expired)
        self._forward(
            balancer, "staging-admin", [staging], 8081, certificate=own, port=8443
        )

    def _stores(self) -> None:
        """Keep a certificate that nobody uses, and one in IAM on a classic balancer."""
        unused = self._authority.issue("old-wiki.example.com", days_left=10)
        self._import("unused-certificate", unused)
        pair = self._authority.issue("git.example.com", days_left=150)
        uploaded = self._iam.upload_server_certificate(
            ServerCertificateName="git",
            CertificateBody=pair.body.decode(),
            PrivateKey=pair.key.decode(),
            CertificateChain=pair.chain.decode(),
        )["ServerCertificateMetadata"]
        self.estate.add("git-certificate", uploaded["Arn"], "CERT-007")
        group = self._group("git-elb", [allow(443, network.CIDR)])
        legacy.classic_balancer(
            self._elb,
            subnet=self._net.subnets["private-a"],
            group=group,
            certificate=uploaded["Arn"],
            instance=self.estate.ids["bitbucket-1"],
        )
        self.estate.add("git-elb-classic", "git", "LB-001")

    def _backups(self) -> None:
        """Neglect some data."""
        stores.neglect(self._client, self._groups["postgresql"], self.estate.add)

    def _lone_server(self) -> None:
        """Launch a server from Atlassian's template, with its own certificate."""
        group = self._group("lone-stash", [allow(443, network.CIDR)])
        made = legacy.lone_server(
            self._cloudformation,
            self._ec2,
            subnet=self._net.subnets["private-b"],
            group=group,
        )
        self.estate.add("lone-stash-1", made, "CERT-009")

    def _behind_the_scenes(self) -> None:
        """Keep files and a search index private, and lead in by other ways."""
        nodes = [self._groups[f"{name}-node"] for name in ("bitbucket", "jira")]
        group = self._group("stores", [allow(2049, *nodes), allow(443, *nodes)])
        place = (self._client, self._net.subnets["private-a"], group)
        home = services.share_files(*place)
        stores.back_up(self._client, home, days_ago=12)
        self.estate.add("shared-home", home, "BAK-001")
        self.estate.add("search-index", services.index(*place))
        self.estate.add("trail", services.record(self._client))
        balancer = self.estate.ids["bitbucket-ssh-balancer"]
        self.estate.add("bitbucket-service", services.lead_in(*place, balancer))


def build(server: Server, now: datetime) -> Estate:
    """Build the demo estate on *server*."""
    return Builder(server, now).build()
