import type { Children } from '@kitajs/html';

/** A refused field: its name, its label, and the remedy. */
export type FieldProblem = { name: string; label: string; text: string };

type FieldProps = {
  name: string;
  /** Of the element, where a page has several fields of one name. */
  id?: string | undefined;
  label: string;
  hint?: string | undefined;
  problems?: readonly FieldProblem[] | undefined;
  required?: boolean;
};

/** The first thing that is wrong with a field. */
function problemOf({ name, problems = [] }: FieldProps): FieldProblem | undefined {
  return problems.find((problem) => problem.name === name);
}

/** Attributes that tie a field to its description and mark it as refused, for people who cannot see it, too. */
function about(props: FieldProps) {
  const problem = problemOf(props);
  const { name, id = name, hint } = props;
  const ids = [problem && `${name}-problem`, hint && `${id}-hint`];
  const describedBy = ids.filter(Boolean).join(' ');
  return {
    ...(describedBy === '' ? {} : { 'aria-describedby': describedBy }),
    ...(problem ? { 'aria-invalid': 'true' as const } : {}),
  };
}

/** Label, hint and problem, above the field itself. */
function Around(props: FieldProps & { children: Children }): JSX.Element {
  const { name, label, hint, children, id = name } = props;
  const problem = problemOf(props);
  return (
    <>
      <label for={id} safe>
        {label}
      </label>
      {hint === undefined ? '' : <Hint id={id} text={hint} />}
      {problem === undefined ? '' : <Wrong problem={problem} />}
      {children}
    </>
  );
}

export function Hint({ id, text }: { id: string; text: string }): JSX.Element {
  return (
    <p class="hint" id={`${id}-hint`} safe>
      {text}
    </p>
  );
}

export function Wrong({ problem }: { problem: FieldProblem }): JSX.Element {
  return (
    <p class="wrong" id={`${problem.name}-problem`} safe>
      {problem.text}
    </p>
  );
}

export function Input(
  props: FieldProps & { value: string; type?: string; maxlength?: number; pattern?: string },
): JSX.Element {
  const { name, id = name, value, type = 'text', required = false, maxlength, pattern } = props;
  return (
    <Around {...props}>
      <input
        id={id}
        name={name}
        type={type}
        value={value}
        required={required}
        autocomplete="off"
        {...(maxlength === undefined ? {} : { maxlength })}
        {...(pattern === undefined ? {} : { pattern })}
        {...about(props)}
      />
    </Around>
  );
}

export function Area(
  props: FieldProps & { value: string; rows: number; maxlength?: number },
): JSX.Element {
  const { name, id = name, value, rows, required = false, maxlength } = props;
  return (
    <Around {...props}>
      <textarea
        id={id}
        name={name}
        rows={String(rows)}
        required={required}
        {...(maxlength === undefined ? {} : { maxlength })}
        {...about(props)}
        safe
      >
        {value}
      </textarea>
    </Around>
  );
}

/** `value` that is none of the options stays: it was set elsewhere, and a form must not change it unasked. */
export function Choice(
  props: FieldProps & { value: string; options: Readonly<Record<string, string>> },
): JSX.Element {
  const { name, id = name, value, options, required = false } = props;
  const all = Object.hasOwn(options, value) ? options : { [value]: value, ...options };
  return (
    <Around {...props}>
      <select name={name} id={id} required={required} {...about(props)}>
        {Object.entries(all).map(([option, text]) => (
          <option value={option} selected={option === value} safe>
            {text}
          </option>
        ))}
      </select>
    </Around>
  );
}
