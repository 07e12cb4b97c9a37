import type { Cause } from '../../../flows/incidents/causes.ts';
import type { Confidence, ObjectRef } from '../../../flows/incidents/finding.ts';
import type { World } from './evidence.ts';

/** What is expected of a world: the first finding, and which others may stand beside it. */
export interface Expected {
  cause: Cause;
  object: ObjectRef;
  confidence?: Confidence;
  /** Further causes that are as true; none by default. */
  also?: Cause[];
  /** Ids of remedies that must be offered. */
  remedies?: string[];
}

/** The four faces of a cause, and more where one is not enough. */
export interface CauseCase {
  cause: Cause;
  firing: World & { expect: Omit<Expected, 'cause'> };
  /** The same thing as it should be: no finding. */
  healthy: World;
  /** It was so, and is over: no finding. */
  recovered: World;
  /** What looks most like it and is something else. `expect: undefined`: nothing at all. */
  nearest: World & { expect: Expected | undefined };
  /** More worlds with what they must give, by a sentence. */
  more?: Record<string, World & { expect: Expected | undefined }>;
}
