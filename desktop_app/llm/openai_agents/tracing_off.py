"""Keeps the Agents SDK from sending traces to OpenAI, which it does whenever OPENAI_API_KEY is set."""

from agents import set_trace_processors, set_tracing_disabled


def send_no_traces() -> None:
    """Take away the SDK's own trace processor and switch tracing off, for the whole process."""
    set_trace_processors([])
    set_tracing_disabled(True)
