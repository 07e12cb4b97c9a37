import type { Message } from '../../../src/chat/messages.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import type { Facts } from '../facts.ts';
import type { Manifest, PodSpec } from '../objects.ts';

/** What is wrong with a release before anything is asked: `block` stops it, `warn` is shown to who decides, `note` is good to know. */
export interface Finding {
  level: 'block' | 'warn' | 'note';
  /** The last part of its keys in the catalogue: `deliver.check.ID` says what is so and why it matters, and what to do. */
  id: string;
  params: NonNullable<Message['params']>;
}

/** A workload of the release with its pods' template. */
export interface Part {
  object: Manifest & JsonObject;
  labels: Record<string, string>;
  spec: PodSpec;
  /** How many pods it keeps; absent where the cluster decides. */
  replicas: number | undefined;
  /** The same object as it is in the cluster, where it is there. */
  present?: { spec: PodSpec; replicas: number | undefined; isHeld: boolean } | undefined;
}

export interface Candidate {
  namespace: string;
  environment: 'prod' | 'staging' | 'dev';
  objects: readonly (Manifest & JsonObject)[];
  parts: readonly Part[];
  facts: Facts;
}

export type Check = (candidate: Candidate) => Finding[];

export const finding = (level: Finding['level'], id: string, params: Finding['params'] = {}): Finding => ({
  level,
  id,
  params,
});
