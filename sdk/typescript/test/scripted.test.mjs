import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cases, Play, ScriptedServer } from './conformance.mjs';

let server;
before(async () => server = await ScriptedServer.start());
after(() => server?.stop());

for (const scripted of cases.filter(each => each.script)) {
  test(scripted.name, async () => {
    await server.begin(scripted.name);
    await new Play(scripted, server).run();
    assert.deepEqual(await server.report(), { problems: [], unused: [] });
  });
}
