import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../../domain/limits.ts';
import { confirmPage } from '../../views/console/confirm.tsx';
import type { Caution, Refused } from './api-client.ts';
import { isPressed, openDesk, sendHtml } from './desk.ts';

/** A hand that opens the gate lets everything go that was held: more than a few messages are asked about first. */
export function cautionOf(body: unknown): Caution {
  return isPressed(body, 'confirmed') ? {} : { releaseAtMost: limits.releasedUnasked };
}

/** The same form again, to be sent with a yes. Undefined: it was refused for another reason. */
export async function askFirst(
  request: FastifyRequest,
  reply: FastifyReply,
  { problem }: Refused,
  back: string,
): Promise<FastifyReply | undefined> {
  if (problem.code !== 'releases_many') return undefined;
  const { frame } = await openDesk(request, reply);
  const { csrf: _csrf, confirmed: _confirmed, ...fields } = request.body as Fields;
  const page = confirmPage({
    frame,
    title: 'Send the waiting messages?',
    text: `This would send ${/\d+/.exec(problem.message)?.[0] ?? 'many'} waiting messages. They are sent at once, or when they are due. Look through the waiting messages first if some of them should not be sent any more.`,
    action: request.url,
    fields,
    button: 'Yes, send them',
    back,
  });
  return sendHtml(reply, page);
}

type Fields = Record<string, string | string[]>;
