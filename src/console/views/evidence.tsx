import type { EvidenceType } from '../../core/consent/consent-state.ts';
import type { Method } from '../../core/method.ts';
import { contactAddress } from './contacts.tsx';
import { Console, Time, type Frame } from './layout.tsx';
import { evidenceNames, methodNames } from './say.ts';
import type { Contact } from './shapes.ts';

export type EvidenceEntry = {
  seq: number;
  type: EvidenceType;
  at: string;
  method?: Method;
  hash: string;
  /** Absent: erased. */
  fields?: Record<string, unknown> | null;
};

/** The ledger of one contact, as it can be verified. */
export function evidencePage(props: {
  frame: Frame;
  zone: string;
  contactId: string;
  /** Undefined: erased. */
  who: Contact | undefined;
  entries: EvidenceEntry[];
  /** Chains of their own, of the ids that were merged into this one. */
  mergedFrom: { contactId: string; items: EvidenceEntry[] }[];
  /** Entries that are not shown. */
  left: number;
  /** The chains were recomputed and fit. */
  intact: boolean;
}): string {
  const { frame, zone, contactId, who, entries, mergedFrom, left, intact } = props;
  return String(
    <Console title="Evidence" who={who} frame={frame} here="/console">
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
      {left === 0 ? (
        ''
      ) : (
        <p class="hint" safe>
          {`Only the newest entries are shown; ${left} more were checked too. Your programs read all of them.`}
        </p>
      )}
      <Chain entries={entries} zone={zone} />
      {mergedFrom
        .filter(({ items }) => left === 0 || items.length > 0)
        .map((former) => (
          <>
            <h2 safe>{`Under the id ${former.contactId}, which was merged into this one`}</h2>
            <Chain entries={former.items} zone={zone} />
          </>
        ))}
    </Console>,
  );
}

function Chain({ entries, zone }: { entries: EvidenceEntry[]; zone: string }): JSX.Element {
  if (entries.length === 0) return <p>Nothing to show.</p>;
  return (
    <ol class="evidence">
      {entries.map(({ type, method, at, hash, fields }) => (
        <li>
          <p>
            <strong safe>{evidenceNames[type]}</strong>
            {method === undefined ? '' : <span safe>{`, ${methodNames[method]}`}</span>}
            {', '}
            <Time iso={at} zone={zone} />
          </p>
          {fields ? <FieldsOf fields={fields} /> : <p>What it said was erased.</p>}
          <p class="hint">
            Seal <code safe>{hash}</code>
          </p>
        </li>
      ))}
    </ol>
  );
}

/** Characters from which on a value is folded: a text that was shown, and not an address or a reason. */
const long = 200;

function FieldsOf({ fields }: { fields: Record<string, unknown> }): JSX.Element {
  return (
    <dl>
      {Object.entries(fields).map(([name, value]) => {
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        return (
          <>
            <dt safe>{inWords(name)}</dt>
            <dd class="words">
              {text.length < long ? (
                <span safe>{text}</span>
              ) : (
                <details>
                  <summary>Show it</summary>
                  <span safe>{text}</span>
                </details>
              )}
            </dd>
          </>
        );
      })}
    </dl>
  );
}

/** `pageVersion`: page version. */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
