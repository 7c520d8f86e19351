// The snippets of README.md, one after the other as one program, against a service that runs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LiveService } from './conformance.mjs';

const service = process.env.CONFORMANCE_SERVICE;

test('every snippet of the README works', { skip: service ? false : 'CONFORMANCE_SERVICE is not set.' }, async () => {
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const snippets = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
  assert.equal(snippets.length, 3);
  // Within the package, so that its name leads to it.
  const program = new URL('.readme.mjs', import.meta.url);
  await writeFile(program, snippets.join('\n'));
  const work = await mkdtemp(join(tmpdir(), 'readme-'));
  try {
    const token = await new LiveService(service).token('readme');
    const { stdout } = await promisify(execFile)(
      process.execPath, [fileURLToPath(program)], { cwd: work, env: { ...process.env, AGENTS_URL: service, AGENTS_TOKEN: token } });
    const printed = [/Somebody was faster: it is at version 2/, /Support bot/, /3 agent_updated/, /gpt-5-mini as it is/];
    for (const line of printed) assert.match(stdout, line);
  } finally {
    await rm(program, { force: true });
    await rm(work, { recursive: true, force: true });
  }
});
