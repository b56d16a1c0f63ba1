"""What of an operator's settings the alerts' channels need."""

from __future__ import annotations

from actors.channels.port import ChannelSettings
from config.settings import Settings


def channel_settings(settings: Settings) -> ChannelSettings:
    """Mail server and allowed hosts, with the password opened."""
    password = settings.smtp_password
    return ChannelSettings(
        smtp_host=settings.smtp_host,
        smtp_port=settings.smtp_port,
        smtp_user=settings.smtp_user,
        smtp_password=password.get_secret_value() if password is not None else "",
        smtp_from=settings.smtp_from,
        smtp_security=settings.smtp_security,
        allowed_hosts=frozenset(settings.alert_hosts),
    )
