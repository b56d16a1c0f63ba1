"""E-mail over the operator's SMTP server, one piece to one person."""

from __future__ import annotations

import asyncio
import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate

from actors.channels.port import SEND_S, ChannelFailed, ChannelSettings
from models.alerts.delivery import Delivery


class Email:
    """Hands mail to a server; a repeat carries the same Message-ID, which mail programs drop."""

    def __init__(self, settings: ChannelSettings) -> None:
        self._settings = settings

    async def send(self, delivery: Delivery) -> None:
        """Returns when the server has taken the mail; 5xx answers are final."""
        if not self._settings.smtp_host:
            raise ChannelFailed("no mail server is set: smtp_host in the settings", final=True)
        try:
            await asyncio.to_thread(self._hand_over, self.message(delivery))
        except smtplib.SMTPRecipientsRefused as error:
            (code, text), *_ = error.recipients.values()
            raise ChannelFailed(f"{code} {text!r}", final=code >= 500) from error
        except smtplib.SMTPResponseException as error:
            final = 500 <= error.smtp_code < 600
            raise ChannelFailed(f"{error.smtp_code} {error.smtp_error!r}", final=final) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelFailed(f"{type(error).__name__}: {error}") from error

    def message(self, delivery: Delivery) -> EmailMessage:
        """The alert as a mail."""
        settings = self._settings
        sender = settings.smtp_from or f"lateswap@{settings.smtp_host}"
        message = EmailMessage()
        message["From"] = sender
        message["To"] = delivery.address
        message["Subject"] = " ".join(delivery.title.split())[:200]
        message["Date"] = formatdate()
        name = hashlib.blake2b(delivery.key.encode(), digest_size=16).hexdigest()
        message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        if delivery.priority == "critical":
            message["Importance"] = "high"
        message.set_content(delivery.text + "\n")
        return message

    def _hand_over(self, message: EmailMessage) -> None:
        settings = self._settings
        made = smtplib.SMTP_SSL if settings.smtp_security == "tls" else smtplib.SMTP
        with made(settings.smtp_host, settings.smtp_port, timeout=SEND_S) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(message)

    async def aclose(self) -> None:
        """Nothing is kept open between mails."""
