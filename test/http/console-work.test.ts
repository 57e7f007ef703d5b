import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { contents, greenPeople, queue, register, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { formIn, signIn, type Visitor } from '../harness/visitor.ts';

/** Staff's work on messages, lists, templates and the practice, by the forms and links of the console. */

let stack: Stack;
let staff: Visitor;
beforeAll(async () => {
  stack = await startStack();
  staff = await signIn(stack);
});
afterAll(() => stack.stop());
afterEach(() => fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' }));

const pageOf = ({ id }: Person): string => `/console/contacts/${id}`;
async function press(action: string, form: Record<string, string> = {}) {
  return staff.open(action, { csrf: await staff.token(), ...form });
}

async function messageOf(ann: Person, status: string): Promise<string> {
  return until(`a message is ${status}`, async () => {
    const { body } = await stack.call<{ items: { id: string }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/messages?status=${status}`,
    );
    return body.items[0]?.id;
  });
}

describe('a message', () => {
  it('that failed is retried from the contact’s page', async () => {
    const [ann] = await greenPeople(stack, 1, ['sms']);
    await stack.control('/faults', { channel: 'sms', count: 1, kind: 'status', status: 400 });
    await queue(stack, ann!, 'refused once');
    const id = await messageOf(ann!, 'failed');
    const { text } = await staff.open(pageOf(ann!));
    expect(text).toContain('so fix the cause and press Retry');
    const action = `/console/messages/${id}/retry`;
    const { headers } = await staff.open(action, formIn(text, action));
    expect(headers.get('location')).toBe(pageOf(ann!));
    await until('it arrived', async () => (await contents(stack, ann!, 'sms')).length === 1);
    expect((await press(action)).status).toBe(303);
  });

  it('of which nobody knows whether it arrived is sent again only after a question', async () => {
    const [ann] = await greenPeople(stack, 1, ['sms']);
    await stack.control('/faults', { channel: 'sms', kind: 'lose_webhook', count: 10 });
    await stack.control('/faults', { channel: 'sms', count: 1, kind: 'accept_then_drop' });
    await queue(stack, ann!, 'perhaps');
    const id = await messageOf(ann!, 'unknown');
    const action = `/console/messages/${id}/retry`;
    const asked = await press(action);
    expect(asked.text).toContain('Send it again?');
    expect(asked.text).toContain('may deliver it twice');
    expect(await contents(stack, ann!, 'sms')).toEqual(['perhaps']);
    const { headers } = await staff.open(action, formIn(asked.text, action));
    expect(headers.get('location')).toContain('/console/contacts/');
    await until('it arrived again', async () => (await contents(stack, ann!, 'sms')).length === 2);
  });
});

describe('the lists', () => {
  const listed = async (query: string, region: string): Promise<string> => {
    const { text } = await staff.open(`/console${query}`);
    return text.split(`aria-label="${region}"`)[1]?.split('</table>')[0] ?? '';
  };

  it('contacts at risk are the red ones with a message due within two days, and no others', async () => {
    const [soon, late, green] = [someone(), someone(), (await greenPeople(stack, 1, ['sms']))[0]!];
    const hours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString();
    for (const [person, dueIn] of [
      [soon, 47],
      [late, 49],
      [green, 47],
    ] as const) {
      if (person !== green) await register(stack, person, ['sms']);
      const message = { kind: 'ad_hoc', body: 'later', sendAt: hours(dueIn) };
      await stack.call('POST', `/v1/contacts/${person.id}/messages`, message);
    }
    const risk = await listed('', 'Contacts at risk');
    expect(risk).toContain(soon.id);
    expect(risk).not.toContain(late.id);
    expect(risk).not.toContain(green.id);
    const all = await listed('', 'All contacts');
    for (const { id } of [soon, late, green]) expect(all).toContain(id);
  });

  it('are narrowed by light and by the state of a channel', async () => {
    const [green] = await greenPeople(stack, 1, ['email']);
    const red = someone();
    await register(stack, red, ['email']);
    const gone = someone();
    await register(stack, gone, ['email']);
    await stack.call('DELETE', `/v1/contacts/${gone.id}/consents/email`);
    const found = async (query: string): Promise<boolean[]> => {
      const region = await listed(query, 'Contacts found');
      return [green!, red, gone].map(({ id }) => region.includes(id));
    };
    expect(await found('?light=green')).toEqual([true, false, false]);
    expect(await found('?light=red')).toEqual([false, true, true]);
    expect(await found('?state=revoked')).toEqual([false, false, true]);
    expect(await found('?state=accepted')).toEqual([true, false, false]);
  });
});

describe('templates', () => {
  it('are previewed as typed without being saved, saved as a version, and given back', async () => {
    const action = '/console/templates/ad_hoc/sms/en';
    const path = '/v1/templates/ad_hoc/sms?locale=en';
    const version = async () => (await stack.call<{ version: string }>('GET', path)).body.version;
    const shipped = await version();
    const form = await staff.form(action, action);
    const words = { ...form, text: 'From {{ practice }}: come {{ }' };
    const broken = await staff.open(action, { ...words, do: 'preview' });
    expect(broken.text).toContain('These words cannot be saved');
    const typed = { ...form, text: 'From us: {{ body }} Reply STOP to stop.' };
    const shown = await staff.open(action, { ...typed, do: 'preview' });
    expect(shown.text).toMatch(/<pre>From us: /);
    expect(formIn(shown.text, action)['text']).toBe(typed.text);
    expect(await version()).toBe(shipped);

    const saved = await staff.open(action, { ...typed, do: 'save' });
    expect(saved.status).toBe(303);
    expect(await version()).not.toBe(shipped);
    expect((await staff.open(action)).text).toContain('Back to the shipped words');
    const back = await press(action, { do: 'reset' });
    expect(back.status).toBe(303);
    expect(await version()).toBe(shipped);
  });
});

describe('the practice', () => {
  it('that was suspended sends again when staff say so', async () => {
    await stack.db.prisma.practice.update({
      where: { id: stack.practiceId },
      data: { suspendedReason: 'too many complaints' },
    });
    const { text } = await staff.open('/console/health');
    expect(text).toContain('Sending is suspended: too many complaints.');
    const action = '/console/health/reinstate';
    const { headers } = await staff.open(action, formIn(text, action));
    expect(headers.get('location')).toBe('/console/health');
    expect((await staff.open('/console/health')).text).toContain('Sending is on.');
  });

  it('has a poster that leads to its first booking, and a script that says what people must know', async () => {
    const { text } = await staff.open('/console/poster');
    const address = `${stack.url}/book/${stack.practiceId}`;
    expect(text).toContain(`<p>${address}</p>`);
    expect(text).toMatch(/aria-label="QR code"><svg/);
    expect((await fetch(address)).status).toBe(200);
    for (const [lang, words] of [
      ['en', ['not encrypted', 'You need not agree', 'STOP', 'May we send you texts?']],
      ['es', ['no van cifrados', 'No tiene que aceptar', 'STOP', 'mensajes de texto?']],
    ] as const) {
      const script = text.split(`<blockquote lang="${lang}">`)[1]!.split('</blockquote>')[0]!;
      for (const said of words) expect(script).toContain(said);
    }
  });
});
