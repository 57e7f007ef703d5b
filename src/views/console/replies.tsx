import { contactAddress } from './contacts.tsx';
import { Console, Csrf, Live, RepliesCount, Table, Time, type Frame } from './layout.tsx';
import type { Reply } from './shapes.ts';

/** The part that keeps itself up to date. */
export type Replies = { csrf: string; zone: string; open: Reply[]; handled: Reply[] };

export function repliesPage(frame: Frame, replies: Replies): string {
  return String(
    <Console title="Replies" frame={frame} here="/console/replies">
      <RepliesOf replies={replies} />
    </Console>,
  );
}

export function repliesList(replies: Replies): string {
  return String(<RepliesOf replies={replies} />);
}

export function repliesCount(replies: number): string {
  return String(<RepliesCount replies={replies} />);
}

function RepliesOf({ replies }: { replies: Replies }): JSX.Element {
  const { open, handled, zone, csrf } = replies;
  return (
    <Live id="replies" from="/console/live/replies">
      <h2>Waiting for you</h2>
      {open.length === 0 ? (
        <p>No reply waits for you.</p>
      ) : (
        <ReplyTable replies={open} zone={zone} csrf={csrf} caption="Replies that wait" />
      )}
      <h2>Dealt with</h2>
      {handled.length === 0 ? (
        <p>None yet.</p>
      ) : (
        <ReplyTable replies={handled} zone={zone} csrf={csrf} caption="Replies dealt with" />
      )}
    </Live>
  );
}

const columns = {
  from: 'From',
  when: 'When',
  words: 'What they wrote',
  meaning: 'What was made of it',
  action: 'Action',
};

function ReplyTable(props: {
  replies: Reply[];
  zone: string;
  csrf: string;
  caption: string;
}): JSX.Element {
  const { replies, zone, csrf, caption } = props;
  return (
    <Table caption={caption} columns={Object.values(columns)} cards>
      {replies.map((reply) => (
        <tr>
          <th scope="row">
            {reply.contactId === undefined ? (
              ''
            ) : (
              <a href={contactAddress(reply.contactId)} safe>
                {reply.contactId}
              </a>
            )}
            <span class="quiet" safe>
              {` ${reply.from}`}
            </span>
          </th>
          <td data-label={columns.when}>
            <Time iso={reply.receivedAt} zone={zone} />
          </td>
          <td class="words" data-label={columns.words}>
            <span safe>{reply.text}</span>
            {reply.mediaCount === undefined ? (
              ''
            ) : (
              <span class="why">They sent a picture. You can see it at your texting provider.</span>
            )}
          </td>
          <td data-label={columns.meaning}>
            <span safe>{meaningOf(reply)}</span>
            {reply.nextAppointmentAt === undefined ? (
              ''
            ) : (
              <span class="why">
                Next appointment: <Time iso={reply.nextAppointmentAt} zone={zone} />. They may have
                meant to cancel it.
              </span>
            )}
          </td>
          <td data-label={columns.action}>
            <form
              method="post"
              action={`/console/replies/${reply.id}/${reply.handledAt === undefined ? 'handled' : 'reopen'}`}
            >
              <Csrf token={csrf} />
              <button class="plain">
                {reply.handledAt === undefined ? 'Dealt with' : 'Open again'}
              </button>
            </form>
          </td>
        </tr>
      ))}
    </Table>
  );
}

const meanings: Record<string, string> = {
  yes: 'A yes.',
  no: 'A no.',
  stop: 'A stop: no more texts go to this number.',
  start: 'A start: they want texts again.',
  help: 'A call for help; it was answered.',
  unclear: 'Not understood. Nothing was changed.',
  booking: 'A booking that could not be taken as it is; see what it says.',
};

function meaningOf({ meaning, doubtful }: Reply): string {
  const known = meanings[meaning] ?? meaning;
  return doubtful ? `${known} It may have been meant otherwise.` : known;
}
