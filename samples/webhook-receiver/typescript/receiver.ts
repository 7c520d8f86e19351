// A receiver of webhooks: node receiver.js PORT, with the secret in WEBHOOK_SECRET. Prints what it gets.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

interface Message { type: string; timestamp: string; tenant_id: string; revision: number; data: Record<string, unknown> }

const tolerance = 5 * 60;

/** Whether the service has sent this, and within the last minutes. */
export function isGenuine(
  secret: string, id: string, timestamp: string, signatures: string, body: Buffer, now = Date.now() / 1000,
): boolean {
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > tolerance) return false;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return signatures.split(' ').some((each) => { // during a rotation there are two
    const [version, text] = each.split(',');
    const signature = Buffer.from(text ?? '', 'base64');
    return version === 'v1' && signature.length === expected.length && timingSafeEqual(signature, expected);
  });
}

const secret = process.env['WEBHOOK_SECRET'] ?? '';
let handled = 0; // keep it where the work is kept, so that a restart handles nothing twice

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const body = Buffer.concat(parts);
    const header = (name: string) => String(request.headers[name] ?? '');
    if (!isGenuine(secret, header('webhook-id'), header('webhook-timestamp'), header('webhook-signature'), body)) {
      response.writeHead(401).end();
      return;
    }
    const message = JSON.parse(body.toString('utf8')) as Message;
    if (message.type !== 'ping' && message.revision > handled) { // what comes again was handled before
      handled = message.revision;
      console.log(`${message.revision} ${message.type}`); // put the work aside here
    }
    response.writeHead(204).end();
  });
});

server.listen(Number(process.argv[2] ?? 8090), '127.0.0.1', () => {
  const address = server.address();
  console.log(`listening ${typeof address === 'object' ? address?.port : address}`);
});
