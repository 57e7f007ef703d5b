type FieldProps = {
  /** Of the form's field, and of the element. */
  name: string;
  label: string;
  type: 'text' | 'email' | 'tel' | 'date';
  autocomplete: string;
  value?: string;
  inputmode?: 'numeric';
  hint?: string | undefined;
  /** The problem with its value: shown beside it, and read out by the browser to people who cannot see it. */
  problem?: string | undefined;
};

/** A labelled field. The page reports missing values after sending: a browser's own bubbles use its own language. */
export function Field(props: FieldProps): JSX.Element {
  const { name, label, type, autocomplete, value, inputmode, hint, problem } = props;
  const about = [problem && `${name}Problem`, hint && `${name}Hint`].filter(Boolean).join(' ');
  return (
    <>
      <label class="field" for={name} safe>
        {label}
      </label>
      <Hint of={name} text={hint} />
      <Problem of={name} text={problem} />
      <input
        type={type}
        id={name}
        name={name}
        autocomplete={autocomplete}
        {...(value ? { value } : {})}
        {...(inputmode ? { inputmode } : {})}
        {...(about ? { 'aria-describedby': about } : {})}
        {...(problem ? { 'aria-invalid': 'true' } : {})}
      />
    </>
  );
}

type BoxProps = {
  name: string;
  value: string;
  label: string;
  checked: boolean;
  hint?: string | undefined;
  problem?: string | undefined;
};

/** A box to tick; empty until the person ticks it. */
export function Box({ name, value, label, checked, hint, problem }: BoxProps): JSX.Element {
  const about = [problem && `${name}Problem`, hint && `${name}Hint`].filter(Boolean).join(' ');
  return (
    <>
      <Problem of={name} text={problem} />
      <label class="box" for={name}>
        <input
          type="checkbox"
          id={name}
          name={name}
          value={value}
          checked={checked}
          {...(about ? { 'aria-describedby': about } : {})}
          {...(problem ? { 'aria-invalid': 'true' } : {})}
        />
        <span safe>{label}</span>
      </label>
      <Hint of={name} text={hint} />
    </>
  );
}

function Hint({ of, text }: { of: string; text: string | undefined }): JSX.Element {
  if (!text) return <></>;
  return (
    <p class="hint" id={`${of}Hint`} safe>
      {text}
    </p>
  );
}

function Problem({ of, text }: { of: string; text: string | undefined }): JSX.Element {
  if (!text) return <></>;
  return (
    <p class="wrong" id={`${of}Problem`} safe>
      {text}
    </p>
  );
}
