import { Csrf, Table, Time, timeIn } from './layout.tsx';
import { kindNames, statusNames, whyNotSent } from './say.ts';
import type { Message } from './shapes.ts';

/** A contact's messages: what waits, in the order in which it leaves, and what was stored last. */
export function QueueOf(props: {
  waiting: Message[];
  more: boolean;
  latest: Message[];
  zone: string;
  csrf: string;
}): JSX.Element {
  const { waiting, more, latest, zone, csrf } = props;
  const others = latest.filter(({ id }) => !waiting.some((message) => message.id === id));
  return (
    <>
      <h2>Waiting, in the order in which it leaves</h2>
      {waiting.length === 0 ? (
        <p>Nothing waits.</p>
      ) : (
        <Messages messages={waiting} zone={zone} csrf={csrf} caption="Messages that wait" />
      )}
      {more ? <p>There are more; the first ones are shown.</p> : ''}
      <h2>Latest</h2>
      {others.length === 0 ? (
        <p>Nothing yet.</p>
      ) : (
        <Messages messages={others} zone={zone} csrf={csrf} caption="Latest messages" />
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
  zone: string;
  csrf: string;
  caption: string;
}): JSX.Element {
  const { messages, zone, csrf, caption } = props;
  return (
    <Table caption={caption} columns={Object.values(columns)} cards>
      {messages.map((message) => (
        <tr id={`m-${message.id}`}>
          <th scope="row">
            <a href={messageAddress(message.id)} safe>
              {message.about ?? kindNames[message.kind]}
            </a>
            <span class="quiet">
              {' '}
              stored <Time iso={message.createdAt} zone={zone} />
            </span>
          </th>
          <td data-label={columns.status} safe>
            {statusNames[message.status]}
          </td>
          <td data-label={columns.why}>
            <Whys message={message} zone={zone} />
          </td>
          <td data-label={columns.actions}>
            <Actions message={message} csrf={csrf} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function Whys({ message, zone }: { message: Message; zone: string }): JSX.Element {
  const { deliveries, waitingFor } = message;
  const timeOf = timeIn(zone);
  const whys = deliveries
    .map((delivery) => whyNotSent(delivery, timeOf))
    .filter((why) => why !== '');
  if (waitingFor === 'registration')
    whys.push('Waits until the contact is registered; then it leaves like any other.');
  if (waitingFor === 'method')
    whys.push('Waits until the contact has a channel that this message has words for.');
  return (
    <>
      {whys.map((why) => (
        <span class="why" safe>
          {why}
        </span>
      ))}
    </>
  );
}

/** What can be done with it now. Sending again what may have arrived is asked about on a page of its own. */
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
      {waits ? (
        <form method="post" action={`${at}/cancel`}>
          <Csrf token={csrf} />
          <button class="plain">Cancel</button>
        </form>
      ) : (
        ''
      )}
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
