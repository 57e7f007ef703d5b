import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acceptBoth, queue, register, someone } from './harness/people.ts';
import { startStack, testKey, type Stack } from './harness/stack.ts';
import { newEncryptionKey } from '../src/platform/config/encryption-keys.ts';
import { openSession, readSession } from '../src/record/practices/console-session-store.ts';
import { openDatabase } from '../src/platform/db/database.ts';
import { readPauseNote } from '../src/record/practices/practice-switches.ts';
import { placeOf, sealedColumns } from '../src/platform/db/sealed-columns.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

async function admin(words: string[], keys = testKey): Promise<{ code: number; output: string }> {
  const url = stack.config.database.kind === 'external' ? stack.config.database.url : '';
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'packages/local-stack/admin.ts', ...words],
      { cwd: root, env: { PATH: process.env.PATH, DATABASE_URL: url, ENCRYPTION_KEYS: keys } },
    );
    return { code: 0, output: stdout };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}

describe('npm run admin', () => {
  it('makes a practice and a key that works until it is revoked', async () => {
    expect(await admin(['practice', 'create', '--id', 'clinic', '--name', 'Clinic'])).toMatchObject(
      { code: 0 },
    );
    expect((await admin(['practice', 'create', '--id', 'clinic', '--name', 'Clinic'])).code).toBe(
      2,
    );
    const { output } = await admin(['key', 'create', '--practice', 'clinic']);
    const key = /^og_\S+/.exec(output)?.[0];
    const id = /key (\S+) of/.exec(output)?.[1];
    const as = { authorization: `Bearer ${key}` };
    expect((await stack.call('GET', '/v1/settings', undefined, as)).status).toBe(200);
    expect((await admin(['key', 'revoke', '--practice', 'clinic', '--key', id!])).code).toBe(0);
    expect((await stack.call('GET', '/v1/settings', undefined, as)).status).toBe(401);
  });

  it('sets up a practice that can ask, by the commands of docs/going-live.md', async () => {
    expect(
      (await admin(['practice', 'create', '--id', 'you', '--name', 'Your Practice'])).code,
    ).toBe(0);
    const key = /^og_\S+/.exec((await admin(['key', 'create', '--practice', 'you'])).output)?.[0];
    const as = { authorization: `Bearer ${key}` };
    const sender = {
      displayName: 'Your Practice',
      supportPhone: '+1 202 555 0199',
      postalAddress: '1 Example Street, Springfield, IL 62701',
    };
    const set = (more: object) =>
      stack.call<{ error?: { details: { message: string }[] } }>(
        'PATCH',
        '/v1/settings',
        { sender: { ...sender, ...more } },
        as,
      );
    const own = { emailFrom: 'hello@mail.your-practice.example', smsFrom: '+12025550142' };
    const refused = await set(own);
    expect(refused.status).toBe(403);
    const asked = refused.body.error!.details.map(
      ({ message }) =>
        /npm run admin -- (practice senders --practice you --\w+)/.exec(message)![1]!,
    );
    const values = ['mail.your-practice.example', '+1 (202) 555-0142'];
    for (const [n, command] of asked.entries())
      expect(await admin([...command.split(' '), values[n]!])).toMatchObject({ code: 0 });
    expect((await set(own)).status).toBe(200);
    expect((await admin(['practice', 'senders', '--practice', 'you'])).output).toContain(
      'emailFrom: mail.your-practice.example\nsmsFrom: +12025550142\n',
    );

    const senders = (...words: string[]) =>
      admin(['practice', 'senders', '--practice', 'clinic', ...words]);
    expect((await senders('--sms', '+12025550142')).output).toContain('another practice has it');
    for (const [option, value] of [
      ['--email', 'a@b.example, c@d.example'],
      ['--sms', 'x'],
      ['--fax', 'fax'],
      ['--withdraw', 'never@was.example'],
    ] as const)
      expect([option, (await senders(option, value)).code]).toEqual([option, 2]);
    const you = ['practice', 'senders', '--practice', 'you'];
    const withdrawn = await admin([...you, '--withdraw', '+12025550142']);
    expect(withdrawn.output).toContain('its settings lost it');
    const { body } = await stack.call<{ sender: object }>('GET', '/v1/settings', undefined, as);
    expect(body.sender).toEqual({ ...sender, emailFrom: own.emailFrom });
  });

  describe('stores texts by the rules of the API’s door', () => {
    const id = 'door';
    it('refuses what nobody can read, and says what is wrong', async () => {
      for (const [name, words] of [
        ['name', ['practice', 'create', '--id', id, '--name', 'a\u001bb']],
        ['name', ['practice', 'create', '--id', id, '--name', 'a'.repeat(201)]],
        ['label', ['key', 'create', '--practice', stack.practiceId, '--label', 'a\ue000b']],
        ['reason', ['pause', '--practice', stack.practiceId, '--reason', 'a\u202eb']],
      ] as const) {
        const { code, output } = await admin([...words]);
        expect([name, code]).toEqual([name, 2]);
        expect(output).toMatch(new RegExp(`^--${name} (has|is|must)`));
      }
      expect(await stack.db.prisma.practice.count({ where: { id } })).toBe(0);
      expect(await stack.db.prisma.apiKey.count({ where: { practiceId: stack.practiceId } })).toBe(
        1,
      );
      const { pausedReason } = await stack.db.prisma.practice.findUniqueOrThrow({
        where: { id: stack.practiceId },
      });
      expect(pausedReason).toBeNull();
    });

    it('puts right what can be put right', async () => {
      const create = ['practice', 'create', '--id', id, '--name', ' Cli\u0301nica\r\nJose\u0301 '];
      expect((await admin(create)).code).toBe(0);
      const label = ['key', 'create', '--practice', id, '--label', 'Jose\u0301\n'];
      expect((await admin(label)).code).toBe(0);
      const reason = ['pause', '--practice', id, '--reason', 'e\u0301\nx'];
      expect((await admin(reason)).code).toBe(0);
      const { prisma } = stack.db;
      expect(await prisma.practice.findUnique({ where: { id } })).toMatchObject({
        name: 'Clínica José',
        pausedReason: 'paused',
      });
      expect(await readPauseNote(stack.db, id)).toBe('é x');
      const key = await prisma.apiKey.findFirstOrThrow({ where: { practiceId: id } });
      expect(key.label).toBe('');
      const place = placeOf('api_keys.label', id, key.id);
      expect(stack.db.cipher.open(key.labelEnc!, place)).toBe('José');
    });
  });

  it('says what is missing, and what it can do', async () => {
    expect(await admin(['pause'])).toMatchObject({
      code: 2,
      output: expect.stringContaining('--reason is missing') as string,
    });
    expect(await admin(['dance'])).toMatchObject({
      code: 2,
      output: expect.stringContaining('verify-ledger') as string,
    });
    expect((await admin(['pause', '--colour', 'red'])).code).toBe(2);
  });

  it('verifies the ledger, alone and against a witness, and exits 1 when something does not fit', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'x');
    await acceptBoth(stack, ann);
    const { practiceId, db } = stack;
    const folder = await mkdtemp(join(tmpdir(), 'optgate-admin-'));
    const witness = join(folder, 'roots.jsonl');
    expect(await admin(['ledger', 'export', '--out', witness])).toMatchObject({ code: 0 });
    const verify = ['verify-ledger', '--witness', witness];
    expect(await admin(verify)).toMatchObject({
      code: 0,
      output: expect.stringContaining(
        `${practiceId}: 1 chains, 1 roots (1 witnessed), 0 problems`,
      ) as string,
    });

    const bundle = join(folder, 'ann.json');
    const evidence = ['ledger', 'evidence', '--practice', practiceId, '--contact', ann.id];
    expect((await admin([...evidence, '--out', bundle])).code).toBe(0);
    const [, key] = (await admin(['ledger', 'keys'])).output.split(' ');
    const program = 'packages/verify-evidence/verify-evidence.mjs';
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, bundle, '--key', key!],
      {
        cwd: root,
      },
    );
    expect(stdout).toContain('Everything fits');

    const altered = { practiceId, contactId: ann.id };
    await db.prisma.ledgerEntry.updateMany({
      where: { ...altered, type: 'accepted' },
      data: { type: 'declined' },
    });
    // And a practice that only the witness knows any more.
    const gone = (await readFile(witness, 'utf8')).replaceAll(practiceId, 'another');
    await writeFile(witness, `${await readFile(witness, 'utf8')}${gone}`);
    const { code, output } = await admin(verify);
    expect(code).toBe(1);
    expect(output).toContain(`contact ${ann.id}`);
    expect(output).toContain('another is not in the database any more');
    expect((await admin(evidence)).code).toBe(1);
    await db.prisma.ledgerEntry.updateMany({
      where: { ...altered, type: 'declined' },
      data: { type: 'accepted' },
    });
    await rm(folder, { recursive: true });
  });

  it('knows every sealed column', async () => {
    const rows = await stack.db.prisma.$queryRaw<{ name: string }[]>`
      SELECT table_name || '.' || column_name AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name LIKE '%\_enc'`;
    const known = Object.values(sealedColumns).flatMap(({ table, columns }) =>
      columns.map((column) => `${table}.${column}`),
    );
    expect(known.toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
  });

  it('re-encrypts everything, after which the old key is not needed any more', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'x');
    const { token } = await openSession(stack.db, { key: 'any', staff: 'Kim' });
    const fresh = newEncryptionKey('fresh');
    const done = await admin(['reencrypt'], `${fresh},${testKey}`);
    expect(done).toMatchObject({
      code: 0,
      output: expect.stringContaining('sealed with key "fresh"') as string,
    });
    expect((await admin(['reencrypt'], `${fresh},${testKey}`)).output).toContain('\n0 values');
    expect((await admin(['verify-ledger'], fresh)).code).toBe(0);
    const url = stack.config.database.kind === 'external' ? stack.config.database.url : '';
    const [id = '', key = ''] = fresh.split(/:(.*)/);
    const db = await openDatabase({
      url,
      encryptionKeys: [{ id, key: Buffer.from(key, 'base64') }],
      clock: stack.db.clock,
    });
    const contact = await db.prisma.contact.findUniqueOrThrow({
      where: { practiceId_id: { practiceId: stack.practiceId, id: ann.id } },
    });
    const place = placeOf('contacts.name', stack.practiceId, ann.id);
    expect(db.cipher.open(contact.nameEnc!, place)).toBe('Ann Example');
    expect(await readSession(db, token)).toMatchObject({ staff: 'Kim' });
    await db.close();
    // A key that is no longer given: signed-in staff sign in again.
    const page = await fetch(`${stack.url}/console`, {
      headers: { cookie: `optgate_console=${token}` },
      redirect: 'manual',
    });
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('sign-in') as string,
    ]);
    // The running service has only the old key: it must be given both before such a run.
    const { body: shown } = await stack.call('GET', `/v1/contacts/${ann.id}`);
    expect(shown).toMatchObject({ id: ann.id, unreadable: true });
    expect(shown).not.toHaveProperty('name');
  });
});
