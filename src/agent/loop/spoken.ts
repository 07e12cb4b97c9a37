/** What a model says, without what it thinks aloud before. */
export interface Spoken {
  hear(piece: string): void;
  isTooLong(): boolean;
  /** All of it. */
  text(): string;
}

interface Listener {
  onText(piece: string): void;
  onReset(): void;
}

const BEGIN = '<think>';
const END = '</think>';
/** Far more than any answer; a model that never ends is cut off. */
const LONGEST = 200_000;

/**
 * Thoughts stand between `<think>` and `</think>`, and some models say only where they end. What was passed on before that turns out
 * to have been thoughts, and is taken back. https://docs.vllm.ai/en/v0.20.1/api/vllm/reasoning/qwen3_reasoning_parser/
 */
export function createSpoken({ onText, onReset }: Listener): Spoken {
  let raw = '';
  /** Where the answer begins, as far as is known. */
  let start = 0;
  let shown = 0;

  function show(to: number): void {
    if (to > shown) onText(raw.slice(shown, to));
    shown = Math.max(shown, to);
  }

  return {
    hear(piece) {
      const from = Math.max(0, raw.length - END.length);
      raw += piece;
      const end = raw.indexOf(END, Math.max(from, start));
      if (end >= 0) {
        if (shown > start) onReset();
        start = end + END.length;
        shown = start;
      }
      const said = raw.slice(start);
      const begun = said.trimStart();
      if (begun === '' || BEGIN.startsWith(begun.slice(0, BEGIN.length))) return;
      if (shown === start) shown = start + said.length - begun.length;
      show(raw.length - heldBack(said));
    },
    isTooLong: () => raw.length > LONGEST,
    text() {
      const said = raw.slice(start).trim();
      return said.startsWith(BEGIN) ? '' : said;
    },
  };
}

/** How much at the end may be the beginning of the mark. */
function heldBack(said: string): number {
  for (let length = Math.min(END.length - 1, said.length); length > 0; length--) {
    if (END.startsWith(said.slice(-length))) return length;
  }
  return 0;
}
