import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, Histogram, Registry } from 'prom-client';

/** The bot's own figures in Prometheus' text format. */
export interface Metrics {
  /** Seconds from taking a message or click in to the last effect of its turn. */
  turn(seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
  stop(): void;
}

export function createMetrics(gauges: Record<string, { help: string; read: () => Promise<number> }>): Metrics {
  const registry = new Registry();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const turns = new Histogram({
    name: 'k8s_copilot_turn_seconds',
    help: 'From taking a message or click in to the last effect of its turn',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  gauge(registry, 'process_resident_memory_bytes', 'Resident memory', async () => process.memoryUsage.rss());
  gauge(
    registry,
    'nodejs_eventloop_lag_p99_seconds',
    '99th percentile of the event loop delay since the last scrape',
    async () => {
      const seconds = delay.percentile(99) / 1e9;
      delay.reset();
      return seconds;
    },
  );
  for (const [name, { help, read }] of Object.entries(gauges)) gauge(registry, name, help, read);
  return {
    turn: (seconds) => turns.observe(seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    stop: () => delay.disable(),
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => Promise<number>): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      this.set(await read());
    },
  });
}
