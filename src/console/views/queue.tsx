import { Table, Time, timeIn } from './layout.tsx';
import { Csrf } from './said.tsx';
import { kindNames, statusNames } from './say.ts';
import type { Message } from './shapes.ts';
import { whyNotSent, type Known } from './why-not-sent.ts';

/** A contact's messages: the queue, in sending order, and the latest ones. */
export function QueueOf(props: {
  waiting: Message[];
  more: boolean;
  latest: Message[];
  known: Known;
  zone: string;
  csrf: string;
}): JSX.Element {
  const { waiting, more, latest, known, zone, csrf } = props;
  const others = latest.filter(({ id }) => !waiting.some((message) => message.id === id));
  return (
    <>
      <h2>Waiting to be sent</h2>
      {waiting.length === 0 ? (
        <p>No messages are waiting.</p>
      ) : (
        <Messages
          messages={waiting}
          known={known}
          zone={zone}
          csrf={csrf}
          caption="Waiting messages"
        />
      )}
      {more ? <p>There are more. The first ones are shown.</p> : ''}
      <h2>Latest messages</h2>
      {others.length === 0 ? (
        <p>No messages yet.</p>
      ) : (
        <Messages
          messages={others}
          known={known}
          zone={zone}
          csrf={csrf}
          caption="Latest messages"
        />
      )}
    </>
  );
}

const columns = {
  message: 'Message',
  status: 'Status',
  why: 'Why not sent?',
  actions: 'Actions',
};

function Messages(props: {
  messages: Message[];
  known: Known;
  zone: string;
  csrf: string;
  caption: string;
}): JSX.Element {
  const { messages, known, zone, csrf, caption } = props;
  return (
    <Table caption={caption} columns={Object.values(columns)} cards>
      {messages.map((message) => (
        <tr id={`m-${message.id}`}>
          <th scope="row">
            <a href={messageAddress(message.id)} safe>
              {message.about ?? kindNames[message.kind]}
            </a>
            {message.about === undefined ? (
              ''
            ) : (
              <span class="quiet" safe>
                {kindNames[message.kind]}
              </span>
            )}
            <span class="quiet">
              {' '}
              saved <Time iso={message.createdAt} zone={zone} />
            </span>
          </th>
          <td data-label={columns.status} safe>
            {statusNames[message.status]}
          </td>
          <td data-label={columns.why}>
            <Why message={message} zone={zone} known={known} />
          </td>
          <td data-label={columns.actions}>
            <Actions message={message} csrf={csrf} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function Why(props: { message: Message; zone: string; known: Known }): JSX.Element {
  const { message, zone, known } = props;
  return (
    <span class="why" safe>
      {whyNotSent(message, timeIn(zone), known)}
    </span>
  );
}

/** The actions on it now. Resending a message that may have arrived is confirmed on a page of its own. */
function Actions({ message, csrf }: { message: Message; csrf: string }): JSX.Element {
  const at = messageAddress(message.id);
  const has = (...statuses: string[]): boolean =>
    message.deliveries.some(({ status }) => statuses.includes(status));
  const waits = has('queued') || message.waitingFor !== undefined;
  return (
    <span class="row">
      {waits && !has('sending', 'sent', 'delivered', 'unknown', 'failed') ? (
        <a href={`${at}/edit`}>Edit</a>
      ) : (
        ''
      )}
      {waits ? <a href={`${at}/cancel`}>Cancel</a> : ''}
      {has('failed', 'unknown') ? (
        <form method="post" action={`${at}/retry`}>
          <Csrf token={csrf} />
          <button class="plain">Retry</button>
        </form>
      ) : (
        ''
      )}
    </span>
  );
}

export function messageAddress(id: string): string {
  return `/console/messages/${encodeURIComponent(id)}`;
}
