/**
 * Shares out a whole number of tenths by weight, so that they sum to it exactly: each gets the whole part of its due, the largest rests one more.
 * https://en.wikipedia.org/wiki/Quota_method
 */
export function shareOut(tenths: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0) return weights.map(() => 0);
  const dues = weights.map((weight) => (weight / total) * tenths);
  const shares = dues.map(Math.floor);
  const left = tenths - shares.reduce((sum, share) => sum + share, 0);
  const byRest = dues
    .map((due, index) => ({ index, rest: Math.round((due - Math.floor(due)) * 1e9) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index)
    .slice(0, left);
  for (const { index } of byRest) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}
