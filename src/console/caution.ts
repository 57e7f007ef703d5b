import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../core/limits.ts';
import { confirmPage } from './views/confirm.tsx';
import type { Contact } from './views/shapes.ts';
import { nameOf } from './views/who.tsx';
import { unlessRefused, type Caution, type Refused } from './api-client.ts';
import { isPressed, openDesk, sendHtml } from './desk.ts';

/** A hand that opens the gate lets everything go that was held: more than a few messages are asked about first. */
export function cautionOf(body: unknown): Caution {
  return isPressed(body, 'confirmed') ? {} : { releaseAtMost: limits.releasedUnasked };
}

/**
 * The same form again, to be sent with a yes. `contactId`: whose messages they are, where it is one person's. Undefined:
 * it was refused for another reason.
 */
export async function askFirst(
  request: FastifyRequest,
  reply: FastifyReply,
  { problem }: Refused,
  back: string,
  contactId?: string,
): Promise<FastifyReply | undefined> {
  if (problem.code !== 'releases_many') return undefined;
  const { frame, api } = await openDesk(request, reply);
  const who =
    contactId === undefined
      ? undefined
      : await unlessRefused(404, api.get<Contact>(`/contacts/${encodeURIComponent(contactId)}`));
  const to = who === undefined ? '' : ` to ${nameOf(who)}`;
  const { csrf: _csrf, confirmed: _confirmed, ...fields } = request.body as Fields;
  const page = confirmPage({
    frame,
    who,
    title: `Send the waiting messages${to}?`,
    text: `This would send ${/\d+/.exec(problem.message)?.[0] ?? 'many'} waiting messages${to}. They are sent at once, or when they are due. Look through the waiting messages first if some of them should not be sent any more.`,
    action: request.url,
    fields,
    button: 'Yes, send them',
    back,
  });
  return sendHtml(reply, page);
}

type Fields = Record<string, string | string[]>;
