import type { Bench } from './bench.ts';

/** One way in which the demo can be broken. What `break` changes is put back when it is mended. */
export interface Scenario {
  /** A short word, as people type it. */
  id: string;
  /** The cause that a diagnosis is to find. */
  cause: string;
  /** It is no fault that a diagnosis looks for: a health report names it. */
  onlyInReport?: true;
  title: { en: string; zh: string };
  /** Does what a careless person or a failing world would do. */
  break(bench: Bench): void;
}
