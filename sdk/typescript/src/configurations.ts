import { isPassing, readFeed, type FeedEvents } from './changes.js';
import { NotFoundError, ResyncRequiredError, TenantMismatchError } from './errors.js';
import type { Transport } from './transport.js';
import type { Agent, Change, LabelRules, Tenant, VersionRule } from './types.js';
import { chooseVersion, type ChosenVersion } from './variants.js';

/** Where a cache is kept while nobody runs: files of Node.js (`agent-management-client/file-store`), or what a page has. */
export interface ConfigurationStore {
  load(key: string): Promise<string | undefined>;
  save(key: string, text: string): Promise<void>;
}

export interface ConfigurationCacheOptions {
  /** Whose agents these are. A token of another tenant is refused. */
  tenant: string;
  /** Where to start from when the service is away; without one, from nothing. */
  store?: ConfigurationStore;
  /** After so long without a heartbeat the feed counts as broken; 45 unless said. */
  silenceSeconds?: number;
  /** As whom the cache says which versions it gives out, every 20 seconds; for nobody when absent. */
  runtime?: RuntimeOptions;
  /** Told of each agent that has changed; with undefined of one that is gone. */
  onChange?: (id: string, agent: Agent | undefined) => void;
  /** Told of what goes wrong in the background; it is tried again. */
  onError?: (error: Error) => void;
}

/** Who runs what a cache gives out. */
export interface RuntimeOptions {
  /** The runtime's name, the same as long as it lives, such as that of a pod. */
  instance: string;
  /** The label whose versions it runs; the current ones when absent. */
  label?: string;
}

/** An agent as the cache has it. */
export interface Known {
  agent: Agent;
  /** The seconds since it was last known to be the current one. */
  ageSeconds: number;
  /** Whether the cache hears of changes now. If not, the agent may have changed since. */
  isLive: boolean;
}

/** Agents at the versions that a label has for a key, all of one revision of the label. */
export interface LabelledAgents {
  labelRevision: number;
  items: LabelledAgent[];
  /** Those that the label does not have, or that are gone. */
  missing: string[];
  /** The seconds since the label's revision, and the agents' status, were last known to be the current ones. */
  ageSeconds: number;
  /** Whether the cache hears of changes now. If not, the label may have changed since. */
  isLive: boolean;
}

/** An agent at the version that a label has; its status is the one that it has now. */
export interface LabelledAgent {
  agent: Agent;
  variant: 'stable' | 'candidate';
  /** The release that brought the version to the label. */
  release: string;
}

interface Entry {
  agent: Agent;
  readAt: number;
}

interface LabelEntry {
  rules: LabelRules;
  etag: string;
  readAt: number;
}

/** That something is being read now, and whether the feed told of it meanwhile. */
interface Reading {
  isOutdated: boolean;
  result: Promise<unknown> | undefined;
}

interface Stored {
  format: 1;
  service: string;
  tenant: string;
  revision: number;
  confirmedAt: number;
  agents: Entry[];
  labels?: LabelEntry[];
  /** Versions that labels have, and that are not the current ones. */
  versions?: Agent[];
}

const retryDelay = 5_000;
const reportInterval = 20_000;

/**
 * Agents that were asked for once, and are kept as they change; of labels, too. While the service is away the last ones known
 * are given, with their age.
 */
export class ConfigurationCache {
  readonly #transport: Transport;
  readonly #options: ConfigurationCacheOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #labels = new Map<string, LabelEntry>();
  /** By `{id}/{version}`. */
  readonly #versions = new Map<string, Agent>();
  readonly #readings = new Map<string, Reading>();
  readonly #closing = new AbortController();
  #revision: number | undefined;
  #confirmedAt = 0;
  #target = Number.POSITIVE_INFINITY;
  #verified: string | undefined;
  #refusal: Error | undefined;
  #following: Promise<void> = Promise.resolve();
  #saving: Promise<void> = Promise.resolve();
  #reporting: Promise<void> = Promise.resolve();
  /** The agents that were asked for of the runtime's label. */
  readonly #run = new Set<string>();
  #isUnsaved = false;
  #key = '';

  /** Made by `AgentManagement.configurations`. */
  constructor(transport: Transport, options: ConfigurationCacheOptions) {
    [this.#transport, this.#options] = [transport, options];
  }

  /** Whether it hears of changes now, and has handled all that happened before. */
  get isLive(): boolean {
    return this.#revision !== undefined && this.#revision >= this.#target;
  }

  /**
   * Takes up what is stored, and follows the changes from there. Returns when it does, or when the service is away.
   * @throws ProblemError when the service refuses the token, TenantMismatchError when it is another tenant's.
   */
  async start(): Promise<void> {
    this.#key = await keyOf(this.#transport.baseUrl, this.#options.tenant);
    await this.#load();
    await new Promise<void>(resolve => {
      this.#following = this.#follow(resolve).finally(resolve);
    });
    if (this.#refusal) throw this.#refusal;
    if (this.#options.runtime) this.#reporting = this.#reportOn(this.#options.runtime);
  }

  /**
   * An agent: the one that is known, or else read from the service.
   * @throws NotFoundError when there is none, ConnectionError when the service is away and it is not known.
   */
  async get(id: string): Promise<Known> {
    if (this.#refusal instanceof TenantMismatchError) throw this.#refusal;
    const entry = this.#entries.get(id) ?? await this.#read(id);
    return { agent: structuredClone(entry.agent), ageSeconds: this.#ageOf(entry.readAt), isLive: this.isLive };
  }

  /**
   * Agents at the versions that a label has for a key. It is chosen here, by rules that are kept as they change: the key is told to
   * nobody.
   * @param key A user, a conversation, an account; undefined where there is none, and no rollout is under way.
   * @throws InvalidError `key_missing` when there is no key and a rollout is under way, NotFoundError when there is no such label,
   * ConnectionError when the service is away and something of it is not known.
   */
  async resolve(label: string, ids: Iterable<string>, key?: string): Promise<LabelledAgents> {
    if (this.#refusal instanceof TenantMismatchError) throw this.#refusal;
    const { rules, readAt } = this.#labels.get(label) ?? await this.#readRules(label);
    const byAgent = new Map(rules.items.map(rule => [rule.agent, rule]));
    const chosen: { id: string; rule?: VersionRule; choice?: ChosenVersion | undefined }[] = [];
    for (const id of new Set(ids)) {
      const rule = byAgent.get(id);
      chosen.push(rule ? { id, rule, choice: await chooseVersion(rule, key) } : { id });
    }
    if (label === this.#options.runtime?.label) for (const { id, choice } of chosen) if (choice) this.#run.add(id);
    const [items, missing]: [LabelledAgent[], string[]] = [[], []];
    let oldest = readAt;
    for (const { id, rule, choice } of chosen) {
      const current = choice && (this.#entries.get(id) ?? await unlessMissing(this.#read(id)));
      const agent = choice && current && await this.#versionOf(current.agent, choice.version);
      if (!agent) {
        missing.push(id);
        continue;
      }
      items.push({ agent, variant: choice.variant, release: rule!.release });
      oldest = Math.min(oldest, current.readAt);
    }
    return { labelRevision: rules.revision, items, missing, ageSeconds: this.#ageOf(oldest), isLive: this.isLive };
  }

  /** Ends it, and stores what it has. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
    await this.#reporting;
    this.#target = Number.POSITIVE_INFINITY;
    if (this.#revision !== undefined) this.#save();
    await this.#saving;
  }

  /** Says again and again what the runtime runs, and at last that it ends. What does not arrive is said with the next. */
  async #reportOn(runtime: RuntimeOptions): Promise<void> {
    const path = `${this.#tenantPath()}/runtimes/${encodeURIComponent(runtime.instance)}`;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const body = await this.#report(runtime);
        await this.#transport.send({ method: 'PUT', path, body, isSafe: true, options: { signal } });
      } catch (error) {
        if (!signal.aborted) this.#options.onError?.(error as Error);
      }
      await this.#transport.clock.sleep(reportInterval, signal).catch(() => undefined);
    }
    // Of a runtime that has never been heard there is nothing to end.
    await this.#transport.send({ method: 'DELETE', path })
      .catch((error: unknown) => error instanceof NotFoundError ? undefined : this.#options.onError?.(error as Error));
  }

  /** What the runtime runs: of a label both versions that it has of what was asked for, as either may be given out. */
  async #report({ label }: RuntimeOptions): Promise<object> {
    const sdk = 'typescript';
    if (label === undefined) {
      return { sdk, applied: [...this.#entries.values()].map(({ agent }) => ({ agent: agent.id, version: agent.version })) };
    }
    const { rules } = this.#labels.get(label) ?? await this.#readRules(label);
    const applied = rules.items.filter(rule => this.#run.has(rule.agent)).flatMap(rule => [rule.stable, rule.candidate]
      .filter(version => version !== null).map(version => ({ agent: rule.agent, version })));
    return { sdk, label, labelRevision: rules.revision, applied };
  }

  async #follow(begun: () => void): Promise<void> {
    const signal = this.#closing.signal;
    const events: FeedEvents = {
      connecting: token => this.#verify(token),
      ready: revision => {
        this.#target = revision;
        this.#confirm();
        begun();
      },
      heard: () => this.#confirm(),
      broken: error => {
        this.#target = Number.POSITIVE_INFINITY;
        begun();
        this.#options.onError?.(error);
      },
    };
    let hasBegun = false;
    while (!signal.aborted) {
      try {
        if (this.#revision === undefined) await this.#readAnew();
        const silence = this.#options.silenceSeconds;
        const options = { since: this.#revision!, signal, ...silence === undefined ? {} : { silenceSeconds: silence } };
        hasBegun = true;
        for await (const change of readFeed(this.#transport, options, events)) await this.#handle(change);
      } catch (error) {
        this.#target = Number.POSITIVE_INFINITY;
        if (signal.aborted) return;
        if (error instanceof ResyncRequiredError) {
          this.#revision = undefined;
          continue;
        }
        if (error instanceof TenantMismatchError || !hasBegun && !isPassing(error)) {
          this.#refusal = error as Error;
          return;
        }
        hasBegun = true;
        this.#options.onError?.(error as Error);
        begun();
        await this.#transport.clock.sleep(retryDelay, signal).catch(() => undefined);
      }
    }
  }

  /** The tenant's revision first: what changes while the agents are read comes after it. */
  async #readAnew(): Promise<void> {
    const revision = await this.#verify(await this.#transport.token(), true);
    for (const id of [...this.#entries.keys()]) await this.#refresh(id);
    for (const label of [...this.#labels.keys()]) await this.#refreshRules(label);
    this.#revision = revision;
    this.#save();
  }

  async #handle(change: Change): Promise<void> {
    if (change.tenant_id !== this.#options.tenant) throw new TenantMismatchError('The feed is another tenant\'s.');
    const id = change.data.agent_id;
    if (id !== undefined) {
      this.#outdate(pathOf(id));
      const entry = this.#entries.get(id);
      // A mark of the service, as that a tool was retired, makes no version: only a version that is known is passed over.
      if (entry && !(change.data.version !== undefined && change.data.version < entry.agent.version)) await this.#refresh(id);
    }
    const { label } = change.data;
    if (label !== undefined) {
      this.#outdate(this.#rulesPathOf(label));
      if (this.#labels.has(label)) await this.#refreshRules(label);
    }
    // Only now: what was not handled comes again.
    this.#revision = change.revision;
    this.#confirm();
    this.#save();
  }

  async #refresh(id: string): Promise<void> {
    try {
      const { agent } = await this.#read(id);
      this.#options.onChange?.(id, structuredClone(agent));
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      this.#entries.delete(id);
      this.#options.onChange?.(id, undefined);
    }
  }

  async #refreshRules(label: string): Promise<void> {
    if (await unlessMissing(this.#readRules(label)) === undefined) this.#labels.delete(label);
  }

  #outdate(path: string): void {
    const reading = this.#readings.get(path);
    if (reading) reading.isOutdated = true;
  }

  #read(id: string): Promise<Entry> {
    return this.#readOnce(pathOf(id), async answer => await answer.json() as Agent, (agent, readAt) => {
      const entry = { agent, readAt };
      this.#entries.set(id, entry);
      return entry;
    });
  }

  #readRules(label: string): Promise<LabelEntry> {
    const known = this.#labels.get(label);
    return this.#readOnce(
      this.#rulesPathOf(label),
      async answer => answer.status === 304 && known
        ? known : { rules: await answer.json() as LabelRules, etag: answer.headers.get('etag') ?? '' },
      ({ rules, etag }, readAt) => {
        const entry = { rules, etag, readAt };
        this.#labels.set(label, entry);
        const needed = new Set([...this.#labels.values()].flatMap(each => each.rules.items)
          .flatMap(rule => [`${rule.agent}/${rule.stable}`, `${rule.agent}/${rule.candidate}`]));
        for (const version of [...this.#versions.keys()]) if (!needed.has(version)) this.#versions.delete(version);
        return entry;
      },
      known?.etag ? { 'if-none-match': known.etag } : {});
  }

  /** The agent with the content of a version, which stays as it is, and the status of now, which is above all labels. */
  async #versionOf(current: Agent, version: number): Promise<Agent | undefined> {
    if (current.version === version) return structuredClone(current);
    const key = `${current.id}/${version}`;
    const kept = this.#versions.get(key) ?? await unlessMissing(this.#readOnce(
      `${pathOf(current.id)}/versions/${version}`, async answer => await answer.json() as Agent, agent => {
        this.#versions.set(key, agent);
        return agent;
      }));
    return kept && { ...structuredClone(kept), status: current.status, degraded: structuredClone(current.degraded) };
  }

  /** Whoever wants it while it is read waits for the same answer. */
  async #readOnce<Read, Kept>(
    path: string, read: (answer: Response) => Promise<Read>, keep: (read: Read, readAt: number) => Kept,
    headers: Record<string, string> = {}): Promise<Kept> {
    const reading = this.#readings.get(path) ?? { isOutdated: false, result: undefined };
    this.#readings.set(path, reading);
    return await (reading.result ??= this.#readUntilCurrent(path, reading, read, keep, headers)) as Kept;
  }

  async #readUntilCurrent<Read, Kept>(
    path: string, reading: Reading, read: (answer: Response) => Promise<Read>, keep: (read: Read, readAt: number) => Kept,
    headers: Record<string, string>): Promise<Kept> {
    try {
      while (true) {
        reading.isOutdated = false;
        const token = await this.#transport.token();
        await this.#verify(token);
        const readAt = this.#transport.clock.now();
        const answer = await this.#transport.send({
          method: 'GET', path, token, headers, isSafe: true, options: { signal: this.#closing.signal },
        });
        const value = await read(answer);
        if (reading.isOutdated) continue;
        const kept = keep(value, readAt);
        if (this.#revision !== undefined) this.#save();
        return kept;
      }
    } finally {
      // Together with the last look at isOutdated: nothing may come in between.
      this.#readings.delete(path);
    }
  }

  #tenantPath(): string {
    return `/internal/v1/tenants/${encodeURIComponent(this.#options.tenant)}`;
  }

  #rulesPathOf(label: string): string {
    return `${this.#tenantPath()}/labels/${encodeURIComponent(label)}/rules`;
  }

  #ageOf(readAt: number): number {
    return Math.max(0, (this.#transport.clock.now() - Math.max(readAt, this.#confirmedAt)) / 1_000);
  }

  /** Asks once for each token whose it is. */
  async #verify(token: string): Promise<void>;
  async #verify(token: string, always: true): Promise<number>;
  async #verify(token: string, always = false): Promise<number | void> {
    if (!always && token === this.#verified) return;
    const answer = await this.#transport.send({
      method: 'GET', path: '/api/v1/tenant', token, isSafe: true, options: { signal: this.#closing.signal },
    });
    const tenant = await answer.json() as Tenant;
    if (tenant.id !== this.#options.tenant) {
      this.#refusal = new TenantMismatchError('The token is another tenant\'s.');
      throw this.#refusal;
    }
    this.#verified = token;
    return tenant.revision;
  }

  #confirm(): void {
    if (this.isLive) this.#confirmedAt = this.#transport.clock.now();
  }

  async #load(): Promise<void> {
    const stored = parse(await this.#options.store?.load(this.#key));
    if (stored?.service !== this.#transport.baseUrl || stored.tenant !== this.#options.tenant) return;
    [this.#revision, this.#confirmedAt] = [stored.revision, stored.confirmedAt];
    for (const entry of stored.agents) this.#entries.set(entry.agent.id, entry);
    for (const entry of stored.labels ?? []) this.#labels.set(entry.rules.label, entry);
    for (const agent of stored.versions ?? []) this.#versions.set(`${agent.id}/${agent.version}`, agent);
  }

  /** One after the other, and what has changed meanwhile with the next. */
  #save(): void {
    const { store, onError } = this.#options;
    if (!store || this.#isUnsaved) return;
    this.#isUnsaved = true;
    this.#saving = this.#saving.then(async () => {
      this.#isUnsaved = false;
      if (this.#revision === undefined) return;
      const stored: Stored = {
        format: 1, service: this.#transport.baseUrl, tenant: this.#options.tenant, revision: this.#revision,
        confirmedAt: this.#confirmedAt, agents: [...this.#entries.values()], labels: [...this.#labels.values()],
        versions: [...this.#versions.values()],
      };
      await store.save(this.#key, JSON.stringify(stored));
    }).catch((error: unknown) => onError?.(error as Error));
  }
}

function pathOf(id: string): string {
  return `/api/v1/agents/${encodeURIComponent(id)}`;
}

/** Undefined of what is not there. */
async function unlessMissing<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** Of a file that is not whole nothing is taken. */
function parse(text: string | undefined): Stored | undefined {
  try {
    const stored = JSON.parse(text ?? 'null') as Stored | null;
    return stored?.format === 1 && Array.isArray(stored.agents) ? stored : undefined;
  } catch {
    return undefined;
  }
}

/** Tells services and tenants apart; a file's name. */
async function keyOf(service: string, tenant: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${service}\n${tenant}`)));
  return [...hash.subarray(0, 16)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
