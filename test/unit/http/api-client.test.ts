import { expect, it } from 'vitest';
import { ApiRefusal, unlessRefused } from '../../../src/http/console/api-client.ts';

it('takes only the one status for absence', async () => {
  expect(await unlessRefused(404, Promise.resolve('read'))).toBe('read');
  expect(await unlessRefused(404, Promise.reject(new ApiRefusal(404)))).toBeUndefined();
  for (const status of [401, 429, 500, 503])
    await expect(unlessRefused(404, Promise.reject(new ApiRefusal(status)))).rejects.toThrow(
      String(status),
    );
  await expect(unlessRefused(404, Promise.reject(new Error('reset')))).rejects.toThrow('reset');
});
