import type { Problem } from './types.js';

/** What every failure of this client is. */
export class AgentManagementError extends Error {
  override readonly name: string = 'AgentManagementError';
}

/** The service was not reached, did not answer in time, or its answer was cut off. Whether a write was done is not known. */
export class ConnectionError extends AgentManagementError {
  override readonly name = 'ConnectionError';
}

/** The token is another tenant's than the cache is for. */
export class TenantMismatchError extends AgentManagementError {
  override readonly name = 'TenantMismatchError';
}

/** A refusal of the service (RFC 9457). */
export class ProblemError extends AgentManagementError {
  override readonly name: string = 'ProblemError';
  /** The HTTP status. */
  readonly status: number;
  /** Stable, for programs: `not_found`, `quota_exceeded` … */
  readonly code: string;
  /** The fields that were refused. */
  readonly errors: Problem['errors'];
  /** What two sides changed differently; empty when it is not about a merge. */
  readonly conflicts: NonNullable<Problem['conflicts']>;
  /** Finds the request in the service's logs. */
  readonly correlationId: string;
  /** The seconds after which it may be tried again, when the service said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(readonly problem: Problem, retryAfterSeconds?: number) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors;
    this.conflicts = problem.conflicts ?? [];
    this.correlationId = problem.correlationId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** 401: there is no token, or it has ended. */
export class UnauthenticatedError extends ProblemError {
  override readonly name = 'UnauthenticatedError';
}

/** 403: the token lacks a permission. */
export class ForbiddenError extends ProblemError {
  override readonly name = 'ForbiddenError';
}

/** 404: absent, or another tenant's. */
export class NotFoundError extends ProblemError {
  override readonly name = 'NotFoundError';
}

/** 409: a conflict, an id that is taken, or a quota. */
export class ConflictError extends ProblemError {
  override readonly name = 'ConflictError';
}

/** 410: the tenant has no such revision; read everything anew. */
export class ResyncRequiredError extends ProblemError {
  override readonly name = 'ResyncRequiredError';

  /** @param revision From which revision on to follow, once everything was read anew; undefined when it was not told. */
  constructor(problem: Problem, readonly revision?: number) {
    super(problem);
  }
}

/** 412: the agent is at another version than `ifMatch` names. */
export class PreconditionFailedError extends ProblemError {
  override readonly name = 'PreconditionFailedError';
  /** The version that there is. */
  readonly currentVersion: number | undefined;

  constructor(problem: Problem, currentVersion?: number) {
    super(problem);
    this.currentVersion = currentVersion;
  }
}

/** 422: the content is not valid; `errors` has the fields. */
export class InvalidError extends ProblemError {
  override readonly name = 'InvalidError';
}

/** 429: too many requests. Nothing was done. */
export class RateLimitedError extends ProblemError {
  override readonly name = 'RateLimitedError';
}

/** 502, 503, 504: the service cannot answer now. */
export class UnavailableError extends ProblemError {
  override readonly name = 'UnavailableError';
}

/** The error of an answer that is a refusal. */
export function errorOf(problem: Problem, headers: Headers, retryAfterSeconds: number | undefined): ProblemError {
  switch (problem.status) {
    case 401: return new UnauthenticatedError(problem);
    case 403: return new ForbiddenError(problem);
    case 404: return new NotFoundError(problem);
    case 409: return new ConflictError(problem);
    case 410: return problem.code === 'resync_required' ? new ResyncRequiredError(problem) : new ProblemError(problem);
    case 412: return new PreconditionFailedError(problem, problem.currentVersion ?? versionOf(headers.get('etag')));
    case 422: return new InvalidError(problem);
    case 429: return new RateLimitedError(problem, retryAfterSeconds);
    case 502: case 503: case 504: return new UnavailableError(problem, retryAfterSeconds);
    default: return new ProblemError(problem, retryAfterSeconds);
  }
}

/** The problem that an answer holds; one made of its status where something else than the service answered. */
export function readProblem(status: number, text: string, correlationId: string): Problem {
  try {
    const body = JSON.parse(text) as Partial<Problem>;
    if (typeof body.code === 'string') return { ...emptyProblem(status, correlationId), ...body, status } as Problem;
  } catch {
    // A proxy's page.
  }
  return emptyProblem(status, correlationId);
}

function emptyProblem(status: number, correlationId: string): Problem {
  return {
    type: 'about:blank', title: `HTTP ${status}`, status, code: `http_${status}`,
    detail: 'The answer has no description.', correlationId, errors: [],
  };
}

function versionOf(etag: string | null): number | undefined {
  const version = /^"(\d+)"$/.exec(etag ?? '')?.[1];
  return version === undefined ? undefined : Number(version);
}
