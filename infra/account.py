"""What is asked of the account before a stage is made in it: what it allows, what it has, what an earlier try left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from infra.deployment import Deployment, DeploymentError

_LEFT_UNRESERVED = 100
_KEY_DAYS = 30
"""How long a removed key can be brought back, as the template says of the stage's own key."""

Ask = Callable[[str], bool]
"""Puts a question to a person; False where nobody is there to answer."""


def check_concurrency(deployment: Deployment, template: dict[str, Any], parameters: Mapping[str, str]) -> None:
    """Raises DeploymentError if the account has too few executions: AWS requires 100 unreserved ones."""
    if parameters.get("ReserveConcurrency", "true") != "true" or deployment.is_there():
        return  # what a stack that stands has reserved already is not asked for again
    limits = deployment.client("lambda").get_account_settings()["AccountLimit"]
    wanted, free = count_reserved(template, parameters), limits["UnreservedConcurrentExecutions"]
    if free - wanted < _LEFT_UNRESERVED:
        raise DeploymentError(
            f"this account can reserve {max(0, free - _LEFT_UNRESERVED)} executions at once, {wanted} are asked for: "
            "ask AWS for a higher quota, or set ReserveConcurrency = false"
        )


def count_reserved(template: dict[str, Any], parameters: Mapping[str, str]) -> int:
    """How many concurrent executions the template reserves for all functions."""
    defaults = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}
    asked = [
        each["Properties"]["ReservedConcurrentExecutions"]["Fn::If"][1]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::Serverless::Function"
    ]
    return sum(int((defaults | dict(parameters))[n["Ref"]]) if isinstance(n, dict) else n for n in asked)


def choose_api_logs(deployment: Deployment, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters, with `ManageApiLogs` as this account needs it where the settings leave it open.

    API Gateway refuses an access log as long as its one role for logs in this region is not set. The first stack sets
    it; one that another stack or somebody else has set is left alone. Raises DeploymentError if the settings forbid
    what is missing.
    """
    role = deployment.client("apigateway").get_account().get("cloudwatchRoleArn", "")
    is_ours = f":role/{deployment.name}-ApiLogsRole-" in role
    chosen = parameters.get("ManageApiLogs") or ("true" if is_ours or not role else "false")
    if chosen == "false" and not role:
        raise DeploymentError(
            "API Gateway has no role for logs in this account and region: leave ManageApiLogs out of the settings, "
            "or set it to true"
        )
    return {**parameters, "ManageApiLogs": chosen}


def choose_mail_identity(deployment: Deployment, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters, with `ManageMailIdentity` as this account needs it where the settings leave it open.

    An identity that the account has, perhaps of an earlier stack, is used as it is: making it again would fail. Raises
    DeploymentError if the settings forbid what is missing.
    """
    identity = parameters.get("MailIdentity", "")
    if not identity:
        return dict(parameters)
    is_there = _has_identity(deployment, identity)
    is_ours = deployment.find_resource("Mail") == identity
    chosen = parameters.get("ManageMailIdentity") or ("true" if is_ours or not is_there else "false")
    if chosen == "false" and not is_there:
        raise DeploymentError(
            f"SES has no identity {identity} in this account and region: leave ManageMailIdentity out of the settings, "
            "or set it to true"
        )
    return {**parameters, "ManageMailIdentity": chosen}


def _has_identity(deployment: Deployment, identity: str) -> bool:
    sesv2 = deployment.client("sesv2")
    return _is_found(sesv2, lambda: sesv2.get_email_identity(EmailIdentity=identity))


def check_domain(deployment: Deployment, parameters: Mapping[str, str]) -> None:
    """Raises DeploymentError if the pages' own name has no certificate that API Gateway would take."""
    name, arn = parameters.get("DomainName", ""), parameters.get("CertificateArn", "")
    if bool(name) != bool(arn):
        raise DeploymentError("DomainName and CertificateArn are set together, or neither of them")
    if name and (faults := list(find_certificate_faults(deployment.client("acm"), name, arn))):
        raise DeploymentError(f"the certificate of {name} cannot be used: {'; '.join(faults)}")
    if name and _is_taken(deployment, name):
        raise DeploymentError(
            f"another stack of this account has {name}, and must give it up first (make remove, or an empty DomainName)"
        )


def _is_taken(deployment: Deployment, name: str) -> bool:
    """Whether API Gateway has the name already, and not for this stack."""
    gateway = deployment.client("apigateway")
    is_there = _is_found(gateway, lambda: gateway.get_domain_name(domainName=name))
    return is_there and deployment.find_resource("Domain") != name


def _is_found(client: Any, look: Callable[[], object]) -> bool:
    """Whether what `look` asks the client for is there."""
    try:
        look()
    except client.exceptions.NotFoundException:
        return False
    return True


def find_certificate_faults(acm: Any, name: str, arn: str) -> Iterator[str]:
    """What keeps a certificate of ACM from serving this name, in words; nothing if it can."""
    region = acm.meta.region_name
    if f":acm:{region}:" not in arn:
        yield f"CertificateArn names none of ACM in {region}"
        return
    try:
        found = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        yield error.response["Error"]["Message"]
        return
    covered = {found["DomainName"], *found.get("SubjectAlternativeNames", [])}
    if not {name, f"*.{name.partition('.')[2]}"} & covered:
        yield f"it is for {', '.join(sorted(covered))}"
    if found["Status"] != "ISSUED":
        yield f"it is {found['Status']}, not ISSUED{_list_records(found)}"
    elif found["NotAfter"] <= datetime.now(UTC):
        yield f"it ended on {found['NotAfter']:%Y-%m-%d}"


def _list_records(certificate: Mapping[str, Any]) -> str:
    """The records by which the owner of the name lets ACM issue the certificate, and renew it later."""
    records = [each.get("ResourceRecord") for each in certificate.get("DomainValidationOptions", [])]
    told = [f"{each['Name']} {each['Type']} {each['Value']}" for each in records if each]
    return f"; its DNS needs: {', '.join(dict.fromkeys(told))}" if told else ""


class Leftover(NamedTuple):
    """Something of an earlier stack of this name. `is_empty` asks anew each time; what cannot be read is not empty."""

    kind: str
    name: str
    is_empty: Callable[[], bool]
    remove: Callable[[], None]


def clear_leftovers(deployment: Deployment, ask: Ask) -> None:
    """Names what earlier stacks left, and removes what is empty if somebody says so. For a stack that is not there.

    Raises DeploymentError if a bucket stays: its name is the one that the new stack needs.
    """
    found = list(find_leftovers(deployment))
    if not found:
        return
    empty = [each for each in found if each.is_empty()]
    print("left in this account by an earlier stack of this name:")
    for each in found:
        print(f"  {each.kind} {each.name}: {'empty' if each in empty else 'not empty, or not to be read: it stays'}")
    if empty and ask("remove what is empty?"):
        for each in empty:
            if each.is_empty():
                each.remove()
                print(f"removed: {each.kind} {each.name}")
    buckets = [each.name for each in find_leftovers(deployment) if each.kind == "bucket"]
    if buckets:
        raise DeploymentError(
            f"a new stack needs these names: {', '.join(buckets)}. Give the stage another stack's name and restore a "
            "backup there (docs/operations.md), or remove them by hand"
        )


def find_leftovers(deployment: Deployment) -> Iterator[Leftover]:
    """Tables, user pools, buckets and keys that carry the stack's name; a key counts as empty if all the others are."""
    yield from _find_data(deployment)
    yield from _find_keys(deployment)


def _find_data(deployment: Deployment) -> Iterator[Leftover]:
    yield from _find_tables(deployment)
    yield from _find_pools(deployment)
    yield from _find_buckets(deployment)


def _find_tables(deployment: Deployment) -> Iterator[Leftover]:
    dynamodb = deployment.client("dynamodb")

    def list_items(name: str) -> Any:
        return dynamodb.scan(TableName=name, Limit=1, ConsistentRead=True)["Items"]

    def remove(name: str) -> None:
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
        dynamodb.delete_table(TableName=name)
        dynamodb.get_waiter("table_not_exists").wait(TableName=name)

    for page in dynamodb.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(f"{deployment.name}-Table-"):
                yield _make("table", name, list_items, remove)


def _find_pools(deployment: Deployment) -> Iterator[Leftover]:
    cognito = deployment.client("cognito-idp")

    def remove(pool: str) -> None:
        cognito.update_user_pool(UserPoolId=pool, DeletionProtection="INACTIVE")
        cognito.delete_user_pool(UserPoolId=pool)

    def list_users(pool: str) -> Any:
        return cognito.list_users(UserPoolId=pool, Limit=1)["Users"]

    for page in cognito.get_paginator("list_user_pools").paginate(MaxResults=60):
        for pool in page["UserPools"]:
            if pool["Name"] == f"{deployment.name}-pv05":
                yield _make("user pool", pool["Id"], list_users, remove)


def _find_buckets(deployment: Deployment) -> Iterator[Leftover]:
    s3 = deployment.client("s3")

    def list_versions(bucket: str) -> list[Any]:
        found = s3.list_object_versions(Bucket=bucket, MaxKeys=1)
        return [*found.get("Versions", []), *found.get("DeleteMarkers", [])]

    def remove(bucket: str) -> None:
        s3.delete_bucket(Bucket=bucket)

    ours = {f"{deployment.name}-{part}-{deployment.account}" for part in ("inbox", "reports", "access")}
    for bucket in s3.list_buckets()["Buckets"]:
        if bucket["Name"] in ours:
            yield _make("bucket", bucket["Name"], list_versions, remove)


def _find_keys(deployment: Deployment) -> Iterator[Leftover]:
    kms = deployment.client("kms")

    def list_needing(_: str) -> list[Leftover]:
        return [each for each in _find_data(deployment) if not each.is_empty()]

    def remove(key: str) -> None:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=_KEY_DAYS)

    for page in kms.get_paginator("list_keys").paginate():
        for listed in page["Keys"]:
            key = kms.describe_key(KeyId=listed["KeyId"])["KeyMetadata"]
            if key.get("Description", "").startswith(f"{deployment.name} - ") and key["KeyState"] == "Enabled":
                yield _make("key", key["KeyId"], list_needing, remove)


def _make(kind: str, name: str, find: Callable[[str], Any], remove: Callable[[str], None]) -> Leftover:
    """`find` gives something if there is anything in it."""

    def is_empty() -> bool:
        try:
            return not find(name)
        except ClientError:
            return False

    return Leftover(kind, name, is_empty, lambda: remove(name))
