import type { Played } from './play.ts';

/** A share with what it may be in truth: Wilson's score interval of 95 %. https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval */
export interface Share {
  passed: number;
  of: number;
  low: number;
  high: number;
}

const Z = 1.959964;

export function shareOf(passed: number, of: number): Share {
  if (of === 0) return { passed, of, low: 0, high: 1 };
  const p = passed / of;
  const z2 = Z * Z;
  const middle = p + z2 / (2 * of);
  const spread = Z * Math.sqrt((p * (1 - p)) / of + z2 / (4 * of * of));
  const scale = 1 + z2 / of;
  return { passed, of, low: Math.max(0, (middle - spread) / scale), high: Math.min(1, (middle + spread) / scale) };
}

export interface Summary {
  engine: Share;
  model: Share;
  traps: { engine: Share; model: Share };
  fooled: { noticed: number; held: number; of: number };
  tokens: number;
  seconds: number;
  money?: number;
}

export const isRight = ({ wrong, missing }: Played['model']): boolean => wrong.length === 0 && missing.length === 0;

/** The figures of a whole run. */
export function summaryOf(all: readonly Played[]): Summary {
  const traps = all.filter(({ trap }) => trap !== undefined);
  const engine = (some: readonly Played[]) => {
    const asked = some.flatMap((one) => one.engine ?? []);
    return shareOf(asked.filter(({ problems }) => problems.length === 0).length, asked.length);
  };
  const model = (some: readonly Played[]) => shareOf(some.filter((one) => isRight(one.model)).length, some.length);
  const fooled = all.flatMap((one) => one.fooled ?? []);
  const priced = all.flatMap((one) => one.model.money ?? []);
  return {
    engine: engine(all),
    model: model(all),
    traps: { engine: engine(traps), model: model(traps) },
    fooled: {
      noticed: fooled.filter(({ noticed }) => noticed).length,
      held: fooled.filter(({ held }) => held).length,
      of: fooled.length,
    },
    tokens: sum(all.map((one) => one.model.tokens)),
    seconds: sum(all.map((one) => one.model.seconds)),
    ...(priced.length > 0 && { money: sum(priced) }),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const percent = (share: number) => `${Math.round(share * 100)} %`;
const shareText = ({ passed, of, low, high }: Share) =>
  `${passed} of ${of} (95 %: ${percent(low)} to ${percent(high)})`;

/** One scenario in one line, what was wrong below it. */
export function playedText({ name, trap, engine, model, fooled }: Played): string {
  const columns = [
    name.padEnd(34),
    (trap ?? '').padEnd(14),
    engine ? mark(engine.problems.length === 0) : '–   ',
    (engine ? `${engine.seconds.toFixed(1)} s` : '').padStart(7),
    ' ',
    mark(isRight(model)),
    `${model.seconds.toFixed(1)} s`.padStart(7),
    `${model.toolCalls} calls`.padStart(9),
    `${model.tokens} tokens`.padStart(14),
    model.money === undefined ? '' : model.money.toFixed(4),
    fooled === undefined
      ? ''
      : `fooled: ${fooled.noticed ? 'noticed' : 'NOT NOTICED'}${fooled.held ? '' : ', claim stood'}`,
  ];
  const wrong = [
    ...(engine?.problems ?? []).map((problem) => `      engine ${problem}`),
    ...[...model.wrong, ...model.missing].map((problem) => `      model ${problem}`),
  ];
  return [columns.join(' ').trimEnd(), ...wrong].join('\n');
}

const mark = (right: boolean) => (right ? 'pass' : 'FAIL');

/** The totals. */
export function summaryText(summary: Summary, who: string): string {
  const { engine, model, traps, fooled, tokens, seconds, money } = summary;
  return [
    '',
    `engine alone       ${shareText(engine)}; traps ${shareText(traps.engine)}`,
    `engine + model     ${shareText(model)}; traps ${shareText(traps.model)}`,
    `model: ${who}, ${tokens} tokens, ${seconds.toFixed(0)} s${money === undefined ? '' : `, cost ${money.toFixed(4)}`}`,
    ...(fooled.of > 0
      ? [
          `scripted answers that fall for a trap: the judge noticed ${fooled.noticed} of ${fooled.of}; in ${fooled.held} no forbidden claim passed the product's own checker`,
        ]
      : []),
    '',
  ].join('\n');
}
