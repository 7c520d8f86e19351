import { readFeed, type FollowOptions } from './changes.js';
import { ConfigurationCache, type ConfigurationCacheOptions } from './configurations.js';
import { ConnectionError, ProblemError } from './errors.js';
import { connectionErrorOf, Transport, type CallOptions, type ClientOptions, type WriteOptions } from './transport.js';
import type {
  Agent, AgentContent, AgentPage, AgentPatch, AgentQuery, AgentSummary, AgentVersion, Change, Difference, DryRun, ExportLine,
  InstantiateRequest, Risk, Task, Template, TemplateContent, TemplateSummary, Tenant, UpgradeRequest, Validation,
} from './types.js';

const api = '/api/v1';

/** A client of the Agent Management Service. The tenant is the token's. */
export class AgentManagement {
  readonly agents: Agents;
  readonly templates: Templates;
  readonly tasks: Tasks;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    this.#transport = new Transport(options);
    this.agents = new Agents(this.#transport, options.maxKnownAgents ?? 200);
    this.templates = new Templates(this.#transport);
    this.tasks = new Tasks(this.#transport);
  }

  /** Tier, limits, use and revision of the tenant. */
  tenant(options?: CallOptions): Promise<Tenant> {
    return read(this.#transport, `${api}/tenant`, options);
  }

  /**
   * The tenant's changes after a revision, each once, in order; it comes back by itself after a break.
   * @throws ResyncRequiredError when everything has to be read anew.
   */
  changes(options: FollowOptions = {}): AsyncGenerator<Change, void> {
    return readFeed(this.#transport, options);
  }

  /** A cache of agents that follows their changes. */
  configurations(options: ConfigurationCacheOptions): ConfigurationCache {
    return new ConfigurationCache(this.#transport, options);
  }
}

/** The writes of agents: done, or tried with `agents.dryRun`. */
export class AgentWrites<Result, Gone> {
  readonly #transport: Transport;
  readonly #isDryRun: boolean;

  constructor(transport: Transport, isDryRun: boolean) {
    [this.#transport, this.#isDryRun] = [transport, isDryRun];
  }

  /** Makes an agent, as a draft. */
  create(content: AgentContent, options?: WriteOptions): Promise<Result> {
    return this.write('POST', '', content, options);
  }

  /** Replaces an agent's content; makes the agent when it is absent. */
  replace(id: string, content: AgentContent, options?: WriteOptions): Promise<Result> {
    return this.write('PUT', one(id), content, options);
  }

  /** Changes a part of an agent's content by a JSON merge patch. */
  patch(id: string, patch: AgentPatch, options?: WriteOptions): Promise<Result> {
    return this.write('PATCH', one(id), patch, options, {}, 'application/merge-patch+json');
  }

  /** Archives an agent; with `purge`, removes an archived one for good; with `force`, also when others refer to it (administrators). */
  async delete(id: string, options?: WriteOptions & { purge?: boolean; force?: boolean }): Promise<Gone> {
    return await this.write('DELETE', one(id), undefined, options, flagsOf(options)) as Gone;
  }

  /** Brings an archived agent back. */
  restore(id: string, options?: WriteOptions): Promise<Result> {
    return this.write('POST', `${one(id)}/restore`, undefined, options);
  }

  /** Makes an agent live. */
  activate(id: string, options?: WriteOptions & { reason?: string }): Promise<Result> {
    return this.write('POST', `${one(id)}/activate`, reasonOf(options), options);
  }

  /** Takes an agent out of service. */
  deactivate(id: string, options?: WriteOptions & { reason?: string }): Promise<Result> {
    return this.write('POST', `${one(id)}/deactivate`, reasonOf(options), options);
  }

  /** Makes a draft with the content of another agent. */
  clone(id: string, copy: { name: string; id?: string }, options?: WriteOptions): Promise<Result> {
    return this.write('POST', `${one(id)}/clone`, copy, options);
  }

  /** Makes a new version with the content of an old one. */
  rollBack(id: string, toVersion: number, options?: WriteOptions & { note?: string }): Promise<Result> {
    const body = options?.note === undefined ? { toVersion } : { toVersion, note: options.note };
    return this.write('POST', `${one(id)}/rollback`, body, options);
  }

  /** Brings an agent to another version of its template. */
  upgrade(id: string, request: UpgradeRequest = {}, options?: WriteOptions): Promise<Result> {
    return this.write('POST', `${one(id)}/upgrade`, request, options);
  }

  private async write(
    method: string, path: string, body: unknown, options: WriteOptions = {}, query: Record<string, unknown> = {},
    contentType?: string): Promise<Result> {
    const call = {
      method, path: `${api}/agents${path}`, query, body, options, ...contentType === undefined ? {} : { contentType },
    };
    const answer = this.#isDryRun
      ? await this.#transport.write({ ...call, query: { ...query, dryRun: true } }, options)
      : await this.#transport.write(call, options);
    return answer.status === 204 ? undefined as Result : await answer.json() as Result;
  }
}

export class Agents extends AgentWrites<Agent, void> {
  /** What a write would do; nothing is changed. */
  readonly dryRun: AgentWrites<DryRun, DryRun>;
  readonly #transport: Transport;
  readonly #maxKnown: number;
  // The one used last at the end. The tenant is the token's: what one token has read, another is not given.
  readonly #known = new Map<string, { token: string; etag: string; text: string }>();

  constructor(transport: Transport, maxKnown: number) {
    super(transport, false);
    [this.#transport, this.#maxKnown] = [transport, maxKnown];
    this.dryRun = new AgentWrites(transport, true);
  }

  /** An agent with its configuration. One that was read before is asked for with its ETag. */
  async get(id: string, options?: CallOptions & { version?: number }): Promise<Agent> {
    const path = `${api}/agents${one(id)}${options?.version === undefined ? '' : `/versions/${options.version}`}`;
    const token = await this.#transport.token();
    const known = this.#known.get(path);
    const isKnown = known !== undefined && known.token === token;
    const answer = await this.#transport.send({
      method: 'GET', path, token, isSafe: true, ...options === undefined ? {} : { options },
      ...isKnown ? { headers: { 'if-none-match': known.etag } } : {},
    });
    const text = answer.status === 304 && isKnown ? known.text : await answer.text();
    this.#remember(path, { token, etag: answer.headers.get('etag') ?? '', text });
    return JSON.parse(text) as Agent;
  }

  /** All agents that match, page by page. */
  async *list(query: AgentQuery = {}, options?: CallOptions): AsyncGenerator<AgentSummary, void> {
    for await (const page of this.pages(query, options)) yield* page.items;
  }

  /** The pages of the agents that match, with how many there are in all. */
  pages(query: AgentQuery = {}, options?: CallOptions): AsyncGenerator<AgentPage, void> {
    return readPages(this.#transport, `${api}/agents`, query, options);
  }

  /** The versions of an agent, newest first. */
  async *versions(id: string, options?: CallOptions): AsyncGenerator<AgentVersion, void> {
    const pages = readPages<{ items: AgentVersion[]; nextCursor: string | null }>(
      this.#transport, `${api}/agents${one(id)}/versions`, {}, options);
    for await (const page of pages) yield* page.items;
  }

  /** What changed from one version to another. */
  diff(id: string, from: number, to: number, options?: CallOptions): Promise<Difference[]> {
    return read(this.#transport, `${api}/agents${one(id)}/versions/${from}/diff/${to}`, options);
  }

  /** What it means that one version became another, the gravest first. */
  risks(id: string, from: number, to: number, options?: CallOptions): Promise<Risk[]> {
    return read(this.#transport, `${api}/agents${one(id)}/versions/${from}/diff/${to}/risks`, options);
  }

  /** What a write of this content would be refused or warned for. */
  async validate(content: AgentContent, options?: CallOptions): Promise<Validation> {
    const answer = await this.#transport.send({
      method: 'POST', path: `${api}/agents/validate`, body: content, isSafe: true, ...options === undefined ? {} : { options },
    });
    return await answer.json() as Validation;
  }

  #remember(path: string, known: { token: string; etag: string; text: string }): void {
    this.#known.delete(path);
    if (known.etag === '' || this.#maxKnown === 0) return;
    this.#known.set(path, known);
    if (this.#known.size > this.#maxKnown) this.#known.delete(this.#known.keys().next().value!);
  }
}

export class Templates {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The system's templates and the tenant's own. */
  async list(query: { scope?: 'system' | 'tenant' } = {}, options?: CallOptions): Promise<TemplateSummary[]> {
    return (await read<{ items: TemplateSummary[] }>(this.#transport, `${api}/templates`, options, query)).items;
  }

  /** A template, at its newest version unless another is named. */
  get(id: string, options?: CallOptions & { version?: number }): Promise<Template> {
    const version = options?.version === undefined ? '' : `/versions/${options.version}`;
    return read(this.#transport, `${api}/templates${one(id)}${version}`, options);
  }

  /** Makes a template. */
  create(content: TemplateContent, options?: WriteOptions): Promise<Template> {
    return this.#write('POST', '', content, options);
  }

  /** Replaces a template's content; makes the template when it is absent. Agents made from it stay as they are. */
  replace(id: string, content: TemplateContent, options?: WriteOptions): Promise<Template> {
    return this.#write('PUT', one(id), content, options);
  }

  /** Deletes a template with all its versions; with `force`, also when agents are made from it (administrators). */
  async delete(id: string, options?: WriteOptions & { force?: boolean }): Promise<void> {
    await this.#write('DELETE', one(id), undefined, options, flagsOf(options));
  }

  /** Makes an agent from a template, as a draft. */
  instantiate(id: string, request: InstantiateRequest, options?: WriteOptions): Promise<Agent> {
    return this.#write('POST', `${one(id)}/instantiate`, request, options);
  }

  async #write<Result>(
    method: string, path: string, body: unknown, options?: WriteOptions, query: Record<string, unknown> = {}): Promise<Result> {
    const call = { method, path: `${api}/templates${path}`, query, body, ...optionsOf(options) };
    const answer = await this.#transport.write(call, options);
    return answer.status === 204 ? undefined as Result : await answer.json() as Result;
  }
}

/** What goes on in the background, and the tenant's agents out and in again. */
export class Tasks {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The newest tasks. */
  async list(options?: CallOptions): Promise<Task[]> {
    return (await read<{ items: Task[] }>(this.#transport, `${api}/tasks`, options)).items;
  }

  get(id: string, options?: CallOptions): Promise<Task> {
    return read(this.#transport, `${api}/tasks${one(id)}`, options);
  }

  /** Starts a task that takes no data. */
  async start(kind: 'revalidate' | 'purge' | 'tools' | 'files', options?: WriteOptions): Promise<Task> {
    const call = { method: 'POST', path: `${api}/tasks`, body: { kind }, ...optionsOf(options) };
    return await (await this.#transport.write(call, options)).json() as Task;
  }

  /** Waits until a task has completed or failed. */
  async wait(id: string, options?: CallOptions): Promise<Task> {
    for (let delay = 100; ; delay = Math.min(5_000, delay * 2)) {
      const task = await this.get(id, options);
      if (task.status === 'completed' || task.status === 'failed') return task;
      await this.#transport.clock.sleep(delay, options?.signal);
    }
  }

  /**
   * All files and then all agents but the archived, a line each.
   * @throws ConnectionError when it was cut off: what came before is not all.
   */
  async *export(options?: CallOptions): AsyncGenerator<ExportLine, void> {
    const answer = await this.#transport.send({
      method: 'GET', path: `${api}/export`, accept: 'application/x-ndjson', isSafe: true, isStream: true, ...optionsOf(options),
    });
    const decoder = new TextDecoder();
    const reader = answer.body!.getReader();
    let rest = '';
    try {
      while (true) {
        const { done, value } = await reader.read();
        const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
        rest = lines.pop()!;
        for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as ExportLine;
        if (!done) continue;
        if (rest.trim() !== '') throw new ConnectionError('The export was cut off.');
        return;
      }
    } catch (error) {
      if (options?.signal?.aborted) throw options.signal.reason;
      throw error instanceof ProblemError ? error : connectionErrorOf(error);
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  /** Starts a task that makes or replaces an agent for each line. */
  async import(lines: string | Iterable<object>, options?: WriteOptions): Promise<Task> {
    const body = typeof lines === 'string' ? lines : [...lines].map(line => `${JSON.stringify(line)}\n`).join('');
    const call = {
      method: 'POST', path: `${api}/import`, body, contentType: 'application/x-ndjson', ...optionsOf(options),
    };
    return await (await this.#transport.write(call, options)).json() as Task;
  }
}

async function read<Result>(
  transport: Transport, path: string, options?: CallOptions, query?: Record<string, unknown>): Promise<Result> {
  const call = { method: 'GET', path, isSafe: true, ...optionsOf(options), ...query === undefined ? {} : { query } };
  return await (await transport.send(call)).json() as Result;
}

async function* readPages<Page extends { nextCursor: string | null }>(
  transport: Transport, path: string, query: object, options?: CallOptions): AsyncGenerator<Page, void> {
  let cursor: string | null | undefined;
  do {
    const page: Page = await read(transport, path, options, { ...query, cursor });
    yield page;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

function optionsOf(options: CallOptions | undefined): { options?: CallOptions } {
  return options === undefined ? {} : { options };
}

function flagsOf(options: { purge?: boolean; force?: boolean } | undefined): Record<string, unknown> {
  return { ...options?.purge ? { purge: true } : {}, ...options?.force ? { force: true } : {} };
}

function reasonOf(options: { reason?: string } | undefined): unknown {
  return options?.reason === undefined ? undefined : { reason: options.reason };
}

function one(id: string): string {
  return `/${encodeURIComponent(id)}`;
}
