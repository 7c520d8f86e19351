import { InvalidError } from './errors.js';
import type { VersionRule } from './types.js';

/** The version that a key has. */
export interface ChosenVersion {
  version: number;
  variant: 'stable' | 'candidate';
}

const buckets = 100_000;

/** A key's place among 100,000: those below the weight of a rollout have its candidate. As the service computes it. */
export async function bucketOf(seed: string, key: string): Promise<number> {
  const encoder = new TextEncoder();
  // Each with its length, so that no two of them run together to the same text.
  const text = ['rollout/1', seed, key].map(field => `${encoder.encode(field).length}:${field};`).join('');
  const hash = new DataView(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
  return Math.floor(hash.getUint32(0) * buckets / 2 ** 32);
}

/**
 * The version for a key, chosen here: the key is told to nobody. Undefined when there is none for it.
 * @throws InvalidError `key_missing` when a rollout is under way and there is no key: nobody gets a version by chance.
 */
export async function chooseVersion(
  rule: Pick<VersionRule, 'stable' | 'candidate' | 'weight' | 'seed'>, key?: string): Promise<ChosenVersion | undefined> {
  const stable: ChosenVersion | undefined = rule.stable === null ? undefined : { version: rule.stable, variant: 'stable' };
  if (rule.candidate === null || rule.seed === null) return stable;
  if (!key) {
    throw new InvalidError({
      type: 'urn:agent-management:problem:key_missing', title: 'Unprocessable Content', status: 422, code: 'key_missing',
      detail: 'A rollout is under way: say by which key its variant is chosen.', correlationId: '', errors: [],
    });
  }
  return await bucketOf(rule.seed, key) < rule.weight ? { version: rule.candidate, variant: 'candidate' } : stable;
}
