import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { bucketOf, chooseVersion, InvalidError } from '../dist/index.js';

const { buckets, choices } = JSON.parse(await readFile(new URL('../../conformance/variants.json', import.meta.url), 'utf8'));

for (const { seed, key, bucket } of buckets) {
  test(`${seed} and ${key} have place ${bucket}`, async () => assert.equal(await bucketOf(seed, key), bucket));
}

for (const { rule, key, version, variant, error } of choices) {
  test(`${JSON.stringify(rule)} gives '${key}' ${error ?? version}`, async () => {
    if (error) {
      return await assert.rejects(chooseVersion(rule, key), refusal => refusal instanceof InvalidError && refusal.code === error);
    }
    assert.deepEqual(await chooseVersion(rule, key), version === null ? undefined : { version, variant });
  });
}
