import fc from 'fast-check';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { readIncoming } from '../../../src/core/incoming.ts';
import { messageSchema } from '../../../src/core/message/message-schema.ts';
import { readSignalMessage } from '../../../src/core/signals/signal-message.ts';

const message = { kind: 'ad_hoc', subject: 'About you', body: 'Hello' };
const read = (given: unknown): unknown => readIncoming(messageSchema, given).value;

describe('null', () => {
  it('is absence in every optional field of a message, at every depth', () => {
    const absent = Object.fromEntries(
      Object.keys(messageSchema.properties)
        .filter((name) => !(name in message))
        .map((name) => [name, null]),
    );
    expect(read({ ...message, ...absent })).toEqual(message);
    const content = { email: { subject: 's', text: 't', html: null }, sms: null, fax: null };
    expect(read({ ...message, content })).toMatchObject({
      content: { email: { subject: 's', text: 't' } },
    });
    expect(read({ ...message, data: { place: null, time: '9' } })).toMatchObject({
      data: { time: '9' },
    });
  });

  it('means the same wherever it is written: generated messages with and without it', () => {
    const whole = {
      ...message,
      methods: ['sms'],
      sendAt: '2030-01-01T00:00:00Z',
      notAfter: '2030-01-02T00:00:00Z',
      about: 'visit-1',
      supersedes: 'm-1',
    };
    fc.assert(
      fc.property(fc.subarray(Object.keys(whole)), (left) => {
        const given = Object.entries(whole);
        const nulled = Object.fromEntries(given.map(([k, v]) => [k, left.includes(k) ? null : v]));
        const cut = Object.fromEntries(given.filter(([k]) => !left.includes(k)));
        expect(read(nulled)).toEqual(cut);
      }),
    );
  });

  it('keeps its meaning where a schema gives it one', () => {
    const setting = Type.Object({
      hours: Type.Union([Type.String(), Type.Null()]),
      other: Type.Optional(Type.String()),
    });
    expect(readIncoming(setting, { hours: null, other: null }).value).toEqual({ hours: null });
    const patch = readIncoming(setting, { hours: null, other: null }, { patch: true });
    expect(patch.value).toEqual({ hours: null, other: null });
  });

  it('in a field that must be there is a missing field', () => {
    const compiled = Compile(messageSchema);
    const [error] = compiled.Errors(read({ ...message, kind: null }));
    expect(error).toMatchObject({ keyword: 'required' });
  });

  it('of an unknown name stays, and is refused as such', () => {
    expect(read({ ...message, colour: null })).toHaveProperty('colour', null);
  });
});

describe('texts', () => {
  it('are cleaned by the name of their field, in arrays of entries too, and problems name the place', () => {
    const { value, problems } = readIncoming(
      Type.Union([messageSchema, Type.Array(messageSchema)]),
      [
        { ...message, subject: 'a\r\nb', body: 'a\r\nb' },
        { ...message, body: 'a\0' },
        { ...message, content: { sms: { text: '\u200b' } } },
        { ...message, id: 'a\n' },
      ],
    );
    expect(value).toMatchObject([{ subject: 'a b', body: 'a\nb' }, {}, {}, {}]);
    expect(problems).toEqual([
      { path: [1, 'body'], message: 'has a control character' },
      { path: [2, 'content', 'sms', 'text'], message: 'is blank' },
      { path: [3, 'id'], message: 'has a control character' },
    ]);
  });

  it('of a template’s data may be empty and have lines, but no character that is none', () => {
    expect(read({ ...message, data: { note: 'a\r\nb', empty: ' ' } })).toMatchObject({
      data: { note: 'a\nb', empty: ' ' },
    });
    const { problems } = readIncoming(messageSchema, { ...message, data: { note: '\ud800' } });
    expect(problems).toEqual([{ path: ['data', 'note'], message: 'has a character that is none' }]);
  });

  it('in thousands of objects in one another are refused, not followed', () => {
    let deep: unknown = 'x';
    for (let depth = 0; depth < 20_000; depth += 1) deep = [deep];
    expect(readIncoming(messageSchema, { body: deep }).problems).toEqual([
      { path: ['body'], message: 'is nested too deeply' },
    ]);
  });
});

describe('a raw signal', () => {
  const signal = { messageId: 'm-1', ...message };

  it('is read as a body over HTTP is: null as absence, texts cleaned', () => {
    expect(readSignalMessage({ ...signal, subject: 'a\nb', sendAt: null, methods: null })).toEqual({
      ok: true,
      input: { ...message, subject: 'a b', id: 'm-1' },
    });
  });

  it.each([
    ['body', '\0', '/body has a control character'],
    ['body', ' \n', '/body is blank'],
    ['subject', '\ud800x', '/subject has a character that is none'],
    ['kind', null, '/kind is missing'],
    ['about', 'a\u0001', '/about has a control character'],
  ])('with a %s of %j is refused with the reason', (name, value, problem) => {
    const sent = { ...signal, [name]: value };
    const read = readSignalMessage(sent);
    const { unfit } = read.ok ? read : {};
    expect(read.ok ? `${unfit?.problem.path} ${unfit?.problem.message}` : read.problem).toBe(
      problem,
    );
  });

  it('with a text that cannot be taken keeps what was sent: it may repeat what is stored', () => {
    const body = 'Hello \ue000';
    expect(readSignalMessage({ ...signal, body })).toEqual({
      ok: true,
      input: { ...message, body, id: 'm-1' },
      unfit: {
        problem: {
          code: 'validation_failed',
          path: '/body',
          message: 'has a private-use character, which others cannot see',
        },
        sent: { ...message, body, id: 'm-1' },
      },
    });
  });
});
