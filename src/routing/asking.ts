import { occurrences, overlap, type Span, without } from '../flow/clarify/words.ts';
import { substanceOf } from '../flow/substance.ts';

/**
 * Whether a normalised sentence asks for something in so many words: it has one of the words that ask, and another that says what about.
 * "Restart", "scale it to 5" and "the pods in prod" do not; "restart checkout", "logs of checkout" and "show the incidents" do.
 */
export function asksClearly(text: string, asking: readonly string[]): boolean {
  const spans = apart(asking.flatMap((word) => occurrences(text, word)));
  return spans.length > 1 || (spans.length === 1 && substanceOf(without(text, spans)) !== '');
}

/** The longest, and none that shares a letter with a longer one. */
function apart(spans: Span[]): Span[] {
  const kept: Span[] = [];
  for (const span of spans.toSorted((a, b) => b.end - b.start - (a.end - a.start)))
    if (!kept.some((one) => overlap(one, span))) kept.push(span);
  return kept;
}
