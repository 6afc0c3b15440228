"""The most that searching may take, by how many listings there are; only these sizes are judged."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Targets:
    """Milliseconds of CPU on unseen questions unless said otherwise; ratios to another engine are of p50 and p95."""

    p50: float
    p95: float
    p99: float
    phrase_p95: float
    first_p95: float
    """On the first pass over the fixed mix, when nothing is held in memory yet."""
    ratios: dict[str, tuple[float | None, float]]
    a_cpu_second: float
    """Questions answered, at least."""
    cold_s: float
    commit_p50: float
    commit_p95: float
    seen_ms: float
    megabytes: float
    build_cpu_s: float


TARGETS = {
    10_000: Targets(
        p50=1.0,
        p95=2.0,
        p99=4.0,
        phrase_p95=3.0,
        first_p95=4.0,
        ratios={"tantivy": (2.0, 2.0), "fts5": (0.5, 0.25), "postgres": (0.7, 0.35)},
        a_cpu_second=1000,
        cold_s=0.3,
        commit_p50=15,
        commit_p95=100,
        seen_ms=250,
        megabytes=60,
        build_cpu_s=10,
    ),
    100_000: Targets(
        p50=1.5,
        p95=5.0,
        p99=15.0,
        phrase_p95=10.0,
        first_p95=8.0,
        ratios={"tantivy": (1.5, 1.5), "fts5": (0.1, 0.1), "postgres": (0.3, 0.1)},
        a_cpu_second=500,
        cold_s=1.0,
        commit_p50=15,
        commit_p95=150,
        seen_ms=250,
        megabytes=150,
        build_cpu_s=100,
    ),
}
