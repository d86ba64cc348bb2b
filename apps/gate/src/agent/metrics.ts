/** What the agent counts, as text for Prometheus. No code, no pseudonym, no place but the gate's own. */

/** A counter or gauge, by the values of its labels. */
export interface Metric {
  add(labels: Readonly<Record<string, string>>, by?: number): void;
  set(labels: Readonly<Record<string, string>>, value: number): void;
}

/** A histogram of seconds. */
export interface Timings {
  observe(seconds: number): void;
}

/** All that is counted. */
export interface Metrics {
  counter(name: string, help: string): Metric;
  gauge(name: string, help: string): Metric;
  timings(name: string, help: string, bounds: readonly number[]): Timings;
  /** The text format 0.0.4. */
  text(): string;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function labelText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

/** A registry without anything in it. */
export function createMetrics(): Metrics {
  const blocks: (() => string[])[] = [];

  const plain = (name: string, help: string, kind: 'counter' | 'gauge'): Metric => {
    const values = new Map<string, number>();
    blocks.push(() => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${kind}`,
      ...[...values].map(([labels, value]) => `${name}${labels} ${value}`),
    ]);
    return {
      add(labels, by = 1) {
        const text = labelText(labels);
        values.set(text, (values.get(text) ?? 0) + by);
      },
      set: (labels, value) => void values.set(labelText(labels), value),
    };
  };
  return {
    counter: (name, help) => plain(name, help, 'counter'),
    gauge: (name, help) => plain(name, help, 'gauge'),
    timings(name, help, bounds) {
      const counts = bounds.map(() => 0);
      let all = 0;
      let sum = 0;
      blocks.push(() => [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} histogram`,
        ...bounds.map((bound, at) => `${name}_bucket{le="${bound}"} ${counts[at]}`),
        `${name}_bucket{le="+Inf"} ${all}`,
        `${name}_sum ${sum}`,
        `${name}_count ${all}`,
      ]);
      return {
        observe(seconds) {
          for (const [at, bound] of bounds.entries()) {
            if (seconds <= bound) counts[at] = (counts[at] ?? 0) + 1;
          }
          all += 1;
          sum += seconds;
        },
      };
    },
    text: () => `${blocks.flatMap((block) => block()).join('\n')}\n`,
  };
}
