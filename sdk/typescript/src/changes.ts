import { AgentManagementError, ConnectionError, ProblemError, ResyncRequiredError, TenantMismatchError } from './errors.js';
import { connectionErrorOf, link, type Transport } from './transport.js';
import type { Change } from './types.js';

export interface FollowOptions {
  /** The last revision that was handled; 0 for all changes. Without it, from now on. */
  since?: number;
  /** Notices, too: what tasks tell of the moment. They have no revision of their own, and who is away misses them. */
  notices?: boolean;
  /** After so long without a heartbeat the connection counts as broken; 45 unless said. */
  silenceSeconds?: number;
  signal?: AbortSignal;
}

/** What a reader of the feed inside this client is told, beside the changes. */
export interface FeedEvents {
  /** Before each connection, with the token that it is made with. */
  connecting?: (token: string) => Promise<void>;
  /** The connection is there; the tenant is at this revision. */
  ready?: (revision: number) => void;
  /** The service has said something. */
  heard?: () => void;
  /** The connection is gone, and is tried again. */
  broken?: (error: Error) => void;
}

const maxDelay = 30_000;
const retried = [429, 502, 503, 504];

/**
 * The changes after a revision, each once, in order, for as long as the caller goes on: after a break it comes back with the
 * last revision.
 * @throws ResyncRequiredError when everything has to be read anew; other ProblemErrors when the service refuses.
 */
export async function* readFeed(transport: Transport, options: FollowOptions, events: FeedEvents = {}): AsyncGenerator<Change, void> {
  let since = options.since;
  let tenant: string | undefined;
  let wasReady = false;
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    const connection = new AbortController();
    const { signal } = connection;
    const unlink = link(options.signal, connection);
    let failure: Error = new ConnectionError('The stream ended.');
    try {
      const token = await transport.token();
      await events.connecting?.(token);
      const answer = await transport.send({
        method: 'GET', path: '/api/v1/changes', token, accept: 'text/event-stream', isStream: true, options: { signal },
        // Without a revision the service says with which it begins.
        ...since === undefined ? {} : { headers: { 'last-event-id': String(since) } },
      });
      for await (const message of readEvents(answer, connection, (options.silenceSeconds ?? 45) * 1_000, events.heard)) {
        const data = JSON.parse(message.data) as Change & { head?: number };
        if (message.event === 'ready') {
          [since, wasReady, attempt] = [since ?? data.revision, true, 0];
          events.ready?.(data.head ?? data.revision);
        } else if (message.event === 'resync_required') {
          throw resyncOf(data.revision);
        } else if (data.type === 'change' || data.type === 'notice') {
          if (data.tenant_id !== (tenant ??= data.tenant_id)) throw new TenantMismatchError('The feed has become another tenant\'s.');
          if (data.type === 'notice') {
            if (options.notices) yield data;
          } else if (since === undefined || data.revision > since) {
            // What comes twice is passed over.
            yield data;
            since = data.revision;
          }
        }
      }
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason;
      if (!isPassing(error, wasReady)) throw error;
      failure = error as Error;
    } finally {
      unlink();
      connection.abort();
    }
    events.broken?.(failure);
    const delay = transport.delay(Math.max(1, attempt), failure, maxDelay);
    if (delay === undefined) throw failure;
    await transport.clock.sleep(delay, options.signal);
  }
}

/** Whether it may be different the next time. A service that has not seen the former connection end counts it still: 409. */
export function isPassing(error: unknown, wasReady = false): boolean {
  return error instanceof ConnectionError
    || error instanceof ProblemError && (retried.includes(error.status) || wasReady && error.code === 'quota_exceeded');
}

function resyncOf(revision: number): ResyncRequiredError {
  return new ResyncRequiredError({
    type: 'urn:agent-management:problem:resync_required', title: 'Gone', status: 410, code: 'resync_required',
    detail: 'The tenant has no such revision any more; read everything anew.', correlationId: '', errors: [],
  }, revision);
}

interface ServerSentEvent {
  event: string;
  data: string;
}

/** The events of an answer, as the HTML standard reads them. */
async function* readEvents(
  answer: Response, connection: AbortController, silence: number, heard: (() => void) | undefined): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const reader = answer.body!.getReader();
  let [rest, event, data]: [string, string, string[]] = ['', '', []];
  // Not left to fetch alone: once its request was collected as garbage, it does not hear of it any more.
  connection.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined), { once: true });
  try {
    while (true) {
      const { done, value } = await readInTime();
      if (connection.signal.aborted) throw connectionErrorOf(connection.signal.reason, true);
      if (done) return;
      heard?.();
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop()!;
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
          [event, data] = ['', []];
          continue;
        }
        const colon = line.indexOf(':');
        const name = colon < 0 ? line : line.slice(0, colon);
        const text = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
        if (name === 'event') event = text;
        else if (name === 'data') data.push(text);
      }
    }
  } catch (error) {
    throw error instanceof AgentManagementError ? error : connectionErrorOf(error, connection.signal.aborted);
  } finally {
    reader.cancel().catch(() => undefined);
  }

  async function readInTime() {
    const timer = setTimeout(() => connection.abort(), silence);
    try {
      return await reader.read();
    } finally {
      clearTimeout(timer);
    }
  }
}
