/** Whether an API that is still called is gone after the next minor version. Not known of the cluster or the API: no. */
export function isRemovedSoon(labels: Record<string, string>, serverVersion: string | undefined): boolean {
  const removed = minorOf(labels.removed_release);
  const running = minorOf(serverVersion);
  if (!removed || !running) return false;
  return removed.major === running.major && removed.minor <= running.minor + 1;
}

function minorOf(version: string | undefined): { major: number; minor: number } | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major === undefined || minor === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}
