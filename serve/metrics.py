"""What Prometheus reads: requests, streams, the log as this replica follows it, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.types import Scope

from actors.log.offsets import offset_key
from serve.hub import StreamHub

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """A registry of this application's own: two applications of one process do not meet."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "lateswap_http_answers",
            "HTTP answers",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._took = Histogram(
            "lateswap_http_seconds",
            "Seconds until an answer began",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )

    def watch(self, hub: StreamHub) -> None:
        """Read a hub at every scrape."""
        self._registry.register(_HubCollector(hub))

    def answered(self, scope: Scope, status: int, seconds: float) -> None:
        """Count an answer by its route, not by its path: paths are without number."""
        route = getattr(scope.get("route"), "path", "unknown")
        self._answers.labels(scope["method"], route, status).inc()
        self._took.labels(route).observe(seconds)

    def counter(self, method: str, route: str, status: int) -> Callable[[], None]:
        """Counts answers of one kind that take no time to speak of."""
        answers = self._answers.labels(method, route, status)
        took = self._took.labels(route)

        def count() -> None:
            answers.inc()
            took.observe(0.0)

        return count

    def text(self) -> bytes:
        """Everything in the exposition format."""
        return generate_latest(self._registry)


class _HubCollector:
    def __init__(self, hub: StreamHub) -> None:
        self._hub = hub

    def describe(self) -> Iterable[Metric]:
        """Names are known without a scrape."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The figures of this moment."""
        hub = self._hub
        yield GaugeMetricFamily("lateswap_up", "The log is followed", hub.live)
        yield GaugeMetricFamily("lateswap_stream_clients", "Clients streamed to", hub.clients)
        yield CounterMetricFamily(
            "lateswap_slow_clients", "Clients given up because they did not read", hub.too_slow
        )
        yield CounterMetricFamily(
            "lateswap_silent_clients", "Clients given up without a sign of life", hub.silent
        )
        yield GaugeMetricFamily(
            "lateswap_log_sequence", "Newest event read", offset_key(hub.offset)[1]
        )
        yield CounterMetricFamily("lateswap_skipped_events", "Events of no known type", hub.skipped)
        yield from self._sources()

    def _sources(self) -> Iterable[Metric]:
        connected = GaugeMetricFamily(
            "lateswap_source_connected", "A source is connected", labels=("source",)
        )
        delivered = CounterMetricFamily(
            "lateswap_source_events", "Events a source delivered", labels=("source",)
        )
        age = GaugeMetricFamily(
            "lateswap_source_report_age_seconds", "Since a source reported", labels=("source",)
        )
        now = datetime.now(UTC)
        for source, report in self._hub.directory.sources.items():
            connected.add_metric((source,), report.data.state == "connected")
            delivered.add_metric((source,), report.data.delivered)
            age.add_metric((source,), max(0.0, (now - report.received_at).total_seconds()))
        yield from (connected, delivered, age)
