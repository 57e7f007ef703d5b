import { createHash, randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eraseContact } from '../../src/features/contacts/erase.ts';
import { bundleEvidence, type EvidenceBundle } from '../../src/features/evidence/bundle.ts';
import { writeEnds } from '../../src/ledger/end.ts';
import { readPerson } from '../../src/features/evidence/evidence.ts';
import { signRoots } from '../../src/record/evidence/root.ts';
import { placeOf } from '../../src/platform/db/sealed-columns.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import type { ContactRef } from '../../src/core/ids.ts';
import { limits } from '../../src/core/limits.ts';
import { watchEventLoop } from '../../src/platform/event-loop.ts';
import { commitmentOf, contentText, entryHash } from '../../src/core/ledger/entry.ts';
import { register, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { signIn } from '../harness/visitor.ts';

/** Evidence of any length is read without keeping the API from anybody. */

const dayMs = 24 * 60 * 60 * 1_000;
const long = 2_000;

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  ann = someone();
  await register(stack, ann);
  await lengthen(ann, long);
  stack.time.offsetMs += 2 * dayMs;
  await signRoots(stack.db);
});
afterAll(() => stack.stop());

/** Makes the chain so long, as a thousand calls would. */
async function lengthen({ id: contactId }: Person, through: number): Promise<void> {
  const { db, practiceId } = stack;
  const last = await db.prisma.ledgerEntry.findFirst({
    where: { practiceId, contactId },
    orderBy: { seq: 'desc' },
  });
  let previous = last!.hash;
  for (let from = last!.seq; from < through; from += 500) {
    const rows = Array.from({ length: Math.min(500, through - from) }, (_, n) => {
      const seq = from + n + 1;
      const id = newId();
      const at = db.clock.now();
      const fields = { via: 'paper', evidence: `entry ${seq} `.padEnd(4_000, 'x') };
      const said = { id, type: 'consented_elsewhere' as const, method: 'email' as const, at };
      const salt = randomBytes(16).toString('base64url');
      const content = contentText({ ...said, fields });
      const commitment = commitmentOf(salt, content);
      const columns = { practiceId, contactId, seq, ...said, writtenAt: at, commitment };
      previous = entryHash({ ...columns, previous });
      return {
        ...columns,
        saltEnc: db.cipher.seal(salt, placeOf('ledger.salt', practiceId, id)),
        fieldsEnc: db.cipher.seal(content, placeOf('ledger.fields', practiceId, id)),
        hash: previous,
      };
    });
    await db.prisma.ledgerEntry.createMany({ data: rows });
  }
  await writeEnds(db, db.prisma, practiceId, [{ chain: contactId, seq: through, hash: previous }]);
}

type Entry = { seq: number; type: string; fields?: { evidence?: string } };
type Evidence = { items: Entry[]; problems: object[]; intact: boolean; left?: number };

const pathOf = (person: Person, what: string) => `/v1/contacts/${person.id}/${what}`;
const ask = (path: string, signal?: AbortSignal) =>
  fetch(stack.url + path, {
    headers: { authorization: `Bearer ${stack.apiKey}` },
    ...(signal ? { signal } : {}),
  });

/** Read as it comes, and not opened: the test shares the process with the API. */
async function digestOf(answer: Response): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of answer.body!) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

async function whileWatched(work: () => Promise<void>): Promise<{ blocked: number[] }> {
  const blocked: number[] = [];
  const end = watchEventLoop((ms) => blocked.push(ms));
  try {
    await work();
  } finally {
    end();
  }
  return { blocked };
}

describe('a chain of thousands of entries', () => {
  it('is read whole, in its order', async () => {
    const { body } = await stack.call<Evidence>('GET', pathOf(ann, 'evidence'));
    expect(body).toMatchObject({ intact: true, problems: [] });
    expect(body).not.toHaveProperty('mergedFrom');
    expect(body.items.map(({ seq }) => seq)).toEqual(Array.from({ length: long }, (_, n) => n + 1));
    expect(body.items.at(-1)!.fields?.evidence).toMatch(/^entry 2000 x/);
    const exported = await stack.call<{ evidence: Entry[] }>('GET', pathOf(ann, 'export'));
    expect(exported.body.evidence).toEqual(body.items);
  });

  it.each(['evidence', 'evidence/bundle', 'export'])(
    'keeps the API from nobody while ten read it: %s',
    { timeout: 120_000 },
    async (what) => {
      const alone = await ask(pathOf(ann, what));
      expect(alone.status).toBe(200);
      const text = await alone.text();
      const digests: string[] = [];
      // Three tries: a collection of garbage keeps a process once.
      let blocked: number[] = [];
      for (let tries = 0; tries < 3; tries += 1) {
        const readers = { left: 10 };
        let lookedAt = 0;
        ({ blocked } = await whileWatched(async () => {
          const all = Array.from({ length: readers.left }, async () => {
            digests.push(await digestOf(await ask(pathOf(ann, what))));
            readers.left -= 1;
          });
          while (readers.left > 0) {
            expect((await fetch(`${stack.url}/healthz`)).status).toBe(200);
            lookedAt += 1;
          }
          await Promise.all(all);
        }));
        expect(lookedAt).toBeGreaterThan(10);
        if (blocked.length === 0) break;
      }
      expect(blocked).toEqual([]);
      // Bundles and exports say when they were made, the rest is the same.
      if (what === 'evidence')
        expect(new Set(digests)).toEqual(
          new Set([createHash('sha256').update(text).digest('hex')]),
        );
    },
  );

  it('is in its bundle whole, each entry with its proof', async () => {
    const { body } = await stack.call<EvidenceBundle>('GET', pathOf(ann, 'evidence/bundle'));
    const [chain, ...others] = body.chains;
    expect([chain!.entries.length, others]).toEqual([long, []]);
    expect(chain!.entries.every(({ content, proof }) => content && proof)).toBe(true);
    expect(JSON.parse(body.end.statement)).toMatchObject({
      chains: [{ contact: ann.id, seq: long }],
    });
  });

  it('is shown to staff by its newest entries, checked as a whole', async () => {
    const path = pathOf(ann, 'evidence');
    const { body } = await stack.call<Evidence>('GET', `${path}?newest=3`);
    expect(body).toMatchObject({ intact: true, left: long - 3 });
    expect(body.items.map(({ seq }) => seq)).toEqual([long - 2, long - 1, long]);
    for (const newest of ['0', '201', 'x', ''])
      expect((await stack.call('GET', `${path}?newest=${newest}`)).status).toBe(422);
    const { text } = await (await signIn(stack)).open(`/console/contacts/${ann.id}/evidence`);
    expect(text).toContain(`${long - limits.entriesShown} more were checked too`);
    expect(text.match(/<li>\s*<p>\s*<strong>/g)).toHaveLength(limits.entriesShown);
  });
});

describe('calls for evidence and exports', () => {
  const most = limits.records.each + limits.records.waiting;

  it('take turns, and more than may wait are asked to come again', async () => {
    const bob = someone();
    await register(stack, bob);
    await lengthen(bob, 200);
    const answers = await Promise.all(
      Array.from({ length: most + 10 }, async () => {
        const answer = await ask(pathOf(bob, 'evidence'));
        await answer.text();
        return answer;
      }),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers } of refused)
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    const served = answers.filter(({ status }) => status === 200);
    expect(served.length).toBe(answers.length - refused.length);
    expect(served.length).toBeGreaterThanOrEqual(most);
  });

  it('give their turns back when their callers hang up, wherever they are', async () => {
    for (const what of ['evidence', 'evidence/bundle', 'export']) {
      const inLine = Array.from({ length: most }, async (_, n) => {
        const hangUp = new AbortController();
        const answer = ask(pathOf(ann, what), hangUp.signal);
        if (n < limits.records.each) await (await answer).body!.getReader().read();
        hangUp.abort();
        await answer.catch(() => undefined);
      });
      await Promise.all(inLine);
      await until('one is answered', async () => {
        const answer = await ask(pathOf(ann, what));
        await answer.body!.cancel();
        return answer.status === 200;
      });
    }
  });

  it('give their turns back when they are refused', async () => {
    for (let n = 0; n <= most; n += 1)
      expect((await ask('/v1/contacts/nobody/evidence')).status).toBe(404);
  });
});

/** The answer, whose contact is erased when its first pieces were sent. */
async function whileSent(
  begin: (ref: ContactRef) => Promise<AsyncIterable<string> | string | undefined>,
): Promise<string> {
  const bob = someone();
  await register(stack, bob);
  await lengthen(bob, 250);
  const ref = { practiceId: stack.practiceId, contactId: bob.id };
  const pieces = (await begin(ref)) as AsyncIterable<string>;
  let [text, count] = ['', 0];
  for await (const piece of pieces) {
    text += piece;
    count += 1;
    if (count === 2)
      expect(await transaction(stack.db, (sql) => eraseContact(stack.db, sql, ref))).toBe('erased');
  }
  return text;
}

describe('a contact that is erased while its evidence is sent', () => {
  it('is not reported as altered', async () => {
    const text = await whileSent((ref) => readPerson(stack.db, ref));
    const evidence = JSON.parse(text) as Evidence;
    expect(evidence).toMatchObject({ intact: true, problems: [] });
    expect(evidence.items).toHaveLength(250);
    expect(evidence.items.at(-1)).not.toHaveProperty('fields');
  });

  it('has no bundle that is of two moments', async () => {
    await expect(whileSent((ref) => bundleEvidence(stack.db, ref))).rejects.toThrow(
      'changed while it was sent',
    );
  });
});
