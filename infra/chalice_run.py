"""What the `chalice package` command does, in a process of its own, with two things that it has no options for.

The architecture is the caller's, since the embedded stack runs the functions on whatever machine it stands on. And the
overlay, written in YAML for its readers, is merged as JSON: Chalice's YAML comes out with anchors, which CloudFormation
refuses. Run by `infra.package`, because the application is imported here and pip's settings are those of the process.
"""

import json
import sys
import tempfile
from pathlib import Path

from chalice.cli.factory import CLIFactory
from chalice.package import YAMLTemplateSerializer


def run_chalice(project: Path, overlay: Path, stage: str, architecture: str, out: Path) -> None:
    """Write `sam.json` and `deployment.zip` into `out`."""
    factory = CLIFactory(str(project))
    config = factory.create_config_obj(stage, user_provided_params={"lambda_architecture": architecture})
    with tempfile.NamedTemporaryFile("w", suffix=".json") as merged:
        json.dump(YAMLTemplateSerializer().load_template(overlay.read_text(), str(overlay)), merged)
        merged.flush()
        options = factory.create_package_options()
        packager = factory.create_app_packager(config, options, "cloudformation", "json", merged.name)
        packager.package_app(config, str(out), stage)


if __name__ == "__main__":
    _, given_stage, given_architecture, given_overlay, given_out = sys.argv
    run_chalice(Path.cwd(), Path(given_overlay), given_stage, given_architecture, Path(given_out))
