import { occurrences, type Span, without } from '../flow/clarify/words.ts';

/**
 * Whether a normalised sentence asks for something in so many words: it has one of the words that ask, and says what it is about.
 * "Restart", "scale it to 5" and "the pods in prod" do not; "restart checkout" and "logs of checkout" do.
 */
export function asksClearly(text: string, asking: readonly string[]): boolean {
  const spans: Span[] = asking.flatMap((word) => occurrences(text, word));
  if (spans.length === 0) return false;
  return without(text, spans).replace(AMOUNTS, ' ').replace(NOTHING, ' ').replace(/[\s,]/g, '') !== '';
}

/** Numbers with what they count. */
const AMOUNTS =
  /\d[\d.,/%]*\s*(?:[kmgt]i?b?\b|m\b|cores?\b|percent\b|nodes?\b|workers?\b|replicas?\b|copies\b|instances?\b|pods?\b|个|台|份)?\s*(?:节点|副本|实例|pods?\b)?/g;
/** Words that name nothing. */
const NOTHING =
  /\b(?:it|its|that|this|them|one|ones|the|a|an|me|us|my|our|your|you|i|we|please|pls|just|now|then|so|ok|okay|to|by|of|in|at|for|on|with|and|or|between|from|up|down|out|back|more|less|fewer|than|another|further|bit|some|again|instead|only|about|around|max|maximum|min|minimum|most|least|limits?|replicas?|copies|can|could|would|should|do|will|be|all|everything|each|both|same)\b|[它这那个台的了吧呢啊吗到成为至把给再多少加减改设]|最[大小多少]|上限|下限|副本数?|一下|一点|一些|现在|就|请|帮我|我要|我想/g;
