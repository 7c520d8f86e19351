// Runs the cases of sdk/conformance with this SDK.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import {
  AgentManagement, ConflictError, ConnectionError, ForbiddenError, InvalidError, NotFoundError, PreconditionFailedError, ProblemError,
  RateLimitedError, ResyncRequiredError, TenantMismatchError, UnauthenticatedError, UnavailableError,
  systemClock,
} from '../dist/index.js';
import { FileStore } from '../dist/file-store.js';

export const { cases } = JSON.parse(await readFile(new URL('../../conformance/cases.json', import.meta.url), 'utf8'));

const kinds = {
  unauthenticated: UnauthenticatedError, forbidden: ForbiddenError, not_found: NotFoundError, conflict: ConflictError,
  resync_required: ResyncRequiredError, precondition_failed: PreconditionFailedError, invalid: InvalidError,
  rate_limited: RateLimitedError, unavailable: UnavailableError, problem: ProblemError, connection: ConnectionError,
  tenant_mismatch: TenantMismatchError,
};

const calls = {
  getTenant: client => client.tenant(),
  getAgent: (client, step) => client.agents.get(step.id, step.version === undefined ? {} : { version: step.version }),
  listAgents: (client, step) => collect(client.agents.list(step.query)),
  listAgentVersions: (client, step) => collect(client.agents.versions(step.id)),
  compareAgentVersions: (client, step) => client.agents.diff(step.id, step.from, step.to),
  validateAgent: (client, step) => client.agents.validate(step.body),
  createAgent: (client, step) => writes(client, step).create(step.body, writeOptions(step)),
  replaceAgent: (client, step) => writes(client, step).replace(step.id, step.body, writeOptions(step)),
  patchAgent: (client, step) => writes(client, step).patch(step.id, step.body, writeOptions(step)),
  deleteAgent: (client, step) => writes(client, step).delete(step.id, writeOptions(step)),
  deleteTemplate: (client, step) => client.templates.delete(step.id, writeOptions(step)),
  activateAgent: (client, step) => writes(client, step).activate(step.id, writeOptions(step)),
  deactivateAgent: (client, step) => writes(client, step).deactivate(step.id, writeOptions(step)),
  rollBackAgent: (client, step) => writes(client, step).rollBack(step.id, step.toVersion, writeOptions(step)),
  listTemplates: client => client.templates.list(),
  getTemplate: (client, step) => client.templates.get(step.id),
  createTemplate: (client, step) => client.templates.create(step.body, writeOptions(step)),
  instantiateTemplate: (client, step) => client.templates.instantiate(step.id, step.body, writeOptions(step)),
  exportAgents: client => collect(client.tasks.export()),
  importAgents: async (client, step) => client.tasks.wait((await client.tasks.import(step.lines, writeOptions(step))).id),
};

/** A clock that goes on when somebody waits. */
class TestClock {
  waits = [];
  #now = Date.parse('2026-01-31T09:30:00Z');

  now() {
    return this.#now;
  }

  advance(seconds) {
    this.#now += seconds * 1_000;
  }

  async sleep(milliseconds, signal) {
    this.waits.push(milliseconds / 1_000);
    this.#now += milliseconds;
    await new Promise(resolve => setTimeout(resolve, 5));
    signal?.throwIfAborted();
  }
}

/** One case as it is played: its client, and what its steps share. */
export class Play {
  /** @param service {url, token(name), clock?, control(action)} */
  constructor(scripted, service) {
    Object.assign(this, { scripted, service, clock: service.clock ?? new TestClock(), tokenName: 'one', replayed: false });
    this.client = new AgentManagement({
      url: service.url, clock: this.clock, token: () => service.token(this.tokenName),
      onAnswer: answer => this.replayed = answer.replayed, ...scripted.client,
    });
  }

  async run() {
    try {
      for (const [index, step] of this.scripted.steps.entries()) {
        try {
          await this.#step(step);
        } catch (error) {
          throw new Error(`step ${index + 1}, ${JSON.stringify(step)}: ${error.message}`, { cause: error });
        }
      }
    } finally {
      this.watching?.abort();
      await this.cache?.close();
      if (this.folder) await rm(this.folder, { recursive: true, force: true });
    }
  }

  async #step(step) {
    const waited = this.clock.waits?.length ?? 0;
    if (step.call) await check(step, () => calls[step.call](this.client, step));
    else if (step.follow) await this.#follow(step);
    else if (step.cache) await this.#useCache(step);
    else if (step.watch) this.#watch(step.watch);
    else if (step.watched) await until(() => assert.deepEqual(this.watched, step.watched));
    else if (step.release) await this.service.release(step.release);
    else if (step.token) this.tokenName = step.token;
    else if (step.advance) this.clock.advance(step.advance);
    else if (step.service) await this.service.control(step.service);
    else throw new Error('The step is not known.');
    if (step.waits) assertWithin(step.waits, this.clock.waits.slice(waited), 'waits');
    if (step.replayed !== undefined) assert.equal(this.replayed, step.replayed, 'replayed');
  }

  async #follow(step) {
    const revisions = [];
    await check({ error: step.error }, async () => {
      for await (const change of this.client.changes(step.follow)) {
        revisions.push(change.revision);
        if (revisions.length === step.take) break;
      }
    });
    assert.deepEqual(revisions, step.revisions);
  }

  /** Beside the steps that follow. */
  #watch(options) {
    [this.watching, this.watched] = [new AbortController(), []];
    const { signal } = this.watching;
    const read = async () => {
      for await (const change of this.client.changes({ ...options, signal })) this.watched.push(change.revision);
    };
    read().catch(error => signal.aborted || this.watched.push(`${error.name}: ${error.message}`));
  }

  async #useCache(step) {
    switch (step.cache) {
      case 'open': {
        const tenant = this.service.tenant?.(this.tokenName) ?? step.tenant;
        if (step.disk) this.folder ??= await mkdtemp(join(tmpdir(), 'conformance-'));
        this.cache = this.client.configurations({
          tenant, ...step.disk ? { store: new FileStore(this.folder) } : {}, ...step.runtime ? { runtime: { instance: step.runtime } } : {},
        });
        return await check({ error: step.error }, () => this.cache.start());
      }
      case 'get':
        if (step.known) return await this.#checkKnown(step.id, step.known);
        return await until(() => this.#checkKnown(step.id, step.until));
      case 'resolve':
        if (!step.until) return await this.#checkResolved(step, step);
        return await until(() => this.#checkResolved(step, step.until));
      case 'begin':
        this.begun = this.cache.get(step.id);
        return;
      case 'end':
        return assertWithin(step.known, knownOf(await this.begun), 'known');
      case 'close':
        await this.cache.close();
        this.cache = undefined;
        return;
      default:
        throw new Error('The step is not known.');
    }
  }

  async #checkKnown(id, wanted) {
    if (wanted.error) return await check({ error: wanted.error }, () => this.cache.get(id));
    assertWithin(wanted, knownOf(await this.cache.get(id)), 'known');
  }

  async #checkResolved({ label, ids, key }, { error, resolved }) {
    await check({ error, result: resolved }, () => this.cache.resolve(label, ids, key));
  }
}

/** The server of the scripted cases, as the service of a play. */
export class ScriptedServer {
  static async start() {
    const server = new ScriptedServer();
    const path = fileURLToPath(new URL('../../conformance/server.mjs', import.meta.url));
    server.process = spawn(process.execPath, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(server.process, 'exit').then(() => { throw new Error('The scripted server has ended.'); });
    [server.url] = await Promise.race([once(createInterface(server.process.stdout), 'line'), ended]);
    ended.catch(() => undefined);
    return server;
  }

  token(name) {
    return name;
  }

  async begin(name) {
    assert.equal((await fetch(`${this.url}/control/cases/${name}`, { method: 'PUT' })).status, 204);
  }

  async release(gate) {
    await fetch(`${this.url}/control/gates/${gate}`, { method: 'PUT' });
  }

  async report() {
    return await (await fetch(`${this.url}/control/report`)).json();
  }

  stop() {
    this.process.stdin.end();
  }
}

/** A service that runs, whose tenants are this play's own. */
export class LiveService {
  clock = systemClock;
  #tokens = new Map();
  #prefix = `t${randomUUID().slice(0, 8)}`;

  constructor(url, controlUrl) {
    [this.url, this.controlUrl] = [url, controlUrl];
  }

  tenant(name) {
    return `${this.#prefix}-${name}`;
  }

  /** Asked for once: the service may be away later. */
  async token(name) {
    if (!this.#tokens.has(name)) {
      const answer = await fetch(`${this.url}/dev/token`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ tenant: this.tenant(name), role: 'admin', tier: 'enterprise' }),
      });
      this.#tokens.set(name, (await answer.json()).token);
    }
    return this.#tokens.get(name);
  }

  /** kill, start_with_empty_redis, slow. */
  async control(action) {
    assert.equal((await fetch(`${this.controlUrl}/${action}`, { method: 'POST' })).status, 204, action);
  }
}

async function check(step, call) {
  let result;
  try {
    result = await call();
  } catch (error) {
    if (!step.error) throw error;
    const { kind, ...members } = step.error;
    if (kind) assert.ok(error instanceof kinds[kind], `The error is ${error.name}, ${error.message}.`);
    return assertWithin(members, error, 'error');
  }
  assert.ok(!step.error, `There is no error, but ${JSON.stringify(result)}.`);
  if (step.result !== undefined) assertWithin(step.result, result, 'result');
}

/** Whether a value has all that is wanted, and perhaps more members; {min, max} bound a number. */
function assertWithin(wanted, value, path) {
  if (wanted === null || typeof wanted !== 'object') return assert.strictEqual(value, wanted, `${path} is ${JSON.stringify(value)}.`);
  if (typeof value === 'number') {
    return assert.ok(value >= (wanted.min ?? 0) && value <= (wanted.max ?? Infinity), `${path} is ${value}.`);
  }
  assert.ok(value !== null && typeof value === 'object', `${path} is ${JSON.stringify(value)}.`);
  if (Array.isArray(wanted)) assert.equal(value.length, wanted.length, `${path} is ${JSON.stringify(value)}.`);
  for (const [member, each] of Object.entries(wanted)) assertWithin(each, value[member], `${path}.${member}`);
}

function knownOf({ agent, ageSeconds, isLive }) {
  return { ...agent, ageSeconds, isLive };
}

/** Asks again and again, for as long as a slow machine may need. */
async function until(assertion) {
  const end = Date.now() + 30_000;
  while (true) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

function writes(client, step) {
  return step.dryRun ? client.agents.dryRun : client.agents;
}

function writeOptions({ ifMatch, key, merge, purge, force, note, reason }) {
  const all = { ifMatch, idempotencyKey: key, merge, purge, force, note, reason };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function collect(items) {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
