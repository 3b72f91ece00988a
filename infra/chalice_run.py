"""Runs `chalice package` in its own process, with two settings for which the command has no options.

The caller sets the architecture, because the embedded stack runs the functions on the local machine. The overlay,
written in YAML, is merged as JSON, because Chalice writes YAML with anchors, which CloudFormation refuses.
`infra.package` starts this as a process, because it imports the application and uses pip's settings of the process.
"""

import json
import sys
import tempfile
from pathlib import Path

from chalice.cli.factory import CLIFactory
from chalice.package import YAMLTemplateSerializer


def run_chalice(project: Path, overlay: Path, stage: str, architecture: str, out: Path) -> None:
    """Writes `sam.json` and `deployment.zip` into `out`."""
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
