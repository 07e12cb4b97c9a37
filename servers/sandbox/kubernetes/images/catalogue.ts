import { commonRepositories, unknownProgram } from './common.ts';
import type { Program, Repository } from './program.ts';
import { type ImageReference, parseReference } from './reference.ts';
import { releaseRepositories } from './releases.ts';
import { shopRepositories } from './shop.ts';
import { systemRepositories } from './system.ts';

const repositories = new Map(
  [...shopRepositories, ...releaseRepositories, ...commonRepositories, ...systemRepositories].map((each) => [
    each.name,
    each,
  ]),
);

/** What a registry knows of an image. */
export type Found =
  | { kind: 'missing'; reference: ImageReference; private: boolean }
  | {
      kind: 'found';
      reference: ImageReference;
      private: boolean;
      /** False for an image that nobody here knows. */
      known: boolean;
      program: Program;
      architectures: string[];
      sizeMiB: number;
    };

/** Looks an image up: of known repositories only the known tags exist, everything else exists. */
export function findImage(text: string): Found {
  const reference = parseReference(text);
  const repository = repositories.get(reference.repository);
  if (!repository) {
    const rest = { program: unknownProgram, architectures: ['amd64', 'arm64'], sizeMiB: 50 };
    return { kind: 'found', reference, private: false, known: false, ...rest };
  }
  const version = versionOf(repository, reference.tag);
  const secret = repository.private ?? false;
  if (!version) return { kind: 'missing', reference, private: secret };
  const { architectures = repository.architectures, ...changes } = version;
  const program = { ...repository.program, ...changes };
  return {
    kind: 'found',
    reference,
    private: secret,
    known: true,
    program,
    architectures,
    sizeMiB: repository.sizeMiB,
  };
}

const versionOf = ({ versions, pattern }: Repository, tag: string) =>
  Object.hasOwn(versions, tag) ? versions[tag] : pattern?.test(tag) ? {} : undefined;
