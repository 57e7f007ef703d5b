import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sendsFrom } from '../core/sender.ts';
import { confirmPage } from './views/confirm.tsx';
import { contactAddress } from './views/contacts.tsx';
import { messageForm, messagePage, messageStanding } from './views/message.tsx';
import { timeIn } from './views/layout.tsx';
import { messageAddress } from './views/queue.tsx';
import { kindNames } from './views/say.ts';
import { waysCancelled, waysRepeated } from './views/ways.ts';
import { nameOf } from './views/who.tsx';
import type { Contact, WrittenMessage } from './views/shapes.ts';
import type { AppContext } from '../signals/app-context.ts';
import type { Api } from './api-client.ts';
import { changedIn, shownIn } from './changes.ts';
import { done, doneWithUndo, refused } from './notice.ts';
import { pathOf as contactPath } from './contacts.ts';
import {
  instantOf,
  isPressed,
  localTime,
  openDesk,
  openPart,
  sendHtml,
  staffOf,
  textOf,
} from './desk.ts';

type Route = { Params: { messageId: string } };

/** One message: read, edit, cancel, retry. */
export function registerMessages(app: FastifyInstance, { config }: AppContext): void {
  const pathOf = ({ params }: FastifyRequest<Route>): string =>
    `/messages/${encodeURIComponent(params.messageId)}`;

  /** The message with its contact: nobody should have to guess whose it is. */
  const read = async (api: Api, request: FastifyRequest<Route>) => {
    const message = await api.get<WrittenMessage>(pathOf(request));
    return { message, who: await api.get<Contact>(contactPath(message.contactId)) };
  };

  app.get<Route>('/console/messages/:messageId', async (request, reply) => {
    const { api, frame, zone, settings } = await openDesk(request, reply);
    const { message, who } = await read(api, request);
    const smsFrom = sendsFrom(settings, config.senders, 'sms');
    return sendHtml(reply, messagePage({ frame, zone, message, who, smsFrom }));
  });

  app.get<Route>('/console/live/messages/:messageId', async (request, reply) => {
    const { api, zone, settings } = await openPart(request, reply);
    const { message, who } = await read(api, request);
    return sendHtml(
      reply,
      messageStanding({ zone, message, who, smsFrom: sendsFrom(settings, config.senders, 'sms') }),
    );
  });

  app.get<Route>('/console/messages/:messageId/edit', async (request, reply) => {
    const { api, frame, zone, typed } = await openDesk(request, reply);
    const { message: stored, who } = await read(api, request);
    const { subject = '', body = '' } = stored;
    const shown = { subject, body, sendAt: localTime(stored.sendAt, zone) };
    if (!frame.problem)
      return sendHtml(
        reply,
        messageForm({ frame, message: stored, who, sendAt: shown.sendAt, shown }),
      );
    const words = { subject: textOf(typed, 'subject'), body: textOf(typed, 'body') };
    const message = stored.body === undefined ? stored : { ...stored, ...words };
    const sendAt = textOf(typed, 'sendAt');
    return sendHtml(reply, messageForm({ frame, message, who, sendAt, shown: shownIn(typed) }));
  });

  app.post<Route>('/console/messages/:messageId/edit', async (request, reply) => {
    const { api, zone } = await openPart(request, reply);
    const before = await api.get<WrittenMessage>(pathOf(request));
    const { body } = request;
    const shown = shownIn(body);
    const words = {
      subject: textOf(body, 'subject'),
      body: textOf(body, 'body').replaceAll('\r\n', '\n'),
    };
    const sendAt = textOf(body, 'sendAt');
    // For a message whose words differ by channel, the form has only the time.
    const typed = before.body === undefined ? { sendAt } : { ...words, sendAt };
    const changed: Partial<typeof words & { sendAt: string }> = changedIn(typed, shown);
    const sent = await api.send('PATCH', pathOf(request), {
      ...changed,
      ...(changed.subject === '' ? { subject: null } : {}),
      ...(changed.sendAt === undefined ? {} : { sendAt: instantOf(sendAt, zone) }),
    });
    if (!sent.ok) return refused(request, reply, `${addressOf(request)}/edit`, sent.problem);
    return done(request, reply, contactAddress(before.contactId), 'The message is changed.');
  });

  app.get<Route>('/console/messages/:messageId/cancel', async (request, reply) => {
    const { api, frame, zone } = await openDesk(request, reply);
    const { message, who } = await read(api, request);
    const kind = kindNames[message.kind].toLowerCase();
    const event = message.eventAt === undefined ? '' : ` about ${timeIn(zone)(message.eventAt)}`;
    const page = confirmPage({
      frame,
      who,
      title: `Cancel this ${kind}?`,
      text: `${nameOf(who)} will not get this ${kind}${event}.`,
      what: waysCancelled(message, who, timeIn(zone)),
      hint: 'It takes effect at once. You can undo it for ten seconds.',
      action: `${addressOf(request)}/cancel`,
      fields: {},
      button: 'Cancel the message',
      back: contactAddress(message.contactId),
    });
    return sendHtml(reply, page);
  });

  app.post<Route>('/console/messages/:messageId/cancel', async (request, reply) => {
    const { api } = staffOf(request);
    const sent = await api.send('DELETE', pathOf(request));
    if (!sent.ok) return refused(request, reply, addressOf(request), sent.problem);
    const { contactId, kind } = sent.body as WrittenMessage;
    const who = await api.get<Contact>(contactPath(contactId));
    const text = `Cancelled: ${nameOf(who)} does not get this ${kindNames[kind].toLowerCase()}.`;
    const undo = { action: `${addressOf(request)}/restore`, fields: {} };
    return doneWithUndo(request, reply, contactAddress(contactId), text, undo);
  });

  app.post<Route>('/console/messages/:messageId/restore', async (request, reply) => {
    const { api } = staffOf(request);
    const sent = await api.send('POST', `${pathOf(request)}/restore`);
    if (!sent.ok) return refused(request, reply, addressOf(request), sent.problem);
    const { contactId } = sent.body as WrittenMessage;
    const text = 'The cancelling is undone: the message is waiting again.';
    return done(request, reply, contactAddress(contactId), text);
  });

  app.get<Route>('/console/messages/:messageId/:act', async (request, reply) =>
    reply.redirect(addressOf(request), 303),
  );

  app.post<Route>('/console/messages/:messageId/retry', async (request, reply) => {
    const { api, frame, zone } = await openDesk(request, reply);
    const confirm = isPressed(request.body, 'confirmed');
    const sent = await api.send('POST', `${pathOf(request)}/retry`, { confirm });
    if (sent.ok) {
      const { contactId } = sent.body as WrittenMessage;
      return done(request, reply, contactAddress(contactId), 'We are trying again.');
    }
    if (sent.problem.code !== 'confirmation_needed')
      return refused(request, reply, addressOf(request), sent.problem);
    const { message, who } = await read(api, request);
    const page = confirmPage({
      frame,
      who,
      title: 'Send it again?',
      text: `We can’t tell if ${nameOf(who)} got this ${kindNames[message.kind].toLowerCase()}. Resending may deliver it twice.`,
      what: waysRepeated(message, who, timeIn(zone)),
      action: `${addressOf(request)}/retry`,
      fields: {},
      button: 'Send it again',
      back: addressOf(request),
    });
    return sendHtml(reply, page);
  });
}

function addressOf({ params }: FastifyRequest<Route>): string {
  return messageAddress(params.messageId);
}
