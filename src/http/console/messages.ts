import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { confirmPage } from '../../views/console/confirm.tsx';
import { contactAddress } from '../../views/console/contacts.tsx';
import { messageForm, messagePage, messageStanding } from '../../views/console/message.tsx';
import { messageAddress } from '../../views/console/queue.tsx';
import type { WrittenMessage } from '../../views/console/shapes.ts';
import type { ApiProblem } from './api-client.ts';
import { changedIn, shownIn } from './changes.ts';
import {
  done,
  instantOf,
  localTime,
  openDesk,
  openPart,
  sendHtml,
  staffOf,
  textOf,
} from './desk.ts';

type Route = { Params: { messageId: string } };

/** One message: read, edit, cancel, retry. */
export function registerMessages(app: FastifyInstance): void {
  const pathOf = ({ params }: FastifyRequest<Route>): string =>
    `/messages/${encodeURIComponent(params.messageId)}`;

  const show = async (
    request: FastifyRequest<Route>,
    reply: FastifyReply,
    problem?: ApiProblem,
    status = 200,
  ) => {
    const { api, frame, zone } = await openDesk(request, reply, problem);
    const message = await api.get<WrittenMessage>(pathOf(request));
    return sendHtml(reply, messagePage({ frame, zone, message }), status);
  };

  app.get<Route>('/console/messages/:messageId', async (request, reply) => show(request, reply));

  app.get<Route>('/console/live/messages/:messageId', async (request, reply) => {
    const { api, zone } = await openPart(request, reply);
    const message = await api.get<WrittenMessage>(pathOf(request));
    return sendHtml(reply, messageStanding({ zone, message }));
  });

  app.get<Route>('/console/messages/:messageId/edit', async (request, reply) => {
    const { api, frame, zone } = await openDesk(request, reply);
    const message = await api.get<WrittenMessage>(pathOf(request));
    const sendAt = localTime(message.sendAt, zone);
    const { subject = '', body = '' } = message;
    const shown = { subject, body, sendAt };
    return sendHtml(reply, messageForm({ frame, message, sendAt, shown }));
  });

  app.post<Route>('/console/messages/:messageId/edit', async (request, reply) => {
    const { api, zone } = await openDesk(request, reply);
    const before = await api.get<WrittenMessage>(pathOf(request));
    const { body } = request;
    const shown = shownIn(body);
    const words = {
      subject: textOf(body, 'subject'),
      body: textOf(body, 'body').replaceAll('\r\n', '\n'),
    };
    const sendAt = textOf(body, 'sendAt');
    // Of a message whose words differ by channel, only the time stands in the form.
    const typed = before.body === undefined ? { sendAt } : { ...words, sendAt };
    const changed: Partial<typeof words & { sendAt: string }> = changedIn(typed, shown);
    const sent = await api.send('PATCH', pathOf(request), {
      ...changed,
      ...(changed.subject === '' ? { subject: null } : {}),
      ...(changed.sendAt === undefined ? {} : { sendAt: instantOf(sendAt, zone) }),
    });
    if (sent.ok) return done(reply, contactAddress(before.contactId), 'changed');
    const { frame } = await openDesk(request, reply, sent.problem);
    const message = before.body === undefined ? before : { ...before, ...words };
    return sendHtml(reply, messageForm({ frame, message, sendAt, shown }), sent.status);
  });

  app.post<Route>('/console/messages/:messageId/cancel', async (request, reply) => {
    const { api } = staffOf(request);
    const sent = await api.send('DELETE', pathOf(request));
    return sent.ok
      ? done(reply, contactAddress((sent.body as WrittenMessage).contactId), 'cancelled')
      : show(request, reply, sent.problem, sent.status);
  });

  app.post<Route>('/console/messages/:messageId/retry', async (request, reply) => {
    const { api, frame } = await openDesk(request, reply);
    const confirm = textOf(request.body, 'confirmed') === 'yes';
    const sent = await api.send('POST', `${pathOf(request)}/retry`, { confirm });
    if (sent.ok)
      return done(reply, contactAddress((sent.body as WrittenMessage).contactId), 'retried');
    if (sent.problem.code !== 'confirmation_needed')
      return show(request, reply, sent.problem, sent.status);
    const back = messageAddress(request.params.messageId);
    const page = confirmPage({
      frame,
      title: 'Send it again?',
      text: 'Nobody knows whether this message arrived. Sent again, it may arrive twice.',
      action: `${back}/retry`,
      fields: {},
      button: 'Send it again',
      back,
    });
    return sendHtml(reply, page);
  });
}
