"""
Genudsendelse: a letter that did not come through goes once more, as it was stored.

The same documents, title and wishes, to the same recipient or another, made to fit the channel that takes it now. The
host is asked for no document: what was chosen then is what goes.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from esdh_connect.channel import Channel, Limits
from esdh_connect.dispatch import Dispatch, Manifest, Remedy, Request
from esdh_connect.errors import NoChannel
from esdh_connect.model import Document, Letter, Party, Recipient
from esdh_connect.rows import Choice, Rows

__all__ = ["Reissue", "wish_of"]


@attrs.define(kw_only=True)
class Reissue(Rows):
    """The planning of a letter that was committed before; ``remedy`` says to whom and how."""

    carried: Dispatch
    remedy: Remedy

    def _recipient(self, party: Party) -> Recipient:
        if self.remedy is Remedy.CHANGE_RECIPIENT:
            return super()._recipient(party)
        return self.carried.envelope.recipient

    def _choice(self, recipient: Recipient) -> Choice:
        if not self._letters():
            raise NoChannel(
                f"the department has no channel for {self.remedy.value}",
                danish="afdelingen har ingen kanal, der sender på papir"
                if self.remedy is Remedy.SEND_AS_PRINT
                else "afdelingen bruger ikke længere den kanal, brevet blev sendt med",
            )
        return super()._choice(recipient)

    def _letters(self) -> Sequence[Channel]:
        return [one for one in super()._letters() if self._may_take(one)]

    def _may_take(self, channel: Channel) -> bool:
        before = self.carried.entry.channel
        if self.remedy is Remedy.SEND_AS_PRINT:
            return channel.limits.on_paper and channel.name != before
        return self.remedy is Remedy.CHANGE_RECIPIENT or channel.name == before

    def _most_files(self, limits: Limits) -> int:
        return limits.max_files if self.remedy is Remedy.SEND_AGAIN else super()._most_files(limits)

    def _consolidated(self, letter: Letter, limits: Limits) -> Letter | None:
        """Leave the files as they were stored, but where this channel is to have fewer."""
        return super()._consolidated(letter, limits) if len(letter.files) > self._most_files(limits) else None

    def _letter(self) -> Letter:
        return self.carried.envelope.letter

    def _manifest(self, letter: Letter) -> Manifest:
        return self.carried.manifest.refitted(letter)


def wish_of(carried: Dispatch, party: Party) -> Request:
    """Write the wish again that a letter came from, as far as the letter itself tells it."""
    envelope = carried.envelope
    return Request(
        key=carried.id,
        case=envelope.case,
        department=carried.entry.department,
        title=envelope.letter.title,
        documents=tuple(Document(one.id, one.version, one.name) for one in carried.manifest.documents),
        parties=(party,),
        sender=envelope.sender,
        options=envelope.options,
    )
