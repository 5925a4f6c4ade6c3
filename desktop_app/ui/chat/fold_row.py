"""The row that stands where the beginning of a long conversation was folded: what the model is told of it."""

from desktop_app.domain.folds import Fold
from desktop_app.ui.chat.items import ReasoningItem


def fold_item(key: int, fold: Fold, model_label: str) -> ReasoningItem:
    """The row, folded; opened it tells the summary and who wrote it. The messages stay above it, whole."""
    count = "1 earlier message" if fold.message_count == 1 else f"{fold.message_count} earlier messages"
    writer = f"Summarised by {model_label}" if fold.model else "Put together from what was said and done"
    note = f"{writer}. The messages above stay as they are; the coach is told this in their place."
    return ReasoningItem(key, f"{fold.text}\n\n{note}", f"{count}, summarised")
