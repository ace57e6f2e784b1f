"""The one company of this installation: settings, projects, stages, custom fields, exchange rates."""
