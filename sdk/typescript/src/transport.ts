import { systemClock, type Clock } from './clock.js';
import { AgentManagementError, ConnectionError, errorOf, readProblem, type ProblemError } from './errors.js';

/** A token, or how to get one: asked before each request, so that it may hand out a newer one. */
export type TokenSource = string | (() => string | Promise<string>);

export interface ClientOptions {
  /** Where the service is: `https://agents.example.com`. */
  url: string;
  /** A bearer token or an API key. */
  token: TokenSource;
  /** How often a request is tried again; 3 unless said. With 0 nothing is repeated and no idempotency key is made. */
  retries?: number;
  /** The longest Retry-After that is waited for; beyond it the error comes at once. 60 unless said. */
  maxRetryAfterSeconds?: number;
  /** How long one attempt may take; 30 unless said. */
  timeoutSeconds?: number;
  /** How many agents are kept to be asked for with If-None-Match; 200 unless said, 0 for none. */
  maxKnownAgents?: number;
  /** Told of each answer: for logs and measurements. */
  onAnswer?: (answer: AnswerInfo) => void;
  /** The platform's fetch unless said. */
  fetch?: typeof fetch;
  /** The system's clock unless said. */
  clock?: Clock;
}

/** What is told of an answer. Never a token nor a body. */
export interface AnswerInfo {
  method: string;
  path: string;
  status: number;
  /** 1 for the first. */
  attempt: number;
  correlationId: string;
  /** The service had done this write before, under the same idempotency key. */
  replayed: boolean;
}

/** What a caller may say of any request. */
export interface CallOptions {
  signal?: AbortSignal;
}

/** What a caller may say of a write. */
export interface WriteOptions extends CallOptions {
  /** The version that must be the current one; a PreconditionFailedError otherwise. */
  ifMatch?: number;
  /** Made by the client unless said; false for none: the write is then never repeated. */
  idempotencyKey?: string | false;
  /** With ifMatch on replace and patch: put the edit over what others changed since. */
  merge?: boolean;
}

export interface Call {
  method: string;
  path: string;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  body?: unknown;
  contentType?: string;
  accept?: string;
  options?: CallOptions;
  /** Whether repeating it can do no harm. */
  isSafe?: boolean;
  /** The answer goes on for long: the time limit is for its beginning only. */
  isStream?: boolean;
  /** Instead of asking for one. */
  token?: string;
}

const firstDelay = 250;
const maxDelay = 5_000;

/** Sends requests: with the token, again where that is safe, and refusals as errors. */
export class Transport {
  readonly clock: Clock;
  readonly baseUrl: string;
  readonly #options: ClientOptions;
  readonly #fetch: typeof fetch;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
    this.clock = options.clock ?? systemClock;
    this.baseUrl = options.url.replace(/\/+$/, '');
  }

  get retries(): number {
    return this.#options.retries ?? 3;
  }

  async token(): Promise<string> {
    const { token } = this.#options;
    return typeof token === 'string' ? token : await token();
  }

  /** Sends a write, under a key where it may be repeated. */
  async write(call: Call, options: WriteOptions = {}): Promise<Response> {
    const key = options.idempotencyKey ?? (this.retries > 0 ? crypto.randomUUID() : false);
    const headers: Record<string, string> = { ...call.headers };
    if (key !== false) headers['idempotency-key'] = key;
    if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
    if (options.merge) headers['prefer'] = 'merge=fields';
    return await this.send({ ...call, headers, options, isSafe: key !== false });
  }

  /**
   * Sends a request, again where that is safe. What is returned was read to its end, unless it is a stream.
   * @throws ProblemError and ConnectionError.
   */
  async send(call: Call): Promise<Response> {
    const signal = call.options?.signal;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const isLast = !call.isSafe || attempt > this.retries;
      let failure: ConnectionError | ProblemError;
      try {
        const answer = await this.#attempt(call, attempt);
        if (answer.ok || answer.status === 304) return answer;
        failure = await this.refusal(answer);
        if (isLast || ![429, 502, 503, 504].includes(answer.status)) throw failure;
      } catch (error) {
        if (!(error instanceof ConnectionError) || isLast) throw error;
        failure = error;
      }
      const delay = this.delay(attempt, failure);
      if (delay === undefined) throw failure;
      await this.clock.sleep(delay, signal);
    }
  }

  /** The milliseconds to wait before trying again: as the service says, or longer each time; undefined when that is too long. */
  delay(attempt: number, failure: unknown, max = maxDelay): number | undefined {
    const asked = (failure as Partial<ProblemError>).retryAfterSeconds;
    if (asked !== undefined) return asked <= (this.#options.maxRetryAfterSeconds ?? 60) ? asked * 1_000 : undefined;
    return Math.min(max, firstDelay * 2 ** Math.min(attempt - 1, 20)) * (0.5 + Math.random() / 2);
  }

  /** The error of an answer of 400 and above. */
  async refusal(answer: Response): Promise<ProblemError> {
    const correlationId = answer.headers.get('x-correlation-id') ?? '';
    const problem = readProblem(answer.status, await answer.text(), correlationId);
    return errorOf(problem, answer.headers, this.#readRetryAfter(answer.headers.get('retry-after')));
  }

  #readRetryAfter(text: string | null): number | undefined {
    if (text === null) return undefined;
    if (/^\d+$/.test(text)) return Number(text);
    const at = Date.parse(text);
    return Number.isNaN(at) ? undefined : Math.max(0, (at - this.clock.now()) / 1_000);
  }

  async #attempt(call: Call, attempt: number): Promise<Response> {
    const token = call.token ?? await this.token();
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), (this.#options.timeoutSeconds ?? 30) * 1_000);
    const caller = call.options?.signal;
    const unlink = link(caller, timeout);
    let isOpen = false;
    try {
      const answer = await this.#fetch(this.baseUrl + call.path + queryOf(call.query), {
        method: call.method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: call.accept ?? 'application/json',
          ...call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' },
          ...call.headers,
        },
        ...call.body === undefined ? {} : { body: typeof call.body === 'string' ? call.body : JSON.stringify(call.body) },
        // The token is for this address only, and an agent's copies are kept here.
        redirect: 'error',
        cache: 'no-store',
        signal: timeout.signal,
      });
      this.#options.onAnswer?.({
        method: call.method, path: call.path, status: answer.status, attempt,
        correlationId: answer.headers.get('x-correlation-id') ?? '',
        replayed: answer.headers.get('idempotency-replayed') === 'true',
      });
      isOpen = call.isStream === true && answer.ok;
      if (isOpen) return answer;
      // Read here, so that what was cut off counts as not answered.
      const body = await answer.arrayBuffer();
      return new Response(isBodyless(answer.status) ? null : body, { status: answer.status, headers: answer.headers });
    } catch (error) {
      if (caller?.aborted) throw caller.reason;
      throw connectionErrorOf(error, timeout.signal.aborted);
    } finally {
      clearTimeout(timer);
      // What is read on can be ended by its caller still.
      if (!isOpen) unlink();
    }
  }
}

/**
 * Has the end of a signal end another thing, too, until it is unlinked. In place of AbortSignal.any, whose signals may be collected as
 * garbage while somebody waits for them.
 */
export function link(signal: AbortSignal | undefined, controller: AbortController): () => void {
  const end = () => controller.abort(signal!.reason);
  if (signal?.aborted) end();
  else signal?.addEventListener('abort', end, { once: true });
  return () => signal?.removeEventListener('abort', end);
}

/** What went wrong on the way, as an error of this client. */
export function connectionErrorOf(error: unknown, isTimeout = false): AgentManagementError {
  if (error instanceof AgentManagementError) return error;
  return new ConnectionError(isTimeout ? 'The service did not answer in time.' : 'The connection failed.', { cause: error });
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

function queryOf(query: Record<string, unknown> | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) parameters.append(name, String(item));
    }
  }
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
