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
  /** Chains of their own, of the ids that were merged into this one. */
  mergedFrom: { contactId: string; items: EvidenceEntry[] }[];
  /** The chains were recomputed and fit. */
  intact: boolean;
}): string {
  const { frame, zone, contactId, entries, mergedFrom, intact } = props;
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
      <Chain entries={entries} zone={zone} />
      {mergedFrom.map((former) => (
        <>
          <h2 safe>{`Under the id ${former.contactId}, which was merged into this one`}</h2>
          <Chain entries={former.items} zone={zone} />
        </>
      ))}
    </Console>,
  );
}

function Chain({ entries, zone }: { entries: EvidenceEntry[]; zone: string }): JSX.Element {
  if (entries.length === 0) return <p>Nothing yet.</p>;
  return (
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
  );
}
