import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { register, someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** What a caller may send many of has a limit: each of them may cost statements of its own. */

const routes: RouteOptions[] = [];
/** Every route, also those that the documentation leaves out. */
const collect = (message: unknown): void => {
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onRoute', (route) => void routes.push(route));
};

let stack: Stack;
beforeAll(async () => {
  subscribe('fastify.initialization', collect);
  stack = await startStack({ worker: false });
  unsubscribe('fastify.initialization', collect);
});
afterAll(() => stack.stop());

type Schema = { type?: unknown; items?: Schema; maxItems?: number; uniqueItems?: boolean };

/** Every array in a schema, with its place. */
function arraysIn(schema: unknown, place: string): [string, Schema][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.entries(schema).flatMap(([name, part]) =>
    arraysIn(part, `${place}/${name}`),
  );
  return (schema as Schema).type === 'array' ? [[place, schema], ...inner] : inner;
}

const arrays = () =>
  routes.flatMap(({ method, url, schema }) =>
    (['body', 'querystring', 'params'] as const).flatMap((part) =>
      arraysIn(schema?.[part], `${String(method)} ${url} ${part}`),
    ),
  );

it('every array that a route takes has a bound, and holds nothing twice where it is a set', () => {
  expect(routes.length).toBeGreaterThan(60);
  expect(arrays().length).toBeGreaterThan(15);
  const endless = arrays().filter(([, { maxItems = Infinity }]) => maxItems > limits.arrayEntries);
  expect(endless.map(([place]) => place)).toEqual([]);
  // Words are names of something; only entries may be alike.
  const repeated = arrays().filter(
    ([, { items, uniqueItems }]) =>
      !('properties' in (items ?? {})) && !('allOf' in (items ?? {})) && uniqueItems !== true,
  );
  expect(repeated.map(([place]) => place)).toEqual([]);
});

it('a contact is asked on each of its channels once, however often they are named', async () => {
  const ann = someone();
  await register(stack, ann);
  const ask = (methods: string[]) =>
    stack.call<object>('POST', `/v1/contacts/${ann.id}/opt-in`, { methods });
  for (const methods of [Array.from({ length: 1_000 }, () => 'email'), ['email', 'email'], []])
    expect((await ask(methods)).status).toBe(422);
  expect((await ask(['sms', 'email'])).status).toBe(202);
});

it('one call brings a contact some consents, and not a thousand', async () => {
  const eve = someone();
  await register(stack, eve);
  const consents = (count: number) =>
    Array.from({ length: count }, () => ({
      contactId: eve.id,
      method: 'email',
      address: 'other@example.com',
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form',
    }));
  const most = limits.consentsOfOneContact;
  expect((await stack.call('POST', '/v1/consents', consents(most))).status).toBe(201);
  const entries = () => stack.db.prisma.ledgerEntry.count({ where: { contactId: eve.id } });
  const before = await entries();
  const { status, body } = await stack.call('POST', '/v1/consents', consents(most + 2));
  expect(status).toBe(422);
  const named = { path: '/contactId', message: `is named more than ${most} times` };
  expect(body).toMatchObject({
    error: {
      code: 'validation_failed',
      details: [
        { index: most, ...named },
        { index: most + 1, ...named },
      ],
    },
  });
  expect(await entries()).toBe(before);
});
