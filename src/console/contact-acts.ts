import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { consentMethods, type ConsentMethod } from '../core/method.ts';
import { sendsFrom } from '../core/sender.ts';
import { confirmPage } from './views/confirm.tsx';
import { askAgainPage, settlePage } from './views/contact-acts.tsx';
import { contactAddress } from './views/contacts.tsx';
import { masked, phoneInWords } from './views/phone.ts';
import { methodNames } from './views/say.ts';
import type { Answer, Contact, List } from './views/shapes.ts';
import { nameOf } from './views/who.tsx';
import type { AppContext } from '../signals/app-context.ts';
import type { Sent } from './api-client.ts';
import { askFirst, cautionOf } from './caution.ts';
import { pathOf } from './contacts.ts';
import {
  filledIn,
  instantOf,
  isPressed,
  openDesk,
  openPart,
  sendHtml,
  staffOf,
  textOf,
} from './desk.ts';
import { done, doneWithUndo, refused } from './notice.ts';

type Route = { Params: { contactId: string } };

/**
 * Staff's acts on a contact. Every form ends in its page: accepted or refused, it can be reloaded. An act with
 * consequences is confirmed first, on a page that names the person, the address and the effect.
 */
export function registerContactActs(app: FastifyInstance, { config }: AppContext): void {
  const answer = async (
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    sent: Sent,
    text: string,
  ) => {
    const back = contactAddress(request.params.contactId);
    if (sent.ok) return done(request, reply, back, text);
    const question = await askFirst(request, reply, sent, back, request.params.contactId);
    return question ?? refused(request, reply, back, sent.problem);
  };

  app.post<Route>('/console/contacts/:contactId/opt-in', async (request, reply) => {
    const { api } = staffOf(request);
    const { contactId } = request.params;
    const method = textOf(request.body, 'method');
    const again = isPressed(request.body, 'again');
    const body = {
      methods: [method],
      ...(again ? { reason: textOf(request.body, 'reason') } : {}),
    };
    const sent = await api.send('POST', `${pathOf(contactId)}/opt-in`, body);
    const [asked] = consentMethods.filter((known) => known === method);
    if (!sent.ok && again && asked !== undefined)
      return refused(request, reply, askAgainAddress(contactId, asked), sent.problem);
    return answer(request, reply, sent, 'The opt-in is on its way.');
  });

  /** The channel is part of the page's address, so a one-time notice belongs to this page alone. */
  type Channelled = { Params: { contactId: string; method: string } };
  app.get<Channelled>('/console/contacts/:contactId/ask-again/:method', async (request, reply) => {
    const { api, frame, zone, typed } = await openDesk(request, reply);
    const { contactId } = request.params;
    const path = pathOf(contactId);
    const [contact, answers] = await Promise.all([
      api.get<Contact>(path),
      api.get<List<Answer>>(`${path}/answers`),
    ]);
    const at = contactAddress(contactId);
    const method = methodOf(contact, request.params.method);
    if (method === undefined) return reply.redirect(at, 303);
    const own = answers.items.filter((one) => one.method === method);
    const reason = textOf(typed, 'reason');
    const page = askAgainPage({ frame, contact, method, answers: own, zone, at, typed: reason });
    return sendHtml(reply, page);
  });

  app.get<Channelled>('/console/contacts/:contactId/settle/:method', async (request, reply) => {
    const { api, frame, typed } = await openDesk(request, reply);
    const contact = await api.get<Contact>(pathOf(request.params.contactId));
    const at = contactAddress(contact.id);
    const method = methodOf(contact, request.params.method);
    if (method === undefined) return reply.redirect(at, 303);
    const page = settlePage({ frame, contact, method, at, typed: textOf(typed, 'reason') });
    return sendHtml(reply, page);
  });

  app.post<Channelled>('/console/contacts/:contactId/settle/:method', async (request, reply) => {
    const { api } = staffOf(request);
    const { contactId, method } = request.params;
    const path = `${pathOf(contactId)}/consents/${encodeURIComponent(method)}/settle`;
    const body = { reason: textOf(request.body, 'reason') };
    const sent = await api.send('POST', path, body, cautionOf(request.body));
    const form = settleAddress(contactId, method);
    if (!sent.ok && sent.problem.code === 'validation_failed')
      return refused(request, reply, form, sent.problem);
    return answer(request, reply, sent, 'Settled: nothing is held there any more.');
  });

  app.post<Route>('/console/contacts/:contactId/messages', async (request, reply) => {
    const { api, zone } = await openPart(request, reply);
    const { body } = request;
    const sent = await api.send('POST', `${pathOf(request.params.contactId)}/messages`, {
      kind: 'ad_hoc',
      ...filledIn({
        id: textOf(body, 'id'),
        subject: textOf(body, 'subject'),
        body: textOf(body, 'body'),
        sendAt: instantOf(textOf(body, 'sendAt'), zone) ?? '',
      }),
    });
    return answer(
      request,
      reply,
      sent,
      'The message is saved. It is sent when it is due and they have agreed.',
    );
  });

  app.post<Route>('/console/contacts/:contactId/consents', async (request, reply) => {
    const { body, params } = request;
    const { api, zone } = await openPart(request, reply);
    const method = textOf(body, 'method');
    const consent = {
      method,
      address: textOf(body, `address-${method}`),
      source: textOf(body, 'source'),
      obtainedAt: instantOf(textOf(body, 'obtainedAt'), zone) ?? textOf(body, 'seenAt'),
      evidence: textOf(body, 'evidence'),
    };
    const path = `${pathOf(params.contactId)}/consents`;
    const sent = await api.send('POST', path, consent, cautionOf(body));
    const kept = sent.ok && (sent.body as { applied?: boolean }).applied === false;
    const text = kept
      ? 'The consent is kept as evidence, but opens nothing: it is for another address than today’s, or older than a stop.'
      : 'The consent is recorded.';
    return answer(request, reply, sent, text);
  });

  app.post<Route>('/console/contacts/:contactId/waivers', async (request, reply) => {
    const { body, params } = request;
    const { api } = staffOf(request);
    const waiver = { method: textOf(body, 'method'), reason: textOf(body, 'reason') };
    const path = `${pathOf(params.contactId)}/waivers`;
    const sent = await api.send('POST', path, waiver, cautionOf(body));
    return answer(
      request,
      reply,
      sent,
      'The channel is skipped. The others no longer wait for it.',
    );
  });

  app.get<Channelled>('/console/contacts/:contactId/stop/:method', async (request, reply) => {
    const { api, frame, settings } = await openDesk(request, reply);
    const who = await api.get<Contact>(pathOf(request.params.contactId));
    const back = contactAddress(who.id);
    const method = methodOf(who, request.params.method);
    if (method === undefined) return reply.redirect(back, 303);
    const what = method === 'email' ? 'emails' : 'texts';
    const number = sendsFrom(settings, config.senders, 'sms');
    const until =
      method === 'email'
        ? 'they agree again themselves'
        : `they text START ${number === undefined ? 'to us' : `to ${phoneInWords(number)}`} themselves`;
    const page = confirmPage({
      frame,
      who,
      title: `Stop ${what} to ${nameOf(who)}?`,
      text: `${nameOf(who)} will get no more ${what} from us ${addressIn(who, method)}, until ${until} or you record a new consent.`,
      hint: 'It takes effect at once. You can undo it for ten seconds.',
      action: `${back}/stop`,
      fields: { method },
      button: `Stop ${what}`,
      back,
    });
    return sendHtml(reply, page);
  });

  app.post<Route>('/console/contacts/:contactId/stop', async (request, reply) => {
    const { api } = staffOf(request);
    const { contactId } = request.params;
    const method = textOf(request.body, 'method');
    const sent = await api.send(
      'DELETE',
      `${pathOf(contactId)}/consents/${encodeURIComponent(method)}`,
    );
    if (!sent.ok) return answer(request, reply, sent, '');
    const who = sent.body as Contact;
    const known = methodOf(who, method) ?? 'sms';
    const text = `${nameOf(who)} gets no more ${known === 'email' ? 'emails' : 'texts'} ${addressIn(who, known)}.`;
    const back = contactAddress(contactId);
    const undo = { action: `${back}/restore`, fields: { method } };
    return doneWithUndo(request, reply, back, text, undo);
  });

  app.post<Route>('/console/contacts/:contactId/restore', async (request, reply) => {
    const { api } = staffOf(request);
    const method = encodeURIComponent(textOf(request.body, 'method'));
    const path = `${pathOf(request.params.contactId)}/consents/${method}/restore`;
    const text = 'The stop is undone: everything is as it was.';
    return answer(request, reply, await api.send('POST', path), text);
  });

  // A form's address that is loaded again, from the address bar or by Back, leads to the page of the form.
  app.get<Route>('/console/contacts/:contactId/:act', async (request, reply) =>
    reply.redirect(contactAddress(request.params.contactId), 303),
  );
}

export function askAgainAddress(contactId: string, method: ConsentMethod): string {
  return `${contactAddress(contactId)}/ask-again/${method}`;
}

function settleAddress(contactId: string, method: string): string {
  return `${contactAddress(contactId)}/settle/${encodeURIComponent(method)}`;
}

/** Undefined: the contact has no such channel. */
function methodOf({ channels }: Contact, method: string): ConsentMethod | undefined {
  return consentMethods.find((known) => known === method && channels[known]);
}

/** `at (415) …07`: enough to recognise a known address, useless to anybody looking over a shoulder. */
function addressIn({ channels }: Contact, method: ConsentMethod): string {
  const address = channels[method]?.address;
  return address === undefined
    ? `by ${methodNames[method].toLowerCase()}`
    : `at ${masked(method, address)}`;
}
