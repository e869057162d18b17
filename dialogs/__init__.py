"""The dialogs of the service, all on one page."""

from __future__ import annotations

from dialogs.alarm import ALARM
from dialogs.cases import CASES
from dialogs.human import HUMAN
from dialogs.kernel import Dialog
from dialogs.menu import MENU
from dialogs.notice import NOTICE
from dialogs.notice_access import ACCESS
from dialogs.notice_aside import ASIDE
from dialogs.policy import POLICY
from dialogs.request import REQUEST
from dialogs.welcome import WELCOME

DIALOGS: dict[str, Dialog] = {dialog.name: dialog for dialog in (MENU, REQUEST, POLICY, WELCOME, CASES, ALARM, HUMAN, NOTICE, ACCESS, ASIDE)}
