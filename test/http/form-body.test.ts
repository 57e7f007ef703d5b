import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { readFormBody } from '../../src/platform/http/form-body.ts';

const urlencoded = 'application/x-www-form-urlencoded';

describe('a form', () => {
  it('keeps all values of a name in their order', async () => {
    const fields = await readFormBody(urlencoded, Buffer.from('kind=a&kind=b&other=c&kind=d'));
    expect({ ...fields }).toEqual({ kind: ['a', 'b', 'd'], other: 'c' });
  });

  it('of one name as often as it fits holds nobody up', async () => {
    const body = Buffer.from('a&'.repeat(limits.formBytes / 2));
    const began = performance.now();
    const fields = await readFormBody(urlencoded, body);
    // Some ms; while every value copied the list, it took minutes.
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(fields.a).toHaveLength(limits.formFields);
  });
});
