/** A schema's complaint about a value, in words for the caller. */
export type SchemaError = {
  keyword: string;
  instancePath: string;
  message: string;
  params?: object;
};

/** Schema errors name the object; people look for the field. */
export function pathOf(error: Pick<SchemaError, 'instancePath' | 'params'>): string {
  const params = (error.params ?? {}) as {
    requiredProperties?: string[];
    additionalProperties?: string[];
    missingProperty?: string;
  };
  const field =
    params.requiredProperties?.[0] ?? params.additionalProperties?.[0] ?? params.missingProperty;
  return field === undefined ? error.instancePath || '/' : `${error.instancePath}/${field}`;
}

export function messageOf({ keyword, message }: Pick<SchemaError, 'keyword' | 'message'>): string {
  return keyword === 'required' ? 'is missing' : message;
}
