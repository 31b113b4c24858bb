"""Auto Scaling groups and launch templates: what will be launched tomorrow."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    inner,
    integer,
    rows,
    tags,
    text,
    text_or_empty,
    text_or_none,
)
from ringfence.inventory.records import Tags

GROUPS = "autoscaling.describe_auto_scaling_groups"
CONFIGURATIONS = "autoscaling.describe_launch_configurations"
VERSIONS = "ec2.describe_launch_template_versions"

DEFAULT, LATEST = "$Default", "$Latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    One way in which a group launches.

    *source* says where that stands, as people write it. *image* is an image's id,
    ``resolve:ssm:…`` where a parameter names it at launch, or empty: not found.
    """

    source: str
    image: str = ""
    template: str | None = None  # the launch template's id; None: no template


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoScalingGroup:
    """*plans* are its template's or configuration's, then its overrides'."""

    name: str
    arn: str = ""
    subnets: tuple[str, ...] = ()
    desired: int = 0
    greatest: int = 0
    plans: tuple[Plan, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchTemplate:
    """*images* holds each version's that was asked for, by number."""

    id: str
    name: str = ""
    default: int = 0
    images: Mapping[int, str] = field(default_factory=dict)

    def image(self, version: str) -> str:
        """The image of ``$Default``, ``$Latest`` or a number; empty: not found."""
        if version == LATEST:
            return self.images.get(max(self.images, default=0), "")
        if version == DEFAULT:
            return self.images.get(self.default, "")
        return self.images.get(int(version), "") if version.isdecimal() else ""


def by_template(template: str, version: str) -> str:
    """Name a launch template's version as people do."""
    return f"launch template {template} version {version}"


def read_auto_scaling_groups(answers: Answers) -> tuple[AutoScalingGroup, ...]:
    templates = read_launch_templates(answers)
    known = {one.id: one for one in templates}
    named = {one.name: one for one in templates}
    configured = dict(answers.each(CONFIGURATIONS, "LaunchConfigurations", _configured))

    def plans(raw: Raw) -> Iterator[Plan]:
        if configuration := text_or_none(raw, "LaunchConfigurationName"):
            image = configured.get(configuration, "")
            source = f"launch configuration {configuration}"
            yield Plan(source=source, image=image)
        for told, override in _specifications(raw):
            template = known.get(text_or_empty(told, "LaunchTemplateId"))
            template = template or named.get(text_or_empty(told, "LaunchTemplateName"))
            version = text_or_none(told, "Version") or DEFAULT
            name = template.id if template else text_or_empty(told, "LaunchTemplateId")
            yield Plan(
                source=by_template(name, version),
                image=override or (template.image(version) if template else ""),
                template=name or None,
            )

    def group(raw: Raw) -> AutoScalingGroup:
        zones = text_or_empty(raw, "VPCZoneIdentifier")
        return AutoScalingGroup(
            name=text(raw, "AutoScalingGroupName"),
            arn=text_or_empty(raw, "AutoScalingGroupARN"),
            subnets=tuple(one.strip() for one in zones.split(",") if one.strip()),
            desired=integer(raw, "DesiredCapacity") or 0,
            greatest=integer(raw, "MaxSize") or 0,
            plans=tuple(dict.fromkeys(plans(raw))),
            tags=tags(raw),
        )

    return answers.each(GROUPS, "AutoScalingGroups", group)


def read_launch_templates(answers: Answers) -> tuple[LaunchTemplate, ...]:
    by_template: dict[str, list[_Version]] = defaultdict(list)
    for version in answers.each(VERSIONS, "LaunchTemplateVersions", _version):
        by_template[version.template].append(version)
    return tuple(
        LaunchTemplate(
            id=name,
            name=versions[0].name,
            default=next((one.number for one in versions if one.is_default), 0),
            images={one.number: one.image for one in versions},
        )
        for name, versions in by_template.items()
    )


def pinned_versions(groups: Sequence[Raw]) -> Mapping[str, frozenset[str]]:
    """The versions that *groups* name by number, by template's id."""
    pinned: dict[str, set[str]] = defaultdict(set)
    for group in groups:
        for told, _ in _specifications(group):
            version = text_or_empty(told, "Version")
            template = text_or_empty(told, "LaunchTemplateId")
            if version.isdecimal() and template:
                pinned[template].add(version)
    return {name: frozenset(versions) for name, versions in pinned.items()}


def images_to_launch(answers: Answers) -> frozenset[str]:
    """The images that templates, configurations and groups name, where read."""
    found: set[str] = set()
    if answers.has(VERSIONS):
        for version in answers.each(VERSIONS, "LaunchTemplateVersions", _version):
            found.add(version.image)
    if answers.has(CONFIGURATIONS):
        listed = answers.each(CONFIGURATIONS, "LaunchConfigurations", _configured)
        found |= {image for _, image in listed}
    if answers.has(GROUPS):
        listed_overrides = answers.each(
            GROUPS, "AutoScalingGroups", lambda raw: tuple(_specifications(raw))
        )
        found |= {image for each in listed_overrides for _, image in each}
    return frozenset(image for image in found if image.startswith("ami-"))


@dataclass(frozen=True, slots=True)
class _Version:
    template: str
    name: str
    number: int
    is_default: bool
    image: str


def _version(raw: Raw) -> _Version:
    return _Version(
        template=text(raw, "LaunchTemplateId"),
        name=text_or_empty(raw, "LaunchTemplateName"),
        number=integer(raw, "VersionNumber") or 0,
        is_default=flag(raw, "DefaultVersion"),
        image=text_or_empty(inner(raw, "LaunchTemplateData"), "ImageId"),
    )


def _configured(raw: Raw) -> tuple[str, str]:
    return text(raw, "LaunchConfigurationName"), text_or_empty(raw, "ImageId")


def _specifications(group: Raw) -> Iterator[tuple[Raw, str]]:
    """Each launch template that *group* names, and the image that overrides its own."""
    if own := inner(group, "LaunchTemplate"):
        yield own, ""
    mixed = inner(inner(group, "MixedInstancesPolicy"), "LaunchTemplate")
    base = inner(mixed, "LaunchTemplateSpecification")
    overrides = rows(mixed, "Overrides")
    for override in overrides:
        told = inner(override, "LaunchTemplateSpecification") or base
        yield told, text_or_empty(override, "ImageId")
    if base and not overrides:
        yield base, ""
