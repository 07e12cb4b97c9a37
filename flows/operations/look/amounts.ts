/** Amounts and times as people read them. */

/** `250m`, `1.5`. */
export function coresText(cores: number): string {
  if (cores < 1) return `${Math.round(cores * 1000)}m`;
  return `${Number(cores.toFixed(cores < 10 ? 2 : 1))}`;
}

/** `512Mi`, `1.5Gi`. */
export function bytesText(bytes: number): string {
  for (const [unit, size] of [
    ['Ti', 2 ** 40],
    ['Gi', 2 ** 30],
    ['Mi', 2 ** 20],
    ['Ki', 2 ** 10],
  ] as const)
    if (bytes >= size) return `${Number((bytes / size).toFixed(bytes < 10 * size ? 1 : 0))}${unit}`;
  return `${Math.round(bytes)}`;
}

/** As `kubectl` writes ages: `45s`, `12m`, `3h`, `9d`; `–` where it is not known. */
export function ageText(since: string | undefined, now: string): string {
  const seconds = Math.floor((Date.parse(now) - Date.parse(since ?? '')) / 1000);
  if (Number.isNaN(seconds)) return '–';
  if (seconds < 120) return `${Math.max(0, seconds)}s`;
  if (seconds < 120 * 60) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

export const percentText = (share: number | undefined): string =>
  share === undefined ? '–' : `${Math.round(share * 100)} %`;

/** `2026-11-26 01:58:03 UTC`, from a time of an API server. */
export function timeText(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? '–' : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
