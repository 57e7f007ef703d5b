import type { FieldProblem } from './fields.tsx';

/** A page's notice about the form that was sent, and the fields that every form carries. */

/** The act just done. `undo`: a form that takes it back, for `leftMs` more. */
export type Done = {
  text: string;
  undo?: { action: string; fields: Record<string, string>; leftMs: number };
};

/** A refusal of the API: shown at the top, and beside each field it is about. */
export type Problem = { message: string; fields: FieldProblem[] };

export function Csrf({ token }: { token: string }): JSX.Element {
  return <input type="hidden" name="csrf" value={token} />;
}

/** The values that the form's page showed when it was opened, to detect changes later. */
export function Shown({ values }: { values: unknown }): JSX.Element {
  return <input type="hidden" name="shown" value={JSON.stringify(values ?? {})} />;
}

export function Said({ done, csrf }: { done: Done; csrf: string }): JSX.Element {
  const { text, undo } = done;
  return (
    <div class="said" role="status">
      <p safe>{text}</p>
      {undo === undefined ? (
        ''
      ) : (
        <form method="post" action={undo.action} data-undo={String(undo.leftMs)}>
          <Csrf token={csrf} />
          {Object.entries(undo.fields).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button>Undo</button>
        </form>
      )}
    </div>
  );
}

export function Refused({ problem }: { problem: Problem }): JSX.Element {
  const { message, fields } = problem;
  return (
    <div class="refused" role="alert">
      <p safe>{message}</p>
      {fields.length > 0 ? (
        <ul>
          {fields.map(({ name, label, text }) => (
            <li>
              {label === '' ? (
                <span safe>{text}</span>
              ) : (
                <>
                  <a href={`#${name}`} safe>
                    {label}
                  </a>
                  <span safe>{`: ${text}`}</span>
                </>
              )}
            </li>
          ))}
        </ul>
      ) : (
        ''
      )}
    </div>
  );
}
