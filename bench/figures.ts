/** The value below which `share` of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** One line of a bench: what, how much, and what it should stay under or reach. */
export function print(what: string, figure: string, target: string): void {
  console.log(`${what.padEnd(62)} ${figure.padStart(28)}   ${target}`);
}

export const ms = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
