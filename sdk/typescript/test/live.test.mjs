// Against a service that runs: CONFORMANCE_SERVICE is its address. With CONFORMANCE_CONTROL it is killed and started, too.
import { test } from 'node:test';
import { cases, LiveService, Play } from './conformance.mjs';

const { CONFORMANCE_SERVICE: service, CONFORMANCE_CONTROL: control } = process.env;

for (const live of cases.filter(each => each.live)) {
  const skip = !service ? 'CONFORMANCE_SERVICE is not set.' : live.control && !control ? 'CONFORMANCE_CONTROL is not set.' : false;
  test(live.name, { skip }, () => new Play(live, new LiveService(service, control)).run());
}
