// The server of the conformance suite's scripted cases: answers as a case's script says, and tells what came otherwise.
//
//     node server.mjs        prints its address as a line, ends with its standard input
//
// PUT  /control/cases/{name}    begins a case; what was before is forgotten
// PUT  /control/gates/{name}    lets go on what waits at this gate
// GET  /control/report          {problems, unused}: both are empty after a case that went as it should
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const { cases } = JSON.parse(await readFile(new URL('cases.json', import.meta.url), 'utf8'));
let current;
current = begin({ script: [] });

function begin(scripted) {
  for (const answer of current?.open ?? []) answer.destroy();
  return { script: scripted.script.map(exchange => ({ ...exchange })), problems: [], captured: {}, gates: {}, open: new Set() };
}

const server = createServer(async (request, response) => {
  const text = await readText(request);
  if (!request.url.startsWith('/control/')) return await answer(current, request, response, text);
  const [, , kind, name] = request.url.split('/').map(decodeURIComponent);
  if (kind === 'cases') {
    const scripted = cases.find(each => each.name === name && each.script);
    if (!scripted) return response.writeHead(404).end();
    current = begin(scripted);
  } else if (kind === 'gates') {
    gateOf(current, name).open();
  } else {
    response.setHeader('content-type', 'application/json');
    const unused = current.script.filter(exchange => !exchange.isUsed).map(exchange => `${exchange.method} ${exchange.path}`);
    return response.end(JSON.stringify({ problems: current.problems, unused }));
  }
  response.writeHead(204).end();
});
// A client that keeps connections must not find one that is just being closed.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.on('end', () => process.exit()).resume();

async function readText(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/** Takes the first exchange of the script that is for this request. */
async function answer(state, request, response, text) {
  const exchange = state.script.find(each =>
    !each.isUsed && each.method === request.method && normal(each.path) === normal(request.url));
  if (!exchange) {
    state.problems.push(`${request.method} ${request.url} is not in the script, or came too often.`);
    return response.writeHead(418).end();
  }
  exchange.isUsed = true;
  const name = `${request.method} ${request.url}`;
  for (const [header, wanted] of Object.entries(exchange.headers ?? {})) checkHeader(state, name, header, wanted, request.headers[header]);
  if (exchange.body !== undefined) checkBody(state, name, exchange.body, text);
  if (exchange.opens) gateOf(state, exchange.opens).open();
  if (exchange.gate) await gateOf(state, exchange.gate).opened;

  if (exchange.answer === 'close') return request.socket.destroy();
  const { status = 200, headers = {}, body, text: raw, lines, events, cut } = exchange.answer;
  for (const [header, value] of Object.entries(headers)) response.setHeader(header, value);
  response.statusCode = status;
  if (events) return await sendEvents(state, response, events, exchange.answer.end);
  if (lines) {
    response.setHeader('content-type', 'application/x-ndjson');
    response.write(lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    return cut ? flushed(response, () => response.destroy()) : response.end();
  }
  if (raw === undefined && body === undefined) return response.end();
  if (!response.hasHeader('content-type')) {
    response.setHeader('content-type', status >= 400 ? 'application/problem+json' : 'application/json');
  }
  const bytes = Buffer.from(raw ?? JSON.stringify(body));
  response.setHeader('content-length', bytes.length);
  if (!cut) return response.end(bytes);
  response.write(bytes.subarray(0, bytes.length / 2));
  flushed(response, () => response.destroy());
}

/** Events as they are, texts as they stand, gates to wait at. */
async function sendEvents(state, response, events, end = 'hold') {
  response.setHeader('content-type', 'text/event-stream');
  response.flushHeaders();
  state.open.add(response);
  for (const event of events) {
    if (event.gate) await gateOf(state, event.gate).opened;
    else if (event.raw !== undefined) response.write(event.raw);
    else {
      const id = event.id === undefined ? '' : `id: ${event.id}\n`;
      response.write(`event: ${event.event}\ndata: ${JSON.stringify(event.data)}\n${id}\n`);
    }
  }
  if (end === 'close') response.end();
  if (end === 'cut') flushed(response, () => response.destroy());
}

/** What was written has to be on its way before the connection is cut. */
function flushed(response, then) {
  response.write('', () => setTimeout(then, 20));
}

function gateOf(state, name) {
  if (!state.gates[name]) {
    let open;
    const opened = new Promise(resolve => open = resolve);
    state.gates[name] = { open, opened };
  }
  return state.gates[name];
}

/** A text: exactly this. null: absent. {any}, {capture}, {same}, {other}: there; remembered; as remembered; another than remembered. */
function checkHeader(state, name, header, wanted, value) {
  const isRight = wanted === null || typeof wanted === 'string' ? (value ?? null) === wanted
    : !value ? false
    : wanted.same ? value === state.captured[wanted.same]
    : wanted.other ? value !== state.captured[wanted.other]
    : true;
  if (wanted?.capture) state.captured[wanted.capture] = value;
  if (!isRight) state.problems.push(`${name}: ${header} is ${JSON.stringify(value ?? null)}, not ${JSON.stringify(wanted)}.`);
}

function checkBody(state, name, wanted, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = text;
  }
  if (!isWithin(wanted, body)) state.problems.push(`${name}: the body is ${text}, not ${JSON.stringify(wanted)}.`);
}

/** Whether a value has all that is wanted, and perhaps more members. */
function isWithin(wanted, value) {
  if (wanted === null || typeof wanted !== 'object') return wanted === value;
  if (value === null || typeof value !== 'object') return false;
  if (Array.isArray(wanted) && (!Array.isArray(value) || value.length !== wanted.length)) return false;
  return Object.entries(wanted).every(([member, each]) => isWithin(each, value[member]));
}

/** Query parameters may come in any order, and a space as + or as %20. */
function normal(path) {
  const [before, query] = path.split('?');
  return query === undefined ? before : `${before}?${query.replaceAll('%20', '+').split('&').sort().join('&')}`;
}
