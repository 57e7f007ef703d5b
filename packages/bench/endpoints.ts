import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

/**
 * `node --import tsx packages/bench/endpoints.ts BEFORE AFTER [--times N]`: the time of ordinary calls at two running services (each
 * a sandbox with the README's key), taken in turn, so that both meet the same machine. Prints medians in ms and their
 * ratio. Times depend on the machine; the ratio is the result.
 */

const key = 'demo-key';
const { values, positionals } = parseArgs({
  options: { times: { type: 'string', default: '200' } },
  allowPositionals: true,
});
const [before, after] = positionals;
const times = Number(values.times);
if (before === undefined || after === undefined)
  throw new Error('two addresses are needed, as http://localhost:3000');

let serial = 0;
const runId = Date.now().toString(36);
const person = (at: number) => ({
  role: 'client',
  name: `Person ${at}`,
  methods: ['email', 'sms'],
  email: `p${runId}${at}@example.com`,
  phone: `+1202${String(2_000_000 + ((at * 7_919) % 7_000_000))}`,
});

async function call(base: string, method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  await response.arrayBuffer();
  if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status}`);
}

/** Each with a number of its own, so that both services do the same work. */
const calls: [name: string, run: (base: string, at: number) => Promise<void>][] = [
  ['PUT a new contact', (base, at) => call(base, 'PUT', `/v1/contacts/${runId}-${at}`, person(at))],
  [
    'PATCH a contact',
    (base, at) => call(base, 'PATCH', `/v1/contacts/${runId}-kept`, { name: `N ${at}` }),
  ],
  ['GET a contact', (base) => call(base, 'GET', `/v1/contacts/${runId}-kept`)],
  ['GET contacts', (base) => call(base, 'GET', '/v1/contacts')],
  [
    'POST a message',
    (base) =>
      call(base, 'POST', `/v1/contacts/${runId}-kept/messages`, {
        kind: 'ad_hoc',
        subject: 's',
        body: 'b',
        sendAt: '2040-01-01T00:00:00Z',
      }),
  ],
  ['GET its messages', (base) => call(base, 'GET', `/v1/contacts/${runId}-kept/messages`)],
  ['GET its evidence', (base) => call(base, 'GET', `/v1/contacts/${runId}-kept/evidence`)],
  ['GET settings', (base) => call(base, 'GET', '/v1/settings')],
  ['PATCH settings', (base) => call(base, 'PATCH', '/v1/settings', { emailFooter: true })],
  ['GET replies', (base) => call(base, 'GET', '/v1/inbound')],
  ['GET the booking page', (base) => call(base, 'GET', '/book/demo')],
  ['GET /readyz', (base) => call(base, 'GET', '/readyz')],
];

for (const base of [before, after])
  await call(base, 'PUT', `/v1/contacts/${runId}-kept`, person(999_999));

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

console.log('call'.padEnd(24), 'before'.padStart(8), 'after'.padStart(8), 'ratio'.padStart(8));
for (const [name, run] of calls) {
  const taken: [number[], number[]] = [[], []];
  // The first ones warm up.
  for (let round = -10; round < times; round += 1)
    for (const [index, base] of [before, after].entries()) {
      serial += 1;
      const start = performance.now();
      await run(base, serial);
      if (round >= 0) taken[index]!.push(performance.now() - start);
    }
  const [a, b] = taken.map(median) as [number, number];
  // Of pairs that ran one after the other: a change of the machine's load meets both.
  const ratio = median(taken[0].map((value, at) => taken[1][at]! / value));
  console.log(
    name.padEnd(24),
    a.toFixed(2).padStart(8),
    b.toFixed(2).padStart(8),
    ratio.toFixed(2).padStart(8),
  );
}
