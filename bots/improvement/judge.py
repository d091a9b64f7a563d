"""Judge a question as the bot would, for the operators' list."""

from bots.understanding.model import Understanding
from bots.understanding.pipeline import Pipeline
from services.improvement.ports import Candidate, Judgement


class PipelineJudge:
    """Ask the understanding that serves; call it on the loop, which it shares with the citizens' messages."""

    def __init__(self, pipeline: Pipeline) -> None:
        """Take the understanding."""
        self._pipeline = pipeline

    def judge(self, question: str) -> Judgement:
        """Return what the bot would do."""
        understood: Understanding = self._pipeline.understand(question)
        return Judgement(
            kind=understood.kind,
            action=understood.action,
            answered=tuple(match.code for match in understood.matches[: understood.answered]),
            candidates=tuple(
                Candidate(code=match.code, name=match.name, score=round(match.score, 4)) for match in understood.matches
            ),
        )
