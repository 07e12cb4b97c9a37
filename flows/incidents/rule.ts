import type { Cause } from './causes.ts';
import type { Verdict } from './finding.ts';
import type { Scene } from './scene.ts';

/**
 * One cause of the closed list. `examine` looks at the evidence and says what it finds; nothing is its answer for anything healthy,
 * recovered, completed, or better explained by what it can see. It asks the scene for what it needs, changes nothing, and has no
 * clock of its own.
 */
export interface Rule {
  cause: Cause;
  examine(scene: Scene): Promise<Verdict[]>;
}
