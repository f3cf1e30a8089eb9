"""What authoring works with beside the store."""

from __future__ import annotations

from dataclasses import dataclass

from app.ports.authoring import BankFiles
from app.ports.language import ChatModel, PromptLibrary
from app.usecases.try_answer import TryAnswer


@dataclass(frozen=True)
class AuthoringDesk:
    """The grader for trials, files of other tools, and the model that may draft."""

    try_answer: TryAnswer | None = None
    files: BankFiles | None = None
    model: ChatModel | None = None
    prompts: PromptLibrary | None = None

    @property
    def drafts_by_model(self) -> bool:
        """Whether a model words drafts; else sentences of the text are taken."""
        return self.model is not None and self.model.capable and self.prompts is not None
