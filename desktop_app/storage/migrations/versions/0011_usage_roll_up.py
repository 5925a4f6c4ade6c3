"""Model calls know their goal, their trace and the day of their price; a roll-up by quarter hours keeps sums quick."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

# A quarter of an hour, as `at` is written: all offsets of time zones are whole quarters, so days can be put together.
FILL = """
INSERT INTO usage_quarters (
    starts_at, provider, model, requests, errors, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens,
    reasoning_tokens, cost_micro_usd, unpriced, estimated, timed_output_tokens, timed_ms)
SELECT
    substr(at, 1, 14) || printf('%02d', CAST(substr(at, 15, 2) AS INTEGER) / 15 * 15) || ':00.000000',
    provider, model, count(*), sum(outcome NOT IN ('complete', 'stopped')), sum(input_tokens), sum(output_tokens),
    sum(cache_read_tokens), sum(cache_write_tokens), sum(reasoning_tokens), sum(coalesce(cost_micro_usd, 0)),
    sum(cost_micro_usd IS NULL), sum(is_estimated),
    sum(CASE WHEN outcome = 'complete' AND duration_ms > coalesce(time_to_first_token_ms, 0)
        THEN output_tokens ELSE 0 END),
    sum(CASE WHEN outcome = 'complete' AND duration_ms > coalesce(time_to_first_token_ms, 0)
        THEN duration_ms - coalesce(time_to_first_token_ms, 0) ELSE 0 END)
FROM usage_records GROUP BY 1, 2, 3
"""


def upgrade() -> None:
    """Of calls that are there already neither goal, trace nor the price's day is known; their sums are made."""
    op.add_column("usage_records", sa.Column("goal_id", sa.Integer(), nullable=True))
    op.add_column("usage_records", sa.Column("trace_id", sa.Text(), nullable=True))
    op.add_column("usage_records", sa.Column("price_date", sa.Date(), nullable=True))
    op.create_index("ix_usage_records_provider_model_at", "usage_records", ["provider", "model", "at"], unique=False)
    counts = ("requests", "errors", "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
    sums = ("reasoning_tokens", "cost_micro_usd", "unpriced", "estimated", "timed_output_tokens", "timed_ms")
    op.create_table(
        "usage_quarters",
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in (*counts, *sums)),
        sa.PrimaryKeyConstraint("starts_at", "provider", "model", name="pk_usage_quarters"),
    )
    op.get_bind().exec_driver_sql(FILL)
