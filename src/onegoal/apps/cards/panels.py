"""What other apps put on the card of a lead or a deal; the registry itself stands below, for apps under the cards."""

from __future__ import annotations

from onegoal.apps.shell.panels import Of, Panel, Place, panel, panels_of, register_panels, render

__all__ = ["Of", "Panel", "Place", "panel", "panels_of", "register_panels", "render"]
