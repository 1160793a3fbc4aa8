"""While a wheel is built (also an editable one): compile the catalogues and take the results along."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "standard" or "editable"; both carry the catalogues."""
        del version
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        compile_all = runpy.run_path(str(root / "vigie" / "config" / "catalogues.py"))["compile_all"]
        build_data["artifacts"].extend(f"/{path.relative_to(root)}" for path in compile_all())
