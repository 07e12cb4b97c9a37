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

/** A gauge that is read when it is scraped: one number, or one for each set of labels. */
export interface PlainGauge {
  help: string;
  read: () => Promise<number>;
}

export interface LabelledGauge {
  help: string;
  labels: readonly string[];
  read: () => Promise<{ labels: Record<string, string>; value: number }[]>;
}

export function createMetrics(gauges: Record<string, PlainGauge | LabelledGauge>): Metrics {
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
  for (const [name, given] of Object.entries(gauges)) {
    if ('labels' in given) labelled(registry, name, given);
    else gauge(registry, name, given.help, given.read);
  }
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

/** What is not read any more, such as a cluster that is gone, is not shown any more. */
function labelled(registry: Registry, name: string, { help, labels, read }: LabelledGauge): void {
  new Gauge({
    name,
    help,
    labelNames: labels,
    registers: [registry],
    async collect() {
      const rows = await read();
      this.reset();
      for (const row of rows) this.set(row.labels, row.value);
    },
  });
}
