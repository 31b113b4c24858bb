"""
What usually listens on a port, and how bad it is when strangers reach it.

The table holds ports that no stranger has business with. Admin and data ports
follow AWS's lists of high-risk ports (Security Hub controls EC2.18 and EC2.19,
https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html);
the cluster ports are Atlassian's (see `products`) and the Java platform's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class ServiceClass(StrEnum):
    """What a service is for; the worst to expose comes first."""

    ADMIN = "administration"
    DATABASE = "data store"
    CLUSTER = "cluster or debug"


@dataclass(frozen=True, slots=True)
class Service:
    """*why* says what a stranger can do with it; empty: its class says enough."""

    name: str
    kind: ServiceClass
    why: str = ""


_CLUSTER_CALLS = (
    "Hazelcast trusts whoever connects, which was enough to run code in "
    "CVE-2022-26133 and CVE-2016-10750"
)
_EHCACHE = (
    "Ehcache's RMI trusts whoever connects, which was enough to run code in "
    "CVE-2020-36239"
)
_BROKER = (
    "the ActiveMQ broker is for agents only, and reaching it was enough to run "
    "code in CVE-2023-46604"
)
_JMX = "JMX over RMI hands over the process unless it was configured not to"
_JDWP = "the Java debugger runs any code without asking who calls"
_AJP = "AJP trusts whoever connects (CVE-2020-1938)"

_ADMIN: Mapping[int, str] = {
    22: "SSH",
    23: "Telnet",
    135: "Windows RPC",
    512: "rexec",
    513: "rlogin",
    514: "rsh",
    2375: "Docker",
    2376: "Docker over TLS",
    3389: "RDP",
    5900: "VNC",
    5985: "WinRM",
    5986: "WinRM over TLS",
    6443: "the Kubernetes API",
    10250: "the Kubernetes node agent",
}
_DATABASE: Mapping[int, str] = {
    111: "RPC port mapper",
    389: "LDAP",
    445: "SMB",
    1433: "SQL Server",
    1521: "Oracle Database",
    2049: "NFS",
    2181: "ZooKeeper",
    2379: "etcd",
    3306: "MySQL",
    5432: "PostgreSQL",
    5601: "Kibana",
    5984: "CouchDB",
    6379: "Redis",
    9042: "Cassandra",
    9092: "Kafka",
    9200: "Elasticsearch or OpenSearch",
    9300: "Elasticsearch's cluster",
    11211: "memcached",
    27017: "MongoDB",
    27018: "MongoDB",
}
_CLUSTER: Mapping[int, tuple[str, str]] = {
    1099: ("the RMI registry", _JMX),
    5005: ("the Java debugger", _JDWP),
    5701: ("Hazelcast", _CLUSTER_CALLS),
    5801: ("Hazelcast", _CLUSTER_CALLS),
    8009: ("AJP", _AJP),
    9999: ("JMX", _JMX),
    25500: ("Synchrony's cluster", "it is for Confluence's own nodes only"),
    40001: ("Ehcache", _EHCACHE),
    40011: ("Ehcache", _EHCACHE),
    54663: ("the Bamboo broker", _BROKER),
    54667: ("the Bamboo broker over TLS", _BROKER),
}
_DATAGRAMS: Mapping[int, Service] = {
    111: Service("RPC port mapper", ServiceClass.DATABASE),
    161: Service("SNMP", ServiceClass.ADMIN),
    389: Service("LDAP", ServiceClass.DATABASE),
    1434: Service("SQL Server Browser", ServiceClass.DATABASE),
    2049: Service("NFS", ServiceClass.DATABASE),
    3389: Service("RDP", ServiceClass.ADMIN),
    5701: Service("Hazelcast", ServiceClass.CLUSTER, _CLUSTER_CALLS),
    11211: Service("memcached", ServiceClass.DATABASE),
}

SERVICES: Mapping[tuple[str, int], Service] = {
    **{("tcp", port): Service(n, ServiceClass.ADMIN) for port, n in _ADMIN.items()},
    **{
        ("tcp", port): Service(name, ServiceClass.DATABASE)
        for port, name in _DATABASE.items()
    },
    **{
        ("tcp", port): Service(name, ServiceClass.CLUSTER, why)
        for port, (name, why) in _CLUSTER.items()
    },
    **{("udp", port): service for port, service in _DATAGRAMS.items()},
}


# Where plain HTTP is expected: the web's port, the products' own connectors (their
# sources are in `ringfence.products`) and Fisheye's, 8060.
HTTP_PORTS = frozenset({80, 7990, 7991, 8060, 8080, 8085, 8090, 8091, 8095})


@cache
def service_ports(protocol: str) -> frozenset[int]:
    """The ports of *protocol* that the table knows."""
    return frozenset(port for name, port in SERVICES if name == protocol)
