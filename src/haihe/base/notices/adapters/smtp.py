"""Mail by SMTP: encrypted unless told otherwise, its server's certificate checked."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formataddr, formatdate, parseaddr
from typing import Final

from django.utils.translation import gettext as _

from haihe.base.notices.carriers import Channel, Message, NotNow, Refused, Unsure
from haihe.kernel.carrier_places import PLAIN, STARTTLS, TLS, SmtpPlace

_TIMEOUT_S: Final = 15.0
_LONGEST_SUBJECT: Final = 60


class SmtpCarrier:
    """One connection for each message: they are few, and none waits for another's."""

    channel: Final = Channel.EMAIL
    knows_again: Final = False
    """A mail server takes the same mail twice; only its Message-ID says so."""

    def __init__(self, place: SmtpPlace, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._place, self._timeout_s = place, timeout_s

    def send(self, message: Message) -> str:
        """Return the mail's Message-ID. Raises: NotNow, Refused, Unsure."""
        mail = self._mail(message)
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as away:
            raise NotNow(f"{type(away).__name__}: no connection", is_away=True) from away
        try:
            self._hand_over(server, message.address, mail)
        finally:
            server.close()
        return str(mail["Message-ID"])

    def _connected(self) -> smtplib.SMTP:
        place = self._place
        if place.tls == TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                place.host, place.port, timeout=self._timeout_s, context=self._trusted()
            )
        else:
            server = smtplib.SMTP(place.host, place.port, timeout=self._timeout_s)
        try:
            if place.tls == STARTTLS:
                server.starttls(context=self._trusted())
            if place.user:
                if place.tls == PLAIN:
                    raise smtplib.SMTPException("a password isn't sent unencrypted")
                server.login(place.user, place.password)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server

    def _trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._place.ca_file or None)

    def _hand_over(self, server: smtplib.SMTP, address: str, mail: EmailMessage) -> None:
        try:
            _take(server.mail(parseaddr(self._place.sender)[1]))
            _take(server.rcpt(address))
        except (OSError, smtplib.SMTPServerDisconnected) as cut:
            raise NotNow(f"{type(cut).__name__}: cut off before the mail") from cut
        try:
            answer = server.data(mail.as_bytes())
        except smtplib.SMTPDataError as refused:
            answer = (refused.smtp_code, b"")
        except (OSError, smtplib.SMTPServerDisconnected) as cut:
            raise Unsure(f"{type(cut).__name__}: cut off while the mail was handed over") from cut
        _take(answer)

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        name, sender = parseaddr(self._place.sender)
        domain = sender.rpartition("@")[2] or "localhost"
        mail["From"] = formataddr((name or _("海河"), sender))
        mail["To"] = message.address
        mail["Subject"] = message.text.splitlines()[0][:_LONGEST_SUBJECT]
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.key.replace(':', '.')}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = message.language
        lines = [message.text, message.url]
        if message.stop_url:
            mail["List-Unsubscribe"] = f"<{message.stop_url}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            lines.append(_("不想再收到这类邮件：%(url)s") % {"url": message.stop_url})
        mail.set_content("\n\n".join(line for line in lines if line) + "\n")
        return mail


def _take(answer: tuple[int, bytes]) -> None:
    """Raises: NotNow for a server's 4xx, Refused for a 5xx. What it says beside isn't kept: it may name the person."""
    code = answer[0]
    if 200 <= code < 300:
        return
    if 400 <= code < 500:
        raise NotNow(f"the server said {code}", is_away=code == 421)
    raise Refused(f"the server said {code}")
