import type { SenderPart } from './shapes.ts';

/** The fields that a practice fills in before it can ask anybody: people agree only to senders that they can name. */

const parts: Record<SenderPart, [label: string, why: string]> = {
  displayName: ['Name that patients know', 'begins every question we ask'],
  supportPhone: ['Phone number for questions', 'so that people can check it is really you'],
  postalAddress: ['Postal address', 'US law requires it in emails'],
  emailFrom: ['Sender of emails', 'the address your emails come from'],
  smsFrom: ['Number that texts', 'the number your texts come from'],
};

export function Checklist({ missing }: { missing: readonly SenderPart[] }): JSX.Element {
  if (missing.length === 0) return <></>;
  return (
    <section class="checklist" aria-labelledby="first-steps">
      <h2 id="first-steps">Before you can ask anybody</h2>
      <p>
        Nobody is asked for permission until these are filled in, because the question must say who
        is asking.
      </p>
      <ul>
        {(Object.keys(parts) as SenderPart[]).map((part) => {
          const [label, why] = parts[part];
          return missing.includes(part) ? (
            <li class="todo">
              <a href={`/console/settings#${part}`} safe>
                {label}
              </a>{' '}
              <span class="quiet" safe>
                {why}
              </span>
            </li>
          ) : (
            <li class="ready">
              <span safe>{label}</span> <span class="quiet">done</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
