import type { Resource } from './objects.ts';

/** One reason of several why something was refused. https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface Cause {
  reason: string;
  message: string;
  field?: string;
}

interface Details {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: readonly Cause[];
  retryAfterSeconds?: number;
}

/** The `Status` an API server answers with when something went wrong, or went as it should. */
export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: Details;
  code: number;
}

/** A refusal of an API server: HTTP code, machine-readable reason, and a message worded as the real server words it. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Details | undefined;

  constructor(refusal: { code: number; reason: string; message: string; details?: Details }) {
    super(refusal.message);
    this.code = refusal.code;
    this.reason = refusal.reason;
    this.details = refusal.details;
  }

  /** The body of the answer. */
  status(): Status {
    const { message, reason, details, code } = this;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details && { details }),
      code,
    };
  }
}

/** What messages name a resource by: enough of a `Resource` to say `deployments.apps`. */
export type Named = Pick<Resource, 'group' | 'plural' | 'kind'>;

/** `deployments.apps`, or `pods` in the core group. */
const qualified = ({ group, plural }: Pick<Named, 'group' | 'plural'>): string =>
  group ? `${plural}.${group}` : plural;

const about = (resource: Named, name: string): Details => ({
  name,
  ...(resource.group && { group: resource.group }),
  kind: resource.plural,
});

/** 404 for one object. */
export const notFound = (resource: Named, name: string): ApiError =>
  new ApiError({
    code: 404,
    reason: 'NotFound',
    message: `${qualified(resource)} "${name}" not found`,
    details: about(resource, name),
  });

/** 404 for a path nothing is served at. */
export const noSuchPath = (): ApiError =>
  new ApiError({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource' });

/** 409 because the name is taken. */
export const alreadyExists = (resource: Named, name: string): ApiError =>
  new ApiError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${qualified(resource)} "${name}" already exists`,
    details: about(resource, name),
  });

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

/** 409 because something else came first, or is not as the caller believes. */
export const conflict = (resource: Named, name: string, why = MODIFIED): ApiError =>
  new ApiError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    details: about(resource, name),
  });

/** 403 of admission or of authorization. */
export const forbidden = (resource: Named, name: string, why: string, causes?: Cause[]): ApiError =>
  new ApiError({
    code: 403,
    reason: 'Forbidden',
    message: `${qualified(resource)}${name ? ` "${name}"` : ''} is forbidden: ${why}`,
    details: { ...about(resource, name), ...(causes && { causes }) },
  });

/** One field that is wrong, as `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export interface FieldProblem {
  reason:
    | 'FieldValueInvalid'
    | 'FieldValueRequired'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden';
  field: string;
  /** Without the field. */
  message: string;
}

/** 422 with a cause for each field. */
export function invalid(resource: Named, name: string, problems: readonly FieldProblem[]): ApiError {
  const lines = problems.map(({ field, message }) => `${field}: ${message}`);
  const kind = resource.group ? `${resource.kind}.${resource.group}` : resource.kind;
  return new ApiError({
    code: 422,
    reason: 'Invalid',
    message: `${kind} "${name}" is invalid: ${lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`}`,
    details: { ...about(resource, name), kind: resource.kind, causes: problems },
  });
}

/** 400: the request itself cannot be understood. */
export const badRequest = (message: string): ApiError => new ApiError({ code: 400, reason: 'BadRequest', message });

/** 410: the resourceVersion or the continue token is older than what is remembered. */
export const expired = (message: string): ApiError => new ApiError({ code: 410, reason: 'Expired', message });
