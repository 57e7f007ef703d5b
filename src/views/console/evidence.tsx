import { contactAddress } from './contacts.tsx';
import { Console, Time, type Frame } from './layout.tsx';

export type EvidenceEntry = {
  seq: number;
  type: string;
  at: string;
  hash: string;
  fields: unknown;
};

/** The ledger of one contact, as it can be verified. */
export function evidencePage(props: {
  frame: Frame;
  zone: string;
  contactId: string;
  entries: EvidenceEntry[];
  /** The chain was recomputed and fits. */
  intact: boolean;
}): string {
  const { frame, zone, contactId, entries, intact } = props;
  return String(
    <Console title="Evidence" frame={frame} here="/console">
      <p>
        <a href={contactAddress(contactId)}>Back to the contact</a>
      </p>
      <p>
        What was shown, asked and answered, each entry sealed to the one before it. Nothing here is
        ever changed; an erasure removes what is personal and keeps the proof that it was there.
      </p>
      {intact ? (
        <p class="said">The chain was recomputed just now, and it is whole.</p>
      ) : (
        <p class="refused">The chain does not fit: something was changed. Tell your operators.</p>
      )}
      {entries.length === 0 ? <p>Nothing yet.</p> : ''}
      <ol class="evidence">
        {entries.map(({ type, at, hash, fields }) => (
          <li>
            <p>
              <strong safe>{type}</strong> <Time iso={at} zone={zone} />
            </p>
            <pre safe>{JSON.stringify(fields, null, 2)}</pre>
            <code class="quiet" safe>
              {hash}
            </code>
          </li>
        ))}
      </ol>
    </Console>,
  );
}
